package capture

import (
	"strconv"
	"strings"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// excusable are the rules that suppose a complete capture. A late old segment, or one that was not captured, can make an
// endpoint answer with numbers, or from a state, that do not fit the rest.
var excusable = map[string]bool{
	"syn-ack-wrong": true, "rst-number": true, "rst-ack": true, "beyond-window": true,
	"on-after-rst": true, "text-after-fin": true, "fin-moved": true, "syn-not-own": true,
	"ack-of-never-sent": true,
}

// late explains how a correct x can have sent t, although x cannot send it now or with these numbers: segments may be lost,
// copied and overtaken before the point of capture, if that is near the other end. It is empty if there is no explanation.
func (x *side) late(t model.Segment, y *side) string {
	switch {
	case t.Has(model.RST):
		if x.nxt.Less(t.Seq) && y.edgeKnown && t.Seq.AtMost(y.edge) {
			return "unless earlier segments were lost, or overtaken, on their way to the capture" // an ABORT carries SND.NXT (§3.10.5)
		}
	case x.rst && t.Has(model.ACK) && t.Ack.AtMost(x.rstHeard):
		return "unless its RST overtook it on the way to the capture"
	case x.lost != 0 && t.Has(model.ACK) && t.Ack.AtMost(x.lostHeard):
		return "unless its SYN overtook it on the way to the capture"
	case t.Has(model.SYN|model.ACK) && x.synAck && x.states.Has(model.Closed):
		return "unless a copy of the SYN has reached the listener again"
	case !x.synSeen && y.synText:
		return "unless this is Fast Open (RFC 7413), and it has overtaken the SYN,ACK or that was lost"
	}
	return ""
}

// missing names the segment whose absence from the capture would explain what the rule found in t; empty if there is none.
func (l *look) missing(rule string) string {
	t, x, y := l.t, l.x, l.y
	switch rule {
	case "beyond-window":
		return l.say("unless an ACK of {y} with a wider window is missing in the capture")
	case "rst-number":
		switch end := x.nxt + maxLacking; {
		case x.nxt.Less(t.Seq) && t.Seq.AtMost(end), !x.synSeen && t.Seq.Less(x.low) && x.low.AtMost(t.Seq+maxLacking):
			return l.say("unless segments are missing in the capture")
		case t.Seq == 0 && t.Has(model.ACK):
			return l.say("unless it answers a SYN of {y} that is missing in the capture")
		case x.rst || y.rst || !x.acks || !y.acks:
			return "unless it is of another connection of these sockets, which is missing in the capture"
		}
	case "ack-of-never-sent":
		if t.Has(model.SYN) {
			return l.say("unless that was an earlier connection, and segments of it are missing in the capture")
		}
	case "on-after-rst", "syn-not-own":
		if rule == "syn-not-own" && x.lostOld {
			return "unless that SYN is an old one, of an earlier connection of these sockets (Figure 8)"
		}
		if t.Seq.Less(x.low) || x.nxt.Less(t.Seq) {
			return "unless it is of the next connection of these sockets, whose SYN is missing in the capture"
		}
	case "rst-ack":
		if t.Has(model.ACK) && t.Ack != y.iss || !t.Has(model.ACK) && t.Seq != 0 { // else off by one, or a number that no RST without ACK has
			return l.say("unless it answers a segment of {y} that is missing in the capture")
		}
	case "syn-ack-wrong":
		if t.Ack != y.iss { // else off by one
			return l.say("unless it answers another SYN, old (Figure 8) or missing in the capture")
		}
	}
	return ""
}

// maxLacking is how many numbers of one direction can be missing in a capture if only a RST above them shows it. A RST
// further away is a guess.
const maxLacking = 1 << 24

// suspect is a doubtful segment. Later segments may show that no missing segment explains it.
type suspect struct {
	rule     string
	number   int // of its packet
	from     Side
	seq, end model.Seq
	id       uint16 // of the peer's last IPv4 packet, as long as none is missing since
	at       time.Time
}

// suspectOf keeps a segment with a doubt that later segments can confirm. It is called only if nothing but a missing segment
// can explain the segment.
func (c *conn) suspectOf(l *look, rs []Remark) {
	for i := range rs {
		if r := &rs[i]; r.Grade == Doubt && (r.Rule == "beyond-window" || r.Rule == "rst-number") && len(c.suspects) < maxRemarked {
			c.suspects = append(c.suspects, suspect{r.Rule, l.number, l.from, l.t.Seq, l.t.TextSeq() + model.Seq(l.t.Len), l.y.lastID(), l.at})
		}
	}
}

// confirm checks whether l's segment shows that a suspect was not sent by an endpoint that follows the RFC.
func (c *conn) confirm(l *look, id uint16) {
	left := c.suspects[:0]
	for _, s := range c.suspects {
		if c.stillSuspect(&s, l, id) {
			left = append(left, s)
		}
	}
	c.suspects = left
}

// stillSuspect reports whether a later segment can still confirm s.
func (c *conn) stillSuspect(s *suspect, l *look, id uint16) bool {
	t, x := l.t, l.x
	later := !s.at.IsZero() && l.at.Sub(s.at) >= laterThanSkew
	switch {
	case t.Flags&(model.ACK|model.SYN|model.RST) != model.ACK:
		return true
	case s.rule == "beyond-window" && s.from != l.from:
		if s.id++; id == 0 || id != s.id {
			return false // an ACK with a wider window may be among what is missing
		}
		edge := t.Ack + model.Seq(c.scaled(x, t))
		if !later || !c.scaleKnown() || !edge.Less(s.end) {
			return edge.Less(s.end)
		}
		c.condemn(*s, l.say("the identifications of {x}'s packets up to packet "+strconv.Itoa(l.number)+" show that none is missing"))
		return false
	case s.rule == "rst-number" && s.from == l.from && later && t.Seq == x.nxt && t.End().Less(s.seq) && !x.copyOf(t):
		c.condemn(*s, l.say("{x} continues below that number in packet "+strconv.Itoa(l.number)))
		return false
	}
	return true
}

// condemn turns the doubt about an earlier segment into "impossible".
func (c *conn) condemn(s suspect, how string) {
	for k := range c.out.Segments { // it may not have been kept
		if c.out.Segments[k].Number != s.number {
			continue
		}
		for i := range c.out.Segments[k].Remarks {
			if r := &c.out.Segments[k].Remarks[i]; r.Rule == s.rule && r.Grade == Doubt {
				text, _, _ := strings.Cut(r.Text, "; unless")
				r.Grade, r.Text = Impossible, text+"; "+how
			}
		}
	}
	c.out.Found.move(s.rule, Doubt, Impossible)
}

// excuse turns "impossible" into a doubt if something outside the capture can explain it (how; empty: nothing can).
func (r *Remark) excuse(how string) {
	if how != "" && r.Grade == Impossible && excusable[r.Rule] {
		r.Grade = Doubt
		r.Text += "; " + how
	}
}

// oneWay reports whether the capture has no segment of one end, although the other end acknowledges its data.
func (c *conn) oneWay() bool {
	silent := func(x, y *side) bool {
		return !x.seen && !x.rst && y.acks && (c.fresh || c.missedSyn || y.ackMin != y.ackMax)
	}
	return !c.self && (silent(c.side(A), c.side(B)) || silent(c.side(B), c.side(A)))
}

// gaps reports whether segments are missing in the capture: an end continues from a number that is not there, or has
// acknowledged one.
func (c *conn) gaps() bool {
	if c.missedSyn {
		return true
	}
	for i := range c.sides {
		x, y := c.pair(Side(i))
		if x.missed {
			return true
		}
		for _, h := range x.holes {
			if y.acks && h.to.AtMost(y.ackMax) {
				return true
			}
		}
	}
	return false
}

// softenVerdicts considers the connection as a whole: if the capture is not complete, verdicts that suppose so are
// only doubts.
func (c *conn) softenVerdicts() {
	how := ""
	switch {
	case c.oneWay():
		c.out.tell(remark("one-direction", "the segments of one end are not in the capture"))
		how = "one direction is not in the capture"
	case c.gaps():
		c.out.tell(remark("capture-gap", "segments of this connection are not in the capture"))
		how = "segments of this connection are missing in the capture"
	default:
		return
	}
	for i := range c.out.Segments {
		rs := c.out.Segments[i].Remarks
		for k := range rs {
			rs[k].excuse(how)
		}
	}
	var found Tally
	for _, r := range c.out.Found {
		if r.Grade == Impossible && excusable[r.Rule] {
			r.Grade = Doubt
		}
		found.add(r)
	}
	c.out.Found = found
}
