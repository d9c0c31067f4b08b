package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/prose"
)

func (rep *report) writeJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(rep)
}

// headings of the table.
var headings = []string{"row", "mode", "keeps", "distinct", "CPU s", "wall s", "peak MiB", "B/state", "CPU x", "wall x", "peak x", ""}

// writeTable prints the report for a person.
func (rep *report) writeTable(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "minitcp %s: %d distinct states (%s)\n%s\nx: times %s\n\n", rep.Size, rep.Distinct, rep.Source, rep.circumstances(), baseline)
	table := [][]string{headings}
	for _, o := range rep.Rows {
		table = append(table, o.cells())
	}
	prose.Table(&b, "", "   >>>>>>>>", table...)
	_, err := b.WriteTo(w)
	return err
}

// circumstances says when and on what a report was measured: the figures mean nothing without.
func (rep *report) circumstances() string {
	m := rep.Machine
	text := fmt.Sprintf("%s, median of %d; %s/%s, %d processors", rep.Date, rep.Runs, m.OS, m.Arch, m.Processors)
	if m.Load[0] != "" {
		text += fmt.Sprintf("; load averages %s before, %s after", m.Load[0], m.Load[1])
	}
	if v := rep.versions(); v != "" {
		text += "\n" + v
	}
	return text
}

const (
	tableTitle = "# tcpcheck's explorer beside other checkers"
	tableHead  = "| row | mode | keeps | processor time | wall time | peak memory | |\n|---|---|---|--:|--:|--:|---|"
)

// writeMarkdown prints the ratios as a document (TABLE.md). Seconds are left out, since they say more of the machine than of the
// tools.
func (rep *report) writeMarkdown(w io.Writer) error {
	fmt.Fprintf(w, "%s\n\n`%s` wrote this. [README.md](README.md) says what is measured, and how.\n\n", tableTitle, rep.Command)
	circumstances := strings.ReplaceAll(rep.circumstances(), "\n", ". ")
	fmt.Fprintf(w, "minitcp %s, %d states. %s. Times `%s`:\n\n", rep.Size, rep.Distinct, circumstances, baseline)
	fmt.Fprintln(w, tableHead)
	for _, o := range rep.Rows {
		c := o.cells()
		line := append(c[:3:3], c[8:]...)
		if _, err := fmt.Fprintf(w, "| %s |\n", strings.Join(line, " | ")); err != nil {
			return err
		}
	}
	return nil
}

func (o *outcome) cells() []string {
	cells := []string{o.ID, o.Mode, o.Keeps}
	if m := o.Median; m != nil {
		cells = append(cells, fmt.Sprint(o.Distinct), fmt.Sprintf("%.2f", m.CPU), fmt.Sprintf("%.2f", m.Wall),
			fmt.Sprintf("%.0f", m.Peak/(1<<20)), fmt.Sprintf("%.1f", m.State))
	} else {
		cells = append(cells, "-", "-", "-", "-", "-")
	}
	if r := o.Ratio; r != nil {
		cells = append(cells, fmt.Sprintf("%.2f", r.CPU), fmt.Sprintf("%.2f", r.Wall), fmt.Sprintf("%.2f", r.Peak))
	} else {
		cells = append(cells, "-", "-", "-")
	}
	return append(cells, o.note())
}

// note is what a reader must know of the row besides its figures.
func (o *outcome) note() string {
	switch o.Status {
	case statusOK:
		return ""
	case statusMissed:
		return fmt.Sprintf("MISSED %d", o.Missed)
	case statusDisagrees:
		return "DISAGREES: " + o.Why
	}
	note := o.Why
	if o.Status != statusAbsent {
		note = strings.TrimSuffix(o.Status+": "+o.Why, ": ")
	}
	if o.Missed > 0 {
		note = fmt.Sprintf("MISSED %d; %s", o.Missed, note)
	}
	if n := len(o.Samples); n > 0 {
		note += fmt.Sprintf(" (figures of %d run%s)", n, plural(n))
	}
	return note
}
