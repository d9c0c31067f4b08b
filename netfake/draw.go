package netfake

import "github.com/tcpcheck/tcpcheck/model"

// Choose returns a number between low and high, inclusive. what says what the number is for. A generator of rapid
// can be used as a Choose, and so can a stream of random numbers.
type Choose func(what string, low, high int) int

func (pick Choose) bool(what string) bool { return pick(what, 0, 1) == 1 }

// seldom is true once in n times on average.
func (pick Choose) seldom(what string, n int) bool { return pick(what, 1, n) == n }

// base is any number. It is often one with which the sequence numbers of a run wrap around.
func (pick Choose) base() model.Seq {
	if pick.bool("base near the wrap") {
		return -model.Seq(pick("base", 0, 12))
	}
	return model.Seq(pick("upper half of the base", 0, 1<<16-1)<<16 | pick("lower half of the base", 0, 1<<16-1))
}

// config gives each policy another value once in so many times on average.
func (pick Choose) config(differs int) model.Config {
	c := model.Config{RcvBuf: uint32(pick("buffer", 1, 4)), MSS: uint16(pick("mss", 1, 3))}
	for _, p := range Policies {
		if pick.seldom(p.Name+" differs", differs) {
			p.Set(&c, pick(p.Name, 0, len(p.Values)-1))
		}
	}
	return c
}

// drawnFlags are the flags of old segments and of an attacker's segments.
var drawnFlags = []model.Flags{
	model.SYN, model.SYN | model.ACK, model.ACK, model.ACK | model.PSH, model.FIN | model.ACK, model.RST, model.RST | model.ACK,
}

// tidy removes the fields that a segment with these flags does not have, and adds the options of a SYN.
func tidy(sc *Scenario, p Packet) Packet {
	s := &p.Seg
	s.Opts &= model.OptTimestamps
	s.MSS = 0
	if s.Has(model.SYN) { // its options follow the policy of its sender
		s.Opts, s.MSS = s.Opts|model.OptMSS, sc.Peer[1-p.Dst].TCP.MSS
	}
	if !s.Has(model.ACK) {
		s.Ack = 0
	}
	if s.Has(model.RST | model.ACK) {
		s.Seq = 0
	}
	if s.Has(model.RST) {
		s.Len = 0
	}
	return p
}

// makeSymmetric makes B equal to A, and adds the mirror image of each segment. Both get a base that is not close to 0.
func makeSymmetric(sc *Scenario) {
	shift := [2]model.Seq{1000 - sc.Peer[A].Base, 2000 - sc.Peer[B].Base}
	sc.Peer[A].Base, sc.Peer[B] = 1000, sc.Peer[A]
	sc.Peer[B].Base = 2000
	for _, list := range []*[]Packet{&sc.Stale, &sc.Leftover, &sc.Attacker} {
		for i := range *list {
			p := &(*list)[i]
			p.Seg = moved(p.Seg, shift[1-p.Dst], shift[p.Dst])
			between := sc.Peer[p.Dst].Base - sc.Peer[1-p.Dst].Base
			*list = append(*list, Packet{Dst: 1 - p.Dst, Seg: moved(p.Seg, between, -between)})
		}
	}
}

// moved is the segment with its two numbers shifted. The SEQ of <SEQ=0><ACK=...><CTL=RST,ACK> does not shift.
func moved(s model.Segment, seq, ack model.Seq) model.Segment {
	if !s.Has(model.RST | model.ACK) {
		s.Seq += seq
	}
	if s.Has(model.ACK) {
		s.Ack += ack
	}
	return s
}
