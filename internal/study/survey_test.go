package study

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// survey asks of some bases.
func survey(t *testing.T, s Survey, names ...string) *Report {
	t.Helper()
	for _, n := range names {
		b, ok := BaseByName(n)
		if !ok {
			t.Fatalf("no base %s", n)
		}
		s.Bases = append(s.Bases, b)
	}
	if s.MaxStates == 0 {
		s.MaxStates = 20_000
	}
	r, err := s.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// tally counts the findings of each invariant.
func tally(r *Report) map[string]int {
	n := map[string]int{}
	for _, c := range r.Classes {
		for _, f := range c.Findings {
			n[f.Invariant]++
		}
	}
	return n
}

func keys(r *Report) (list []string) {
	for _, c := range r.Classes {
		list = append(list, c.Key)
	}
	return list
}

// shortest is the simplest run that breaks an invariant.
func shortest(t *testing.T, r *Report, invariant string) *Finding {
	t.Helper()
	for _, c := range r.Classes {
		if f := c.Simplest(); f.Invariant == invariant {
			return f
		}
	}
	t.Fatalf("%s is not violated; what is: %v", invariant, keys(r))
	return nil
}

// Every run of a report is a run of the system, and its invariant fails at its end and not before.
func TestRunsShowWhatTheySay(t *testing.T) {
	r := survey(t, Survey{Changes: 1, Policies: []string{"handshake", "attacks"}}, "opening", "early-close", "opener-meets-old-syn", "simultaneous-close")
	if len(r.Classes) == 0 {
		t.Fatal("nothing was found")
	}
	for _, c := range r.Classes {
		for _, f := range c.Findings {
			s := f.System.Init()[0]
			for i, a := range f.Actions {
				if !slices.Contains(f.System.Actions(nil, s), a) {
					t.Fatalf("%s in %s: step %d is not enabled", c.Key, f.Base, i+1)
				}
				s = f.System.Step(s, a)
			}
			for _, inv := range properties.Invariants() {
				if inv.Name == f.Invariant && inv.Holds(f.System, s) {
					t.Errorf("%s in %s: it holds at the end", c.Key, f.Base)
				}
			}
		}
	}
}

// Of an opener that meets an old SYN the base machine, with fresh numbers and three segments, lets old text in.
func TestAnOldSynAtTheOpenerUndoesTheHandshake(t *testing.T) {
	for base, steps := range map[string]int{"opener-meets-old-syn": 7, "crossed-opens-leftovers": 7} {
		f := shortest(t, survey(t, Survey{}, base), "no-foreign-data")
		if f.Steps() != steps || f.State != model.Established {
			t.Errorf("%s: %d steps, in %v, want %d in ESTABLISHED", base, f.Steps(), f.State, steps)
		}
	}
}

// What the base machine shows in some of the bases, one for each class. A change of these counts is a finding, or a defect.
func TestWhatTheBaseMachineShows(t *testing.T) {
	for base, want := range map[string]map[string]int{
		"opening":              {"no-foreign-reset": 1},
		"early-close":          {"no-foreign-data": 1, "no-foreign-reset": 2},
		"opener-meets-old-syn": {"no-foreign-ack": 1, "no-foreign-data": 1, "no-foreign-reset": 1, "no-ghost-connection": 1, "not-refused": 3},
		"simultaneous-open":    {},
		"closing":              {"no-last-ack-reset": 1, "no-time-wait-reset": 1},
		"late-receive":         {"no-last-ack-reset": 1, "no-time-wait-reset": 1},
		"crash":                {},
	} {
		r := survey(t, Survey{}, base)
		if got := tally(r); !maps.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", base, got, want)
		}
		if bad := r.Incomplete(); len(bad) > 0 {
			t.Errorf("%s: not all was seen: %v", base, bad)
		}
		if odd := r.Unnamed(); len(odd) > 0 {
			t.Errorf("%s: without a name: %s", base, odd[0].Key)
		}
	}
}

// A machine that is bent shows what the straight one does not, and no name hides it.
func TestABentMachineAddsAFinding(t *testing.T) {
	for m, base := range map[model.Mutant]string{model.SynRcvdAnyAck: "opening", model.TextOutOfOrder: "late-receive", model.SynSentAnyAck: "opens-twice"} {
		straight, bent := survey(t, Survey{}, base), survey(t, Survey{Mutant: m}, base)
		added := 0
		for _, c := range bent.Unnamed() {
			if !slices.Contains(keys(straight), c.Key) {
				added++
			}
		}
		if added == 0 {
			t.Errorf("%v in %s: nothing new; it shows %v", m, base, keys(bent))
		}
	}
}

