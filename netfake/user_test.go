package netfake

import (
	"slices"
	"testing"

	"github.com/tcpcheck/tcpcheck/model"
)

// open carries out a handshake of three segments; the numbers are the initial ones.
func (p *play) open(syn, synAck, ack string) {
	p.Helper()
	p.do(B, OpenPassive)
	p.do(A, OpenActive)
	p.deliver(B, syn)
	p.deliver(A, synAck)
	p.deliver(B, ack)
}

const (
	syn    = "<SEQ=100><CTL=SYN>"
	synAck = "<SEQ=300><ACK=101><CTL=SYN,ACK>"
	ack    = "<SEQ=101><ACK=301><CTL=ACK>"
)

// iss is the initial number of A's n-th incarnation, each ended by ABORT, ticks apart.
func iss(t *testing.T, isn Isn, n, ticks int) (got []model.Seq) {
	t.Helper()
	sc := pair()
	sc.Net.MSL = 2
	sc.Peer[A].Isn = isn
	sc.Peer[A].User = User{Active: n, Abort: true}
	p := newPlay(t, sc)
	for range n {
		p.do(A, OpenActive)
		w := p.sys.Unpack(p.s)
		got = append(got, w.Peer[A].TCB.Iss)
		p.do(A, Abort)
		p.ticks(ticks)
	}
	return got
}

func TestInitialNumbers(t *testing.T) {
	for _, tt := range []struct {
		claim string
		isn   Isn
		want  [2]model.Seq
	}{
		{"fixed numbers are used again", Isn{Policy: Fixed, Choices: []uint8{7}}, [2]model.Seq{107, 107}},
		{"fresh numbers are above the SYN before", Isn{Policy: Fresh}, [2]model.Seq{100, 101}},
		{"a clock goes on by its rate", Isn{Policy: Clock, Rate: 3}, [2]model.Seq{100, 106}},
		{"an arbitrary number may be the same", Isn{Policy: Arbitrary, Choices: []uint8{5, 9}}, [2]model.Seq{105, 105}},
	} {
		if got := iss(t, tt.isn, 2, 2); [2]model.Seq(got) != tt.want {
			t.Errorf("%s: got %v, want %v", tt.claim, got, tt.want)
		}
	}
}

// Every arbitrary number may be drawn, by an active OPEN and by a listener that a SYN reaches.
func TestArbitraryNumbersAreAllTried(t *testing.T) {
	sc := calling()
	for i := range sc.Peer {
		sc.Peer[i].Isn = Isn{Policy: Arbitrary, Choices: []uint8{0, 20}}
	}
	p := newPlay(t, sc)
	p.do(B, OpenPassive)
	drawn := func(peer int, k ActionKind) map[model.Seq]bool {
		seen := map[model.Seq]bool{}
		for _, a := range p.sys.Actions(nil, p.s) {
			if a.Kind == k {
				w := p.sys.Unpack(p.sys.Step(p.s, a))
				seen[w.Peer[peer].TCB.Iss] = true
			}
		}
		return seen
	}
	if got := drawn(A, OpenActive); len(got) != 2 || !got[100] || !got[120] {
		t.Errorf("OPEN draws %v, want 100 and 120", got)
	}
	p.do(A, OpenActive)
	if got := drawn(B, Deliver); len(got) != 2 || !got[300] || !got[320] {
		t.Errorf("the listener draws %v, want 300 and 320", got)
	}
}

func TestTimeWaitLastsAtLeastAsLongAsItSays(t *testing.T) {
	sc := connected()
	sc.Net.MSL = 2
	sc.Peer[A].TimeWait = 3
	p := newPlay(t, sc)
	p.do(A, Close)
	p.deliver(B, finA)
	p.do(B, Close)
	p.deliver(A, finB)
	for range 3 {
		p.states("A waits", model.TimeWait, model.LastAck)
		p.cannot("the wait is not over", EndTimeWait, A, "")
		p.ticks(1)
	}
	p.can("the wait may be over", EndTimeWait, A, "")
	p.ticks(5)
	p.can("or last longer", EndTimeWait, A, "")
	p.do(B, Retransmit)
	p.deliver(A, finB)
	p.cannot("a repeated FIN starts the wait anew", EndTimeWait, A, "")
}

