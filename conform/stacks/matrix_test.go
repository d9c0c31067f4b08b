package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/conform"
)

// The columns of docs/STACKS.md that cost little to make are those of today.
func TestMatrixIsOfToday(t *testing.T) {
	pinned, err := os.ReadFile("../../docs/STACKS.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range columns("") {
		if c.title != "lneto" && c.title != "smoltcp" {
			continue
		}
		t.Run(c.title, func(t *testing.T) {
			c.report = compare(t, c.title, conform.Options{Table: table(t, c.tables...)})
			c.policy = table(t, c.tables...).Policies
			var b strings.Builder
			if err := matrix(&b, []*column{c}); err != nil {
				t.Fatal(err)
			}
			want := cells(b.String(), c.title)
			if got := cells(string(pinned), c.title); !slices.Equal(got, want) {
				t.Errorf("docs/STACKS.md has %q\nexpected %q\ngo run . matrix > ../../docs/STACKS.md makes it", got, want)
			}
		})
	}
}

// cells are those of a column that are not empty, each behind the name of its row.
func cells(text, title string) (list []string) {
	at := -1
	for line := range strings.Lines(text) {
		row := strings.Split(strings.TrimSpace(line), " | ")
		if at < 0 {
			at = slices.Index(append([]string{strings.Trim(row[0], "| ")}, trimmed(row[1:])...), title)
			continue
		}
		if at < len(row) {
			if cell := strings.Trim(row[at], " |"); cell != "" {
				list = append(list, strings.Trim(row[0], "| ")+": "+cell)
			}
		}
	}
	return list
}

func trimmed(list []string) (out []string) {
	for _, x := range list {
		out = append(out, strings.Trim(x, "| "))
	}
	return out
}

func TestMatrixByClause(t *testing.T) {
	entry := func(clause, kind string) conform.EntryUse {
		return conform.EntryUse{Deviation: conform.Deviation{Clause: clause, Kind: kind}}
	}
	c := &column{title: "odd", report: &conform.Report{Entries: []conform.EntryUse{
		entry("RFC 9293 §3.10.7.4, fifth, CLOSING", ""), entry("RFC 9293 §3.10.7.4, fifth: a RST", conform.Choice),
		entry("RFC 9293 §3.5.2, third group: must", ""), entry("RFC 9293 §3.10.5, SYN-RECEIVED", conform.Adapter),
		entry("RFC 1337, fix F1", conform.Undecided), entry("draft-x; RFC 9293 §3.5", ""),
	}}}
	var b strings.Builder
	if err := matrix(&b, []*column{c}); err != nil {
		t.Fatal(err)
	}
	_, got, _ := strings.Cut(b.String(), "| all entries ")
	want := `| D3 C1 U1 A1 |
| RFC 9293 §3.5.2, third group | D1 |
| RFC 9293 §3.10.5 | A1 |
| RFC 9293 §3.10.7.4, fifth | D1 C1 |
| RFC 1337 | U1 |
| draft-x | D1 |
`
	if got != want {
		t.Errorf("%s\nexpected\n%s", got, want)
	}
}
