package capture

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

var flowAB = wire.Flow{
	Src: netip.MustParseAddrPort("192.0.2.1:4000"),
	Dst: netip.MustParseAddrPort("192.0.2.2:80"),
}

// world is two endpoints of package model, and a wire that loses, repeats and reorders at
// will: whatever was sent may arrive at any time, or never.
type world struct {
	t       *rapid.T
	config  [2]model.Config
	tcb     [2]model.TCB
	sent    [2][]model.Segment
	silent  [2]bool // it has done what the judge's conventions leave out
	midway  bool    // the capture point is on the way: a segment passes it some time after it was sent
	queue   [2][]model.Segment
	lenient bool // count accusations, do not fail
	accused int
	unseen  int                  // segments that pass before the capture begins
	reopen  int                  // of 20 events how many let an endpoint that is CLOSED open again
	alter   func(*model.Segment) // what A sends, unless nil
	show    func(Packet)         // takes what passes, in place of the judge
	judge   *judge
	number  int
	log     []string
	done    []*Connection
}

func newWorld(t *rapid.T) *world {
	w := &world{t: t}
	emit := func(c *Connection) { w.done = append(w.done, c) }
	w.judge = newJudge(Options{Segments: 10000, Live: 10, TwoMSL: time.Minute}, emit)
	w.show = w.judge.take
	for i := range w.config {
		c := model.Default()
		c.RcvBuf = rapid.SampledFrom([]uint32{3, 100, 65535}).Draw(t, "buffer")
		c.MSS = 4
		c.WindowScale, c.WScale = rapid.Bool().Draw(t, "ws"), 2
		c.Timestamps = rapid.Bool().Draw(t, "ts")
		c.DropOutOfOrder = rapid.Bool().Draw(t, "drop")
		c.HalfDuplexClose = rapid.Bool().Draw(t, "half-duplex")
		c.ManualReceive = rapid.Bool().Draw(t, "manual")
		c.Attacks = rapid.SampledFrom([]model.Attacks{model.RFC5961, model.RFC793}).Draw(t, "attacks")
		c.DupSyn = rapid.SampledFrom([]model.DupSyn{model.DupSynAck, model.DupSynSynAck}).Draw(t, "dup-syn")
		c.SeqCheck = rapid.SampledFrom([]model.SeqCheck{model.SeqLiteral, model.SeqOneBefore}).Draw(t, "seq-check")
		w.config[i] = c
	}
	return w
}

// event lets one thing happen to endpoint i, and shows the judge all that it sends.
func (w *world) event(i Side, e model.Event) {
	before := w.tcb[i]
	t, o := model.Step(w.config[i], before, e)
	w.tcb[i] = t
	w.log = append(w.log, fmt.Sprintf("%v %v %v: %v -> %v", i, e.Kind, e.Seg, before.State, t.State))
	quiet := o.NSegs == 0 && t.State != before.State
	switch {
	case quiet && (e.Kind == model.Abort || e.Kind == model.Close):
		w.silent[i] = true // it gave up in silence
	case t.State == model.Closing && (!t.Is(model.FinSent) || before.State == model.FinWait1 && !before.Is(model.FinSent)):
		w.silent[i] = true // its CLOSE waits behind text, and the peer's FIN overtook it
	case before.State == model.SynReceived && t.Is(model.CloseAsked) && !t.Is(model.FinSent):
		w.silent[i] = true
	}
	sent := slices.Clone(o.Sent())
	for k := range sent {
		if i == A && w.alter != nil {
			w.alter(&sent[k])
		}
	}
	w.queue[i] = append(w.queue[i], sent...)
	if !w.midway {
		w.pass(i, len(w.queue[i]))
	}
	w.check()
}

// pass lets n segments of endpoint i pass the capture point; then they can arrive.
func (w *world) pass(i Side, n int) {
	flow := flowAB
	if i == B {
		flow = flow.Reverse()
	}
	for _, s := range w.queue[i][:n] {
		w.number++
		w.sent[i] = append(w.sent[i], s)
		w.log = append(w.log, fmt.Sprintf("   %d %v %v", w.number, i, s))
		if w.unseen == w.number-1 && w.unseen > 0 && s.Flags == model.SYN {
			w.unseen++ // by convention a connection begins with the first SYN that is seen
		}
		if p := (Packet{Number: w.number, Time: time.Unix(1, int64(w.number)*1e6), Flow: flow, ID: uint16(len(w.sent[i])), Seg: s}); w.number > w.unseen {
			w.show(p)
		}
	}
	w.queue[i] = w.queue[i][n:]
}

