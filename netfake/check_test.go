package netfake

import (
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/model"
)

// A scenario that the joint state cannot hold is refused, and the refusal names the place.
func TestNewRefuses(t *testing.T) {
	stale := func(p Packet) func(*Scenario) {
		return func(sc *Scenario) { sc.Stale = []Packet{to(B, model.Segment{Seq: 90, Flags: model.SYN}), p} }
	}
	peer := func(i int, change func(*Host)) func(*Scenario) {
		return func(sc *Scenario) { change(&sc.Peer[i]) }
	}
	ackAt := func(seq, ack model.Seq) Packet {
		return to(A, model.Segment{Seq: seq, Ack: ack, Flags: model.ACK})
	}
	for _, tt := range []struct {
		place  string
		change func(*Scenario)
	}{
		{"peer A: active opens 13", peer(A, func(h *Host) { h.User.Active = 13 })},
		{"peer B: passive opens -1", peer(B, func(h *Host) { h.User.Passive = -1 })},
		{"peer B: accepted SYNs 13", peer(B, func(h *Host) { h.User.Accepts = 13 })},
		{"peer B: opens in all 14", peer(B, func(h *Host) { h.User.Active, h.User.Passive, h.User.Accepts = 6, 2, 4 })},
		{"peer A: octets 16", peer(A, func(h *Host) { h.User.Octets = 16 })},
		{"peer A: incarnations that talk -1", peer(A, func(h *Host) { h.User.ActiveIncarnations = -1 })},
		{"peer A: crashes 4", peer(A, func(h *Host) { h.User.Crashes = 4 })},
		{"peer B: ticks of TIME-WAIT 201", peer(B, func(h *Host) { h.TimeWait = 201 })},
		{"peer B: ticks of quiet -1", peer(B, func(h *Host) { h.QuietTime = -1 })},
		{"peer B: ticks until giving up 15", peer(B, func(h *Host) { h.GiveUp = 15 })},
		{"peer A: octets of the receive buffer 0", peer(A, func(h *Host) { h.TCP.RcvBuf = 0 })},
		{"peer A: octets of the receive buffer 256", peer(A, func(h *Host) { h.TCP.RcvBuf = 256 })},
		{"peer A: rate of the clock 256", peer(A, func(h *Host) { h.Isn.Rate = 256 })},
		{"peer A: isn policy 4", peer(A, func(h *Host) { h.Isn.Policy = 4 })},
		{"peer B: isn: expected at least one", peer(B, func(h *Host) { h.Isn.Choices = nil })},
		{"peer B: isn: found a clock that stands still", peer(B, func(h *Host) { h.Isn = Isn{Policy: Clock} })},
		{"peer B: isn choice 192", peer(B, func(h *Host) { h.Isn.Choices = []uint8{0, 192} })},
		{"peer B: the joint world carries no window scale", peer(B, func(h *Host) { h.TCP.WindowScale = true })},
		{"peer A: the joint world carries no window scale", peer(A, func(h *Host) { h.TCP.SACKPermitted = true })},
		{"net: msl 15", func(sc *Scenario) { sc.Net.MSL = 15 }},
		{"net: losses 256", func(sc *Scenario) { sc.Net = Network{Bag: true, Losses: 256} }},
		{"net: dups -2", func(sc *Scenario) { sc.Net = Network{Bag: true, Dups: -2} }},
		{"net: budgets, order", func(sc *Scenario) { sc.Net.Losses = 1 }},
		{"net: budgets, order", func(sc *Scenario) { sc.Net.Dups = Unlimited }},
		{"net: budgets, order", func(sc *Scenario) { sc.Net.InOrder = true }},
		{"net: budgets, order", func(sc *Scenario) { sc.Net.NoPrematureRetransmission = true }},
		{"net: that the first ACK arrives", func(sc *Scenario) { sc.Net.FirstAck = true }},
		{"net: that the first ACK arrives", func(sc *Scenario) { sc.Net = Network{Bag: true, MSL: 1, FirstAck: true} }},
		{"net: 3 ticks: without a lifetime", func(sc *Scenario) { sc.Net.Ticks = 3 }},
		{"net: ticks 201", func(sc *Scenario) { sc.Net = Network{MSL: 1, Ticks: 201} }},
		{"peer A: ticks of rest -1", peer(A, func(h *Host) { h.ReopenDelay = -1 })},
		{"peer B: ticks of the world to one", peer(B, func(h *Host) { h.TimestampGranularity = 201 })},
		{"stale: 21 segments", func(sc *Scenario) { sc.Stale = make([]Packet, 21) }},
		{"stale segment 2, <SEQ=90><CTL=SYN>: destination 2", stale(to(2, model.Segment{Seq: 90, Flags: model.SYN}))},
		{"stale segment 2, <SEQ=90><CTL=URG>: flags URG", stale(to(B, model.Segment{Seq: 90, Flags: model.URG}))},
		{"stale segment 2, <SEQ=1><ACK=101><CTL=RST,ACK>: expected SEQ=0", stale(to(A, model.Segment{Seq: 1, Ack: 101, Flags: model.RST | model.ACK}))},
		{"stale segment 2, <SEQ=35><CTL=SYN>: SEQ: expected 36 to 291", stale(to(B, model.Segment{Seq: 35, Flags: model.SYN}))},
		{"stale segment 2, <SEQ=300><ACK=292><CTL=ACK>: ACK: expected 36 to 291", stale(ackAt(300, 292))},
		{"stale segment 2, <SEQ=300><ACK=100><DATA=16><CTL=ACK>: octets of text 16", stale(to(A, model.Segment{Seq: 300, Ack: 100, Flags: model.ACK, Len: 16}))},
		{"stale segment 2, <SEQ=300><CTL=RST>: window 256", stale(to(A, model.Segment{Seq: 300, Flags: model.RST, Wnd: 256}))},
		{"attacker segment 1, <SEQ=100><CTL=SYN>: timestamps 256, 0", func(sc *Scenario) {
			sc.Attacker = []Packet{to(B, model.Segment{Seq: 100, Flags: model.SYN, TSVal: 256})}
		}},
	} {
		sc := pair()
		tt.change(&sc)
		_, err := New(sc)
		if err == nil || !strings.HasPrefix(err.Error(), tt.place) {
			t.Errorf("got the error %v, want one that begins with %q", err, tt.place)
		}
	}
}

