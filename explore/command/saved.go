package command

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
)

// saved is a run as a file: each action by its place in the list of Actions, with its text to check it by.
type saved struct {
	Violated string `json:"violated"`
	Initial  int    `json:"initial"` // the place of the first state in the list of Init
	Steps    []step `json:"steps"`
}

type step struct {
	Index  int    `json:"index"`
	Action string `json:"action"`
}

// saveRun writes a run.
func saveRun[S comparable, A any](name string, sys explore.System[S, A], v explore.Violation[S, A]) error {
	run := saved{Violated: v.Name, Initial: slices.Index(sys.Init(), v.Path[0].State), Steps: []step{}}
	for i, hop := range v.Path[1:] {
		text := fmt.Sprint(hop.Action)
		k := slices.IndexFunc(sys.Actions(nil, v.Path[i].State), func(a A) bool {
			return fmt.Sprint(a) == text && sys.Step(v.Path[i].State, a) == hop.State
		})
		if k < 0 {
			return fmt.Errorf("%s: step %d: the system has no action %q any more", name, i+1, text)
		}
		run.Steps = append(run.Steps, step{k, text})
	}
	b, err := json.MarshalIndent(run, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append(b, '\n'), 0o644)
}

// readRun reads what saveRun writes, and carries it out.
func readRun[S comparable, A any](name string, sys explore.System[S, A]) (p explore.Path[S, A], violated string, err error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, "", err
	}
	var run saved
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.DisallowUnknownFields()
	if err := d.Decode(&run); err != nil {
		return nil, "", fmt.Errorf("%s: %w", name, err)
	}
	initial := sys.Init()
	if run.Initial < 0 || run.Initial >= len(initial) {
		return nil, "", fmt.Errorf("%s: initial: found %d, expected a number below %d", name, run.Initial, len(initial))
	}
	p = append(p, explore.Hop[S, A]{State: initial[run.Initial]})
	for i, s := range run.Steps {
		actions := sys.Actions(nil, p.Last())
		if s.Index < 0 || s.Index >= len(actions) || fmt.Sprint(actions[s.Index]) != s.Action {
			return nil, "", fmt.Errorf("%s: step %d: found action %d %q, which is none of %v", name, i+1, s.Index, s.Action, actions)
		}
		p = append(p, explore.Hop[S, A]{Action: actions[s.Index], State: sys.Step(p.Last(), actions[s.Index])})
	}
	return p, run.Violated, nil
}

// result is the document of -json.
type result struct {
	Verdict    string      `json:"verdict"`
	Reason     string      `json:"reason,omitempty"`
	States     uint64      `json:"states"`
	Depth      int         `json:"depth"`
	Cuts       []string    `json:"cuts"`
	Missing    []string    `json:"missing"` // witnesses that no state fulfils
	Violations []violation `json:"violations"`
}

type violation struct {
	Name  string   `json:"name"`
	Steps []string `json:"steps"`
}

func writeJSON[S comparable, A any](w io.Writer, r *explore.Result[S, A]) error {
	doc := result{Verdict: r.Verdict.String(), Reason: r.Reason, States: r.Distinct, Depth: r.Depth,
		Cuts: []string{}, Missing: append([]string{}, r.Missing()...), Violations: []violation{}}
	for _, c := range r.Cuts {
		doc.Cuts = append(doc.Cuts, c.Name)
	}
	for _, v := range r.Violations {
		steps := []string{}
		for _, a := range v.Path.Actions() {
			steps = append(steps, fmt.Sprint(a))
		}
		doc.Violations = append(doc.Violations, violation{v.Name, steps})
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(doc)
}
