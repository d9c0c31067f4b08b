package properties

import (
	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/netfake"
)

// bias says how often which action is drawn. Even chances spend most steps on whatever there is most of, and what must
// happen several times in a row hardly ever does; see explore.SimOptions.Kind. Each run draws its mood.
type bias struct {
	mood          int
	kind          [kinds]uint8 // swarm: weights by Action.Class
	salt          int          // slow: which segments are delayed
	delayed, late int          // slow: how many quarters are delayed, less one; and of those arrive while their connection lasts
	tick          int          // ticks since the run began
	msl           int
}

// The moods of a run.
const (
	eager = iota // old segments first; few ticks and timers, and little that ends a connection
	slow         // the same, and half of the segments arrive as late as they can, or when their connection is over
	swarm        // the same, but some kinds of actions often and others not at all
	even         // the same chance for everything but what ends a connection
)

const kinds = 2*int(netfake.EndTimeWait) + 2

func drawBias(t *rapid.T, msl int) (b bias) {
	b.msl = msl
	b.mood = [...]int{slow, slow, eager, swarm, even}[dice(5).Draw(t, "mood")]
	switch b.mood {
	case slow:
		b.salt = dice(4096).Draw(t, "delays")
		b.delayed, b.late = dice(2).Draw(t, "delayed"), 2*dice(3).Draw(t, "late")
	case swarm:
		for i, n := range rapid.SliceOfN(dice(8), kinds, kinds).Draw(t, "kinds") {
			b.kind[i] = [8]uint8{1, 1, 1, 1, 4, 4, 0, 0}[n]
		}
	}
	return b
}

// pick draws one of what can happen in s, and returns its index.
func (b *bias) pick(t *rapid.T, sys *netfake.System, s netfake.State, moves moments) int {
	if len(moves) == 1 {
		return 0
	}
	w := sys.Unpack(s)
	wire := w.Wire(sys)
	var weights [512]int
	total := 0
	for i, hop := range moves {
		weights[i] = b.weight(&w, wire, hop.Action)
		total += weights[i]
	}
	if total == 0 { // the run leaves out all that can happen here
		for i := range moves {
			weights[i] = 1
		}
		total = len(moves)
	}
	n := dice(total).Draw(t, "step")
	for i := range moves {
		if n -= weights[i]; n < 0 {
			return i
		}
	}
	panic("BUG: the weights do not add up")
}

func (b *bias) weight(w *netfake.World, wire []netfake.Packet, a netfake.Action) int {
	n := 4
	switch a.Kind {
	case netfake.Deliver, netfake.DeliverKeep:
		n = b.delivery(w, wire[a.Index])
	case netfake.OpenActive, netfake.OpenPassive, netfake.EndTimeWait, netfake.GiveUp:
		n = 16
	case netfake.Lose, netfake.Abort, netfake.Crash:
		n = 1
	case netfake.Tick:
		n = 1
	case netfake.Retransmit:
		n = 8
	}
	switch b.mood {
	case even:
		return min(n, 3)
	case swarm:
		return n * int(b.kind[a.Class()])
	}
	return n
}

// delivery is the weight of the arrival of a segment: the largest for one of an earlier connection.
func (b *bias) delivery(w *netfake.World, p netfake.Packet) int {
	switch {
	case p.Inc != w.Peer[1-p.Dst].Inc:
		return 12
	case b.mood != slow:
		return 6
	}
	switch coins := b.coins(p); {
	case int(coins&3) > b.delayed:
		return 6
	case int(coins>>2&3) < b.late && p.Age == b.msl-1: // the last tick in which it can arrive
		return 6
	}
	return 0
}

// coins are tossed once for each segment and each tick in which it is sent.
func (b *bias) coins(p netfake.Packet) uint32 {
	h := uint32(2166136261)
	for _, x := range []uint32{uint32(b.salt), uint32(p.Dst), uint32(p.Seg.Flags), uint32(p.Seg.Seq), uint32(p.Seg.Ack), uint32(p.Seg.Len), uint32(b.tick - p.Age)} {
		h = (h ^ x) * 16777619
		h ^= h >> 15
	}
	return h >> 7
}

var allDice [4096 + 1]*rapid.Generator[int]

// dice is an even draw of 0 to n-1.
func dice(n int) *rapid.Generator[int] {
	if allDice[n] == nil {
		faces := make([]int, n)
		for i := range faces {
			faces[i] = i
		}
		allDice[n] = rapid.SampledFrom(faces)
	}
	return allDice[n]
}
