package properties

import (
	"reflect"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Every premise has a name of its own and a text that can stand after "if".
func TestPremisesAreNamed(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range Premises() {
		if seen[p.Name] || p.Name == "" || p.Text == "" || strings.HasSuffix(p.Text, ".") {
			t.Errorf("premise %q with text %q: want a new name, and a text without a full stop", p.Name, p.Text)
		}
		seen[p.Name] = true
	}
}

// Every relaxation of a theorem gives a scenario that can be searched: an empty cell means that nothing is excluded.
func TestEveryRelaxationCanBeSearched(t *testing.T) {
	for _, th := range Theorems() {
		if !th.Relaxable() {
			continue
		}
		for _, p := range Premises() {
			q := th.Asks().clone()
			p.Relax(&q)
			if _, err := netfake.New(q.Scenario); err != nil {
				t.Errorf("%s without %s: %v", th.Name, p.Name, err)
			}
		}
	}
}

// A premise that is relaxed leaves the question that it was taken from as it is, and applies once.
func TestRelaxLeavesTheQuestionAlone(t *testing.T) {
	for _, th := range Theorems() {
		if th.Scenario == nil {
			continue
		}
		for _, p := range Premises() {
			q := th.Asks()
			before := q.clone()
			if _, applies := q.Without(p); !applies {
				continue
			}
			if !reflect.DeepEqual(q.Scenario, before.Scenario) || !sameLive(q.Live, before.Live) {
				t.Errorf("%s without %s: the question itself has changed", th.Name, p.Name)
			}
		}
	}
}

// A premise on which the answer rests is needed, with the shortest run that shows it; one on which it does not rest is not.
func TestRelaxed(t *testing.T) {
	for _, c := range []struct {
		theorem, premise string
		want             Conclusion
	}{{"crash-quiet-time", "A-abort", Fails}, {"agreement", "A-crash", Holds}} {
		th, _ := ByName(c.theorem)
		p, _ := PremiseByName(c.premise)
		got, o, applies, err := th.Asks().Relaxed(t.Context(), p, Settings{})
		if err != nil || !applies || got.Answer != c.want {
			t.Errorf("%s without %s: got %v, applies %v, error %v, want %v", c.theorem, c.premise, got.Answer, applies, err, c.want)
		}
		if needed := c.want == Fails; (got.Steps > 0) != needed || (o.Verdict == explore.Violated) != needed {
			t.Errorf("%s without %s: %d steps, %v", c.theorem, c.premise, got.Steps, o.Verdict)
		}
	}
}

func TestProvided(t *testing.T) {
	for _, c := range []struct {
		needs []string
		want  string
	}{
		{nil, "Nothing is lost."},
		{[]string{"A-abort", "B-crash"}, "Nothing is lost, provided that A does not ABORT; B does not crash."},
		{[]string{"A-abort", "B-abort"}, "Nothing is lost, provided that neither side ABORTs."},
		{[]string{"handshake=one", "A-abort", "handshake=two", "reopen=any-syn"},
			"Nothing is lost, provided that A does not ABORT; no host has handshake=one, handshake=two or reopen=any-syn."},
	} {
		if got := Provided("Nothing is lost", c.needs); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
