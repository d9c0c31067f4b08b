package bound

import (
	"fmt"
	"io"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/cli/runs"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/properties"
	"github.com/tcpcheck/tcpcheck/properties/bounds"
)

// tell prints a question, its points, the formula that they support, and the shortest runs.
func (m *options) tell(w io.Writer, x *bounds.Answered) error {
	q := &x.Bound
	fmt.Fprintf(w, "%s %s\n  %s\n  faults that count: %s\n\n", q.Topic, q.Name, prose.Wrap(q.Sentence(), 96, "  "), q.Faults)
	var points, bars [][]string
	for i := range x.Points {
		p := &x.Points[i]
		points = append(points, []string{q.Place(p.At), pointLine(q, p)})
		bars = append(bars, []string{q.Place(p.At), bar(p)})
	}
	prose.Table(w, "  ", "", points...)
	fmt.Fprintln(w)
	prose.Table(w, "    ", "", bars...)
	fmt.Fprintln(w)
	for i := range x.Fits {
		tellFit(w, q, &x.Fits[i])
	}
	if q.Expected() != "" {
		fmt.Fprintln(w, "  "+expectation(x))
	}
	fmt.Fprintln(w)
	return m.tellRuns(w, x)
}

// pointLine says what is known at a point, and from which searches.
func pointLine(q *bounds.Bound, p *bounds.Point) string {
	last := p.Last()
	if last == nil {
		return "no value was searched"
	}
	o, text := last.Outcome, ""
	switch p.Conclusion {
	case properties.Holds:
		text = fmt.Sprintf("%s = %d: VERIFIED, %d states in %.1f s", q.Symbol, p.Least(), o.Distinct, o.Elapsed.Seconds())
	case properties.Fails:
		text = fmt.Sprintf("no %s up to %d is safe", q.Symbol, last.Value)
	case properties.Open:
		text = fmt.Sprintf("%s = %d: %s after %d states (%s)", q.Symbol, last.Value, said(last), o.Distinct, p.Why())
	}
	if below := p.Below(); below != nil {
		text += fmt.Sprintf("; %s: VIOLATED, %s after %d steps", tooSmall(q, below.Value), below.Outcome.Violated, below.Outcome.Run.Steps())
	}
	for _, t := range p.Beyond {
		text += fmt.Sprintf("; %d: %s", t.Value, said(&t))
	}
	return text
}

// said is the verdict of one search, unless it is VERIFIED and vacuous.
func said(t *bounds.Attempt) string {
	if o := &t.Outcome; o.Verdict != explore.Verified || o.Witnessed {
		return o.Verdict.String()
	}
	return "vacuous"
}

// tooSmall names the values that are too small; the run is that of the largest of them.
func tooSmall(q *bounds.Bound, v int) string {
	if v == 0 {
		return q.Symbol + " = 0"
	}
	return fmt.Sprintf("%s = %d and every smaller value", q.Symbol, v)
}

func tellFit(w io.Writer, q *bounds.Bound, f *bounds.Fit) {
	where := ""
	if f.Where != "" {
		where = "where " + f.Where + ": "
	}
	switch {
	case f.Points == 0:
		fmt.Fprintf(w, "  %sno formula: no point has a smallest safe value\n", where)
	case f.Formula == nil:
		fmt.Fprintf(w, "  %sno linear formula goes through the %d points\n", where, f.Points)
	case !f.Determined():
		fmt.Fprintf(w, "  %s%s = %s: %s, too few to determine the numbers written as ?\n", where, q.Symbol, f.Formula.Text(q.Axes), prose.Count(uint64(f.Points), "point"))
	default:
		spare := "the minimum for such a formula, so nothing confirms it"
		if n := f.Points - f.Rank; n > 0 {
			spare = fmt.Sprintf("%d more than needed, which confirms it", n)
		}
		fmt.Fprintf(w, "  %s%s = %s %s fits %s, %s\n", where, q.Symbol, f.Formula.Text(q.Axes), q.Unit, prose.Count(uint64(f.Points), "point"), spare)
		if q.Unit == "ticks" {
			fmt.Fprintf(w, "    in continuous time: %s\n", f.Formula.Continuous(q.Axes))
		}
	}
}

