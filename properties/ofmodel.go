package properties

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// machineTheorems are properties of the machine itself, on which the search rests.
func machineTheorems() []Theorem {
	return []Theorem{{
		Name:   "sequence-shift",
		Claim:  "Shifting all sequence numbers of each direction by a constant, also across 2^32, changes no run of an opening with old segments in which no endpoint ever expects the number 0: the joint space has the same states, successors and depth around five pairs of bases",
		Expect: holds, Check: checkShift,
		Variants: []Variant{
			{Name: "mutant absolute-sequence", Change: mutant(model.AbsoluteSequence), Expect: fails},
			{Name: "a base at which A expects 0", Change: func(q *Question) { q.Peer[b].Base = ^model.Seq(0) }, Expect: fails},
		},
		Sources: []string{"RFC 9293 §3.4, §3.10.7.1"},
	}, {
		Name:   "ghosts-are-not-read",
		Claim:  "The ghosts have no influence: in every reachable state of an opening with old segments, every delivery has the same effect on an endpoint whose ghosts are erased",
		Expect: holds, Check: checkGhosts,
		Variants: []Variant{{Name: "mutant reads-ghosts", Change: mutant(model.ReadsGhosts), Expect: fails}},
		Sources:  []string{"docs/DESIGN.md, Ghosts and faults"},
	}, {
		Name:   "machine-is-total",
		Claim:  fmt.Sprintf("Step answers every event in every TCB, reachable or not, without a panic, and sends only well-formed segments (%d random steps; go test -fuzz continues)", totalSteps),
		Expect: explore.Bounded, Check: checkTotal,
		Variants: []Variant{{Name: "mutant fin-not-counted", Change: mutant(model.FinNotCounted), Expect: fails}},
		Sources:  []string{"RFC 9293 §3.10"},
	}}
}

// shiftBases are the places on the circle, of A and of B, around which the same scenario is searched.
var shiftBases = [][2]model.Seq{{netfake.BaseA, ^model.Seq(0) - 2}, {1 << 31, 0}, {1<<31 - 3, 1<<31 - 3}, {0, 1 << 31}, {^model.Seq(0) - 2, netfake.BaseA}}

// checkShift searches one scenario around different bases, and around that of the changed scenario if it has one, and
// compares what was counted. The SEQ of <SEQ=0><ACK=...><CTL=RST,ACK>, with which CLOSED answers a SYN, is the one number
// that does not shift: where an endpoint expects 0, that RST is exact.
func checkShift(ctx context.Context, changed netfake.Scenario) (o Outcome) {
	start := time.Now()
	o.Verdict = explore.Verified
	bases := shiftBases
	if base := changed.Peer[b].Base; base != 0 {
		bases = append(slices.Clip(bases), [2]model.Seq{netfake.BaseA, base})
	}
	for i, base := range bases {
		sc := mutant(changed.Peer[a].TCP.Mutant).of(seeking(model.ThreeSegments)())
		moveTo(&sc, base[a], base[b])
		one, err := search(ctx, sc, []Invariant{agreement, ordered}, Condition{}, Settings{Without: netfake.AllReductions})
		switch {
		case err != nil:
			return Outcome{Verdict: explore.Unknown, Reason: err.Error()}
		case one.Verdict != explore.Verified:
			return Outcome{Verdict: one.Verdict, Violated: one.Violated, Reason: one.Reason}
		case i > 0 && (one.Distinct != o.Distinct || one.Generated != o.Generated || one.Depth != o.Depth):
			o.Verdict, o.Violated = explore.Violated, fmt.Sprintf("bases %d: %d distinct, %d generated", base, one.Distinct, one.Generated)
		}
		if i == 0 {
			o.Distinct, o.Generated, o.Depth = one.Distinct, one.Generated, one.Depth
		}
	}
	o.Elapsed = time.Since(start)
	return o
}

// moveTo shifts all numbers of a scenario to other bases.
func moveTo(sc *netfake.Scenario, toA, toB model.Seq) {
	shift := [2]model.Seq{toA - sc.Peer[a].Base, toB - sc.Peer[b].Base}
	sc.Peer[a].Base, sc.Peer[b].Base = toA, toB
	for _, ps := range [][]netfake.Packet{sc.Stale, sc.Leftover, sc.Attacker} {
		for i := range ps {
			if !ps[i].Seg.Has(model.RST | model.ACK) {
				ps[i].Seg.Seq += shift[1-ps[i].Dst]
			}
			if ps[i].Seg.Has(model.ACK) {
				ps[i].Seg.Ack += shift[ps[i].Dst]
			}
		}
	}
}

// checkGhosts delivers every packet in every reachable state twice, with its ghosts and without.
func checkGhosts(ctx context.Context, changed netfake.Scenario) Outcome {
	sc := seeking(model.ThreeSegments)()
	sc.Peer[a].User.Octets = 1
	blind := OnState("ghosts-not-read", func(sys *netfake.System, s netfake.State) bool {
		w := sys.Unpack(s)
		for _, p := range w.Wire(sys) {
			c := sc.Peer[p.Dst].TCP
			c.Mutant = changed.Peer[a].TCP.Mutant
			if !sameWithoutGhosts(c, w.Peer[p.Dst].TCB, p.Seg) {
				return false
			}
		}
		return true
	})
	o, err := search(ctx, sc, []Invariant{blind}, Condition{}, Settings{})
	if err != nil {
		return Outcome{Verdict: explore.Unknown, Reason: err.Error()}
	}
	return o
}

func sameWithoutGhosts(c model.Config, t model.TCB, seg model.Segment) bool {
	e := model.Event{Kind: model.SegmentArrives, Seg: seg, Iss: netfake.BaseB}
	with, out := model.Step(c, t, e)
	e.Seg.Ghost = 0
	without, outWithout := model.Step(c, eraseGhosts(t), e)
	for i := range out.Text {
		out.Text[i].Ghost, outWithout.Text[i].Ghost = 0, 0
	}
	return eraseGhosts(with) == eraseGhosts(without) && out == outWithout
}

func eraseGhosts(t model.TCB) model.TCB {
	for i := range t.Held {
		t.Held[i].Ghost = 0
	}
	return t
}

const totalSteps = 300_000

// checkTotal steps random TCBs through random events. It can refute, but never verify.
func checkTotal(ctx context.Context, changed netfake.Scenario) (o Outcome) {
	start := time.Now()
	rnd := rand.New(rand.NewPCG(1, 2))
	o.Verdict, o.Reason = explore.Bounded, "a random sample"
	for o.Generated = 0; o.Generated < totalSteps && ctx.Err() == nil; o.Generated++ {
		c, t, e := randomStep(rnd)
		c.Mutant = changed.Peer[a].TCP.Mutant
		if what := stepIsWellFormed(c, t, e); what != "" {
			o.Verdict, o.Violated, o.Reason = explore.Violated, what, ""
			break
		}
	}
	o.Elapsed = time.Since(start)
	return o
}
