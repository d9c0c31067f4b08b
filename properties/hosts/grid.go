package hosts

import (
	"fmt"
	"slices"
	"time"

	"github.com/tcpcheck/tcpcheck/netfake"
)

// Grid is lengths of time in ticks of one length.
//
// A grid of ticks is not continuous time, and the two ways of rounding answer different questions. The *covering*
// grid has a run for every run in continuous time: a moment becomes the number of the tick that it falls into, so that
// two moments less than d apart are at most ceil(d/tick) ticks apart, and two that are d or more apart at least
// floor(d/tick). What holds on it holds. Each run of the *realizable* grid happens in continuous time, with everything
// of a tick done at its beginning. What fails on it fails. Between the two lies what ticks of that length cannot tell.
type Grid struct {
	Tick     time.Duration
	Covering bool
	MSL      int // ticks that a segment can be delivered in
	GiveUp   int // ticks in which a FIN is sent again
	TimeWait int
	Reuse    int
	Orphan   int // ticks of FIN-WAIT-2; 0: it has no timer
	Orphaned bool
}

// lengths are the times that a guarantee depends on.
type lengths struct {
	msl, giveUp, wait, reuse, orphan time.Duration

	orphaned bool // it is about the timer of FIN-WAIT-2, and not about TIME-WAIT
}

func floor(d, tick time.Duration) int { return int(d / tick) }

func ceil(d, tick time.Duration) int { return int((d + tick - 1) / tick) }

// covering: a segment lives for less than MSL, and a FIN is sent again for less than R. Since a host may stay in TIME-WAIT
// for longer than it must, a shorter wait has all runs of a longer one.
func (l lengths) covering(tick time.Duration) Grid {
	return Grid{Tick: tick, Covering: true, MSL: ceil(l.msl, tick) + 1, GiveUp: ceil(l.giveUp, tick) + 1,
		TimeWait: min(floor(l.wait, tick), maxWait), Reuse: floor(l.reuse, tick), Orphan: floor(l.orphan, tick), Orphaned: l.orphaned}
}

// realizable: at age n-1 ticks a segment is delivered for the last time, and (n-1)*tick is less than MSL.
func (l lengths) realizable(tick time.Duration) Grid {
	return Grid{Tick: tick, MSL: ceil(l.msl, tick), GiveUp: floor(l.giveUp, tick),
		TimeWait: ceil(l.wait, tick), Reuse: ceil(l.reuse, tick), Orphan: ceil(l.orphan, tick), Orphaned: l.orphaned}
}

// The largest grids that are searched, in ticks: the space grows with each of them.
const (
	maxMSL  = 7
	maxR    = 8
	maxWait = 14
)

// ticks are the lengths of a tick that are tried, the longest first: simple parts of the times.
func (l lengths) ticks() (list []time.Duration) {
	for _, d := range []time.Duration{l.msl, l.giveUp, l.wait, l.orphan} {
		for k := range time.Duration(6) {
			tick := d / (k + 1)
			if tick <= 0 || tick > l.giveUp || slices.Contains(list, tick) {
				continue
			}
			if g := l.covering(tick); g.MSL > maxMSL || g.GiveUp > maxR {
				continue
			}
			list = append(list, tick)
		}
	}
	slices.Sort(list)
	slices.Reverse(list)
	return list
}

// String says which way the times were rounded, how long a tick is, and what the times have become.
func (g Grid) String() string {
	rounded := "in its favour"
	if g.Covering {
		rounded = "against it"
	}
	text := fmt.Sprintf("with all times rounded %s, to ticks of %v: MSL %d, R %d, ", rounded, short(g.Tick), g.MSL, g.GiveUp)
	switch {
	case !g.Orphaned:
		return text + fmt.Sprintf("TIME-WAIT %d", g.TimeWait)
	case g.Orphan == 0:
		return text + "no timer of FIN-WAIT-2"
	}
	return text + fmt.Sprintf("FIN-WAIT-2 %d", g.Orphan)
}

// short is a length of time to a millisecond.
func short(d time.Duration) string { return d.Round(time.Millisecond).String() }

// set puts the lengths into a scenario. Host A closes first; the peer B repeats its FIN for up to R. If A may be left in
// FIN-WAIT-2 nothing is asked of what happens after R; B, which may CLOSE late, does not give up before, and no TIME-WAIT
// is over.
func (g Grid) set(sc *netfake.Scenario) {
	sc.Net.MSL = g.MSL
	if g.Orphaned {
		g.TimeWait = g.GiveUp
	}
	for i := range sc.Peer {
		sc.Peer[i].TimeWait = g.TimeWait
	}
	sc.Peer[netfake.A].Reuse.After = g.Reuse
	if g.Orphaned {
		sc.Net.Ticks = g.GiveUp - 1
		sc.Peer[netfake.A].FinWait2 = min(g.Orphan, g.GiveUp) // as good as never, if it is longer
		sc.Peer[netfake.B].GiveUp = 0
		return
	}
	sc.Peer[netfake.B].GiveUp = g.GiveUp
	sc.Peer[netfake.B].User.UserTimeout = g.Covering // up to R: also earlier, within a tick or before
}

// usable reports whether the lengths can be counted. Where FIN-WAIT-2 is the question, a tick passes before R, and a timer
// lasts for one at least.
func (g Grid) usable(l lengths) bool {
	return g.TimeWait <= maxWait && (!g.Orphaned || g.GiveUp > 1 && (l.orphan == 0 || g.Orphan > 0))
}
