package netfake

import (
	"testing"

	"github.com/tcpcheck/tcpcheck/model"
)

// The segments of two SENDs of A on a connection in place, and what B answers.
const (
	octet1 = "<SEQ=101><ACK=301><DATA=1><CTL=PSH,ACK>"
	octet2 = "<SEQ=102><ACK=301><DATA=1><CTL=PSH,ACK>"
	ack1   = "<SEQ=301><ACK=102><CTL=ACK>"
	finA   = "<SEQ=101><ACK=301><CTL=FIN,ACK>"
	finB   = "<SEQ=301><ACK=102><CTL=FIN,ACK>"
	ackA   = "<SEQ=102><ACK=302><CTL=ACK>"
)

func TestLossHasABudget(t *testing.T) {
	for _, tt := range []struct {
		losses  int
		once    bool
		another bool
	}{{0, false, false}, {1, true, false}, {2, true, true}, {Unlimited, true, true}} {
		sc := onBag()
		sc.Net.Losses = tt.losses
		p := newPlay(t, sc)
		p.do(A, Send, Send)
		if !tt.once {
			p.cannot("a wire without losses", Lose, B, octet1)
			continue
		}
		p.take(Lose, B, octet1)
		p.cannot("what is lost is gone", Deliver, B, octet1)
		if tt.another {
			p.can("the budget allows another loss", Lose, B, octet2)
		} else {
			p.cannot("the budget is spent", Lose, B, octet2)
		}
	}
}

func TestDuplicationHasABudget(t *testing.T) {
	for _, tt := range []struct {
		dups  int
		again bool
	}{{1, false}, {2, true}, {Unlimited, true}} {
		sc := onBag()
		sc.Net.Dups = tt.dups
		p := newPlay(t, sc)
		p.do(A, Send)
		p.take(DeliverKeep, B, octet1)
		if _, ok := p.find(DeliverKeep, B, octet1); ok != tt.again {
			t.Errorf("%d duplicates: a second one is enabled: %v, want %v", tt.dups, ok, tt.again)
		}
		p.deliver(B, octet1)
	}
	p := newPlay(t, onBag())
	p.do(A, Send)
	p.cannot("a wire that does not duplicate", DeliverKeep, B, octet1)
	p.deliver(B, octet1)
	p.cannot("each copy is delivered once", Deliver, B, octet1)
}

func TestReorderingIsOnOrOff(t *testing.T) {
	sc := onBag()
	p := newPlay(t, sc)
	p.do(A, Send, Send)
	p.can("a bag reorders", Deliver, B, octet2)
	sc.Net.InOrder = true
	p = newPlay(t, sc)
	p.do(A, Send, Send)
	p.cannot("in order the second waits for the first", Deliver, B, octet2)
	p.deliver(B, octet1)
	p.can("then it is its turn", Deliver, B, octet2)
	p.can("the other direction has an order of its own", Deliver, A, ack1)
}

func TestSetDuplicatesAndReorders(t *testing.T) {
	p := newPlay(t, connected())
	p.do(A, Send, Send)
	p.deliver(B, octet2, octet1, octet1, octet2)
	p.cannot("a set loses by never delivering", Lose, B, octet1)
	w := p.sys.Unpack(p.s)
	if w.Peer[B].Got != 2 {
		t.Errorf("B took %d octets, want 2", w.Peer[B].Got)
	}
}

// A segment sent at tick t can be delivered at ticks t to t+MSL-1.
func TestDelayEndsWithMSL(t *testing.T) {
	for _, bag := range []bool{false, true} {
		sc := connected()
		sc.Net = Network{Bag: bag, MSL: 3}
		if bag {
			sc.Net.Losses = Unlimited
		}
		p := newPlay(t, sc)
		p.do(A, Send)
		p.ticks(2)
		p.can("two ticks old with an MSL of three", Deliver, B, octet1)
		p.ticks(1)
		p.cannot("MSL old", Deliver, B, octet1)
		p.do(A, Retransmit)
		p.can("sent again", Deliver, B, octet1)
	}
	p := newPlay(t, connected())
	p.do(A, Send)
	p.cannot("without an MSL there is no clock", Tick, A, "")
}

func TestSendingAgainMakesYoungAgain(t *testing.T) {
	sc := connected()
	sc.Net.MSL = 2
	p := newPlay(t, sc)
	p.do(A, Send)
	p.ticks(1)
	p.do(A, Retransmit)
	w := p.sys.Unpack(p.s)
	if n := len(w.Wire(p.sys)); n != 1 {
		t.Errorf("a set holds the same segment %d times", n)
	}
	p.ticks(1)
	p.can("young again a tick ago", Deliver, B, octet1)
}

// A wire that may not lose delivers before the segment is too old: time waits for it.
func TestTimeWaitsForAWireThatMayNotLose(t *testing.T) {
	sc := onBag()
	sc.Net.MSL = 2
	p := newPlay(t, sc)
	p.do(A, Send)
	p.ticks(1)
	p.cannot("the next tick would lose the segment", Tick, A, "")
	p.deliver(B, octet1)
	p.can("it is delivered, and its ACK is young", Tick, A, "")
}

