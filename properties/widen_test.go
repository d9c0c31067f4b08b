package properties

import (
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/netfake"
)

// Every theorem and every variant with a scenario is a property of random runs as well, of a scenario that is wider than
// the one that is searched. The ways in which it is wider are these.

// width is a set of ways in which a scenario is made wider.
type width uint16

const (
	numbers     width = 1 << iota // numbers anywhere on the circle, often around the wrap
	segments                      // data cut in segments of other sizes
	octets                        // more octets, where a user sends any
	opens                         // more OPENs, where a user opens
	lengths                       // longer MSL and R, with the waits that follow from them
	losses                        // more losses and duplicates, where they are counted
	readings                      // other readings of RFC 9293
	oldSegments                   // more old segments, where there are any
	buffers                       // larger receive buffers
	roles                         // who listens may also call, and the other way round
	everything  width = 1<<iota - 1
)

var widthNames = [...]string{"numbers", "segments", "octets", "opens", "lengths", "losses", "readings", "old segments", "buffers", "roles"}

func (w width) String() string {
	var names []string
	for i, n := range widthNames {
		if w&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return strings.Join(names, ", ")
}

// widened draws a scenario that is wider than the question's own. The least draws leave it as it is.
func (w width) widened(t *rapid.T, name string, q Question) Question {
	q = q.clone()
	sc := q.Scenario
	has := func(one width) bool { return w&one != 0 }
	if has(lengths) && sc.Net.MSL > 0 {
		otherLengths(t, name, &sc, q.Live)
	}
	for i := range sc.Peer {
		h, u, side := &sc.Peer[i], &sc.Peer[i].User, netfake.PeerName(i)
		if has(octets) && u.Octets > 0 {
			more(t, "octets of "+side, &u.Octets, 2)
		}
		if has(opens) && u.Active > 0 {
			more(t, "active OPENs of "+side, &u.Active, 2)
		}
		if has(opens) && u.Passive > 0 {
			more(t, "passive OPENs of "+side, &u.Passive, 2)
		}
		if has(buffers) && seldom(t, "larger buffer of "+side, 3) {
			h.TCP.RcvBuf += 4
		}
	}
	if has(roles) && seldom(t, "roles may change", 2) {
		for i := range sc.Peer {
			u := &sc.Peer[i].User
			u.Active, u.Passive = min(u.Active+u.Passive, 2), min(u.Active+u.Passive, 2)
		}
	}
	if has(losses) && sc.Net.Losses > 0 {
		more(t, "losses", &sc.Net.Losses, 2)
	}
	if has(losses) && sc.Net.Dups > 0 {
		more(t, "duplicates", &sc.Net.Dups, 2)
	}
	if has(segments) {
		otherSegments(t, &sc)
	}
	if has(readings) {
		otherReadings(t, &sc)
	}
	if has(oldSegments) && len(sc.Stale) > 0 {
		leftovers(t, &sc)
	}
	if has(numbers) {
		anyNumbers(t, &sc)
	}
	q.Scenario = sc
	return q
}

// other is by how much a length becomes longer, or shorter.
func other(t *rapid.T, label string, length int) int {
	by := [...]int{0, 1, -1}[dice(3).Draw(t, "other "+label)]
	if length+by < 1 {
		return 0
	}
	return by
}

// otherLengths makes MSL and R longer or shorter, and each wait by what it is computed from: one MSL where the closer's own segments or a
// crash are asked about, and R+MSL-1 elsewhere.
func otherLengths(t *rapid.T, name string, sc *netfake.Scenario, live *Live) {
	byMSL, byR := other(t, "MSL", sc.Net.MSL), other(t, "R", max(sc.Peer[a].GiveUp, sc.Peer[b].GiveUp))
	sc.Net.MSL += byMSL
	oneMSL := slices.ContainsFunc([]string{"wait-keeps-old-text-out", "no-wait-old-data", "fresh-numbers-change-roles"},
		func(of string) bool { return strings.HasPrefix(name, of) })
	for i := range sc.Peer {
		h := &sc.Peer[i]
		if h.GiveUp > 0 {
			h.GiveUp += byR
		}
		if h.TimeWait > 0 {
			h.TimeWait += byMSL
			if !oneMSL {
				h.TimeWait += byR
			}
		}
		if h.QuietTime > 0 {
			h.QuietTime += byMSL
		}
	}
	if live == nil || live.Within == 0 {
		return
	}
	switch of, _, _ := strings.Cut(name, "/"); of {
	case "syn-sent-gives-up":
		live.Within += byR
	case "time-wait-is-over":
		if strings.HasSuffix(name, "the wait never starts anew") {
			live.Within += byMSL + byR
			return
		}
		live.Within += byR + byMSL + byMSL + byR
	case "comes-again-at-once", "comes-again-after-the-wait":
		// their bounds are of the retransmission timeout, which stays, and the wait
	default:
		panic("BUG: how " + name + " depends on MSL and R is not known")
	}
}
