package trace

import (
	"fmt"

	"github.com/tcpcheck/tcpcheck/model"
)

// notes says what is worth knowing of an honest segment; the first that fits is told.
func (c *conn) notes(t model.Segment, from Side) []Remark {
	x, y := c.pair(from)
	l := look{c, Packet{}, t, x, y, [2]string{from.String(), (1 - from).String()}}
	var name, text string
	switch {
	case t.Has(model.RST):
		name, text = noteReset(l)
	case t.Has(model.SYN):
		name, text = noteSyn(l)
	case t.Span() > 0 || t.Len == 0 && t.Seq == x.nxt-1 && x.seen:
		name, text = noteText(l)
	default:
		name, text = noteAck(l, from)
	}
	if name == "" {
		return nil
	}
	return []Remark{remark(name, text)}
}

func noteReset(l look) (string, string) {
	t, x, y := l.t, l.x, l.y
	switch {
	case !x.seen && y.synSeen && !y.acks:
		return "refused", fmt.Sprintf("%s refuses %s's SYN", l.who[0], l.who[1])
	case x.seen && t.Seq != x.nxt && !(y.acks && t.Seq == y.ackMax):
		return "rst-not-next", fmt.Sprintf("not at %s's next number %d: an answer to an older segment, or a guess; %s may challenge it",
			l.who[0], x.nxt, l.who[1])
	case y.states.Only(model.Closed):
		return "rst-ignored", fmt.Sprintf("%s has closed already", l.who[1])
	}
	return "reset", fmt.Sprintf("%s resets the connection", l.who[0])
}

func noteSyn(l look) (string, string) {
	switch {
	case l.x.synSeen && l.t.Seq == l.x.iss && l.t.Has(model.ACK) == l.x.last.Has(model.ACK):
		return "syn-repeated", "the SYN again, or a copy of it"
	case l.t.Len > 0:
		return "text-on-syn", "text travels with the SYN, and waits for ESTABLISHED"
	}
	return "", ""
}

// noteText is about what takes numbers, and the probes just below SND.NXT.
func noteText(l look) (string, string) {
	t, x, y := l.t, l.x, l.y
	probe := t.Len <= 1 && t.Flags&model.FIN == 0
	shut := y.acks && y.wnd == 0 && !y.last.Has(model.RST)
	switch {
	case probe && shut && (t.Seq == x.nxt || t.Seq == x.nxt-1):
		return "window-probe", fmt.Sprintf("%s probes %s's shut window", l.who[0], l.who[1])
	case probe && x.seen && t.Seq == x.nxt-1 && y.acks && y.ackMax == x.nxt:
		return "keep-alive", fmt.Sprintf("%s asks whether %s is still there", l.who[0], l.who[1])
	case !x.seen:
		return "", ""
	case t.Seq.Less(x.nxt) && t.End().AtMost(x.nxt):
		return noteAgain(l)
	case t.Seq.Less(x.nxt):
		return "retransmission", fmt.Sprintf("up to %d again, the rest is new", x.nxt-1)
	case x.nxt.Less(t.Seq):
		return "gap", fmt.Sprintf("%d to %d are not in the capture so far", x.nxt, t.Seq-1)
	case t.Len > 0 && y.edgeKnown && t.End() == y.edge:
		return "window-full", fmt.Sprintf("fills %s's window", l.who[1])
	}
	return "", ""
}

func noteAgain(l look) (string, string) {
	t, x, y := l.t, l.x, l.y
	for _, h := range x.holes {
		if t.Seq.Less(h.to) && h.from.Less(t.End()) {
			return "out-of-order", "fills a gap"
		}
	}
	if y.acks && t.End().AtMost(y.ackMax) {
		return "retransmission", fmt.Sprintf("again, or a copy, though %s's ACK of it has passed here", l.who[1])
	}
	return "retransmission", "again, or a copy"
}

func noteAck(l look, from Side) (string, string) {
	t, x, y, c := l.t, l.x, l.y, l.c
	asked := c.prevFrom != from && (c.prev.Has(model.RST) || c.prev.Has(model.SYN) && x.acks)
	wnd := c.scaled(x, t)
	switch {
	case asked && x.acks && t.Ack == x.ackMax && t.Seq == x.nxt && !(c.prev.Has(model.SYN|model.ACK) && !c.confirmed):
		return "challenge-ack", fmt.Sprintf("%s tells %s where it stands", l.who[0], l.who[1])
	case !x.acks:
		return "", ""
	case t.Ack.Less(x.ackMax):
		return "old-ack", fmt.Sprintf("older than the ACK of %d before it", x.ackMax)
	case t.Ack == x.ackMax && wnd != x.wnd && wnd > 0 && !x.last.Has(model.SYN):
		return "window-update", fmt.Sprintf("the window is %d now", wnd)
	case wnd == 0 && x.wnd != 0:
		return "zero-window", fmt.Sprintf("%s has no room", l.who[0])
	case t.Ack == x.ackMax && t.Ack.Less(y.nxt) && !x.last.Has(model.SYN):
		return "duplicate-ack", fmt.Sprintf("%s still waits for %d", l.who[0], t.Ack)
	}
	return "", ""
}
