package capture

import (
	"fmt"

	"github.com/tcpcheck/tcpcheck/model"
)

// notes adds a note on a correct segment: the first that fits.
func (l *look) notes(rs []Remark) []Remark {
	t, x := l.t, l.x
	var name, text string
	switch {
	case t.Has(model.RST):
		name, text = noteReset(l)
	case t.Has(model.SYN):
		name, text = noteSyn(l)
	case t.Span() > 0 || t.Len == 0 && t.Seq == x.nxt-1 && x.seen:
		name, text = noteText(l)
	default:
		name, text = noteAck(l)
	}
	if name == "" {
		return rs
	}
	return append(rs, remark(name, text))
}

func noteReset(l *look) (string, string) {
	t, x, y := l.t, l.x, l.y
	switch {
	case !x.seen && y.synSeen && !y.acks:
		return "refused", l.say("{x} refuses {y}'s SYN")
	case x.seen && t.Seq != x.nxt && !(y.acks && t.Seq == y.ackMax):
		return "rst-not-next", l.say(
			"not at {x}'s next sequence number %d: an answer to an older segment, or a guess; {y} may challenge it"+l.foreignTTL(), x.nxt)
	case y.states.Only(model.Closed):
		return "rst-ignored", l.say("{y} has closed already")
	}
	return "reset", l.say("{x} resets the connection" + causeOf(x, y) + l.foreignTTL())
}

// foreignTTL says that a RST has another TTL than its endpoint's segments, so that a box on the path may have sent it.
func (l *look) foreignTTL() string {
	if l.mute || l.ttl == 0 || l.x.ttl == 0 || l.ttl == l.x.ttl {
		return ""
	}
	return fmt.Sprintf("; its TTL is %d, and that of {x}'s other segments is %d: a box on the path may have sent it", l.ttl, l.x.ttl)
}

// causeOf returns the likeliest cause of a RST of x, since a RST does not say its cause.
func causeOf(x, y *side) string {
	end := y.nxt // of the data of y
	if y.finSeen {
		end = y.fin
	}
	unread := y.seen && x.acks && x.ackMax.Less(end)
	switch {
	case !x.seen || x.rst:
		return ""
	case x.finSeen && unread:
		return ": data reached it after it had closed (§3.6.1), or it gave up waiting for {y}'s FIN"
	case unread:
		return ": data of {y} was still under way or unread when it closed (§3.6.1), or it aborted (SO_LINGER with 0, the end of its process)"
	case y.text > 0 && y.finSeen:
		return ": it aborted after {y}'s FIN (SO_LINGER with 0, data that it had not read, the end of its process)"
	}
	return ": it aborted (SO_LINGER with 0, data that it had not read, the end of its process), or it no longer knows the connection"
}

func noteSyn(l *look) (string, string) {
	switch {
	case l.x.synSeen && l.t.Seq == l.x.iss && l.t.Has(model.ACK) == l.x.last.Has(model.ACK):
		if l.y.refuses {
			return "syn-repeated", l.say("the SYN again, although {y} refused it: {x} has not received that RST, or tries again by itself")
		}
		return "syn-repeated", "the SYN again, or a copy of it"
	case l.t.Len > 0:
		return "text-on-syn", "data comes with the SYN, and waits for ESTABLISHED"
	}
	return "", ""
}

// noteText notes data, FINs, and probes just below SND.NXT.
func noteText(l *look) (string, string) {
	t, x, y := l.t, l.x, l.y
	probe := t.Len <= 1 && t.Flags&model.FIN == 0
	shut := y.acks && y.wnd == 0 && !y.last.Has(model.RST)
	switch {
	case probe && shut && (t.Seq == x.nxt || t.Seq == x.nxt-1):
		return "window-probe", l.say("{x} probes {y}'s zero window")
	case probe && x.seen && t.Seq == x.nxt-1 && y.acks && y.ackMax == x.nxt:
		return "keep-alive", l.say("{x} checks that {y} is still there")
	case !x.seen:
		return "", ""
	case t.Seq.Less(x.nxt) && t.End().AtMost(x.nxt):
		return noteAgain(l)
	case t.Seq.Less(x.nxt):
		return "retransmission", l.say("up to %d retransmitted, the rest is new", x.nxt-1)
	case x.nxt.Less(t.Seq):
		return "gap", l.say("%d to %d are not in the capture up to here", x.nxt, t.Seq-1)
	case t.Len > 0 && y.edgeKnown && t.End() == y.edge:
		return "window-full", l.say("fills {y}'s window")
	}
	return "", ""
}

func noteAgain(l *look) (string, string) {
	t, x, y := l.t, l.x, l.y
	for _, h := range x.holes {
		if t.Seq.Less(h.to) && h.from.Less(t.End()) {
			return "out-of-order", "fills a gap"
		}
	}
	if y.acks && t.End().AtMost(y.ackMax) {
		return "retransmission", l.say("retransmitted, or a copy, although {y}'s ACK of it was captured before")
	}
	return "retransmission", "again, or a copy"
}

func noteAck(l *look) (string, string) {
	t, x, y, c := l.t, l.x, l.y, l.c
	asked := c.prevFrom != l.from && (c.prev.Has(model.RST) || c.prev.Has(model.SYN) && x.acks)
	wnd := c.scaled(x, t)
	switch {
	case asked && x.acks && t.Ack == x.ackMax && t.Seq == x.nxt && !(c.prev.Has(model.SYN|model.ACK) && !c.confirmed):
		return "challenge-ack", l.say("{x} sends {y} its current numbers")
	case !x.acks:
		return "", ""
	case t.Ack.Less(x.ackMax):
		return "old-ack", l.say("older than the ACK of %d before it", x.ackMax)
	case t.Ack == x.ackMax && wnd != x.wnd && wnd > 0 && !x.last.Has(model.SYN):
		return "window-update", l.say("the window is now %d", model.Seq(wnd))
	case wnd == 0 && x.wnd != 0:
		return "zero-window", l.say("{x} has no room")
	case t.Ack == x.ackMax && t.Ack.Less(y.nxt) && !x.last.Has(model.SYN):
		return "duplicate-ack", l.say("{x} still waits for %d", t.Ack)
	}
	return "", ""
}
