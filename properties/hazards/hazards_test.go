package hazards

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/golden"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/properties"
)

// answered computes a hazard, of a model with a mutant.
func answered(t *testing.T, h Hazard, mutant model.Mutant) Report {
	t.Helper()
	r, err := h.Answer(context.Background(), mutant, properties.Settings{MaxMem: 2 << 30})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestHazards: each is shown, and gone with what it says, by the runs and the spaces that are written down.
func TestHazards(t *testing.T) {
	var got bytes.Buffer
	for _, h := range Hazards() {
		r := answered(t, h, model.None)
		for _, a := range r.Answers() {
			if !a.AsExpected() {
				t.Errorf("%d %s, %s: %v (%s: %s), must be %v", h.Number, h.Name, a.With, a.Conclusion, a.Verdict, a.Detail, a.Expected)
			}
			fmt.Fprintf(&got, "%d %s: %s: %s, %d+%d steps", h.Number, h.Name, a.With, a.Verdict, a.Steps, a.Loop)
			if a.Outcome == nil {
				fmt.Fprintf(&got, ", %s", a.Detail)
			}
			fmt.Fprintln(&got)
		}
	}
	golden.Check(t, "testdata/hazards.txt", got.String())
}

// TestHazardsAreWellFormed: numbered from 1 to 39, each with words, sources, and both sides; each exhibit asks one thing.
func TestHazardsAreWellFormed(t *testing.T) {
	all := Hazards()
	if len(all) != 39 {
		t.Errorf("%d hazards", len(all))
	}
	names := map[string]bool{}
	for i, h := range all {
		if h.Number != i+1 || h.Name == "" || names[h.Name] || h.What == "" || len(h.Sources) == 0 || len(h.Shown) == 0 || len(h.Gone) == 0 {
			t.Errorf("hazard %d of number %d, %q, is not well formed", i+1, h.Number, h.Name)
		}
		names[h.Name] = true
		for k, e := range slices.Concat(h.Shown, h.Gone, h.Costs) {
			asks := 0
			for _, yes := range []bool{e.Theorem != "", e.Ask != nil, e.Script != "", e.Look != nil} {
				if yes {
					asks++
				}
			}
			if e.With == "" || asks > 1 || asks == 0 && k < len(h.Shown) {
				t.Errorf("hazard %d: %q asks %d things", h.Number, e.With, asks)
			}
			if asks == 0 && e.Change == nil && e.Policy == nil && h.Shown[0].Policy == nil {
				t.Errorf("hazard %d: %q changes nothing", h.Number, e.With)
			}
		}
		if found, ok := ByName(h.Name); !ok || found.Number != h.Number {
			t.Errorf("%s is not found by its name", h.Name)
		}
		if found, ok := ByNumber(h.Number); !ok || found.Name != h.Name {
			t.Errorf("%d is not found by its number", h.Number)
		}
	}
	if _, ok := ByNumber(40); ok {
		t.Error("there is a hazard 40")
	}
}

// TestACutSearchIsOpen: what was not exhausted is neither seen nor gone.
func TestACutSearchIsOpen(t *testing.T) {
	h, _ := ByName("assassination")
	r, err := h.Answer(context.Background(), model.None, properties.Settings{MaxStates: 20})
	if err != nil {
		t.Fatal(err)
	}
	if a := r.Gone[0]; a.Conclusion != properties.Open || a.Verdict != "UNKNOWN" || a.AsExpected() {
		t.Errorf("after 20 states it is %v, %s", a.Conclusion, a.Verdict)
	}
}

// TestAVacuousAnswerIsNone: where the danger could not have arisen, its absence says nothing.
func TestAVacuousAnswerIsNone(t *testing.T) {
	h, _ := ByName("bad-ack-in-syn-received")
	h.Gone[0].Change = func(q *Question) { q.Scenario.Stale = nil }
	if a := answered(t, h, model.None).Gone[0]; a.Conclusion != properties.Vacuous || a.AsExpected() {
		t.Errorf("without old segments it is %v", a.Conclusion)
	}
}

// TestATableThatAsksNothing: a row that names what is not there is an error.
func TestATableThatAsksNothing(t *testing.T) {
	for _, e := range []Exhibit{{}, {Theorem: "none"}, {Theorem: "assassination/none"}, {Theorem: "sequence-shift"}, {Script: "none"}} {
		h := Hazard{Number: 99, Shown: []Exhibit{e}}
		if _, err := h.Answer(context.Background(), model.None, properties.Settings{}); err == nil || !strings.Contains(err.Error(), "hazard 99") {
			t.Errorf("%+v: %v", e, err)
		}
	}
}

// TestAnInterruptedHazardIsOpen: whatever is asked, an interrupt is no error and no answer.
func TestAnInterruptedHazardIsOpen(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, name := range []string{"figure-errors", "assassination", "half-open", "fin-wait-2-orphan"} {
		h, _ := ByName(name)
		r, err := h.Answer(ctx, model.None, properties.Settings{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if a := r.Shown[0]; a.Conclusion != properties.Open || a.Verdict != "UNKNOWN" || a.AsExpected() {
			t.Errorf("%s: %v, %s", name, a.Conclusion, a.Verdict)
		}
	}
}

// TestAMutantTurnsHazards: what was gone is there with a mutant, and what was shown is not.
func TestAMutantTurnsHazards(t *testing.T) {
	turned := map[string]bool{}
	for _, x := range []struct {
		name   string
		gone   bool // the exhibit is one of Gone, else of Shown
		with   string
		mutant model.Mutant
	}{
		{"figure-errors", false, "the model of RFC 9293", model.NoTimeWait},
		{"text-errors", true, "UNA < ACK, as in the errata and RFC 9293", model.SynRcvdAnyAck},
		{"old-duplicate-syn", true, "three segments, an idle initiator", model.SynRcvdAnyAck},
		{"syn-overtakes-rst", true, "the new SYN outside the old one's window", model.AnySequence},
		{"syn-overtakes-rst", false, "an old SYN just below the new", model.SynUnseen},
		{"half-open", true, "B has something to send", model.ClosedIsSilent},
		{"two-listeners", true, "three segments: B is never open", model.ListenHearsAck},
		{"half-open-looks-right", true, "fresh numbers", model.SynSentNoRst},
		{"half-open-looks-right", false, "the new SYN one below RCV.NXT", model.SynSentNeedsNoSyn},
		{"simultaneous-open-numbers", true, "RFC 9293 literally, with those answers", model.SilentOutside},
		{"fin-wait-2-orphan", true, "keep-alive=on, B crashes", model.ClosedIsSilent},
		{"no-wait-after-abort", false, "ABORT, reused numbers", model.DeafToRst},
		{"no-wait-after-abort", true, "rst-issuer-time-wait=on, keep-time-wait=on", model.NoTimeWait},
		{"assassination", false, "rst-in-time-wait=obey", model.DeafToRst},
		{"assassination", false, "as a script", model.SilentOutside},
		{"old-text-after-assassination", false, "rst-in-time-wait=obey", model.DeafToRst},
		{"ack-loop", false, "as a script", model.SilentOutside},
		{"killed-by-old-ack", true, "attacks=rfc5961", model.RstInWindow},
		{"killed-by-old-ack", false, "attacks=rfc793", model.DeafToRst},
		{"paws-is-partial", true, "rst-in-time-wait=ignore (F1), no timestamps", model.NoTimeWait},
		{"syn-in-time-wait", false, "reopen=none, a new SYN", model.DeafToRst},
		{"blind-attacks", true, "a RST, attacks=rfc5961", model.RstInWindow},
		{"blind-attacks", false, "a SYN, by RFC 793", model.SynUnseen},
		{"throttled-challenges", true, "any number of challenges suppressed, if eventually one arrives", model.SilentOutside},
		{"bad-ack-in-syn-received", true, "the model of RFC 9293, which stops there", model.SynRcvdAnyAck},
		{"bare-rst-in-syn-received", true, "the model of RFC 9293", model.ClosedIsSilent},
		{"close-in-syn-received", true, "the model of RFC 9293: FIN-WAIT-1", model.CloseVanishes},
		{"fin-overtakes-syn-ack", true, "retransmission of what is not acknowledged", model.NoRetransmission},
		{"no-quiet-time", false, "no quiet time", model.DeafToRst},
		{"random-numbers", false, "a draw may come near the old numbers", model.DeafToRst},
		{"lost-last-ack", true, "a TIME-WAIT of R+MSL", model.NoTimeWait},
		{"lost-last-ack", false, "no TIME-WAIT", model.ClosedIsSilent},
		{"wait-not-restarted", true, "time-wait-restart=fin: no old ACK is accepted", model.NoTimeWait},
		{"wait-not-restarted", false, "time-wait-restart=literal: an old ACK is accepted", model.SilentOutside},
		{"silent-reset", false, "silent-late-rst=on", model.DeafToRst},
		{"silent-reset", true, "the model of RFC 9293", model.NoTimeWait},
		{"time-wait-ping-pong", false, "as a script", model.NoTimeWait},
		{"simultaneous-close", true, "the model of RFC 9293: no octet is lost", model.LastAckAnyAck},
		{"self-connect", false, "the model of RFC 9293", model.AnySequence},
		{"split-handshake", true, "no-simultaneous-open=on", model.SynSentNeedsNoSyn},
		{"idle-half-open", true, "keep-alive=on", model.NoRetransmission},
		{"two-segments-by-design", true, "three segments", model.SynRcvdAnyAck},
		{"rst-in-syn-sent", true, "the model of RFC 9293, any sequence number", model.SynSentDeafToRst},
		{"abort-in-time-wait", true, "keep-time-wait=on", model.NoTimeWait},
		{"poisoned-timestamp", false, "RFC 7323 literally: B may never accept A's octet", model.NoPAWS},
		{"poisoned-timestamp", true, "ts-recent=after-ack, the order of Linux", model.AckOfUnsent},
		{"second-fin", true, "second-fin=ignored", model.FinOutOfOrder},
		{"shut-window", false, "FIN-WAIT-1 while the peer's window stays zero", model.ShutWindowKills},
	} {
		h, ok := ByName(x.name)
		list, want := h.Shown, properties.Holds
		if x.gone {
			list, want = h.Gone, properties.Fails
		}
		i := slices.IndexFunc(list, func(e Exhibit) bool { return e.With == x.with })
		if !ok || i < 0 {
			t.Errorf("%s has no exhibit %q", x.name, x.with)
			continue
		}
		a, err := h.answer(context.Background(), h.inherit(list[i]), x.mutant, properties.Settings{})
		if err != nil {
			t.Fatal(err)
		}
		if a.Conclusion != want {
			t.Errorf("%s, %s, with mutant %v: %v, must be %v", x.name, x.with, x.mutant, a.Conclusion, want)
		}
		turned[x.name] = true
	}
	for _, h := range Hazards() {
		if !turned[h.Name] && h.Name != "slow-clock" { // which is about the clock that numbers come from, and not about the machine
			t.Errorf("no mutant turns %s", h.Name)
		}
	}
}

// TestEachPolicyTurnsItsHazard: Shown and Gone of one exhibit differ in what they say, and not by chance: without the
// policy that makes it go, the first of what shows it is seen again.
func TestEachPolicyTurnsItsHazard(t *testing.T) {
	for _, name := range []string{"half-open", "no-wait-after-abort", "assassination", "split-handshake", "idle-half-open", "abort-in-time-wait"} {
		h, _ := ByName(name)
		turned := 0
		for _, e := range h.Gone {
			if e.Policy == nil || e.Script != "" {
				continue
			}
			turned++
			e.Policy = h.Shown[0].Policy
			a, err := h.answer(context.Background(), h.inherit(e), model.None, properties.Settings{})
			if err != nil {
				t.Fatal(err)
			}
			if a.Conclusion != properties.Fails {
				t.Errorf("%s, %s: without the policy it is %v", name, e.With, a.Conclusion)
			}
		}
		if turned == 0 {
			t.Errorf("%s: no policy makes it go", name)
		}
	}
}
