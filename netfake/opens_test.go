package netfake

import (
	"testing"

	"github.com/tcpcheck/tcpcheck/model"
)

// A user opens as often as its program says, and no more.
func TestOpensAreCounted(t *testing.T) {
	for n := range 3 {
		for _, kind := range []ActionKind{OpenActive, OpenPassive} {
			sc := pair()
			sc.Peer[A].User = User{Abort: true}
			if kind == OpenActive {
				sc.Peer[A].User.Active = n
			} else {
				sc.Peer[A].User.Passive = n
			}
			p := newPlay(t, sc)
			for range n {
				p.do(A, kind, Abort)
			}
			p.cannot("all opens are used up", kind, A, "")
		}
	}
}

// Without the policy nobody takes TIME-WAIT over.
func TestTimeWaitIsNotTakenOver(t *testing.T) {
	sc := connected()
	sc.Peer[A].User = User{Active: 1, Close: true}
	p := newPlay(t, sc)
	p.do(A, Close)
	p.deliver(B, finA)
	p.do(B, Close)
	p.deliver(A, finB)
	p.states("A waits", model.TimeWait, model.LastAck)
	p.cannot("an active OPEN", OpenActive, A, "")
}

// A SYN that may reopen from TIME-WAIT draws every arbitrary number.
func TestReopeningDrawsEveryNumber(t *testing.T) {
	sc := connected()
	sc.Peer[A].Isn = Isn{Policy: Arbitrary, Choices: []uint8{10, 20}}
	sc.Attacker = []Packet{to(A, model.Segment{Seq: 310, Flags: model.SYN, Wnd: 4})}
	p := newPlay(t, sc)
	p.do(A, Close)
	p.deliver(B, finA)
	p.do(B, Close)
	draws := func() (n int) {
		for _, a := range p.sys.Actions(nil, p.s) {
			if a.Kind == Inject {
				n++
			}
		}
		return n
	}
	if n := draws(); n != 1 {
		t.Errorf("in FIN-WAIT-1 a SYN draws %d numbers, want 1", n)
	}
	p.deliver(A, finB)
	if n := draws(); n != 2 {
		t.Errorf("in TIME-WAIT a SYN draws %d numbers, want 2", n)
	}
}

// A fresh number is above those of the text on a SYN, too.
func TestTextCountsAsUsed(t *testing.T) {
	sc := pair()
	sc.Peer[A].TCP.DataOnSyn = true
	sc.Peer[A].Isn = Isn{Policy: Fresh}
	sc.Peer[A].User = User{Active: 2, Octets: 1, Abort: true}
	p := newPlay(t, sc)
	p.do(A, OpenActive, Abort, OpenActive)
	if w := p.sys.Unpack(p.s); w.Peer[A].TCB.Iss != BaseA+2 {
		t.Errorf("after a SYN with an octet the next ISS is %d, want %d", w.Peer[A].TCB.Iss, BaseA+2)
	}
}
