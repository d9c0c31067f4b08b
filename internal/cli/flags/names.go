package flags

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/prose"
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
	for _, n := range names {
		i := slices.IndexFunc(all, func(m model.Mutant) bool { return m.String() == n })
		if i < 0 {
			return nil, Unknown(fmt.Sprintf("mutant %q", n), n, MutantNames())
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}

// MutantNames are the names of all mutants of the model.
func MutantNames() []string {
	all, _ := Mutants(nil)
	return prose.Each(all, model.Mutant.String)
}

// Unknown is the error of a name that is not in a list. It names the most similar one, or else all.
func Unknown(what, name string, names []string) error {
	best := prose.Nearest(name, names)
	if best != "" {
		return exit.Usagef("%s: found no such name among %d; did you mean %s?", what, len(names), best)
	}
	if hint := listing(what); hint != "" && len(names) > most {
		if like := alike(name, names); len(like) > 0 {
			return exit.Usagef("%s: found no such name among %d; like it: %s; %s lists all", what, len(names), strings.Join(like, ", "), hint)
		}
		return exit.Usagef("%s: expected one of %s and %d more; %s lists all", what, strings.Join(names[:3], ", "), len(names)-3, hint)
	}
	return exit.Usagef("%s: expected one of %s", what, strings.Join(names, ", "))
}

// most is how many names a message can have.
const most = 20

// listing is the command that lists the names of a kind; empty if there is none.
func listing(what string) string {
	for _, x := range []struct{ kind, command string }{
		{"theorem", "tcpcheck verify --list"}, {"--theorem", "tcpcheck verify --list"}, {"hazard", "tcpcheck hazards"}, {"claim", "tcpcheck claims"},
		{"--only", "tcpcheck advise --list"}, {"--why", "tcpcheck advise --list"},
	} {
		if strings.HasPrefix(what, x.kind+" ") {
			return x.command
		}
	}
	return ""
}

// alike are the names that share a word with a name, at most eight.
func alike(name string, names []string) (like []string) {
	for _, n := range names {
		for word := range strings.SplitSeq(name, "-") {
			if len(word) > 3 && strings.Contains(n, strings.ToLower(word)) && len(like) < 8 {
				like = append(like, n)
				break
			}
		}
	}
	return like
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
	variants := prose.Each(th.Variants, func(v properties.Variant) string { return v.Name })
	return q, exit.Usagef("--theorem %s: variant %q: expected one of %s", text, variant, strings.Join(variants, "; "))
}

// Theorems finds theorems by name. Without names it returns all, or all but the long ones.
func Theorems(names []string, long bool) ([]properties.Theorem, error) {
	if len(names) == 0 {
		return slices.DeleteFunc(properties.Theorems(), func(th properties.Theorem) bool { return th.Long && !long }), nil
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
func TheoremNames() []string {
	return prose.Each(properties.Theorems(), func(th properties.Theorem) string { return th.Name })
}
