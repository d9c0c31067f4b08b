package scenario

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// Error is one error in a file, or in a setting.
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
		report(today(at), line)
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
