package netfake

import (
	"fmt"

	"github.com/tcpcheck/tcpcheck/model"
)

// Packet is a segment on the wire. Inc is the incarnation that sent it. To is the incarnation that it was meant
// for, or NoOne if the sender did not know any. Both are ghosts.
type Packet struct {
	Dst     int
	Seg     model.Segment
	Age     int // ticks since it was sent
	Inc, To uint8
}

// The values of Inc and To that are not incarnations. Real incarnations count from 1.
const (
	Before   uint8 = 0  // an incarnation from before the start
	Attacker uint8 = 14 // no incarnation at all
	NoOne    uint8 = 15 // not known to the sender
)

// Old reports whether the packet was sent before the start, or by the attacker.
func (p Packet) Old() bool { return p.Inc == Before || p.Inc == Attacker }

func (p Packet) ghost() model.Ghost { return model.Ghost(p.Inc<<4 | p.To) }

func ghosts(g model.Ghost) (inc, to uint8) { return uint8(g) >> 4, uint8(g) & 15 }

// String prints the packet with its ghosts, which say which incarnation sent it to which.
func (p Packet) String() string {
	return fmt.Sprintf("%s→%s %s", incName(1-p.Dst, p.Inc), incName(p.Dst, p.To), p.Seg)
}

func incName(side int, inc uint8) string {
	switch inc {
	case Before:
		return PeerName(side) + "(old)"
	case Attacker:
		return "attacker"
	case NoOne:
		return PeerName(side)
	}
	return fmt.Sprintf("%s%d", PeerName(side), inc)
}
