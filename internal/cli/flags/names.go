package flags

import (
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/properties"
)

func Mutants(names []string) ([]model.Mutant, error) {
	var all []model.Mutant
	for m := model.None + 1; int(m) < model.NumMutants; m++ {
		all = append(all, m)
	}
	if len(names) == 0 {
		return all, nil
	}
	var chosen []model.Mutant
next:
	for _, n := range names {
		for _, m := range all {
			if m.String() == n {
				chosen = append(chosen, m)
				continue next
			}
		}
		return nil, exit.Usagef("mutant %q: expected one of %s", n, mutantNames(all))
	}
	return chosen, nil
}

func mutantNames(ms []model.Mutant) string {
	var names []string
	for _, m := range ms {
		names = append(names, m.String())
	}
	return strings.Join(names, ", ")
}

// TheoremNamed finds a theorem, or with name/variant a variant of it, that has a scenario.
func TheoremNamed(text string) (th properties.Theorem, v properties.Variant, err error) {
	name, variant, varied := strings.Cut(text, "/")
	th, ok := properties.ByName(name)
	if !ok {
		return th, v, exit.Usagef("--theorem %s: expected one of %s", name, strings.Join(TheoremNames(), ", "))
	}
	if th.Scenario == nil {
		return th, v, exit.Usagef("--theorem %s: it is about the machine itself and has no scenario", name)
	}
	if !varied {
		return th, v, nil
	}
	var variants []string
	for _, v := range th.Variants {
		if v.Name == variant {
			return th, v, nil
		}
		variants = append(variants, v.Name)
	}
	return th, v, exit.Usagef("--theorem %s: variant %q: expected one of %s", text, variant, strings.Join(variants, "; "))
}

// Theorems finds theorems by name; none given means all, or all but the long ones.
func Theorems(names []string, long bool) ([]properties.Theorem, error) {
	if len(names) == 0 {
		var chosen []properties.Theorem
		for _, th := range properties.Theorems() {
			if long || !th.Long {
				chosen = append(chosen, th)
			}
		}
		return chosen, nil
	}
	var chosen []properties.Theorem
	for _, n := range names {
		th, ok := properties.ByName(n)
		if !ok {
			return nil, exit.Usagef("theorem %q: expected one of %s", n, strings.Join(TheoremNames(), ", "))
		}
		chosen = append(chosen, th)
	}
	return chosen, nil
}

func TheoremNames() (names []string) {
	for _, th := range properties.Theorems() {
		names = append(names, th.Name)
	}
	return names
}
