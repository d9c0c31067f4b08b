package capture

import (
	"slices"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// side is what is known of one endpoint: the numbers that it has used, and its possible states. Everything here is a fact
// of the capture, except states, which are inferred.
type side struct {
	iss      model.Seq // of its SYN, if synSeen; else the first number seen
	nxt      model.Seq // SND.NXT, as far as seen
	low      model.Seq // what nxt is compared with: iss, and later something not too far below nxt
	far      bool      // it has gone so far that iss is below nothing any more
	sent     uint64    // numbers from iss to nxt
	text     uint64    // octets of data in the capture, each counted once
	tsMax    uint32    // its latest timestamp, if stamped
	stamped  bool
	flags    model.Flags // all the control bits that it has used
	claimed  model.Seq   // what the peer acknowledged and the capture does not show, if claim
	claim    bool
	missed   bool // it continued from there: segments of it are missing in the capture
	strange  bool // it sent a SYN at another number than iss
	foreign  bool // it sent a number below iss, as of another connection
	seen     bool // it has sent something with a number
	fresh    bool // the capture saw the connection begin: what is not seen was not sent
	synSeen  bool
	synAt    time.Time // of its last SYN without ACK
	ttl      uint8     // of its last segment without RST; 0: none is known
	synText  bool      // its SYN carried data
	synTimed bool      // it had the timestamps option
	synCut   bool      // not all of its options were captured
	bareSyn  bool
	synAck   bool

	fin         model.Seq // the number of its FIN
	finSeen     bool
	finAckedFin bool // its first FIN acknowledged the peer's
	ackedFin    bool // it acknowledged the peer's FIN, in a segment without its own first FIN
	finAlone    bool // it did so before it sent its own FIN
	textAfter   bool // it sent data after it had acknowledged the peer's FIN

	acks           bool // it has sent an ACK
	ackMin, ackMax model.Seq

	edge      model.Seq // the right edge of the widest window that it offered
	edgeKnown bool
	wnd       uint32
	maxWnd    uint32
	offers    bool // the window scale option was on its SYN
	shift     uint8

	doubted doubted // what the peer acknowledged of it and the capture does not have

	rst       bool
	refuses   bool      // its first segment was a RST that acknowledges the peer's SYN
	rstLast   bool      // both FINs had been sent before its first RST
	rstHeard  model.Seq // what the peer had sent when its first RST passed, or the one that rstFinal is about
	rstAnswer bool      // its first RST came before any other segment of its own
	rstFinal  bool      // it was synchronized when it sent the RST, and so is CLOSED

	vain vain // whether its last RST had no effect

	last   model.Segment
	recent [8]model.Segment // the last distinct ones, to know copies by
	ids    [8]uint16        // of their IPv4 packets
	at     [8]time.Time     // when they were captured
	next   int
	summed bool // a segment of its had a right checksum
	holes  []hole
	wire   evidence
	states States

	lost      int       // number of the SYN in mid-connection that it seems to have sent
	lostOld   bool      // that may be older than the connection, and have been in the network all the time
	lostHeard model.Seq // what the peer had sent when that passed
}

// doubted is an ACK of something that is not in the capture.
type doubted struct {
	set      bool
	ack, nxt model.Seq // what it acknowledged, and SND.NXT of the other side as far as seen
	at       time.Time
	stamped  bool
	tsVal    uint32
}

// vain is what shows that a RST had no effect: both ends continue after it. It was not its sender's, or too old.
type vain struct {
	known       bool
	heard, sent model.Seq // what the peer, and what its sender had sent when it passed
	continues   bool      // its sender has acknowledged more than that
}

// goesOn notes that x has received something that was sent after its RST passed.
func (x *side) goesOn(t model.Segment, y *side) {
	if v := &x.vain; v.known && t.Flags&(model.ACK|model.SYN|model.RST) == model.ACK && v.heard.Less(t.Ack) {
		v.continues = true
	}
}

// resetInVain forgets a RST of x if y has acknowledged something that x sent after it.
func (x *side) resetInVain(y *side) {
	if v := &x.vain; v.continues && y.acks && v.sent.Less(y.ackMax) {
		x.rst, x.rstFinal, x.vain = false, false, vain{}
	}
}

// hole is a range of numbers [from, to) that is missing.
type hole struct{ from, to model.Seq }

const maxHoles = 16

// note keeps t among the recent segments.
func (x *side) note(t model.Segment, id uint16, at time.Time) {
	x.last = t
	i := x.next % len(x.recent)
	x.recent[i], x.ids[i], x.at[i] = t, id, at
	x.next++
}

// lastID is the identification of its last IPv4 packet; 0: none is known.
func (x *side) lastID() uint16 {
	if x.next == 0 {
		return 0
	}
	return x.ids[(x.next-1)%len(x.ids)]
}

// copiesWithin is how far apart two copies of a packet are at most. It is shorter than any retransmission timeout
// (RFC 6298 §2.4, and the 200 ms of real hosts), since some programs write the same identification into every packet.
const copiesWithin = 100 * time.Millisecond

// samePacket reports whether p is an IPv4 packet that was captured a little earlier: a host numbers its packets, also
// those in which it sends a segment again (RFC 791 §3.2), so that this is a copy that the network or the capture made.
func (x *side) samePacket(t model.Segment, id uint16, at time.Time) bool {
	for i := range min(x.next, len(x.recent)) {
		if id != 0 && x.ids[i] == id && x.recent[i] == t && at.Sub(x.at[i]).Abs() < copiesWithin {
			return true
		}
	}
	return false
}

// copyOf reports whether the very same segment was seen a little earlier: a copy made by the
// network or by the capture, or a retransmission that looks the same.
func (x *side) copyOf(t model.Segment) bool {
	for i := range min(x.next, len(x.recent)) {
		if x.recent[i] == t {
			return true
		}
	}
	return false
}

// overtaken reports whether x sent t before a segment that was captured earlier: RCV.NXT, which every ACK carries, never goes
// back (RFC 9293 §3.10.7.4). t says nothing about x's present state.
func (x *side) overtaken(t model.Segment) bool {
	return x.acks && t.Flags&(model.SYN|model.RST|model.ACK) == model.ACK && t.Ack.Less(x.ackMax)
}

// fill closes the numbers [from, to) in the holes, and returns how many were open.
func (x *side) fill(from, to model.Seq) (octets uint32) {
	var left []hole
	for _, h := range x.holes {
		if !from.Less(h.to) || !h.from.Less(to) {
			left = append(left, h)
			continue
		}
		low, high := from.Max(h.from), to
		if h.to.Less(high) {
			high = h.to
		}
		octets += high.From(low)
		if h.from.Less(from) {
			left = append(left, hole{h.from, from})
		}
		if to.Less(h.to) {
			left = append(left, hole{to, h.to})
		}
	}
	x.holes = left
	return octets
}

func (x *side) dig(from, to model.Seq) {
	if len(x.holes) < maxHoles {
		x.holes = append(x.holes, hole{from, to})
	}
}

// evidence is the peer's segments that may arrive at any time from now on. Of segments with the same effect on the states
// only the first and the last are kept.
type evidence []seenClass

type class struct {
	flags            model.Flags
	acksSyn, acksFin bool
}

type seenClass struct {
	class
	first, last model.Segment
}

func (e *evidence) add(k class, s model.Segment) {
	for i := range *e {
		if old := &(*e)[i]; old.class == k {
			old.last = s
			if s.Seq.From(old.first.Seq) > half && old.first.Seq.Less(s.Seq) {
				old.first = s // the one before is too old to be compared with
			}
			return
		}
	}
	*e = append(*e, seenClass{k, s, s})
}

// take adds t, sent by x, to the facts about x; y is the peer.
func (x *side) take(p Packet, t model.Segment, y *side, scaled uint32, scaleKnown bool) {
	x.synCut = x.synCut || t.Has(model.SYN) && p.Damaged != ""
	if t.Has(model.RST) {
		if !x.rst {
			x.refuses = !x.seen && y.synSeen && t.Has(model.ACK) && y.iss.Less(t.Ack) && t.Ack.AtMost(y.nxt)
			x.rstAnswer, x.rstHeard, x.rstLast = !x.seen, y.nxt, x.finSeen && y.finSeen
		}
		x.rst, x.vain = true, vain{heard: y.nxt, sent: x.nxt, known: x.seen && y.seen}
	} else {
		x.takeNumbers(t)
		if t.Has(model.ACK) {
			x.takeAck(t, y, scaled, scaleKnown)
		}
		if t.Has(model.FIN) && !x.finSeen {
			x.finSeen, x.fin = true, t.End()-1
			x.finAckedFin = y.finSeen && t.Has(model.ACK) && y.fin.Less(t.Ack)
		}
	}
	if t.Opts&model.OptTimestamps != 0 && !t.Has(model.RST) {
		if t.Has(model.ACK) && y.stamped && int32(t.TSEcr-y.tsMax) > 0 {
			y.missed = true // it echoes a timestamp that the capture does not show (RFC 7323 §3.2)
		}
		if !x.stamped || int32(t.TSVal-x.tsMax) > 0 {
			x.stamped, x.tsMax = true, t.TSVal
		}
	}
	x.flags |= t.Flags
	k := class{flags: t.Flags & (model.SYN | model.FIN | model.RST | model.ACK)}
	if t.Has(model.ACK) {
		k.acksSyn = y.synSeen && (y.far || y.iss.Less(t.Ack))
		k.acksFin = y.finSeen && y.fin.Less(t.Ack)
	}
	x.wire.add(k, t)
	x.note(t, p.ID, p.Time)
}

func (x *side) takeNumbers(t model.Segment) {
	if t.Has(model.SYN) && !x.synSeen {
		if x.seen && t.Seq.Less(x.iss) {
			x.sent += uint64(x.iss.From(t.Seq))
		}
		x.synSeen, x.synText, x.iss, x.low = true, t.Len > 0, t.Seq, t.Seq
		x.synTimed = t.Opts&model.OptTimestamps != 0
		x.offers, x.shift = t.Opts&model.OptWindowScale != 0, min(t.WScale, 14)
		if !x.seen {
			x.nxt = t.Seq
		}
	}
	if t.Has(model.SYN) {
		x.bareSyn = x.bareSyn || !t.Has(model.ACK)
		x.synAck = x.synAck || t.Has(model.ACK)
		x.strange = x.strange || t.Seq != x.iss
	}
	if !x.seen {
		x.seen = true
		if !x.synSeen {
			x.iss, x.low = t.Seq, t.Seq
		}
		x.nxt = t.Seq
	}
	if x.claim && x.claimed.AtMost(t.Seq) { // SEG.SEQ is never above SND.NXT: it has sent all of that
		x.claim, x.missed = false, true
	}
	if t.Seq.Less(x.nxt) {
		x.text += uint64(x.fill(t.Seq, t.End()))
	}
	if x.nxt.Less(t.Seq) {
		x.dig(x.nxt, t.Seq)
	}
	if end := t.TextSeq() + model.Seq(t.Len); t.Len > 0 && x.nxt.Less(end) {
		x.text += uint64(end.From(x.nxt.Max(t.TextSeq())))
	}
	x.advance(t.End())
}

// half of what can be compared: numbers further apart than 2^31 change places (RFC 9293 §3.4). A
// connection that goes on for long leaves its first numbers behind.
const half = 1 << 30

// advance takes SND.NXT up to a number, if it is not there yet.
func (x *side) advance(to model.Seq) {
	if !x.nxt.Less(to) {
		return
	}
	x.sent += uint64(to.From(x.nxt))
	x.nxt = to
	if x.nxt.From(x.low) <= half {
		return
	}
	x.low = x.nxt - half
	if !x.far {
		x.far = true
		x.wire = slices.DeleteFunc(x.wire, func(c seenClass) bool { return c.flags&model.SYN != 0 })
	}
}

func (x *side) takeAck(t model.Segment, y *side, scaled uint32, scaleKnown bool) {
	if !x.acks {
		x.acks, x.ackMin, x.ackMax = true, t.Ack, t.Ack
	}
	if t.Ack.Less(x.ackMin) {
		x.ackMin = t.Ack
	}
	x.ackMax = x.ackMax.Max(t.Ack)
	if x.ackMax.From(x.ackMin) > half {
		x.ackMin = x.ackMax - half
	}
	if scaleKnown {
		if edge := t.Ack + model.Seq(scaled); !x.edgeKnown || x.edge.Less(edge) {
			x.edge, x.edgeKnown = edge, true
		}
	}
	x.wnd, x.maxWnd = scaled, max(x.maxWnd, scaled)
	if y.finSeen && y.fin.Less(t.Ack) {
		if !x.finSeen && !t.Has(model.FIN) {
			x.finAlone = true
		}
		if !t.Has(model.FIN) || x.finSeen {
			x.ackedFin = true
		}
		if t.Len > 0 && !t.Seq.Less(x.nxt-model.Seq(t.Span())) {
			x.textAfter = true
		}
	}
	if y.fresh && (!y.seen || y.nxt.Less(t.Ack)) {
		y.claimed, y.claim = t.Ack, true
	}
	if y.seen {
		y.advance(t.Ack) // it is not in the capture, or was never sent; either way report it once
	}
}
