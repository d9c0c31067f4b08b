package netfake

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/model"
)

// Premises says in words what the scenario lets happen. A verdict is about exactly this.
func (sc *Scenario) Premises() []string {
	lines := []string{sc.Net.premise()}
	for i := range sc.Peer {
		lines = append(lines, sc.hostPremise(i))
	}
	if n := len(sc.Stale); n > 0 {
		lines = append(lines, prose.Count(n, "old segment")+are(n)+" in the network at the start: "+named(sc.Stale))
	}
	if list := different(sc.Leftover); len(list) > 0 {
		n := len(list)
		lines = append(lines, "any number of copies of "+prose.Count(n, "old segment")+are(n)+" in the network at the start: "+named(list))
	}
	if n := len(sc.Attacker); n > 0 {
		which := "any of "
		if n == 1 {
			which = ""
		}
		lines = append(lines, "an attacker may send "+which+prose.Count(n, "segment")+" at any time: "+named(sc.Attacker))
	}
	return lines
}

// different leaves out each segment that is equal, for the network, to an earlier one of the list. Two connections can
// have left the same segment.
func different(list []Packet) (some []Packet) {
	for _, p := range list {
		if !slices.ContainsFunc(some, func(q Packet) bool { return q.Dst == p.Dst && q.Seg == p.Seg }) {
			some = append(some, p)
		}
	}
	return some
}

// maxNamed is how many segments are named one by one.
const maxNamed = 12

// named describes the segments one by one or, if they are many, by the range of their numbers.
func named(list []Packet) string {
	if len(list) > maxNamed {
		return between(list, A) + ", " + between(list, B)
	}
	var names []string
	for _, p := range list {
		names = append(names, PeerName(1-p.Dst)+"->"+PeerName(p.Dst)+" "+p.Seg.String())
	}
	return strings.Join(names, ", ")
}

// between describes the range of the numbers of the segments to one side.
func between(list []Packet, dst int) string {
	seq, ack := ends{}, ends{}
	n := 0
	for _, p := range list {
		if p.Dst != dst {
			continue
		}
		n++
		if !p.Seg.Has(model.RST | model.ACK) { // its SEQ is 0
			seq.add(p.Seg.Seq)
		}
		if p.Seg.Has(model.ACK) {
			ack.add(p.Seg.Ack)
		}
	}
	return fmt.Sprintf("%d to %s with SEQ=%s and ACK=%s", n, PeerName(dst), seq, ack)
}

// ends are the first and the last number of a range.
type ends struct {
	first, last model.Seq
	some        bool
}

func (e *ends) add(s model.Seq) {
	if !e.some || s.Less(e.first) {
		e.first = s
	}
	if !e.some || e.last.Less(s) {
		e.last = s
	}
	e.some = true
}

func (e ends) String() string {
	if !e.some {
		return "none"
	}
	return fmt.Sprintf("%d to %d", e.first, e.last)
}

func (n *Network) premise() string {
	if !n.Bag {
		s := "the network loses, duplicates and reorders without limit"
		if n.MSL == 0 {
			return s + "; segments live forever"
		}
		s += "; segments live for " + prose.Count(n.MSL, "tick")
		if n.FirstAck {
			s += "; the first ACK of each FIN arrives"
		}
		return s + n.horizon()
	}
	lost := "segments"
	if n.Losses == 1 {
		lost = "segment"
	}
	s := fmt.Sprintf("the network may lose %s %s and duplicate %s", budget(n.Losses), lost, budget(n.Dups))
	if n.InOrder {
		s += ", in order"
	} else {
		s += ", and reorders without limit"
	}
	if n.NoPrematureRetransmission {
		s += "; nothing is retransmitted while a segment is in the network"
	}
	return s + n.horizon()
}

// horizon says after how many ticks the scenario ends, if it does.
func (n *Network) horizon() string {
	if n.Ticks == 0 {
		return ""
	}
	return "; the question ends after " + prose.Count(n.Ticks, "tick")
}

