package mapper

import (
	"fmt"

	"github.com/tcpcheck/tcpcheck/internal/learn/mealy"
	"github.com/tcpcheck/tcpcheck/model"
)

// maxStates is far above what any policy needs. It stops a mutant with an infinite space.
const maxStates = 50_000

// memory is how far behind the next number one may lie before it makes no difference where: farther than the
// window, in which the check of ACKs looks back, and nearer than a FAR number. (What an endpoint was before it was
// reopened from TIME-WAIT moves behind by 100 each time; it would take 10,000 times to get as far as FAR.)
const memory = 16

// Machine returns the minimal Mealy machine that answers every word as the endpoint does. Its states have the names of TCP's.
func (m Mapper) Machine() (*mealy.Machine, error) {
	if m.Config.RcvBuf > memory/2 {
		return nil, fmt.Errorf("a buffer of %d octets: expected at most %d, which keep the machine small", m.Config.RcvBuf, memory/2)
	}
	if m.Config.Handshake == model.OneSegment {
		return nil, fmt.Errorf("handshake=one: expected one in which the SYN is answered; " +
			"this initiator takes the peer's numbers, which it has not heard, for zero")
	}
	var names []string
	for _, in := range m.Inputs {
		names = append(names, in.Name)
	}
	start := m.Start()
	name := func(e Endpoint) string { return e.TCB.State.String() }
	whole, err := mealy.Build(start, names, maxStates, name, func(e Endpoint, k int) (Endpoint, string) {
		next, output := m.Step(e, m.Inputs[k])
		return m.normal(next, start), output
	})
	if err != nil {
		return nil, err
	}
	return whole.Minimize(), nil
}

// normal returns the endpoint with all numbers shifted so that the next ones are those of the start, and without
// everything that has no effect any more.
func (m Mapper) normal(e, start Endpoint) Endpoint {
	ours, theirs := start.in-e.in, start.out-e.out
	e.TCB = e.TCB.Shift(ours, theirs)
	e.in, e.out, e.top = start.in, start.out, e.top+theirs
	t := &e.TCB
	if !m.Config.ManualReceive {
		t.Wanted = 0 // a user who always reads does not ask
	}
	if t.State < model.SynReceived {
		return e
	}
	// An incarnation that came back to TIME-WAIT (MAY-2) lies behind by the number of new ones.
	e.TCB = t.Shift(forget(t.Snd.Nxt, e.in)-t.Snd.Nxt, forget(t.Rcv.Nxt, e.out)-t.Rcv.Nxt)
	if t.Is(model.Reopened) {
		t.Old = model.OldVars{SndNxt: forget(t.Old.SndNxt, e.in), RcvNxt: forget(t.Old.RcvNxt, e.out)}
	}
	if t.State != model.SynReceived {
		t.Irs = e.out // only a repeated SYN is recognized by it
	}
	if t.Snd.Una != t.Iss {
		t.Iss = forget(t.Iss, e.in)
		if m.Config.AckRange != model.SentAck && m.Config.Mutant != model.OldAckMovesBack {
			t.Iss = t.Snd.Una - 1 // it only matters that the SYN was acknowledged
		}
	}
	if t.Snd.Wnd == uint32(m.window()) {
		t.Snd.Wl1, t.Snd.Wl2 = e.out, e.in // every segment announces this window, so it does not matter which one set it
	}
	t.Snd.Wl1, t.Snd.Wl2, t.TS.LastAckSent = forget(t.Snd.Wl1, e.out), forget(t.Snd.Wl2, e.in), forget(t.TS.LastAckSent, e.out)
	if !t.Is(model.TSOK) {
		t.TS.LastAckSent = e.out
	}
	return e
}

// forget moves a number that lies too far behind to the nearest place with the same effect.
func forget(n, next model.Seq) model.Seq {
	if n.Less(next - memory) {
		return next - memory
	}
	return n
}
