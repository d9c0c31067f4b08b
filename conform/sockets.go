package conform

import (
	"net/netip"

	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// socketPair says between which two sockets a segment is. A stack tells its connections apart by them, and by nothing else
// (RFC 9293 §3.3.1).
type socketPair uint8

// The pairs of sockets.
const (
	atOwn     socketPair = iota // of the connection that the harness opens first, or the stack's user
	atClosed                    // from the harness's socket to a port of the stack that nobody has opened
	atAddress                   // from another address, with the harness's port
	atSecond                    // from another port of the harness
	atCrossed                   // the same as atSecond, but with the numbers of the first connection
	atThird                     // from a third port
)

var socketNames = []string{"own", "closed-port", "other-address", "second", "crossed", "third"}

var socketMeans = []string{"the sockets of the first connection", "to a port on which nobody listens, with the numbers of the first connection",
	"from another address, with the same port", "from another port; as long as that has no connection, with the numbers of the first one",
	"from that other port, always with the numbers of the first connection", "from a third port"}

const (
	closedPort  = 81
	secondPort  = 10_000 // above the harness's
	thirdPort   = 11_000
	apart       = 100_000 // between the initial numbers of the harness's connections
	otherSlots  = 4
	slotOfFirst = -1
)

var otherAddr = netip.MustParseAddr("192.0.2.9")

// slot is where a twin keeps the endpoint at these sockets.
func (a socketPair) slot() int {
	switch a {
	case atOwn:
		return slotOfFirst
	case atClosed:
		return 0
	case atAddress:
		return 1
	case atSecond, atCrossed:
		return 2
	case atThird:
		return 3
	}
	panic("BUG: unhandled sockets")
}

var slotsInUse = [otherSlots]socketPair{atClosed, atAddress, atSecond, atThird}

// flow is that of what the stack sends from there, if this is the one of the first connection.
func (a socketPair) flow(first wire.Flow) wire.Flow {
	move := func(s netip.AddrPort, by uint16) netip.AddrPort { return netip.AddrPortFrom(s.Addr(), s.Port()+by) }
	switch a {
	case atClosed:
		first.Src = netip.AddrPortFrom(first.Src.Addr(), closedPort)
	case atAddress:
		first.Dst = netip.AddrPortFrom(otherAddr, first.Dst.Port())
	case atSecond, atCrossed:
		first.Dst = move(first.Dst, secondPort)
	case atThird:
		first.Dst = move(first.Dst, thirdPort)
	}
	return first
}

// endpoint is the model of the endpoint that a step is for: the connection itself, or one beside it. That is one
// in LISTEN where the listener goes on, and otherwise in CLOSED, until it is opened.
func (w *twin) endpoint(at socketPair) twin {
	if at == atOwn {
		return *w
	}
	o := twin{tells: false, flow: at.flow(w.flow)}
	if known := w.others[at.slot()]; known != nil {
		if known.conn.TCB.State > model.Listen {
			return *known
		}
		o.old, o.iss = known.old, known.iss
	}
	o.conn.Config, o.released = w.conn.Config, false
	if w.goesOn && at != atClosed {
		o.conn.Do(model.Event{Kind: model.OpenPassive})
	}
	return o
}

// numbers is the endpoint from which the numbers of a segment are taken.
func (w *twin) numbers(c Class) model.TCB {
	first := w.conn.TCB
	o := w.endpoint(c.at)
	switch {
	case c.at == atOwn || c.at == atCrossed:
		return first
	case o.conn.TCB.State >= model.SynReceived:
		return o.conn.TCB
	}
	if c.flags&model.SYN != 0 && first.State >= model.SynReceived {
		first.Rcv.Nxt += apart * model.Seq(c.at.slot()) // two connections have different numbers
	}
	return first
}

// explainBeside is explain for a segment that is not the first connection's. That one must not notice it.
func (w *twin) explainBeside(step Step, e model.Event, r Reaction) (want, got Seen, differs []string) {
	o := w.endpoint(step.Class.at)
	mine, rest := apportion(r.Packets, o.flow)
	plain := step
	plain.Class.at = atOwn
	if w.full() && o.refuses(e, mine) {
		o.conn.TCB = model.TCB{} // a SYN for which there is no room is reset as in CLOSED, or dropped
		if len(mine) == 0 {
			e = model.Event{Kind: model.Status}
		}
	}
	want, got, _ = o.explain(plain, e, Reaction{Packets: mine})
	if got.Wrong == "" {
		got.Wrong = w.wrongNumber(&o, mine)
	}
	if len(rest) > 0 {
		if rest = w.withoutAgain(rest); len(rest) > 0 {
			got.Wrong, got.Detail = wrongConnection, flowsOf(rest)
		}
	}
	want.State, got.State = w.conn.TCB.State, w.conn.TCB.State
	if w.tells {
		got.State = r.State
	}
	want.Signals, got.Signals = nil, nil
	if !w.released {
		got.Signals = told(r.Signals)
	}
	w.others[step.Class.at.slot()] = &o
	return want, got, differences(step, want, got)
}

// explainOthers is what the other connections did at an input of the first one. Only the passing of time may make them
// send.
func (w *twin) explainOthers(step Step, packets []Sent, want, got *Seen) {
	for slot, known := range w.others {
		if known == nil || known.conn.TCB.State <= model.Listen {
			continue
		}
		var mine []Sent
		o := *known
		mine, packets = apportion(packets, o.flow)
		if step.Op != Sleep {
			packets = append(mine, packets...)
			continue
		}
		wants, gets, _ := o.explain(step, model.Event{}, Reaction{Packets: mine})
		want.Sent, got.Sent = append(want.Sent, wants.Sent...), append(got.Sent, gets.Sent...)
		if got.Wrong == "" {
			got.Wrong, got.Detail = gets.Wrong, gets.Detail
		}
		w.others[slot] = &o
	}
	if len(packets) > 0 {
		got.Wrong, got.Detail = wrongConnection, flowsOf(packets)
	}
}

// own takes out the packets of the other endpoints.
func (w *twin) own(packets []Sent) (own, others []Sent) {
	own = packets
	for slot, o := range w.others {
		if o != nil && len(packets) > 0 {
			var mine []Sent
			mine, own = apportion(own, slotsInUse[slot].flow(w.flow))
			others = append(others, mine...)
		}
	}
	return own, others
}

// apportion takes out the packets of a flow.
func apportion(packets []Sent, flow wire.Flow) (mine, rest []Sent) {
	for _, p := range packets {
		if d, err := wire.Decode(p.Bytes); err == nil && d.Flow == flow {
			mine = append(mine, p)
		} else {
			rest = append(rest, p)
		}
	}
	return mine, rest
}

func flowsOf(packets []Sent) string {
	d, err := wire.Decode(packets[0].Bytes)
	if err != nil {
		return err.Error()
	}
	return d.Flow.Dst.String() + " gets " + d.Seg.String()
}

// full reports whether there are as many connections as the backlog has room for: whether one more is taken is the
// stack's choice.
func (w *twin) full() bool {
	n := 0
	for _, o := range w.others {
		if o != nil && o.conn.TCB.State > model.Listen {
			n++
		}
	}
	return w.goesOn && n >= w.backlog
}

// refuses reports whether an endpoint in LISTEN did not take a SYN.
func (w *twin) refuses(e model.Event, answer []Sent) bool {
	syn := e.Kind == model.SegmentArrives && e.Seg.Flags&(model.SYN|model.ACK|model.RST) == model.SYN
	list, _, _ := decode(answer, w.flow)
	_, took := issOf(list)
	return w.conn.TCB.State == model.Listen && syn && !took
}

// nearNumbers is how far apart the initial numbers of three connections of one moment must be. Chance brings two of them
// so near to the third one once in four million times.
const nearNumbers = 1 << 20

// wrongNumber looks at the initial number that an endpoint has chosen. Those that are chosen at one moment must not tell
// anything about one another (§3.4.1, SHLD-1; RFC 6528 §3).
func (w *twin) wrongNumber(o *twin, packets []Sent) string {
	list, _, _ := decode(packets, o.flow)
	iss, ok := issOf(list)
	if !ok || w.conn.TCB.State <= model.Listen || w.age > 0 {
		return ""
	}
	near := 0
	for _, x := range append(w.others[:], w) {
		if x == nil || x.flow == o.flow || x.conn.TCB.State <= model.Listen {
			continue
		}
		switch d := int32(iss - x.iss); {
		case d == 0:
			return wrongSameISS
		case d > -nearNumbers && d < nearNumbers:
			near++
		}
	}
	if near >= 2 {
		return wrongNearISS
	}
	return ""
}

// sectionOfNumbers is the clause of the two.
var sectionOfNumbers = clause{"RFC 9293 §3.4.1", "the initial numbers of connections depend on their sockets and on a secret (SHLD-1)", Should}

// bases are the first numbers of the connection at these sockets, or those of the first connection where there is none.
func (w *twin) bases(at socketPair) bases {
	o := w.endpoint(at)
	if t := &o.conn.TCB; at != atOwn && at != atCrossed && t.State >= model.SynReceived {
		return bases{stack: o.iss, harness: t.Irs}
	}
	return bases{stack: w.iss, harness: ourIss}
}

// listens notes whether the listener goes on. The first connection is then the listener's again when it is over.
func (w *twin) listens(step Step, before model.TCB) {
	t := &w.conn.TCB
	switch {
	case step.Op == Listen && before.State == model.Closed && t.State == model.Listen:
		w.goesOn, w.backlog = step.N > 0, step.N
	case before.State == model.Listen && t.State == model.Closed:
		w.goesOn = false
	case w.goesOn && t.State == model.Closed:
		w.conn.Do(model.Event{Kind: model.OpenPassive})
	}
}
