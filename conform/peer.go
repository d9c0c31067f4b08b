package conform

import (
	"net/netip"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// Peer is a stack under test, of which one socket is used at a time. An error of a method means that the harness can not
// go on (the program has died, say); what the stack itself refuses is in the Reaction.
type Peer interface {
	Hello() Hello
	// Reset forgets everything before, and names the sockets of the next connection. Nothing of what came before may
	// be sent afterwards on this pair of sockets. A Refusal is the error for sockets that the stack can not have.
	Reset(local, remote netip.AddrPort) error
	// Do carries out one input, and returns when the stack is quiescent: what it does about the input
	// without time passing is all in the Reaction.
	Do(Input) (Reaction, error)
	Close() error
}

// Refusal says why a stack can not have the sockets that Reset names: it has no IPv6, say. It can be used with other ones.
type Refusal string

func (r Refusal) Error() string { return string(r) }

// Hello is what a peer says of itself.
type Hello struct {
	Name    string `json:"name"`    // one word: gvisor
	Version string `json:"version"` // one word
	Virtual bool   `json:"virtual"` // time passes only in Sleep, as fast as it can
	Tells   bool   `json:"tells"`   // Reaction.State is known
}

// Op is a kind of Input.
type Op uint8

// The inputs. Close is RFC 9293's CLOSE, the socket's shutdown for writing: what arrives is still taken. Release is the
// close of a socket, after which nothing is taken any more; Abort is RFC 9293's, the close that sends a RST.
const (
	Listen Op = iota // passive OPEN; of several connections that come, the first is taken, and then no other
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
	N     int           // Send: octets; Receive: at most so many
	Bytes []byte        // Packet: an IP packet, whole
	For   time.Duration // Sleep
}

// Reaction is what the stack does about an input.
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

// Signal is what the user of a socket hears.
type Signal string

// The signals. End: the peer will send no more (a read returns nothing).
const (
	Opened   Signal = "opened"
	Reset    Signal = "reset"
	Refused  Signal = "refused"
	TimedOut Signal = "timed-out"
	End      Signal = "end"
)

var signals = []Signal{Opened, Reset, Refused, TimedOut, End}

// Octet is the value of the nth octet (from 0) of every stream, in both directions, so that text that is taken at the wrong
// place shows.
func Octet(n uint32) byte { return byte(n % 251) }