// seenAs is the state as far as the wire shows it: a CLOSE is called when its FIN is sent.
func seenAs(t model.TCB) model.State {
	if t.State == model.FinWait1 && !t.Is(model.FinSent) {
		return model.Established
	}
	return t.State
}

func (w *world) check() {
	c := w.judge.live[keyOf(flowAB)]
	if c == nil {
		return
	}
	for i := range c.sides {
		x, y := c.pair(Side(i))
		all := *x
		all.states.each(func(st model.State) { all.hearIn(y, st) })
		if all.states != x.states {
			w.fail(c, fmt.Sprintf("%v has heard all that it can, not %v of %v only", Side(i), x.states, all.states))
		}
	}
	first := A
	if c.out.Sockets[A] != flowAB.Src {
		first = B
	}
	if w.accused += c.out.Count(Impossible); w.lenient {
		return
	}
	if w.accused > 0 {
		w.fail(c, "an honest endpoint is never accused")
	}
	if w.reopen > 0 || len(w.queue[A])+len(w.queue[B]) > 0 || w.unseen > 0 || c.again {
		return // the endpoints are ahead of the capture, or what it does not count may yet arrive
	}
	for i := range w.tcb {
		if s := seenAs(w.tcb[i]); !w.silent[i] && !w.silent[1-i] && !c.side(Side(i)^first).states.Has(s) {
			w.fail(c, fmt.Sprintf("the true state of %v, %v, is among those that the judge finds possible", Side(i), s))
		}
	}
}

func (w *world) fail(c *conn, claim string) {
	c.finish()
	var b logWriter
	_ = c.out.Write(&b)
	for _, l := range w.log {
		w.t.Log(l)
	}
	w.t.Fatalf("%s\n%s", claim, b)
}

type logWriter []byte

func (l *logWriter) Write(b []byte) (int, error) { *l = append(*l, b...); return len(b), nil }

// run draws and carries out steps events. Each endpoint opens once.
func (w *world) run(steps int) {
	aborts := rapid.IntRange(0, 3).Draw(w.t, "aborts") == 0
	w.midway = rapid.Bool().Draw(w.t, "midway")
	if rapid.IntRange(0, 3).Draw(w.t, "late") == 0 {
		w.unseen = rapid.IntRange(1, 8).Draw(w.t, "unseen")
	}
	w.event(B, model.Event{Kind: rapid.SampledFrom([]model.EventKind{model.OpenPassive, model.OpenPassive, model.OpenPassive, model.OpenActive}).Draw(w.t, "open"), Remote: true, Iss: w.iss()})
	w.event(A, model.Event{Kind: model.OpenActive, Remote: true, Iss: w.iss()})
	for range steps {
		i := Side(rapid.IntRange(0, 1).Draw(w.t, "side"))
		if n := len(w.queue[i]); n > 0 && rapid.Bool().Draw(w.t, "pass") {
			w.pass(i, rapid.IntRange(1, n).Draw(w.t, "passing"))
			w.check()
		}
		switch n := rapid.IntRange(0, 19).Draw(w.t, "event"); {
		case n < 11:
			if from := w.sent[1-i]; len(from) > 0 {
				// mostly the latest, now and then any
				back := rapid.IntRange(0, len(from)-1).Draw(w.t, "back")
				if rapid.IntRange(0, 2).Draw(w.t, "old") > 0 {
					back = min(back, 1)
				}
				w.event(i, model.Event{Kind: model.SegmentArrives, Seg: from[len(from)-1-back], Iss: w.iss(), Now: uint32(w.number)})
			}
		case n < 14:
			w.event(i, model.Event{Kind: model.Send, N: rapid.Uint32Range(1, 12).Draw(w.t, "n"), Now: uint32(w.number)})
		case n < 15:
			w.event(i, model.Event{Kind: model.Receive, N: 5, Now: uint32(w.number)})
		case n < 15+w.reopen && w.tcb[i].State == model.Closed:
			kind := rapid.SampledFrom([]model.EventKind{model.OpenPassive, model.OpenActive}).Draw(w.t, "again")
			w.event(i, model.Event{Kind: kind, Remote: true, Iss: w.iss(), Now: uint32(w.number)})
		case n < 16 && rapid.IntRange(0, 2).Draw(w.t, "close") == 0:
			w.event(i, model.Event{Kind: model.Close, Now: uint32(w.number)})
		case n < 17 && aborts:
			w.event(i, model.Event{Kind: model.Abort, Now: uint32(w.number)})
		default:
			w.event(i, model.Event{Kind: model.RetransmissionTimeout, Now: uint32(w.number)})
		}
	}
}

