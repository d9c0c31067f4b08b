package hazards

import (
	"github.com/tcpcheck/tcpcheck/internal/fixture"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// numberHazards are numbers 23 to 25: initial numbers that overlap with those used before.
func numberHazards() []Hazard {
	return []Hazard{{
		Number: 23, Name: "no-quiet-time",
		What: "A host crashes, forgets its sequence numbers, and starts with similar ones again: its own old segments are accepted as new. " +
			"A quiet time of one MSL outlasts them. It does not outlast what the peer continues to send.",
		Sources: []string{"RFC 9293 §3.4.2, §3.4.3"},
		Shown: []Exhibit{
			{With: "no quiet time", Theorem: "crash-quiet-time/no quiet time"},
			{With: "a quiet time of one MSL, old data of the peer", Ask: peersOldText},
		},
		Gone: []Exhibit{
			{With: "a quiet time of one MSL, the host's own data", Theorem: "crash-quiet-time"},
			{With: "fresh numbers also at the peer, which did not crash", Ask: peersOldText, Change: func(q *Question) {
				q.Scenario.Peer[b].Isn = netfake.Isn{Policy: netfake.Fresh}
			}},
		},
		Found: "The quiet time of the crashed host does not keep out old data of the peer: the peer, which did not crash, must choose fresh numbers.",
	}, {
		Number: 24, Name: "slow-clock",
		What: "Initial sequence numbers come from a clock. If a connection uses numbers faster than the clock, its old segments lie above the next initial sequence number. " +
			"The same happens if a long connection lasts until the clock has wrapped around.",
		Sources: []string{"RFC 9293 §3.4.1, §3.4.3", "RFC 1185"},
		Shown:   []Exhibit{{With: "one number a tick", Theorem: "slow-clock-old-data"}},
		Gone:    []Exhibit{{With: "numbers above all those used before", Theorem: "slow-clock-old-data/fresh numbers", Only: oldSynAtOpener}},
		Left:    "A clock that wraps around after 2^32 numbers: offsets have 8 bits, and a run ends (BOUNDED) where they end.",
	}, {
		Number: 25, Name: "random-numbers",
		What: "Initial sequence numbers that are drawn without a clock overlap by chance with those used before. " +
			"The worst case is that of fixed numbers; its probability depends on the window.",
		Sources: []string{"RFC 6528 §3", "RFC 9293 §3.4.1"},
		Shown:   []Exhibit{{With: "a draw may come near the old numbers", Theorem: "arbitrary-numbers-old-data"}},
		Gone: []Exhibit{{With: "no draw near the old numbers", Theorem: "arbitrary-numbers-old-data/no draw near the old numbers", Only: []properties.Premise{
			{Name: "window", Text: "near means the whole window; and no SYN of a connection that B opened is in the network, or B sends no data", Relax: func(q *Question) {
				q.Scenario.Both(func(h *netfake.Host) { h.Isn.Choices, h.TCP.RcvBuf = []uint8{30}, 40 })
				oldSynAtOpener[0].Relax(q)
			}},
		}}},
		Left: "Probabilities: a search finds what is possible, and not how likely it is.",
	}}
}

// peersOldText: A crashes and keeps quiet for one MSL; B may have sent an octet to the incarnation that is gone.
func peersOldText() Question {
	sc := fixture.Open()
	sc.Both(sameNumbers)
	sc.Peer[a].User, sc.Peer[a].QuietTime = netfake.User{Active: 1, Crashes: 1}, msl
	sc.Peer[b].User = netfake.User{Passive: 1, Octets: 1, ActiveIncarnations: 1}
	sc.Watch = netfake.ForeignData
	return Question{Scenario: sc, Always: properties.Named("no-foreign-data"), Witness: againOpen}
}

// againOpen: both are synchronized in a later incarnation.
var againOpen = properties.OnWorld("both synchronized in a later incarnation", func(w *netfake.World) bool {
	p, q := &w.Peer[a], &w.Peer[b]
	return p.Inc >= 2 && q.Inc >= 2 && p.State().Synchronized() && p.RemoteInc == q.Inc
})

// disagreement is the question whether two that disagree about their numbers ever find out.
func disagreement() *properties.Live {
	fits := func(p, q *netfake.Peer) bool {
		connected := p.State().Synchronized() && p.RemoteInc == q.Inc && q.State() >= model.SynSent
		return !connected || p.TCB.Rcv.Nxt.AtMost(q.TCB.Snd.Nxt) && p.TCB.Snd.Una.AtMost(q.TCB.Rcv.Nxt)
	}
	agreed := func(w *netfake.World) bool { return fits(&w.Peer[a], &w.Peer[b]) && fits(&w.Peer[b], &w.Peer[a]) }
	return &properties.Live{
		From: properties.OnWorld("one expects what the other never sent", func(w *netfake.World) bool { return !agreed(w) }),
		To:   properties.OnWorld("the two agree again, or are no longer connected", agreed),
	}
}