// expectation compares the points with the known answers.
func expectation(x *bounds.Answered) string {
	q := &x.Bound
	bad, asked := []string{}, 0
	for i := range x.Points {
		p := &x.Points[i]
		if p.Conclusion != properties.Open {
			asked++
		}
		if q.Surprised(p) {
			bad = append(bad, q.Place(p.At))
		}
	}
	if len(bad) > 0 {
		return fmt.Sprintf("expected %s: NOT found at %s", q.Expected(), strings.Join(bad, "; "))
	}
	return fmt.Sprintf("expected %s: found at %d of %s", q.Expected(), asked, prose.Count(uint64(len(x.Points)), "point"))
}

// summary prints a line for each question: what its points support, and how many were searched completely.
func summary(w io.Writer, all []bounds.Answered) {
	rows := [][]string{{"question", "smallest safe value", "points searched completely"}}
	for i := range all {
		x := &all[i]
		known, none := 0, 0
		for k := range x.Points {
			if x.Points[k].Conclusion != properties.Open {
				known++
			}
			if x.Points[k].Conclusion == properties.Fails {
				none++
			}
		}
		text := "not known"
		if found := formulas(x); found != "" {
			text = x.Bound.Symbol + " = " + found
		} else if single := alone(x); single != "" {
			text = x.Bound.Symbol + " = " + single
		} else if none > 0 && none == known {
			text = "no safe value found"
		}
		if none > 0 && none < known {
			text += "; no safe value found at " + prose.Count(uint64(none), "point")
		}
		rows = append(rows, []string{x.Bound.Name, text, fmt.Sprintf("%d of %d", known, len(x.Points))})
	}
	prose.Table(w, "", "", rows...)
}

// alone lists the values of the points, if they are too few for a formula.
func alone(x *bounds.Answered) string {
	var parts []string
	for i := range x.Points {
		if p := &x.Points[i]; p.Conclusion == properties.Holds {
			parts = append(parts, fmt.Sprintf("%d at %s", p.Least(), x.Bound.Place(p.At)))
		}
	}
	return strings.Join(parts, "; ")
}

// formulas returns the formulas that the points confirm: one, or one for each side if they differ. A
// formula is confirmed if there is at least one point more than it needs, since some formula fits any
// smaller number of points. Of two sides, both must be confirmed.
func formulas(x *bounds.Answered) string {
	var parts []string
	for i := range x.Fits {
		f := &x.Fits[i]
		if f.Formula == nil && f.Where == "" { // there may be one for each side
			continue
		}
		if f.Formula == nil || !f.Determined() || f.Points <= f.Rank {
			return ""
		}
		text := f.Formula.Text(x.Bound.Axes)
		if f.Where != "" {
			text += " where " + f.Where
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

// tellRuns draws the shortest run with the largest value that is too small, for the first point or for all.
func (m *options) tellRuns(w io.Writer, x *bounds.Answered) error {
	if m.noRuns {
		return nil
	}
	for i := range x.Points {
		p := &x.Points[i]
		below := p.Below()
		if below == nil {
			continue
		}
		o := below.Outcome
		fmt.Fprintf(w, "  %s, %s = %d: a shortest run to a violation of %s\n\n", x.Bound.Place(p.At), x.Bound.Symbol, below.Value, o.Violated)
		opt := ladder.Options{Violated: o.Violated, Part: o.Part, Legend: m.Legend}
		name := fmt.Sprintf("%s, %s = %d", x.Bound.Place(p.At), x.Bound.Symbol, below.Value)
		if err := m.Exporter.Export(o.System, o.System.MustReplay(o.Actions()), name, opt); err != nil {
			return err
		}
		if err := runs.Draw(w, o.System, o.Actions(), opt); err != nil {
			return err
		}
		fmt.Fprintln(w)
		if !m.runs {
			return nil
		}
	}
	return nil
}

// bar draws a point: # for each value that is too small, and what was found after them.
func bar(p *bounds.Point) string {
	end := "| "
	switch p.Conclusion {
	case properties.Open:
		end = "? "
	case properties.Fails:
		end = "> "
	}
	return strings.Repeat("#", p.Known()) + end + p.Said()
}
