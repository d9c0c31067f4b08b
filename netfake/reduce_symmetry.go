package netfake

import (
	"bytes"
	"math"
	"reflect"
	"slices"
	"unsafe"

	"github.com/tcpcheck/tcpcheck/model"
)

// symmetric reports whether A and B may be exchanged: the hosts differ only in their bases, and the network and the
// attacker have the same segments for both. The SEQ of <SEQ=0><ACK=...><CTL=RST,ACK> is not an offset from a base, so
// it must lie outside every window. With the handshake of four segments, it would matter later who opened.
func (sys *System) symmetric() bool {
	a, b := sys.sc.Peer[A], sys.sc.Peer[B]
	for _, h := range []Host{a, b} {
		if h.Base <= Below || h.Base > math.MaxUint32-1024 || h.TCP.Handshake >= model.FourSegments {
			return false
		}
	}
	a.Base = b.Base
	init := sys.init
	forgetOpener(&init)
	if !reflect.DeepEqual(a, b) || mirror(init) != init {
		return false
	}
	var there, here []code
	for _, c := range sys.attacks {
		there, here = append(there, c.mirrored()), append(here, c)
	}
	slices.Sort(there)
	slices.Sort(here)
	return slices.Equal(there, here)
}

// forgetOpener clears the marks of how a connection was opened, in ESTABLISHED and later states. Nothing reads them
// there, and they would distinguish the two ends forever.
func forgetOpener(s *State) {
	for i := range s.peer {
		s.peer[i].forgetOpener()
	}
}

func (p *peerCode) forgetOpener() {
	if model.State(p.state) >= model.Established {
		p.marks0 &^= uint8(model.Passive | model.RemoteKnown)
	}
}

// mirrored is the packet in the other direction. Its numbers are offsets from the bases of its sender and its receiver.
func (c code) mirrored() code { return c ^ 1<<codeDst }

// mirror is the state with A and B exchanged.
func mirror(s State) State {
	s.peer[A], s.peer[B] = s.peer[B], s.peer[A]
	wire, n, toB := s.wire, 0, 0
	for n < MaxWire && wire[n] != 0 {
		if wire[n].dst() == B {
			toB++ // the segments to B are first
		}
		n++
	}
	for i := range n {
		s.wire[i] = wire[(i+toB)%n].mirrored()
	}
	return s
}

// first replaces s by the representative of s and its mirror image, which is the same for both.
func first(s *State) {
	t := mirror(*s)
	order := slices.Compare(s.wire[:], t.wire[:])
	if order == 0 {
		order = bytes.Compare(s.peer[A].bytes(), t.peer[A].bytes())
	}
	if order > 0 { // if both are equal, so are the states
		*s = t
	}
}

// Unnamed returns the visible part of s, without its wire and without the names of the two ends: the numbers of both
// ends count from the same base, and who opened the connection is forgotten, as symmetry forgets it. If the system
// is reduced by symmetry, the mirror image of s gives the same World, with the ends exchanged.
func (sys *System) Unnamed(s State) World {
	forgetOpener(&s)
	return sys.unnamed.Wireless(&s)
}

// bytes is the memory of the endpoint. It has one byte for each field, and no padding.
func (c *peerCode) bytes() []byte { return unsafe.Slice((*byte)(unsafe.Pointer(c)), unsafe.Sizeof(*c)) }
