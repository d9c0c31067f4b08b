package twin

import (
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// The two endpoints, and a time that never comes.
const (
	a     = netfake.A
	b     = netfake.B
	never = -1
)

// World is a scenario: what the hosts, their users and the network may do.
type World struct {
	sc        netfake.Scenario
	attacks   []Letter // what the attacker may send, and then what earlier incarnations left
	leftovers int      // where that begins
	clock     bool     // something reads the clock

	unaddressed bool // there may be data that was sent to no incarnation, and somebody asks whose it is
}

// State is all that there is at one moment.
type State struct {
	Now    int // ticks since the start
	Wire   []Letter
	Losses int // what is left of the budgets of a bag, or netfake.Unlimited
	Dups   int
	Side   [2]Side
	Faults netfake.Fault // those that were watched and happened
}

// Letter is a segment on the wire. From and For are the incarnations that sent it and that it is meant for.
type Letter struct {
	To        int // the endpoint that it goes to
	Seg       model.Segment
	From, For uint8
	Sent      int // when
}

// New makes the world of a scenario, which must be one that netfake takes.
func New(sc netfake.Scenario) *World {
	w := &World{sc: sc}
	w.clock = w.readsClock()
	w.unaddressed = sc.Watch&netfake.ForeignData != 0 && w.sendsToNoOne()
	for _, p := range sc.Attacker {
		w.attacks = append(w.attacks, w.letter(p, netfake.Attacker, netfake.Attacker))
	}
	w.leftovers = len(w.attacks)
	for _, p := range sc.Leftover {
		w.attacks = append(w.attacks, w.letter(p, netfake.Before, staleFor(&p.Seg)))
	}
	return w
}

// letter is a segment of the scenario. The options of a SYN follow from its sender's policies.
func (w *World) letter(p netfake.Packet, from, to uint8) Letter {
	l := Letter{To: p.Dst, Seg: p.Seg, From: from, For: to}
	if l.Seg.Has(model.SYN) {
		l.Seg.Opts |= model.OptMSS
		l.Seg.MSS = w.sc.Peer[1-p.Dst].TCP.MSS
	}
	l.Seg.Ghost = label(from, to)
	return l
}

// label is how a letter's incarnations are told on the data that the model holds.
func label(from, to uint8) model.Ghost { return model.Ghost(from<<4 | to) }

func incarnations(g model.Ghost) (from, to uint8) { return uint8(g >> 4), uint8(g & 15) }

// MostIncarnations is how many incarnations of an endpoint the labels tell apart.
const MostIncarnations = int(netfake.Attacker) - 1

// Init is the state in which everything begins.
func (w *World) Init() State {
	s := State{Losses: w.sc.Net.Losses, Dups: w.sc.Net.Dups}
	for me := range s.Side {
		s.Side[me] = w.fresh(me)
	}
	for _, p := range w.sc.Stale {
		l := w.letter(p, netfake.Before, staleFor(&p.Seg))
		w.post(&s, l)
		s.wasUsed(&l)
	}
	for i := range w.attacks[w.leftovers:] {
		s.wasUsed(&w.attacks[w.leftovers+i])
	}
	return s
}

// wasUsed counts the numbers of an old segment among those that each side used before.
func (s *State) wasUsed(l *Letter) {
	s.Side[1-l.To].use(l.Seg.End())
	if l.Seg.Has(model.ACK) {
		s.Side[l.To].use(l.Seg.Ack)
	}
}

// staleFor is whom an old segment is for: an incarnation of then, or nobody in particular if it is the first SYN.
func staleFor(seg *model.Segment) uint8 {
	if seg.Has(model.SYN) && !seg.Has(model.ACK) {
		return netfake.NoOne
	}
	return netfake.Before
}

// sendsToNoOne reports whether there may be data whose sender knows no incarnation of the receiver.
func (w *World) sendsToNoOne() bool {
	for me := range w.sc.Peer {
		if c := &w.sc.Peer[me].TCP; c.DataOnSyn || c.Handshake == model.OneSegment {
			return true
		}
	}
	for _, p := range slices.Concat(w.sc.Stale, w.sc.Leftover) {
		if p.Seg.Len > 0 && staleFor(&p.Seg) == netfake.NoOne {
			return true
		}
	}
	return false
}

// fresh is an endpoint at the start.
func (w *World) fresh(me int) Side {
	h := &w.sc.Peer[me]
	s := Side{
		Active: h.User.Active, Passive: h.User.Passive, Crashes: h.User.Crashes, Clean: true,
		PeerInc: netfake.NoOne, Used: h.Base, TextSince: never, FinSince: never, FinHeard: never, ResendsAt: never,
	}
	if w.sc.Start == netfake.StartEstablished {
		s.TCB = w.handshaken(me)
		s.Inc, s.PeerInc, s.Clean = 1, 1, false
		s.use(h.Base + 1)
	} else {
		w.listen(&s, me, 0)
	}
	return s
}

// handshaken is the TCB after A has called and B has answered, and A has heard of B once more.
func (w *World) handshaken(me int) model.TCB {
	caller, answerer := &w.sc.Peer[a], &w.sc.Peer[b]
	c, d := plain(caller.TCP), plain(answerer.TCP)
	arrives := func(s model.Segment, at *netfake.Host) model.Event {
		return model.Event{Kind: model.SegmentArrives, Seg: s, Iss: answerer.Base, Now: uint32(at.TimestampOffset)}
	}
	x, out := model.Step(c, model.TCB{}, model.Event{Kind: model.OpenActive, Remote: true, Iss: caller.Base, Now: uint32(caller.TimestampOffset)})
	y, _ := model.Step(d, model.TCB{}, model.Event{Kind: model.OpenPassive})
	y, out = model.Step(d, y, arrives(out.Segs[0], answerer))
	x, out = model.Step(c, x, arrives(out.Segs[0], caller))
	again := model.Segment{Seq: out.Segs[0].Ack, Ack: out.Segs[0].Seq, Flags: model.ACK, Opts: out.Segs[0].Opts, Wnd: uint16(d.RcvBuf), TSVal: uint32(answerer.TimestampOffset)}
	y, _ = model.Step(d, y, arrives(out.Segs[0], answerer))
	x, _ = model.Step(c, x, arrives(again, caller))
	if me == b {
		return y
	}
	return x
}

// plain is the base model with what an ordinary handshake shows of a host.
func plain(c model.Config) model.Config {
	return model.Config{RcvBuf: c.RcvBuf, MSS: c.MSS, Timestamps: c.Timestamps}
}

func (w *World) timed() bool { return w.sc.Net.MSL > 0 }

// post sends. On a wire that duplicates at will there is one letter of each kind, as young as the last.
func (w *World) post(s *State, l Letter) {
	l.Sent = s.Now
	if !w.sc.Net.Bag {
		for i, old := range s.Wire {
			if old.Sent = l.Sent; old == l {
				s.Wire[i] = l
				return
			}
		}
	}
	s.Wire = append(s.Wire, l)
}

// take takes letter i off the wire.
func (s *State) take(i int) {
	copy(s.Wire[i:], s.Wire[i+1:])
	s.Wire = s.Wire[:len(s.Wire)-1]
}

// Set makes s a copy of from that shares nothing with it.
func (s *State) Set(from *State) {
	wire := append(s.Wire[:0], from.Wire...)
	*s = *from
	s.Wire = wire
}
