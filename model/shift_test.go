package model

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// shift is for what the machine sends. An ACK field without ACK is no number, nor is the 0 of
// <SEQ=0><ACK=...><CTL=RST,ACK>.
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
	after2, o2 := Step(c, before.Shift(ours, theirs), e)
	if d := cmp.Diff(after.Shift(ours, theirs), after2); d != "" {
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
