package claims

import (
	"slices"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/properties"
)

// TestVerdicts: every claim has the verdict that is pinned in its row, and evidence that can be shown: a run that is a
// run of the system, a count of states with nothing cut off, a script, a capture or figures.
func TestVerdicts(t *testing.T) {
	for _, c := range All() {
		t.Run(c.ID, func(t *testing.T) {
			j, err := c.Judge(t.Context(), Settings{})
			if err != nil {
				t.Fatal(err)
			}
			if !j.AsExpected() {
				t.Errorf("got %s, want %s", j.Verdict, j.Expect)
			}
			for _, f := range j.RightOf {
				if f.Conclusion != properties.Holds {
					t.Errorf("%v, of what would be right: %s: %s", f.Conclusion, f.Shows, f.Brief)
				}
			}
			for _, f := range append(j.Findings, j.RightOf...) {
				if !canBeShown(t, f) || !j.AsExpected() {
					t.Errorf("%v, if %q: %s: %s", f.Conclusion, f.Given, f.Shows, f.Brief)
				}
			}
		})
	}
}

func canBeShown(t *testing.T, f Finding) bool {
	t.Helper()
	o := f.Outcome
	switch {
	case f.Conclusion == properties.Open || f.Brief == "" || f.Shows == "":
		return false
	case o == nil:
		return true
	case o.Verdict == explore.Violated:
		steps, err := o.System.Replay(f.Run)
		return err == nil && len(steps) > 0
	}
	return o.Verdict == explore.Verified && o.Distinct > 0 && len(o.Cuts) == 0
}

// TestRows: the rows are well-formed, every verdict is given to some, and one that is qualified names its assumptions.
func TestRows(t *testing.T) {
	seen := map[string]bool{}
	count := map[Verdict]int{}
	for _, c := range All() {
		if seen[c.ID] || c.Says == "" || c.Right == "" || c.Section == "" || len(c.Evidence) == 0 {
			t.Errorf("%s: wants an id of its own, a sentence, one that would be right, and evidence", c.ID)
		}
		seen[c.ID] = true
		count[c.Expect]++
		for _, s := range c.Sources {
			if !slices.Contains(everyone, s) {
				t.Errorf("%s: no source has the number %s", c.ID, s)
			}
		}
		given := 0
		for _, p := range c.Evidence {
			if p.Given != "" {
				given++
			}
		}
		if c.Expect == Qualified && given < 2 {
			t.Errorf("%s: names %d assumptions, want the one under which it holds and the one under which it fails", c.ID, given)
		}
		if got, ok := ByID(c.ID); !ok || got.Says != c.Says {
			t.Errorf("%s is not found", c.ID)
		}
	}
	if len(seen) != 53 || count[Holds] == 0 || count[Refuted] == 0 || count[Qualified] == 0 {
		t.Errorf("%d claims: %v", len(seen), count)
	}
}

// TestDecide: the verdict follows from the pieces as the package comment says.
func TestDecide(t *testing.T) {
	piece := func(given string, s properties.Conclusion) Finding { return Finding{Given: given, Conclusion: s} }
	for _, x := range []struct {
		says string
		list []Finding
		want Verdict
	}{
		{"nothing at all is no evidence", nil, Unknown},
		{"all for", []Finding{piece("", properties.Holds), piece("x", properties.Holds)}, Holds},
		{"one against, under no assumption", []Finding{piece("", properties.Holds), piece("", properties.Fails)}, Refuted},
		{"for and against, under assumptions", []Finding{piece("x", properties.Holds), piece("y", properties.Fails)}, Qualified},
		{"against under all assumptions", []Finding{piece("", properties.Holds), piece("x", properties.Fails), piece("y", properties.Fails)}, Refuted},
		{"refuted although an assumption would save it", []Finding{piece("", properties.Fails), piece("x", properties.Holds), piece("y", properties.Fails)}, Refuted},
		{"an open piece leaves it open", []Finding{piece("", properties.Holds), piece("x", properties.Fails), piece("", properties.Open)}, Unknown},
		{"one under an assumption too", []Finding{piece("", properties.Holds), piece("x", properties.Open)}, Unknown},
		{"but what is refuted is refuted", []Finding{piece("", properties.Fails), piece("", properties.Open)}, Refuted},
	} {
		if got := decide(x.list); got != x.want {
			t.Errorf("%s: got %s, want %s", x.says, got, x.want)
		}
	}
}