// What is unacknowledged is sent again for less than R ticks; then time stands still until the user timeout.
func TestGivingUp(t *testing.T) {
	sc := connected()
	sc.Net.MSL = 1
	sc.Peer[A].GiveUp = 2
	p := newPlay(t, sc)
	p.do(A, Close)
	p.ticks(1)
	p.can("one tick old", Retransmit, A, "")
	p.cannot("one tick old", GiveUp, A, "")
	p.ticks(1)
	p.cannot("R ticks old", Retransmit, A, "")
	p.cannot("R ticks old", Tick, A, "")
	p.do(A, GiveUp)
	p.states("A has given up", model.Closed, model.Established)

	sc.Peer[A].GiveUp = 0
	sc.Peer[A].User.UserTimeout = true
	p = newPlay(t, sc)
	p.cannot("nothing is unacknowledged", GiveUp, A, "")
	p.do(A, Close)
	p.can("a user that gives up at any time", GiveUp, A, "")
}

// A FIN that is R ticks old is not sent again behind text that is younger, because some of it was acknowledged.
func TestFinIsNotSentAgainAfterR(t *testing.T) {
	sc := connected()
	sc.Net.MSL = 3
	sc.Peer[A].GiveUp = 2
	p := newPlay(t, sc)
	p.do(A, Send, Send, Close)
	p.deliver(B, octet1)
	p.ticks(2)
	p.deliver(A, ack1)
	w := p.sys.Unpack(p.s)
	if w.Peer[A].Age != 0 || w.Peer[A].FinAge != 2 {
		t.Fatalf("text of age %d and FIN of age %d, want 0 and 2", w.Peer[A].Age, w.Peer[A].FinAge)
	}
	p.cannot("the FIN is R ticks old", Retransmit, A, "")
	p.cannot("and time waits until it is given up", Tick, A, "")
	p.can("and given up", GiveUp, A, "")
}

func TestQuietTimeAfterACrash(t *testing.T) {
	sc := connected()
	sc.Net.MSL = 3
	sc.Peer[A].User = User{Active: 1, Crashes: 1}
	sc.Peer[B].User = User{Octets: 1}
	const text = "<SEQ=301><ACK=101><DATA=1><CTL=PSH,ACK>"
	p := newPlay(t, sc)
	p.do(B, Send)
	p.do(A, Crash)
	p.can("without a quiet time", OpenActive, A, "")
	p.deliver(A, text)
	p.can("a host that is not quiet answers", Deliver, B, "<SEQ=101><CTL=RST>")

	sc.Peer[A].QuietTime = 2
	p = newPlay(t, sc)
	p.do(B, Send)
	p.do(A, Crash)
	p.deliver(A, text)
	p.cannot("a quiet host does not answer", Deliver, B, "<SEQ=101><CTL=RST>")
	p.ticks(1)
	p.cannot("the quiet time is not over", OpenActive, A, "")
	p.ticks(1)
	p.do(A, OpenActive)
	p.cannot("it has crashed as often as it may", Crash, A, "")
	p.cannot("B does not crash", Crash, B, "")
}

// A host that rests answers nothing and opens nothing after a connection, or an attempt, however it ended.
func TestRestAfterAConnection(t *testing.T) {
	sc := calling()
	sc.Net.MSL = 4
	sc.Peer[A].User = User{Active: 2, Abort: true}
	sc.Peer[A].ReopenDelay = 2
	p := newPlay(t, sc)
	p.can("nothing was before the first OPEN", OpenActive, A, "")
	p.do(A, OpenActive, Abort)
	p.cannot("it rests", OpenActive, A, "")
	p.ticks(1)
	p.cannot("it rests for two ticks", OpenActive, A, "")
	p.ticks(1)
	p.can("it has rested", OpenActive, A, "")
}

// The timestamp clock moves once in so many ticks.
func TestGrainOfTheTimestampClock(t *testing.T) {
	sc := connected()
	sc.Net.MSL = 1
	for i := range sc.Peer {
		sc.Peer[i].TCP.Timestamps, sc.Peer[i].TimestampGranularity = true, 3
	}
	var got []uint32
	for ticks := range 7 {
		p := newPlay(t, sc)
		p.ticks(ticks)
		p.do(A, Send)
		w := p.sys.Unpack(p.s)
		got = append(got, w.Wire(p.sys)[0].Seg.TSVal)
	}
	if want := []uint32{0, 0, 0, 1, 1, 1, 2}; !slices.Equal(got, want) {
		t.Errorf("after 0 to 6 ticks TSval is %v, want %v", got, want)
	}
}

