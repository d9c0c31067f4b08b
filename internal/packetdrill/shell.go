package packetdrill

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/model"
)

// command imitates shell commands: settings, sleep, and looking for sockets in a state. No shell is started.
func (r *runner) command(text string) error {
	text = strings.ReplaceAll(text, "\\\n", " ")
	if looks.MatchString(text) {
		return r.look(text)
	}
	for _, line := range strings.FieldsFunc(text, func(c rune) bool { return c == '\n' || c == ';' }) {
		line, _, _ = strings.Cut(line, "#")
		for cmd := range strings.SplitSeq(line, "&&") {
			if err := r.simple(strings.Fields(redirected.ReplaceAllString(cmd, ""))); err != nil {
				return err
			}
		}
	}
	return nil
}

var (
	looks      = regexp.MustCompile(`(^|[\s(|;])(netstat|ss|sockstat)\s`)
	redirected = regexp.MustCompile(`(\d?>\s*&\d|\d?>\s*/dev/null|\|\|\s*true\s*$)`)
	settings   = regexp.MustCompile(`(?:[^\s"']|"[^"]*"|'[^']*')+`)
	setting    = regexp.MustCompile(`^(?:/proc/sys/)?([a-z0-9_]+(?:[./][A-Za-z0-9_]+)+)=(.*)$`)
	written    = regexp.MustCompile(`^echo\s+(?:-n\s+)?["']?([^"']*?)["']?\s*>\s*/proc/sys/(\S+)$`)
)

// simple executes one command.
func (r *runner) simple(words []string) error {
	if len(words) == 0 || words[0] == "true" || words[0] == ":" {
		return nil
	}
	if m := written.FindStringSubmatch(strings.Join(words, " ")); m != nil {
		return r.sysctl(m[2], m[1])
	}
	name := words[0][strings.LastIndex(words[0], "/")+1:]
	switch {
	case strings.HasSuffix(name, "defaults.sh"), strings.Contains(name, "sysctl_restore"), name == "kldload", name == "kldunload",
		name == "ip" && len(words) > 1 && words[1] == "tcp_metrics":
		r.notes = append(r.notes, fmt.Sprintf("line %d: %s is left out", r.line, words[0]))
		return nil
	case name == "sleep" && len(words) == 2:
		n, err := strconv.ParseFloat(words[1], 64)
		if err != nil || n < 0 || n > 1e6 {
			return unsupported("sleep " + words[1])
		}
		return r.wait(r.now + time.Duration(n*1e9))
	case name == "tcpdrop" && len(words) == 3 && words[1] == "-s":
		return r.drop(words[2])
	case name == "sysctl" || strings.Contains(name, "set_sysctl"):
		return r.sysctls(words[1:])
	}
	if name == "echo" {
		name = "echo, but into /proc/sys"
	}
	return unsupported("the command " + name)
}

// sysctls sets one or more name=value.
func (r *runner) sysctls(words []string) error {
	text := strings.Join(words, " ")
	for _, flag := range []string{"-q", "-w", "-e", "-i"} {
		text = strings.TrimPrefix(strings.TrimSpace(text), flag+" ")
	}
	if text == "" {
		return unsupported("sysctl without a name")
	}
	for _, w := range settings.FindAllString(text, -1) {
		m := setting.FindStringSubmatch(strings.Trim(w, `"'`))
		if m == nil {
			return unsupported("sysctl " + w)
		}
		if err := r.sysctl(m[1], strings.Trim(m[2], `"'`)); err != nil {
			return err
		}
	}
	return nil
}

// sysctl sets a variable, whose name may be a path.
func (r *runner) sysctl(name, value string) error {
	name = strings.ReplaceAll(name, "/", ".")
	if r.sys.One && !isIndifferent(name) {
		return unsupported("sysctl " + name + ": stack " + r.sys.Name + " has its own settings")
	}
	return r.host.sysctl(name, value)
}

// spellings are names of states in the tools of the systems and in TCP_INFO.
var spellings = func() map[string]model.State {
	names := map[string]model.State{
		"SYN-RECV": model.SynReceived, "SYN-RCVD": model.SynReceived, "ESTAB": model.Established,
		"CLOSE": model.Closed, "UNCONN": model.Closed, "FINWAIT1": model.FinWait1, "FINWAIT2": model.FinWait2,
		"FIN-WAIT1": model.FinWait1, "FIN-WAIT2": model.FinWait2,
	}
	for s := range model.State(model.NumStates) {
		names[s.String()] = s
	}
	return names
}()