func TestPatience(t *testing.T) {
	sc := onBag()
	sc.Net.Losses = 1
	p := newPlay(t, sc)
	p.do(A, Send)
	p.can("an impatient timer fires at any time", Retransmit, A, "")
	sc.Net.NoPrematureRetransmission = true
	p = newPlay(t, sc)
	p.do(A, Send)
	p.cannot("a patient one waits while anything is under way", Retransmit, A, "")
	p.take(Lose, B, octet1)
	p.can("nothing is under way", Retransmit, A, "")
}

func TestStaleSegments(t *testing.T) {
	sc := calling()
	sc.Peer[B].Isn = Isn{Policy: Fresh}
	sc.Stale = []Packet{
		to(B, model.Segment{Seq: 90, Flags: model.SYN, Wnd: 4}),
		to(B, model.Segment{Seq: 91, Ack: 311, Flags: model.ACK, Wnd: 4}),
	}
	p := newPlay(t, sc)
	p.do(B, OpenPassive)
	p.deliver(B, "<SEQ=90><CTL=SYN>")
	w := p.sys.Unpack(p.s)
	if q := &w.Peer[B]; q.RemoteInc != Before || q.TCB.Iss != 311 {
		t.Errorf("B answers incarnation %d with ISS %d, want one from before the start, and a number above all old ones", q.RemoteInc, q.TCB.Iss)
	}
	p = newPlay(t, calling())
	p.do(B, OpenPassive)
	p.cannot("without old segments nothing is under way", Deliver, B, "<SEQ=90><CTL=SYN>")
}

func TestAttackerSendsAtAnyTimeAndAgain(t *testing.T) {
	sc := connected()
	sc.Net.MSL = 1
	sc.Attacker = []Packet{to(B, model.Segment{Seq: BaseA + 3, Flags: model.RST})}
	p := newPlay(t, sc)
	for range 3 {
		p.take(Inject, B, "")
		p.ticks(1)
	}
	p.states("the RST is not at the edge of the window", model.Established, model.Established)
	p = newPlay(t, connected())
	p.cannot("without an attacker", Inject, B, "")
}

// Where the first ACK of a FIN arrives, time stands still before it would be too old, and goes on when it was heard.
func TestFirstAckOfAFinArrives(t *testing.T) {
	sc := connected()
	sc.Net.MSL = 2
	for _, prompt := range []bool{false, true} {
		sc.Net.FirstAck = prompt
		p := newPlay(t, sc)
		p.do(A, Close)
		p.deliver(B, finA)
		p.do(B, Close)
		p.ticks(1)
		p.deliver(A, finB)
		p.ticks(1)
		if !prompt {
			p.can("the ACK may be lost", Tick, A, "")
			if w := p.sys.Unpack(p.s); w.Peer[B].FinAckAge != 0 {
				t.Errorf("nobody asks for how long B has not heard of its FIN, and it is counted: %d", w.Peer[B].FinAckAge)
			}
			continue
		}
		p.cannot("the ACK would be too old", Tick, A, "")
		p.do(B, Retransmit)
		p.deliver(A, finB)
		p.cannot("another ACK is not the first", Tick, A, "")
		p.deliver(B, "<SEQ=102><ACK=302><CTL=ACK>")
		p.states("B has heard it", model.TimeWait, model.Closed)
		p.can("time goes on", Tick, A, "")
	}
}

// Only the ACK of the present FIN has to arrive: not one of text, nor of an old FIN that looks like it.
func TestOnlyTheAckOfTheFinArrives(t *testing.T) {
	sc := connected()
	sc.Net.MSL, sc.Net.FirstAck = 3, true
	p := newPlay(t, sc)
	p.do(A, Send, Close)
	p.deliver(B, octet1)
	p.ticks(2)
	p.can("B has taken the text, and not the FIN", Tick, A, "")

	sc.Stale = []Packet{to(B, model.Segment{Seq: 101, Ack: 301, Flags: model.FIN | model.ACK, Wnd: 4})}
	p = newPlay(t, sc)
	p.ticks(1)
	p.do(A, Close)
	w := p.sys.Unpack(p.s)
	for i, q := range w.Wire(p.sys) {
		if q.Inc == Before {
			p.s = p.sys.Step(p.s, Action{Kind: Deliver, Peer: B, Index: uint8(i)})
		}
	}
	p.states("B has taken an old FIN", model.FinWait1, model.CloseWait)
	if w := p.sys.Unpack(p.s); w.Peer[A].FinAckAge != 0 {
		t.Errorf("the ACK of an old FIN counts as the first of A's: %d", w.Peer[A].FinAckAge)
	}
}

func TestTheWorldEndsAfterSoManyTicks(t *testing.T) {
	sc := connected()
	sc.Net.MSL, sc.Net.Ticks = 1, 2
	p := newPlay(t, sc)
	p.ticks(2)
	p.cannot("no third tick", Tick, A, "")
	p.can("what takes no time still happens", Close, A, "")
}
