package ladder

import (
	"fmt"
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// step is one action of a run with what it did.
type step struct {
	n      int // from 1
	action netfake.Action
	before netfake.World
	after  netfake.World
	hap    netfake.Happening
	tick   int    // when it happens
	me     int    // whose step it is, or whom the packet goes to
	note   string // about the packet that arrived: whose or which copy it is
}

// arrival reports whether the step is about a packet.
func (s *step) arrival() bool {
	switch s.action.Kind {
	case netfake.Deliver, netfake.DeliverKeep, netfake.Inject, netfake.Lose:
		return true
	}
	return false
}

func (s *step) state(peer int) model.State { return s.after.Peer[peer].State() }

// follow carries the run out. It fails at an action that is not enabled.
func follow(sys *netfake.System, run []netfake.Action) ([]step, netfake.World, error) {
	s := sys.Init()[0]
	var steps []step
	tick := 0
	seen := map[netfake.Packet]bool{} // delivered since it was last sent
	for i, a := range run {
		if !slices.Contains(sys.Actions(nil, s), a) {
			return nil, netfake.World{}, fmt.Errorf("step %d: %v cannot happen there", i+1, a)
		}
		st := step{n: i + 1, action: a, before: sys.Unpack(s), tick: tick, me: int(a.Peer)}
		w := st.before
		sys.Apply(&w, a, &st.hap)
		if a.Kind == netfake.Tick {
			tick++
		}
		if st.arrival() {
			st.me = st.hap.Packet.Dst
			st.note = origin(&st, seen)
			seen[ageless(st.hap.Packet)] = true
		}
		for _, p := range st.hap.Sent {
			delete(seen, ageless(p))
		}
		s = sys.Step(s, a)
		st.after = sys.Unpack(s)
		steps = append(steps, st)
	}
	return steps, sys.Unpack(s), nil
}

func ageless(p netfake.Packet) netfake.Packet {
	p.Age = 0
	p.Seg.Ghost = 0
	p.Seg.Opts &= model.OptTimestamps // what else it bears follows from its sender
	p.Seg.MSS = 0
	return p
}

// origin says what is special about a packet that arrives.
func origin(s *step, seen map[netfake.Packet]bool) string {
	p := s.hap.Packet
	from := 1 - p.Dst
	switch {
	case p.Inc == netfake.Before:
		return "(old)"
	case p.Inc == netfake.Attacker:
		return "(attacker)"
	}
	earlier := p.Inc != netfake.NoOne && p.Inc != s.before.Peer[from].Inc
	switch again := seen[ageless(p)]; {
	case again && earlier:
		return "(dup of " + incarnation(from, p.Inc) + ")"
	case again:
		return "(duplicate)"
	case earlier:
		return "(from " + incarnation(from, p.Inc) + ")"
	}
	return ""
}

// incarnation names one as packets do: A2, or A(old) from before the start.
func incarnation(side int, inc uint8) string {
	switch inc {
	case netfake.Before:
		return netfake.PeerName(side) + "(old)"
	case netfake.Attacker:
		return "the attacker"
	case netfake.NoOne:
		return "nobody"
	}
	return fmt.Sprintf("%s%d", netfake.PeerName(side), inc)
}

// call names what a user, a timer or the host does, as the figures do; empty for the network.
func (s *step) call() string {
	switch s.action.Kind {
	case netfake.OpenActive:
		return "(active OPEN, " + incarnation(s.me, s.after.Peer[s.me].Inc) + ")"
	case netfake.OpenPassive:
		return "(passive OPEN)"
	case netfake.Crash:
		return "(CRASH: all is forgotten)"
	case netfake.Retransmit:
		return "(retransmission timeout)"
	case netfake.GiveUp:
		return "(user timeout)"
	case netfake.EndTimeWait:
		return "(TIME-WAIT is over)"
	case netfake.Send, netfake.Receive, netfake.Close, netfake.Abort:
		return "(" + s.action.Kind.String() + ")"
	}
	return ""
}

// told lists what the step lets the user of its endpoint know.
func (s *step) told() (list []string) {
	if s.action.Kind == netfake.Lose || s.action.Kind == netfake.Tick {
		return nil
	}
	o := &s.hap.Output
	if o.Signals&model.Opened != 0 { // before what can only follow it
		list = append(list, `"`+model.Opened.String()+`"`)
	}
	for bit := model.Signal(1); bit != 0; bit <<= 1 {
		if o.Signals&bit&^model.Opened != 0 {
			list = append(list, `"`+bit.String()+`"`)
		}
	}
	if o.Reply != model.OK {
		list = append(list, `"`+o.Reply.String()+`"`)
	}
	for _, h := range o.Taken() {
		if h.Flags&model.FIN != 0 {
			continue
		}
		list = append(list, fmt.Sprintf("takes text %d%s", h.Seq, s.whose(h.Ghost)))
	}
	return list
}

// whose names the sender of text if it is not the connection's other end.
func (s *step) whose(g model.Ghost) string {
	inc := uint8(g >> 4)
	if inc == s.after.Peer[s.me].RemoteInc {
		return ""
	}
	return " of " + incarnation(1-s.me, inc)
}

// accepted is the incarnation that a SYN has brought about at a listener, or 0.
func (s *step) accepted() uint8 {
	if !s.arrival() || s.after.Peer[s.me].Inc == s.before.Peer[s.me].Inc {
		return 0
	}
	return s.after.Peer[s.me].Inc
}

// faults is what went wrong in the step, by name.
func (s *step) faults() (names []string) {
	fresh := s.after.Faults &^ s.before.Faults
	for i, name := range netfake.FaultNames {
		if fresh&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}