func TestNewTakesTheLimits(t *testing.T) {
	sc := pair()
	sc.Peer[A] = Host{
		Protocol{
			TCP: model.Config{RcvBuf: 255}, Isn: Isn{Policy: Arbitrary, Choices: []uint8{Above}, Rate: 255}, Base: 100,
			TimeWait: 200, GiveUp: MaxTicks, QuietTime: 200,
		},
		User{Active: 4, Passive: 2, Accepts: 4, Octets: MaxOctets, ActiveIncarnations: MaxIncarnations, Crashes: 3},
	}
	sc.Net = Network{Bag: true, MSL: MaxTicks, Losses: 255, Dups: 255, NoPrematureRetransmission: true, InOrder: true}
	sc.Stale = []Packet{
		to(B, model.Segment{Seq: 100 - Below, Flags: model.SYN, Wnd: 255, Len: MaxOctets}),
		to(A, model.Segment{Ack: 100 + Above, Flags: model.RST | model.ACK}),
	}
	p := newPlay(t, sc)
	w := p.sys.Unpack(p.s)
	if w.Losses != 255 || w.Dups != 255 {
		t.Errorf("budgets of %d losses and %d duplicates, want 255 of each", w.Losses, w.Dups)
	}
	for i, q := range w.Wire(p.sys) {
		if want := sc.Stale[i].Seg; q.Seg.String() != want.String() || q.Seg.Wnd != want.Wnd {
			t.Errorf("on the wire is %v, want %v", q.Seg, want)
		}
	}
}

// Many segments are told by their numbers, and the RST whose SEQ is 0 by its ACK alone.
func TestPremisesOfManySegments(t *testing.T) {
	sc := pair()
	for i := range maxNamed {
		sc.Leftover = append(sc.Leftover, to(B, model.Segment{Seq: 90 + model.Seq(i), Ack: 301, Flags: model.ACK}))
	}
	sc.Leftover = append(sc.Leftover, to(A, model.Segment{Ack: 91, Flags: model.RST | model.ACK}))
	sc.Leftover = append(sc.Leftover, sc.Leftover[3]) // two connections can have left the same segment: it counts once
	want := "any number of copies of 13 old segments are in the network at the start: 1 to A with SEQ=none and ACK=91 to 91, 12 to B with SEQ=90 to 101 and ACK=301 to 301"
	if got := sc.Premises(); got[len(got)-1] != want {
		t.Errorf("got %q, want %q", got[len(got)-1], want)
	}
}

// The premises are sentences: one of a thing is one, and not "1 things".
func TestPremisesCountRightly(t *testing.T) {
	one, two := pair(), pair()
	one.Peer[A].User = User{Active: 1, Passive: 1, Octets: 1, ActiveIncarnations: 1, Crashes: 1}
	two.Peer[A].User = User{Active: 2, Passive: 2, Accepts: 2, Octets: 2, ActiveIncarnations: 2, Crashes: 2}
	for n, sc := range []*Scenario{&one, &two} {
		n++
		sc.Net = Network{Bag: true, MSL: n, Losses: n, Dups: n}
		sc.Peer[A].TimeWait, sc.Peer[A].GiveUp, sc.Peer[A].QuietTime = n, n, n
		for range n {
			sc.Stale = append(sc.Stale, to(B, model.Segment{Seq: 90, Flags: model.SYN}))
		}
		sc.Attacker = sc.Stale
	}
	for _, tt := range []struct {
		sc   *Scenario
		want []string
	}{
		{&one, []string{
			"the network may lose 1 segment and duplicate 1, and reorders without limit",
			"A: 1 active OPEN, 1 passive OPEN, closed after 1 answered SYN, 1 octet an incarnation, sends and closes in the first incarnation only, 1 crash, quiet for 1 tick, gives up after 1 tick, TIME-WAIT 1 tick, fixed initial sequence numbers",
			"1 old segment is in the network at the start: A->B <SEQ=90><CTL=SYN>",
			"an attacker may send 1 segment at any time: A->B <SEQ=90><CTL=SYN>",
		}},
		{&two, []string{
			"the network may lose 2 segments and duplicate 2, and reorders without limit",
			"A: 2 active OPENs, 2 passive OPENs, each closed after 2 answered SYNs, 2 octets an incarnation, sends and closes in the first 2 incarnations only, 2 crashes, each quiet for 2 ticks, gives up after 2 ticks, TIME-WAIT 2 ticks, fixed initial sequence numbers",
			"2 old segments are in the network at the start: A->B <SEQ=90><CTL=SYN>, A->B <SEQ=90><CTL=SYN>",
			"an attacker may send any of 2 segments at any time: A->B <SEQ=90><CTL=SYN>, A->B <SEQ=90><CTL=SYN>",
		}},
	} {
		got := strings.Join(tt.sc.Premises(), "\n")
		for _, w := range tt.want {
			if !strings.Contains(got+"\n", w+"\n") {
				t.Errorf("the premises lack %q:\n%s", w, got)
			}
		}
	}
}
