package properties

import (
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// bothEstablished: a connection comes about at all.
var bothEstablished = Symmetric("both ESTABLISHED", func(w *netfake.World) bool {
	return w.Peer[a].State() == model.Established && w.Peer[b].State() == model.Established
})

// oldMeetsNew: a segment of another incarnation, or for another, can be delivered to an endpoint that is open. A RST may not
// say whose it is, so it does not count.
var oldMeetsNew = OnState("an old segment meets an open connection", func(sys *netfake.System, s netfake.State) bool {
	w := sys.Unpack(s)
	for _, p := range w.Wire(sys) {
		q := &w.Peer[p.Dst]
		old := p.Inc != q.RemoteInc || p.To != q.Inc && p.To != netfake.NoOne
		if q.State() == model.Established && old && !p.Seg.Has(model.RST) {
			return true
		}
	}
	return false
})

// reopened: A is open again, in its second incarnation, with B's second.
var reopened = OnWorld("both synchronized in their second incarnation", func(w *netfake.World) bool {
	p, q := &w.Peer[a], &w.Peer[b]
	return p.Inc == 2 && q.Inc >= 2 && p.State().Synchronized() && p.RemoteInc == q.Inc
})

// bothDone: both ends have closed, and everything was sent and taken.
var bothDone = Symmetric("both closed normally", func(w *netfake.World) bool {
	p, q := &w.Peer[a], &w.Peer[b]
	done := func(s model.State) bool { return s == model.Closed || s == model.TimeWait }
	return done(p.State()) && done(q.State()) && p.Taken == p.Sent && q.Taken == q.Sent
})

// lastAck: B waits for the ACK of its FIN while A is in TIME-WAIT.
var lastAck = OnWorld("LAST-ACK against TIME-WAIT", func(w *netfake.World) bool {
	return w.Peer[a].State() == model.TimeWait && w.Peer[b].State() == model.LastAck
})
