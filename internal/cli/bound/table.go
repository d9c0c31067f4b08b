package bound

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/properties"
	"github.com/tcpcheck/tcpcheck/properties/bounds"
)

// boundHeader is the head of the table of --markdown.
const boundHeader = "| question | smallest safe value | searched completely at | run |\n|---|---|---|---|\n"

// tableRow writes a question as a row of the table in Markdown: what its points support, which points
// were searched completely, and the length of the shortest run just below the bound, at the first point.
func tableRow(w io.Writer, x *bounds.Answered) {
	q := &x.Bound
	value := foundText(x)
	var cut []string
	steps := ""
	for i := range x.Points {
		p := &x.Points[i]
		if p.Conclusion == properties.Open {
			cut = append(cut, q.Place(p.At)+": "+p.Why())
		}
		if below := p.Below(); below != nil && steps == "" {
			steps = strconv.Itoa(below.Outcome.Run.Steps())
		}
	}
	where := pointsText(x)
	if len(cut) > 0 {
		where += "; not at " + strings.Join(cut, ", ")
	}
	fmt.Fprintf(w, "| %s %s: %s | %s | %s | %s |\n", q.Topic, q.Name, prose.Cell(q.Asks), prose.Cell(value), prose.Cell(where), steps)
}

// foundText is what the points support: a formula if they confirm one, else the values one by one, with
// the known formula that they agree with.
func foundText(x *bounds.Answered) string {
	q := &x.Bound
	known, none, most := 0, 0, 0
	for i := range x.Points {
		p := &x.Points[i]
		switch p.Conclusion {
		case properties.Fails:
			none, most = none+1, max(most, p.Last().Value)
			known++
		case properties.Holds:
			known++
		}
	}
	switch {
	case known == 0:
		return "not known"
	case none == known:
		return fmt.Sprintf("none up to %d", most)
	}
	text := formulas(x)
	if text == "" {
		text = alone(x)
		if q.Expected() != "" && !slices.ContainsFunc(x.Points, func(p bounds.Point) bool { return q.Surprised(&p) }) {
			text += " (agrees with " + q.Expected() + ")"
		}
	}
	if none > 0 {
		text += "; no safe value found at " + prose.Count(uint64(none), "point")
	}
	return q.Symbol + " = " + text
}

// pointsText lists the points that were searched completely: MSL 2, R 2, 3; MSL 3, R 2.
func pointsText(x *bounds.Answered) string {
	q := &x.Bound
	var firsts []int
	rest := map[int][]string{}
	for i := range x.Points {
		p := &x.Points[i]
		if p.Conclusion == properties.Open {
			continue
		}
		if !slices.Contains(firsts, p.At[0]) {
			firsts = append(firsts, p.At[0])
		}
		if len(p.At) > 1 {
			second := strconv.Itoa(p.At[1])
			if p.At[1] == 0 && q.Axes[1].Never {
				second = "forever"
			}
			rest[p.At[0]] = append(rest[p.At[0]], second)
		}
	}
	slices.Sort(firsts)
	if len(q.Axes) == 1 {
		if len(firsts) == 0 {
			return ""
		}
		return q.Axes[0].Name + " " + strings.Join(prose.Each(firsts, strconv.Itoa), ", ")
	}
	var parts []string
	for _, v := range firsts {
		parts = append(parts, fmt.Sprintf("%s %d, %s %s", q.Axes[0].Name, v, q.Axes[1].Name, strings.Join(rest[v], ", ")))
	}
	return strings.Join(parts, "; ")
}
