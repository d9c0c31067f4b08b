package conform

import (
	"net/netip"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// Peer is a stack under test; it uses one socket at a time. An error of a method means that the check cannot
// continue, for example because the program has ended. What the stack itself refuses is in the Reaction.
type Peer interface {
	Hello() Hello
	// Reset forgets everything before it, and names the sockets of the next connection. Afterwards nothing of an
	// earlier connection may be sent on this pair of sockets. If the stack cannot have these sockets, the error is a
	// Refusal.
	Reset(local, remote netip.AddrPort) error
	// Do carries out one input, and returns when the stack is quiescent: the Reaction has everything that the stack
	// does because of the input without the passing of time.
	Do(Input) (Reaction, error)
	Close() error
}

// Refusal says why a stack cannot have the sockets that Reset names, for example because it has no IPv6. The stack
// can still be used with other sockets.
type Refusal string

func (r Refusal) Error() string { return string(r) }

// Hello is what a peer says about itself.
type Hello struct {
	Name    string `json:"name"`    // one word: gvisor
	Version string `json:"version"` // one word
	Virtual bool   `json:"virtual"` // time passes only in Sleep, as fast as it can
	Tells   bool   `json:"tells"`   // Reaction.State is known
	Backlog bool   `json:"backlog"` // Listen takes a backlog
}

// Op is a kind of Input.
type Op uint8

// The inputs. Close is the CLOSE of RFC 9293, which is the socket's shutdown for writing: data that arrives is still
// accepted. Release is the close of a socket: after it no data is accepted. Abort is the ABORT of RFC 9293, the
// close that sends a RST.
const (
	Listen Op = iota // passive OPEN; of several connections that come, the first is taken, and then no other, but for a backlog
	Connect
	Send
	Receive
	Close
	Release
	Abort
	Packet
	Sleep
	NumOps = iota
)

var opNames = [NumOps]string{"listen", "connect", "send", "receive", "close", "release", "abort", "packet", "sleep"}

func (o Op) String() string { return opNames[o] }

// Input is something that happens to the stack.
type Input struct {
	Op    Op
	N     int           // Send: octets; Receive: at most so many; Listen: the backlog, if the listener is to go on, and otherwise 0
	Bytes []byte        // Packet: an IP packet, whole
	For   time.Duration // Sleep
}

// Reaction is what the stack does because of an input.
type Reaction struct {
	Packets []Sent
	Signals []Signal    // what its user hears, of itself
	Text    []byte      // Receive: what was there
	Error   string      // the call is refused: the errno's name, or some words
	State   model.State // if Hello.Tells
	Gone    bool        // if Hello.Tells: no such socket any more; State is CLOSED then
}

// Sent is an IP packet that the stack sent, and how long after the input.
type Sent struct {
	After time.Duration
	Bytes []byte
}

// Signal is what the user of a socket is informed of.
type Signal string

// The signals. End means that the peer will send no more data (a read returns nothing).
const (
	Opened   Signal = "opened"
	Reset    Signal = "reset"
	Refused  Signal = "refused"
	TimedOut Signal = "timed-out"
	End      Signal = "end"
)

var signals = []Signal{Opened, Reset, Refused, TimedOut, End}

// Octet returns the value of the nth octet (from 0) of every stream, in both directions. With it, data that is
// accepted at the wrong place is noticed.
func Octet(n uint32) byte { return byte(n % 251) }
