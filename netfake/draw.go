package netfake

import "github.com/tcpcheck/tcpcheck/model"

// Choose returns a number between low and high, inclusive. what says what the number is for. A generator of rapid
// can be used as a Choose, and so can a stream of random numbers.
type Choose func(what string, low, high int) int

func (pick Choose) bool(what string) bool { return pick(what, 0, 1) == 1 }

// seldom is true once in n times.
func (pick Choose) seldom(what string, n int) bool { return pick(what, 1, n) == n }

// Draw returns a random scenario, out of all that New accepts. Most of its policies are those of the base model,
// because otherwise no run would get far.
func Draw(pick Choose) Scenario {
	var sc Scenario
	for i := range sc.Peer {
		sc.Peer[i] = pick.host()
	}
	sc.Net = pick.network()
	sc.Start = Start(pick("start", 0, 1))
	for range pick("stale", 0, 3) {
		sc.Stale = append(sc.Stale, pick.packet(&sc))
	}
	for range pick("leftover", 0, 2) {
		sc.Leftover = append(sc.Leftover, pick.packet(&sc))
	}
	for range pick("attacker", 0, 2) {
		sc.Attacker = append(sc.Attacker, pick.packet(&sc))
	}
	sc.Watch = Fault(pick("watch", 0, 1<<NumFaults-1))
	return sc
}

// base is anywhere, and often such that the numbers of a run wrap.
func (pick Choose) base() model.Seq {
	if pick.bool("base near the wrap") {
		return -model.Seq(pick("base", 0, 12))
	}
	return model.Seq(pick("upper half of the base", 0, 1<<16-1)<<16 | pick("lower half of the base", 0, 1<<16-1))
}

func (pick Choose) user() User {
	return User{
		Active: pick("active", 0, 2), Passive: pick("passive", 0, 2), Accepts: pick("accepts", 0, 2),
		Octets: pick("octets", 0, 3), Close: pick.bool("close"), CloseBeforeEstablished: pick.seldom("early", 4),
		Abort: pick.seldom("abort", 4), ClosesSecond: pick.seldom("second", 4), ActiveIncarnations: pick("talks", 0, 2),
		ReopenOnlyAfterNormalClose: pick.seldom("polite", 4), Crashes: pick("crashes", 0, 1), UserTimeout: pick.seldom("gives", 4),
		Listens: pick.seldom("listens", 4),
	}
}

// config gives each policy another value once in so many times.
func (pick Choose) config(differs int) model.Config {
	c := model.Config{RcvBuf: uint32(pick("buffer", 1, 4)), MSS: uint16(pick("mss", 1, 3))}
	for _, p := range Policies {
		if pick.seldom(p.Name+" differs", differs) {
			p.Set(&c, pick(p.Name, 0, len(p.Values)-1))
		}
	}
	return c
}

func (pick Choose) host() Host {
	h := Host{Protocol{TCP: pick.config(6)}, pick.user()}
	h.Base = pick.base()
	h.Isn.Policy, h.Isn.Rate = IsnPolicy(pick("isn", 0, 3)), pick("rate", 1, 3)
	h.TimestampOffset = max(0, pick("stamp", -9, 9))
	h.TimeWait, h.Reuse = pick("time-wait", 0, 4), Reuse{pick.bool("takes TIME-WAIT over"), pick("after", 0, 4)}
	h.GiveUp, h.QuietTime, h.FinWait2 = pick("give-up", 0, 4), pick("quiet", 0, 3), pick("fin-wait-2", 0, 2)
	h.ReopenDelay, h.TimestampGranularity = max(0, pick("rest", -2, 2)), pick("grain", 0, 2)
	h.RTO, h.TimersWithin = max(0, pick("rto", -2, 3)), max(0, pick("timely", -2, 2))
	for range pick("choices", 1, 3) {
		h.Isn.Choices = append(h.Isn.Choices, uint8(pick("choice", 0, 30)))
	}
	return h
}

// drawnFlags are those of the segments of the past, and of an attacker.
var drawnFlags = []model.Flags{
	model.SYN, model.SYN | model.ACK, model.ACK, model.ACK | model.PSH, model.FIN | model.ACK, model.RST, model.RST | model.ACK,
}

// packet is a segment of the past, or of an attacker, with numbers close to the bases.
func (pick Choose) packet(sc *Scenario) Packet {
	dst := pick("dst", A, B)
	s := model.Segment{Flags: drawnFlags[pick("flags", 0, len(drawnFlags)-1)], Wnd: uint16(pick("wnd", 0, 4))}
	s.Seq = sc.Peer[1-dst].Base + model.Seq(pick("seq", -8, 8))
	s.Ack = sc.Peer[dst].Base + model.Seq(pick("ack", -8, 8))
	s.Len = uint16(pick("len", 0, 2))
	if pick.seldom("has a timestamp", 3) {
		s.Opts, s.TSVal, s.TSEcr = model.OptTimestamps, uint32(pick("tsval", 0, 9)), uint32(pick("tsecr", 0, 9))
	}
	return tidy(sc, Packet{Dst: dst, Seg: s})
}

// tidy takes away what the flags of the segment leave no place for, and adds what a SYN bears.
func tidy(sc *Scenario, p Packet) Packet {
	s := &p.Seg
	s.Opts &= model.OptTimestamps
	s.MSS = 0
	if s.Has(model.SYN) { // its options are those of its sender's policy
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

func (pick Choose) network() Network {
	n := Network{MSL: pick("msl", 0, 4)}
	if n.Bag = pick.bool("bag"); n.Bag {
		n.Losses, n.Dups = pick("losses", Unlimited, 2), pick("dups", Unlimited, 2)
		n.NoPrematureRetransmission, n.InOrder = pick.bool("patient"), pick.bool("in order")
	}
	n.FirstAck = !n.Bag && n.MSL > 0 && pick.bool("the first ACK arrives")
	if n.MSL > 0 && pick.seldom("the world ends", 4) {
		n.Ticks = pick("ticks", 1, 9)
	}
	return n
}

// makeSymmetric gives B what A has, each segment its mirror image, and both a base that is not close to 0.
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

// moved is the segment with its two numbers shifted; that of <SEQ=0><ACK=...><CTL=RST,ACK> is none.
func moved(s model.Segment, seq, ack model.Seq) model.Segment {
	if !s.Has(model.RST | model.ACK) {
		s.Seq += seq
	}
	if s.Has(model.ACK) {
		s.Ack += ack
	}
	return s
}
