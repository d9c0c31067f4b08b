package netfake

import (
	"slices"

	"github.com/tcpcheck/tcpcheck/netfake/internal/equivalence"
)

// local has everything that one endpoint can reach if it is examined alone: in each of its states, every segment that
// can ever be sent to it may arrive, at any time and any number of times. A run of the whole system allows less. So
// what cannot happen here happens in no run. The messages are the segments to the endpoint, all of age 0.
type local struct {
	equivalence.Endpoint
	side    int
	peers   []peerCode // its states, without what unobserved removes
	visited int        // for the states below this number, the steps without a segment were computed
	at      map[peerCode]int32
	known   map[code]int32
}

// effect is everything that a delivery does, except what is sent. Two deliveries with the same effect lead to the same
// state of the endpoint and have the same view. Faults, and the counts at the other endpoint, depend only on the view.
type effect struct {
	to    int32
	cut   code // the segment itself if the step is cut off: such a segment is equivalent to no other
	view  view
	label uint32 // the Label of the step
}

// locals are the two endpoints, each examined alone.
type locals struct {
	sys     *System
	mirrors bool // it is not stored who opened the connection
	label   Label
	side    [2]*local
	effects map[effect]int32
	steps   int
}

// locals finds both graphs together, because each endpoint may get what the other one sends. It reports false if they
// are too large.
func (sys *System) locals(mirrors bool, label Label) (*locals, bool) {
	ls := &locals{sys: sys, mirrors: mirrors, label: label, effects: map[effect]int32{}}
	for i := range ls.side {
		ls.side[i] = &local{side: i, at: map[peerCode]int32{}, known: map[code]int32{}}
		ls.side[i].peer(ls.plain(sys.init.peer[i]))
	}
	w := sys.Unpack(sys.init)
	for _, c := range w.wire[:w.n] {
		ls.side[c.dst()].packet(c)
	}
	for _, c := range sys.attacks {
		ls.side[c.dst()].packet(c)
	}
	for more := true; more; {
		more = false
		for _, l := range ls.side {
			for i := 0; i < len(l.States); i++ {
				more = ls.expand(l, int32(i)) || more
				if ls.steps > maxLocalSteps || len(l.States) > maxLocal {
					return nil, false
				}
			}
		}
	}
	return ls, len(ls.side[A].peers)*len(ls.side[B].peers) <= maxPairs
}

// unobserved is the endpoint without the two counts that only steps of the other side change, and that no step here
// reads: the octets taken, and the ticks since the first ACK of its FIN. These counts make no step possible; the
// second one can only stop the clock.
func (c peerCode) unobserved() peerCode {
	c.taken, c.crashes = 0, c.crashes&15
	return c
}

// peer returns the number of a state of the endpoint, and adds the state if it is new.
func (l *local) peer(c peerCode) int32 {
	c = c.unobserved()
	i, ok := l.at[c]
	if !ok {
		i = int32(len(l.peers))
		l.at[c] = i
		l.peers = append(l.peers, c)
		l.States = append(l.States, equivalence.State{Tick: equivalence.Nowhere})
	}
	return i
}

// packet returns the number of a segment to the endpoint, and adds the segment if it is new.
func (l *local) packet(c code) int32 {
	c &^= ageMask
	i, ok := l.known[c]
	if !ok {
		i = int32(len(l.Messages))
		l.known[c] = i
		l.Messages = append(l.Messages, uint64(c))
	}
	return i
}

// segment is segment number k of those that the endpoint may get.
func (l *local) segment(k int) code { return code(l.Messages[k]) }

// expand carries out, in one state, all steps that were not yet carried out there. It reports whether there were any.
func (ls *locals) expand(l *local, i int32) (more bool) {
	w := ls.world(l, i)
	if int(i) == l.visited {
		l.visited++
		ls.alone(l, i, &w)
		more = true
	}
	for k := len(l.States[i].Arrive); k < len(l.Messages); k++ {
		out := ls.deliver(l, i, l.segment(k), &w)
		l.States[i].Arrive = append(l.States[i].Arrive, out)
		more = true
	}
	return more
}

// world is a World with the endpoint in its state i, and nothing else.
func (ls *locals) world(l *local, i int32) World {
	s := State{}
	s.peer[l.side] = l.peers[i]
	w := ls.sys.Unpack(s)
	w.Peer[1-l.side] = Peer{RemoteInc: NoOne}
	return w
}

// alone carries out the possible steps of the clock, the user and the timers.
func (ls *locals) alone(l *local, i int32, w *World) {
	sys := ls.sys
	if sys.timed() && sys.mayTick(w, !sys.sc.Net.NoPrematureRetransmission) { // with NoPrematureRetransmission, something may be on the wire
		t := *w
		sys.tick(&t)
		l.States[i].Tick = ls.arrived(l, &t)
	}
	for _, a := range sys.peerActions(nil, w, l.side) {
		t := *w
		sys.Apply(&t, a, nil)
		if to := ls.arrived(l, &t); to != equivalence.Nowhere {
			l.States[i].Next = append(l.States[i].Next, to)
		}
		ls.sent(l, &t)
	}
}

// deliver delivers a segment, once for each number that the generator may yield.
func (ls *locals) deliver(l *local, i int32, c code, w *World) (outs []equivalence.Outcome) {
	for choice := range ls.sys.choices(w, c) {
		t := *w
		t.wire[0], t.n = c, 1
		var h Happening
		ls.sys.Apply(&t, Action{Kind: Deliver, Peer: uint8(l.side), Choice: uint8(choice)}, &h)
		to := ls.arrived(l, &t)
		e := effect{to: to, view: h.view}
		if to == equivalence.Nowhere {
			e.cut = c
		}
		if ls.label != nil && e != (effect{to: i}) {
			e.label = ls.label(&h)
		}
		o := equivalence.Outcome{Effect: ls.number(i, e), To: to, Sends: ls.sent(l, &t)}
		same := func(x equivalence.Outcome) bool { return x.Effect == o.Effect && slices.Equal(x.Sends, o.Sends) }
		if !slices.ContainsFunc(outs, same) {
			outs = append(outs, o)
		}
	}
	return outs
}

// number returns the number of an effect on the endpoint in its state i.
func (ls *locals) number(i int32, e effect) int32 {
	if e == (effect{to: i}) {
		return equivalence.NoEffect
	}
	n, ok := ls.effects[e]
	if !ok {
		n = int32(len(ls.effects)) + equivalence.NoEffect + 1
		ls.effects[e] = n
	}
	return n
}

// arrived is the state that the endpoint has reached.
func (ls *locals) arrived(l *local, w *World) int32 {
	ls.steps++
	var c peerCode
	if w.Cut != NotCut || !ls.sys.packPeer(l.side, &w.Peer[l.side], &c) {
		return equivalence.Nowhere
	}
	return l.peer(ls.plain(c))
}

// plain is the endpoint as a reduced state stores it.
func (ls *locals) plain(c peerCode) peerCode {
	if !ls.mirrors {
		return c
	}
	c.forgetOpener()
	return c
}

// sent lists the segments that were sent to the other side.
func (ls *locals) sent(l *local, w *World) (is []int32) {
	for _, c := range w.wire[:w.n] {
		if c.dst() != l.side {
			is = append(is, ls.side[1-l.side].packet(c))
		}
	}
	return is
}
