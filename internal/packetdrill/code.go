package packetdrill

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
)

// code checks the assertions of a %{ }% about TCP_INFO. Variables that do not follow from connection management are not
// supported; the result names them.
func (r *runner) code(text string) error {
	for _, line := range statements(text) {
		body, ok := strings.CutPrefix(line, "assert")
		if !ok {
			return unsupported("code: " + line)
		}
		if at := message(body); at >= 0 {
			body = body[:at]
		}
		for one := range strings.SplitSeq(body, " and ") {
			if err := r.assert(strings.TrimSpace(strings.Trim(strings.TrimSpace(one), "()"))); err != nil {
				return err
			}
		}
	}
	return nil
}

// statements splits Python code into statements, without comments and prints. A line with an open bracket continues in the next.
func statements(text string) (list []string) {
	var open string
	for _, line := range strings.FieldsFunc(text, func(c rune) bool { return c == '\n' || c == ';' }) {
		line, _, _ = strings.Cut(line, "#")
		open = strings.TrimSpace(open + " " + strings.TrimSuffix(strings.TrimSpace(line), "\\"))
		if strings.Count(open, "(") > strings.Count(open, ")") || strings.HasSuffix(strings.TrimSpace(line), "\\") {
			continue
		}
		if open != "" && !strings.HasPrefix(open, "print") {
			list = append(list, open)
		}
		open = ""
	}
	if open != "" {
		list = append(list, open)
	}
	return list
}

// message returns where the message of an assertion begins: at the first comma outside brackets; -1 if there is none.
func message(body string) int {
	depth := 0
	for i := range len(body) {
		switch body[i] {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case ',':
			if depth == 0 {
				return i
			}
		}
	}
	return -1
}

var (
	comparison = regexp.MustCompile(`^(.+?)\s*(==|!=|<=|>=|<|>)\s*(.+)$`)
	counter    = regexp.MustCompile(`\b(tcpi|so_meminfo|tcpv|bbr|sk)_[a-z_]+`)
)

func (r *runner) assert(text string) error {
	m := comparison.FindStringSubmatch(text)
	if m == nil {
		return unsupported("code: assert " + asked(text))
	}
	name, op, other := m[1], m[2], m[3]
	if !strings.HasPrefix(name, "tcpi_") && strings.HasPrefix(other, "tcpi_") {
		name, other = other, name
		op = strings.NewReplacer("<", ">", ">", "<").Replace(op)
	}
	want, ok := r.constant(other)
	if !ok {
		return unsupported("code: assert " + asked(text))
	}
	got, err := r.info(name)
	if err != nil {
		return err
	}
	holds := map[string]bool{"==": got == want, "!=": got != want, "<": got < want, "<=": got <= want, ">": got > want, ">=": got >= want}
	if !holds[op] {
		shown := strconv.FormatInt(got, 10)
		if name == "tcpi_state" {
			shown = r.stateNamed(got).String()
		}
		return failure{name + " is " + shown}
	}
	return nil
}

// asked returns the counter that an assertion names, or else its first word.
func asked(text string) string {
	if c := counter.FindString(text); c != "" {
		return c
	}
	if f := strings.Fields(text); len(f) > 0 {
		return f[0]
	}
	return "nothing"
}

// The bits of tcpi_options.
const optTimestamps, optSack, optScale = 1, 2, 4

// constant returns the value of numbers, states or options of TCP_INFO that | joins.
func (r *runner) constant(text string) (sum int64, ok bool) {
	names := map[string]int64{"TCPI_OPT_TIMESTAMPS": optTimestamps, "TCPI_OPT_SACK": optSack, "TCPI_OPT_WSCALE": optScale}
	for part := range strings.SplitSeq(text, "|") {
		part = strings.Trim(part, "\"'() ")
		n, err := strconv.ParseInt(part, 0, 64)
		if v, known := names[part]; known {
			n, err = v, nil
		} else if s, known := stateOf(part, r.host.Profile); err != nil && known {
			n, err = r.stateNumber(s), nil
		}
		if err != nil {
			return 0, false
		}
		sum |= n
	}
	return sum, true
}

// stateNumber returns the number of a state in TCP_INFO.
func (r *runner) stateNumber(s model.State) int64 {
	for i, state := range numbersOfStates(r.host.Profile) {
		if state == s && (i > 0 || r.host.Profile == "freebsd") {
			return int64(i)
		}
	}
	return -1
}

func (r *runner) stateNamed(n int64) model.State { return numbersOfStates(r.host.Profile)[n] }

// info returns a variable of TCP_INFO for the socket under test, which must have a descriptor.
func (r *runner) info(name string) (int64, error) {
	ep := r.find(r.current)
	var s *socket
	for _, x := range r.fds {
		if ep != nil && x.ep == ep || ep == nil && x.listening && x.local == r.current.Src || ep == nil && len(r.fds) == 1 {
			s = x
		}
	}
	switch {
	case s == nil:
		return 0, failure{"no TCP_INFO: the connection has no descriptor, since it was not accepted yet, or was closed"}
	case name == "tcpi_state":
		state, err := r.stateOfSocket(s)
		return r.stateNumber(state), err
	case ep == nil || !ep.hasIss:
		return 0, unsupported("code: assert " + name + " of a socket without a connection")
	}
	switch name {
	case "tcpi_unacked":
		return int64(ep.unacked()), nil
	case "tcpi_options":
		return ep.agreed(), nil
	case "tcpi_snd_wscale":
		return int64(ep.scales[1]) * (ep.agreed() & optScale >> 2), nil
	case "tcpi_rcv_wscale":
		return int64(ep.scales[0]) * (ep.agreed() & optScale >> 2), nil
	}
	return 0, unsupported("code: assert " + asked(name))
}
