package properties

import (
	"github.com/tcpcheck/tcpcheck/internal/fixture"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// InState returns the condition that an endpoint is in one of some states.
func InState(me int, states ...model.State) Condition {
	name := netfake.PeerName(me) + " "
	for i, s := range states {
		if i > 0 {
			name += " or "
		}
		name += s.String()
	}
	return OnWorld(name, func(w *netfake.World) bool {
		for _, s := range states {
			if w.Peer[me].State() == s {
				return true
			}
		}
		return false
	})
}

// bothIn is the condition that both endpoints are in a state.
func bothIn(s model.State) Condition {
	return OnWorld("both "+s.String(), func(w *netfake.World) bool {
		return w.Peer[a].State() == s && w.Peer[b].State() == s
	})
}

// bothAsked: each user has called CLOSE, and each connection still exists. What was asked of a connection that is gone is
// not known any more; but whoever ends normally has been in such a state before.
var bothAsked = OnWorld("both have called CLOSE", func(w *netfake.World) bool {
	asked := func(p *netfake.Peer) bool { return p.State() != model.Closed && p.TCB.Is(model.CloseAsked) }
	return asked(&w.Peer[a]) && asked(&w.Peer[b])
})

// onlySyns: both are in SYN-SENT, and nothing is under way but their SYNs, such as a RST that the first one drew.
var onlySyns = OnState("both SYN-SENT with only SYNs under way", func(sys *netfake.System, s netfake.State) bool {
	w := sys.Unpack(s)
	for _, p := range w.Wire(sys) {
		if p.Seg.Flags != model.SYN {
			return false
		}
	}
	return w.Peer[a].State() == model.SynSent && w.Peer[b].State() == model.SynSent
})

// waitedOut: A is not in TIME-WAIT, or has waited long enough. When a host gets round to delete the TCB then is its
// own business (docs/DESIGN.md, Time).
var waitedOut = OnWorld("A's wait is over", func(w *netfake.World) bool {
	return w.Peer[a].State() != model.TimeWait || w.Peer[a].Timer == 0
})

// octetWaits: B has not taken all that A has sent.
var octetWaits = OnWorld("an octet of A on its way", func(w *netfake.World) bool { return w.Peer[a].Taken < w.Peer[a].Sent })

// windowIsOpen: the same, and B's user has read all there was, so that B has room.
var windowIsOpen = OnWorld("an octet of A on its way to a B that has room", func(w *netfake.World) bool {
	return w.Peer[a].Taken < w.Peer[a].Sent && w.Peer[b].TCB.Unread == 0
})

// octetComes: B's user has something to read again, or B has taken all.
var octetComes = OnWorld("B takes an octet", func(w *netfake.World) bool {
	return w.Peer[b].TCB.Unread > 0 || w.Peer[a].Taken == w.Peer[a].Sent
})

var octetsTaken = OnWorld("B has taken all", func(w *netfake.World) bool { return w.Peer[a].Taken == w.Peer[a].Sent })

// crashed: A has lost its memory, and B is still ESTABLISHED with it.
func crashed(name string, also func(q *netfake.Peer) bool) Condition {
	return OnWorld(name, func(w *netfake.World) bool {
		return w.Peer[a].State() == model.Closed && w.Peer[b].State() == model.Established && also(&w.Peer[b])
	})
}

// ending begins ESTABLISHED. Both users may CLOSE; nobody gives up.
func ending() netfake.Scenario { return fixture.Ending(safeWait) }

// endingAnytime is the same where the users may CLOSE before the connection is open, too.
func endingAnytime() netfake.Scenario {
	sc := ending()
	sc.Both(func(h *netfake.Host) { h.User.CloseBeforeEstablished = true })
	return sc
}

// calling is an A that opens once and a B that listens, on a wire that loses, duplicates and reorders at will.
func calling() netfake.Scenario {
	sc := fixture.Calling(1)
	sc.Net.MSL = msl
	return sc
}

// crossing is two users that open actively.
func crossing() netfake.Scenario {
	sc := fixture.Crossing()
	sc.Net.MSL = msl
	return sc
}

// patientCloser is lostLastAck with a B that never gives up.
func patientCloser() netfake.Scenario {
	sc := lostLastAck(safeWait)
	sc.Peer[b].GiveUp = 0
	return sc
}

// openingOneBelow is the same with an A that opens again, and whose new SYN has the number of its old FIN: one below what
// B expects next.
func openingOneBelow() netfake.Scenario {
	sc := patientCloser()
	sc.Peer[a].User.Active = 1
	sc.Peer[a].Isn = netfake.Isn{Policy: netfake.Fixed, Choices: []uint8{1}}
	return sc
}

// lossy loses any number of segments, and has timers that do not fire early.
func lossy(sc netfake.Scenario) netfake.Scenario {
	sc.Net = netfake.Network{Bag: true, Losses: netfake.Unlimited, NoPrematureRetransmission: true}
	return sc
}

// givesUp lets both sides give up what is not acknowledged after some ticks.
func givesUp(r int) Change {
	return func(q *Question) { q.Both(func(h *netfake.Host) { h.GiveUp = r }) }
}

func unanswered(q *Question) {
	q.Both(func(h *netfake.Host) { h.TCP.SilentWhenClosed = true })
}
