package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/conform/stacks/lwip"
	"github.com/tcpcheck/tcpcheck/conform/stacks/smoltcp"
)

// column is a stack in the matrix: what it is compared by, and what came of it.
type column struct {
	title  string
	open   func() (conform.Peer, error)
	tables []string
	o      conform.Options
	report *conform.Report
	policy []string // of the table
}

// columns are all stacks of which there is a table, each with the options that its own test has.
func columns(newest string) []*column {
	list := []*column{
		{title: "gvisor", o: conform.Options{Steps: 3000, Seed: 1, Parallel: 2}},
		{title: "lneto"},
		{title: "smoltcp"},
		{title: "linux", o: conform.Options{Cover: conform.CoverPlaces, Parallel: 64}},
		{title: "lwip", o: conform.Options{Steps: 5000, Seed: 1}},
	}
	for _, c := range list {
		c.open, c.tables = stacks[c.title], []string{c.title + "/deviations.toml"}
		if walks := c.title + "/walks.toml"; exists(walks) {
			c.tables = append(c.tables, walks)
		}
	}
	if newest != "" {
		c := *list[0]
		c.title, c.open = "gvisor, newest", func() (conform.Peer, error) { return conform.Exec(conform.Patience, newest) }
		list = slices.Insert(list, 1, &c)
	}
	return list
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// check compares the stack.
func (c *column) check(ctx context.Context) error {
	table, err := conform.ReadTable(c.tables[0], c.tables[1:]...)
	if err != nil {
		return err
	}
	c.o.Table, c.policy = table, table.Policies
	c.report, err = conform.Check(ctx, c.open, c.o)
	return err
}

// writeMatrix compares every stack that can be had here, and writes what of the tables happened, by clause.
func writeMatrix(ctx context.Context, w io.Writer) error {
	dir, err := os.MkdirTemp("", "newest")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	newest := filepath.Join(dir, "newest")
	if said, err := exec.CommandContext(ctx, "go", "build", "-C", "newest", "-o", newest, ".").CombinedOutput(); err != nil {
		return fmt.Errorf("conform/stacks/newest: %w: %s", err, said)
	}
	var list []*column
	for _, c := range columns(newest) {
		switch err := c.check(ctx); {
		case errors.Is(err, smoltcp.ErrUnavailable), errors.Is(err, lwip.ErrUnavailable):
			fmt.Fprintln(os.Stderr, "left out:", err)
		case err != nil:
			return fmt.Errorf("%s: %w", c.title, err)
		default:
			list = append(list, c)
		}
	}
	return matrix(w, list)
}

const preface = `# The stacks, by clause

This table was written by ` + "`cd conform/stacks && go run . matrix > ../../docs/STACKS.md`" + `. It compares each
stack with the model, and counts the entries of its table (conform/stacks/*/deviations.toml and walks.toml) that
happened in this run, by the first clause that an entry names. Several entries may have one cause.

- **D**: the stack departs from the clause; "must" and "should" are in the entry.
- **C**: a choice that the clause, or another RFC, allows.
- **U**: undecided: the RFC does not say, or says both.
- **A**: the adapter's: the interface of the stack has no such call.

`

func matrix(w io.Writer, list []*column) error {
	var b strings.Builder
	b.WriteString(preface + "| |")
	row := func(cell func(*column) string) {
		for _, c := range list {
			b.WriteString(" " + cell(c) + " |")
		}
		b.WriteByte('\n')
	}
	row(func(c *column) string { return c.title })
	b.WriteString("|---|" + strings.Repeat("---|", len(list)) + "\n")
	for _, x := range []struct {
		name string
		cell func(*column) string
	}{
		{"version", func(c *column) string { return c.report.Version }},
		{"pairs compared", func(c *column) string { return fmt.Sprint(c.report.Compared()) }},
		{"as the model", func(c *column) string { return fmt.Sprint(c.report.Agree) }},
		{"differ as the table says", func(c *column) string { return fmt.Sprint(c.report.Known) }},
		{"differ otherwise", func(c *column) string { return fmt.Sprint(c.report.Unexplained) }},
		{"no longer happens", func(c *column) string { return fmt.Sprint(len(c.report.Unused)) }},
		{"policies throughout", func(c *column) string { return strings.Join(c.policy, ", ") }},
		{"all entries", func(c *column) string { return counts(c.report.Entries) }},
	} {
		b.WriteString("| " + x.name + " |")
		row(x.cell)
	}
	for _, clause := range clauses(list) {
		b.WriteString("| " + clause + " |")
		row(func(c *column) string {
			return counts(slices.DeleteFunc(slices.Clone(c.report.Entries), func(e conform.EntryUse) bool { return clauseOf(e.Clause) != clause }))
		})
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// counts says how many entries there are of each kind.
func counts(list []conform.EntryUse) string {
	n := map[string]int{}
	for _, e := range list {
		n[cmp.Or(e.Kind, conform.Departs)]++
	}
	var words []string
	for _, kind := range []string{conform.Departs, conform.Choice, conform.Undecided, conform.Adapter} {
		if n[kind] > 0 {
			words = append(words, fmt.Sprintf("%s%d", strings.ToUpper(kind[:1]), n[kind]))
		}
	}
	return strings.Join(words, " ")
}

// clauseAt is how a clause begins: "RFC 9293 §3.10.7.4, fifth", "RFC 9293 §3.5.2, third group".
var clauseAt = regexp.MustCompile(`^RFC [0-9]+( §[0-9.]*[0-9](, (first|second|third|fourth|fifth|sixth|seventh|eighth)( group)?\b)?)?`)

// clauseOf is the clause that the words about an entry begin with.
func clauseOf(words string) string {
	if found := clauseAt.FindString(words); found != "" {
		return found
	}
	before, _, _ := strings.Cut(words, ";")
	return before
}

// clauses are those that some stack has an entry of, in the order of their numbers.
func clauses(list []*column) (all []string) {
	for _, c := range list {
		for _, e := range c.report.Entries {
			if clause := clauseOf(e.Clause); !slices.Contains(all, clause) {
				all = append(all, clause)
			}
		}
	}
	slices.SortFunc(all, func(a, b string) int { return slices.Compare(order(a), order(b)) })
	return all
}

var numbers = regexp.MustCompile(`[0-9]+|first|second|third|fourth|fifth|sixth|seventh|eighth`)

// order is a clause as numbers, of which RFC 9293 comes first.
func order(clause string) (list []int) {
	for _, word := range numbers.FindAllString(clause, -1) {
		n := 1 + slices.Index([]string{"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"}, word)
		if n == 0 {
			fmt.Sscan(word, &n)
		}
		if n == 9293 {
			n = 0
		}
		list = append(list, n)
	}
	if list == nil {
		return []int{1 << 30} // a draft
	}
	return list
}
