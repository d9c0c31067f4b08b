package minitcp

import "fmt"

// System is minitcp within bounds. It satisfies explore.System.
type System struct {
	Wire    int // segments that the network holds, at most three
	Opens   int // opens of each peer, at most three
	Numbers int // initial numbers to choose from, at most three
}

var numbers = [3]uint8{0, 3, 5}

// Verb is what an action does.
type Verb uint8

// The actions of a user, of a timer, and of the network.
const (
	passiveOpen Verb = iota
	activeOpen
	Close
	Retransmit
	Abort
	Deliver
	deliverCopy
	drop
)

var verbs = [...]string{"passive OPEN", "active OPEN", "CLOSE", "retransmit", "abort", "deliver", "deliver a copy", "drop"}

// Action is one action: of peer At with the initial number Iss, or on the segment in place At of the network.
type Action struct {
	Verb Verb
	At   uint8
	Iss  uint8
}

// String names the action and its numbers.
func (a Action) String() string { return fmt.Sprintf("%s %d/%d", verbs[a.Verb], a.At, a.Iss) }

// Init is one state: both peers closed, nothing in flight.
func (m System) Init() []State {
	p := peer(m.Opens)
	return []State{State(0).withPeer(0, p).withPeer(1, p)}
}

// Actions lists what the peers can do, then what can become of each segment in flight.
func (m System) Actions(dst []Action, s State) []Action {
	for i := range uint(2) {
		dst = m.ofPeer(dst, uint8(i), s.peer(i))
	}
	n := s.net()
	for i := 0; i < m.Wire && n.at(i) != 0; i++ {
		choices := 1
		if x := n.at(i); x.kind() == syn && s.peer(x.to()).phase() == listen {
			choices = m.Numbers
		}
		at := uint8(i)
		for _, iss := range numbers[:choices] {
			dst = append(dst, Action{Deliver, at, iss}, Action{deliverCopy, at, iss})
		}
		dst = append(dst, Action{drop, at, 0})
	}
	return dst
}

func (m System) ofPeer(dst []Action, i uint8, p peer) []Action {
	ph := p.phase()
	if ph == closed {
		if p.opens() > 0 {
			dst = append(dst, Action{passiveOpen, i, 0})
			for _, iss := range numbers[:m.Numbers] {
				dst = append(dst, Action{activeOpen, i, iss})
			}
		}
		return dst
	}
	switch ph {
	case synReceived, established, closeWait:
		dst = append(dst, Action{Close, i, 0})
	}
	switch ph {
	case synSent, synReceived, finWait1, closing, lastAck:
		dst = append(dst, Action{Retransmit, i, 0})
	}
	return append(dst, Action{Abort, i, 0})
}

// Step carries out a in s.
func (m System) Step(s State, a Action) State {
	switch a.Verb {
	case Deliver:
		x := s.net().at(int(a.At))
		return m.arrives(s.withNet(s.net().without(int(a.At))), x, a.Iss)
	case deliverCopy:
		return m.arrives(s, s.net().at(int(a.At)), a.Iss)
	case drop:
		return s.withNet(s.net().without(int(a.At)))
	}
	i := uint(a.At)
	p := s.peer(i)
	switch a.Verb {
	case passiveOpen:
		return s.withPeer(i, p.open(listen))
	case activeOpen:
		s = s.withPeer(i, p.open(synSent).withIss(a.Iss))
		return m.send(s, newSegment(1-i, syn, a.Iss, 0))
	case Close:
		to := finWait1
		if p.phase() == closeWait {
			to = lastAck
		}
		return m.send(s.withPeer(i, p.enter(to)), finOf(i, p))
	case Retransmit:
		return m.send(s, lastOf(i, p))
	case Abort:
		return s.withPeer(i, p.reset())
	default:
		panic("BUG: unhandled action " + a.String())
	}
}

func (m System) send(s State, x segment) State { return s.withNet(s.net().with(x, m.Wire)) }

func finOf(i uint, p peer) segment { return newSegment(1-i, fin, p.iss()+1, p.rcv()) }

// lastOf is the segment that a peer repeats while it waits for an answer to it.
func lastOf(i uint, p peer) segment {
	switch p.phase() {
	case synSent:
		return newSegment(1-i, syn, p.iss(), 0)
	case synReceived:
		return newSegment(1-i, synAck, p.iss(), p.rcv())
	default:
		return finOf(i, p)
	}
}

// InSync is the invariant under test: when both peers are established, each expects the number that the other
// sends next. It is false: an old SYN can make a connection with numbers of the past.
func InSync(s State) bool {
	a, b := s.peer(0), s.peer(1)
	if a.phase() != established || b.phase() != established {
		return true
	}
	return a.rcv() == (b.iss()+1)&7 && b.rcv() == (a.iss()+1)&7
}

// BothEstablished is the witness that InSync is not vacuous.
func BothEstablished(s State) bool {
	return s.peer(0).phase() == established && s.peer(1).phase() == established
}

// PhasesKnown is an invariant that holds, for a search that is to see everything: the same one that the models for the
// other checkers have.
func PhasesKnown(s State) bool { return s.peer(0).phase() <= timeWait && s.peer(1).phase() <= timeWait }
