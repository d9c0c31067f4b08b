package properties

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/golden"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

const (
	premisesFile = "testdata/premises.txt"
	premisesDoc  = "../docs/PREMISES.md"
	quickCell    = 300  // states: a cell that saw at most so many is searched in every run of the tests
	longCell     = 1500 // and in every run of those that take some minutes
)

// The sentence of every theorem that holds names the premises that it needs, and no others. The answers are pinned, and
// docs/PREMISES.md is what the pins say. Small cells are searched each time, more with TCPCHECK_LONG=1; all of them with TCPCHECK_LONG=all, and with
// -update as well the pins and the document are written anew.
func TestPremises(t *testing.T) {
	pinned, limit := readCells(t), uint64(quickCell)
	if golden.Long() {
		limit = longCell
	}
	var all []Rests
	seen := map[string]string{}
	for _, th := range Theorems() {
		if !th.Relaxable() {
			continue
		}
		r := Rests{Theorem: th}
		for _, p := range Premises() {
			name := th.Name + "/" + p.Name
			if _, applies := th.Asks().Without(p); !applies {
				continue
			}
			c, found := pinned[name]
			if !found && !golden.Updating() {
				t.Fatalf("%s: found no pinned answer, expected one in %s", name, premisesFile)
			}
			if !found || golden.Everything() || c.Answer != Open && c.Distinct <= limit {
				c = searched(t, th, p)
			}
			r.Cells = append(r.Cells, c)
			seen[name] = c.line()
		}
		if len(r.Unsaid())+len(r.Unneeded()) > 0 {
			t.Errorf("%s: it needs %v, which its sentence does not name; it names %v, which it is not known to need", th.Name, r.Unsaid(), r.Unneeded())
		}
		if diff := cmp.Diff(th.Open, r.Unknown()); diff != "" {
			t.Errorf("%s: of these premises nothing is known (-named +got):\n%s", th.Name, diff)
		}
		all = append(all, r)
	}
	if golden.Updating() {
		golden.Write(t, premisesFile, lines(seen))
	}
	for name, c := range pinned {
		if diff := cmp.Diff(c.line(), seen[name]); diff != "" && !golden.Updating() {
			t.Errorf("%s (-pinned +got):\n%s", name, diff)
		}
	}
	golden.Check(t, premisesDoc, document(t, all))
}

// searched is the answer of a cell, found anew; what refutes the theorem is a run of the relaxed scenario.
func searched(t *testing.T, th Theorem, p Premise) Cell {
	t.Helper()
	c, o, _, err := th.Asks().Relaxed(t.Context(), p, Settings{})
	if err != nil {
		t.Fatalf("%s/%s: %v", th.Name, p.Name, err)
	}
	if c.Needed() {
		if err := explore.Replay(o.System, o.Run); err != nil {
			t.Errorf("%s/%s: %v", th.Name, p.Name, err)
		}
	}
	return c
}

func document(t *testing.T, all []Rests) string {
	t.Helper()
	var b strings.Builder
	if err := WritePremises(&b, all, RelaxedStates); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// line is a cell as the file has it. How much an open search had seen does not matter.
func (c Cell) line() string {
	switch c.Answer {
	case Fails:
		return fmt.Sprintf("needed run %d loop %d states %d", c.Steps, c.Loop, c.Distinct)
	case Holds:
		return fmt.Sprintf("not-needed states %d", c.Distinct)
	default:
		return "open " + c.Reason
	}
}

// readCells is the inverse of line, for each line "theorem/premise: …".
func readCells(t *testing.T) map[string]Cell {
	t.Helper()
	text, err := os.ReadFile(premisesFile)
	if err != nil {
		t.Fatal(err)
	}
	cells := map[string]Cell{}
	for line := range strings.Lines(string(text)) {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), ": ")
		_, premise, _ := strings.Cut(name, "/")
		c := Cell{Premise: premise}
		if _, err := fmt.Sscanf(rest, "needed run %d loop %d states %d", &c.Steps, &c.Loop, &c.Distinct); err == nil {
			c.Answer, c.Verdict = Fails, explore.Violated
		} else if _, err := fmt.Sscanf(rest, "not-needed states %d", &c.Distinct); err == nil {
			c.Answer, c.Verdict = Holds, explore.Verified
		} else if why, ok := strings.CutPrefix(rest, "open "); ok {
			c.Answer, c.Verdict, c.Reason = Open, explore.Unknown, why
		} else {
			t.Fatalf("%s: found %q, expected the answer of a cell", premisesFile, line)
		}
		cells[name] = c
	}
	return cells
}

// What a connection can leave holds every segment that a search of it sees on the wire.
func TestLeftoversAreWhatAConnectionSends(t *testing.T) {
	sc := netfake.TwoHosts()
	sc.Peer[a].User = netfake.User{Active: 1, Octets: 1}
	sc.Peer[b].User = netfake.User{Passive: 1, Close: true}
	seen, told, r := onTheWire(t, sc)
	for p := range told {
		delete(seen, p)
	}
	if r.Verdict != explore.Verified || len(seen) > 0 || len(told) == 0 {
		t.Errorf("got %v (%s), on the wire and not told: %v", r.Verdict, r.Reason, seen)
	}
}

// And what is left of the earlier connections of the premises is no more than that.
func TestLeftoversAreNoMoreThanAConnectionSends(t *testing.T) {
	if !golden.Long() {
		t.Skip("a search of some minutes")
	}
	for opener := range 2 {
		sc := seeking(model.ThreeSegments)()
		seen, told, _ := onTheWire(t, earlier(&sc, opener, 0))
		if diff := cmp.Diff(seen, told); diff != "" {
			t.Errorf("(-on the wire +told):\n%s", diff)
		}
	}
}

// onTheWire is what a search sees on the wire, and what the scenario's segments are said to be.
func onTheWire(t *testing.T, sc netfake.Scenario) (seen, told map[string]bool, r *explore.Result[netfake.State, netfake.Action]) {
	t.Helper()
	sys, err := netfake.New(sc)
	if err != nil {
		t.Fatal(err)
	}
	seen, told = map[string]bool{}, map[string]bool{}
	look := func(s netfake.State) bool {
		w := sys.Unpack(s)
		for _, p := range w.Wire(sys) {
			seen[p.String()] = true
		}
		return true
	}
	opt := Settings{Workers: 1, MaxStates: 1_000_000}.options()
	opt.Always = append(opt.Always, explore.Predicate[netfake.State]{Name: "seen", Holds: look})
	r = explore.Run(t.Context(), sys, opt)
	list, complete := sys.Segments()
	if !complete {
		t.Fatal("got a part of the segments, want all")
	}
	for _, p := range list {
		told[p.String()] = true
	}
	return seen, told, r
}
