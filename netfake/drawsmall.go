package netfake

import "github.com/tcpcheck/tcpcheck/model"

// DrawSmall returns a random scenario whose space is usually small, and in which much goes wrong: users do little,
// times are short, and the old segments and those of an attacker have numbers that a connection near the bases
// accepts. Often two of these segments differ in only one field. Then they have different effects only where
// something reads that field.
func DrawSmall(pick Choose) Scenario {
	var sc Scenario
	for i := range sc.Peer {
		sc.Peer[i] = pick.smallHost()
	}
	if pick.seldom("fewer than three segments", 3) {
		sc.Peer[A].TCP.Handshake = [...]model.Handshake{model.OneSegment, model.TwoSegments}[pick("which", 0, 1)]
		sc.Peer[B].TCP.Handshake = sc.Peer[A].TCP.Handshake
	}
	if pick.bool("the same policies") {
		sc.Peer[B].TCP = sc.Peer[A].TCP
	}
	sc.Net = pick.smallNetwork()
	sc.Start = Start(min(pick("start", 0, 2), 1))
	if sc.Start == StartClosed && !pick.seldom("nobody has to call", 4) {
		caller := pick("caller", A, B)
		sc.Peer[caller].User.Active, sc.Peer[1-caller].User.Passive = 1, 1
	}
	sc.Stale = pick.packets(&sc, max(0, min(pick("stale", 0, 4), 3)))
	sc.Leftover = pick.packets(&sc, max(0, pick("leftover", -8, 1)))
	sc.Attacker = pick.packets(&sc, max(0, pick("attacker", -3, 2)))
	if pick.seldom("symmetric", 5) {
		makeSymmetric(&sc)
	}
	sc.Watch = 1<<NumFaults - 1
	if pick.seldom("watches less", 4) {
		sc.Watch = Fault(pick("watch", 0, 1<<NumFaults-1))
	}
	return sc
}

// packets draws segments. Half of them are the one before, with one change.
func (pick Choose) packets(sc *Scenario, n int) (ps []Packet) {
	for i := range n {
		if i > 0 && pick.bool("like the last") {
			ps = append(ps, pick.changed(sc, ps[i-1]))
		} else {
			ps = append(ps, pick.packetInPlace(sc))
		}
	}
	return ps
}

// packetInPlace draws a segment with numbers near those of a connection that has begun around the bases.
func (pick Choose) packetInPlace(sc *Scenario) Packet { return pick.packetTo(sc, pick("dst", A, B)) }

func (pick Choose) packetTo(sc *Scenario, dst int) Packet {
	p := Packet{Dst: dst}
	s := &p.Seg
	if s.Flags = drawnFlags[pick("flags", 0, len(drawnFlags)-1)]; pick.seldom("answers a SYN", 4) {
		s.Flags = model.SYN | model.ACK
	}
	s.Seq = sc.Peer[1-p.Dst].Base + model.Seq(pick("seq", -1, 4))
	s.Ack = sc.Peer[p.Dst].Base + model.Seq(pick("ack", -1, 4))
	if pick.bool("the next numbers") {
		s.Seq, s.Ack = sc.Peer[1-p.Dst].Base+1, sc.Peer[p.Dst].Base+1
		if s.Has(model.SYN) {
			s.Seq--
		}
	} else if pick.seldom("an older ACK", 4) {
		s.Ack -= 10
	}
	s.Len, s.Wnd = uint16(max(0, pick("len", -2, 2))), uint16(sc.Peer[1-p.Dst].TCP.RcvBuf)
	if sc.Peer[p.Dst].TCP.Timestamps && pick.bool("has a timestamp") {
		s.Opts, s.TSVal, s.TSEcr = model.OptTimestamps, uint32(pick("tsval", 0, 3)), uint32(pick("tsecr", 0, 3))
	}
	return tidy(sc, p)
}

// changed is the packet with one change.
func (pick Choose) changed(sc *Scenario, p Packet) Packet {
	s := &p.Seg
	other := pick.packetTo(sc, p.Dst)
	switch pick("changed", 0, 5) {
	case 0:
		s.Seq = sc.Peer[1-p.Dst].Base + model.Seq(pick("other seq", -1, 4))
	case 1, 2:
		s.Flags |= model.ACK
		s.Ack = sc.Peer[p.Dst].Base + model.Seq(pick("other ack", -10, 4))
	case 3:
		s.Flags = other.Seg.Flags
		if s.Seq == 0 || s.Ack == 0 { // a segment with these flags may not have the number
			s.Seq, s.Ack = other.Seg.Seq, other.Seg.Ack
		}
	case 4:
		s.Len = other.Seg.Len
	case 5:
		s.Wnd = uint16(pick("other wnd", 0, 4))
	}
	return tidy(sc, p)
}

