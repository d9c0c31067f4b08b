package capture

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// conn is one connection while it is alive.
type conn struct {
	out   Connection
	sides [2]side
	self  bool      // both sockets are the same: one endpoint talks to itself
	fresh bool      // its first segment was a SYN
	again bool      // an earlier incarnation had the same sockets, less than 2MSL ago
	since time.Time // when the capture began: it does not show what connections the sockets had before

	confirmed bool // the third segment of the handshake was seen
	thirdText bool
	ackedSyn  [2]bool
	splitSyn  bool // B acknowledged A's SYN before it sent its own

	icmp      [2]bool         // an ICMP error came about a segment of this side
	syns      []time.Duration // when A sent its SYN again, the first few times
	oldWait   [2]bool         // in the connection before, this side was left in TIME-WAIT
	missedSyn bool            // an end acknowledged a SYN that is not in the capture
	old       old
	rounds    int // a RST, the ACK that challenges it, and the same RST again

	suspects []suspect

	pending  *Packet // a SYN in mid-connection that may turn out to open a new one
	relative bool
	prev     model.Segment // the segment before, and whose it was
	prevFrom Side
	last     time.Time
	limit    int // segments that are kept of it; 0 if no ladder is wanted

	number       int // of the connection, in the order in which they begin
	rank         *ranks
	older, newer *conn // in rank

	look look     // at the segment in hand
	rs   []Remark // on it
}

// old is an earlier connection of the same sockets that one end still has, although the other has opened a new one.
type old struct {
	known bool
	from  Side      // the end that has it
	ack   model.Seq // what it acknowledged: the number of the RST that ends it (RFC 9293 §3.10.7.3, first)
	reset int       // the packet with that RST; 0: none was captured
}

func (c *conn) side(i Side) *side {
	if c.self {
		return &c.sides[A]
	}
	return &c.sides[i]
}

func (c *conn) pair(from Side) (x, y *side) { return c.side(from), c.side(1 - from) }

func newConn(p Packet, limit int) *conn {
	c := &conn{limit: limit, last: p.Time}
	c.out.Sockets[A], c.out.Sockets[B] = p.Flow.Src, p.Flow.Dst
	c.out.Start, c.out.First = p.Time, p.Number
	c.self = p.Flow.Src == p.Flow.Dst
	c.fresh = p.Seg.Flags&(model.SYN|model.ACK|model.RST) == model.SYN
	for i := range c.sides {
		c.sides[i].fresh = c.fresh
		c.sides[i].states = setOf(model.Closed, model.Listen)
		if !c.fresh {
			c.sides[i].states |= opened | setOf(model.SynSent)
		}
	}
	return c
}

// from returns the side that sent p.
func (c *conn) from(p Packet) Side { return c.sideOf(p.Flow.Src) }

func (c *conn) sideOf(socket netip.AddrPort) Side {
	if socket == c.out.Sockets[A] {
		return A
	}
	return B
}

