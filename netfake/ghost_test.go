package netfake

import (
	"testing"

	"github.com/tcpcheck/tcpcheck/model"
)

// Text of the present peer is foreign if it was meant for an earlier incarnation of the receiver.
func TestTextThatWasSentToAnother(t *testing.T) {
	p := watched(t, calling(), func(sc *Scenario) {
		sc.Peer[A].User.Octets = 1
		sc.Peer[B].User = User{Passive: 2, Crashes: 1}
	})
	p.open(syn, synAck, ack)
	p.do(A, Send)
	p.do(B, Crash, OpenPassive)
	p.deliver(B, syn, ack)
	p.states("A's old SYN and ACK open again", model.Established, model.Established)
	before := p.s.Faults()
	p.deliver(B, octet1)
	if got := p.s.Faults() &^ before; got != ForeignData {
		t.Errorf("text for the incarnation before the crash: got the faults %v, want foreign-data", got)
	}
}

// Who opens does not know the peer's incarnation yet, so text on a SYN is meant for whoever answers.
func TestTextOnASynIsNotForeign(t *testing.T) {
	p := watched(t, calling(), tcp(func(c *model.Config) { c.DataOnSyn = true }), func(sc *Scenario) { sc.Peer[A].User.Octets = 1 })
	p.do(B, OpenPassive)
	p.do(A, OpenActive)
	p.deliver(B, "<SEQ=100><DATA=1><CTL=SYN>")
	p.deliver(A, synAck)
	p.deliver(B, "<SEQ=102><ACK=301><CTL=ACK>")
	if got := p.sys.Unpack(p.s).Peer[B].Got; got != 1 {
		t.Errorf("B took %d octets, want the one on the SYN", got)
	}
	p.faults("text on a SYN", 0)
}

// What was held out of order is taken together with what comes before it, and in order.
func TestHeldPiecesAreInOrder(t *testing.T) {
	p := watched(t, connected())
	p.do(A, Send, Send)
	p.deliver(B, octet2, octet1)
	p.faults("two pieces at once", 0)
	p = watched(t, connected())
	p.do(A, Send, Close)
	p.deliver(B, "<SEQ=102><ACK=301><CTL=FIN,ACK>", octet1)
	p.states("both were taken", model.FinWait1, model.CloseWait)
	p.faults("text and the FIN after it at once", 0)
}

// Text that is held keeps its ghost until it is taken.
func TestHeldTextKeepsItsGhost(t *testing.T) {
	p := watched(t, connected(), func(sc *Scenario) {
		sc.Stale = []Packet{to(B, model.Segment{Seq: 102, Ack: 301, Flags: model.ACK | model.PSH, Len: 1, Wnd: 4})}
	})
	p.deliver(B, octet2)
	p.faults("old text is held", 0)
	p.do(A, Send)
	p.deliver(B, octet1)
	p.faults("it is taken with the text before it", ForeignData)
}

// That a peer has not taken everything is known only as long as it is the same incarnation.
func TestLostOctetOfAnEarlierPeer(t *testing.T) {
	for _, crashes := range []bool{false, true} {
		p := watched(t, connected(), func(sc *Scenario) {
			sc.Peer[B].User = User{Active: 1, Crashes: 1}
			sc.Attacker = []Packet{to(A, model.Segment{Seq: 301, Ack: 103, Flags: model.ACK, Wnd: 4})}
		})
		p.do(A, Send, Close)
		want := ForeignAck | LostOctet
		if crashes {
			p.do(B, Crash, OpenActive)
			want = ForeignAck
		}
		p.take(Inject, A, "")
		p.faults("A is told that everything arrived", want)
	}
}

// Octets taken count for the incarnation that sent them, and for no other.
func TestTakenCountsOwnOctets(t *testing.T) {
	p := watched(t, leftovers(), tcp(twoSegments))
	p.do(A, OpenActive)
	p.do(B, OpenPassive)
	p.deliver(B, oldSyn, oldText)
	if w := p.sys.Unpack(p.s); w.Peer[B].Got != 1 || w.Peer[A].Taken != 0 {
		t.Errorf("old text: B took %d and %d of A's octets, want 1 and 0", w.Peer[B].Got, w.Peer[A].Taken)
	}
	p = watched(t, connected(), func(sc *Scenario) { sc.Peer[A].User = User{Active: 1, Octets: 1, Abort: true} })
	p.do(A, Send)
	p.deliver(B, octet1)
	if w := p.sys.Unpack(p.s); w.Peer[A].Taken != 1 {
		t.Errorf("%d of A's octets were taken, want 1", w.Peer[A].Taken)
	}
	p.do(A, Abort, OpenActive)
	if w := p.sys.Unpack(p.s); w.Peer[A].Taken != 0 {
		t.Errorf("%d octets of A's new incarnation were taken, want 0", w.Peer[A].Taken)
	}
}

// Text on a SYN is nobody's until it is taken. If an earlier incarnation has taken it, it is foreign to the next one.
func TestDataOnASynIsTakenOnce(t *testing.T) {
	const synText = "<SEQ=100><DATA=1><CTL=SYN>"
	p := watched(t, calling(), tcp(func(c *model.Config) { c.DataOnSyn = true }), func(sc *Scenario) {
		sc.Peer[A].User.Octets = 1
		sc.Peer[B].User = User{Passive: 2, Crashes: 1}
	})
	p.do(B, OpenPassive)
	p.do(A, OpenActive)
	p.deliver(B, synText)
	p.deliver(A, synAck)
	p.deliver(B, "<SEQ=102><ACK=301><CTL=ACK>")
	p.faults("taken once", 0)
	p.do(B, Crash, OpenPassive)
	p.deliver(B, synText)
	before := p.s.Faults()
	p.deliver(B, "<SEQ=102><ACK=301><CTL=ACK>")
	if got := p.s.Faults() &^ before; got&ForeignData == 0 {
		t.Errorf("taken twice: got the faults %v, want foreign-data", got)
	}
}

// A FIN for this incarnation is foreign if it comes from an earlier one of the peer.
func TestFinOfAnEarlierPeer(t *testing.T) {
	p := watched(t, pair(), func(sc *Scenario) {
		sc.Peer[A].User = User{Passive: 2, Crashes: 1, CloseBeforeEstablished: true}
		sc.Peer[B].User = User{Active: 1}
	})
	const synB, synAckA = "<SEQ=300><CTL=SYN>", "<SEQ=100><ACK=301><CTL=SYN,ACK>"
	p.do(A, OpenPassive)
	p.do(B, OpenActive)
	p.deliver(A, synB)
	p.do(A, Close, Crash, OpenPassive)
	p.deliver(A, synB)
	w := p.sys.Unpack(p.s)
	for i, q := range w.Wire(p.sys) {
		if q.Inc == 2 && q.Seg.String() == synAckA {
			p.s = p.sys.Step(p.s, Action{Kind: Deliver, Peer: B, Index: uint8(i)})
		}
	}
	if w := p.sys.Unpack(p.s); w.Peer[B].RemoteInc != 2 || w.Peer[B].State() != model.Established {
		t.Fatalf("B is %v with incarnation %d of A, want ESTABLISHED with 2", w.Peer[B].State(), w.Peer[B].RemoteInc)
	}
	p.deliver(B, "<SEQ=101><ACK=301><CTL=FIN,ACK>")
	if p.s.Faults()&ForeignFin == 0 {
		t.Errorf("the FIN of A's first incarnation: got the faults %v, want foreign-fin among them", p.s.Faults())
	}
}
