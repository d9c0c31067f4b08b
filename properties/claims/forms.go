package claims

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/capture"
	"github.com/tcpcheck/tcpcheck/internal/figures"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// theorem looks up what a theorem, or "theorem/variant", has for an answer; the sentence says that it is supports.
func theorem(name string, supports explore.Verdict) form {
	return theoremWith(name, supports, func(*netfake.Scenario) {})
}

// theoremWith is theorem in a scenario that is changed further. It, search and plays are not inlined: their closures would be
// compiled again for each claim.
//
//go:noinline
func theoremWith(name string, supports explore.Verdict, change func(*netfake.Scenario)) form {
	asks := func() properties.Question {
		q := asked(name)
		change(&q.Scenario)
		return q
	}
	return form{asks: asks, supports: supports, find: func(ctx context.Context, set Settings) (Finding, error) {
		o, err := set.answer(ctx, asks())
		o.Name = name
		return searched(o, supports), err
	}}
}

// answer searches a question on endpoints that are changed as the settings say.
func (set Settings) answer(ctx context.Context, q properties.Question) (properties.Outcome, error) {
	if set.Change != nil {
		q.Scenario.Both(func(h *netfake.Host) { set.Change(&h.TCP) })
	}
	return q.Answer(ctx, set.Settings)
}

func asked(theorem string) properties.Question {
	q, err := properties.Find(theorem)
	if err != nil {
		panic("BUG: " + err.Error())
	}
	return q
}

// searched is the finding that a search is. A search that was cut off, or that verified something that nothing could
// have violated, says nothing.
func searched(o properties.Outcome, supports explore.Verdict) Finding {
	f := Finding{Outcome: &o, Why: o.Why, Brief: fmt.Sprintf("%v, %d states", o.Verdict, o.Distinct)}
	switch {
	case o.Verdict == explore.Violated:
		f.Run = o.Actions()
		f.Brief = runOf(f.Run.Stem())
		if n := o.Loop(); n > 0 {
			f.Brief += fmt.Sprintf(" and a loop of %d", n)
		}
	case o.Verdict != explore.Verified:
		f.Brief += " (" + o.Reason + ")"
		return f
	case !o.Witnessed:
		f.Brief += " (vacuous: never " + o.Witness + ")"
		return f
	}
	f.Conclusion = properties.HoldsIf(o.Verdict == supports)
	return f
}

func runOf(steps int) string {
	if steps == 1 {
		return "a run of 1 step"
	}
	return fmt.Sprintf("a run of %d steps", steps)
}

// reached: the sentence says that this can happen. never: that it cannot. witness is what must be reachable so that
// a search that does not find it says something; one that is expected to find it needs none.
func reached(sc func() netfake.Scenario, q, witness question) form {
	return search(sc, q, witness, explore.Violated)
}

func never(sc func() netfake.Scenario, q, witness question) form {
	return search(sc, q, witness, explore.Verified)
}

//go:noinline
func search(make func() netfake.Scenario, q, witness question, supports explore.Verdict) form {
	asks := func() properties.Question {
		return properties.Question{Scenario: make(), Always: []properties.Invariant{q.not()}, Witness: witness.condition()}
	}
	return form{asks: asks, supports: supports, find: func(ctx context.Context, set Settings) (Finding, error) {
		o, err := set.answer(ctx, asks())
		if err != nil {
			return Finding{}, err
		}
		f := searched(o, supports)
		if o.Verdict == explore.Violated {
			f.Why = q.name
			if last, ok := q.shownBy(o.System, o.Run.Last()); ok {
				f.Run.Actions = append(f.Run.Actions, last)
				f.Brief = runOf(len(f.Run.Actions))
			}
		}
		return f, nil
	}}
}

// leads: the sentence says that the question about what happens at last has that answer.
func leads(make func() netfake.Scenario, q properties.Live, supports explore.Verdict) form {
	asks := func() properties.Question { return properties.Question{Scenario: make(), Live: &q} }
	return form{asks: asks, supports: supports, find: func(ctx context.Context, set Settings) (Finding, error) {
		o, err := set.answer(ctx, asks())
		return searched(o, supports), err
	}}
}

// script plays one of the scripts of package figures: the sentence says that the model follows it.
func script(name string) form {
	return plays(func() figures.Script { return scriptNamed(name) }, properties.Holds)
}

// counterScript plays one that the sentence says cannot be followed; if it is not, that says nothing.
func counterScript(name string) form {
	return plays(func() figures.Script { return scriptNamed(name) }, properties.Fails)
}

// claimed is what the sentence says, written as a script: the machine follows it or does otherwise.
func claimed(text string) form {
	return plays(func() figures.Script {
		s, err := figures.Parse(claimedName, text)
		if err != nil {
			panic("BUG: " + err.Error())
		}
		return s
	}, properties.Holds)
}

// claimedName is that of every script that a claim is.
const claimedName = "claimed"

//go:noinline
func plays(get func() figures.Script, followed properties.Conclusion) form {
	return form{find: func(_ context.Context, set Settings) (Finding, error) {
		s := get()
		err := s.Run(set.changed)
		f := Finding{Conclusion: followed, Brief: "script " + s.Name + " plays", Text: s.Text}
		var off *figures.Mismatch
		switch {
		case err == nil && s.Name == claimedName:
			f.Brief = "the model does as claimed"
		case err == nil:
		case !errors.As(err, &off):
			return f, err
		case followed == properties.Holds:
			f.Conclusion, f.Brief = properties.Fails, fmt.Sprintf("got %s, claimed %s", off.Got, off.Want)
			f.Text += "\n" + off.Error() + "\n"
		default:
			f.Conclusion, f.Brief, f.Text = properties.Open, "script "+s.Name+" does not play", off.Error()+"\n"
		}
		return f, nil
	}}
}

func (set Settings) changed(c model.Config) model.Config {
	if set.Change != nil {
		set.Change(&c)
	}
	return c
}

func scriptNamed(name string) figures.Script {
	s, ok := figures.ByName(name)
	if !ok {
		panic("BUG: claim without script " + name)
	}
	return s
}

// computed is arithmetic on the header or on one step of the machine: whether the sentence is right, and the figures.
func computed(f func(c model.Config) (right bool, figures string)) form {
	return form{find: func(_ context.Context, set Settings) (Finding, error) {
		right, figures := f(set.changed(model.Default()))
		return Finding{Conclusion: properties.HoldsIf(right), Brief: figures}, nil
	}}
}

// captured judges what tcpdump printed: whether the sentence is right of these connections, and why.
func captured(text string, f func(cs []*capture.Connection) (right bool, why string)) form {
	return form{find: func(context.Context, Settings) (Finding, error) {
		cs, err := judged(text)
		if err != nil {
			return Finding{}, err
		}
		right, why := f(cs)
		var b bytes.Buffer
		for _, c := range cs {
			if err := c.Write(&b); err != nil {
				return Finding{}, err
			}
		}
		return Finding{Conclusion: properties.HoldsIf(right), Brief: why, Text: b.String()}, nil
	}}
}

func judged(text string) (cs []*capture.Connection, err error) {
	src, err := capture.Open(strings.NewReader(text), "capture")
	if err != nil {
		return nil, err
	}
	_, err = capture.Judge(src, capture.Options{}, func(c *capture.Connection) { cs = append(cs, c) })
	return cs, err
}
