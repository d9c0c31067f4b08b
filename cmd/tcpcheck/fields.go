package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// fieldReport says which parts of a state take how many values.
type fieldReport struct {
	Unfinished bool         `json:"unfinished"` // there was more to see: some field is the reason
	Levels     int          `json:"levels"`
	Last       int          `json:"lastLevels"` // how many of them count as the last
	Suspects   []string     `json:"suspects"`   // of an unfinished search: the fields that still grow, worst first
	Wholes     []fieldCount `json:"wholes"`     // parts that consist of fields
	Fields     []fieldCount `json:"fields"`
}

type fieldCount struct {
	Name   string `json:"name"`
	Values int    `json:"values"`   // different ones
	Late   int    `json:"late"`     // of these, the ones that the last levels were the first to bring
	Levels []int  `json:"perLevel"` // different ones per level
	Fresh  []int  `json:"newInIt"`  // of these, the ones that no earlier level has
}

func countFields(r *result, g *graph) *fieldReport {
	f := &fieldReport{Unfinished: r.Reason != "" || len(r.Cuts) > 0, Levels: len(r.Levels), Last: explore.LastLevels(len(r.Levels)), Suspects: []string{}}
	for _, list := range []struct {
		of []netfake.Field
		to *[]fieldCount
	}{{netfake.Wholes(), &f.Wholes}, {netfake.Fields(), &f.Fields}} {
		var fields []explore.Field[netfake.State]
		for _, x := range list.of {
			fields = append(fields, explore.Field[netfake.State](x))
		}
		for _, c := range explore.CountFields(g, fields) {
			*list.to = append(*list.to, fieldCount{c.Name, c.Values, c.Late, c.Levels, c.Fresh})
		}
	}
	for _, c := range f.Fields {
		if f.Unfinished && c.Late > 0 {
			f.Suspects = append(f.Suspects, c.Name)
		}
	}
	return f
}

func (f *fieldReport) write(w io.Writer) {
	switch {
	case len(f.Suspects) > 0:
		fmt.Fprintf(w, "\nThe search was not at its end. In the last %d of %d levels these still took new values:\n  %s\n", f.Last, f.Levels, wrap(strings.Join(f.Suspects, ", "), 96, "  "))
	case f.Unfinished:
		fmt.Fprintf(w, "\nThe search was not at its end, and yet no field took a new value in the last %d of %d levels.\n", f.Last, f.Levels)
	default:
		fmt.Fprintf(w, "\nThe search came to its end; these are the parts that took most values.\n")
	}
	fmt.Fprintf(w, "\n  %-34s %8s %8s  %s\n", "part", "values", "late", "different values per level")
	tellFields(w, f.Wholes)
	fmt.Fprintln(w)
	tellFields(w, f.Fields)
}

func tellFields(w io.Writer, list []fieldCount) {
	var still []string
	for _, c := range list {
		if c.Values <= 1 {
			still = append(still, c.Name)
			continue
		}
		late := ""
		if c.Late > 0 {
			late = fmt.Sprintf("+%d", c.Late)
		}
		fmt.Fprintf(w, "  %-34s %8d %8s  %s\n", c.Name, c.Values, late, sparkline(c.Levels, 44))
	}
	if len(still) > 0 {
		fmt.Fprintf(w, "  always the same: %s\n", wrap(strings.Join(still, ", "), 96, "    "))
	}
}

// sparkline draws numbers as bars of one line, of at most width runes; where there are more numbers than that,
// each rune is the largest of some. Nothing is drawn as a blank.
func sparkline(numbers []int, width int) string {
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