func are(n int) string {
	if n == 1 {
		return " is"
	}
	return " are"
}

func budget(n int) string {
	if n == Unlimited {
		return "any number of"
	}
	return fmt.Sprint(n)
}

func (sc *Scenario) hostPremise(i int) string {
	h := &sc.Peer[i]
	u := h.User
	does := []string{}
	add := func(on bool, format string, args ...any) {
		if on {
			does = append(does, fmt.Sprintf(format, args...))
		}
	}
	add(sc.Start == StartEstablished, "starts ESTABLISHED")
	add(u.Active > 0, "%s", prose.Count(u.Active, "active OPEN"))
	add(u.Passive == 1, "1 passive OPEN, closed after %s", prose.Count(max(u.Accepts, 1), "answered SYN"))
	add(u.Passive > 1, "%d passive OPENs, each closed after %s", u.Passive, prose.Count(max(u.Accepts, 1), "answered SYN"))
	add(u.Listens, "listens whenever it has no connection")
	add(u.Octets > 0, "%s an incarnation", prose.Count(u.Octets, "octet"))
	add(u.Close, "may CLOSE")
	add(u.CloseBeforeEstablished, "may CLOSE before ESTABLISHED")
	add(u.ClosesSecond, "closes second")
	add(u.ActiveIncarnations == 1, "sends and closes in the first incarnation only")
	add(u.ActiveIncarnations > 1, "sends and closes in the first %d incarnations only", u.ActiveIncarnations)
	add(u.ReopenOnlyAfterNormalClose, "opens again only after a normal close")
	add(u.Abort, "may ABORT")
	add(u.Crashes == 1, "1 crash, quiet for %s", prose.Count(h.QuietTime, "tick"))
	add(u.Crashes > 1, "%d crashes, each quiet for %s", u.Crashes, prose.Count(h.QuietTime, "tick"))
	add(h.ReopenDelay > 0 && sc.timed(), "quiet for %s after each connection", prose.Count(h.ReopenDelay, "tick"))
	add(h.TimestampGranularity > 1 && h.TCP.Timestamps, "%d ticks for one tick of its timestamp clock", h.TimestampGranularity)
	add(u.UserTimeout, "may give up at any time")
	add(h.GiveUp > 0 && sc.timed(), "gives up after %s", prose.Count(h.GiveUp, "tick"))
	add(h.FinWait2 > 0 && sc.timed(), "FIN-WAIT-2 %s", prose.Count(h.FinWait2, "tick"))
	add(h.FinWait2 > 0 && !sc.timed(), "may give up FIN-WAIT-2 at any time")
	add(sc.timed(), "TIME-WAIT %s", prose.Count(h.TimeWait, "tick"))
	add(h.RTO > 0 && sc.timed(), "retransmission timer due after %s", prose.Count(h.RTO, "tick"))
	add(h.TimersWithin == 1 && sc.timed(), "timers fire in the tick in which they are due")
	add(h.TimersWithin > 1 && sc.timed(), "timers fire at most %s after they are due", prose.Count(h.TimersWithin-1, "tick"))
	add(h.TimestampOffset > 0 && h.TCP.Timestamps, "its timestamp clock starts at %d", h.TimestampOffset)
	add(h.Reuse.On && sc.timed(), "an active OPEN may take the place of TIME-WAIT after %s", prose.Count(h.Reuse.After, "tick"))
	add(h.Reuse.On && !sc.timed(), "an active OPEN may take the place of TIME-WAIT")
	does = append(does, [...]string{"fixed", "fresh", "clock-driven", "arbitrary"}[h.Isn.Policy]+" initial sequence numbers")
	for _, p := range model.Policies {
		if v := p.Get(h.TCP); v != 0 {
			does = append(does, p.Name+"="+p.Values[v])
		}
	}
	add(h.TCP.Mutant != model.None, "mutant %v", h.TCP.Mutant)
	return PeerName(i) + ": " + strings.Join(does, ", ")
}
