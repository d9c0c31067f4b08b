package serve

import (
	"bytes"
	"fmt"
	"net/http"

	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/internal/render/sequence"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// place is a request for a position.
type place struct {
	Subject subject  `json:"subject"`
	Actions []string `json:"actions"`
	Loop    int      `json:"loop"`  // so many of the last actions repeat forever
	Width   int      `json:"width"` // of the picture in pixels
	RFC     bool     `json:"rfc"`   // segments as the RFC prints them
}

// position is what a page shows.
type position struct {
	Title      string      `json:"title"`
	Says       string      `json:"says"`
	Premises   []string    `json:"premises"`
	Text       string      `json:"text"` // the scenario as a file
	Picture    string      `json:"picture"`
	Steps      []string    `json:"steps"` // a line for each
	Groups     []group     `json:"groups"`
	End        string      `json:"end,omitempty"` // why nothing can happen
	Peers      [2]peer     `json:"peers"`
	Wire       []onWire    `json:"wire"`
	Invariants []invariant `json:"invariants"`
	Faults     []string    `json:"faults"` // of the last step
	Live       string      `json:"live,omitempty"`
	Reach      []string    `json:"reach"`   // conditions of the scenario file,
	LeadsTo    []string    `json:"leadsTo"` // and what must happen eventually by it
	Clauses    []clause    `json:"clauses"` // of the last step
}

// peer is one endpoint.
type peer struct {
	Name   string  `json:"name"`
	State  string  `json:"state"`
	Place  string  `json:"place"`         // in Figure 5
	Was    string  `json:"was,omitempty"` // its state before the last step, if that changed it
	Fields []field `json:"fields"`
}

type field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Was   string `json:"was,omitempty"` // before the last step, if that changed it
}

type onWire struct {
	Packet string `json:"packet"`
	To     string `json:"to"`
	Old    bool   `json:"old"`
	Age    int    `json:"age"`
	Action string `json:"action,omitempty"` // that delivers it
}

type invariant struct {
	Name   string `json:"name"`
	Means  string `json:"means"`
	Broken int    `json:"broken"` // the first step after which it does not hold; 0: it holds
	Start  bool   `json:"start"`  // it does not hold at the start
	Part   string `json:"part,omitempty"`
}

type clause struct {
	Section string `json:"section"`
	Says    string `json:"says"`
}

// replay carries out a request.
func (p *place) replay() (*asked, []netfake.Transition, error) {
	if len(p.Actions) > mostSteps {
		return nil, nil, fmt.Errorf("found %d steps, expected at most %d", len(p.Actions), mostSteps)
	}
	a, err := p.Subject.resolve()
	if err != nil {
		return nil, nil, err
	}
	run := netfake.Run{Loop: p.Loop}
	for i, id := range p.Actions {
		action, err := parseAction(id)
		if err != nil {
			return nil, nil, fmt.Errorf("step %d: %w", i+1, err)
		}
		run.Actions = append(run.Actions, action)
	}
	steps, err := a.sys.Replay(run)
	return a, steps, err
}

func (s *server) position(w http.ResponseWriter, r *http.Request) {
	var p place
	if !read(w, r, &p) {
		return
	}
	a, run, err := p.replay()
	if err != nil {
		text, lines := problemOf(err)
		refuse(w, http.StatusUnprocessableEntity, text, lines...)
		return
	}
	answer(w, http.StatusOK, see(a, run, &p))
}

// see makes the position at the end of a run.
func see(a *asked, run []netfake.Transition, p *place) *position {
	sys := a.sys
	sc := sys.Scenario()
	v := &position{Title: a.title, Says: a.says, Premises: append([]string{}, sc.Premises()...), Text: a.text(), Steps: append([]string{}, ladder.Lines(sys, run)...),
		Wire: []onWire{}, Invariants: []invariant{}, Faults: []string{}, Clauses: []clause{}, Reach: append([]string{}, a.file.Reach...), LeadsTo: append([]string{}, a.file.LeadsTo...)}
	state := sys.Init()[0]
	before, now := sys.Unpack(state), sys.Unpack(state)
	if n := len(run); n > 0 {
		last := &run[n-1]
		state, before, now = last.State, last.From, last.To
		v.Faults = append(v.Faults, last.NewFaults().Names()...)
		for _, c := range sequence.Clauses(sys, last) {
			v.Clauses = append(v.Clauses, clause{c.Section, c.Says})
		}
	}
	v.Groups = groups(sys, state)
	if cut := netfake.CutOff(state); cut != "" {
		v.End = "The run is cut off here: " + cut + "."
	} else if len(v.Groups) == 0 {
		v.End = "Nothing can happen any more."
	}
	for i := range v.Peers {
		v.Peers[i] = seePeer(i, &before.Peer[i], &now.Peer[i])
	}
	for i, pkt := range now.Wire(sys) {
		on := onWire{Packet: sequence.Label(pkt.Seg, p.RFC), To: netfake.PeerName(pkt.Dst), Old: pkt.Old(), Age: pkt.Age}
		for t := range sys.Transitions(state) {
			if t.Action.Kind == netfake.Deliver && int(t.Action.Index) == i && on.Action == "" {
				on.Action = actionID(t.Action)
			}
		}
		v.Wire = append(v.Wire, on)
	}
	if a.Live != nil {
		v.Live = a.Live.String()
	}
	o := sequence.Options{Width: min(max(p.Width, 0), 4000), RFC: p.RFC, Plain: true, Options: ladder.Options{Loop: p.Loop}}
	for _, inv := range a.Always {
		seen := seeInvariant(sys, inv, run, state)
		v.Invariants = append(v.Invariants, seen)
		if o.Violated == "" && (seen.Start || seen.Broken > 0) {
			o.Violated, o.Why, o.Part = seen.Name, seen.Means, seen.Part
		}
	}
	var b bytes.Buffer
	if err := sequence.Write(&b, sys, run, o, "svg"); err != nil {
		panic("BUG: " + err.Error())
	}
	v.Picture = b.String()
	return v
}

