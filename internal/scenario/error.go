package scenario

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
)

// Error is one thing wrong with a file, or with a setting.
type Error struct {
	File     string
	Line     int    // 0: not known, or no file
	Key      string // "A.user.active"
	Found    string
	Expected string
	Text     string // what to look for in the lines from that of the key on
}

func (e *Error) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File + ":")
		if e.Line > 0 {
			b.WriteString(strconv.Itoa(e.Line) + ":")
		}
		b.WriteString(" ")
	}
	if e.Key != "" {
		b.WriteString(e.Key + ": ")
	}
	if e.Expected == "" {
		b.WriteString(e.Found)
		return b.String()
	}
	fmt.Fprintf(&b, "found %s, expected %s", e.Found, e.Expected)
	return b.String()
}

// Errors is everything wrong with a file, in the order of its lines.
type Errors []*Error

func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

func (es Errors) sorted() Errors {
	sort.SliceStable(es, func(i, j int) bool { return es[i].Line < es[j].Line })
	return es
}

func number(n int) string { return strconv.Itoa(n) }

func oneOf(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return "one of " + strings.Join(names, ", ")
}

// lineOf finds the line of a key: the longest part of it that is written anywhere, and from
// there on the line that has the text. It need not be right in a file that is written to
// deceive it, for it only helps people to find the place.
func lineOf(data []byte, path, text string) int {
	best, bestLen, table := 0, 0, ""
	lines := strings.Split(string(data), "\n")
	for i, l := range lines {
		l = strings.TrimSpace(l)
		at := ""
		if strings.HasPrefix(l, "[") && !strings.Contains(l, "=") {
			table = plain(strings.Trim(l[:strings.LastIndex(l+"]", "]")], "[] "))
			at = table
			if i := strings.Index(at, "]"); i >= 0 {
				at, table = at[:i], at[:i]
			}
		} else if k, _, ok := strings.Cut(l, "="); ok && !strings.ContainsAny(k, `#<`) {
			at = plain(k)
			if table != "" {
				at = table + "." + at
			}
		}
		if at != "" && (path == at || strings.HasPrefix(path, at+".")) && len(at) > bestLen {
			best, bestLen = i+1, len(at)
		}
	}
	if text == "" || best == 0 {
		return best
	}
	for i := best - 1; i < len(lines); i++ {
		if strings.Contains(lines[i], text) {
			return i + 1
		}
	}
	return best
}

// plain is a TOML key without quotes and blanks.
func plain(k string) string {
	return strings.Map(func(r rune) rune {
		if r == '"' || r == '\'' || r == ' ' || r == '\t' {
			return -1
		}
		return r
	}, k)
}
