package trace

// excusable are the rules that rest on what the capture does not show: an old segment that arrives
// late is answered, or opens, with numbers or from a state that are strange to what was seen, and
// so does one that was not captured.
var excusable = map[string]bool{
	"ack-of-unsent": true, "syn-ack-wrong": true, "rst-number": true, "no-state": true, "beyond-window": true,
}

// excuse makes a doubt of what something that the capture does not show can have brought about.
func (r *Remark) excuse(how string) {
	if r.Grade == Impossible && excusable[r.Rule] {
		r.Grade = Doubt
		r.Text += "; " + how
	}
}

// oneWay reports whether one end is not to be seen, though the other acknowledges what it sends.
func (c *conn) oneWay() bool {
	silent := func(x, y *side) bool {
		return !x.seen && !x.rst && y.acks && (c.fresh || y.ackMin != y.ackMax)
	}
	return !c.self && (silent(c.side(A), c.side(B)) || silent(c.side(B), c.side(A)))
}

// gaps reports whether the capture misses segments: an end goes on from a number that is not to be
// seen, or has acknowledged such.
func (c *conn) gaps() bool {
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
		how = "the capture misses segments of this connection"
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
