package hosts

import (
	"fmt"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// question is what is asked, in the scenario of the theorem that the guarantee rests on.
func (g *Guarantee) question() properties.Question {
	q, err := properties.Find(g.Theorem)
	if err != nil {
		panic("BUG: " + err.Error())
	}
	switch {
	case g.Avoids != nil:
		q.Always, q.Live, q.Witness = []properties.Condition{*g.Avoids}, nil, g.Witness
	case g.Never != 0 || g.Always != nil: // the witness of the theorem stays, where the guarantee has none of its own
		if !g.Witness.Asked() {
			g.Witness = q.Witness
		}
		q.Always, q.Live, q.Witness = g.always(), nil, g.Witness
	}
	return q
}

func (g *Guarantee) always() (list []properties.Invariant) {
	if g.Never != 0 {
		list = properties.Never(g.Never)
	}
	if g.Always != nil {
		list = append(list, *g.Always)
	}
	return list
}

// lengths are the times that the guarantee is about.
func (g *Guarantee) lengths(s Settings) lengths {
	l := lengths{msl: s.MSL, giveUp: s.usual(), wait: s.wait(), reuse: s.ReuseAfter}
	if g.Patient {
		l.giveUp = s.GiveUp
	}
	if g.Orphaned {
		l.orphaned, l.orphan, l.wait = true, s.orphan(), 0
	}
	return l
}

// String says them in words.
func (l lengths) String() string {
	if l.orphaned {
		return fmt.Sprintf("MSL %v, R %v, FIN-WAIT-2 %v", short(l.msl), short(l.giveUp), short(l.orphan))
	}
	return fmt.Sprintf("MSL %v, R %v, TIME-WAIT %v", short(l.msl), short(l.giveUp), short(l.wait))
}

// scenario is that of the theorem, between two hosts with these settings. Timestamps are left out: they join the two
// hosts by a clock that never ends. They only refuse more text; where they can mend something, stamped asks with them.
func (g *Guarantee) scenario(s Settings, reuse bool) netfake.Scenario {
	sc := g.question().Scenario
	for i := range sc.Peer {
		s.configure(&sc.Peer[i].TCP)
		sc.Peer[i].TCP.Timestamps = false
	}
	h := &sc.Peer[a]
	if reuse {
		h.Reuse.On = true
		h.Isn = netfake.Isn{Policy: netfake.Fresh}
		sc.Peer[b].User.ClosesSecond = true // only then has A a TIME-WAIT that could be taken over
	}
	if g.Never != 0 {
		sc.Watch = g.Never
	}
	if g.Change != nil {
		g.Change(&sc, &s)
	}
	if s.Linger && h.User.Close {
		h.User.Close, h.User.Abort, h.User.ReopenOnlyAfterNormalClose = false, true, false
	}
	return sc
}

// configure sets the policies, and leaves the buffers as they are.
func (s *Settings) configure(c *model.Config) {
	for _, p := range model.Policies {
		p.Set(c, p.Get(s.TCP))
	}
}

// stampTicks is how many ticks of the timestamp clock are asked about: with one there are stamps from before and from
// after it, which is what the comparison is about.
const stampTicks = 1

// stampTick is the longest that a tick of the timestamp clocks of the systems is.
const stampTick = time.Millisecond

// stamped asks the same with timestamps, whose clock is the clock of the scenario. Only the order of stamps counts:
// any run with few changes of the clock is one of these, with longer ticks. Segments live on to the end, the peer is
// patient or gives up at any time, and a TIME-WAIT of at least a tick lasts for one or more: all of that allows more.
func (g *Guarantee) stamped(s Settings, reuse bool) netfake.Scenario {
	sc := g.scenario(s, reuse)
	wait := 0
	if s.wait() >= stampTick {
		wait = 1
	}
	after := 0
	if s.ReuseAfter >= stampTick {
		after = 1
	}
	sc.Net.MSL, sc.Net.Ticks = stampTicks+1, stampTicks
	for i := range sc.Peer {
		sc.Peer[i].TCP.Timestamps, sc.Peer[i].TimeWait = true, wait
	}
	sc.Peer[a].Reuse.After = after
	sc.Peer[b].GiveUp, sc.Peer[b].User.UserTimeout = 0, true
	return sc
}

// lasts reports whether a run of stamped can be had in real time. If no tick passes in it, it is all done in one. If one
// does, it has to last for as long as the wait that it may be the end of, and segments and the peer's patience too.
func (g *Guarantee) lasts(s Settings, reuse bool, run properties.Run) bool {
	wait := s.wait()
	if reuse {
		wait = min(wait, s.ReuseAfter)
	}
	l := g.lengths(s)
	for _, hop := range run[1:] {
		if hop.Action.Kind == netfake.Tick {
			return wait < min(l.msl, l.giveUp)
		}
	}
	return true
}