// iss is spread over all numbers: those that rapid draws are mostly near to each other, as those of two real hosts never are.
func (w *world) iss() model.Seq {
	return model.Seq(rapid.Uint32().Draw(w.t, "iss") * 2654435761)
}

// checkHonest: of two endpoints that follow the RFC the judge accuses neither, whatever the
// wire does, and at every moment the true states are among those that it finds possible.
func checkHonest(t *rapid.T) { newWorld(t).run(60) }

func TestHonestEndpointsAreNotAccused(t *testing.T) { rapid.Check(t, checkHonest) }

// Each row alters what one endpoint sends, as no endpoint of RFC 9293 sends it; in some of its runs that endpoint is accused.
func TestDishonestEndpointsAreAccused(t *testing.T) {
	tests := []struct {
		claim string
		alter func(s *model.Segment)
	}{
		{"no control bits", func(s *model.Segment) { s.Flags = 0 }},
		{"a FIN without ACK", func(s *model.Segment) {
			if s.Has(model.FIN) {
				s.Flags &^= model.ACK
			}
		}},
		{"SYN with RST", func(s *model.Segment) {
			if s.Has(model.SYN) {
				s.Flags |= model.RST
			}
		}},
		{"a SYN,ACK that acknowledges the SYN's own number", func(s *model.Segment) {
			if s.Has(model.SYN | model.ACK) {
				s.Ack--
			}
		}},
		{"a RST far below the connection's numbers", func(s *model.Segment) {
			if s.Has(model.RST) {
				s.Seq -= 1 << 28
			}
		}},
		{"a FIN that moves when it is sent again", func() func(s *model.Segment) {
			n := model.Seq(0)
			return func(s *model.Segment) {
				if s.Has(model.FIN) {
					s.Seq += n
					n++
				}
			}
		}()},
	}
	for _, tt := range tests {
		runs := rapid.Custom(func(t *rapid.T) int {
			w := newWorld(t)
			w.lenient, w.alter = true, tt.alter
			w.run(100)
			return w.accused
		})
		accused := 0
		for seed := 0; seed < 300 && accused == 0; seed++ {
			accused = runs.Example(seed)
		}
		if accused == 0 {
			t.Errorf("%s: is never accused", tt.claim)
		}
	}
}

// A cut is a way in which a capture can be less than what passed.
type cut struct {
	name string
	// complete: what is missing leaves a trace, so that the true state of an end that is seen must be among those that the
	// judge finds possible. A segment that is missing without a trace can only be seen to accuse nobody.
	complete bool
	// of makes from what passed what is captured.
	of func(t *rapid.T, all []Packet) []Packet
}

func where(all []Packet, keep func(i int, p Packet) bool) (list []Packet) {
	for i, p := range all {
		if keep(i, p) {
			list = append(list, p)
		}
	}
	return list
}

