package netfake

import (
	"hash/maphash"
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
)

// Field is one part of the joint state as a number. It is for questions about which parts have how many values. It
// has the same form as explore.Field.
type Field struct {
	Name  string
	Value func(State) uint64
}

// Wholes lists the parts that consist of many fields. The number of each is a hash of 64 bits.
func Wholes() []Field {
	return []Field{
		{"A, as a whole", func(s State) uint64 { return hashOf(s.peer[A]) }},
		{"B, as a whole", func(s State) uint64 { return hashOf(s.peer[B]) }},
		{"the wire, as a whole", func(s State) uint64 { return hashOf(s.wire) }},
		{"the wire but for ages", func(s State) uint64 { return hashOf(ageless(s.wire)) }},
	}
}

// Fields lists the parts of the joint state: those of each endpoint, of the wire, and of the world around them.
// Sequence numbers are offsets from the base of their side.
func Fields() []Field {
	list := []Field{
		{"the wire: segments", func(s State) uint64 { return uint64(inUse(&s)) }},
		{"the wire: segments to A", func(s State) uint64 { return onWire(&s, func(c code) bool { return c.dst() == A }) }},
		{"the wire: segments to B", func(s State) uint64 { return onWire(&s, func(c code) bool { return c.dst() == B }) }},
		{"the wire: of earlier incarnations", func(s State) uint64 { return onWire(&s, s.earlier) }},
		{"the wire: with text", func(s State) uint64 { return onWire(&s, func(c code) bool { return c>>codeLen&15 > 0 }) }},
		{"the wire: oldest age", func(s State) uint64 { return oldest(&s) }},
		{"the wire: highest SEQ to A", func(s State) uint64 { return highest(&s, A) }},
		{"the wire: highest SEQ to B", func(s State) uint64 { return highest(&s, B) }},
		{"faults", func(s State) uint64 { return uint64(s.faults) }},
		{"clock", func(s State) uint64 { return uint64(s.clock) }},
		{"losses left", func(s State) uint64 { return uint64(s.losses) }},
		{"duplicates left", func(s State) uint64 { return uint64(s.dups) }},
		{"cut", func(s State) uint64 { return uint64(s.cut) }},
	}
	for i := range 2 {
		name := PeerName(i)
		for _, f := range peerFields {
			list = append(list, Field{name + ": " + f.name, func(s State) uint64 { return f.value(&s.peer[i]) }})
		}
	}
	return list
}

