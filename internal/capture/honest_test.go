package capture

import (
	"fmt"
	"net/netip"
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
	lost    func(from Side) bool // whether the capture lacks a segment; nil: it lacks none
	judge   *judge
	number  int
	log     []string
	done    []*Connection
}

func newWorld(t *rapid.T) *world {
	w := &world{t: t}
	emit := func(c *Connection) { w.done = append(w.done, c) }
	w.judge = newJudge(Options{Segments: 10000, Live: 10, TwoMSL: time.Minute}, emit)
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
	case t.State == model.Closing && !t.Is(model.FinSent):
		w.silent[i] = true // its CLOSE waits behind text, and the peer's FIN overtook it
	case before.State == model.SynReceived && t.Is(model.CloseAsked) && !t.Is(model.FinSent):
		w.silent[i] = true
	}
	w.queue[i] = append(w.queue[i], o.Sent()...)
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
		if w.lost != nil && w.lost(i) {
			continue
		}
		if w.number > w.unseen {
			w.judge.take(Packet{Number: w.number, Time: time.Unix(1, int64(w.number)*1e6), Flow: flow, Seg: s})
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
	if w.accused > 0 && w.lost == nil {
		w.fail(c, "an honest endpoint is never accused")
	}
	if len(w.queue[A])+len(w.queue[B]) > 0 || w.unseen > 0 || c.again || w.lost != nil {
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
		case n < 16 && rapid.IntRange(0, 2).Draw(w.t, "close") == 0:
			w.event(i, model.Event{Kind: model.Close, Now: uint32(w.number)})
		case n < 17 && aborts:
			w.event(i, model.Event{Kind: model.Abort, Now: uint32(w.number)})
		default:
			w.event(i, model.Event{Kind: model.RetransmissionTimeout, Now: uint32(w.number)})
		}
	}
}

func (w *world) iss() model.Seq { return model.Seq(rapid.Uint32().Draw(w.t, "iss")) }

// checkHonest: of two endpoints that follow the RFC the judge accuses neither, whatever the
// wire does, and at every moment the true states are among those that it finds possible.
func checkHonest(t *rapid.T) { newWorld(t).run(60) }

func TestHonestEndpointsAreNotAccused(t *testing.T) { rapid.Check(t, checkHonest) }

// A bent check shows in what is sent: an endpoint that opens on a bare ACK is accused in some
// runs. Most mutants of package model only believe too much, which no capture shows;
// TestWhatCannotHaveBeenSent tries each rule by itself.
func TestDishonestEndpointIsAccused(t *testing.T) {
	runs := rapid.Custom(func(t *rapid.T) int {
		w := newWorld(t)
		w.lenient = true
		w.config[A].Mutant = model.SynSentNeedsNoSyn
		w.run(100)
		return w.accused
	})
	accused := 0
	for seed := range 300 {
		accused += min(runs.Example(seed), 1)
	}
	if accused == 0 {
		t.Error("an endpoint that opens without the peer's SYN is never accused")
	}
}

// checkCut: a capture that lacks one direction, or any segments, makes nobody guilty; and once it shows that it lacks a peer,
// the true state of the end that is in it is among those that the judge finds possible.
func checkCut(t *rapid.T) {
	w := newWorld(t)
	only := Side(rapid.IntRange(0, 1).Draw(t, "only"))
	oneWay := rapid.Bool().Draw(t, "one way")
	w.lost = func(from Side) bool {
		if oneWay {
			return from != only
		}
		return rapid.IntRange(0, 5).Draw(t, "lost") == 0
	}
	w.run(60)
	for _, c := range w.judge.live {
		if oneWay && (c.missedSyn || !c.fresh) && w.unseen == 0 && !c.again && len(w.queue[A])+len(w.queue[B]) == 0 && !w.silent[A] && !w.silent[B] {
			if s := seenAs(w.tcb[only]); c.side(A).seen && !c.side(A).states.Has(s) {
				w.fail(c, fmt.Sprintf("the true state of the end that is seen, %v, is among those that the judge finds possible", s))
			}
		}
		c.finish()
		for _, r := range c.out.Found {
			if r.Grade == Impossible && (oneWay || !needsAll[r.Rule]) {
				w.fail(c, "who is honest is not accused by a capture with holes: "+r.Rule)
			}
		}
	}
}

// needsAll are the rules that rest on a capture that is complete, or shows that it is not: a segment that is missing without
// a trace can make its neighbours look impossible, and the package comment says so.
var needsAll = map[string]bool{"syn-ack-wrong": true, "rst-number": true, "rst-ack": true, "beyond-window": true, "on-after-rst": true, "syn-not-own": true, "no-state": true}

func TestCutCapturesAccuseNobody(t *testing.T) { rapid.Check(t, checkCut) }

func FuzzHonest(f *testing.F) { f.Fuzz(rapid.MakeFuzz(checkHonest)) }

func netipPort(a netip.AddrPort, port uint16) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr(), port)
}
