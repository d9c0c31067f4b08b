package model

import "strings"

// Signal is what the endpoint reports to its user without a call, with the words of the RFC.
type Signal uint16

// The signals. CloseOK reports that the user's CLOSE is complete: everything that the user sent was received.
const (
	ConnectionReset Signal = 1 << iota
	ConnectionRefused
	ConnectionClosing
	TimedOut
	UrgentData
	Pushed
	Opened
	CloseOK
)

var signalNames = []string{
	"connection reset", "connection refused", "connection closing",
	"connection aborted due to user timeout", "urgent data", "PUSH", "connection opened", "close ok",
}

func (s Signal) String() string {
	var names []string
	for i, n := range signalNames {
		if s&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return strings.Join(names, ", ")
}

// Reply is the immediate return value of a user call.
type Reply uint8

// The replies of §3.10.1 to §3.10.6.
const (
	OK Reply = iota
	ErrNotExist
	ErrExists
	ErrClosing
	ErrRemoteUnspecified
	ErrResources
)

var replyNames = []string{
	"ok", "error: connection does not exist", "error: connection already exists",
	"error: connection closing", "error: remote socket unspecified", "error: insufficient resources",
}

func (r Reply) String() string { return replyNames[r] }

// Timer says what happens to the TIME-WAIT timer, which the world outside keeps.
type Timer uint8

// KeepTimer does not change it. StartTimer starts or restarts the wait.
const (
	KeepTimer Timer = iota
	StartTimer
)

// MaxSegs is the largest number of segments that an endpoint sends because of one event.
const MaxSegs = 3

// Output is everything that an event causes, except for the new TCB.
type Output struct {
	Segs  [MaxSegs]Segment
	Text  [MaxHeld + 2]Held // what RCV.NXT advanced over, in order; a FIN comes last
	NSegs uint8
	NText uint8
	Reply Reply
	Timer Timer

	Signals   Signal
	UnaMoved  bool   // SEG.ACK moved SND.UNA (endByOwnRst moves it without an ACK)
	Delivered uint32 // octets handed to the user
	Acked     uint32 // octets of SENDs that were fully acknowledged ("ok")
	Answered  bool   // a peer whose window is or was shut has answered: do not give up yet (MUST-37)
}

// Sent returns the segments that the endpoint sends because of the event, in order.
func (o *Output) Sent() []Segment { return o.Segs[:o.NSegs] }

// WantsAck reports whether a segment was sent that the other side must acknowledge.
func (o *Output) WantsAck() bool {
	for i := range o.Segs[:o.NSegs] {
		if o.Segs[i].Span() > 0 {
			return true
		}
	}
	return false
}

// Taken returns the data and the FIN that the endpoint accepts because of the event, in order.
func (o *Output) Taken() []Held { return o.Text[:o.NText] }
