package ladder

import (
	"fmt"
	"strings"

	"github.com/tcpcheck/tcpcheck/netfake"
)

// Step is one step of a run for programs.
type Step struct {
	N      int       `json:"step"`
	Tick   int       `json:"tick"`
	At     string    `json:"at,omitempty"` // A or B; empty for a tick
	Event  string    `json:"event"`
	Packet string    `json:"packet,omitempty"` // that arrives or is lost
	Note   string    `json:"note,omitempty"`   // about that packet: old, duplicate, from which incarnation
	Sent   []string  `json:"sent,omitempty"`
	User   []string  `json:"user,omitempty"` // what the user is told
	States [2]string `json:"states"`         // of A and of B, after the step
	Faults []string  `json:"faults,omitempty"`
	Wire   []string  `json:"wire,omitempty"` // what can still be delivered, after the step
}

// Steps carries a run out and describes each step. It fails if the run is none of the system's.
func Steps(sys *netfake.System, run netfake.Run) ([]Step, error) {
	list, err := sys.Replay(run)
	if err != nil {
		return nil, err
	}
	return Describe(sys, list), nil
}

// Describe describes each step of a run.
func Describe(sys *netfake.System, run []netfake.Transition) []Step {
	var list []Step
	for _, s := range annotate(run) {
		list = append(list, s.public(sys))
	}
	return list
}

func (s *step) public(sys *netfake.System) Step {
	p := Step{N: s.N, Tick: s.Tick, Event: strings.Trim(s.call(), "()"), Note: strings.Trim(s.note, "()"),
		States: [2]string{s.state(netfake.A).String(), s.state(netfake.B).String()}, User: s.told(), Faults: s.NewFaults().Names()}
	switch {
	case s.Action.Kind == netfake.Tick:
		p.Event = "a tick passes"
	case s.Arrival():
		p.Packet = s.Packet.String()
		p.Event = "SEGMENT ARRIVES"
		if s.Action.Kind == netfake.Lose {
			p.Event = "the network loses a segment"
		}
	}
	if s.Action.Kind != netfake.Tick {
		p.At = netfake.PeerName(s.Side())
	}
	for _, pkt := range s.Sent {
		p.Sent = append(p.Sent, pkt.String())
	}
	for _, pkt := range s.To.Wire(sys) {
		p.Wire = append(p.Wire, fmt.Sprintf("%v age %d", pkt, pkt.Age))
	}
	return p
}

// Lines is a line for each step of a run. It is empty if the run is none of the system's.
func Lines(sys *netfake.System, run netfake.Run) (list []string) {
	steps, _ := Steps(sys, run)
	for _, s := range steps {
		list = append(list, s.Line())
	}
	return list
}

// Line describes the step in one line.
func (p Step) Line() string {
	var b strings.Builder
	if p.At == "" {
		return fmt.Sprintf("t=%d %s", p.Tick+1, p.Event)
	}
	fmt.Fprintf(&b, "t=%d %s: %s", p.Tick, p.At, p.Event)
	if p.Packet != "" {
		b.WriteString(" " + p.Packet)
	}
	if p.Note != "" {
		b.WriteString(" (" + p.Note + ")")
	}
	fmt.Fprintf(&b, "; A %s, B %s", p.States[0], p.States[1])
	for _, l := range []struct {
		word string
		list []string
	}{{"sends", p.Sent}, {"user", p.User}, {"FAULT", p.Faults}} {
		if len(l.list) > 0 {
			fmt.Fprintf(&b, "; %s %s", l.word, strings.Join(l.list, " and "))
		}
	}
	return b.String()
}
