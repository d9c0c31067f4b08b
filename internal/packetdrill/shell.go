package packetdrill

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// command carries out what a script asks a shell for: settings, sleeping, and looking for a socket in a state. Nothing is run.
func (r *runner) command(text string) error {
	text = strings.ReplaceAll(text, "\\\n", " ")
	if looks.MatchString(text) {
		return r.look(text)
	}
	for _, line := range strings.FieldsFunc(text, func(c rune) bool { return c == '\n' || c == ';' }) {
		line, _, _ = strings.Cut(line, "#")
		for _, cmd := range strings.Split(line, "&&") {
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
	setting    = regexp.MustCompile(`^(?:/proc/sys/)?([a-z0-9_]+(?:[./][A-Za-z0-9_]+)+)=(.*)$`)
	written    = regexp.MustCompile(`^echo\s+(?:-n\s+)?["']?([^"']*?)["']?\s*>\s*/proc/sys/(\S+)$`)
)

// simple carries out one command.
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
		err = r.wait(r.now + time.Duration(n*1e9))
		r.before = r.now
		return err
	case name == "sysctl" || strings.Contains(name, "set_sysctl"):
		return r.sysctls(words[1:])
	}
	return unsupported("the command " + name)
}

// sysctls sets name=value, one or more.
func (r *runner) sysctls(words []string) error {
	text := strings.Join(words, " ")
	for _, flag := range []string{"-q", "-w", "-e", "-i"} {
		text = strings.TrimPrefix(strings.TrimSpace(text), flag+" ")
	}
	if text == "" {
		return unsupported("sysctl without a name")
	}
	for _, w := range strings.Fields(text) {
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

// sysctl sets one, whose name may be a path.
func (r *runner) sysctl(name, value string) error {
	name = strings.ReplaceAll(name, "/", ".")
	if r.sys.One && !isIndifferent(name) {
		return unsupported("sysctl " + name + ": stack " + r.sys.Name + " has its own settings")
	}
	return r.host.sysctl(name, value)
}

// spellings of the states, in the tools of the systems, in TCP_INFO, and its numbers by system.
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

// stateOf reads the name of a state, or its number in TCP_INFO.
func stateOf(text, system string) (model.State, bool) {
	if n, err := strconv.Atoi(text); err == nil {
		list, ok := stateNumbers[system]
		if !ok {
			list = stateNumbers["linux"]
		}
		if n < 0 || n >= len(list) || n == 0 && list[1] == model.Established {
			return 0, false
		}
		return list[n], true
	}
	text = strings.TrimPrefix(strings.TrimPrefix(strings.ToUpper(text), "TCPS_"), "TCP_")
	s, ok := spellings[strings.ReplaceAll(text, "_", "-")]
	return s, ok
}

var (
	word   = regexp.MustCompile(`[A-Za-z][A-Za-z0-9_-]*[A-Za-z0-9]`)
	counts = regexp.MustCompile(`(?:-eq|==|=)\s*["']?(\d+)`)
)

// look takes a command that looks for sockets in a state for an assertion: that there are so many, or, without a number,
// that there is one.
func (r *runner) look(text string) error {
	var state model.State
	seen := 0
	for _, w := range word.FindAllString(text, -1) {
		if s, ok := stateOf(w, r.host.Profile); ok {
			state = s
			seen++
		}
	}
	if seen != 1 || strings.Contains(text, "!") || regexp.MustCompile(`grep\s+(-\w*v|-\w+\s+-\w*v)`).MatchString(text) {
		return unsupported("the command " + strings.Fields(text)[0] + ", in which one state must be named")
	}
	n := 0
	for _, ep := range r.ends {
		if !ep.tells {
			return unsupported("states: the stack does not tell")
		}
		if ep.state == state && !ep.gone {
			n++
		}
	}
	for _, s := range r.fds {
		if state == model.Listen && s.listening {
			n++
		}
	}
	want := counts.FindStringSubmatch(text)
	if want == nil && n > 0 || want != nil && strconv.Itoa(n) == want[1] {
		return nil
	}
	return failure{fmt.Sprintf("%d sockets in %v", n, state)}
}

// code carries out assertions on the state of the connection; other ones are not supported.
func (r *runner) code(text string) error {
	for _, line := range strings.FieldsFunc(text, func(c rune) bool { return c == '\n' || c == ';' }) {
		line, _, _ = strings.Cut(line, "#")
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "print") {
			continue
		}
		body, ok := strings.CutPrefix(line, "assert")
		if !ok {
			return unsupported("code: " + line)
		}
		body, _, _ = strings.Cut(body, ",")
		for _, one := range strings.Split(body, " and ") {
			if err := r.assert(strings.TrimSpace(strings.Trim(strings.TrimSpace(one), "()"))); err != nil {
				return err
			}
		}
	}
	return nil
}

var comparison = regexp.MustCompile(`^tcpi_state\s*(==|!=)\s*["']?([A-Za-z0-9_-]+)["']?$`)

func (r *runner) assert(text string) error {
	m := comparison.FindStringSubmatch(text)
	if m == nil {
		return unsupported("code: assert " + strings.Join(strings.Fields(text)[:min(1, len(strings.Fields(text)))], ""))
	}
	want, ok := stateOf(m[2], r.host.Profile)
	if !ok {
		return unsupported("code: the state " + m[2])
	}
	got, err := r.state()
	if err != nil {
		return err
	}
	if (got == want) != (m[1] == "==") {
		return failure{"tcpi_state is " + got.String()}
	}
	return nil
}

// state is that of the connection that packets without ports belong to. Where there is none yet it is LISTEN if
// somebody listens.
func (r *runner) state() (model.State, error) {
	ep := r.find(r.current)
	switch {
	case ep != nil && !ep.tells:
		return 0, unsupported("states: the stack does not tell")
	case ep != nil:
		return ep.state, nil
	case r.listener(r.current.Src) != nil:
		return model.Listen, nil
	}
	return model.Closed, nil
}
