package profile

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
}

// lengths are the times that a guarantee depends on.
type lengths struct{ msl, giveUp, wait, reuse time.Duration }

func floor(d, tick time.Duration) int { return int(d / tick) }

func ceil(d, tick time.Duration) int { return int((d + tick - 1) / tick) }

// covering: a segment lives for less than MSL, and a FIN is sent again for less than R.
func (l lengths) covering(tick time.Duration) Grid {
	return Grid{tick, true, ceil(l.msl, tick) + 1, ceil(l.giveUp, tick) + 1, floor(l.wait, tick), floor(l.reuse, tick)}
}

// realizable: at age n-1 ticks a segment is delivered for the last time, and (n-1)*tick is less than MSL.
func (l lengths) realizable(tick time.Duration) Grid {
	return Grid{tick, false, ceil(l.msl, tick), floor(l.giveUp, tick), ceil(l.wait, tick), ceil(l.reuse, tick)}
}

// The largest grids that are searched, in ticks: the space grows with each of them.
const (
	maxMSL  = 7
	maxR    = 8
	maxWait = 14
)

// ticks are the lengths of a tick that are tried, the longest first: simple parts of the times.
func (l lengths) ticks() (list []time.Duration) {
	for _, d := range []time.Duration{l.msl, l.giveUp, l.wait} {
		for k := range time.Duration(6) {
			tick := d / (k + 1)
			if tick <= 0 || tick > l.giveUp || slices.Contains(list, tick) {
				continue
			}
			if g := l.covering(tick); g.MSL > maxMSL || g.GiveUp > maxR || g.TimeWait > maxWait {
				continue
			}
			list = append(list, tick)
		}
	}
	slices.Sort(list)
	slices.Reverse(list)
	return list
}

// String says how long a tick is, and what the times have become.
func (g Grid) String() string {
	return fmt.Sprintf("a tick is %v: MSL %d, R %d, TIME-WAIT %d", short(g.Tick), g.MSL, g.GiveUp, g.TimeWait)
}

// short is a length of time to a millisecond.
func short(d time.Duration) string { return d.Round(time.Millisecond).String() }

// set puts the lengths into a scenario. Host A closes first; the peer B repeats its FIN for up to R.
func (g Grid) set(sc *netfake.Scenario) {
	sc.Net.MSL = g.MSL
	for i := range sc.Peer {
		sc.Peer[i].TimeWait = g.TimeWait
	}
	sc.Peer[netfake.A].Reuse.After = g.Reuse
	sc.Peer[netfake.B].GiveUp = g.GiveUp
	sc.Peer[netfake.B].User.Gives = g.Covering // up to R: also earlier, within a tick or before
}
