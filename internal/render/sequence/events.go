package sequence

import (
	"fmt"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/coverage"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Options say how a run is drawn.
type Options struct {
	ladder.Options
	Title string
	Width int  // of the picture in pixels; 0: 900. Less than 600 is for small screens
	RFC   bool // segments as the RFC prints them
	Plain bool // SVG without its style, for a page that has Style in it
}

// fate is what became of a segment.
type fate int

const (
	arrived  fate = iota
	lost          // taken off the network
	underWay      // still in the network at the end
	expired       // it became too old, or its host forgot it
)

// arrow is one way of a segment through the network. A segment that arrives twice has two arrows.
type arrow struct {
	packet    netfake.Packet
	from, to  int // the steps in which it was sent and in which it arrived; from is -1 if nobody in the run sent it
	slot      int // its place among the segments that its step sent
	fate      fate
	duplicate bool // an earlier arrow has the same start
	note      string
}

// origin says whose segment it is, for its colour and its dashes.
func (a *arrow) origin() style {
	switch {
	case a.packet.Inc == netfake.Attacker:
		return styleForged
	case a.packet.Inc == netfake.Before || strings.Contains(a.note, "from ") || strings.Contains(a.note, "dup of "):
		return styleOld
	}
	return styleInk
}

// arrows finds for each segment where it was sent and what became of it.
func arrows(sys *netfake.System, run []netfake.Transition) (list []arrow) {
	notes := ladder.Origins(run)
	for i := range run {
		t := &run[i]
		if t.Arrival() {
			arrive(&list, t, i, strings.Trim(notes[i], "()"))
		}
		for k, p := range t.Sent {
			list = append(list, arrow{packet: p, from: i, to: len(run), slot: k, fate: underWay})
		}
	}
	if len(run) == 0 {
		return nil
	}
	left := map[netfake.Packet]bool{}
	for _, p := range run[len(run)-1].To.Wire(sys) {
		left[ladder.Ageless(p)] = true
	}
	for i := range list {
		if a := &list[i]; a.fate == underWay && !left[ladder.Ageless(a.packet)] {
			a.fate = expired
		}
	}
	return list
}

// arrive ends the latest arrow that can be the segment of step i, or begins one that comes from nowhere.
func arrive(list *[]arrow, t *netfake.Transition, i int, note string) {
	end := arrived
	if t.Action.Kind == netfake.Lose {
		end = lost
	}
	sent := -1
	for k := len(*list) - 1; k >= 0; k-- {
		a := &(*list)[k]
		if a.from < 0 || ladder.Ageless(a.packet) != ladder.Ageless(t.Packet) {
			continue
		}
		if a.fate == underWay {
			a.fate, a.to, a.note = end, i, note
			return
		}
		if sent < 0 {
			sent = k
		}
	}
	if sent >= 0 {
		a := (*list)[sent]
		a.fate, a.to, a.note, a.duplicate = end, i, note, true
		*list = append(*list, a)
		return
	}
	*list = append(*list, arrow{packet: t.Packet, from: -1, to: i, fate: end, note: note})
}

// Label names a segment: flags first, then its numbers; or as the RFC prints it.
func Label(s model.Segment, rfc bool) string {
	if rfc {
		return s.String()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%v seq=%d", s.Flags, s.Seq)
	if s.Has(model.ACK) {
		fmt.Fprintf(&b, " ack=%d", s.Ack)
	}
	if s.Len > 0 {
		fmt.Fprintf(&b, " data=%d", s.Len)
	}
	if s.Opts&model.OptTimestamps != 0 {
		fmt.Fprintf(&b, " ts=%d,%d", s.TSVal, s.TSEcr)
	}
	return b.String()
}

// words are what the label of an arrow says beside the segment.
func (a *arrow) words() string {
	var list []string
	if a.note != "" {
		list = append(list, strings.Replace(a.note, "attacker", "forged", 1))
	}
	if a.fate == lost {
		list = append(list, "lost")
	}
	if a.fate == expired {
		list = append(list, "gone")
	}
	return strings.Join(list, ", ")
}

// line is one line of text beside a bar.
type line struct {
	text  string
	style style
	bold  bool
	flag  bool
}

// beside lists what stands beside the bar of the endpoint that takes the step.
func beside(sys *netfake.System, t *netfake.Transition, s ladder.Step) (list []line) {
	if t.Action.Kind == netfake.Tick {
		return nil
	}
	if !t.Arrival() {
		list = append(list, line{text: s.Event, style: styleInk})
	}
	me := t.Side()
	if before, after := t.From.Peer[me].State(), t.To.Peer[me].State(); before != after {
		list = append(list, line{text: after.String(), style: styleInk, bold: true})
	}
	for _, text := range s.User {
		if text != `"`+model.Pushed.String()+`"` {
			list = append(list, line{text: text, style: styleQuiet})
		}
	}
	for _, fault := range s.Faults {
		list = append(list, line{text: fault, style: styleAlarm, bold: true, flag: true})
	}
	if len(s.Faults) > 0 {
		if c := clause(sys, t); c != "" {
			list = append(list, line{text: c, style: styleAlarm})
		}
	}
	return list
}

// faulted are the words by which the paragraph of a fault is known.
var faulted = map[netfake.Fault][]string{
	netfake.ForeignData: {"seventh"}, netfake.WrongOctet: {"seventh"}, netfake.ForeignFin: {"eighth"}, netfake.ForeignAck: {"fifth"},
	netfake.ForeignReset: {"second", "fourth", "3.10.7.3"}, netfake.LastAckReset: {"second", "fourth"}, netfake.TimeWaitReset: {"second", "fourth"},
}

// clause names the paragraph of RFC 9293 by which the step of a fault went wrong: the last that fits.
func clause(sys *netfake.System, t *netfake.Transition) (section string) {
	fits := false
	for _, c := range Clauses(sys, t) {
		if !strings.HasPrefix(c.Section, "3.") {
			continue
		}
		named := false
		for fault, words := range faulted {
			for _, w := range words {
				named = named || t.NewFaults()&fault != 0 && strings.Contains(c.Section, w)
			}
		}
		if named || !fits {
			section, _, _ = strings.Cut(c.Section, ",")
			section, fits = "RFC 9293 §"+section, fits || named
		}
	}
	return section
}

// Clauses lists the clauses of RFC 9293 §3.10 that a step of an endpoint carried out.
func Clauses(sys *netfake.System, t *netfake.Transition) []coverage.Clause {
	if !t.Stepped {
		return nil
	}
	return coverage.Carried(sys.Scenario().Peer[t.Peer].TCP, &t.Transition)
}
