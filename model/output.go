package model

import "strings"

// Signal is what the endpoint reports to its user unasked, in the RFC's words.
type Signal uint16

// The signals. CloseOK reports that the user's CLOSE is complete: all that it sent was received.
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

// Reply is the immediate return of a user call.
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

// Timer is what happens to the TIME-WAIT timer, which the world outside keeps.
type Timer uint8

// KeepTimer leaves it as it is. StartTimer starts the wait, or starts it anew.
const (
	KeepTimer Timer = iota
	StartTimer
)

// MaxSegs is the most segments that one event makes an endpoint send.
const MaxSegs = 3

// Output is all that an event causes, besides the new TCB.
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

// Sent is the segments that the event made the endpoint send, in order.
func (o *Output) Sent() []Segment { return o.Segs[:o.NSegs] }

// WantsAck reports whether something was sent that the other side is to acknowledge.
func (o *Output) WantsAck() bool {
	for i := range o.Segs[:o.NSegs] {
		if o.Segs[i].Span() > 0 {
			return true
		}
	}
	return false
}

// Taken is the data and the FIN that the event made the endpoint accept, in order.
func (o *Output) Taken() []Held { return o.Text[:o.NText] }
