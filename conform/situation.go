package conform

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/model"
)

// Situation is the starting point of a pair: a state, and what else matters in it. Path is the shortest path to it
// that package explore finds.
type Situation struct {
	Name string
	In   func(model.TCB) bool
	Path []Step
	Only []Step    // the inputs; all of them if there are none
	Then []Step    // what is asked after the input, before the probes, if the clock is virtual
	Last []Step    // and after the probes
	TCB  model.TCB // of the model, after Path
}

func in(s model.State, more ...func(model.TCB) bool) func(model.TCB) bool {
	return func(t model.TCB) bool {
		if t.State != s {
			return false
		}
		for _, is := range more {
			if !is(t) {
				return false
			}
		}
		return true
	}
}

// What distinguishes situations with the same state.
var (
	passive    = func(t model.TCB) bool { return t.Is(model.Passive) }
	active     = func(t model.TCB) bool { return !t.Is(model.Passive) }
	underWay   = func(t model.TCB) bool { return t.Snd.Nxt.From(t.Snd.Una) >= someText }
	outOfOrder = func(t model.TCB) bool { return t.Held != [model.MaxHeld]model.Held{} }
	unread     = func(t model.TCB) bool { return t.Unread > 0 }
	full       = func(t model.TCB) bool { return t.Rcv.Wnd == 0 }
	blocked    = func(t model.TCB) bool { return t.Unsent > 0 && t.Snd.Wnd == 0 }
	tookText   = func(t model.TCB) bool { return t.Rcv.Nxt.From(t.Irs) > someText }
)

// situations are all eleven states, and what matters within them.
var situations = []Situation{
	{Name: "CLOSED", In: in(model.Closed)},
	{Name: "LISTEN", In: in(model.Listen)},
	{Name: "SYN-SENT", In: in(model.SynSent), Last: []Step{{Op: Sleep, For: sleepRetransmit}}},
	{Name: "SYN-RECEIVED/passive", In: in(model.SynReceived, passive)},
	{Name: "SYN-RECEIVED/simultaneous", In: in(model.SynReceived, active)},
	{Name: "ESTABLISHED/passive", In: in(model.Established, passive)},
	{Name: "ESTABLISHED/active", In: in(model.Established, active)},
	{Name: "ESTABLISHED/took-text", In: in(model.Established, tookText)},
	{Name: "ESTABLISHED/under-way", In: in(model.Established, underWay)},
	{Name: "ESTABLISHED/blocked", In: in(model.Established, blocked)},
	{Name: "ESTABLISHED/out-of-order", In: in(model.Established, outOfOrder)},
	{Name: "ESTABLISHED/full", In: in(model.Established, full)},
	{Name: "FIN-WAIT-1", In: in(model.FinWait1)},
	{Name: "FIN-WAIT-1/under-way", In: in(model.FinWait1, underWay)},
	{Name: "FIN-WAIT-1/unread", In: in(model.FinWait1, unread)},
	{Name: "FIN-WAIT-2", In: in(model.FinWait2)},
	{Name: "FIN-WAIT-2/out-of-order", In: in(model.FinWait2, outOfOrder)},
	{Name: "CLOSE-WAIT", In: in(model.CloseWait)},
	{Name: "CLOSE-WAIT/under-way", In: in(model.CloseWait, underWay)},
	{Name: "CLOSING", In: in(model.Closing)},
	{Name: "CLOSING/under-way", In: in(model.Closing, underWay)},
	{Name: "LAST-ACK", In: in(model.LastAck)},
	{Name: "LAST-ACK/under-way", In: in(model.LastAck, underWay)},
	{Name: "TIME-WAIT", In: in(model.TimeWait)},
}

// inputs is the transition system in which the paths are found: one endpoint, and the inputs of an ordinary peer and
// user. Time does not pass in it.
type inputs struct{ config model.Config }

func (inputs) Init() []model.TCB { return []model.TCB{{}} }

func arrives(c Class) Step { return Step{Op: Packet, Class: c} }

