package hazards

import (
	"context"
	"errors"
	"fmt"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/figures"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Answer is what came of one exhibit.
type Answer struct {
	With       string
	Sentence   string                // With and the premises of the catalogue
	By         string                // what was asked: "theorem assassination", "search", "dialogue self-connect", "the machine"
	Expected   properties.Conclusion // Fails where the danger must be there, Holds where it must be gone
	Conclusion properties.Conclusion
	Verdict    string // VIOLATED, VERIFIED, BOUNDED or UNKNOWN; of a script FOLLOWED or DEPARTS
	Steps      int    // of the shortest run
	Loop       int    // steps after it that happen again and again
	Detail     string // what does not hold; where a script departs; why a search is not finished
	Outcome    *properties.Outcome
	Script     string   // the text of the script
	Back       []Answer // of one in Gone: without each of the premises in Only the danger is there again
}

// AsExpected reports whether what had to be seen was seen, or what had to be gone is gone.
func (a Answer) AsExpected() bool { return a.Conclusion == a.Expected }

// Report is all that was computed of a hazard.
type Report struct {
	Hazard
	Shown, Gone, Costs []Answer
}

// Answers is all lists in one.
func (r Report) Answers() (all []Answer) {
	all = append(all, r.Shown...)
	for _, a := range r.Gone {
		all = append(append(all, a), a.Back...)
	}
	return append(all, r.Costs...)
}

// Look inspects the machine under a policy. It reports whether the danger is there, and what was found; an error
// says why that is not known.
type Look func(ctx context.Context, c model.Config) (seen bool, found string, err error)

// Answer computes everything that the hazard claims, of a model with a mutant if that is not model.None. An error means that
// a row of the table cannot be asked; that a search was cut off is no error.
func (h Hazard) Answer(ctx context.Context, mutant model.Mutant, set properties.Settings) (Report, error) {
	r := Report{Hazard: h}
	for _, part := range []struct {
		exhibits []Exhibit
		expected properties.Conclusion
		answers  *[]Answer
	}{{h.Shown, properties.Fails, &r.Shown}, {h.Gone, properties.Holds, &r.Gone}, {h.Costs, properties.Fails, &r.Costs}} {
		for _, e := range part.exhibits {
			a, err := h.answer(ctx, h.inherit(e), mutant, set)
			if err == nil {
				a.With, a.Sentence, a.Expected = e.Short(), e.Sentence(), part.expected
				a.Back, err = h.back(ctx, e, mutant, set)
			}
			if err != nil {
				return r, fmt.Errorf("hazard %d: %w", h.Number, err)
			}
			*part.answers = append(*part.answers, a)
		}
	}
	return r, nil
}

// back asks an exhibit again without each of the premises that are particular to it.
func (h Hazard) back(ctx context.Context, e Exhibit, mutant model.Mutant, set properties.Settings) (list []Answer, err error) {
	for _, p := range e.Only {
		q, by, err := h.inherit(e).question(mutant)
		if err != nil {
			return nil, err
		}
		relaxed, applies := q.Without(p)
		if !applies {
			return nil, fmt.Errorf("%q: the premise %q excludes nothing", e.With, p.Name)
		}
		a, err := search(ctx, relaxed, set)
		if err != nil {
			return nil, err
		}
		a.With, a.By, a.Expected = "without: "+p.Text, by, properties.Fails
		a.Sentence = a.With
		list = append(list, a)
	}
	return list, nil
}

// inherit fills in what an exhibit of Gone asks if it does not say.
func (h Hazard) inherit(e Exhibit) Exhibit {
	if e.Theorem == "" && e.Ask == nil && e.Script == "" && e.Look == nil {
		first := h.Shown[0]
		e.Theorem, e.Ask, e.Script, e.Look = first.Theorem, first.Ask, first.Script, first.Look
	}
	return e
}

// searches reports whether an exhibit is a question to a scenario.
func (e Exhibit) searches() bool { return e.Theorem != "" || e.Ask != nil }

// Question returns what the first search asks that shows the hazard; ok is false if no search shows it.
func (h Hazard) Question() (q Question, ok bool) {
	for _, e := range h.Shown {
		if e.searches() {
			q, _, err := e.question(model.None)
			return q, err == nil
		}
	}
	return q, false
}

// policy is what the exhibit changes in both endpoints, and then a mutant if that is not model.None.
func (e Exhibit) policy(mutant model.Mutant) func(*model.Config) {
	return func(c *model.Config) {
		if e.Policy != nil {
			e.Policy(c)
		}
		if mutant != model.None {
			c.Mutant = mutant
		}
	}
}

// question is what the exhibit asks of a scenario, with everything that it changes, and where it is from.
func (e Exhibit) question(mutant model.Mutant) (q Question, by string, err error) {
	switch {
	case e.Theorem != "":
		by = "theorem " + e.Theorem
		if q, err = properties.Find(e.Theorem); err != nil {
			return q, by, err
		}
	case e.Ask != nil:
		q, by = e.Ask(), "search"
	default:
		return q, by, fmt.Errorf("%q asks nothing", e.With)
	}
	if e.Change != nil {
		e.Change(&q)
	}
	for i := range q.Scenario.Peer {
		e.policy(mutant)(&q.Scenario.Peer[i].TCP)
	}
	return q, by, nil
}

func (h Hazard) answer(ctx context.Context, e Exhibit, mutant model.Mutant, set properties.Settings) (Answer, error) {
	a, err := Answer{}, error(nil)
	switch {
	case e.Script != "":
		a, err = play(e, e.policy(mutant))
	case e.Look != nil:
		a = look(ctx, e, e.policy(mutant))
	default:
		q, by, wrong := e.question(mutant)
		if wrong != nil {
			return a, wrong
		}
		a, err = search(ctx, q, set)
		a.By = by
	}
	a.With = e.With
	return a, err
}

// search answers a question to a scenario.
func search(ctx context.Context, q Question, set properties.Settings) (Answer, error) {
	o, err := q.Answer(ctx, set)
	if err != nil && ctx.Err() != nil { // a question about what happens eventually was interrupted
		return Answer{Verdict: explore.Unknown.String(), Detail: ctx.Err().Error()}, nil
	}
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Verdict: o.Verdict.String(), Steps: o.Run.Steps(), Loop: o.Loop(), Outcome: &o, Conclusion: o.Conclusion()}
	switch a.Conclusion {
	case properties.Fails:
		a.Detail = o.Violated
	case properties.Vacuous:
		a.Detail = "never reached: " + o.Witness
	case properties.Open:
		a.Detail = o.Reason
	}
	return a, nil
}

