package model

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// shift adds ours to every number of our direction, and theirs to every one of the peer's. What
// is not set stays as it is: the peer's numbers until its SYN came, SND.UP and the numbers of
// the last incarnation without their marks, pieces that are not held, and an ACK field without
// ACK. The 0 of <SEQ=0><ACK=...><CTL=RST,ACK> is no number of ours either.
func (t TCB) shift(ours, theirs Seq) TCB {
	if t.State <= Listen {
		return t
	}
	t.Iss += ours
	t.Snd.Una += ours
	t.Snd.Nxt += ours
	if t.Is(SndUrgent) {
		t.Snd.Up += ours
	}
	if t.State == SynSent {
		return t
	}
	t.Snd.Wl2 += ours
	t.Irs += theirs
	t.Rcv.Nxt += theirs
	t.Rcv.Up += theirs
	t.Snd.Wl1 += theirs
	t.TS.LastAckSent += theirs
	for i, h := range t.Held {
		if !h.empty() {
			t.Held[i].Seq += theirs
		}
	}
	if t.Is(Reopened) {
		t.Old.SndNxt += ours
		t.Old.RcvNxt += theirs
	}
	return t
}

// shift is for what the machine sends.
func (s Segment) shift(from, to Seq) Segment {
	if !s.Has(RST | ACK) {
		s.Seq += from
	}
	if s.Has(ACK) {
		s.Ack += to
	}
	return s
}

func (o Output) shift(ours, theirs Seq) Output {
	for i := range o.Sent() {
		o.Segs[i] = o.Segs[i].shift(ours, theirs)
	}
	for i := range o.Taken() {
		o.Text[i].Seq += theirs
	}
	return o
}

// checkShift: to shift all numbers of one direction by a constant, over the wrap or not, shifts
// what comes out by it, and changes nothing else. The initiator of a one-segment handshake is
// left out: it takes the peer's unset numbers for set ones.
func checkShift(t reporter, s source) {
	t.Helper()
	c := s.config(true)
	if c.Handshake == OneSegment {
		c.Handshake = ThreeSegments
	}
	if c.Mutant == AbsoluteSequence {
		c.Mutant = None
	}
	checkShiftOf(t, s, c)
}

func checkShiftOf(t reporter, s source, c Config) {
	t.Helper()
	before := s.anyTCB().sane()
	e := s.event(before)
	ours, theirs := Seq(s(1<<32)), Seq(s(1<<32))
	after, o := Step(c, before, e)
	e.Iss += ours
	seg := e.Seg
	seg.Seq += theirs
	if seg.Has(ACK) {
		seg.Ack += ours
	}
	e.Seg = seg
	after2, o2 := Step(c, before.shift(ours, theirs), e)
	if d := cmp.Diff(after.shift(ours, theirs), after2); d != "" {
		t.Fatalf("by %d and %d, from %+v at %+v with %+v, the TCB (-shifted +of the shifted):\n%s", ours, theirs, before, e, c, d)
	}
	if d := cmp.Diff(o.shift(ours, theirs), o2); d != "" {
		t.Fatalf("by %d and %d, from %+v at %+v with %+v, the output (-shifted +of the shifted):\n%s", ours, theirs, before, e, c, d)
	}
}

func TestShift(t *testing.T) {
	for i := range uint64(60_000) {
		checkShift(t, fromSeed(i))
	}
	rapid.Check(t, func(t *rapid.T) { checkShift(t, fromRapid(t)) })
}

func FuzzShift(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { checkShift(t, fromRapid(t)) }))
}
