package terminal

import (
	"bytes"
	"unicode/utf8"
)

// Fit breaks lines that are wider than a terminal at words. A line goes on below the last column of the line, if that has
// room, or else further in than the line begins. Lines that fit stay as they are.
type Fit struct {
	Columns int

	at     int    // how wide the row is so far
	blanks []byte // that are not written yet, since a break may take their place
	lead   int    // where the line begins
	column int    // where its last column begins: after two blanks or more
	begun  bool   // the row has a word
}

// leastColumn is how wide the last column of a line has to be, so that the line goes on below it.
const leastColumn = 30

// broken returns text with the breaks that it needs. Each call is to end at the end of a word.
func (f *Fit) broken(text []byte) []byte {
	var out []byte
	for len(text) > 0 {
		switch {
		case text[0] == '\n':
			out = append(out, '\n')
			*f = Fit{Columns: f.Columns}
			text = text[1:]
		case text[0] == ' ':
			f.blanks = append(f.blanks, ' ')
			text = text[1:]
		default:
			word := text
			if i := bytes.IndexAny(text, " \n"); i >= 0 {
				word = text[:i]
			}
			out = f.word(out, word)
			text = text[len(word):]
		}
	}
	out = append(out, f.blanks...) // a prompt may end so
	f.at += len(f.blanks)
	f.blanks = f.blanks[:0]
	return out
}

func (f *Fit) word(out, word []byte) []byte {
	gap, wide := len(f.blanks), width(word)
	switch {
	case !f.begun:
		f.lead = f.at + gap
	case f.at+gap+wide > f.Columns:
		in := f.lead + 2
		if f.column > in && f.column <= f.Columns-leastColumn {
			in = f.column
		}
		out = append(append(out, '\n'), bytes.Repeat([]byte(" "), in)...)
		f.at, f.blanks, gap = in, f.blanks[:0], 0
	case gap > 1:
		f.column = f.at + gap
	}
	out = append(append(out, f.blanks...), word...)
	f.at, f.blanks, f.begun = f.at+gap+wide, f.blanks[:0], true
	return out
}

// width is how many columns a word has; the codes of colours have none.
func width(word []byte) (n int) {
	for i := 0; i < len(word); n++ {
		for bytes.HasPrefix(word[i:], []byte("\x1b[")) {
			end := bytes.IndexByte(word[i:], 'm')
			if end < 0 {
				return n
			}
			if i += end + 1; i == len(word) {
				return n
			}
		}
		_, size := utf8.DecodeRune(word[i:])
		i += size
	}
	return n
}
