package capture

import "github.com/tcpcheck/tcpcheck/model"

// excusable are the rules that rest on what the capture does not show: an old segment that arrives
// late is answered, or opens, with numbers or from a state that are strange to what was seen, and
// so does one that was not captured.
var excusable = map[string]bool{
	"syn-ack-wrong": true, "rst-number": true, "rst-ack": true, "no-state": true, "beyond-window": true,
	"on-after-rst": true, "text-after-fin": true, "fin-moved": true,
}

// late says how an honest x can have sent t although it cannot do so now, or at these numbers: what it sent may be lost,
// copied and overtaken before it comes to the point of capture, if that is near the other end. "" if none is known.
func (x *side) late(t model.Segment, y *side) string {
	switch {
	case t.Has(model.RST):
		if x.nxt.Less(t.Seq) && y.edgeKnown && t.Seq.AtMost(y.edge) {
			return "unless earlier segments were lost, or overtaken, on their way to the capture" // an ABORT bears SND.NXT (§3.10.5)
		}
	case x.rst && t.Has(model.ACK) && t.Ack.AtMost(x.rstHeard):
		return "unless its RST overtook it on the way to the capture"
	case t.Has(model.SYN|model.ACK) && x.synAck && x.states.Has(model.Closed):
		return "unless a copy of the SYN has reached the listener again"
	case !x.synSeen && y.synText:
		return "unless this is Fast Open (RFC 7413), and it has overtaken the SYN,ACK or that was lost"
	}
	return ""
}

// excuse makes a doubt of what something that the capture does not show can have brought about; "" is none.
func (r *Remark) excuse(how string) {
	if how != "" && r.Grade == Impossible && excusable[r.Rule] {
		r.Grade = Doubt
		r.Text += "; " + how
	}
}

// oneWay reports whether one end is not to be seen, though the other acknowledges what it sends.
func (c *conn) oneWay() bool {
	silent := func(x, y *side) bool {
		return !x.seen && !x.rst && y.acks && (c.fresh || c.missedSyn || y.ackMin != y.ackMax)
	}
	return !c.self && (silent(c.side(A), c.side(B)) || silent(c.side(B), c.side(A)))
}

// gaps reports whether the capture misses segments: an end goes on from a number that is not to be
// seen, or has acknowledged such.
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

// mendVerdicts looks at the connection as a whole: if the capture was not complete, nothing is
// impossible that rests on its being so.
func (c *conn) mendVerdicts() {
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
