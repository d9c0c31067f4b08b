package netfake

import (
	"unsafe"

	"github.com/tcpcheck/tcpcheck/model"
)

// MaxWire is the maximum number of different segments on the wire. A run that needs more is cut off there, and the
// verdict says so.
const MaxWire = 20

// State is the joint state as a checker stores it: two endpoints, the wire, and the rest of the budgets. It is
// comparable, canonical and without padding. World is the same state unpacked.
type State struct {
	wire   [MaxWire]code // a set, sorted from high to low, or a bag; unused places are zero
	peer   [2]peerCode
	faults Fault
	clock  uint16
	cut    Cut
	dups   uint8
	losses uint16
}

var _ [248]byte = [unsafe.Sizeof(State{})]byte{}

// Cut is the bound that a state hit. Nothing happens after such a state.
type Cut uint8

// The bounds of the encoding.
const (
	NotCut Cut = iota
	CutWire
	CutNumbers
	CutClock
	CutIncarnations
)

// String returns the name of the bound as reports print it. It is empty for NotCut.
func (c Cut) String() string {
	return [...]string{"", "wire full", "sequence numbers out of range", "clock out of range", "too many incarnations"}[c]
}

// CutOff returns the name of the bound that the state hit, or "".
func CutOff(s State) string { return s.cut.String() }

// Faults returns the faults that were recorded on the way to the state.
func (s State) Faults() Fault { return s.faults }

// Pair is the state of A and the state of B, and nothing else.
type Pair [2]model.State

// Pair returns the states of the two endpoints.
func (s State) Pair() Pair { return Pair{model.State(s.peer[A].state), model.State(s.peer[B].state)} }

// String prints the pair as "ESTABLISHED, CLOSE-WAIT".
func (p Pair) String() string { return p[A].String() + ", " + p[B].String() }
