package packetdrill

import (
	"strconv"
	"strings"
)

// call reads name(arguments) = result, perhaps with an errno and its text in brackets. A word without ( is not a call.
func (s *scanner) call() Action {
	begin := s.at
	c := &Call{Name: s.while(isWord)}
	if v, ok := s.defines[c.Name]; ok && v != "" && isLetter(v[0]) {
		c.Name = v
	}
	if s.skip(); !s.take("(") {
		return s.unknown(begin)
	}
	c.Args = s.list(")", 0)
	s.expect("=", "= and the result of the system call")
	s.skip()
	from := s.at
	if c.Result = s.expr(0); c.Result.Kind != Int {
		s.fail(from, "a whole number as the result")
	}
	back := s.at
	if s.skip(); isLetter(s.peek()) {
		c.Errno = s.while(isWord)
		s.note("( and the text of the error")
	} else if s.peek() == '(' {
		s.note("")
	} else {
		s.at = back
	}
	return c
}

// note reads words in brackets.
func (s *scanner) note(expected string) {
	s.expect("(", expected)
	begin := s.at
	text := s.until(")", "a closing bracket")
	if bad := strings.IndexFunc(text, func(r rune) bool { return r > 127 || !isWord(byte(r)) && !isBlank(byte(r)) }); bad >= 0 || strings.TrimSpace(text) == "" {
		s.fail(begin+max(bad, 0), "words and nothing else in these brackets")
	}
}

// deepest is how deep expressions may nest; scripts need five.
const deepest = 50

// list reads expressions between commas up to the closing mark.
func (s *scanner) list(mark string, depth int) (list []Expr) {
	begin := s.at
	for {
		s.skip()
		if s.take(mark) {
			return list
		}
		if s.at >= len(s.src) {
			s.fail(s.at, mark+", for what begins in line "+strconv.Itoa(s.pos(begin).Line))
		}
		list = append(list, s.field(depth))
		s.skip()
		if !s.take(",") && !s.has(mark) {
			s.fail(s.at, "a comma or "+mark)
		}
	}
}

// field reads an expression, or name = value as in a struct.
func (s *scanner) field(depth int) Expr {
	e := s.expr(depth)
	s.skip()
	if (e.Kind == Word || e.Kind == Apply) && s.peek() == '=' {
		s.at++
		s.skip()
		return Expr{Kind: Field, Name: e.Name, Sub: []Expr{s.expr(depth)}}
	}
	return e
}

// expr reads values that are joined by |.
func (s *scanner) expr(depth int) Expr {
	if depth > deepest {
		s.fail(s.at, "brackets at most "+strconv.Itoa(deepest)+" deep")
	}
	e := s.value(depth + 1)
	for {
		back := s.at
		s.skip()
		if !s.take("|") {
			s.at = back
			return e
		}
		s.skip()
		right := s.value(depth + 1)
		if e.Kind != Or {
			e = Expr{Kind: Or, Sub: []Expr{e}}
		}
		e.Sub = append(e.Sub, right)
	}
}

func (s *scanner) value(depth int) Expr {
	switch c := s.peek(); {
	case s.take("..."):
		return Expr{Kind: Ellipsis}
	case s.take("["):
		return Expr{Kind: List, Sub: s.list("]", depth)}
	case s.take("{"):
		return Expr{Kind: Struct, Sub: s.list("}", depth)}
	case s.take("("):
		e := Expr{Kind: List, Sub: s.list(")", depth)}
		if len(e.Sub) == 1 {
			return e.Sub[0]
		}
		return e
	case c == '"':
		return s.text()
	case c == '-':
		s.at++
		n := s.integer().N
		return Expr{Kind: Int, N: -n}
	case isDigit(c):
		return s.integer()
	case isLetter(c) || c == '.' || c == '&':
		return s.word(depth)
	}
	s.fail(s.at, "a value: a number, a name, a text, [list], {struct} or ...")
	return Expr{}
}

// integer reads a number of up to 64 bits, in decimal or after 0x.
func (s *scanner) integer() Expr {
	from := s.at
	text := s.while(isWord)
	n, err := strconv.ParseUint(text, 10, 64)
	if hex, ok := strings.CutPrefix(text, "0x"); ok {
		n, err = strconv.ParseUint(hex, 16, 64)
	}
	if err != nil {
		s.fail(from, "a whole number, in decimal or after 0x")
	}
	return Expr{Kind: Int, N: int64(n)}
}

// word reads a name, which may stand for something defined, and what follows it in brackets.
func (s *scanner) word(depth int) Expr {
	s.take("&")
	s.take(".")
	name := s.while(func(c byte) bool { return isWord(c) || c == '.' })
	if name == "" {
		s.fail(s.at, "a name")
	}
	if v, ok := s.defines[name]; ok {
		if n, err := strconv.ParseInt(v, 0, 64); err == nil {
			return Expr{Kind: Int, N: n}
		}
		if text, ok := strings.CutPrefix(v, `"`); ok {
			return Expr{Kind: Text, Name: strings.TrimSuffix(text, `"`)}
		}
		name = v
	}
	back := s.at
	s.skip()
	if s.take("(") {
		return Expr{Kind: Apply, Name: name, Sub: s.list(")", depth)}
	}
	s.at = back
	return Expr{Kind: Word, Name: name}
}

// text reads strings in quotation marks; those that follow one another are one.
func (s *scanner) text() Expr {
	var b strings.Builder
	for s.take(`"`) {
		for s.peek() != '"' {
			if s.peek() == '\\' {
				b.WriteByte(s.peek())
				s.at++
			}
			if s.at >= len(s.src) {
				s.fail(s.at, "a closing quotation mark")
			}
			b.WriteByte(s.peek())
			s.at++
		}
		s.at++
		back := s.at
		if s.skip(); s.peek() != '"' {
			s.at = back
		}
	}
	return Expr{Kind: Text, Name: b.String()}
}
