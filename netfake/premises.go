package netfake

import (
	"fmt"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
)

// Premises tells in words what the scenario lets happen: a verdict is about this and no more.
func (sc *Scenario) Premises() []string {
	lines := []string{sc.Net.premise()}
	for i := range sc.Peer {
		lines = append(lines, sc.hostPremise(i))
	}
	if n := len(sc.Stale); n > 0 {
		lines = append(lines, fmt.Sprintf("%d old segments are under way from the start", n))
	}
	if n := len(sc.Attacker); n > 0 {
		lines = append(lines, fmt.Sprintf("an attacker may send any of %d segments at any time", n))
	}
	return lines
}

func (n *Network) premise() string {
	if !n.Bag {
		s := "the network loses, duplicates and reorders at will"
		if n.MSL == 0 {
			return s + "; segments live for ever"
		}
		return fmt.Sprintf("%s; segments live for %d ticks", s, n.MSL)
	}
	s := fmt.Sprintf("the network may lose %s segments and duplicate %s", budget(n.Losses), budget(n.Dups))
	if n.InOrder {
		s += ", in order"
	} else {
		s += ", and reorders at will"
	}
	if n.Patient {
		s += "; nothing is sent again while anything is under way"
	}
	return s
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
	add(sc.Start == StartEstablished, "begins ESTABLISHED")
	add(u.Active > 0, "%d active OPENs", u.Active)
	add(u.Passive > 0, "%d passive OPENs, each closed after %d answered SYNs", u.Passive, max(u.Accepts, 1))
	add(u.Octets > 0, "%d octets an incarnation", u.Octets)
	add(u.Close, "may CLOSE")
	add(u.Early, "may CLOSE before ESTABLISHED")
	add(u.Second, "closes second")
	add(u.Talks > 0, "sends and closes in the first %d incarnations only", u.Talks)
	add(u.Polite, "opens again only after a normal close")
	add(u.Abort, "may ABORT")
	add(u.Crashes > 0, "%d crashes, quiet for %d ticks", u.Crashes, h.Quiet)
	add(u.Gives, "may give up at any time")
	add(h.GiveUp > 0 && sc.timed(), "gives up after %d ticks", h.GiveUp)
	add(sc.timed(), "TIME-WAIT %d ticks", h.TimeWait)
	does = append(does, [...]string{"fixed", "fresh", "clock-driven", "arbitrary"}[h.Isn.Policy]+" initial numbers")
	for _, p := range model.Policies {
		if v := p.Get(h.TCP); v != 0 {
			does = append(does, p.Name+"="+p.Values[v])
		}
	}
	add(h.TCP.Mutant != model.None, "mutant %v", h.TCP.Mutant)
	return PeerName(i) + ": " + strings.Join(does, ", ")
}