// pathSteps are the inputs of a path, each with the states in which the user of a socket can make it.
var pathSteps = []struct {
	step Step
	from []model.State // empty: any state in which there is a connection
}{
	{Step{Op: Listen}, []model.State{model.Closed}},
	{Step{Op: Connect}, []model.State{model.Closed}},
	{Step{Op: Send, N: someText}, []model.State{model.Established, model.CloseWait}},
	{Step{Op: Close}, []model.State{model.Established, model.CloseWait}},
	{arrives(Class{flags: model.SYN}), []model.State{model.Listen, model.SynSent}},
	{arrives(Class{flags: model.SYN | model.ACK}), []model.State{model.SynSent, model.SynReceived}},
	{arrives(Class{flags: model.ACK}), nil},
	{arrives(Class{flags: model.ACK, window: windowShut}), []model.State{model.Established}},
	{arrives(Class{flags: model.ACK, ack: ackUna, text: textSome}), nil},
	{arrives(Class{flags: model.ACK, ack: ackUna, text: textFill}), []model.State{model.Established}},
	{arrives(Class{flags: model.ACK, seq: seqInside, text: textSome}), []model.State{model.Established, model.FinWait2}},
	{arrives(Class{flags: model.FIN | model.ACK}), nil},
	{arrives(Class{flags: model.FIN | model.ACK, ack: ackUna}), nil},
}

func (inputs) Actions(dst []Step, t model.TCB) []Step {
	for _, p := range pathSteps {
		possible := t.State >= model.SynReceived && p.from == nil
		for _, s := range p.from {
			possible = possible || s == t.State
		}
		if _, ok := p.step.event(t); ok && possible {
			dst = append(dst, p.step)
		}
	}
	return dst
}

func (x inputs) Step(t model.TCB, s Step) model.TCB {
	if s.Op == Sleep || s.Class.at != atOwn {
		return t
	}
	e, _ := s.event(t)
	e.Iss = 1000
	t, _ = model.Step(x.config, t, e)
	return t
}

// farAlong bounds the search: no shortest path sends more data than this.
func farAlong(t model.TCB) string {
	sent, taken := t.Snd.Nxt.From(t.Iss), t.Rcv.Nxt.From(t.Irs)
	if sent > someText+2 || taken > pathBuffer+2 || t.Unsent > someText {
		return "text"
	}
	return ""
}

// pathBuffer is so small that one segment fills the window.
const pathBuffer = 1000

// Situations returns the shortest path to each situation for an endpoint with these policies. missing has the names
// of the situations that cannot be reached.
func Situations(ctx context.Context, c model.Config) (list []Situation, missing []string, err error) {
	c.ManualReceive, c.RcvBuf = true, pathBuffer
	if known, ok := pathsFound.Load(c); ok {
		p := known.(paths)
		return slices.Clone(p.list), slices.Clone(p.missing), nil
	}
	if list, missing, err = searchPaths(ctx, c); err == nil {
		pathsFound.Store(c, paths{slices.Clone(list), slices.Clone(missing)})
	}
	return list, missing, err
}

// paths are the paths that were found for one set of policies. They are kept for the next check with the same policies.
type paths struct {
	list    []Situation
	missing []string
}

var pathsFound sync.Map // of model.Config

func searchPaths(ctx context.Context, c model.Config) (list []Situation, missing []string, err error) {
	o := explore.Options[model.TCB, Step]{Cut: farAlong}
	for _, s := range situations {
		o.Sometimes = append(o.Sometimes, explore.Predicate[model.TCB]{Name: s.Name, Holds: s.In})
	}
	o.MaxDepth = 8 // enough for most policies, and a small part of the space
	r := explore.Run(ctx, inputs{c}, o)
	if r.Reason == "" && len(r.Missing()) > 0 {
		o.MaxDepth = 0
		r = explore.Run(ctx, inputs{c}, o)
	}
	if r.Reason != "" {
		return nil, nil, fmt.Errorf("the search for the paths stopped: %s", r.Reason)
	}
	for i, w := range r.Witnesses {
		if !w.Found {
			missing = append(missing, w.Name)
			continue
		}
		s := situations[i]
		s.Path, s.TCB = w.Path.Actions(), w.Path.Last()
		list = append(list, s)
	}
	return append(list, histories(c, list)...), missing, nil
}