var cuts = []cut{
	{"one direction", true, func(t *rapid.T, all []Packet) []Packet {
		src := rapid.SampledFrom([]netip.AddrPort{flowAB.Src, flowAB.Dst}).Draw(t, "only")
		return where(all, func(_ int, p Packet) bool { return p.Flow.Src == src })
	}},
	{"single segments are missing", false, func(t *rapid.T, all []Packet) []Packet {
		one := rapid.IntRange(2, 12).Draw(t, "one of")
		return where(all, func(int, Packet) bool { return rapid.IntRange(1, one).Draw(t, "missing") > 1 })
	}},
	{"a run is missing", false, func(t *rapid.T, all []Packet) []Packet {
		from := rapid.IntRange(0, len(all)).Draw(t, "from")
		to := rapid.IntRange(from, len(all)).Draw(t, "to")
		return where(all, func(i int, _ Packet) bool { return i < from || i >= to })
	}},
	{"begun late", false, func(t *rapid.T, all []Packet) []Packet {
		return all[rapid.IntRange(0, len(all)).Draw(t, "begins"):]
	}},
	{"reordered between the directions", true, func(t *rapid.T, all []Packet) []Packet {
		// one direction comes to the capture late by a few segments
		late := rapid.SampledFrom([]netip.AddrPort{flowAB.Src, flowAB.Dst}).Draw(t, "late")
		by := rapid.IntRange(1, 3).Draw(t, "by")
		list := slices.Clone(all)
		slices.SortStableFunc(list, func(p, q Packet) int {
			at := func(p Packet) int {
				if p.Flow.Src == late {
					return p.Number + by
				}
				return p.Number
			}
			return at(p) - at(q)
		})
		return list
	}},
	{"copied", true, func(t *rapid.T, all []Packet) (list []Packet) {
		for _, p := range all {
			list = append(list, p)
			if rapid.Bool().Draw(t, "copy") {
				p.Time = p.Time.Add(time.Microsecond)
				list = append(list, p)
			}
		}
		return list
	}},
	{"options are cut off", true, func(_ *rapid.T, all []Packet) (list []Packet) {
		for _, p := range all {
			if p.Seg.Opts != 0 {
				p.Seg.Opts, p.Seg.TSVal, p.Seg.TSEcr, p.Seg.WScale, p.Seg.MSS, p.Damaged = 0, 0, 0, 0, 0, "cut off"
			}
			list = append(list, p)
		}
		return list
	}},
}

// checkCut: whatever is cut from a capture of two endpoints that follow the RFC, nobody is accused; and where the capture
// shows what it lacks, the true state of an end that is in it is among those that the judge finds possible.
func checkCut(t *rapid.T) {
	w := newWorld(t)
	var all []Packet
	w.show = func(p Packet) { all = append(all, p) }
	w.run(60)
	k := cuts[rapid.IntRange(0, len(cuts)-1).Draw(t, "cut")]
	w.judgeAll(k, k.of(t, all))
}

// judgeAll judges what is left of a capture.
func (w *world) judgeAll(k cut, packets []Packet) {
	t := w.t
	for _, p := range packets {
		w.log = append(w.log, fmt.Sprintf("captured %d", p.Number))
		w.judge.take(p)
	}
	for _, c := range w.judge.live {
		shown := k.name != "one direction" || c.missedSyn || !c.fresh // a lone SYN does not show that its answer is missing
		settled := k.complete && w.reopen == 0 && shown && w.unseen == 0 && !c.again && len(w.queue[A])+len(w.queue[B]) == 0 && !w.silent[A] && !w.silent[B]
		for i := range w.tcb {
			side := c.side(c.from(Packet{Flow: [2]wire.Flow{flowAB, flowAB.Reverse()}[i]}))
			if s := seenAs(w.tcb[i]); settled && side.seen && !side.states.Has(s) {
				w.fail(c, fmt.Sprintf("%s: the true state of %v, %v, is among those that the judge finds possible", k.name, Side(i), s))
			}
		}
		w.judge.end(c.key(), c)
	}
	for _, c := range w.done {
		if n := c.Count(Impossible); n > 0 {
			w.log = append(w.log, fmt.Sprint(c.Found))
			var b logWriter
			_ = c.Write(&b)
			for _, l := range w.log {
				t.Log(l)
			}
			t.Fatalf("%s: who follows the RFC is not accused\n%s", k.name, b)
		}
	}
}

func TestCutCapturesAccuseNobody(t *testing.T) { rapid.Check(t, checkCut) }

// checkReused: endpoints that use their sockets again and again, on a network that still has segments of each connection, are
// not accused either, whatever is cut. Left out is a cut that leaves no trace of an earlier connection: a whole closing and
// opening are missing.
func checkReused(t *rapid.T) {
	w := newWorld(t)
	w.reopen = 5
	var all []Packet
	w.show = func(p Packet) { all = append(all, p) }
	w.run(80)
	k := cuts[rapid.IntRange(0, len(cuts)-1).Draw(t, "cut")]
	if k.name == "a run is missing" {
		k = cuts[0]
	}
	w.judgeAll(k, k.of(t, all))
}

func TestReusedSocketsAccuseNobody(t *testing.T) { rapid.Check(t, checkReused) }

func FuzzHonest(f *testing.F) { f.Fuzz(rapid.MakeFuzz(checkHonest)) }

func netipPort(a netip.AddrPort, port uint16) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr(), port)
}
