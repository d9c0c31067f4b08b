package study

import (
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/fixture"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Base is a small scenario with the base model, from which a survey begins.
type Base struct {
	Name     string
	Says     string
	Scenario func() netfake.Scenario
	Ask      []Question // what must, or can, happen eventually

	wire bool // asks what reads the wire too, which leaves no reduction
	also []properties.Condition
}

// Question is a question of what happens eventually, by name.
type Question struct {
	Name string
	properties.Live
}

// always is every invariant that is not the absence of a fault: those are seen by the judge. What a bound on ACKs refuses
// of one's own peer is a question about that bound, not about a scenario.
func (b Base) always() (list []properties.Condition) {
	for _, c := range properties.Invariants() {
		name, no := strings.CutPrefix(c.Name, "no-")
		_, err := netfake.ParseFault(name)
		cost := strings.HasPrefix(c.Name, "own-segments-as-by")
		if !(no && err == nil) && !cost && (c.Name != "repairable" || b.wire) {
			list = append(list, c)
		}
	}
	return append(list, b.also...)
}

// notRefused: no end is without a connection while the other still answers the SYN of its last one. Asked where no
// user closes or aborts, and nobody crashes or gives up: then who is asked for has been refused or reset.
var notRefused = properties.OnWorld("not-refused", func(w *netfake.World) bool {
	for i := range w.Peer {
		p, q := &w.Peer[i], &w.Peer[1-i]
		if p.State() == model.SynReceived && p.RemoteInc == q.Inc && q.Inc > 0 && q.State() == model.Closed {
			return false
		}
	}
	return true
})

// users gives each host its user.
func users(sc netfake.Scenario, a, b netfake.User) netfake.Scenario {
	sc.Peer[netfake.A].User, sc.Peer[netfake.B].User = a, b
	return sc
}

// open begins ESTABLISHED.
func open(sc netfake.Scenario) netfake.Scenario {
	sc.Start = netfake.StartEstablished
	return sc
}

// ticking has a clock, and a TIME-WAIT that is long enough for a peer that gives up after two ticks.
func ticking(sc netfake.Scenario, msl int) netfake.Scenario {
	sc.Net.MSL = msl
	for i := range sc.Peer {
		sc.Peer[i].TimeWait = msl + 1
	}
	return sc
}

// bag is a wire that delivers each copy once, with timers that do not fire early.
func bag(sc netfake.Scenario, losses, dups int) netfake.Scenario {
	sc.Net = netfake.Network{Bag: true, Losses: losses, Dups: dups, NoPrematureRetransmission: true}
	return sc
}

// unanswered: B sends no RST before it listens, as behind a filter, so that who is refused was refused by the listener.
func unanswered(sc netfake.Scenario) netfake.Scenario {
	sc.Peer[netfake.B].TCP.SilentWhenClosed = true
	return sc
}

// usedAgain: every incarnation begins at the same numbers.
func usedAgain(sc netfake.Scenario) netfake.Scenario {
	for i := range sc.Peer {
		sc.Peer[i].Isn = netfake.SameNumbers()
	}
	return sc
}

// leftovers are an old SYN of A and the data that followed it.
func leftovers(sc netfake.Scenario) netfake.Scenario {
	sc.Stale = []netfake.Packet{
		fixture.Old(netfake.B, model.SYN, netfake.BaseA-10, 0), fixture.OldData(netfake.B, netfake.BaseA-9, netfake.BaseB-9),
	}
	return sc
}

// attacked may get these at any time, each at one end; SEQ counts from the other's first number, and ACK from its own.
func attacked(sc netfake.Scenario, at int, segs ...model.Segment) netfake.Scenario {
	numbers := [2]model.Seq{netfake.BaseA, netfake.BaseB}
	for _, s := range segs {
		s.Seq += numbers[1-at]
		if s.Flags&model.ACK != 0 {
			s.Ack += numbers[at]
		}
		s.Wnd = 4
		sc.Attacker = append(sc.Attacker, netfake.Packet{Dst: at, Seg: s})
	}
	return sc
}

// longAgo is a number 20 before the first.
const longAgo model.Seq = 1<<32 - 20

func bothEnds(holds func(p *netfake.Peer) bool) func(w *netfake.World) bool {
	return func(w *netfake.World) bool { return holds(&w.Peer[0]) && holds(&w.Peer[1]) }
}

// ended: there is no connection.
func ended(p *netfake.Peer) bool { return p.State() <= model.Listen }

// underWay: something is on the wire.
func underWay(sys *netfake.System, s netfake.State) bool {
	w := sys.Unpack(s)
	return len(w.Wire(sys)) > 0
}

// The questions of what happens eventually.
var (
	bothEnded = properties.OnWorld("both ends without a connection", bothEnds(ended))
	// endable: whatever has happened, both ends can still come to have no connection.
	endable = Question{"still-endable", properties.Live{To: bothEnded}}
	// closes: after both CLOSEs both ends are without a connection eventually.
	closes = Question{"close-ends", properties.Live{To: bothEnded,
		From: properties.OnWorld("both have called CLOSE, or have no connection", bothEnds(func(p *netfake.Peer) bool {
			return p.TCB.Is(model.CloseAsked) || ended(p)
		}))}}
	// opens: nobody stays in SYN-SENT or SYN-RECEIVED for ever.
	opens = Question{"opening-ends", properties.Live{
		From: properties.OnWorld("an end in SYN-SENT or SYN-RECEIVED", func(w *netfake.World) bool { return !bothEnds(notOpening)(w) }),
		To:   properties.OnWorld("no end in SYN-SENT or SYN-RECEIVED", bothEnds(notOpening))}}
	// quiet: segments do not answer each other for ever. Where each copy is delivered once, and nothing is sent again while
	// anything is under way, a wire that is never empty again is a war of answers, if segments arrive and no timer fires.
	quiet = Question{"no-war-of-answers", properties.Live{Fair: properties.FairArrivals,
		From: properties.OnState("a segment under way", underWay),
		To: properties.OnState("an empty wire", func(sys *netfake.System, s netfake.State) bool {
			return !underWay(sys, s)
		})}}
)

func notOpening(p *netfake.Peer) bool {
	return p.State() != model.SynSent && p.State() != model.SynReceived
}

type user = netfake.User

// Bases is the scenarios of a survey. Each is small, so that thousands of changes of it can be searched.
func Bases() []Base { return slices.Concat(openings(), reopenings(), closings(), mishaps(), attacks()) }

// openings begin with one OPEN towards a listener.
func openings() []Base {
	return []Base{{
		Name: "opening", Says: "A opens, B listens, and an old SYN and old data are in the network",
		Scenario: func() netfake.Scenario {
			return leftovers(users(netfake.TwoHosts(), user{Active: 1}, user{Passive: 1, Accepts: 2}))
		},
	}, {
		Name: "opener-meets-old-syn", Says: "A opens, B listens, and an old SYN of B and the data after it are on their way to A",
		Scenario: func() netfake.Scenario {
			sc := unanswered(users(netfake.TwoHosts(), user{Active: 1}, user{Passive: 1, Accepts: 2}))
			sc.Stale = []netfake.Packet{
				fixture.Old(netfake.A, model.SYN, netfake.BaseB-2, 0), fixture.OldData(netfake.A, netfake.BaseB-1, netfake.BaseA-9),
			}
			return sc
		}, also: []properties.Condition{notRefused},
	}, {
		Name: "opening-in-copies", Says: "the same on a wire that may lose one segment and delivers each copy once",
		Scenario: func() netfake.Scenario {
			return bag(leftovers(users(netfake.TwoHosts(), user{Active: 1, Octets: 1}, user{Passive: 1, Accepts: 2})), 1, 0)
		}, wire: true, Ask: []Question{opens, quiet},
	}, {
		Name: "early-close", Says: "an old SYN and old data reach a listener whose user may CLOSE at any time",
		Scenario: func() netfake.Scenario {
			return leftovers(users(netfake.TwoHosts(), user{}, user{Passive: 1, Accepts: 2, CloseBeforeEstablished: true}))
		},
	}, {
		Name: "early-calls", Says: "A opens and B listens; both may SEND, CLOSE and ABORT at any time",
		Scenario: func() netfake.Scenario {
			return bag(users(netfake.TwoHosts(), user{Active: 1, Octets: 1, CloseBeforeEstablished: true, Abort: true}, user{Passive: 1, CloseBeforeEstablished: true, Abort: true}), 0, 0)
		}, Ask: []Question{endable, closes, quiet},
	}}
}

// reopenings begin with OPENs that cross, or with more than one.
func reopenings() []Base {
	return []Base{{
		Name: "simultaneous-open", Says: "two active OPENs that cross, on a wire that loses, duplicates and reorders without limit",
		Scenario: func() netfake.Scenario {
			return users(netfake.TwoHosts(), user{Active: 1, Octets: 1}, user{Active: 1, Octets: 1})
		}, Ask: []Question{opens},
	}, {
		Name: "simultaneous-open-in-copies", Says: "the same where each copy is delivered once, and both may CLOSE early",
		Scenario: func() netfake.Scenario {
			return bag(users(netfake.TwoHosts(), user{Active: 1, CloseBeforeEstablished: true}, user{Active: 1, CloseBeforeEstablished: true}), 0, 1)
		}, Ask: []Question{endable, quiet},
	}, {
		Name: "opens-twice", Says: "A opens, aborts, and opens again",
		Scenario: func() netfake.Scenario {
			return users(netfake.TwoHosts(), user{Active: 2, Abort: true}, user{Passive: 1, Accepts: 2})
		},
	}, {
		Name: "crossed-opens-twice", Says: "both open actively, and A may ABORT and open again",
		Scenario: func() netfake.Scenario {
			return bag(users(netfake.TwoHosts(), user{Active: 2, Abort: true}, user{Active: 1}), 0, 1)
		}, Ask: []Question{opens, quiet},
	}, {
		Name: "crossed-opens-leftovers", Says: "both open actively, and an old SYN of A and the data after it are in the network",
		Scenario: func() netfake.Scenario {
			sc := users(netfake.TwoHosts(), user{Active: 1}, user{Active: 1})
			sc.Stale = []netfake.Packet{
				fixture.Old(netfake.B, model.SYN, netfake.BaseA-2, 0), fixture.OldData(netfake.B, netfake.BaseA-1, netfake.BaseB-9),
			}
			return sc
		}, also: []properties.Condition{notRefused},
	}}
}

// closings begin with an open connection that both users end.
func closings() []Base {
	return []Base{{Name: "closing", Says: "both close, A opens again with fresh numbers, B listens again; the peer gives up after two ticks",
		Scenario: func() netfake.Scenario {
			sc := ticking(open(users(netfake.TwoHosts(), user{Active: 1, Close: true}, user{Passive: 1, Close: true, ActiveIncarnations: 1})), 1)
			sc.Peer[netfake.B].GiveUp = 2
			return sc
		},
	}, {
		Name: "closing-numbers-again", Says: "the same with reused numbers, and A opens only after a normal close",
		Scenario: func() netfake.Scenario {
			sc := usedAgain(ticking(open(users(netfake.TwoHosts(), user{Active: 1, Close: true, ReopenOnlyAfterNormalClose: true}, user{Passive: 1, Close: true, ActiveIncarnations: 1})), 1))
			sc.Peer[netfake.B].GiveUp = 2
			return sc
		},
	}, {
		Name: "reopening", Says: "both close, and the peer of TIME-WAIT opens again",
		Scenario: func() netfake.Scenario {
			return ticking(open(users(netfake.TwoHosts(), user{Close: true, Passive: 1, Accepts: 2, ActiveIncarnations: 1}, user{Active: 1, Close: true, ClosesSecond: true, ActiveIncarnations: 1})), 1)
		},
	}, {
		Name: "closing-in-copies", Says: "both send an octet and close; one segment may be lost and one delivered twice",
		Scenario: func() netfake.Scenario {
			return bag(open(users(netfake.TwoHosts(), user{Octets: 1, Close: true}, user{Close: true})), 1, 1)
		}, Ask: []Question{endable, closes, quiet},
	}, {
		Name: "simultaneous-close", Says: "both close, on a wire that may duplicate two segments",
		Scenario: func() netfake.Scenario {
			return bag(open(users(netfake.TwoHosts(), user{Close: true}, user{Close: true})), 0, 2)
		}, Ask: []Question{endable, closes, quiet},
	}, {
		Name: "aborting", Says: "both may send an octet, CLOSE and ABORT; one segment may be lost",
		Scenario: func() netfake.Scenario {
			return bag(open(users(netfake.TwoHosts(), user{Octets: 1, Close: true, Abort: true}, user{Close: true, Abort: true})), 1, 0)
		}, Ask: []Question{endable, closes, quiet},
	}, {
		Name: "giving-up", Says: "both may close and give up at any time; one segment may be lost",
		Scenario: func() netfake.Scenario {
			return bag(open(users(netfake.TwoHosts(), user{Octets: 1, Close: true, UserTimeout: true}, user{Close: true, UserTimeout: true})), 1, 0)
		}, Ask: []Question{endable, closes, quiet},
	}}
}

// mishaps are open connections that meet a crash or a small buffer.
func mishaps() []Base {
	return []Base{{Name: "crash", Says: "A crashes and opens again while B is open and has an octet to send",
		Scenario: func() netfake.Scenario {
			return bag(open(users(netfake.TwoHosts(), user{Active: 1, Crashes: 1}, user{Octets: 1})), 1, 1)
		}, Ask: []Question{opens, quiet},
	}, {
		Name: "crash-of-listener", Says: "B crashes and listens again while A is open and sends",
		Scenario: func() netfake.Scenario {
			return bag(open(users(netfake.TwoHosts(), user{Active: 1, Octets: 1}, user{Passive: 1, Accepts: 2, Crashes: 1})), 0, 1)
		}, Ask: []Question{opens, quiet},
	}, {
		Name: "both-crash", Says: "both crash, and both open again",
		Scenario: func() netfake.Scenario {
			return bag(open(users(netfake.TwoHosts(), user{Active: 1, Octets: 1, Crashes: 1}, user{Active: 1, Crashes: 1})), 0, 1)
		}, Ask: []Question{opens, quiet},
	}, {
		Name: "late-receive", Says: "A sends three octets to a buffer of two, and closes",
		Scenario: func() netfake.Scenario {
			sc := bag(open(users(netfake.TwoHosts(), user{Octets: 3, Close: true}, user{Close: true, ClosesSecond: true})), 1, 0)
			sc.Peer[netfake.B].TCP.RcvBuf = 2
			return sc
		}, Ask: []Question{endable, closes, quiet},
	}}
}

// attacks are those with an attacker off the path.
func attacks() []Base {
	return []Base{{Name: "blind-attacker", Says: "an attacker who does not see the segments sends B a RST, a SYN and data in its window while A sends and both close",
		Scenario: func() netfake.Scenario {
			return attacked(open(users(netfake.TwoHosts(), user{Octets: 1, Close: true}, user{Close: true})), netfake.B,
				model.Segment{Seq: 3, Flags: model.RST}, model.Segment{Seq: 3, Flags: model.SYN},
				model.Segment{Seq: 2, Ack: longAgo, Flags: model.ACK, Len: 1})
		},
	}, {
		Name: "attacked-opener", Says: "an attacker who does not see the segments, and knows no number, sends a SYN, ACKs, a RST and data to A while it opens",
		Scenario: func() netfake.Scenario {
			return attacked(unanswered(users(netfake.TwoHosts(), user{Active: 1}, user{Passive: 1, Accepts: 2})), netfake.A,
				model.Segment{Seq: longAgo, Flags: model.SYN}, model.Segment{Seq: longAgo, Ack: longAgo, Flags: model.SYN | model.ACK},
				model.Segment{Seq: longAgo, Flags: model.RST}, model.Segment{Seq: longAgo + 1, Ack: longAgo, Flags: model.ACK, Len: 1})
		}, also: []properties.Condition{notRefused},
	}, {
		Name: "attacked-opening", Says: "an attacker who does not see the segments sends to a listener while A opens",
		Scenario: func() netfake.Scenario {
			return attacked(users(netfake.TwoHosts(), user{Active: 1}, user{Passive: 1, Accepts: 2}), netfake.B,
				model.Segment{Seq: longAgo, Flags: model.SYN}, model.Segment{Seq: 1, Ack: 3, Flags: model.ACK},
				model.Segment{Seq: 2, Flags: model.RST}, model.Segment{Seq: 1, Ack: longAgo, Flags: model.ACK | model.FIN})
		},
	}}
}

// BaseByName finds a base.
func BaseByName(name string) (Base, bool) {
	for _, b := range Bases() {
		if b.Name == name {
			return b, true
		}
	}
	return Base{}, false
}
