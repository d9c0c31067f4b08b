package main

const (
	closed = iota
	listen
	synSent
	synReceived
	established
	finWait1
	finWait2
	closing
	closeWait
	lastAck
	timeWait
)

const (
	syn = 1 + iota
	synAck
	ack
	fin // always with an ACK
	rst
	rstAck // always with number zero
)

type peer struct{ phase, iss, rcv, passive, opens uint8 }

// state is a state unpacked: the network holds the largest segment first and zeros after the last. The fourth
// place is never filled; it lets the last one be taken out as any other.
type state struct {
	peer [2]peer
	net  [4]uint16
}

func first(b bounds) *state {
	p := peer{opens: uint8(b.opens)}
	return &state{peer: [2]peer{p, p}}
}

// packed marks a word as taken: a table's empty slot is zero, and so would be a state in which nothing is left.
const packed = 1 << 63

func pack(s *state) uint64 {
	var v uint64
	for i := range s.peer {
		p := &s.peer[i] // a copy of octets just written would wait for them
		v = v<<13 | uint64(p.phase)<<9 | uint64(p.iss)<<6 | uint64(p.rcv)<<3 | uint64(p.passive)<<2 | uint64(p.opens)
	}
	for _, x := range s.net[:3] {
		v = v<<10 | uint64(x)
	}
	return v | packed
}

func unpack(v uint64) (s state) {
	for i := 2; i >= 0; i-- {
		s.net[i] = uint16(v & 1023)
		v >>= 10
	}
	for i := 1; i >= 0; i-- {
		s.peer[i] = peer{uint8(v >> 9 & 15), uint8(v >> 6 & 7), uint8(v >> 3 & 7), uint8(v >> 2 & 1), uint8(v & 3)}
		v >>= 13
	}
	return s
}

// segment packs, from the low bits up: acknowledgment (3), sequence number (3), kind (3), destination (1).
func segment(to, kind, seq, ack uint8) uint16 {
	return uint16(to)<<9 | uint16(kind)<<6 | uint16(seq&7)<<3 | uint16(ack&7)
}

// send puts x in its place, unless it is there or the network is full: then it is lost.
func (b bounds) send(s *state, x uint16) {
	i := 0
	for i < b.wire && s.net[i] > x {
		i++
	}
	if i < b.wire && s.net[i] != x && s.net[b.wire-1] == 0 {
		copy(s.net[i+1:b.wire], s.net[i:b.wire-1])
		s.net[i] = x
	}
}

func (s *state) drop(i int) { copy(s.net[i:], s.net[i+1:]) }

func (p *peer) reset() { *p = peer{opens: p.opens} }

// snxt is the next number that the peer sends: its SYN counts for one, its FIN for another.
func (p *peer) snxt() uint8 {
	switch p.phase {
	case finWait1, finWait2, closing, lastAck, timeWait:
		return (p.iss + 2) & 7
	default:
		return (p.iss + 1) & 7
	}
}
