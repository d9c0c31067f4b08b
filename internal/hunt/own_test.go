package hunt

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/ownquestions"
	"github.com/tcpcheck/tcpcheck/internal/question"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// writer writes random questions of a user's own.
type writer struct {
	*rand.Rand
	sc *netfake.Scenario
}

// names returns those of an endpoint or of the world, or of a segment, that have a type.
func names(takes string, segment bool) (paths []string) {
	for _, n := range question.Names() {
		if of := strings.HasPrefix(n.Path, "."); n.Takes == takes && of == segment && !strings.ContainsAny(n.Path, "( ") {
			paths = append(paths, n.Path)
		}
	}
	return paths
}

func (w writer) name(takes string, segment bool) string {
	list := names(takes, segment)
	name := list[w.IntN(len(list))]
	if w.IntN(2) == 0 {
		name = strings.Replace(name, "A.", "B.", 1)
	}
	return name
}

// atom is a comparison, of something of a segment if segment is set.
func (w writer) atom(segment bool) string {
	switch w.IntN(6) {
	case 0:
		return w.name("true or false", segment)
	case 1:
		return fmt.Sprintf("%s %s %d", w.name("an integer", segment), []string{"==", "<", ">=", "!="}[w.IntN(4)], w.IntN(3))
	case 2:
		return fmt.Sprintf("%s - %s %s %d", w.name("a sequence number", segment), w.name("a sequence number", false), []string{"==", "<=", ">"}[w.IntN(3)], w.IntN(3)-1)
	case 3:
		return fmt.Sprintf("before(%s, %s + %d)", w.name("a sequence number", segment), w.name("a sequence number", false), w.IntN(2))
	case 4:
		if f := w.sc.Watch.Names(); len(f) > 0 && !segment {
			return fmt.Sprintf("fault(%q)", f[w.IntN(len(f))])
		}
	}
	return fmt.Sprintf("%s in [%q, %q]", w.name("a state", false), model.State(w.IntN(model.NumStates)), model.State(w.IntN(model.NumStates)))
}

func (w writer) expression(depth int) string {
	if depth == 0 {
		return w.atom(false)
	}
	switch w.IntN(6) {
	case 0:
		return "!(" + w.expression(depth-1) + ")"
	case 1:
		return fmt.Sprintf("%s(wire, %s && %s)", []string{"any", "none", "all"}[w.IntN(3)], w.atom(true), w.atom(true))
	case 2:
		return fmt.Sprintf("count(wire, %s) < %d", w.atom(true), 1+w.IntN(2))
	case 3:
		return fmt.Sprintf("(%s ? %s : %s)", w.expression(depth-1), w.expression(depth-1), w.expression(depth-1))
	}
	return fmt.Sprintf("(%s %s %s)", w.expression(depth-1), []string{"&&", "||"}[w.IntN(2)], w.expression(depth-1))
}

// own returns a file with the scenario and questions of a user's own. A question that the scenario cannot answer is left
// out: a scenario file with it is refused.
func own(sc netfake.Scenario, seed uint64) (f scenario.File, refused int) {
	w := writer{rand.New(rand.NewPCG(seed, 1)), &sc}
	f.Scenario = sc
	for i := range 12 {
		text := fmt.Sprintf("q%d: %s", i, w.expression(1+w.IntN(2)))
		one := scenario.File{Scenario: sc, Always: []string{text}}
		if i >= 8 {
			text = fmt.Sprintf("%s => %s", text, w.expression(1+w.IntN(2)))
			one.Always, one.LeadsTo = nil, []string{text}
		}
		if _, err := scenario.Parse("own", scenario.Format(one), nil); err != nil {
			refused++
			continue
		}
		f.Always, f.LeadsTo = append(f.Always, one.Always...), append(f.LeadsTo, one.LeadsTo...)
	}
	return f, refused
}