// take judges one segment, and updates what is known.
func (c *conn) take(p Packet) {
	from := c.from(p)
	x, y := c.pair(from)
	t := p.Seg
	if p.NoSeq {
		t.Seq = x.guessSeq(y)
	}
	if c.notSent(p, t, from) {
		return
	}
	l := &c.look
	*l = look{c, t, x, y, from, p.Relative, len(c.out.Segments) >= max(2*c.limit, maxRemarked), p.Time, p.Damaged != "", p.Number, p.TTL}
	rs := c.strays(l, c.rs[:0])
	earlier, reset := l.earlier(), l.earlierReset()
	if earlier || reset || len(rs) > 0 && rs[0].Rule == "old-connection" {
		if reset {
			name, text := resetNumber(l)
			r := remark(name, text)
			r.excuse("unless it is of an earlier connection of these sockets, whose segments the network still has")
			rs = append(rs, r)
		}
		if earlier {
			for _, rule := range [...]func(*look) (string, string){acknowledges, belowInitial} {
				name, text := rule(l)
				rs = append(rs, remark(name, text))
			}
			x.foreign = true
			if x.acks && t.Ack.Less(x.ackMin) {
				x.ackMin = t.Ack // a RST may answer it
			}
			x.note(t, p.ID, p.Time)
		}
		c.record(p, t, from, rs)
		c.last, c.rs = p.Time, rs[:0]
		return
	}
	c.missSyn(t, x, y)
	if len(c.suspects) > 0 {
		c.confirm(l, p.ID)
	}
	rs = l.verdicts(rs)
	for i := range rs {
		if rs[i].Rule == "ack-of-unsent" || rs[i].Rule == "ack-unseen" {
			x.hearUnseen() // it has received something that is not in the capture, or comes later in it
		}
		if rs[i].Rule == "ack-of-unsent" && !y.doubted.set {
			y.doubted = doubted{true, t.Ack, y.nxt, p.Time, t.Opts&model.OptTimestamps != 0, t.TSVal}
		}
	}
	if len(rs) == 0 {
		l.mute = l.mute || c.limit == 0
		rs = l.notes(rs)
	}
	how := x.late(t, y)
	if p.Merged && how == "" {
		how = "unless offload put segments together between which the window moved"
	}
	for i := range rs {
		rs[i].excuse(how)
	}
	s := x.sendingOf(t, y)
	x.foreign = x.foreign || x.synSeen && !x.far && !t.Has(model.RST) && t.Seq.Less(x.iss)
	if r, bad := c.narrow(s, from, how, len(rs) > 0 && rs[0].Grade != Note); bad {
		rs = append(rs, r)
	}
	switch {
	case len(rs) == 0:
	case c.again || !c.fresh:
		how = "unless it answers an old segment from before this capture"
	case x.foreign || y.foreign || x.strange || y.strange || x.lost != 0 || y.lost != 0:
		how = "unless it is of another connection of these sockets, whose sequence numbers were captured before"
	}
	for i := range rs {
		rs[i].excuse(how)
	}
	if t.Has(model.SYN) {
		x.rstFinal = false // it opens again
	}
	c.handshake(t, from)
	if p.TTL != 0 && !t.Has(model.RST) {
		x.ttl = p.TTL
	}
	if t.Has(model.RST) && x.rst && c.prevFrom != from && c.prev.Flags == model.ACK && x.copyOf(t) {
		c.rounds++
	}
	known := c.scaleKnown() || t.Has(model.SYN) // a SYN's window is never scaled
	claim := x.claim
	x.claim = claim && !p.NoSeq // a guessed number does not prove a gap
	x.take(p, t, y, c.scaled(x, t), known)
	x.claim = x.claim || claim && p.NoSeq
	switch {
	case t.Flags&(model.SYN|model.ACK|model.RST) == model.SYN:
		if x.synAt = p.Time; from == A && c.out.Total > 0 && len(c.syns) < maxSyns && !p.Time.IsZero() {
			c.syns = append(c.syns, p.Time.Sub(c.out.Start))
		}
	case t.Has(model.SYN|model.ACK) && c.out.RTT == 0 && !y.synAt.IsZero():
		c.out.RTT = p.Time.Sub(y.synAt)
	}
	if !y.seen && x.acks && x.ackMin.Less(x.ackMax) && !t.Has(model.RST) {
		y.states &^= setOf(model.SynReceived) // it has sent more than its SYN
	}
	x.hear(y)
	y.hear(x)
	x.goesOn(t, y)
	y.resetInVain(x)
	c.record(p, t, from, rs)
	if how == "" {
		c.suspectOf(l, rs)
	}
	c.rs = rs[:0]
	c.prev, c.prevFrom, c.last = t, from, p.Time
}

// missSyn records that a SYN is not in the capture: an endpoint that acknowledges something has received a SYN.
func (c *conn) missSyn(t model.Segment, x, y *side) {
	if y.seen || !y.fresh || x.acks || c.self || !t.Has(model.ACK) || t.Has(model.RST) {
		return
	}
	c.missedSyn, c.fresh = true, false
	x.fresh, y.fresh = false, false
	x.states |= opened
	y.states = opened | setOf(model.Closed)
}

// earlier reports whether the segment is of an earlier connection: both its numbers are below the initial ones. It cannot
// change this connection.
func (l *look) earlier() bool {
	t, x, y := l.t, l.x, l.y
	return !l.c.self && x.synSeen && y.synSeen && !x.far && !y.far && t.Flags&(model.SYN|model.RST|model.ACK) == model.ACK &&
		t.Seq.Less(x.iss) && t.End().AtMost(x.iss) && t.Ack.AtMost(y.iss)
}

