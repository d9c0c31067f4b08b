// Package minitcp is a small system in the manner of TCP, for measuring the search: two peers that open, close
// and crash, sequence numbers modulo eight, and a network that loses, repeats and reorders a few segments.
//
// The same system is written in Promela, TLA+ and Murphi (bench/models), in Rust (bench/stateright), and once more
// in Go without any generality (bench/floor); all of them agree on the counts that the tests pin. It is a yardstick
// and makes no claim about TCP.
package minitcp

// State is one state of the system, packed: the two peers in thirteen bits each, and above them the network.
type State uint64

const (
	peerBits = 13
	peerMask = 1<<peerBits - 1
	netShift = 2 * peerBits
)

func (s State) peer(i uint) peer { return peer(s >> (i * peerBits) & peerMask) }
func (s State) net() network     { return network(s >> netShift) }

func (s State) withPeer(i uint, p peer) State {
	return s&^(peerMask<<(i*peerBits)) | State(p)<<(i*peerBits)
}

func (s State) withNet(n network) State {
	return s&(1<<netShift-1) | State(n)<<netShift
}

// phase is the state of a peer's connection.
type phase uint8

const (
	closed phase = iota
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

// peer packs, from the low bits up: opens left (2), whether it opened passively (1), the next number expected
// (3), its own initial number (3), the phase (4).
type peer uint16

func (p peer) opens() int    { return int(p & 3) }
func (p peer) passive() bool { return p>>2&1 == 1 }
func (p peer) rcv() uint8    { return uint8(p >> 3 & 7) }
func (p peer) iss() uint8    { return uint8(p >> 6 & 7) }
func (p peer) phase() phase  { return phase(p >> 9) }

func (p peer) open(to phase) peer {
	p = (p - 1).enter(to)
	if to == listen {
		p |= 1 << 2
	}
	return p
}
func (p peer) withRcv(n uint8) peer { return p&^(7<<3) | peer(n&7)<<3 }
func (p peer) withIss(n uint8) peer { return p&^(7<<6) | peer(n&7)<<6 }
func (p peer) enter(to phase) peer  { return p&^(15<<9) | peer(to)<<9 }

// reset forgets the connection, and keeps only the opens left.
func (p peer) reset() peer { return p & 3 }

// snxt is the next number that the peer sends: its SYN counts for one, its FIN for another.
func (p peer) snxt() uint8 {
	switch p.phase() {
	case finWait1, finWait2, closing, lastAck, timeWait:
		return (p.iss() + 2) & 7
	default:
		return (p.iss() + 1) & 7
	}
}

// kind is what a segment says.
type kind uint8

const (
	syn kind = 1 + iota
	synAck
	ack
	fin // always with an ACK
	rst
	rstAck // always with number zero
)

// segment packs, from the low bits up: acknowledgment (3), sequence number (3), kind (3), destination (1).
type segment uint16

func newSegment(to uint, k kind, seq, ack uint8) segment {
	return segment(to)<<9 | segment(k)<<6 | segment(seq&7)<<3 | segment(ack&7)
}

func (x segment) ack() uint8 { return uint8(x & 7) }
func (x segment) seq() uint8 { return uint8(x >> 3 & 7) }
func (x segment) kind() kind { return kind(x >> 6 & 7) }
func (x segment) to() uint   { return uint(x >> 9) }

// network is a set of at most three segments in ten bits each, the largest in the low bits, and zeros after the
// last: equal sets are equal values.
type network uint64

const lane = 10

func (n network) at(i int) segment { return segment(n >> (i * lane) & (1<<lane - 1)) }

func (n network) without(i int) network {
	below := n & (1<<(i*lane) - 1)
	return n>>((i+1)*lane)<<(i*lane) | below
}

// with adds x, unless it is there or the network is full: what is sent into a full network is lost.
func (n network) with(x segment, limit int) network {
	if n.at(limit-1) != 0 {
		return n
	}
	i := 0
	for ; n.at(i) >= x; i++ {
		if n.at(i) == x {
			return n
		}
	}
	below := n & (1<<(i*lane) - 1)
	return n>>(i*lane)<<((i+1)*lane) | network(x)<<(i*lane) | below
}

var phases = [...]string{
	"CLOSED", "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2",
	"CLOSING", "CLOSE-WAIT", "LAST-ACK", "TIME-WAIT",
}

func (p phase) String() string { return phases[p] }

// Phases names the states of the two connections.
func (s State) Phases() (a, b string) { return s.peer(0).phase().String(), s.peer(1).phase().String() }
