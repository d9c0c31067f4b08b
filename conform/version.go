package conform

import (
	"cmp"
	"fmt"
	"strings"
)

// kind is the kind of the entry, Departs if it has none.
func (d *Deviation) kind() string { return cmp.Or(d.Kind, Departs) }

// origin describes the entry in one line: its clause, its kind, and its versions.
func (d *Deviation) origin() string {
	text := fmt.Sprintf("%s; %s; seen in %s", d.Clause, d.kind(), d.Seen)
	if d.Gone != "" {
		text += ", gone in " + d.Gone
	}
	return text
}

// of is the table for one version. It has no entries that are gone in that version, or that came later.
func (t *Table) of(version string) (*Table, error) {
	u := &Table{Stack: t.Stack, Newest: t.Newest, Policies: t.Policies}
	for _, d := range t.Deviations {
		if gone := d.Gone != "" && !older(version, d.Gone); !gone && (d.Since == "" || !older(version, d.Since)) {
			u.Deviations = append(u.Deviations, d)
		}
	}
	return u, u.check()
}

// older compares two versions of a stack: numbers in them by value, everything else as text.
func older(a, b string) bool {
	for a != "" && b != "" {
		m, n := numberIn(a), numberIn(b)
		if m == "" || n == "" {
			if a[0] != b[0] {
				return a[0] < b[0]
			}
			a, b = a[1:], b[1:]
			continue
		}
		x, y := strings.TrimLeft(m, "0"), strings.TrimLeft(n, "0")
		if c := cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y)); c != 0 {
			return c < 0
		}
		a, b = a[len(m):], b[len(n):]
	}
	return a == "" && b != ""
}

// numberIn is the number with which a text begins.
func numberIn(s string) string {
	end := strings.IndexFunc(s, func(c rune) bool { return c < '0' || c > '9' })
	if end < 0 {
		return s
	}
	return s[:end]
}
