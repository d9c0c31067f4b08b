package properties

import (
	"sync"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// What earlier connections have left on the network: everything that one can have left, all of it together and in any
// number of copies.
var oldPremises = []Premise{
	{
		Name: "A-left", Text: "no segment of an earlier connection that A opened is in the network",
		Relax: func(q *Question) { leave(&q.Scenario, a, 0) },
	}, {
		Name: "B-left", Text: "no segment of an earlier connection that B opened is in the network",
		Relax: func(q *Question) { leave(&q.Scenario, b, 0) },
	}, {
		Name: "A-left-far", Text: "no segment of an earlier connection that A opened, with sequence numbers more than a window below, is in the network",
		Relax: func(q *Question) { leave(&q.Scenario, a, far) },
	}, {
		Name: "B-left-far", Text: "no segment of an earlier connection that B opened, with sequence numbers more than a window below, is in the network",
		Relax: func(q *Question) { leave(&q.Scenario, b, far) },
	},
}

// span is how many numbers each side of an earlier connection uses: SYN, an octet, FIN. far is how much further below
// the numbers of a far one lie.
const (
	span = 3
	far  = 20
)

// leave puts on the network everything that an earlier connection of the same two hosts can have left. Where numbers are
// fresh, its numbers end where those of the scenario begin, or gap before; else they are the same.
func leave(sc *netfake.Scenario, opener int, gap model.Seq) {
	old := earlier(sc, opener, gap)
	key := [4]any{old.Peer[a].TCP, old.Peer[b].TCP, [2]model.Seq{old.Peer[a].Base, old.Peer[b].Base}, opener}
	list, known := knownLeft.Load(key)
	if !known {
		list, _ = knownLeft.LoadOrStore(key, leftBy(old))
	}
	sc.Leftover = append(sc.Leftover, list.([]netfake.Packet)...)
}

// knownLeft keeps what leftBy returned, since the same hosts come up in many questions.
var knownLeft sync.Map

// leftBy returns what a scenario's hosts can send; nothing where timestamps make that too much to be encoded.
func leftBy(sc netfake.Scenario) (list []netfake.Packet) {
	sys, err := netfake.New(sc)
	if err != nil {
		panic("BUG: " + err.Error())
	}
	list, complete := sys.Segments()
	if !complete {
		return nil
	}
	for i := range list {
		list[i].Seg.Opts &^= model.OptMSS
		list[i].Seg.MSS, list[i].Seg.Ghost = 0, 0
	}
	return list
}

// earlier is one connection of the hosts of sc from its opening to its end. Each side sends an octet, may CLOSE and may
// ABORT.
func earlier(sc *netfake.Scenario, opener int, gap model.Seq) netfake.Scenario {
	old := netfake.TwoHosts()
	for i := range old.Peer {
		h, from := &old.Peer[i], &sc.Peer[i]
		h.TCP = from.TCP
		h.User = netfake.User{Octets: 1, Close: true, Abort: true}
		h.Base, h.Isn = from.Base-gap, netfake.SameNumbers()
		if from.Isn.Policy == netfake.Fresh {
			h.Base -= span
		}
	}
	old.Peer[opener].User.Active = 1
	old.Peer[1-opener].User.Passive = 1
	return old
}
