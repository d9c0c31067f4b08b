package mealy

import (
	"fmt"
	"strings"
)

// Error says where in a file something was wrong.
type Error struct {
	Name string // of the file
	Line int    // 0: the file as a whole
	Want string
	Got  string
}

func (e *Error) Error() string {
	place := e.Name
	if e.Line > 0 {
		place = fmt.Sprintf("%s:%d", e.Name, e.Line)
	}
	return fmt.Sprintf("%s: found %s, expected %s", place, e.Got, e.Want)
}

// token is a word or a mark of DOT: one of { } [ ] ; , = : or an arrow.
type token struct {
	text   string
	mark   bool // an arrow or one of the marks; else an identifier
	quoted bool // an identifier in quotation marks, or HTML
	html   bool
}

func (t token) is(mark string) bool { return t.mark && t.text == mark }

// keyword is the identifier in small letters, by which DOT knows its keywords.
func (t token) keyword() string {
	if t.mark || t.quoted {
		return ""
	}
	return strings.ToLower(t.text)
}

func (t token) String() string {
	if t.text == "" && !t.quoted {
		return "the end of the file"
	}
	return fmt.Sprintf("%q", t.text)
}

// scanner cuts a file into tokens.
type scanner struct {
	name string
	text string
	line int
}

// fail ends the reading; Read returns the error.
func (s *scanner) fail(want, got string) { panic(&Error{s.name, s.line, want, got}) }

// take cuts off the first n octets, and counts their lines.
func (s *scanner) take(n int) string {
	head := s.text[:n]
	s.text = s.text[n:]
	s.line += strings.Count(head, "\n")
	return head
}

// takeUntil passes over what stands before end, and end.
func (s *scanner) takeUntil(end, what string) {
	i := strings.Index(s.text, end)
	if i < 0 {
		s.fail(fmt.Sprintf("%s that ends with %q", what, end), "the end of the file")
	}
	s.take(i + len(end))
}

// skip passes over white space, comments, and lines that begin with #, as a preprocessor writes them.
func (s *scanner) skip(lineStart bool) {
	for {
		n := len(s.text) - len(strings.TrimLeft(s.text, " \t\r\n\f\v\ufeff"))
		lineStart = strings.Contains(s.take(n), "\n") || lineStart
		switch {
		case strings.HasPrefix(s.text, "//"), lineStart && strings.HasPrefix(s.text, "#"):
			end := strings.IndexByte(s.text, '\n')
			if end < 0 {
				end = len(s.text)
			}
			s.take(end)
		case strings.HasPrefix(s.text, "/*"):
			s.takeUntil("*/", "a comment")
		default:
			return
		}
		lineStart = false
	}
}

// next is the next token; at the end of the file it is the empty identifier.
func (s *scanner) next() token {
	if s.skip(false); s.text == "" {
		return token{}
	}
	switch c := s.text[0]; {
	case strings.HasPrefix(s.text, "->"), strings.HasPrefix(s.text, "--"):
		return token{text: s.take(2), mark: true}
	case strings.IndexByte("{}[];,=:", c) >= 0:
		return token{text: s.take(1), mark: true}
	case c == '"':
		return s.quoted()
	case c == '<':
		return s.markup()
	}
	return s.word()
}

// word is an identifier without quotation marks. What DOT would not take in one, such as a slash, is taken here.
func (s *scanner) word() token {
	n := strings.IndexAny(s.text, " \t\r\n\f\v{}[];,=:\"<>")
	if n < 0 {
		n = len(s.text)
	}
	head := s.text[:min(n+1, len(s.text))] // no farther: a file may be long
	for _, arrow := range []string{"->", "--"} {
		if i := strings.Index(head, arrow); i > 0 {
			n = min(n, i)
		}
	}
	if n == 0 {
		s.fail("an identifier", fmt.Sprintf("%q", s.text[:1]))
	}
	return token{text: s.take(n)}
}

// quoted is an identifier in quotation marks, in which \" is one and \n, \l and \r end a line.
func (s *scanner) quoted() token {
	var b strings.Builder
	s.take(1)
	for {
		i := strings.IndexAny(s.text, `"\`)
		if i < 0 || s.text[i] == '\\' && i+1 == len(s.text) {
			s.fail("a quotation mark that ends the text", "the end of the file")
		}
		b.WriteString(s.take(i))
		if s.take(1) == `"` {
			break
		}
		switch c := s.take(1); c {
		case "n", "l", "r":
			b.WriteByte('\n')
		case "\n": // a line that is continued
		case `"`, `\`:
			b.WriteString(c)
		default:
			b.WriteString(`\` + c)
		}
	}
	return token{text: b.String(), quoted: true}
}

// markup is HTML between angle brackets, which may be nested.
func (s *scanner) markup() token {
	depth := 0
	for i := range len(s.text) {
		switch s.text[i] {
		case '<':
			depth++
		case '>':
			depth--
		}
		if depth == 0 {
			return token{text: s.take(i + 1)[1:i], quoted: true, html: true}
		}
	}
	s.fail("a > for every <", "the end of the file")
	return token{}
}

// value is the value of an attribute. One without quotation marks goes on, over blanks and over commas in
// parentheses, to the next attribute or the end of the list: learners write label=SYN(V,V,0) / ACK(V,V,0), too.
func (s *scanner) value() token {
	s.skip(false)
	if s.text == "" || strings.IndexByte(`"<`, s.text[0]) >= 0 {
		return s.next()
	}
	depth, end := 0, len(s.text)
scan:
	for i := range len(s.text) {
		switch c := s.text[i]; {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ']', c == ';', c == '\n', c == ',' && depth <= 0, c == ' ' && beginsAttribute(s.text[i+1:]):
			end = i
			break scan
		}
	}
	if strings.TrimSpace(s.text[:end]) == "" {
		s.fail("the value of an attribute", fmt.Sprintf("%q", s.text[:min(end+1, len(s.text))]))
	}
	return token{text: strings.TrimSpace(s.take(end))}
}

// beginsAttribute reports whether text begins with a name and an equals sign.
func beginsAttribute(text string) bool {
	rest := strings.TrimLeft(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789")
	return len(rest) < len(text) && strings.HasPrefix(strings.TrimLeft(rest, " "), "=")
}
