package packetdrill

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// Parse reads a script. An error is an *Error.
func Parse(name string, src []byte) (sc *Script, err error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(stop)
			if !ok {
				panic(r)
			}
			sc, err = nil, e.err
		}
	}()
	s := &scanner{file: name, src: src, defines: map[string]string{}}
	sc = &Script{Name: name}
	for s.skip(); s.at < len(s.src); s.skip() {
		if s.has("--") {
			sc.Options = append(sc.Options, s.option())
			continue
		}
		sc.Steps = append(sc.Steps, s.step())
	}
	return sc, nil
}

// option reads --name=value, --name, or --define NAME=VALUE.
func (s *scanner) option() Option {
	o := Option{Pos: s.pos(s.at)}
	s.take("--")
	o.Name = s.while(func(c byte) bool { return isWord(c) || c == '-' })
	if o.Name == "" {
		s.fail(s.at, "the name of an option, as in --ip_version=ipv4")
	}
	if !s.take("=") && (o.Name != "define" || !s.skipInLine()) {
		return o
	}
	s.skipInLine()
	o.Value = s.while(func(c byte) bool { return !isBlank(c) && c != '"' })
	if s.take(`"`) {
		o.Value += s.until(`"`, "a closing quotation mark")
	}
	if o.Name == "define" {
		name, value, ok := strings.Cut(o.Value, "=")
		if !ok || name == "" {
			s.fail(s.at, "--define NAME=VALUE")
		}
		s.defines[name] = strings.Trim(value, `"`)
	}
	return o
}

// step reads one statement. A command or code may come without a time: it is carried out at once.
func (s *scanner) step() Step {
	st := Step{Pos: s.pos(s.at)}
	if c := s.peek(); c == '`' || c == '%' {
		st.Time.Relative = true
	} else {
		st.Time = s.time()
		s.skip()
	}
	st.Action = s.action()
	if _, call := st.Action.(*Call); st.Time.Blocks && !call {
		panic(stop{&Error{s.file, st.Pos, "one time, or a range with ~, since only a call blocks", "two times with ..."}})
	}
	return st
}

func (s *scanner) time() (t Time) {
	from := s.at
	if s.take("*") {
		return Time{Any: true, Relative: true}
	}
	t.Relative = s.take("+")
	t.From = s.seconds()
	t.To = t.From
	blank := s.at
	s.skipInLine()
	switch {
	case s.take("~"):
		s.skipInLine()
		if s.take("+") && !t.Relative {
			s.fail(s.at-1, "a time without +, as the first one of the range")
		}
		t.To = s.seconds()
		if t.To < t.From {
			s.fail(from, "a range of times, the earlier one first")
		}
	case s.take("..."):
		s.skipInLine()
		t.Blocks = true
		if s.take("+") && !t.Relative {
			s.fail(s.at-1, "a time without +, as the first one")
		}
		t.End = s.seconds()
		if t.End < t.From {
			s.fail(from, "the time when the call returns after that when it begins")
		}
	default:
		s.at = blank
	}
	return t
}

// seconds reads 0, 1.5, .25 and such. A point that begins "..." is none of the number's.
func (s *scanner) seconds() time.Duration {
	from := s.at
	s.while(isDigit)
	if s.peek() == '.' && !s.has("...") {
		s.at++
		s.while(isDigit)
	}
	text := string(s.src[from:s.at])
	if strings.Trim(text, ".") == "" {
		s.fail(from, "a time in seconds: 0.1, +.1, *, 0.1~0.2 or 0.1...0.2")
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n > 1e9 {
		s.fail(from, "a time of at most 10^9 seconds")
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
		return s.call()
	}
	s.fail(s.at, "a system call, a packet after < or >, a command in `back-quotes`, or code in %{ }%")
	return nil
}

// unknown reads over the rest of a line, and further while a bracket is open.
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
