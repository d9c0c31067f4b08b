package ladder

import (
	"fmt"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// step is one step of a run, with what there is to say about its segment.
type step struct {
	netfake.Transition
	note string // about the packet that arrived: whose or which copy it is
}

func (s *step) state(peer int) model.State { return s.To.Peer[peer].State() }

// annotate finds out which segments of a run are old and which are copies.
func annotate(list []netfake.Transition) []step {
	steps := make([]step, len(list))
	seen := map[netfake.Packet]bool{} // delivered since it was last sent
	for i := range list {
		st := &steps[i]
		if st.Transition = list[i]; st.Arrival() {
			st.note = origin(st, seen)
			seen[ageless(st.Packet)] = true
		}
		for _, p := range st.Sent {
			delete(seen, ageless(p))
		}
	}
	return steps
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
	p := s.Packet
	from := 1 - p.Dst
	switch {
	case p.Inc == netfake.Before:
		return "(old)"
	case p.Inc == netfake.Attacker:
		return "(attacker)"
	}
	earlier := p.Inc != netfake.NoOne && p.Inc != s.From.Peer[from].Inc
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
	switch s.Action.Kind {
	case netfake.OpenActive:
		return "(active OPEN, " + incarnation(s.Side(), s.To.Peer[s.Side()].Inc) + ")"
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
		return "(" + s.Action.Kind.String() + ")"
	}
	return ""
}

// told lists what the step lets the user of its endpoint know.
func (s *step) told() (list []string) {
	if s.Action.Kind == netfake.Lose || s.Action.Kind == netfake.Tick {
		return nil
	}
	o := &s.Output
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
	if inc == s.To.Peer[s.Side()].RemoteInc {
		return ""
	}
	return " of " + incarnation(1-s.Side(), inc)
}

// accepted is the incarnation that a SYN has brought about at a listener, or 0.
func (s *step) accepted() uint8 {
	if !s.Arrival() || s.To.Peer[s.Side()].Inc == s.From.Peer[s.Side()].Inc {
		return 0
	}
	return s.To.Peer[s.Side()].Inc
}
