package packetdrill

import (
	"errors"
	"net/netip"
	"slices"
	"time"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// System is the model or a stack, against which scripts run.
type System struct {
	Name string
	One  bool // a stack: it has one connection at a time and its own settings, and New always returns the same peer
	New  func(*Host) (conform.Peer, error)

	again func() error // starts a stack again that has ended
	end   func() error
}

// Close ends the program that Stack started.
func (s *System) Close() error { return s.end() }

// reopening is a peer whose initial number after TIME-WAIT can be set.
type reopening interface{ ReopenAbove(model.Seq) }

// Model is package model, with as many connections as a script has.
func Model() *System {
	var iss model.Seq
	return &System{Name: "model", end: func() error { return nil }, New: func(h *Host) (conform.Peer, error) {
		iss += 0x1234567
		p := conform.Machine(h.Config, h.Timers, iss)
		if r, ok := p.(reopening); ok {
			r.ReopenAbove(h.Ways.ReopenAbove)
		}
		return p, nil
	}}
}

// Stack is a stack behind conform.Peer. It is started at once, and again when it has ended.
func Stack(start func() (conform.Peer, error)) (*System, error) {
	p, err := start()
	if err != nil {
		return nil, err
	}
	return &System{
		Name: p.Hello().Name, One: true, end: func() error { return p.Close() },
		New: func(*Host) (conform.Peer, error) { return p, nil },
		again: func() (err error) {
			p.Close() // its error may only repeat that it has ended
			p, err = start()
			return err
		},
	}, nil
}

// world is a host with its sockets, its connections and its clock.
type world struct {
	sys    *System
	host   *Host
	local  netip.Addr
	remote netip.Addr
	now    time.Duration

	bindPort, connectPort uint16 // if a call names none

	adopted bool // the size of the window was taken from the script
	bare    bool // packets without ports belong to no socket that has listened or connected
	unseen  bool // packetdrill does not see the answers to packets without ports

	fds     map[int64]*socket
	ends    []*endpoint // in the order of their creation
	current wire.Flow   // of packets without ports, in the direction in which we send
	port    uint16      // the last port that was assigned
}

// endpoint is our end of a connection.
type endpoint struct {
	flow     wire.Flow // of what it sends
	peer     conform.Peer
	listener *socket // that accepted it
	state    model.State
	gone     bool
	tells    bool
	opened   bool
	accepted bool
	ended    bool      // the peer will send no more
	err      string    // the errno that the next call returns
	soft     string    // the errno of an ICMP error that did not end the connection, for SO_ERROR
	sent     []sent    // segments that no line has expected yet
	buffer   uint32    // the size of the receive buffer, if it was rounded for this connection;
	whole    bool      // all of it is in use
	taken    uint32    // octets of data that arrived
	filled   bool      // so much data arrived that the system may have enlarged the buffer
	opens    model.Seq // the number of the last SYN that arrived

	arrived model.Segment // last
	delays  acks
	pieces  pieces
	gap     bool // there were pieces before the segment that arrives
	numbers
}

// sent is a segment that went out.
type sent struct {
	at   time.Duration
	seg  model.Segment
	opts []option // in their order
	// delayable: only an ACK of new data, which may be sent up to half a second later (RFC 9293 §3.8.6.3).
	delayable bool
	left      string // what the model leaves out and could have delayed it
}

// firstWindow is how many segments of data a host sends before an ACK arrives (RFC 6928).
const firstWindow = 10

// end returns the connection of a flow, and creates it if need be.
func (w *world) end(flow wire.Flow) (*endpoint, error) {
	if ep := w.find(flow); ep != nil {
		return ep, nil
	}
	if w.sys.One && slices.ContainsFunc(w.ends, func(ep *endpoint) bool { return !ep.gone }) {
		return nil, unsupported("a second connection: stack " + w.sys.Name + " has one at a time")
	}
	peer, err := w.sys.New(w.host)
	if err != nil {
		return nil, err
	}
	ep := &endpoint{flow: flow, peer: peer, tells: peer.Hello().Tells}
	if w.sys.One {
		w.ends = nil
	}
	w.ends = append(w.ends, ep)
	return ep, ep.reset()
}

func (w *world) find(flow wire.Flow) *endpoint {
	for _, ep := range w.ends {
		if ep.flow == flow {
			return ep
		}
	}
	return nil
}

// reset starts a new connection. The numbers stay known.
func (ep *endpoint) reset() error {
	ep.state, ep.gone, ep.opened, ep.accepted, ep.ended, ep.err, ep.listener = model.Closed, true, false, false, false, "", nil
	err := ep.peer.Reset(ep.flow.Src, ep.flow.Dst)
	if no, ok := errors.AsType[conform.Refusal](err); ok {
		return unsupported("these sockets: the stack says " + string(no))
	}
	return err
}

// tell returns the pending error, once.
func (ep *endpoint) tell() string {
	e := ep.err
	ep.err = ""
	return e
}

// do gives one connection an input.
func (w *world) do(ep *endpoint, in conform.Input) (conform.Reaction, error) {
	if in.Op == conform.Listen || in.Op == conform.Connect {
		ep.gone = false
	}
	before, tcb := ep.state, ep.tcb()
	r, err := ep.peer.Do(in)
	if err != nil {
		return r, err
	}
	for _, p := range r.Packets {
		if err := w.takes(ep, w.now+p.After, p.Bytes, in, tcb); err != nil {
			return r, err
		}
	}
	if h, ok := ep.peer.(hurrying); ok && in.Op == conform.Packet && tcb.State == model.SynSent && tcb == ep.tcb() && ep.arrived.Has(model.ACK) && ep.arrived.Ack != tcb.Snd.Nxt {
		h.Hurry(w.host.Ways.SynAgain)
	}
	if ep.tells {
		ep.state, ep.gone = r.State, r.Gone
	}
	for _, s := range r.Signals {
		w.hears(ep, s, before)
	}
	return r, nil
}

// hears turns a signal to the user of RFC 9293 into the state of a socket.
func (w *world) hears(ep *endpoint, s conform.Signal, before model.State) {
	switch s {
	case conform.Opened:
		ep.opened = true
		if ep.listener != nil {
			ep.listener.queue = append(ep.listener.queue, ep)
		}
	case conform.End:
		ep.ended = true
	case conform.Refused:
		if ep.err = "ECONNREFUSED"; w.host.Profile == "linux" && before == model.SynReceived {
			ep.err = "ECONNRESET" // tcp_reset()
		}
	case conform.TimedOut:
		ep.err = "ETIMEDOUT"
	case conform.Reset:
		switch {
		case !ep.opened && !(w.host.Profile == "linux" && before == model.SynReceived):
			ep.err = "ECONNREFUSED"
		case w.host.Profile == "linux" && before == model.CloseWait:
			ep.err = "EPIPE"
		default:
			ep.err = "ECONNRESET"
		}
	}
}

// listener returns the socket that listens at an address.
func (w *world) listener(at netip.AddrPort) *socket {
	for _, s := range w.fds {
		if s.listening && s.local.Port() == at.Port() {
			return s
		}
	}
	return nil
}

// ticking is a peer that knows when its next timer is due.
type ticking interface{ Next() (time.Duration, bool) }

// slice is the step of time if it is not known when something happens.
const slice = 10 * ms

// pass advances the time to a moment, but not beyond the next event.
func (w *world) pass(to time.Duration) error {
	d := to - w.now
	for _, ep := range w.ends {
		if t, ok := ep.peer.(ticking); !ok {
			d = min(d, slice)
		} else if next, some := t.Next(); some {
			d = min(d, max(next, time.Microsecond))
		}
	}
	for _, ep := range w.ends {
		if ep.delays.held != nil {
			d = min(d, max(ep.delays.due-w.now, 0))
		}
	}
	for _, ep := range w.ends {
		if _, err := w.do(ep, conform.Input{Op: conform.Sleep, For: d}); err != nil {
			return err
		}
	}
	w.now += d
	for _, ep := range w.ends {
		if ep.delays.held != nil && w.now >= ep.delays.due {
			w.goes(ep, ep.delays.fires())
		}
	}
	return nil
}
