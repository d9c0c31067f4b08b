package model

// EventKind is one of the events of RFC 9293 §3.10.
type EventKind uint8

// The user calls of §3.9.1, the arrival of a segment, and the three timeouts of §3.10.8.
const (
	OpenPassive EventKind = iota
	OpenActive
	Send
	Receive
	Close
	Abort
	Status
	SegmentArrives
	UserTimeout
	RetransmissionTimeout
	TimeWaitTimeout
	NumEventKinds = iota
)

var eventNames = [NumEventKinds]string{
	"passive OPEN", "active OPEN", "SEND", "RECEIVE", "CLOSE", "ABORT", "STATUS",
	"SEGMENT ARRIVES", "user timeout", "retransmission timeout", "TIME-WAIT timeout",
}

func (k EventKind) String() string {
	if int(k) < len(eventNames) {
		return eventNames[k]
	}
	return "EVENT(?)"
}

// Event is what happens to an endpoint. Iss and Now are the present values of the host's generator of initial
// numbers (§3.4.1) and of its timestamp clock. The model uses them where it must, and has no clock of its own.
type Event struct {
	Kind   EventKind
	Urgent bool   // SEND: the octets are urgent
	Remote bool   // OPEN: the remote socket is specified
	N      uint32 // SEND, RECEIVE: octets
	Iss    Seq
	Now    uint32
	Waited uint32  // SEGMENT ARRIVES in TIME-WAIT: ticks since the wait began, or began anew
	Seg    Segment // SEGMENT ARRIVES
}