// earlierReset reports whether the segment is a RST that an earlier connection can have caused: its number is below the initial one
// (numbers grow with time, §3.4.1), and that connection may have ended less than an MSL ago. It cannot change this connection.
func (l *look) earlierReset() bool {
	t, x, c := l.t, l.x, l.c
	if c.self || !t.Has(model.RST) || !x.synSeen || x.far || !t.Seq.Less(x.iss) {
		return false
	}
	young := l.at.IsZero() || l.at.Sub(c.since) < msl
	name, _ := resetNumber(l)
	return name == "rst-number" && (young || c.again)
}

// strays returns remarks on segments of an earlier connection, which do not change this one. A SYN may show that earlier
// segments did not belong to this connection.
func (c *conn) strays(l *look, rs []Remark) []Remark {
	t, x, y := l.t, l.x, l.y
	o := &c.old
	switch {
	case o.known && o.from != l.from && t.Has(model.RST) && t.Seq == o.ack:
		if o.reset == 0 {
			o.reset = l.number
		}
		return append(rs, remark("old-connection", l.say("{x} resets the earlier connection, of which {y} has spoken")))
	case c.self || !c.fresh || !y.bareSyn || y.synAck || y.acks:
	case !x.synSeen && !x.rst && t.Flags&(model.SYN|model.RST|model.ACK) == model.ACK && (!x.seen || o.known) && (t.Ack.AtMost(y.iss) || y.nxt.Less(t.Ack)):
		if o.known && o.reset > 0 && o.ack == t.Ack {
			return append(rs, remark("old-connection", l.say("{x} still has the earlier connection, although the RST of packet "+
				strconv.Itoa(o.reset)+" ends it: it has not received that, or ignores a RST in TIME-WAIT (RFC 1337; Linux: tcp_rfc1337)")))
		}
		*o = old{true, l.from, t.Ack, 0}
		return append(rs, remark("old-connection", l.say(
			"{x} speaks of an earlier connection: {y} has opened anew, and sent no %d; a RST with this number ends it", t.Ack)))
	case t.Has(model.SYN) && !t.Has(model.RST) && !x.synSeen && x.seen && !x.rst && x.low.From(t.Seq+1) > half:
		c.disown(l.from, t)
		*x = side{fresh: x.fresh, states: setOf(model.Closed, model.Listen, model.SynReceived)}
		x.hear(y)
	}
	return rs
}

// disown marks the segments of a side before its SYN as doubtful: they were not of this connection.
func (c *conn) disown(from Side, syn model.Segment) {
	for i := range c.out.Segments {
		if s := &c.out.Segments[i]; s.From == from && !s.Seg.Has(model.RST) {
			r := remark("not-its-numbers", fmt.Sprintf(
				"this is of another connection, or forged: %v's first number is %d, as its SYN shows later; %v drops this in SYN-SENT", from, syn.Seq, 1-from))
			s.Remarks = append(s.Remarks, r)
			s.States[from] = setOf(model.Closed, model.Listen, model.SynReceived)
			c.out.Found.add(RuleCount{r.Rule, r.Grade, 1})
		}
	}
}

// notSent reports whether the endpoint did not send this packet in this form: it is a copy, or was damaged on the way. It
// is counted, and has no effect on the connection.
func (c *conn) notSent(p Packet, t model.Segment, from Side) bool {
	x, _ := c.pair(from)
	var r Remark
	switch {
	case p.BadChecksum && !p.Partial && x.summed:
		r = remark("corrupt", "a wrong checksum, though other segments of "+from.String()+" have right ones: damaged on the way, and dropped by its receiver")
	case x.samePacket(t, p.ID, p.Time):
		r = remark("copy", "the same IP packet again: the network or the capture made a copy")
	default:
		x.summed = x.summed || p.GoodChecksum
		return false
	}
	c.record(p, t, from, append(c.rs[:0], r))
	c.last = p.Time
	return true
}

// guessSeq returns SEG.SEQ if tcpdump's text leaves it out. It does so only for empty segments, which carry SND.NXT.
func (x *side) guessSeq(y *side) model.Seq {
	if !x.seen && y.acks {
		return y.ackMax
	}
	return x.nxt
}