// Three changes mend what an old SYN does to an opener, and no other single one of these does.
func TestWhatMendsTheOpener(t *testing.T) {
	r := survey(t, Survey{Changes: 1, Policies: []string{"confirm-in-order", "seq-check", "no-simultaneous-open", "ack-range", "attacks", "dup-syn"}}, "opener-meets-old-syn")
	want := map[string][]string{
		"no-ghost-connection": {"both.tcp.seq-check=one-before", "both.tcp.no-simultaneous-open=on", "both.tcp.confirm-in-order=on"},
		"no-foreign-data":     {"both.tcp.ack-range=recent", "both.tcp.ack-range=sent", "both.tcp.seq-check=one-before", "both.tcp.no-simultaneous-open=on", "both.tcp.confirm-in-order=on"},
	}
	for invariant, changes := range want {
		var got []string
		for _, c := range r.FixedBy(shortest(t, r, invariant)) {
			got = append(got, c.String())
		}
		if !slices.Equal(got, changes) {
			t.Errorf("%s is mended by %v, want %v", invariant, got, changes)
		}
	}
}

// Who resets, and waits, gives up its own FIN: no ACK has moved SND.UNA, though a segment with an ACK came. The survey found
// that the observer had said so.
func TestAResetOfOnesOwnIsNoForeignAck(t *testing.T) {
	r := survey(t, Survey{Changes: 2, Policies: []string{"half-duplex-close", "rst-issuer-time-wait"}}, "early-close")
	for _, c := range r.Classes {
		if c.Simplest().Invariant == "no-foreign-ack" {
			t.Error(c.Key)
		}
	}
	if odd := r.Unnamed(); len(odd) > 0 {
		t.Errorf("without a name: %s", odd[0].Key)
	}
}

// Of two segments that do the same to an endpoint one may stand for both, but not if they make two classes of findings.
func TestNoReductionHidesAClass(t *testing.T) {
	i := slices.IndexFunc(Bases(), func(b Base) bool { return b.Name == "opens-twice" })
	sc := Bases()[i].Scenario()
	for p := range sc.Peer {
		sc.Peer[p].TCP.Attacks = model.RFC793
	}
	var classes [2][]string
	for k, use := range []netfake.Reductions{netfake.AllReductions, netfake.Symmetry} {
		var o outcome
		if again, err := (Survey{}).search(t.Context(), job{base: Bases()[i]}, sc, use, &o); again || err != nil {
			t.Fatal(again, err)
		}
		for _, f := range o.found {
			classes[k] = append(classes[k], f.Class())
		}
		slices.Sort(classes[k])
	}
	if len(classes[0]) == 0 || !slices.Equal(classes[0], classes[1]) {
		t.Errorf("reduced: %v\nwithout the reductions of the wire: %v", classes[0], classes[1])
	}
}

