package netfake

import (
	"fmt"

	"github.com/tcpcheck/tcpcheck/model"
)

// check returns an error that names the first thing in the scenario that the joint state cannot hold.
func (sc *Scenario) check() error {
	for i := range sc.Peer {
		if err := sc.Peer[i].check(); err != nil {
			return fmt.Errorf("peer %s: %w", PeerName(i), err)
		}
	}
	if err := sc.Net.check(); err != nil {
		return fmt.Errorf("net: %w", err)
	}
	if len(sc.Stale) > MaxWire {
		return fmt.Errorf("stale: %d segments: expected at most %d", len(sc.Stale), MaxWire)
	}
	if n := len(sc.Leftover) + len(sc.Attacker); n > maxInjected {
		return fmt.Errorf("leftover and attacker: %d segments: expected at most %d", n, maxInjected)
	}
	for _, list := range []struct {
		name    string
		packets []Packet
	}{{"stale", sc.Stale}, {"leftover", sc.Leftover}, {"attacker", sc.Attacker}} {
		for i, p := range list.packets {
			if err := sc.checkPacket(p); err != nil {
				return fmt.Errorf("%s segment %d, %v: %w", list.name, i+1, p.Seg, err)
			}
		}
	}
	return nil
}

// within is an error unless low =< n =< high.
func within(what string, n, low, high int) error {
	if n < low || n > high {
		return fmt.Errorf("%s %d: expected %d to %d", what, n, low, high)
	}
	return nil
}

func (h *Host) check() error {
	u := h.User
	for _, err := range []error{
		within("active opens", u.Active, 0, MaxIncarnations),
		within("passive opens", u.Passive, 0, MaxIncarnations),
		within("accepted SYNs", u.Accepts, 0, MaxIncarnations),
		within("opens in all", u.Active+u.Passive*max(u.Accepts, 1), 0, MaxIncarnations),
		within("octets", u.Octets, 0, MaxOctets),
		within("incarnations that talk", u.ActiveIncarnations, 0, MaxIncarnations),
		within("crashes", u.Crashes, 0, 3),
		within("ticks of TIME-WAIT", h.TimeWait, 0, MaxWait),
		within("timestamp clock at the start", h.TimestampOffset, 0, 255-MaxWait),
		within("ticks until TIME-WAIT may be taken over", h.Reuse.After, 0, MaxWait),
		within("ticks of quiet", h.QuietTime, 0, MaxWait),
		within("ticks of rest", h.ReopenDelay, 0, MaxWait),
		within("ticks of the world to one of the timestamp clock", h.TimestampGranularity, 0, MaxWait),
		within("ticks until giving up", h.GiveUp, 0, MaxTicks),
		within("ticks of FIN-WAIT-2", h.FinWait2, 0, MaxWait),
		within("ticks until the retransmission timer is due", h.RTO, 0, MaxTicks),
		within("ticks within which timers fire", h.TimersWithin, 0, MaxTicks),
		within("octets of the receive buffer", int(h.TCP.RcvBuf), 1, 255),
		within("rate of the clock", h.Isn.Rate, 0, 255),
	} {
		if err != nil {
			return err
		}
	}
	if err := within("isn policy", int(h.Isn.Policy), 0, int(Arbitrary)); err != nil {
		return err
	}
	if (h.Isn.Policy == Fixed || h.Isn.Policy == Arbitrary) && len(h.Isn.Choices) == 0 {
		return fmt.Errorf("isn: expected at least one initial number")
	}
	if h.Isn.Policy == Clock && h.Isn.Rate == 0 {
		return fmt.Errorf("isn: found a clock that stands still: expected a rate of 1 to 255 numbers a tick")
	}
	for _, c := range h.Isn.Choices {
		if err := within("isn choice", int(c), 0, Above); err != nil {
			return err
		}
	}
	if h.TCP.WindowScale || h.TCP.SACKPermitted {
		return fmt.Errorf("the joint world carries no window scale and no SACK-permitted: expected both off")
	}
	return nil
}

func (n *Network) check() error {
	if err := within("msl", n.MSL, 0, MaxTicks); err != nil {
		return err
	}
	if !n.Bag && (n.InOrder || n.NoPrematureRetransmission || n.Losses != 0 || n.Dups != 0) {
		return fmt.Errorf("budgets, order and patience belong to a bag: expected a bag")
	}
	if n.FirstAck && (n.Bag || n.MSL == 0) {
		return fmt.Errorf("that the first ACK arrives before it is too old: expected a set, and a lifetime of segments")
	}
	if n.Ticks > 0 && n.MSL == 0 {
		return fmt.Errorf("%d ticks: without a lifetime of segments there is no clock: expected 0", n.Ticks)
	}
	if err := within("ticks", n.Ticks, 0, MaxWait); err != nil {
		return err
	}
	if err := within("losses", n.Losses, Unlimited, 255); err != nil {
		return err
	}
	return within("dups", n.Dups, Unlimited, 255)
}

// checkPacket returns an error if the packet has a field that its code cannot hold.
func (sc *Scenario) checkPacket(p Packet) error {
	if err := within("destination", p.Dst, A, B); err != nil {
		return err
	}
	s := p.Seg
	n := numbers{base: [2]model.Seq{sc.Peer[A].Base, sc.Peer[B].Base}}
	_, okSeq := n.offset(1-p.Dst, s.Seq)
	_, okAck := n.offset(p.Dst, s.Ack)
	switch {
	case s.Flags&^codeFlagSet != 0:
		return fmt.Errorf("flags %v: expected none but %v", s.Flags, codeFlagSet)
	case s.Has(model.RST|model.ACK) && s.Seq != 0:
		return fmt.Errorf("expected SEQ=0 in a RST that bears an ACK")
	case !s.Has(model.RST|model.ACK) && !okSeq:
		return fmt.Errorf("SEQ: expected %d to %d", n.base[1-p.Dst]-Below, n.base[1-p.Dst]+Above)
	case s.Has(model.ACK) && !okAck:
		return fmt.Errorf("ACK: expected %d to %d", n.base[p.Dst]-Below, n.base[p.Dst]+Above)
	case s.TSVal > 255 || s.TSEcr > 255:
		return fmt.Errorf("timestamps %d, %d: expected at most 255", s.TSVal, s.TSEcr)
	}
	if err := within("octets of text", int(s.Len), 0, MaxOctets); err != nil {
		return err
	}
	return within("window", int(s.Wnd), 0, 255)
}