// narrow removes the states that do not send this segment. A copy of an earlier segment, which the network may have made, and
// a segment that a later one has overtaken remove nothing. how is another explanation of the segment, if there is one: then
// the states before remain possible.
func (c *conn) narrow(s sending, from Side, how string, explained bool) (r Remark, bad bool) {
	x, y := c.pair(from)
	repeated := s.t.Has(model.SYN) && x.synSeen && s.t.Seq == x.iss
	if x.copyOf(s.t) || x.overtaken(s.t) {
		return r, false
	}
	before, own := x.states, true
	if s.t.Has(model.RST) {
		if !c.side(A).rst && !c.side(B).rst {
			c.out.ResetIn = before
		}
		if own = s.t.Seq != 0 || !s.t.Has(model.ACK) || x.low == 0; own && !x.rstFinal && c.fresh && before&^(opened&^setOf(model.SynReceived)) == 0 {
			x.rstFinal, x.rstHeard = true, y.nxt
		}
	}
	x.states = s.after(before)
	if !own && x.seen {
		x.states |= before // no synchronized end answers so (§3.5.2): it is from before x opened, or from after its end
	}
	if s.newText && !x.finSeen && y.states&^finTaken != 0 {
		y.states &^= finTaken // the peer cannot have received a FIN that was not sent yet
	}
	if x.states != 0 {
		return r, false
	}
	if x.states = s.after(^States(0) >> (16 - model.NumStates)); x.states == 0 || how != "" {
		x.states |= before
	}
	y.hearUnseen() // a segment that is not in the capture led x to its state, or this one is forged
	if explained || repeated {
		return r, false
	}
	r = remark("no-state", from.String()+" can be in "+before.String()+" only, and that state does not send this: a segment is missing in the capture, or this one is forged")
	return r, true
}

// handshake records what distinguishes the ways of opening.
func (c *conn) handshake(t model.Segment, from Side) {
	x, y := c.pair(from)
	if t.Has(model.RST) || !t.Has(model.ACK) || !y.synSeen || !y.iss.Less(t.Ack) {
		return
	}
	if !t.Has(model.SYN) && !x.synSeen && !c.ackedSyn[from] && c.fresh {
		c.splitSyn = true
	}
	if from == A && !t.Has(model.SYN) && x.synSeen && !c.confirmed {
		c.confirmed, c.thirdText = true, t.Len > 0
	}
	c.ackedSyn[from] = true
}

// scaleKnown reports whether both SYNs were seen, and with them what windows mean.
func (c *conn) scaleKnown() bool {
	a, b := c.side(A), c.side(B)
	return a.synSeen && b.synSeen && !a.synCut && !b.synCut
}

func (c *conn) scaled(x *side, t model.Segment) uint32 {
	if t.Has(model.SYN) || !c.scaleKnown() || !c.side(A).offers || !c.side(B).offers {
		return uint32(t.Wnd)
	}
	return uint32(t.Wnd) << x.shift
}

// maxRemarked is how many doubtful segments are kept of a connection that has no ladder.
const maxRemarked = 20

// record appends the segment to the connection's segments, or only counts it if there is no room.
func (c *conn) record(p Packet, t model.Segment, from Side, rs []Remark) {
	x, y := c.pair(from)
	c.out.Total++
	c.out.States = [2]States{c.side(A).states, c.side(B).states}
	room := c.limit
	if t.Flags&(model.SYN|model.FIN|model.RST) != 0 {
		room = 2 * c.limit
	}
	for _, r := range rs {
		c.out.Found.add(RuleCount{r.Rule, r.Grade, 1})
		if r.Grade != Note {
			room = max(2*c.limit, maxRemarked)
		}
	}
	if len(c.out.Segments) >= room {
		c.out.Elided++
		return
	}
	seen := SegmentSeen{
		Number: p.Number, From: from, Segment: t.String(), Seg: t,
		Window: c.scaled(x, t), States: c.out.States, Remarks: slices.Clone(rs),
	}
	if !p.Time.IsZero() {
		seen.Time = p.Time.Sub(c.out.Start)
	}
	if x.seen {
		seen.RelSeq = t.Seq.From(x.iss)
	}
	if t.Has(model.ACK) && y.seen {
		seen.RelAck = t.Ack.From(y.iss)
	}
	if p.Relative {
		seen.RelSeq, seen.RelAck = uint32(t.Seq), uint32(t.Ack)
	}
	c.out.Segments = append(c.out.Segments, seen)
}

// forgetLadder drops all segments but the doubtful ones.
func (c *conn) forgetLadder() {
	if c.limit == 0 {
		return
	}
	c.limit = 0
	var kept []SegmentSeen
	for i := range c.out.Segments {
		if s := &c.out.Segments[i]; s.doubtful() && len(kept) < maxRemarked {
			kept = append(kept, *s)
		}
	}
	c.out.Elided += len(c.out.Segments) - len(kept)
	c.out.Segments = kept
}
