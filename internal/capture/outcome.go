package capture

import (
	"fmt"

	"github.com/tcpcheck/tcpcheck/model"
)

// finish decides how the connection was opened and closed, and who is in TIME-WAIT.
func (c *conn) finish() {
	c.out.States = [2]States{c.side(A).states, c.side(B).states}
	c.out.Opened = c.opening()
	c.out.Closed, c.out.ClosedBy = c.closing()
	c.out.TimeWait = c.waiting()
	c.softenVerdicts()
	if !c.out.Start.IsZero() && c.last.After(c.out.Start) {
		c.out.Duration = c.last.Sub(c.out.Start)
	}
	for i := range c.out.Octets {
		c.out.Octets[i], c.out.Spanned[i] = c.side(Side(i)).text, c.side(Side(i)).spanned()
	}
	c.synSchedule()
	if c.rounds >= 2 {
		c.out.tell(remark("ack-rst-loop", fmt.Sprintf(
			"the two ends answer each other, an ACK for a RST and a RST for an ACK, in %d rounds: the RST is not at the number that it has to have, or the ACK does not say which that is", c.rounds)))
	}
	if c.self {
		c.out.tell(remark("self-connection", "both sockets are the same: A and B are one endpoint"))
	}
}

// spanned counts the numbers between SYN and FIN.
func (x *side) spanned() uint64 {
	n := x.sent
	if x.synSeen && n > 0 {
		n--
	}
	if x.finSeen && n > 0 {
		n--
	}
	return n
}

func (c *conn) opening() string {
	a, b := c.side(A), c.side(B)
	switch {
	case c.oneWay():
		return openedUnseen
	case c.missedSyn:
		return openedGap
	case !c.fresh:
		return openedBefore
	case c.self && a.acks:
		return openedSelf
	case !c.self && a.bareSyn && b.bareSyn && c.ackedSyn[A] && c.ackedSyn[B] && !c.splitSyn:
		return openedSimultaneous
	case !c.self && b.bareSyn && c.splitSyn && c.confirmed:
		return openedFour
	case b.synAck && c.confirmed && c.thirdText:
		return openedMerged
	case b.synAck && c.confirmed:
		return OpenedThree
	case !c.self && b.refuses && !b.seen:
		return openedRefused
	case !c.self && b.rst && !b.seen && a.states.Has(model.SynSent):
		return openedIgnored
	case !c.self && !b.seen && !b.rst && c.old.known && c.old.from == B:
		return openedOld
	case !c.self && !b.seen && c.icmp[A]:
		return openedICMP
	case !b.seen || c.self:
		return openedNoAnswer
	}
	return openedPartly
}

func (c *conn) closing() (how, by string) {
	a, b := c.side(A), c.side(B)
	if c.self {
		b = &side{finSeen: a.finSeen, ackedFin: a.ackedFin}
	}
	first, second := a, b
	by = A.String()
	if b.finSeen && (b.finAckedFin == a.finAckedFin && !a.finSeen || a.finAckedFin) {
		first, second, by = b, a, B.String()
	}
	open := c.opening()
	switch {
	case a.finSeen && b.finSeen && (a.rst || b.rst) && (a.rstLast || !a.rst) && (b.rstLast || !b.rst):
		return closedAfterReset, c.resetter()
	case a.rst || b.rst:
		if open == openedRefused || open == openedIgnored {
			return closedNotOpened, ""
		}
		return ClosedReset, c.resetter()
	case !a.finSeen && !b.finSeen && (open == openedNoAnswer || open == openedPartly || open == openedICMP || open == openedOld):
		return closedNotOpened, ""
	case !a.finSeen && !b.finSeen:
		return ClosedNever, ""
	case !second.finSeen:
		return closedOneWay, by
	case c.self && a.ackedFin:
		return closedSimultaneous, "both"
	case !first.ackedFin || !second.ackedFin && !second.finAckedFin:
		return closedUnfinished, by
	case !a.finAckedFin && !b.finAckedFin:
		return closedSimultaneous, "both"
	case second.textAfter:
		return closedHalf, by
	case second.finAlone:
		return closedFour, by
	}
	return closedThree, by
}

func (c *conn) resetter() string {
	switch a, b := c.side(A).rst, c.side(B).rst; {
	case a && b && !c.self:
		return "both"
	case a:
		return A.String()
	}
	return B.String()
}

// waiting says who is left in TIME-WAIT. It is undetermined if the close was not captured and TIME-WAIT is one of the
// possible states.
func (c *conn) waiting() string {
	word := func(s Side) string {
		if c.old.known && c.old.from == s && c.oldWait[s] && !c.side(s).seen {
			return s.String() + ", of the connection before"
		}
		switch st := c.side(s).states; {
		case st.Only(model.TimeWait):
			return s.String()
		case st.Has(model.TimeWait) && c.side(s).finSeen && c.side(1-s).finSeen:
			return s.String() + " perhaps"
		case st.Has(model.TimeWait):
			return s.String() + " undetermined"
		}
		return ""
	}
	a, b := word(A), word(B)
	switch {
	case c.self:
		b = ""
	case a != "" && b != "":
		return a + " and " + b
	}
	if a+b == "" {
		return "nobody"
	}
	return a + b
}
