package flags

import (
	"fmt"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Mutants finds mutants of the model by name. Without names it returns all.
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
		return nil, Unknown(fmt.Sprintf("mutant %q", n), n, mutantNames(all))
	}
	return chosen, nil
}

func mutantNames(ms []model.Mutant) (names []string) {
	for _, m := range ms {
		names = append(names, m.String())
	}
	return names
}

// Unknown is the error of a name that is not in a list. It names the most similar one, or else all.
func Unknown(what, name string, names []string) error {
	best, least := "", max(2, len(name)/4)+1
	for _, n := range names {
		if d := distance(name, n); d < least {
			best, least = n, d
		}
	}
	if best != "" {
		return exit.Usagef("%s: found no such name among %d; did you mean %s?", what, len(names), best)
	}
	return exit.Usagef("%s: expected one of %s", what, strings.Join(names, ", "))
}

// distance is the number of octets to change, remove or add to make one word the other.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// QuestionOf finds what a theorem asks, or with name/variant a variant of it. The theorem must have a scenario.
func QuestionOf(text string) (properties.Question, error) {
	q, err := properties.Find(text)
	if err == nil {
		return q, nil
	}
	name, _, _ := strings.Cut(text, "/")
	th, ok := properties.ByName(name)
	if !ok {
		return q, Unknown("--theorem "+name, name, TheoremNames())
	}
	if th.Scenario == nil {
		return q, exit.Usagef("--theorem %s: this theorem is about the model itself and has no scenario", name)
	}
	_, variant, _ := strings.Cut(text, "/")
	var variants []string
	for _, v := range th.Variants {
		variants = append(variants, v.Name)
	}
	return q, exit.Usagef("--theorem %s: variant %q: expected one of %s", text, variant, strings.Join(variants, "; "))
}

// Theorems finds theorems by name. Without names it returns all, or all but the long ones.
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
			return nil, Unknown(fmt.Sprintf("theorem %q", n), n, TheoremNames())
		}
		chosen = append(chosen, th)
	}
	return chosen, nil
}

// TheoremNames are the names of all theorems.
func TheoremNames() (names []string) {
	for _, th := range properties.Theorems() {
		names = append(names, th.Name)
	}
	return names
}
