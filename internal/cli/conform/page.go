package conform

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/internal/prose"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{"number": func(i int) int { return i + 1 }}).Parse(pageText))

// page is what the page of --html shows.
type page struct {
	*conform.Report
	Severities []conform.Severity
	Columns    []string
	Rows       []row
	Findings   []findingOnPage
	Entries    []entryOnPage
}

type row struct {
	Name  string
	Cells []cell
}

// cell is a situation and the inputs with the same flags, or a call.
type cell struct{ Class, Title, Link, Text string }

type findingOnPage struct {
	conform.Finding
	Rank   int
	In, At string
	Lines  []conform.LineJSON
}

type entryOnPage struct {
	conform.EntryUse
	Lines []conform.LineJSON
}

// writePage writes the report as one page that needs nothing else. pairs are all that were chosen.
func writePage(w io.Writer, r *conform.Report, pairs []conform.Pair) error {
	p := page{Report: r, Severities: conform.Severities}
	worst := map[string]*conform.Finding{} // by change
	for i := range r.Findings {
		f := &r.Findings[i]
		worst[f.Change] = f
		p.Findings = append(p.Findings, findingOnPage{*f, rank(f), strings.Join(f.States, ", "), strings.Join(f.Inputs, ", "), linesOf(f.Script)})
	}
	for _, e := range r.Entries {
		p.Entries = append(p.Entries, entryOnPage{e, linesOf(e.Script)})
	}
	cells := map[[2]string][]string{} // the changes of its pairs
	names, rows := prose.Each(pairs, conform.Pair.String), []string(nil)
	for _, name := range slices.Sorted(maps.Keys(r.Differences)) {
		if !slices.Contains(names, name) { // of a situation that depends on the stack
			names = append(names, name)
		}
	}
	for _, name := range names {
		situation, step, _ := strings.Cut(name, ": ")
		column, _, _ := strings.Cut(step, " seq=")
		at := [2]string{situation, column}
		if !slices.Contains(rows, at[0]) {
			rows = append(rows, at[0])
		}
		if !slices.Contains(p.Columns, column) {
			p.Columns = append(p.Columns, column)
		}
		cells[at] = append(cells[at], r.Differences[name])
	}
	for _, name := range rows {
		x := row{Name: name}
		for _, column := range p.Columns {
			x.Cells = append(x.Cells, cellOf(cells[[2]string{name, column}], worst))
		}
		p.Rows = append(p.Rows, x)
	}
	return pageTemplate.Execute(w, p)
}

func rank(f *conform.Finding) int { return slices.Index(conform.Severities, f.Severity) }

// cellOf shows the worst of the changes of some pairs.
func cellOf(changes []string, findings map[string]*conform.Finding) cell {
	if len(changes) == 0 {
		return cell{Class: "none"}
	}
	c := cell{Class: "agree"}
	var shown *conform.Finding
	times, differ := map[string]int{}, 0
	for _, change := range changes {
		if change == "" {
			continue
		}
		times[change]++
		if change == conform.NotReached {
			if c.Class == "agree" {
				c.Class = "none"
			}
			continue
		}
		differ++
		f := findings[change]
		switch {
		case shown == nil && f == nil:
			c.Class = "known"
		case f != nil && (shown == nil || rank(f) < rank(shown)):
			shown = f
			c.Class, c.Link = fmt.Sprintf("s%d", rank(f)), f.Name
		}
	}
	if differ > 0 {
		c.Text = fmt.Sprint(differ)
	}
	var words []string
	for change, n := range times {
		words = append(words, fmt.Sprintf("%d: %s", n, change))
	}
	slices.Sort(words)
	c.Title = fmt.Sprintf("%d of %d pairs differ\n%s", differ, len(changes), strings.Join(words, "\n"))
	return c
}

func linesOf(script []conform.Line) (list []conform.LineJSON) {
	for i := range script {
		list = append(list, script[i].JSON())
	}
	return list
}