// play runs a script: the danger is seen if the machine follows it.
func play(e Exhibit, policy func(*model.Config)) (Answer, error) {
	s, ok := figures.ByName(e.Script)
	if !ok {
		return Answer{}, fmt.Errorf("no dialogue %q", e.Script)
	}
	a := Answer{With: e.With, By: "dialogue " + s.Name, Conclusion: properties.Fails, Verdict: "FOLLOWED", Script: s.Text}
	err := s.Run(func(c model.Config) model.Config { policy(&c); return c })
	if m, ok := errors.AsType[*figures.Mismatch](err); ok {
		a.Conclusion, a.Verdict = properties.Holds, "DEPARTS"
		a.Detail = fmt.Sprintf("line %d, %s: %s for %s", m.Line, m.What, m.Got, m.Want)
		err = nil
	}
	return a, err
}

func look(ctx context.Context, e Exhibit, policy func(*model.Config)) Answer {
	c := netfake.TwoHosts().Peer[a].TCP
	policy(&c)
	seen, found, err := e.Look(ctx, c)
	a := Answer{With: e.With, By: "the machine", Conclusion: properties.Holds, Verdict: "ABSENT", Detail: found}
	switch {
	case err != nil:
		a.Conclusion, a.Verdict, a.Detail = properties.Open, explore.Unknown.String(), err.Error()
	case seen:
		a.Conclusion, a.Verdict = properties.Fails, "SEEN"
	}
	return a
}

// Premises returns those of the search, if there was one.
func (a Answer) Premises() []string {
	if a.Outcome == nil {
		return nil
	}
	return a.Outcome.Premises()
}

// Actions is the run that shows the danger, its loop once.
func (a Answer) Actions() netfake.Run {
	if a.Outcome == nil {
		return netfake.Run{}
	}
	return a.Outcome.Actions()
}
