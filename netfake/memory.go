package netfake

import (
	"hash/maphash"
	"sync/atomic"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake/internal/equivalence"
)

// memory remembers the steps of each endpoint alone, so that a search computes each of them once. An endpoint is in few
// different states, and mostly does what it did before: what differs is the other endpoint and the wire. It is safe for
// concurrent use.
type memory struct {
	sys     *System
	reduced *Reduced // if not nil, of its states
	sides   [2]memo[peerCode, peerState]
	room    atomic.Int64 // for so many more entries; nothing is forgotten
}

// maxRemembered limits a memory to some 20 MB.
const maxRemembered = 1 << 16

// peerState is an endpoint in one of its states, with what it was seen to do there.
type peerState struct {
	code  peerCode
	place int32 // of the state in what the reductions know
	moves memo[occasion, move]
}

// occasion is what the step of an endpoint depends on, besides its own state.
type occasion struct {
	packet code // that arrives, without its age; or 0
	clock  uint16
	kind   ActionKind
	choice uint8
}

func (o *occasion) hash() uint64 {
	rest := uint64(o.clock)<<16 | uint64(o.kind)<<8 | uint64(o.choice)
	return (uint64(o.packet) ^ rest*0x9e3779b97f4a7c15) * 0xd1342543de82ef95
}

// move is what an endpoint does on an occasion.
type move struct {
	to   *peerState // nil if a bound was hit: such a step is never taken from the memory
	n    int        // segments sent
	sent [model.MaxSegs]code
	seen bool // the view is not zero
	view view
}

func newMemory(sys *System, reduced *Reduced) *memory {
	m := &memory{sys: sys, reduced: reduced}
	m.room.Store(maxRemembered)
	return m
}

// expand appends what comes of each of the actions.
func (m *memory) expand(dst []State, s *State, actions []Action) []State {
	from := source{at: [2]*peerState{m.at(A, &s.peer[A]), m.at(B, &s.peer[B])}, n: inUse(s)}
	if m.reduced != nil && from.at[A] != nil && from.at[B] != nil && from.n+model.MaxSegs <= MaxWire {
		from.classes = m.reduced.merging([2]int32{from.at[A].place, from.at[B].place})
	}
	for _, a := range actions {
		dst = append(dst, *s)
		t := &dst[len(dst)-1]
		at, ok := m.step(t, &from, a)
		if !ok {
			*t = m.sys.Step(*s, a)
		}
		switch {
		case m.reduced == nil:
		case !ok:
			m.reduced.canon(t)
		case from.classes == nil || at != from.at || a.Kind == Tick:
			m.reduced.canonAt(t, [2]int32{at[A].place, at[B].place})
		case m.reduced.mirrors && t.wire != s.wire:
			first(t)
		}
	}
	return dst
}

// source is what the steps from one state have in common.
type source struct {
	at      [2]*peerState
	n       int                  // segments on the wire
	classes *equivalence.Classes // not nil if what is sent can be put on a set that is canonical already
}

// at returns the entry of an endpoint's state, or nil if there is no room for it.
func (m *memory) at(side int, c *peerCode) *peerState {
	hash := maphash.Bytes(fieldSeed, c.bytes())
	if p := m.sides[side].get(hash, c); p != nil || m.room.Load() <= 0 {
		return p
	}
	return m.sides[side].add(hash, c, func(p *peerState) {
		m.room.Add(-1)
		p.code = *c
		if m.reduced != nil && m.reduced.quotient != nil {
			p.place = m.reduced.place(side, *c)
		}
	})
}

// move returns what the endpoint does on an occasion, or nil if there is no room for it.
func (m *memory) move(side int, from *peerState, o occasion) *move {
	hash := o.hash()
	if v := from.moves.get(hash, &o); v != nil || m.room.Load() <= 0 {
		return v
	}
	return from.moves.add(hash, &o, func(v *move) {
		m.room.Add(-1)
		m.learn(side, from, o, v)
	})
}