var stateNumbers = map[string][]model.State{
	"linux": {1: model.Established, model.SynSent, model.SynReceived, model.FinWait1, model.FinWait2, model.TimeWait,
		model.Closed, model.CloseWait, model.LastAck, model.Listen, model.Closing},
	"freebsd": {model.Closed, model.Listen, model.SynSent, model.SynReceived, model.Established, model.CloseWait, model.FinWait1,
		model.Closing, model.LastAck, model.FinWait2, model.TimeWait},
}

// numbersOfStates returns the states by their numbers in a system's TCP_INFO. The profile rfc9293 uses those of Linux.
func numbersOfStates(system string) []model.State {
	if list, ok := stateNumbers[system]; ok {
		return list
	}
	return stateNumbers["linux"]
}

// stateOf reads the name of a state, or its number in TCP_INFO.
func stateOf(text, system string) (model.State, bool) {
	if n, err := strconv.Atoi(text); err == nil {
		list := numbersOfStates(system)
		if n < 0 || n >= len(list) || n == 0 && list[1] == model.Established {
			return 0, false
		}
		return list[n], true
	}
	text = strings.ToUpper(text)
	for _, prefix := range []string{"TCPS_", "TCP_", "TCPI_"} {
		text = strings.TrimPrefix(text, prefix)
	}
	s, ok := spellings[strings.ReplaceAll(text, "_", "-")]
	return s, ok
}

var (
	word   = regexp.MustCompile(`[A-Za-z][A-Za-z0-9_-]*[A-Za-z0-9]`)
	counts = regexp.MustCompile(`(?:-eq|==|=)\s*["']?(\d+)`)
	// A second grep looks at the count of grep -c. It also finds the number inside a longer one.
	counted = regexp.MustCompile(`grep\s+-c\s+[^|]+\|\s*grep\s+(?:-q\s+)?["']?(\d+)["']?\s*$`)
	without = regexp.MustCompile(`grep\s+(-\w*v|-\w+\s+-\w*v)`)
)

// look treats a command that looks for sockets in a state as an assertion: the number of such sockets is the given one, or
// above 0. With "grep packetdril" only sockets count of which the script still has a descriptor.
func (r *runner) look(text string) error {
	var state model.State
	seen := 0
	for _, w := range word.FindAllString(text, -1) {
		if s, ok := stateOf(w, r.host.Profile); ok {
			state = s
			seen++
		}
	}
	if seen != 1 || strings.Contains(text, "!") || without.MatchString(text) {
		return unsupported("the command " + strings.Fields(text)[0] + ", in which one state must be named")
	}
	n, err := r.count(state, strings.Contains(text, "packetdril"))
	if err != nil {
		return err
	}
	ok := n > 0
	if m := counted.FindStringSubmatch(text); m != nil {
		ok = strings.Contains(strconv.Itoa(n), m[1])
	} else if m := counts.FindStringSubmatch(text); m != nil {
		ok = strconv.Itoa(n) == m[1]
	}
	if !ok {
		return failure{fmt.Sprintf("%d sockets in %v", n, state)}
	}
	return nil
}

// count returns how many sockets are in a state.
func (r *runner) count(state model.State, open bool) (n int, err error) {
	has := map[*endpoint]bool{}
	for _, s := range r.fds {
		has[s.ep] = true
		if state == model.Listen && s.listening {
			n++
		}
	}
	for _, ep := range r.ends {
		if !ep.tells {
			return 0, unsupported("states: the stack does not report them")
		}
		if ep.state == state && state != model.Listen && !ep.gone && (!open || has[ep]) {
			n++
		}
	}
	return n, nil
}

// drop ends all connections in a state, as tcpdrop of FreeBSD does.
func (r *runner) drop(name string) error {
	state, ok := stateOf(name, r.host.Profile)
	if !ok {
		return unsupported("tcpdrop -s " + name)
	}
	for _, ep := range r.ends {
		if ep.state == state && !ep.gone {
			if _, err := r.do(ep, conform.Input{Op: conform.Abort}); err != nil {
				return err
			}
		}
	}
	return nil
}