func (pick Choose) smallHost() Host {
	h := Host{Protocol{TCP: pick.config(8)}, pick.smallUser()}
	h.TimeWait = pick("time-wait", 0, 2)
	h.Base = [...]model.Seq{100, 300, 1000, 0, ^model.Seq(0), pick.base()}[pick("which base", 0, 5)]
	h.TCP.RcvBuf, h.TCP.MSS = [...]uint32{4, 4, 2, 1}[pick("small buffer", 0, 3)], uint16(pick("small mss", 1, 2))
	if pick.seldom("a reset moves SND.UNA", 4) { // as an ACK may, too
		h.TCP.RstIssuerTimeWait = true
		h.TCP.Attacks, h.TCP.HalfDuplexClose = model.Attacks(pick("attacks", 0, 1)), pick.bool("half-duplex close")
	}
	if !pick.seldom("timestamps stay", 8) {
		h.TCP.Timestamps = false // a scenario that reads a clock has no reduction of the wire
	}
	if pick.seldom("mutant", 4) {
		h.TCP.Mutant = model.Mutant(pick("which mutant", 0, model.NumMutants-1))
	}
	h.Isn = Isn{Policy: [...]IsnPolicy{Fixed, Fixed, Fresh, Fresh, Arbitrary, Clock}[pick("isn", 0, 5)], Choices: []uint8{0}, Rate: 1}
	if h.Isn.Policy == Clock && pick.bool("no clock after all") {
		h.Isn.Policy = Fixed
	}
	if h.Isn.Policy == Arbitrary {
		h.Isn.Choices = append(h.Isn.Choices, uint8(pick("choice", 1, 4)))
	}
	if pick.seldom("takes over", 8) {
		h.Reuse = Reuse{On: true, After: pick("after", 0, 2)}
	}
	for _, rare := range []struct {
		what  string
		value *int
	}{{"give-up", &h.GiveUp}, {"quiet", &h.QuietTime}, {"fin-wait-2", &h.FinWait2}, {"rest", &h.ReopenDelay}, {"grain", &h.TimestampGranularity},
		{"rto", &h.RTO}, {"timely", &h.TimersWithin}} {
		if pick.seldom(rare.what, 6) {
			*rare.value = pick("ticks of "+rare.what, 1, 2)
		}
	}
	return h
}

func (pick Choose) smallUser() User {
	u := User{
		Active: max(0, pick("active", -3, 1)), Passive: max(0, pick("passive", -3, 1)), Accepts: pick("accepts", 0, 1),
		Octets: max(0, pick("octets", -2, 1)), Close: pick.seldom("close", 3), CloseBeforeEstablished: pick.seldom("early", 6),
		Abort: pick.seldom("abort", 6), ClosesSecond: pick.seldom("second", 6), ActiveIncarnations: max(0, pick("talks", -3, 1)),
		ReopenOnlyAfterNormalClose: pick.seldom("polite", 8), UserTimeout: pick.seldom("gives", 12),
		Listens: pick.seldom("listens", 8),
	}
	if pick.seldom("more", 12) {
		u.Active, u.Passive, u.Octets = pick("more active", 0, 2), pick("more passive", 0, 2), pick("more octets", 0, 3)
	}
	if pick.seldom("crashes", 12) {
		u.Crashes = 1
	}
	return u
}

func (pick Choose) smallNetwork() Network {
	n := Network{MSL: max(0, pick("msl", -1, 2))}
	if n.Bag = pick.seldom("bag", 3); n.Bag {
		n.Losses, n.Dups = max(0, pick("losses", -1, 1)), max(0, pick("dups", -1, 1))
		n.NoPrematureRetransmission, n.InOrder = pick.bool("patient"), pick.seldom("in order", 4)
		if pick.seldom("loses at will", 4) {
			n.Losses = Unlimited
		}
	}
	n.FirstAck = !n.Bag && n.MSL > 0 && pick.seldom("the first ACK arrives", 4)
	if n.MSL > 0 && pick.seldom("the world ends", 6) {
		n.Ticks = pick("ticks", 1, 4)
	}
	return n
}
