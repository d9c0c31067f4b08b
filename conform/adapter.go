package conform

import (
	"fmt"
	"slices"
	"time"

	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// An AdapterError says that a program cannot be compared, because its answers to the most ordinary inputs do not
// conform to PROTOCOL.md.
type AdapterError struct {
	At   string // the request
	What string
}

func (e *AdapterError) Error() string {
	return fmt.Sprintf("the adapter, at %q: %s (before anything is compared, one connection each way is opened and used; "+
		"--no-adapter-check leaves that out)", e.At, e.What)
}

// adapter uses a stack in the most ordinary way, before it is compared.
type adapter struct {
	peer  Peer
	flow  wire.Flow // of what the stack sends
	iss   model.Seq // of the stack
	told  []Signal  // since the reset
	state model.State
	gone  bool
	at    string
}

// checkAdapter opens and uses one connection in each direction. number gives each connection different ports.
func checkAdapter(p Peer, number func() uint64) error {
	a := &adapter{peer: p}
	if err := a.active(number); err != nil {
		return err
	}
	return a.passive(number())
}

func (a *adapter) fault(format string, args ...any) error {
	return &AdapterError{a.at, fmt.Sprintf(format, args...)}
}

func (a *adapter) reset(n uint64) error {
	stack, harness := sockets(n)
	a.flow, a.iss, a.told = wire.Flow{Src: stack, Dst: harness}, 0, nil
	a.at = fmt.Sprintf("reset %v %v", stack, harness)
	if err := a.peer.Reset(stack, harness); err != nil {
		return a.fault("%v", err)
	}
	return nil
}

// do makes one request, and checks the form of the answer.
func (a *adapter) do(in Input) (Reaction, []arrived, error) {
	a.at = request(in)
	if in.Op == Packet {
		a.at = "packet ..."
	}
	r, err := react(a.peer, in)
	if err != nil {
		return r, nil, a.fault("%v", err)
	}
	if r.Error != "" && in.Op != Release {
		return r, nil, a.fault("found the error %q, expected none: an answer has one only if the call is refused", r.Error)
	}
	list, wrong, detail := decode(r.Packets, a.flow)
	if wrong != "" {
		return r, nil, a.fault("%s: %s", wrong, detail)
	}
	for _, x := range r.Packets {
		if a.peer.Hello().Virtual && x.After > in.For {
			return r, nil, a.fault("a packet after %d microseconds, expected at most the %d that were slept", x.After.Microseconds(), in.For.Microseconds())
		}
	}
	for _, s := range r.Signals {
		if slices.Contains(a.told, s) {
			return r, nil, a.fault("the signal %s a second time, expected each once", s)
		}
	}
	a.told = append(a.told, r.Signals...)
	a.state, a.gone = r.State, r.Gone
	return r, list, nil
}

// want checks the state, if the stack reports it.
func (a *adapter) want(states ...model.State) error {
	if a.peer.Hello().Tells && !slices.Contains(states, a.state) {
		return a.fault("the state %v, expected %v", a.state, states[0])
	}
	return nil
}

// arrive lets a segment of the harness arrive.
func (a *adapter) arrive(seg model.Segment, text []byte) ([]arrived, error) {
	seg.Wnd, seg.Len = ourWindow, uint16(len(text))
	if seg.Has(model.SYN) {
		seg.Opts, seg.MSS = model.OptMSS, mostText
	}
	b, err := wire.Encode(seg, a.flow.Reverse(), text)
	if err != nil {
		return nil, err
	}
	_, list, err := a.do(Input{Op: Packet, Bytes: b})
	return list, err
}

// active is a connection that the stack opens. The harness waits until its SYN is retransmitted, to see the times.
func (a *adapter) active(number func() uint64) error {
	if err := a.reset(number()); err != nil {
		return err
	}
	if err := a.connect(); err != nil {
		return err
	}
	if a.peer.Hello().Virtual {
		if err := a.clock(number); err != nil {
			return err
		}
	}
	_, err := a.arrive(model.Segment{Seq: ourIss, Ack: a.iss + 1, Flags: model.SYN | model.ACK}, nil)
	if err != nil {
		return err
	}
	return a.opened()
}

func (a *adapter) connect() error {
	_, list, err := a.do(Input{Op: Connect})
	if err != nil {
		return err
	}
	iss, ok := issOf(list)
	if !ok {
		return a.fault("found %d packets, expected a SYN among them", len(list))
	}
	a.iss = iss
	return a.want(model.SynSent, model.Established)
}

// opened checks that the connection is open.
func (a *adapter) opened() error {
	if err := a.want(model.Established); err != nil {
		return err
	}
	if !slices.Contains(a.told, Opened) {
		return a.fault("no signal opened by now, expected it once")
	}
	return nil
}

// clock compares when the SYN is retransmitted in one long sleep and in short ones. This shows whether times are in
// microseconds.
func (a *adapter) clock(number func() uint64) error {
	const whole, piece = 3 * time.Second, 100 * time.Millisecond
	r, _, err := a.do(Input{Op: Sleep, For: whole})
	if err != nil || len(r.Packets) == 0 {
		return err
	}
	first := r.Packets[0].After
	if err := a.reset(number()); err != nil {
		return err
	}
	if err := a.connect(); err != nil {
		return err
	}
	for passed := time.Duration(0); passed < whole; passed += piece {
		r, _, err := a.do(Input{Op: Sleep, For: piece})
		if err != nil {
			return err
		}
		if len(r.Packets) == 0 {
			continue
		}
		if passed > 10*first || first > 10*(passed+piece) {
			return a.fault("the SYN is sent again after %v of short sleeps, and in one long sleep %d microseconds after it began: the unit is microseconds",
				passed+piece, first.Microseconds())
		}
		return nil
	}
	return a.fault("the SYN is not sent again in %v of short sleeps, and in one long sleep it is, after %d microseconds", whole, first.Microseconds())
}

// passive is a connection that the harness opens, with data in each direction, and its release.
func (a *adapter) passive(n uint64) error {
	if err := a.reset(n); err != nil {
		return err
	}
	if _, _, err := a.do(Input{Op: Listen}); err != nil {
		return err
	}
	if err := a.want(model.Listen); err != nil {
		return err
	}
	list, err := a.arrive(model.Segment{Seq: ourIss, Flags: model.SYN}, nil)
	if err != nil {
		return err
	}
	iss, ok := issOf(list)
	if !ok {
		return a.fault("found %d packets in answer to a SYN, expected a SYN,ACK among them", len(list))
	}
	a.iss = iss
	if _, err := a.arrive(model.Segment{Seq: ourIss + 1, Ack: a.iss + 1, Flags: model.ACK}, nil); err != nil {
		return err
	}
	if err := a.opened(); err != nil {
		return err
	}
	if err := a.transfer(); err != nil {
		return err
	}
	return a.release()
}

// fewOctets is how many octets are sent in each direction.
const fewOctets = 3

// transfer sends a few octets in each direction.
func (a *adapter) transfer() error {
	if _, err := a.arrive(model.Segment{Seq: ourIss + 1, Ack: a.iss + 1, Flags: model.ACK | model.PSH}, octets(0, fewOctets)); err != nil {
		return err
	}
	r, _, err := a.do(Input{Op: Receive, N: fewOctets})
	if err != nil {
		return err
	}
	if want := octets(0, fewOctets); !slices.Equal(r.Text, want) {
		return a.fault("the text %x, expected %x, which was sent", r.Text, want)
	}
	_, list, err := a.do(Input{Op: Send, N: fewOctets})
	if err != nil {
		return err
	}
	if detail, found := falseOctet(list, a.iss); found {
		return a.fault("%s: the nth octet is n mod 251", detail)
	}
	sent := 0
	for _, x := range list {
		sent += len(x.text)
	}
	if sent != fewOctets {
		return a.fault("%d octets of data, expected %d: they must be sent at once", sent, fewOctets)
	}
	_, err = a.arrive(model.Segment{Seq: ourIss + 1 + fewOctets, Ack: a.iss + 1 + fewOctets, Flags: model.ACK}, nil)
	if err != nil {
		return err
	}
	return a.want(model.Established)
}

// release closes the socket. The connection continues without it.
func (a *adapter) release() error {
	r, list, err := a.do(Input{Op: Release})
	if err != nil {
		return err
	}
	fin := slices.ContainsFunc(list, func(x arrived) bool { return x.whole.Has(model.FIN) })
	reset := slices.ContainsFunc(list, func(x arrived) bool { return x.whole.Has(model.RST) })
	switch {
	case r.Error != "" && fin:
		return a.fault("found the error %q and a FIN, expected no error: an answer has one only if the call is refused", r.Error)
	case fin && !reset && a.peer.Hello().Tells && (a.gone || a.state == model.Closed):
		return a.fault("done gone, expected FIN-WAIT-1: the FIN is not acknowledged yet, and the state is that of the connection, not of the socket")
	}
	return nil
}