// TestAChangedModel: a model that is changed gives other verdicts.
func TestAChangedModel(t *testing.T) {
	mutant := func(m model.Mutant) func(*model.Config) { return func(c *model.Config) { c.Mutant = m } }
	for _, x := range []struct {
		name   string
		change func(*model.Config)
		want   map[string]Verdict
	}{
		{"two segments", func(c *model.Config) { c.Handshake = model.TwoSegments },
			map[string]Verdict{"three-segments": Refuted, "handshake-states": Refuted, "client-first": Refuted, "allocates-on-syn": Refuted, "third-from-second": Refuted}},
		{"CLOSED is silent", func(c *model.Config) { c.SilentWhenClosed = true },
			map[string]Verdict{"client-ignores": Holds, "two-way-stale-syn": Holds, "no-wait-breaks-close": Refuted, "lost-last-ack": Holds}},
		{"no simultaneous open", func(c *model.Config) { c.NoSimultaneousOpen = true },
			map[string]Verdict{"client-checks": Holds, "only-client-opens": Holds}},
		{"four segments", func(c *model.Config) { c.Handshake = model.FourAcked },
			map[string]Verdict{"one-way-fails": Refuted, "two-way-server-unsure": Refuted, "two-way-only-wastes": Holds, "handshake-merges": Refuted}},
		{"the window of a SYN,ACK is not heard", func(c *model.Config) { c.NoWndFromSynAck = true },
			map[string]Verdict{"exchange-window": Refuted, "first-is-zero": Refuted}},
		{"nothing is told of a RST in LAST-ACK", func(c *model.Config) { c.SilentLateRst = true }, map[string]Verdict{"no-wait-breaks-close": Refuted}},
		{"nothing restarts TIME-WAIT", func(c *model.Config) { c.TimeWaitRestart = model.RestartNever }, map[string]Verdict{"restart": Refuted}},
		{"half-duplex close", func(c *model.Config) { c.HalfDuplexClose = true }, map[string]Verdict{"half-close": Refuted, "other-states": Refuted}},
		{"deaf-to-rst", mutant(model.DeafToRst), map[string]Verdict{"isn-random": Holds, "two-way-stale-syn": Holds, "six-flags": Refuted}},
		{"closed-is-silent", mutant(model.ClosedIsSilent), map[string]Verdict{"client-ignores": Holds, "lost-last-ack": Holds}},
		{"no-time-wait", mutant(model.NoTimeWait), map[string]Verdict{"wait-guarantees-ack": Holds, "silence-means-acked": Holds, "half-close": Refuted, "always-four": Holds}},
		{"reads-ghosts", mutant(model.ReadsGhosts), map[string]Verdict{"three-way-prevents": Holds}},
		{"close-vanishes", mutant(model.CloseVanishes), map[string]Verdict{"server-checks": Holds}},
		{"old-ack-moves-back", mutant(model.OldAckMovesBack), map[string]Verdict{"fin-wait-2-only-receives": Refuted}},
		{"any-ack-is-of-fin", mutant(model.AnyAckIsOfFin), map[string]Verdict{"simultaneous": Holds}},
		{"syn-sent-any-ack", mutant(model.SynSentAnyAck), map[string]Verdict{"client-checks": Refuted}},
		{"syn-rcvd-any-ack", mutant(model.SynRcvdAnyAck), map[string]Verdict{"server-checks": Refuted, "three-way-prevents": Refuted}},
		{"ack-bit-optional", mutant(model.AckBitOptional), map[string]Verdict{"six-flags": Refuted}},
		{"no-retransmission", mutant(model.NoRetransmission),
			map[string]Verdict{"retransmission": Refuted, "two-msl-is-round-trip": Holds, "one-way-fails": Refuted}},
		{"fin-not-counted", mutant(model.FinNotCounted),
			map[string]Verdict{"fin-takes-a-number": Refuted, "four-segments": Refuted, "three-merge": Refuted, "server-closes-at-once": Refuted}},
		{"fin-not-acked", mutant(model.FinNotAcked), map[string]Verdict{"closer-states": Refuted, "three-merge": Holds}},
	} {
		set := Settings{Settings: properties.Settings{MaxStates: 300_000}, Change: x.change}
		for id, want := range x.want {
			c, _ := ByID(id)
			j, err := c.Judge(t.Context(), set)
			if err != nil {
				t.Errorf("%s, %s: %v", x.name, id, err)
			} else if j.Verdict != want || j.Verdict == c.Expect {
				t.Errorf("%s, %s: got %s, want %s: %v", x.name, id, j.Verdict, want, j.Findings)
			}
		}
	}
}

// TestOtherWordsAndCaptures: what is written down as a script or a capture is read, not presumed: another one gives
// another answer.
func TestOtherWordsAndCaptures(t *testing.T) {
	lastLine := strings.LastIndex(strings.TrimSpace(shown), "\n") + 1
	request := "IP 10.0.2.2.51323 > 10.0.2.15.80: Flags [P.], seq 84689410:84690162, ack 1893430206, win 65535, length 752\n"
	for _, x := range []struct {
		says string
		form form
		want properties.Conclusion
	}{
		{"the third segment has J+1", claimed(strings.Replace(thirdSeq, "<SEQ=301><ACK=301>", "<SEQ=101><ACK=301>", 1)), properties.Holds},
		{"the SYN,ACK of the capture acknowledges another number", captured(strings.Replace(shown, "ack 84689410", "ack 84689411", 1), oneHandshake), properties.Fails},
		{"the request of the capture comes from the port of the handshake", captured(shown[:lastLine]+request, oneConnection), properties.Holds},
		{"a RST of the connection's own pair ends it", captured(handshake+strangeRst("192.0.2.1.5000", "192.0.2.2.80"), untouched), properties.Fails},
	} {
		f, err := x.form.find(t.Context(), Settings{})
		if err != nil || f.Conclusion != x.want {
			t.Errorf("%s: %v (%s), %v, want %v", x.says, f.Conclusion, f.Brief, err, x.want)
		}
	}
}

// TestACutSearchIsNoEvidence: a claim whose search was ended early is UNKNOWN, never HOLDS.
func TestACutSearchIsNoEvidence(t *testing.T) {
	c, _ := ByID("ack-is-next")
	j, err := c.Judge(t.Context(), Settings{Settings: properties.Settings{MaxStates: 1000}})
	if err != nil || j.Verdict != Unknown {
		t.Errorf("got %s, %v, want %s", j.Verdict, err, Unknown)
	}
}