func TestPoliteUserOpensAgainAfterANormalClose(t *testing.T) {
	sc := connected()
	sc.Peer[A].User = User{Active: 1, Close: true, Abort: true, ReopenOnlyAfterNormalClose: true}
	p := newPlay(t, sc)
	p.do(A, Close)
	p.deliver(B, finA)
	p.do(B, Close)
	p.deliver(A, finB)
	p.do(A, EndTimeWait)
	p.can("after a normal close", OpenActive, A, "")

	p = newPlay(t, sc)
	p.do(A, Abort)
	p.cannot("a polite user, after ABORT", OpenActive, A, "")
	sc.Peer[A].User.ReopenOnlyAfterNormalClose = false
	p = newPlay(t, sc)
	p.do(A, Abort)
	p.can("any other user, after ABORT", OpenActive, A, "")
}

func TestSecondClosesSecond(t *testing.T) {
	sc := connected()
	sc.Peer[B].User.ClosesSecond = true
	p := newPlay(t, sc)
	p.cannot("the peer has not closed", Close, B, "")
	p.do(A, Close)
	p.deliver(B, finA)
	p.can("the peer has closed", Close, B, "")
	p = newPlay(t, connected())
	p.can("any other user", Close, B, "")
}

func TestTalksOnlyInFirstIncarnations(t *testing.T) {
	for talks, want := range []bool{true, false, true} {
		sc := connected()
		sc.Peer[A].TCP.DataOnSyn = true
		sc.Peer[A].User = User{Active: 1, Octets: 2, Close: true, CloseBeforeEstablished: true, Abort: true, ActiveIncarnations: talks}
		p := newPlay(t, sc)
		p.can("in the first incarnation", Send, A, "")
		p.do(A, Abort, OpenActive)
		_, sends := p.find(Send, A, "")
		_, closes := p.find(Close, A, "")
		_, onSyn := p.find(Deliver, B, "<SEQ=100><DATA=1><CTL=SYN>")
		if sends != want || closes != want || onSyn != want {
			t.Errorf("talks in %d: in the second incarnation SEND %v, CLOSE %v, text on the SYN %v, want %v", talks, sends, closes, onSyn, want)
		}
	}
}

func TestEarlyUserClosesBeforeTheConnectionIsOpen(t *testing.T) {
	for _, early := range []bool{false, true} {
		sc := calling()
		sc.Peer[B].User.Close, sc.Peer[B].User.CloseBeforeEstablished = true, early
		p := newPlay(t, sc)
		claim := p.cannot
		if early {
			claim = p.can
		}
		p.do(B, OpenPassive)
		claim("in LISTEN", Close, B, "")
		p.do(A, OpenActive)
		p.deliver(B, syn)
		claim("in SYN-RECEIVED", Close, B, "")
		p.deliver(A, synAck)
		p.deliver(B, ack)
		p.can("in ESTABLISHED", Close, B, "")
	}
}

func TestListenerIsClosedAfterSoManySyns(t *testing.T) {
	for accepts, want := range []model.State{model.Closed, model.Closed, model.Listen} {
		sc := calling()
		sc.Peer[B].User.Accepts = accepts
		sc.Attacker = []Packet{to(B, model.Segment{Seq: BaseA + 1, Flags: model.RST})}
		p := newPlay(t, sc)
		p.do(B, OpenPassive)
		p.do(A, OpenActive)
		p.deliver(B, syn)
		p.take(Inject, B, "")
		p.states("SYN-RECEIVED was reset", model.SynSent, want)
	}
}

func TestManualReceive(t *testing.T) {
	for _, manual := range []bool{false, true} {
		sc := connected()
		sc.Peer[B].TCP.ManualReceive = manual
		p := newPlay(t, sc)
		p.do(A, Send)
		p.deliver(B, octet1)
		if _, ok := p.find(Receive, B, ""); ok != manual {
			t.Errorf("manual %v: RECEIVE is enabled: %v", manual, ok)
		}
	}
}

func TestHandshakeByHand(t *testing.T) {
	p := newPlay(t, calling())
	p.cannot("B has not sent", Send, B, "")
	p.open(syn, synAck, ack)
	p.states("three segments open", model.Established, model.Established)
	p.cannot("A has opened as often as it may", OpenActive, A, "")
	p.faults("nobody watches", 0)
}

