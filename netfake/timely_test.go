package netfake

import (
	"testing"

	"github.com/tcpcheck/tcpcheck/model"
)

// onTime is connected with segments that live for two ticks. Both hosts retransmit after two ticks, and may be late by
// fewer ticks than within.
func onTime(within int) Scenario {
	sc := connected()
	sc.Net.MSL = 2
	sc.Both(func(h *Host) { h.RTO, h.TimersWithin, h.TimeWait = 2, within, 2 })
	return sc
}

// A retransmission timer does not fire before it is due. It starts anew when it has fired, and when SND.UNA moves. It
// fires in time if the scenario says so, and then no tick passes without it.
func TestRetransmissionTimerIsOnTime(t *testing.T) {
	for _, within := range []int{0, 1, 2} {
		p := newPlay(t, onTime(within))
		p.do(A, Send)
		for range 2 { // the second time, after it has fired
			p.cannot("the timer has just started", Retransmit, A, "")
			p.ticks(1)
			p.cannot("one tick is left", Retransmit, A, "")
			p.ticks(1)
			p.can("the timer is due", Retransmit, A, "")
			switch within {
			case 0:
				p.ticks(4) // it may be as late as it likes
			case 1:
				p.cannot("it fires in the tick in which it is due", Tick, A, "")
			case 2:
				p.ticks(1)
				p.can("it is late by a tick", Retransmit, A, "")
				p.cannot("and not by two", Tick, A, "")
			}
			p.do(A, Retransmit)
		}
		p.ticks(1)
		p.do(A, Send)
		p.deliver(B, octet1)
		p.deliver(A, ack1)
		p.ticks(1)
		p.cannot("the ACK has started the timer anew", Retransmit, A, "")
		p.ticks(1)
		p.can("two ticks after the ACK", Retransmit, A, "")
		p.do(A, Retransmit)
		p.deliver(B, octet2)
		p.deliver(A, "<SEQ=301><ACK=103><CTL=ACK>")
		p.ticks(4)
		p.cannot("nothing waits for an ACK", Retransmit, A, "")
	}
}

// The timer goes on over a change of state, and each connection has its own.
func TestRetransmissionTimerOutlivesAState(t *testing.T) {
	sc := onTime(1)
	sc.Peer[A].User.Abort, sc.Peer[A].User.Active = true, 1
	p := newPlay(t, sc)
	p.do(A, Send)
	p.ticks(1)
	p.do(A, Close) // FIN-WAIT-1
	p.ticks(1)
	p.cannot("the octet waits since two ticks", Tick, A, "")
	p.do(A, Abort, OpenActive)
	p.cannot("the SYN has just been sent", Retransmit, A, "")
	p.ticks(2)
	p.cannot("its timer is due", Tick, A, "")
}

// TIME-WAIT and the timer of FIN-WAIT-2 end in time as well.
func TestOtherTimersAreOnTime(t *testing.T) {
	for _, within := range []int{0, 1, 3} {
		sc := onTime(within)
		sc.Both(func(h *Host) { h.FinWait2 = 2 })
		p := newPlay(t, sc)
		p.do(A, Close)
		p.deliver(B, finA)
		p.deliver(A, "<SEQ=301><ACK=102><CTL=ACK>") // FIN-WAIT-2
		q := *p
		q.do(B, Close)
		q.deliver(A, "<SEQ=301><ACK=102><CTL=FIN,ACK>") // TIME-WAIT
		q.deliver(B, ackA)
		q.states("both are at the end", model.TimeWait, model.Closed)
		for kind, at := range map[ActionKind]*play{GiveUp: p, EndTimeWait: &q} {
			at.ticks(1)
			at.cannot("the timer is not due", kind, A, "")
			at.ticks(1)
			at.can("the timer is due", kind, A, "")
			if within == 0 {
				at.ticks(4)
				continue
			}
			at.ticks(within - 1)
			at.can("it may still be late", kind, A, "")
			at.cannot("it may not be later", Tick, A, "")
			at.do(A, kind)
			at.can("time goes on", Tick, A, "")
		}
	}
}

// What is late in TIME-WAIT does not count as waited, and a connection may take the place of TIME-WAIT after its time.
func TestLatenessIsNoPartOfTheWait(t *testing.T) {
	sc := onTime(3)
	sc.Peer[A].User.Active, sc.Peer[A].Reuse = 1, Reuse{On: true, After: 1}
	p := newPlay(t, sc)
	p.do(A, Close)
	p.deliver(B, finA)
	p.do(B, Close)
	p.deliver(A, finB)
	p.cannot("TIME-WAIT has just begun", OpenActive, A, "")
	p.ticks(1)
	p.can("after one tick a connection may take its place", OpenActive, A, "")
}

// A user that always listens has a listener at the start, after a refused SYN, after each connection, and after the quiet
// time that follows it.
func TestListensWheneverThereIsNoConnection(t *testing.T) {
	sc := calling()
	sc.Net.MSL = 2
	sc.Peer[A].User.Abort = true
	sc.Peer[B].User = User{Listens: true, Abort: true}
	for _, rest := range []int{0, 1} {
		sc.Peer[B].ReopenDelay = rest
		p := newPlay(t, sc)
		p.states("B listens at the start", model.Closed, model.Listen)
		p.do(A, OpenActive)
		p.deliver(B, syn)
		p.deliver(A, synAck)
		p.deliver(B, ack)
		p.do(B, Abort)
		if rest > 0 {
			p.states("B is quiet", model.Established, model.Closed)
			p.ticks(1)
		}
		p.states("B listens again", model.Established, model.Listen)
	}
}

// On a patient wire a timer that is due waits until nothing is under way, and time goes on meanwhile; in the reductions
// too, where each endpoint is seen without the wire.
func TestPatienceComesBeforePunctuality(t *testing.T) {
	sc := onTime(1)
	sc.Net = Network{Bag: true, MSL: 4, NoPrematureRetransmission: true}
	sc.Peer[A].User, sc.Peer[B].User = User{Octets: 1}, User{}
	sc.Peer[A].GiveUp = 6 // so that each tick leads to another state of A
	p := newPlay(t, sc)
	p.do(A, Send)
	p.ticks(3)
	p.cannot("the timer was due a tick ago, but the octet is under way", Retransmit, A, "")
	whole := p.sys
	reduced := whole.Reduced(AllReductions)
	if reduced.Reductions() == NoReductions {
		t.Fatal("nothing was reduced")
	}
	defer func() {
		if r := recover(); r != nil {
			t.Errorf("an endpoint comes to a state that it does not come to alone: %v", r)
		}
	}()
	for _, s := range reachable(whole) {
		checkBisimulation(t, whole, reduced, s)
	}
}
