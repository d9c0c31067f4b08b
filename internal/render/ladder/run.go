package ladder

import (
	"fmt"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Origins says of each step of a run what is special about the segment that arrives: whose it is, if
// it is old, or that it is a copy.
func Origins(steps []netfake.Transition) []string {
	notes := make([]string, len(steps))
	seen := map[netfake.Packet]bool{} // delivered since it was last sent
	for i := range steps {
		t := &steps[i]
		if t.Arrival() {
			notes[i] = origin(t, seen)
			seen[Ageless(t.Packet)] = true
		}
		for _, p := range t.Sent {
			delete(seen, Ageless(p))
		}
	}
	return notes
}

// Ageless is the packet without what does not distinguish two copies of a segment: its age, and what follows from its sender.
func Ageless(p netfake.Packet) netfake.Packet {
	p.Age = 0
	p.Seg.Ghost = 0
	p.Seg.Opts &= model.OptTimestamps // the other options follow from its sender
	p.Seg.MSS = 0
	return p
}

// origin says it of one arrival; seen are the segments that have arrived since they were last sent.
func origin(s *netfake.Transition, seen map[netfake.Packet]bool) string {
	p := s.Packet
	from := 1 - p.Dst
	switch {
	case p.Inc == netfake.Before:
		return "(old)"
	case p.Inc == netfake.Attacker:
		return "(attacker)"
	}
	earlier := p.Inc != netfake.NoOne && p.Inc != s.From.Peer[from].Inc
	switch again := seen[Ageless(p)]; {
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
func call(s *netfake.Transition) string {
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

// told lists what the step reports to the user of its endpoint.
func told(s *netfake.Transition) (list []string) {
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
		list = append(list, fmt.Sprintf("accepts data %d%s", h.Seq, whose(s, h.Ghost)))
	}
	return list
}

// whose names the sender of data if it is not the connection's other end.
func whose(s *netfake.Transition, g model.Ghost) string {
	inc := uint8(g >> 4)
	if inc == s.To.Peer[s.Side()].RemoteInc {
		return ""
	}
	return " of " + incarnation(1-s.Side(), inc)
}

// accepted is the incarnation that a SYN has brought about at a listener, or 0.
func accepted(s *netfake.Transition) uint8 {
	if !s.Arrival() || s.To.Peer[s.Side()].Inc == s.From.Peer[s.Side()].Inc {
		return 0
	}
	return s.To.Peer[s.Side()].Inc
}
