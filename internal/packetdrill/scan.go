package packetdrill

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// scanner reads a script character by character, since the meaning of a character depends on the context.
type scanner struct {
	file    string
	src     []byte
	at      int
	defines map[string]string // of --define=NAME=VALUE, and the name of the system
	open    int               // the offset of the open #ifdef, or -1
	freebsd bool              // the dialect is that of FreeBSD's packetdrill
}

// stop ends the reading of a script; Parse turns it into an error.
type stop struct{ err *Error }

// fail ends the reading at an offset.
func (s *scanner) fail(at int, expected string) {
	panic(stop{&Error{File: s.file, Pos: s.pos(at), Expected: expected, Found: s.found(at)}})
}

// pos returns the position of an offset.
func (s *scanner) pos(at int) Pos {
	before := s.src[:at]
	return Pos{Line: 1 + bytes.Count(before, []byte("\n")), Col: at - bytes.LastIndexByte(before, '\n')}
}

// found quotes the text at an offset.
func (s *scanner) found(at int) string {
	if at >= len(s.src) {
		return "the end of the script"
	}
	line, _, _ := bytes.Cut(s.src[at:], []byte("\n"))
	if len(line) == 0 {
		return "the end of the line"
	}
	text := string(line[:min(len(line), 20)])
	if !utf8.ValidString(text) {
		text = text[:1]
	}
	return strconv.Quote(text)
}

// peek returns the next character, or 0 at the end.
func (s *scanner) peek() byte {
	if s.at < len(s.src) {
		return s.src[s.at]
	}
	return 0
}

func (s *scanner) has(prefix string) bool { return bytes.HasPrefix(s.src[s.at:], []byte(prefix)) }

// take skips a prefix if it is next.
func (s *scanner) take(prefix string) bool {
	if s.has(prefix) {
		s.at += len(prefix)
		return true
	}
	return false
}

// skip skips blanks, comments and the lines that #ifdef excludes. As in packetdrill the end of a line is a blank like any
// other, and # does not begin a comment.
func (s *scanner) skip() {
	for s.at < len(s.src) {
		switch c := s.src[s.at]; {
		case isBlank(c):
			s.at++
		case s.has("//"):
			s.line()
		case s.has("/*"):
			end := bytes.Index(s.src[s.at+2:], []byte("*/"))
			if end < 0 {
				s.fail(len(s.src), fmt.Sprintf("*/, for the comment that begins in line %d", s.pos(s.at).Line))
			}
			s.at += end + 4
		case c == '#':
			s.condition()
		default:
			return
		}
	}
	if s.open >= 0 {
		s.fail(len(s.src), fmt.Sprintf("#endif, for the #ifdef in line %d", s.pos(s.open).Line))
	}
}

// condition skips #ifdef NAME, #else or #endif, and the lines that it excludes. It overwrites them with blanks, since the
// scanner may go back.
func (s *scanner) condition() {
	begin := s.at
	switch {
	case s.open < 0 && s.take("#ifdef"):
		for isBlank(s.peek()) {
			s.at++
		}
		name := s.while(isWord)
		if name == "" {
			s.fail(s.at, "a name after #ifdef")
		}
		s.open = begin
		if _, ok := s.defines[name]; !ok && s.pass("#else", "#endif") == "#endif" {
			s.open = -1
		}
	case s.open >= 0 && s.take("#else"):
		s.pass("#endif")
		s.open = -1
	case s.open >= 0 && s.take("#endif"):
		s.open = -1
	default:
		s.fail(begin, "a statement; a comment begins with //, and #ifdef, #else and #endif do not nest")
	}
	for i, c := range s.src[begin:s.at] {
		if c != '\n' {
			s.src[begin+i] = ' '
		}
	}
}

// pass skips everything up to and including the first of the words, and returns that word.
func (s *scanner) pass(words ...string) string {
	for ; s.at < len(s.src); s.at++ {
		for _, w := range words {
			if s.take(w) {
				return w
			}
		}
	}
	s.fail(len(s.src), fmt.Sprintf("#endif, for the #ifdef in line %d", s.pos(s.open).Line))
	return ""
}

// line skips the rest of the line and returns it.
func (s *scanner) line() string {
	rest, _, _ := bytes.Cut(s.src[s.at:], []byte("\n"))
	s.at += len(rest)
	return strings.TrimSpace(string(rest))
}

// while reads characters as long as ok holds.
func (s *scanner) while(ok func(byte) bool) string {
	from := s.at
	for s.at < len(s.src) && ok(s.src[s.at]) {
		s.at++
	}
	return string(s.src[from:s.at])
}

// until reads up to the closing mark, and skips the mark.
func (s *scanner) until(mark, expected string) string {
	from := s.at
	end := bytes.Index(s.src[s.at:], []byte(mark))
	if end < 0 {
		s.fail(len(s.src), fmt.Sprintf("%s, for what begins in line %d", expected, s.pos(from).Line))
	}
	s.at += end + len(mark)
	return string(s.src[from : from+end])
}

// expect skips blanks and one mark, which must be there.
func (s *scanner) expect(mark, expected string) {
	s.skip()
	if !s.take(mark) {
		s.fail(s.at, expected)
	}
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' }
func isWord(c byte) bool   { return isLetter(c) || isDigit(c) }
func isBlank(c byte) bool  { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// uint reads a whole number in decimal, or the name of one that was defined.
func (s *scanner) uint(bits int, what string) uint64 {
	from := s.at
	text := s.while(isWord)
	if v, ok := s.defines[text]; ok {
		text = v
	}
	n, err := strconv.ParseUint(text, 10, bits)
	if err != nil {
		s.at = from
		s.fail(from, fmt.Sprintf("%s, a whole number below 2^%d", what, bits))
	}
	return n
}
