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

// Describe describes each step of a run.
func Describe(sys *netfake.System, run []netfake.Transition) []Step {
	notes := Origins(run)
	var list []Step
	for i := range run {
		list = append(list, describe(sys, &run[i], notes[i]))
	}
	return list
}

func describe(sys *netfake.System, t *netfake.Transition, note string) Step {
	p := Step{N: t.N, Tick: t.Tick, Event: Event(t), Note: strings.Trim(note, "()"), User: told(t), Faults: t.NewFaults().Names()}
	for i := range p.States {
		p.States[i] = t.To.Peer[i].State().String()
	}
	if t.Arrival() {
		p.Packet = t.Packet.String()
	}
	if t.Action.Kind != netfake.Tick {
		p.At = netfake.PeerName(t.Side())
	}
	for _, pkt := range t.Sent {
		p.Sent = append(p.Sent, pkt.String())
	}
	for _, pkt := range t.To.Wire(sys) {
		p.Wire = append(p.Wire, fmt.Sprintf("%v age %d", pkt, pkt.Age))
	}
	return p
}

// Event names what happens in a step.
func Event(t *netfake.Transition) string {
	switch {
	case t.Action.Kind == netfake.Tick:
		return "a tick passes"
	case t.Action.Kind == netfake.Lose:
		return "the network loses a segment"
	case t.Arrival():
		return "SEGMENT ARRIVES"
	}
	return strings.Trim(call(t), "()")
}

// Lines is a line for each step of a run.
func Lines(sys *netfake.System, run []netfake.Transition) (list []string) {
	for _, s := range Describe(sys, run) {
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
