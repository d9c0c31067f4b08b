package figures

import (
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/model"
)

// survivors are the mutants that no script notices, each with the reason.
var survivors = map[model.Mutant]string{}

// TestMutants: some script notices each mutant.
func TestMutants(t *testing.T) {
	for m := model.None + 1; int(m) < model.NumMutants; m++ {
		by := Killers(m)
		why, known := survivors[m]
		switch {
		case len(by) == 0 && !known:
			t.Errorf("%v survives: %s", m, model.Mutants[m].Does)
		case len(by) > 0 && known:
			t.Errorf("%v is killed by %v after all, though %s", m, by, why)
		}
		t.Logf("%-24v %d %v", m, len(by), by)
	}
}

// TestPolicies: every value of every policy makes a difference to some script, which the base value
// of that policy would not follow; and the base value to one that another value would not.
func TestPolicies(t *testing.T) {
	for _, p := range model.Policies {
		for v := range p.Values {
			if v == 0 {
				continue
			}
			var missed []string
			for _, s := range All() {
				if p.Get(s.ends[0].config) != v && p.Get(s.ends[1].config) != v {
					continue
				}
				err := s.Run(func(c model.Config) model.Config { p.Set(&c, 0); return c })
				if err != nil {
					missed = append(missed, s.Name)
				}
			}
			if len(missed) == 0 {
				t.Errorf("internal/figures/scripts: no script tells %s=%s from %s", p.Name, p.Values[v], p.Values[0])
			}
		}
	}
}

// TestNotSeenStandsWithItsPolicy: what a script says of a value that is not seen stands where that value is set.
func TestNotSeenStandsWithItsPolicy(t *testing.T) {
	for _, s := range All() {
		for k := range s.hidden {
			name, value, _ := strings.Cut(k[1], "=")
			p, _ := model.PolicyByName(name)
			if p.Values[p.Get(s.ends[0].config)] != value && p.Values[p.Get(s.ends[1].config)] != value {
				t.Errorf("%s: no end has %s", s.Name, k[1])
			}
		}
	}
}

// TestPolicyValuesDiffer: any two values of a policy are told apart by some script.
func TestPolicyValuesDiffer(t *testing.T) {
	follows := func(s Script, p model.Policy, v int) bool {
		return s.Run(func(c model.Config) model.Config { p.Set(&c, v); return c }) == nil
	}
	for _, p := range model.Policies {
		for v := range p.Values {
			for w := range v {
				told := false
				for _, s := range All() {
					told = told || follows(s, p, v) != follows(s, p, w)
				}
				if !told {
					t.Errorf("internal/figures/scripts: of policy %s no script tells %s from %s", p.Name, p.Values[v], p.Values[w])
				}
			}
		}
	}
}
