package bound

import (
	"fmt"
	"io"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/cli/prose"
	"github.com/tcpcheck/tcpcheck/internal/cli/runs"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/properties"
	"github.com/tcpcheck/tcpcheck/properties/bounds"
)

// tell prints a question, its points, what formula they support, and the shortest runs.
func (m *options) tell(w io.Writer, x *bounds.Answered) error {
	q := &x.Bound
	fmt.Fprintf(w, "%s %s\n  %s\n  counts: %s\n\n", q.Topic, q.Name, prose.Wrap(q.Sentence(), 96, "  "), q.Faults)
	wide := 0
	for _, p := range x.Points {
		wide = max(wide, len(q.Place(p.At)))
	}
	for i := range x.Points {
		p := &x.Points[i]
		fmt.Fprintf(w, "  %-*s  %s\n", wide, q.Place(p.At), pointLine(q, p))
	}
	fmt.Fprintln(w)
	if err := writeBars(w, x); err != nil {
		return err
	}
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
		return "nothing was tried"
	}
	o, text := last.Outcome, ""
	switch p.Conclusion {
	case properties.Holds:
		text = fmt.Sprintf("%s = %d: VERIFIED, %d states in %.1f s", q.Knob, p.Least(), o.Distinct, o.Elapsed.Seconds())
	case properties.Fails:
		text = fmt.Sprintf("no %s up to %d is safe", q.Knob, last.Value)
	case properties.Open:
		text = fmt.Sprintf("%s = %d: %s after %d states (%s)", q.Knob, last.Value, said(last), o.Distinct, p.Why())
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
	return "says nothing"
}

// tooSmall names the values that were found to be too small; the run told of is that of the largest.
func tooSmall(q *bounds.Bound, v int) string {
	if v == 0 {
		return q.Knob + " = 0"
	}
	return fmt.Sprintf("%s = %d, and every smaller one", q.Knob, v)
}

func tellFit(w io.Writer, q *bounds.Bound, f *bounds.Fit) {
	where := ""
	if f.Where != "" {
		where = "where " + f.Where + ": "
	}
	switch {
	case f.Points == 0:
		fmt.Fprintf(w, "  %sno formula: no point has a least safe value\n", where)
	case f.Formula == nil:
		fmt.Fprintf(w, "  %sno linear formula goes through the %d points\n", where, f.Points)
	case !f.Determined():
		fmt.Fprintf(w, "  %s%s = %s: what is written as ? is left open by %s\n", where, q.Knob, f.Formula.Text(q.Axes), prose.Count(uint64(f.Points), "point"))
	default:
		spare := "exactly as many as it takes: none confirms it"
		if n := f.Points - f.Rank; n > 0 {
			spare = fmt.Sprintf("%d of them to confirm it", n)
		}
		fmt.Fprintf(w, "  %s%s = %s %s through %s, %s\n", where, q.Knob, f.Formula.Text(q.Axes), q.Unit, prose.Count(uint64(f.Points), "point"), spare)
		if q.Unit == "ticks" {
			fmt.Fprintf(w, "    in continuous time %s\n", f.Formula.Continuous(q.Axes))
		}
	}
}

// expectation compares with what the points have been found to be before.
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
		return fmt.Sprintf("expected %s: NOT so at %s", q.Expected(), strings.Join(bad, "; "))
	}
	return fmt.Sprintf("expected %s: so at %d of %s", q.Expected(), asked, prose.Count(uint64(len(x.Points)), "point"))
}

// summary is a line for each question: what its points support, and how many of them were exhausted.
func summary(w io.Writer, all []bounds.Answered) {
	fmt.Fprintf(w, "%-22s %-34s %s\n", "question", "least safe value", "points exhausted")
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
			text = x.Bound.Knob + " = " + found
		} else if single := alone(x); single != "" {
			text = x.Bound.Knob + " = " + single
		} else if none > 0 && none == known {
			text = "none of those tried"
		}
		if none > 0 && none < known {
			text += "; none of those tried at " + prose.Count(uint64(none), "point")
		}
		fmt.Fprintf(w, "%-22s %-34s %d of %d\n", x.Bound.Name, text, known, len(x.Points))
	}
}

// alone lists the points, where they are too few to say more.
func alone(x *bounds.Answered) string {
	var parts []string
	for i := range x.Points {
		if p := &x.Points[i]; p.Conclusion == properties.Holds {
			parts = append(parts, fmt.Sprintf("%d at %s", p.Least(), x.Bound.Place(p.At)))
		}
	}
	return strings.Join(parts, "; ")
}

// formulas are what the points support: the formula, or those on each side of its bend, where a point more than it takes
// confirms it. Through as many points as it takes some formula always goes. Of a bend both sides must be confirmed.
func formulas(x *bounds.Answered) string {
	var parts []string
	for i := range x.Fits {
		f := &x.Fits[i]
		if f.Formula == nil && f.Where == "" { // the points may lie on a bend
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
		fmt.Fprintf(w, "  %s, %s = %d: a shortest run to a violation of %s\n\n", x.Bound.Place(p.At), x.Bound.Knob, below.Value, o.Violated)
		if err := m.Exporter.Export(o.System, o.System.MustReplay(o.Actions())); err != nil {
			return err
		}
		if err := runs.Draw(w, o.System, o.Actions(), ladder.Options{Violated: o.Violated, Part: o.Part}); err != nil {
			return err
		}
		fmt.Fprintln(w)
		if !m.runs {
			return nil
		}
	}
	return nil
}