// What is found stays the same for any number of workers, and when it is recalled from a file.
func TestReportIsTheSameAgain(t *testing.T) {
	s := Survey{Changes: 1, Policies: []string{"handshake", "reopen", "seq-check"}, Workers: 1}
	bases := []string{"opening", "opener-meets-old-syn", "reopening"}
	first := survey(t, s, bases...)
	name := filepath.Join(t.TempDir(), "kept")
	for i := range 2 {
		k, err := OpenKept(name, "test")
		if err != nil {
			t.Fatal(err)
		}
		if known := len(k.lines); (known > 0) != (i > 0) {
			t.Errorf("%d searches are kept before time %d", known, i+1)
		}
		s.Workers, s.Kept = 3, k
		again := survey(t, s, bases...)
		if !slices.Equal(keys(first), keys(again)) || !slices.EqualFunc(first.Searches, again.Searches, sameSearch) {
			t.Errorf("time %d: the reports differ", i+1)
		}
		if err := k.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// What is recalled does not depend on which other changes were made when it was kept: a finding that was not minimal then
// may be now.
func TestWhatIsKeptServesAnotherSurvey(t *testing.T) {
	s := Survey{Changes: 1, Policies: []string{"handshake"}}
	want := keys(survey(t, s, "opening"))
	k, err := OpenKept(filepath.Join(t.TempDir(), "kept"), "test")
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	s.Kept, s.OneSided = k, true
	survey(t, s, "opening")
	s.OneSided = false
	if k.lines = reread(t, k).lines; len(k.lines) == 0 {
		t.Fatal("nothing was kept")
	}
	if got := keys(survey(t, s, "opening")); len(want) < 2 || !slices.Equal(got, want) {
		t.Errorf("recalled: %v\nsearched: %v", got, want)
	}
}

// reread reads the file of k once more.
func reread(t *testing.T, k *Kept) *Kept {
	t.Helper()
	again, err := OpenKept(k.file.Name(), k.program)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { again.Close() })
	return again
}

// A line that was cut off is removed; a file that no survey has written is refused and stays as it is.
func TestOnlyAFileOfASurveyIsWrittenTo(t *testing.T) {
	whole := `{"key":"a","verdict":3,"distinct":1}` + "\n"
	for text, want := range map[string]string{
		"": "", whole: whole, whole + `{"key":"b","ver`: whole, `{"k`: "",
		"a note": "refused", "a note\n": "refused", whole + "a note": "refused", `{"other":1}` + "\n": "refused", `{"key":"a"` + "\n": "refused",
	} {
		name := filepath.Join(t.TempDir(), "kept")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		k, err := OpenKept(name, "test")
		if (err != nil) != (want == "refused") {
			t.Errorf("%q: %v", text, err)
		}
		if err != nil {
			want = text
		} else if err := k.Close(); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(name); err != nil || string(got) != want {
			t.Errorf("%q became %q (%v), want %q", text, got, err, want)
		}
	}
}

// A survey that is interrupted tells what it has, and none of the searches that it did not carry out counts as one that saw all.
func TestAnInterruptedSurveyTellsWhatItHas(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := Survey{Changes: 1, Policies: []string{"handshake"}, Workers: 1, Progress: func(done, _ int, _ string) {
		if done == 2 {
			cancel()
		}
	}}
	for _, name := range []string{"opening-in-copies", "early-calls"} {
		b, _ := BaseByName(name)
		s.Bases = append(s.Bases, b)
	}
	r, err := s.Run(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range r.Searches[2:] {
		if x.Verdict != explore.Unknown || !strings.Contains(x.Reason, "interrupted") {
			t.Errorf("%s %v: %v, %s", x.Base, x.Changes, x.Verdict, x.Reason)
		}
	}
	if len(r.Searches) < 6 || r.Searches[0].Verdict != explore.Verified {
		t.Errorf("%d searches; the first is %v", len(r.Searches), r.Searches[0].Verdict)
	}
}

func sameSearch(a, b Searched) bool {
	return a.Base == b.Base && a.Changes.String() == b.Changes.String() && a.Verdict == b.Verdict && a.Distinct == b.Distinct && slices.Equal(a.Violated, b.Violated)
}

// A violation that happens with fewer changes is not listed with more.
func TestFindingsAreMinimal(t *testing.T) {
	r := survey(t, Survey{Changes: 2, Policies: []string{"handshake", "attacks", "silent-when-closed"}}, "opening", "early-close")
	for _, c := range r.Classes {
		for i, f := range c.Findings {
			for j, g := range c.Findings {
				if i != j && f.Base == g.Base && f.Changes.within(g.Changes) {
					t.Errorf("%s in %s: %v is listed beside %v", c.Key, f.Base, g.Changes, f.Changes)
				}
			}
		}
	}
}

// Changes say which sides they change.
func TestChangesReadLikeKeys(t *testing.T) {
	c := Changes{{netfake.A, "reopen", "any-syn"}, {netfake.A, "timestamps", "on"}, {netfake.B, "timestamps", "on"}}
	if got, want := c.String(), "A.tcp.reopen=any-syn both.tcp.timestamps=on"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A search that was cut off is never counted as one that saw all.
func TestIncompleteSearchesAreTold(t *testing.T) {
	r := survey(t, Survey{MaxStates: 50}, "closing")
	if bad := r.Incomplete(); len(bad) != 1 || bad[0].Verdict != explore.Unknown {
		t.Errorf("of a search of 50 states: %v", bad)
	}
}