// Questions of a user's own have one answer, too: about states with every set of reductions, in every store, with any number
// of workers; and about what happens eventually.
func TestOwnQuestions(t *testing.T) {
	h := New(*maxStates, "")
	h.Workers, h.OneWay = []int{1, 2}, true
	invariants := h.Always
	var sum tally
	asked, refused, live := 0, 0, map[explore.Verdict]int{}
	for n := *first; n < *first+*scenarios/8 && sum.different < 3; n++ {
		f, no := own(Scenario(*seed, n), *seed+n)
		list, err := ownquestions.Always(&f, nil)
		if err != nil {
			t.Fatal(err)
		}
		asked, refused = asked+len(list)+len(f.LeadsTo), refused+no
		h.Always = slices.Concat(invariants, list)
		r, err := h.Try(t.Context(), f.Scenario)
		if err != nil {
			t.Fatal(err)
		}
		if r.Finished {
			r.Differences = append(r.Differences, eventually(t, &f, live)...)
		}
		if sum.add(r); len(r.Differences) > 0 {
			t.Errorf("scenario %d of seed %d has two answers:\n  %s\n\n%s", n, *seed, strings.Join(r.Differences, "\n  "), scenario.Format(f))
		}
	}
	t.Logf("seed %d: %v; %d questions, %d refused; eventually: %v", *seed, sum, asked, refused, live)
	if sum.tried >= 30 && (asked < 8*sum.tried || live[explore.Verified] < 10 || live[explore.Violated] < 10) {
		t.Error("too little was asked")
	}
}

// eventually asks what must happen eventually, of graphs that one and two workers made. What happens although less is forced
// to happen, happens as well if more is. If nothing is forced, a run may stop anywhere: then q has to hold where p does.
func eventually(t *testing.T, f *scenario.File, count map[explore.Verdict]int) (different []string) {
	qs, err := ownquestions.LeadsTo(f)
	if err != nil {
		t.Fatal(err)
	}
	sys, err := netfake.New(f.Scenario)
	if err != nil {
		t.Fatal(err)
	}
	var first []explore.Verdict
	for workers := 1; workers <= 2; workers++ {
		r, g := explore.RunGraph(t.Context(), sys, explore.Fine(explore.Options[netfake.State, netfake.Action]{Cut: netfake.CutOff, Workers: workers}))
		var got []explore.Verdict
		for _, q := range qs {
			var by [properties.FairNone + 1]explore.Verdict
			for fair := range properties.FairNone + 1 {
				q.Fair = fair
				a, err := properties.Ask(t.Context(), sys, r, g, q)
				if err != nil {
					t.Fatal(err)
				}
				by[fair] = a[0].Verdict
				count[by[fair]]++
			}
			got = append(got, by[:]...)
			stops := false
			for n := range g.Nodes() {
				stops = stops || q.From.Holds(sys, n.State) && !q.To.Holds(sys, n.State) && netfake.CutOff(n.State) == ""
			}
			if stops && by[properties.FairNone] != explore.Violated && !timeEnds(&f.Scenario) || !stops && by[properties.FairNone] == explore.Violated {
				different = append(different, fmt.Sprintf("%v: if nothing is forced, %v; there is a state with the first and without the second: %v", q, by[properties.FairNone], stops))
			}
			for fair := range properties.FairNone {
				less := by[properties.FairNone]
				if less == explore.Verified && by[fair] != explore.Verified || by[properties.FairAll] == explore.Violated && by[fair] != explore.Violated && !timeEnds(&f.Scenario) {
					different = append(different, fmt.Sprintf("%v: by what is forced: %v", q, by))
				}
			}
		}
		if first == nil {
			first = got
		} else if !slices.Equal(first, got) {
			different = append(different, fmt.Sprintf("eventually: %v with one worker, %v with two", first, got))
		}
	}
	return different
}

// timeEnds reports whether a run may be cut off by the end of time, so that no run is known to stop there.
func timeEnds(sc *netfake.Scenario) bool { return sc.Net.Ticks > 0 }
