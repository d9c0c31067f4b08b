package conform

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// Step is an input as a script names it. The state of the model determines which input it is in a given connection.
type Step struct {
	Op    Op
	N     int           // Send, Receive: octets
	For   time.Duration // Sleep
	Class Class         // Packet
}

func (s Step) String() string {
	switch s.Op {
	case Send, Receive:
		return fmt.Sprintf("%v %d", s.Op, s.N)
	case Listen:
		if s.N > 0 {
			return fmt.Sprintf("%v %d", s.Op, s.N)
		}
	case Sleep:
		return fmt.Sprintf("%v %v", s.Op, s.For)
	case Packet:
		return s.Class.String()
	}
	return s.Op.String()
}

// The lengths of sleep. After the first, unacknowledged data has been retransmitted (RFC 6298 §2.1: 1 s at first). After
// the second, TIME-WAIT is over (RFC 9293 §3.4.2: 2 MSL of two minutes each), and a peer that does not answer has been
// given up (§3.8.3, R2).
const (
	sleepRetransmit = 3 * time.Second
	sleepMinute     = time.Minute // less than R2 of RFC 9293 §3.8.3, so that nothing is given up yet
	sleepLong       = 10 * time.Minute
	sleepAck        = 500 * time.Millisecond // the most that an ACK is delayed (MUST-59)
)

// calls that a user makes in any state, and the sleeps, the first of which alone is possible with a clock that is real.
var userSteps = []Step{
	{Op: Listen}, {Op: Connect}, {Op: Send, N: someText}, {Op: Receive, N: mostText}, {Op: Close}, {Op: Release}, {Op: Abort},
}

var timeSteps = []Step{{Op: Sleep, For: sleepRetransmit}, {Op: Sleep, For: sleepLong}}

// event is the step as an event of the model. ok is false if there is no such segment. A sleep is not a single event.
func (s Step) event(t model.TCB) (e model.Event, ok bool) {
	switch s.Op {
	case Packet:
		e.Kind = model.SegmentArrives
		if s.Class.form == formChecksum {
			e.Kind = model.Status // such a segment does not reach §3.10.7
		}
		e.Seg, ok = s.Class.segment(t)
		return e, ok
	case Release:
		return model.Event{Kind: model.Close}, true
	case Receive:
		return model.Event{Kind: model.Receive, N: min(uint32(s.N), t.Unread)}, true
	}
	return model.Event{Kind: calls[s.Op], N: uint32(s.N), Remote: s.Op == Connect}, true
}

// input is the step as an input of the stack. echo is the last timestamp of the stack.
func (s Step) input(t model.TCB, flow wire.Flow, echo uint32) (in Input, ok bool, err error) {
	in = Input{Op: s.Op, N: s.N, For: s.For}
	if s.Op != Packet {
		return in, true, nil
	}
	seg, ok := s.Class.segment(t)
	if !ok {
		return in, false, nil
	}
	if seg.Opts&model.OptTimestamps != 0 && seg.Has(model.ACK) {
		seg.TSEcr = echo
	}
	irs := t.Irs
	if t.State < model.SynReceived {
		irs = seg.TextSeq() - 1
	}
	if in.Bytes, err = wire.Encode(seg, flow, octets(seg.TextSeq().From(irs+1), seg.Len)); err == nil {
		in.Bytes = s.Class.form.write(in.Bytes)
	}
	return in, true, err
}

// octets are the octets of a stream from the nth on.
func octets(n uint32, length uint16) []byte {
	text := make([]byte, length)
	for i := range text {
		text[i] = Octet(n + uint32(i))
	}
	return text
}

// sockets of a connection. The harness's port is another one each time, so that nothing late is taken for something new.
func sockets(n uint64) (stack, harness netip.AddrPort) {
	return netip.AddrPortFrom(stackAddr, 80), netip.AddrPortFrom(harnessAddr, uint16(4000+n%50000))
}

var stackAddr, harnessAddr = netip.MustParseAddr("192.0.2.2"), netip.MustParseAddr("192.0.2.1")
