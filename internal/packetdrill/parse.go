package packetdrill

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The language is that of packetdrill's parser.y and lexer.l, with the additions of FreeBSD's packetdrill:
// #ifdef, numbers in --define, ...(0) and 0:0(0)!, TS val ... and ecr N!, /udp(1 > 2).

// systems are the names that #ifdef knows without --define, by profile.
var systems = map[string]string{"freebsd": "FreeBSD", "linux": "Linux", "rfc9293": "STANDARD"}

// Parse reads a script for one of Profiles, with NAME=VALUE defined. An error is an *Error.
func Parse(name string, src []byte, profile string, defines ...string) (sc *Script, err error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(stop)
			if !ok {
				panic(r)
			}
			sc, err = nil, e.err
		}
	}()
	s := &scanner{file: name, src: bytes.Clone(src), defines: map[string]string{systems[profile]: "1"}, open: -1, freebsd: profile == "freebsd"}
	for _, d := range defines {
		name, value, _ := strings.Cut(d, "=")
		s.defines[name] = value
	}
	sc = &Script{Name: name}
	for s.skip(); s.has("--"); s.skip() {
		sc.Options = append(sc.Options, s.option())
	}
	for ; s.at < len(s.src); s.skip() {
		sc.Steps = append(sc.Steps, s.step())
	}
	if !slices.ContainsFunc(sc.Steps, func(st Step) bool { return !st.Untimed }) {
		s.fail(len(s.src), "a step: a call, a packet, a command or code, with its time")
	}
	s.order(sc.Steps)
	return sc, nil
}

// failAt ends the reading at an earlier position.
func (s *scanner) failAt(p Pos, expected string) {
	lines := bytes.SplitAfterN(s.src, []byte("\n"), p.Line)
	at := len(s.src) - len(lines[len(lines)-1]) + p.Col - 1
	s.fail(at, expected)
}

// order checks what packetdrill checks: the first step is at time 0, and times do not go back.
func (s *scanner) order(steps []Step) {
	var last time.Duration
	first, absolute := true, false
	for i, st := range steps {
		t := st.Time
		if st.Untimed {
			if i > 0 && i < len(steps)-1 {
				s.failAt(st.Pos, "a time; a command without one may only begin and end a script")
			}
			continue
		}
		if first && t.From != 0 {
			s.failAt(st.Pos, "0 or +0, the time of the first step")
		}
		known := !t.Any && !t.Relative
		if known && absolute && t.From < last {
			s.failAt(st.Pos, "a time that is not before that of the step before")
		}
		first, absolute, last = false, known, t.From
	}
}

// option reads --name or --name=value.
func (s *scanner) option() Option {
	o := Option{Pos: s.pos(s.at)}
	begin := s.at
	s.take("--")
	o.Name = s.while(isWord)
	if o.Name == "" {
		s.fail(s.at, "the name of an option, as in --ip_version=ipv4")
	}
	if back := s.at; !s.mark("=") {
		s.at = back
		if o.Name == "define" {
			s.fail(begin, `--define=NAME="text"`)
		}
		return o
	}
	s.skip()
	if o.Name == "define" {
		return s.define(o)
	}
	if s.take(`"`) {
		o.Value = s.until(`"`, "a closing quotation mark")
	} else {
		o.Value = s.while(func(c byte) bool { return !isBlank(c) && c != '"' && c != '`' })
	}
	return o
}

// define reads NAME=VALUE: a name, a "text" or a `command`. FreeBSD's packetdrill takes numbers as well.
func (s *scanner) define(o Option) Option {
	name := s.while(isWord)
	if name == "" || !s.mark("=") {
		s.fail(s.at, `NAME="text" after --define=`)
	}
	s.skip()
	from := s.at
	switch c := s.peek(); {
	case c == '"' || c == '`':
		s.at++
		s.until(string(c), "a closing "+string(c))
	case isLetter(c) || isDigit(c) && s.freebsd:
		s.while(isWord)
	default:
		s.fail(from, `a value: "text", `+"`command` or a name")
	}
	o.Value = string(s.src[from:s.at])
	s.defines[name] = o.Value
	return o
}