// An active OPEN may take over TIME-WAIT, after so many ticks, and not a tick before; nobody else may.
func TestReuseTakesTimeWaitOver(t *testing.T) {
	for after := range 3 {
		sc := connected()
		sc.Net.MSL = 2
		sc.Peer[A].TimeWait = 2
		sc.Peer[A].Reuse = Reuse{On: true, After: after}
		sc.Peer[A].User = User{Active: 1, Close: true, ReopenOnlyAfterNormalClose: true}
		p := newPlay(t, sc)
		p.do(A, Close)
		p.deliver(B, finA)
		p.do(B, Close)
		p.deliver(A, finB)
		for range after {
			p.cannot("too early", OpenActive, A, "")
			p.ticks(1)
		}
		p.do(A, OpenActive)
		p.states("in place of TIME-WAIT", model.SynSent, model.LastAck)
	}
}

// After so many ticks nothing more is asked: time stands still.
func TestTheWorldEndsAfterTicks(t *testing.T) {
	sc := connected()
	sc.Net.MSL, sc.Net.Ticks = 2, 3
	p := newPlay(t, sc)
	p.ticks(3)
	p.cannot("at the end", Tick, A, "")
}

// FIN-WAIT-2 has a timer where its host has one, and time goes on when it is over.
func TestFinWait2IsGivenUp(t *testing.T) {
	sc := connected()
	sc.Net.MSL = 2
	sc.Peer[A].FinWait2 = 2
	p := newPlay(t, sc)
	p.do(A, Close)
	p.deliver(B, finA)
	p.deliver(A, "<SEQ=301><ACK=102><CTL=ACK>")
	for range 2 {
		p.states("A waits for a FIN", model.FinWait2, model.CloseWait)
		p.cannot("it has waited for less than that", GiveUp, A, "")
		p.ticks(1)
	}
	p.can("it has waited", GiveUp, A, "")
	p.can("time goes on", Tick, A, "")
	p.do(A, GiveUp)
	p.states("A has given up", model.Closed, model.CloseWait)

	sc.Peer[A].FinWait2 = 0
	p = newPlay(t, sc)
	p.do(A, Close)
	p.deliver(B, finA)
	p.deliver(A, "<SEQ=301><ACK=102><CTL=ACK>")
	p.ticks(5)
	p.cannot("without such a timer", GiveUp, A, "")
}

// A keep-alive is sent by an idle connection, again and again, and only by one that has the policy.
func TestKeepAliveProbesAnIdleConnection(t *testing.T) {
	sc := connected()
	p := newPlay(t, sc)
	p.cannot("off", Retransmit, A, "")
	sc.Peer[A].TCP.KeepAlive = true
	p = newPlay(t, sc)
	p.do(A, Retransmit)
	p.deliver(B, "<SEQ=100><ACK=301><CTL=ACK>")
	p.deliver(A, "<SEQ=301><ACK=101><CTL=ACK>")
	p.can("again", Retransmit, A, "")
	p.cannot("B has no keep-alives", Retransmit, B, "")
}

// TIME-WAIT tells the machine for how long it has waited: fix F2 of RFC 1337 obeys a RST only after two ticks.
func TestTimeWaitKnowsItsAge(t *testing.T) {
	for _, x := range []struct {
		ticks int
		want  model.State
	}{{0, model.TimeWait}, {1, model.TimeWait}, {2, model.Closed}} {
		sc := connected()
		sc.Net.MSL = 4
		for i := range sc.Peer {
			sc.Peer[i].TCP.Timestamps = true
			sc.Peer[i].TCP.RstInTimeWait = model.IgnoreRstAtFirst
		}
		sc.Peer[A].TimeWait = 4
		sc.Attacker = []Packet{to(A, model.Segment{Seq: BaseB + 2, Flags: model.RST})}
		p := newPlay(t, sc)
		p.do(A, Close)
		p.deliver(B, "<SEQ=101><ACK=301><CTL=FIN,ACK><TS=0,0>")
		p.do(B, Close)
		p.deliver(A, "<SEQ=301><ACK=102><CTL=FIN,ACK><TS=0,0>")
		p.ticks(x.ticks)
		p.do(A, Inject)
		if got := p.sys.Unpack(p.s).Peer[A].TCB.State; got != x.want {
			t.Errorf("a RST after %d ticks: %v, want %v", x.ticks, got, x.want)
		}
	}
}
