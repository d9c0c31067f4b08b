package scenario

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"
)

// Error is one error in a file, or in a setting.
type Error struct {
	File     string
	Line     int    // 0: not known, or no file
	Column   int    // the character of the line, from 1, once Line is known; before, of Text; 0: not known
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
			if e.Column > 0 {
				b.WriteString(strconv.Itoa(e.Column) + ":")
			}
		}
		b.WriteString(" ")
	}
	if e.Key != "" {
		b.WriteString(e.Key + ": ")
	}
	if e.Column > 0 && e.Line == 0 {
		fmt.Fprintf(&b, "character %d of %s: ", e.Column, e.Text)
	}
	if e.Expected == "" {
		b.WriteString(e.Found)
		return b.String()
	}
	fmt.Fprintf(&b, "found %s, expected %s", e.Found, e.Expected)
	return b.String()
}

// Errors are all errors in a file, in the order of its lines.
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

// locate finds the line of the error in a file, and the column if the line has the text as it is.
func (e *Error) locate(name string, data []byte) {
	e.File, e.Line = name, lineOf(data, e.Key, e.Text)
	lines := strings.Split(string(data), "\n")
	if e.Column == 0 || e.Line == 0 || e.Line > len(lines) {
		e.Column = 0
		return
	}
	at := strings.Index(lines[e.Line-1], e.Text)
	if at < 0 {
		e.Column = 0
		return
	}
	e.Column += utf8.RuneCountInString(lines[e.Line-1][:at])
}

func number(n int) string { return strconv.Itoa(n) }

func oneOf(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return "one of " + strings.Join(names, ", ")
}

// lineOf finds the line of a key: that of the longest part of it that is written anywhere, and from
// there on the line that has the text.
func lineOf(data []byte, path, text string) int {
	best, longest := 0, 0
	eachKey(data, func(at string, line int) {
		if (path == at || strings.HasPrefix(path, at+".")) && len(at) > longest {
			best, longest = line, len(at)
		}
	})
	if text == "" || best == 0 {
		return best
	}
	for i, l := range strings.Split(string(data), "\n")[best-1:] {
		if strings.Contains(l, text) {
			return best + i
		}
	}
	return best
}

// eachKey reports each table and each key of a file, with the line that it is written in.
func eachKey(data []byte, report func(path string, line int)) {
	var p unstable.Parser
	var walk func(table string, n *unstable.Node) string
	walk = func(table string, n *unstable.Node) string {
		line, at := 0, table
		for k := n.Key(); k.Next(); {
			at = strings.TrimPrefix(at+"."+string(k.Node().Data), ".")
			line = p.Shape(k.Node().Raw).Start.Line
		}
		report(at, line)
		if n.Kind == unstable.KeyValue && n.Value().Kind == unstable.InlineTable {
			for inner := n.Value().Children(); inner.Next(); {
				walk(at, inner.Node())
			}
		}
		return at
	}
	table := ""
	for p.Reset(data); p.NextExpression(); {
		switch n := p.Expression(); n.Kind {
		case unstable.Table, unstable.ArrayTable:
			table = walk("", n)
		case unstable.KeyValue:
			walk(table, n)
		}
	}
}