func seeInvariant(sys *netfake.System, inv properties.Condition, run []netfake.Transition, now netfake.State) invariant {
	v := invariant{Name: inv.Name, Means: inv.Meaning, Start: !inv.Holds(sys, sys.Init()[0])}
	for i := range run {
		if !v.Start && !inv.Holds(sys, run[i].State) {
			v.Broken = i + 1
			break
		}
	}
	if inv.Part != nil && !inv.Holds(sys, now) {
		v.Part = inv.Part(sys, now)
	}
	return v
}

// seePeer lists the variables of an endpoint that mean something in its state.
func seePeer(me int, before, now *netfake.Peer) peer {
	p := peer{Name: netfake.PeerName(me), State: now.State().String(), Fields: []field{}}
	p.Place = p.State
	if now.Inc > 0 {
		p.Name += fmt.Sprint(now.Inc)
		if now.State() == model.Closed {
			p.Place = closedAgain
		}
	}
	if before.State() != now.State() {
		p.Was = before.State().String()
	}
	for _, f := range peerFields {
		if !f.shown(now) {
			continue
		}
		v := field{Name: f.name, Value: f.value(now)}
		if f.shown(before) && f.value(before) != v.Value {
			v.Was = f.value(before)
		} else if !f.shown(before) {
			v.Was = "–"
		}
		p.Fields = append(p.Fields, v)
	}
	return p
}

func atLeast(s model.State) func(*netfake.Peer) bool {
	return func(p *netfake.Peer) bool { return p.State() >= s }
}

func positive(f func(*netfake.Peer) int) func(*netfake.Peer) bool {
	return func(p *netfake.Peer) bool { return f(p) > 0 }
}

func number(f func(*netfake.Peer) int) func(*netfake.Peer) string {
	return func(p *netfake.Peer) string { return fmt.Sprint(f(p)) }
}

// peerFields are the variables, by the RFC's names, and when they mean something.
var peerFields = func() (list []struct {
	name  string
	shown func(*netfake.Peer) bool
	value func(*netfake.Peer) string
}) {
	add := func(name string, shown func(*netfake.Peer) bool, f func(*netfake.Peer) int) {
		list = append(list, struct {
			name  string
			shown func(*netfake.Peer) bool
			value func(*netfake.Peer) string
		}{name, shown, number(f)})
	}
	sent, synced := atLeast(model.SynSent), atLeast(model.SynReceived)
	add("ISS", sent, func(p *netfake.Peer) int { return int(p.TCB.Iss) })
	add("SND.UNA", sent, func(p *netfake.Peer) int { return int(p.TCB.Snd.Una) })
	add("SND.NXT", sent, func(p *netfake.Peer) int { return int(p.TCB.Snd.Nxt) })
	add("SND.WND", synced, func(p *netfake.Peer) int { return int(p.TCB.Snd.Wnd) })
	add("IRS", synced, func(p *netfake.Peer) int { return int(p.TCB.Irs) })
	add("RCV.NXT", synced, func(p *netfake.Peer) int { return int(p.TCB.Rcv.Nxt) })
	add("RCV.WND", synced, func(p *netfake.Peer) int { return int(p.TCB.Rcv.Wnd) })
	for _, f := range []struct {
		name  string
		value func(*netfake.Peer) int
	}{
		{"octets not sent yet", func(p *netfake.Peer) int { return int(p.TCB.Unsent) }},
		{"octets to receive", func(p *netfake.Peer) int { return int(p.TCB.Unread) }},
		{"octets accepted", func(p *netfake.Peer) int { return int(p.Got) }},
		{"ticks left to wait", func(p *netfake.Peer) int { return int(p.Timer) }},
		{"ticks unacknowledged", func(p *netfake.Peer) int { return int(max(p.Age, p.FinAge)) }},
	} {
		add(f.name, positive(f.value), f.value)
	}
	return list
}()
