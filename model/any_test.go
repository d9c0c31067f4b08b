package model

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// reporter is what *testing.T and *rapid.T have in common.
type reporter interface {
	Helper()
	Fatalf(format string, args ...any)
}

const manySteps = 200_000

// checkTotal: Step answers everything, whatever the TCB, and what it answers is well formed.
func checkTotal(t reporter, s source) {
	t.Helper()
	c, before := s.config(true), s.anyTCB()
	e := s.event(before)
	after, o := Step(c, before, e)
	if after.State >= NumStates || int(o.NSegs) > MaxSegs || int(o.NText) > len(o.Text) {
		t.Fatalf("%+v, %+v, %+v: %+v, %+v", c, before, e, after, o)
	}
	for _, seg := range o.Sent() {
		_ = seg.String()
	}
	_ = o.Signals.String() + o.Reply.String()
}

func TestStepIsTotal(t *testing.T) {
	for i := range uint64(manySteps) {
		checkTotal(t, fromSeed(i))
	}
}

func TestTotal(t *testing.T) { rapid.Check(t, func(t *rapid.T) { checkTotal(t, fromRapid(t)) }) }
func FuzzTotal(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { checkTotal(t, fromRapid(t)) }))
}

// checkOutput: what an honest machine sends is well formed, and nothing of it is lost.
func checkOutput(t reporter, s source) {
	t.Helper()
	c, before := s.config(false), s.anyTCB().sane()
	e := s.event(before)
	after, o := Step(c, before, e)
	fail := func(claim string) {
		t.Helper()
		t.Fatalf("%s\nconfig %+v\nbefore %+v\nevent %+v\nafter %+v\noutput %+v", claim, c, before, e, after, o)
	}
	if after.State == Closed && before.State != Closed && after != (TCB{}) {
		fail("CLOSED has no TCB")
	}
	mss := max(c.mss(), defaultMSS)
	text := uint32(0)
	for _, seg := range o.Sent() {
		switch {
		case seg.Has(RST) && e.Kind == SegmentArrives && e.Seg.Has(RST):
			fail("a RST does not answer a RST")
		case seg.Has(SYN|FIN) || seg.Has(SYN|RST) || seg.Has(RST|FIN):
			fail("no two of SYN, FIN and RST travel together")
		case seg.Has(RST) && seg.Len > 0:
			fail("a RST carries no text")
		case seg.Has(SYN) && seg.Len > 255:
			fail("a SYN carries no more text than a TCB remembers")
		case !seg.Has(SYN) && (seg.Len > mss || after.MSS != 0 && after.State != Closed && seg.Len > after.MSS):
			fail("no segment is larger than the MSS")
		case seg.Has(RST) || after.State == Closed:
		case !seg.Has(ACK) && after.State.Synchronized() && c.Handshake == ThreeSegments:
			fail("a synchronized endpoint acknowledges in all that it sends")
		case seg.Has(ACK) && seg.Ack != after.Rcv.Nxt && c.Handshake == ThreeSegments:
			fail("what is sent acknowledges RCV.NXT")
		case seg.Span() > 0 && seg.End().From(after.Snd.Una) > after.Snd.Nxt.From(after.Snd.Una):
			fail("text lies between SND.UNA and SND.NXT")
		}
		if seg.Span() > 0 && before.Snd.Nxt.AtMost(seg.Seq) && before.State > SynSent {
			text += seg.Span()
		}
	}
	sameSend := before.State > SynSent && after.State > SynSent && !after.Is(Reopened) && !before.Is(Reopened) &&
		(before.State != TimeWait || after.State == TimeWait)
	if sameSend && after.Snd.Nxt.From(before.Snd.Nxt) != text {
		fail("SND.NXT passes over all that is sent, and nothing else")
	}
	if int(o.NSegs) == MaxSegs && !o.Segs[MaxSegs-1].Has(RST) && after.State.Synchronized() &&
		o.Segs[MaxSegs-1].Ack != after.Rcv.Nxt {
		fail("a full output owes no acknowledgment")
	}
	checkTaken(fail, before, after, o)
}

// checkTaken: the pieces of text and FIN taken are those over which RCV.NXT advanced, in order.
func checkTaken(fail func(string), before, after TCB, o Output) {
	reopened := before.State == TimeWait && after.State != TimeWait
	if before.State < SynReceived || after.State < SynReceived || before.Is(Reopened) || reopened {
		return
	}
	next := before.Rcv.Nxt
	for _, h := range o.Taken() {
		if h.Seq != next {
			fail("text is taken in order, without gap or overlap")
		}
		next += Seq(h.span())
	}
	if next != after.Rcv.Nxt {
		fail("RCV.NXT passes over all that is taken, and nothing else")
	}
}

func TestNoOutputIsLost(t *testing.T) {
	for i := range uint64(manySteps) {
		checkOutput(t, fromSeed(i))
	}
}

func TestOutput(t *testing.T) { rapid.Check(t, func(t *rapid.T) { checkOutput(t, fromRapid(t)) }) }
func FuzzOutput(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { checkOutput(t, fromRapid(t)) }))
}

// checkGhosts: the labels of text have no influence on anything but themselves.
func checkGhosts(t reporter, s source) {
	t.Helper()
	c := s.config(true)
	if c.Mutant == ReadsGhosts {
		c.Mutant = None
	}
	checkGhostsOf(t, s, c)
}

func checkGhostsOf(t reporter, s source, c Config) {
	t.Helper()
	before := s.anyTCB()
	e := s.event(before)
	after, o := Step(c, before, e)
	bare := e
	bare.Seg.Ghost = 0
	after2, o2 := Step(c, before.withoutGhosts(), bare)
	if d := cmp.Diff(after.withoutGhosts(), after2); d != "" {
		t.Fatalf("the TCB depends on a ghost (-with +without):\n%s", d)
	}
	if d := cmp.Diff(o.withoutGhosts(), o2); d != "" {
		t.Fatalf("the output depends on a ghost (-with +without):\n%s", d)
	}
}

func (t TCB) withoutGhosts() TCB {
	for i := range t.Held {
		t.Held[i].Ghost = 0
	}
	return t
}

func (o Output) withoutGhosts() Output {
	for i := range o.Segs {
		o.Segs[i].Ghost = 0
	}
	for i := range o.Text {
		o.Text[i].Ghost = 0
	}
	return o
}

func TestGhosts(t *testing.T) {
	for i := range uint64(20_000) {
		checkGhosts(t, fromSeed(i))
	}
	rapid.Check(t, func(t *rapid.T) { checkGhosts(t, fromRapid(t)) })
}

func FuzzGhosts(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { checkGhosts(t, fromRapid(t)) }))
}
