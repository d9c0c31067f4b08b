package properties

import (
	"fmt"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// What a shut window does to the sender behind it (RFC 9293 §3.8.6.1). An answered probe is no failure of the connection (MUST-37), so the
// user timeout does not end what the peer's user can stop for ever.

// bStays: B, which began ESTABLISHED and does not close, is CLOSED only if it has given up.
var bStays = OnWorld("B has not given up", func(w *netfake.World) bool { return w.Peer[b].State() != model.Closed })

// probed: B has octets behind a shut window, and A has refused one and answered.
var probed = OnWorld("B still probes a shut window", func(w *netfake.World) bool {
	q := &w.Peer[b]
	return q.TCB.Unacked() && q.TCB.Snd.Wnd == 0 && q.TCB.Unsent > 0 && q.Answered
})

// shutWindow is an A with room for one octet and a user who need not read it, and a B that sends three and gives up what is not answered.
// Nothing is lost.
func shutWindow() netfake.Scenario {
	sc := talking(0, 3, 0, 0)
	sc.Net.MSL = 1
	sc.Both(func(h *netfake.Host) { h.User.Close, h.TCP.MSS = false, 1 })
	sc.Peer[a].TCP.RcvBuf, sc.Peer[a].TCP.ManualReceive = 1, true
	sc.Peer[b].GiveUp = patience
	return sc
}

// closesBehind is a B that sends two octets and CLOSEs, and gives up what is not answered, whatever the network loses.
func closesBehind() netfake.Scenario {
	sc := talking(0, 2, 0, 0)
	sc.Net = netfake.Network{MSL: 1}
	sc.Peer[a].User.Close = false
	sc.Both(func(h *netfake.Host) { h.TCP.MSS = 1 })
	sc.Peer[b].GiveUp = patience
	return sc
}

// neverReads lets A's window shut, and stay so.
func neverReads(q *Question) {
	q.Peer[a].TCP.RcvBuf, q.Peer[a].TCP.ManualReceive = 1, true
}

func hangingTheorems() []Theorem {
	return []Theorem{{
		Name: "shut-window-stays-open",
		Claim: fmt.Sprintf("A sender that gives up after R ticks (%d) without an answer never gives up a connection with a zero window, however long its peer's user does not read",
			patience),
		Needs: []string{"A-opened", "B-opened", "B-close", "B-early", "A-abort", "B-abort", "A-crash", "B-crash", "losses",
			"any-network", "lifetime", "attacker"},
		Open: []string{"A-syn", "B-syn", "A-larger-buffer", "early-timers", "A-left", "B-left", "A-left-far", "B-left-far",
			"timestamps=on", "manual-receive=off"},
		Scenario: shutWindow, Always: []Invariant{bStays}, Witness: probed, Expect: holds,
		Variants: []Variant{
			{Name: "mutant shut-window-kills", Change: mutant(model.ShutWindowKills), Expect: fails},
			{Name: "the answers may be lost", Change: func(q *Question) { q.Net.Losses = netfake.Unlimited }, Expect: fails},
		},
		Sources: []string{"RFC 9293 §3.8.6.1, MUST-37"},
	}, {
		Name:     "fin-wait-1-ends",
		Claim:    fmt.Sprintf("An end that closes, and that gives up after R ticks (%d) without an answer, eventually leaves FIN-WAIT-1, whatever the network loses, unless the peer's window is zero", patience),
		Needs:    []string{"timers", "A-reads"},
		Open:     []string{"A-close", "A-early", "attacker", "B-reads", "timestamps=on"},
		Scenario: closesBehind, Expect: holds,
		Live: &Live{
			From: InState(b, model.FinWait1), To: InState(b, model.FinWait2, model.Closing, model.TimeWait, model.Closed), Fair: FairTimers,
		},
		Variants: []Variant{
			{Name: "a window that stays shut", Change: func(q *Question) { neverReads(q); q.Live.Fair = FairAll }, Expect: fails},
			{Name: "a window that stays shut, mutant shut-window-kills", Change: func(q *Question) {
				neverReads(q)
				mutant(model.ShutWindowKills)(q)
			}, Expect: holds},
			{Name: "never gives up", Change: func(q *Question) { q.Peer[b].GiveUp = 0 }, Expect: fails},
		},
		Sources: []string{"RFC 9293 §3.8.3, §3.8.6.1, MAY-8, MUST-37"},
	}}
}
