package netfake

import (
	"testing"

	"github.com/tcpcheck/tcpcheck/model"
)

// isCut claims which bound the last step ran into. Nothing happens after that, and the step
// has not been taken: what there is to see is the state before.
func (p *play) isCut(claim string, want Cut, before State) {
	p.Helper()
	if p.s.cut != want || CutOff(p.s) != want.String() {
		p.Fatalf("%s: cut off by %q, want %q", claim, CutOff(p.s), want)
	}
	if want == NotCut {
		return
	}
	if as := p.sys.Actions(nil, p.s); len(as) != 0 {
		p.Errorf("%s: after the cut there is %v", claim, as)
	}
	if before.cut, before.faults = want, p.s.faults; p.s != before {
		p.Errorf("%s: the step was taken", claim)
	}
}

func TestCutWire(t *testing.T) {
	sc := connected()
	sc.Peer[A].User.Octets = maxOctets
	sc.Peer[B].User.Octets = maxOctets
	for i := range sc.Peer {
		sc.Peer[i].TCP.RcvBuf = maxOctets
	}
	p := newPlay(t, sc)
	for range maxOctets {
		p.do(A, Send)
	}
	for range MaxWire - maxOctets {
		p.do(B, Send)
	}
	p.isCut("a wire with as much as it holds", NotCut, p.s)
	before := p.s
	p.do(B, Send)
	p.isCut("one segment more", CutWire, before)
}

func TestCutNumbers(t *testing.T) {
	for choice, want := range map[uint8]Cut{0: NotCut, 255 - below - 1: NotCut, 255 - below: CutNumbers} {
		sc := calling()
		sc.Peer[A].Isn.Choices = []uint8{choice}
		p := newPlay(t, sc)
		before := p.s
		p.do(A, OpenActive)
		p.isCut("the number after the SYN", want, before)
	}
}

// An answer whose number is out of range is not sent, though both endpoints are as they were.
func TestCutNumbersOfAnAnswer(t *testing.T) {
	for above, want := range map[model.Seq]Cut{255 - below - 1: NotCut, 255 - below: CutNumbers} {
		sc := pair()
		sc.Attacker = []Packet{to(B, model.Segment{Seq: BaseA + above, Flags: model.SYN, Wnd: 4})}
		p := newPlay(t, sc)
		before := p.s
		p.take(Inject, B, "")
		p.isCut("the RST acknowledges the number after the SYN", want, before)
	}
}

func TestCutClock(t *testing.T) {
	for policy, want := range map[IsnPolicy]Cut{Clock: CutClock, Fixed: NotCut} {
		sc := pair()
		sc.Net.MSL = 1
		sc.Peer[A].Isn.Policy, sc.Peer[A].Isn.Rate = policy, 1
		p := newPlay(t, sc)
		p.ticks(200)
		p.isCut("after 200 ticks", NotCut, p.s)
		before := p.s
		p.ticks(1)
		p.isCut("one tick more, where somebody reads the clock", want, before)
	}
}

func TestCutIncarnations(t *testing.T) {
	for start, want := range map[Start]Cut{StartClosed: NotCut, StartEstablished: CutIncarnations} {
		sc := pair()
		sc.Start = start
		sc.Peer[A].User = User{Active: maxIncarnations, Abort: true}
		p := newPlay(t, sc)
		var before State
		for range maxIncarnations {
			if _, ok := p.find(Abort, A, ""); ok {
				p.do(A, Abort)
			}
			before = p.s
			p.do(A, OpenActive)
		}
		p.isCut("twelve opens", want, before)
	}
}

// A state that was cut off breaks no invariant that the state before it keeps: it would be a
// counterexample made of truncated numbers.
func TestCutStateHoldsNoNonsense(t *testing.T) {
	sc := connected()
	sc.Peer[A].User = User{Active: 1, Abort: true}
	sc.Peer[A].Isn.Choices = []uint8{255 - below}
	p := newPlay(t, sc)
	p.do(A, Abort, OpenActive)
	w := p.sys.Unpack(p.s)
	if tcb := &w.Peer[A].TCB; w.Cut != CutNumbers || tcb.State >= model.SynSent && tcb.Snd.Nxt.Less(tcb.Snd.Una) {
		t.Errorf("cut off by %v with SND.UNA %d and SND.NXT %d", w.Cut, tcb.Snd.Una, tcb.Snd.Nxt)
	}
}
