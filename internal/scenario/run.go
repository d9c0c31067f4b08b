package scenario

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/netfake"
)

// runVersion is the version of the form of saved runs. It changes when an old file could be
// read and mean something else.
const runVersion = 2

const runFormat = "tcpcheck run"

// Run is a run of a scenario in a file.  If it names an invariant, it is a counterexample.
type Run struct {
	File     File
	Theorem  string // whose scenario it is, if it is one's
	Violated string // the invariant that does not hold in the end; empty if the run shows something else
	Steps    []netfake.Transition
	Notes    []string // what each step does, for people; may be left out, and is not read
}

// Holds returns the predicate of the invariant with the given name.
type Holds func(name string) (func(*netfake.System, netfake.State) bool, bool)

// savedRun is a Run as the file has it.
type savedRun struct {
	Format   string         `json:"format"`
	Version  int            `json:"version"`
	Theorem  string         `json:"theorem,omitempty"`
	Violated string         `json:"violated,omitempty"`
	Scenario map[string]any `json:"scenario"`
	Steps    []savedStep    `json:"steps"`
}

type savedStep struct {
	Do     string `json:"do"`
	Peer   string `json:"peer"`
	Index  uint8  `json:"index,omitempty"`
	Choice uint8  `json:"choice,omitempty"`
	State  string `json:"state"` // the fingerprint of the state after the step, in hexadecimal digits
	Note   string `json:"note,omitempty"`
}

// SaveRun writes a run for LoadRun and for readers.
func SaveRun(w io.Writer, r Run) error {
	s := savedRun{runFormat, runVersion, r.Theorem, r.Violated, r.File.tree(), []savedStep{}}
	for i, t := range r.Steps {
		a := t.Action
		step := savedStep{Do: a.Kind.String(), Peer: netfake.PeerName(int(a.Peer)), Index: a.Index, Choice: a.Choice, State: fingerprint(t.State)}
		if i < len(r.Notes) {
			step.Note = r.Notes[i]
		}
		s.Steps = append(s.Steps, step)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(s)
}

func fingerprint(s netfake.State) string { return fmt.Sprintf("%016x", s.Fingerprint()) }

// tree is the file as nested tables; what is as in Default is left out.
func (f *File) tree() map[string]any {
	root := map[string]any{}
	for i := range keys {
		if !keys[i].said(f) {
			continue
		}
		at, parts := root, strings.Split(keys[i].path, ".")
		for _, p := range parts[:len(parts)-1] {
			next, ok := at[p].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[p] = next
			}
			at = next
		}
		at[parts[len(parts)-1]] = keys[i].get(f)
	}
	return root
}

// LoadRun reads a saved run and carries it out.  Every step must be possible and must lead to the state whose
// fingerprint is in the file, and the invariant must not hold at the end.  Otherwise the file was edited, or comes
// from another version of the model; the error names the step.
func LoadRun(name string, data []byte, holds Holds) (Run, error) {
	r, err := loadRun(data, holds)
	if err != nil {
		return Run{}, fmt.Errorf("%s: %w", name, err)
	}
	return r, nil
}

func loadRun(data []byte, holds Holds) (r Run, err error) {
	s, err := decodeRun(data)
	if err != nil {
		return r, err
	}
	r = Run{File: Default(), Theorem: s.Theorem, Violated: s.Violated}
	values := map[string]any{}
	flatten(values, "", s.Scenario)
	for path, v := range values {
		values[path] = whole64(v)
	}
	if errs := r.File.takeAll(values); errs != nil {
		return r, fmt.Errorf("scenario: %w", errs)
	}
	if err := r.File.Finish(nil); err != nil {
		return r, fmt.Errorf("scenario: %w", err)
	}
	var run netfake.Run
	for i, st := range s.Steps {
		a, err := st.action()
		if err != nil {
			return r, fmt.Errorf("step %d: %w", i+1, err)
		}
		run.Actions = append(run.Actions, a)
	}
	sys, err := netfake.New(r.File.Scenario)
	if err != nil {
		return r, err
	}
	if r.Steps, err = sys.Replay(run); err != nil {
		return r, err
	}
	return r, r.verify(sys, s, holds)
}

func decodeRun(data []byte) (s savedRun, err error) {
	var head struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return s, fmt.Errorf("found what is not JSON (%w), expected a run saved by explore --save", err)
	}
	if head.Format != runFormat {
		return s, fmt.Errorf("format: found %q, expected %q", head.Format, runFormat)
	}
	if head.Version != runVersion {
		return s, fmt.Errorf("version: found %d, expected %d, the only one that this program reads", head.Version, runVersion)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return s, fmt.Errorf("found what is not a saved run: %w", err)
	}
	return s, nil
}

// whole64 gives a value of JSON the types that one of TOML has.
func whole64(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
	case []any:
		for i := range v {
			v[i] = whole64(v[i])
		}
	}
	return v
}

func (st savedStep) action() (netfake.Action, error) {
	a := netfake.Action{Index: st.Index, Choice: st.Choice}
	switch st.Peer {
	case netfake.PeerName(netfake.A):
	case netfake.PeerName(netfake.B):
		a.Peer = netfake.B
	default:
		return a, fmt.Errorf("peer: found %q, expected A or B", st.Peer)
	}
	var names []string
	for k := netfake.Tick; k <= netfake.EndTimeWait; k++ {
		if names = append(names, k.String()); k.String() == st.Do {
			a.Kind = k
			return a, nil
		}
	}
	return a, fmt.Errorf("do: found %q, expected %s", st.Do, oneOf(names))
}

// verify compares the run with what the file says of it.
func (r Run) verify(sys *netfake.System, s savedRun, holds Holds) error {
	end := sys.Init()[0]
	for i, t := range r.Steps {
		if got, want := fingerprint(t.State), s.Steps[i].State; got != want {
			return fmt.Errorf("step %d leads to another state than the file says: found %s, expected %s", i+1, got, want)
		}
		end = t.State
	}
	if r.Violated == "" {
		return nil
	}
	holdsIn, known := holds(r.Violated)
	if !known {
		return fmt.Errorf("violated: found %q, expected the name of an invariant", r.Violated)
	}
	if !slices.Contains(r.File.Always, r.Violated) {
		return fmt.Errorf("violated: found %q, expected one of those that the scenario asks for in always: %s",
			r.Violated, strings.Join(r.File.Always, ", "))
	}
	if holdsIn(sys, end) {
		return fmt.Errorf("violated: found %s, which holds in the state that the %d steps lead to", r.Violated, len(r.Steps))
	}
	return nil
}