// mark skips blanks, and a mark if it is next.
func (s *scanner) mark(mark string) bool {
	s.skip()
	return s.take(mark)
}

// step reads one statement. A command at the beginning or the end of a script may have no time.
func (s *scanner) step() Step {
	st := Step{Pos: s.pos(s.at)}
	if s.peek() == '`' {
		st.Time.Relative, st.Untimed = true, true
		st.Action = s.action()
		return st
	}
	st.Time = s.time()
	s.skip()
	st.Action = s.action()
	_, call := st.Action.(*Call)
	p, packet := st.Action.(*Packet)
	_, unknown := st.Action.(*Unknown)
	switch t := st.Time; {
	case t.Blocks && !call:
		s.failAt(st.Pos, "one time, or a range with ~, since only a call blocks")
	case (t.Any || t.Range) && !unknown && (!packet || p.Inbound):
		s.failAt(st.Pos, "one time, since * and ranges are for packets that are sent")
	}
	return st
}

func (s *scanner) time() (t Time) {
	from := s.at
	if s.take("*") {
		return Time{Any: true, Relative: true}
	}
	t.Relative = s.take("+")
	s.skip()
	t.From = s.seconds()
	t.To = t.From
	back := s.at
	switch s.skip(); {
	case s.take("~"):
		t.Range = true
		if t.Relative && !s.mark("+") {
			s.fail(s.at, "+ and the later time, since the earlier one is relative as well")
		}
		s.skip()
		if t.To = s.seconds(); t.To < t.From {
			s.fail(from, "a range of times, the earlier one first")
		}
	case s.take("..."):
		t.Blocks = true
		s.skip()
		if t.End = s.seconds(); t.End < t.From {
			s.fail(from, "the time when the call returns after that when it begins")
		}
	default:
		s.at = back
	}
	return t
}

// seconds reads numbers like 0, 1.5 and .25. The point of "..." does not belong to a number.
func (s *scanner) seconds() time.Duration {
	from := s.at
	s.while(isDigit)
	if s.peek() == '.' && s.at+1 < len(s.src) && isDigit(s.src[s.at+1]) {
		s.at++
		s.while(isDigit)
	}
	text := string(s.src[from:s.at])
	n, err := strconv.ParseFloat(text, 64)
	if text == "" {
		s.fail(from, "a time in seconds: 0.1, +.1, *, 0.1~0.2 or 0.1...0.2")
	}
	if err != nil || n > 1e6 {
		s.fail(from, "a time of at most 10^6 seconds")
	}
	return time.Duration(n*1e6+.5) * time.Microsecond
}

func (s *scanner) action() Action {
	switch c := s.peek(); {
	case c == '`':
		s.at++
		return &Command{strings.TrimSpace(s.until("`", "a closing back-quote"))}
	case s.take("%{"):
		return &Code{strings.TrimSpace(s.until("}%", "}%"))}
	case c == '<' || c == '>':
		return s.packet()
	case isLetter(c):
		back := s.at
		if v := s.defines[s.while(isWord)]; strings.HasPrefix(v, "`") {
			return &Command{strings.Trim(v, "`")}
		}
		s.at = back
		return s.call()
	}
	s.fail(s.at, "a system call, a packet after < or >, a command in `back-quotes`, or code in %{ }%")
	return nil
}

// unknown skips the rest of a line, and further lines while a bracket is open.
func (s *scanner) unknown(from int) *Unknown {
	for depth := 0; s.at < len(s.src); s.at++ {
		switch s.src[s.at] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		case '\n':
			if depth <= 0 {
				return &Unknown{string(bytes.TrimSpace(s.src[from:s.at]))}
			}
		}
	}
	return &Unknown{string(bytes.TrimSpace(s.src[from:]))}
}
