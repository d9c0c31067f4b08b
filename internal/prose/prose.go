// Package prose lays out sentences, counts and small bars for a terminal.
package prose

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Cell is text that a table in Markdown can hold.
func Cell(text string) string {
	return strings.NewReplacer("|", "\\|", "<", "&lt;", "\n", " ").Replace(text)
}

// Sparkline draws numbers as bars of one line, of at most width runes; where there are more numbers than that,
// each rune is the largest of some. Nothing is drawn as a blank.
func Sparkline(numbers []int, width int) string {
	const bars = "▁▂▃▄▅▆▇█"
	most := slices.Max(append([]int{1}, numbers...))
	n := min(len(numbers), width)
	var b strings.Builder
	for i := range n {
		part := numbers[i*len(numbers)/n : (i+1)*len(numbers)/n]
		x := slices.Max(part)
		if x == 0 {
			b.WriteByte(' ')
			continue
		}
		b.WriteRune([]rune(bars)[(x*8-1)/most])
	}
	return b.String()
}

// Count is a number of things, one or more.
func Count[N ~int | ~uint64](n N, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprint(n, " ", thing)
}

// Some lists the first few names and counts the rest.
func Some(names []string) string {
	switch n := len(names); {
	case n == 0:
		return "none"
	case n <= 4:
		return strings.Join(names, ", ")
	default:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:3], ", "), n-3)
	}
}

// Each returns what name says of each of the things.
func Each[T any](things []T, name func(T) string) (names []string) {
	for _, x := range things {
		names = append(names, name(x))
	}
	return names
}

// Items writes each text as an item of a list: it begins after indent, and its later lines two columns further in.
func Items(w io.Writer, indent string, width int, texts ...string) {
	for _, text := range texts {
		fmt.Fprintf(w, "%s%s\n", indent, Wrap(text, width, indent+"  "))
	}
}

// Quote makes text one word of a shell.
func Quote(text string) string {
	plain := func(r rune) bool {
		return r == '-' || r == '_' || r == '.' || r == '/' || r == '=' || r == ',' || r == ':' || r == '+' ||
			r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	}
	if text != "" && strings.IndexFunc(text, func(r rune) bool { return !plain(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// Wrap breaks text at words so that no line is longer than width; later lines begin with indent.
func Wrap(text string, width int, indent string) string {
	var b strings.Builder
	n := len(indent)
	for i, word := range strings.Split(text, " ") {
		wide := utf8.RuneCountInString(word)
		if i > 0 && n+1+wide > width {
			b.WriteString("\n" + indent)
			n = len(indent)
		} else if i > 0 {
			b.WriteByte(' ')
			n++
		}
		b.WriteString(word)
		n += wide
	}
	return b.String()
}