// learn lets the endpoint take the step in a world that holds nothing else.
func (m *memory) learn(side int, from *peerState, o occasion, v *move) {
	w := World{Clock: int(o.clock)}
	w.Peer[1-side] = Peer{RemoteInc: NoOne}
	p := &w.Peer[side]
	m.sys.unpackPeer(side, &from.code, p)
	var h Happening
	if o.kind == Tick {
		m.sys.tickPeer(side, p)
	} else {
		if o.packet != 0 {
			w.wire[0], w.n = o.packet, 1
		}
		m.sys.Apply(&w, Action{Kind: o.kind, Peer: uint8(side), Choice: o.choice}, &h)
	}
	to := peerCode{}
	if !m.sys.packPeer(side, p, &to) || w.Cut != NotCut {
		return
	}
	for _, c := range w.wire[:w.n] {
		if c.dst() != side {
			v.sent[v.n] = c
			v.n++
		}
	}
	v.view, v.seen = h.view, h.view != view{}
	v.to = m.at(side, &to)
}

// step makes of t, which is a copy of s, what comes of an action, and returns where the endpoints are then. It returns
// false, and leaves t in disorder, if the step has to be taken in full.
func (m *memory) step(t *State, from *source, a Action) ([2]*peerState, bool) {
	sys, at, n := m.sys, from.at, from.n
	if at[A] == nil || at[B] == nil {
		return at, false
	}
	o := occasion{kind: a.Kind, choice: a.Choice, clock: t.clock}
	me := int(a.Peer)
	switch a.Kind {
	case Tick:
		return m.tick(t, at, n)
	case Lose:
		removeFrom(&t.wire, int(a.Index), n)
		t.losses = uint16(spend(int(t.losses)))
		return at, true
	case Inject:
		o.kind, o.packet = Deliver, sys.attacks[a.Index]&^ageMask
	case Deliver, DeliverKeep:
		o.kind, o.packet = Deliver, t.wire[a.Index]&^ageMask
		if !sys.sc.Net.Bag {
			break
		}
		if a.Kind == DeliverKeep {
			t.dups = uint8(spend(int(t.dups)))
		} else {
			removeFrom(&t.wire, int(a.Index), n)
			n--
		}
	}
	v := m.move(me, at[me], o)
	if v == nil || v.to == nil {
		return at, false
	}
	at[me], t.peer[me] = v.to, v.to.code
	if v.seen {
		at[1-me] = m.observe(t, me, at[1-me], &v.view)
	}
	canonical := from.classes != nil && at == from.at
	for _, c := range v.sent[:v.n] {
		if canonical {
			n = m.reduced.quotient.put(&t.wire, n, from.classes, c)
			continue
		}
		ok := false
		if n, ok = sys.add(&t.wire, n, c); !ok {
			return at, false
		}
	}
	return at, at[1-me] != nil
}

// observe records the faults of a step of endpoint me, and what it changes at the other one, which it returns.
func (m *memory) observe(t *State, me int, q *peerState, v *view) *peerState {
	if m.sys.sc.Watch != 0 {
		o := m.sys.otherPacked(t, me)
		t.faults |= v.faults(&o) & m.sys.sc.Watch
	}
	if v.taken[0] == (model.Held{}) {
		return q
	}
	var other Peer
	m.sys.unpackPeer(1-me, &t.peer[1-me], &other)
	m.sys.taken(&other, v)
	t.peer[1-me] = peerCode{}
	m.sys.packPeer(1-me, &other, &t.peer[1-me])
	return m.at(1-me, &t.peer[1-me])
}

// tick lets a tick pass.
func (m *memory) tick(t *State, at [2]*peerState, n int) ([2]*peerState, bool) {
	m.sys.tickWire(&t.wire, n)
	for i := range at {
		v := m.move(i, at[i], occasion{kind: Tick})
		if v == nil || v.to == nil {
			return at, false
		}
		at[i], t.peer[i] = v.to, v.to.code
	}
	clock := m.sys.nextClock(int(t.clock))
	t.clock = uint16(clock)
	return at, clock <= MaxWait
}