// peerFields are the parts of an endpoint. A test checks that they include every byte of it.
var peerFields = []struct {
	name  string
	value func(c *peerCode) uint64
}{
	{"state", func(c *peerCode) uint64 { return uint64(c.state) }},
	{"marks", func(c *peerCode) uint64 { return pairOf(c.marks0, c.marks1) }},
	{"text on the SYN", func(c *peerCode) uint64 { return uint64(c.synText) }},
	{"ISS", func(c *peerCode) uint64 { return uint64(c.iss) }},
	{"IRS", func(c *peerCode) uint64 { return uint64(c.irs) }},
	{"SND.UNA", func(c *peerCode) uint64 { return uint64(c.una) }},
	{"SND.NXT", func(c *peerCode) uint64 { return uint64(c.nxt) }},
	{"SND.WND", func(c *peerCode) uint64 { return uint64(c.wnd) }},
	{"largest SND.WND", func(c *peerCode) uint64 { return uint64(c.maxWnd) }},
	{"SND.WL1", func(c *peerCode) uint64 { return uint64(c.wl1) }},
	{"SND.WL2", func(c *peerCode) uint64 { return uint64(c.wl2) }},
	{"RCV.NXT", func(c *peerCode) uint64 { return uint64(c.rcvNxt) }},
	{"RCV.WND", func(c *peerCode) uint64 { return uint64(c.rcvWnd) }},
	{"Last.ACK.sent", func(c *peerCode) uint64 { return uint64(c.lastAck) }},
	{"TS.Recent", func(c *peerCode) uint64 { return uint64(c.tsRecent) }},
	{"held out of order", func(c *peerCode) uint64 {
		return hashOf([4][2]uint8{c.heldSeq, c.heldLen, c.heldFlags, c.heldGhost})
	}},
	{"numbers before reopening", func(c *peerCode) uint64 { return pairOf(c.oldSnd, c.oldRcv) }},
	{"TS.Recent before reopening", func(c *peerCode) uint64 { return uint64(c.oldRecent) }},
	{"octets unsent", func(c *peerCode) uint64 { return uint64(c.unsent) }},
	{"octets unread", func(c *peerCode) uint64 { return uint64(c.unread) }},
	{"octets wanted", func(c *peerCode) uint64 { return uint64(c.wanted) }},
	{"incarnation", func(c *peerCode) uint64 { return uint64(c.incs >> 4) }},
	{"peer's incarnation", func(c *peerCode) uint64 { return uint64(c.incs & 15) }},
	{"octets SENT", func(c *peerCode) uint64 { return uint64(c.counts >> 4) }},
	{"octets accepted", func(c *peerCode) uint64 { return uint64(c.counts & 15) }},
	{"octets taken by the peer", func(c *peerCode) uint64 { return uint64(c.taken) }},
	{"active OPENs left", func(c *peerCode) uint64 { return uint64(c.opens >> 4) }},
	{"passive OPENs left", func(c *peerCode) uint64 { return uint64(c.opens & 15) }},
	{"SYNs left to answer", func(c *peerCode) uint64 { return uint64(c.accepts & acceptsMask) }},
	{"crashes left", func(c *peerCode) uint64 { return uint64(c.crashes & 15) }},
	{"since the first ACK of the FIN", func(c *peerCode) uint64 { return uint64(c.crashes >> 4) }},
	{"timer", func(c *peerCode) uint64 { return uint64(c.timer) }},
	{"age of text", func(c *peerCode) uint64 { return uint64(c.ages >> 4) }},
	{"age of the FIN", func(c *peerCode) uint64 { return uint64(c.ages & 15) }},
	{"shut window answered", func(c *peerCode) uint64 { return uint64(c.accepts & answeredMark) }},
	{"highest number used", func(c *peerCode) uint64 { return uint64(c.used) }},
	{"earlier peers that sent octets", func(c *peerCode) uint64 { return uint64(c.had) }},
	{"ended normally", func(c *peerCode) uint64 { return uint64(c.accepts & cleanMark) }},
}

func pairOf(low, high uint8) uint64 { return uint64(high)<<8 | uint64(low) }

var fieldSeed = maphash.MakeSeed()

// hashOf returns a hash by which values of one type can be distinguished within one process.
func hashOf[T comparable](v T) uint64 { return maphash.Comparable(fieldSeed, v) }

// ageless is the wire without the ages of its segments, sorted again.
func ageless(wire [MaxWire]code) [MaxWire]code {
	for i := range wire {
		wire[i] &^= ageMask
	}
	slices.Sort(wire[:])
	return wire
}

func inUse(s *State) (n int) {
	for n < MaxWire && s.wire[n] != 0 {
		n++
	}
	return n
}

func onWire(s *State, is func(code) bool) (n uint64) {
	for _, c := range s.wire[:inUse(s)] {
		if is(c) {
			n++
		}
	}
	return n
}

// earlier reports whether a segment was sent by another incarnation than the present one of its sender.
func (s State) earlier(c code) bool {
	inc := uint8(c>>codeInc) & 15
	return inc != NoOne && inc != s.peer[1-c.dst()].incs>>4
}

func oldest(s *State) (age uint64) {
	for _, c := range s.wire[:inUse(s)] {
		age = max(age, uint64(c.age()))
	}
	return age
}

// highest is the highest SEQ on the wire to dst, as an offset. A RST with an ACK has no such SEQ.
func highest(s *State, dst int) (seq uint64) {
	for _, c := range s.wire[:inUse(s)] {
		if c.dst() == dst && !c.is(model.RST|model.ACK) {
			seq = max(seq, uint64(c>>codeSeq)&255)
		}
	}
	return seq
}
