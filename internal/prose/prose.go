// Package prose lays out sentences, counts and small bars for a terminal.
package prose

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
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

// Nearest returns the most similar one of some names, or nothing if none is similar.
func Nearest(name string, names []string) string {
	best, least := "", max(2, len(name)/4)+1
	for _, n := range names {
		if d := distance(name, n); d < least {
			best, least = n, d
		}
	}
	return best
}

// distance is the number of octets to change, remove or add to make one word the other.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
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

// terminal is how many columns the terminal has; 0: there is none.
var terminal atomic.Int64

// OnTerminal makes Wrap, Items and Reflow keep to a terminal of so many columns; 0: there is none.
func OnTerminal(columns int) { terminal.Store(int64(columns)) }

// leastText is how much of a line is left for the text beside a long indent: then lines may be longer than the terminal is.
const leastText = 24

// Fit is the width of lines that would like to have this one: at most that of the terminal.
func Fit(width int, indent string) int {
	if columns := int(terminal.Load()); columns > 0 {
		return min(width, max(columns-1, len(indent)+leastText))
	}
	return width
}

// Reflow breaks paragraphs of lines anew, if the terminal is narrower than width. Indented lines are left as they are.
func Reflow(text string, width int) string {
	fit := Fit(width, "")
	if fit == width {
		return text
	}
	parts := strings.Split(text, "\n\n")
	for i, part := range parts {
		if !strings.HasPrefix(part, " ") && !strings.Contains(part, "\n ") {
			parts[i] = Wrap(strings.ReplaceAll(part, "\n", " "), fit, "")
		}
	}
	return strings.Join(parts, "\n\n")
}

// Wrap breaks text at words so that no line is longer than width, or than the terminal is; later lines begin with indent.
func Wrap(text string, width int, indent string) string {
	return strings.Join(Lines(text, Fit(width, indent), indent), "\n")
}

// Lines breaks text at words into lines that are no longer than width; those after the first begin with indent.
func Lines(text string, width int, indent string) []string {
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
	return strings.Split(b.String(), "\n")
}
