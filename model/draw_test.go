package model

import (
	"math/rand/v2"

	"pgregory.net/rapid"
)

// source draws numbers below n: from rapid, which shrinks and fuzzes, or from a plain
// generator, which is a hundred times faster.
type source func(n uint64) uint64

func fromRapid(t *rapid.T) source {
	return func(n uint64) uint64 { return rapid.Uint64Range(0, n-1).Draw(t, "n") }
}

func fromSeed(seed uint64) source {
	r := rand.New(rand.NewPCG(seed, 0))
	return r.Uint64N
}

func (s source) bool() bool { return s(2) == 1 }

// seq draws a number that is often near another one, so that comparisons go both ways.
func (s source) seq(near Seq) Seq {
	switch s(8) {
	case 0:
		return Seq(s(1 << 32))
	case 1:
		return near + 1<<31 - 2 + Seq(s(4))
	default:
		return near + Seq(s(24)) - 12
	}
}

// size draws a length or a window: mostly small, at times any.
func (s source) size() uint32 {
	if s(6) == 0 {
		return uint32(s(1 << 32))
	}
	return uint32(s(16))
}

func (s source) config(mutants bool) Config {
	c := Config{RcvBuf: s.size(), MSS: uint16(s.size()), WScale: uint8(s(256))}
	for _, p := range Policies {
		if s(3) == 0 {
			p.Set(&c, int(s(uint64(len(p.Values)))))
		}
	}
	if mutants && s.bool() {
		c.Mutant = Mutant(s(NumMutants))
	}
	return c
}

// anyTCB draws every field, whether it makes sense or not; only the state is one of the eleven.
func (s source) anyTCB() TCB {
	a, b := Seq(s(1<<32)), Seq(s(1<<32))
	t := TCB{
		Snd: SendVars{Una: s.seq(a), Nxt: s.seq(a), Wl1: s.seq(b), Wl2: s.seq(a), Up: s.seq(a), Wnd: s.size(), MaxWnd: s.size()},
		Iss: s.seq(a),
		Rcv: RecvVars{Nxt: s.seq(b), Up: s.seq(b), Wnd: s.size()},
		Irs: s.seq(b),
		TS:  TimestampVars{Recent: uint32(s.seq(0)), LastAckSent: s.seq(b)},
		Old: OldVars{SndNxt: s.seq(a), RcvNxt: s.seq(b), TSRecent: uint32(s.seq(0))},

		Unsent: s.size(), Unread: s.size(), Wanted: s.size(),
		MSS: uint16(s.size()), Marks: Marks(s(1 << 16)), State: State(s(NumStates)),
		SndShift: uint8(s(256)), RcvShift: uint8(s(256)), SynText: uint8(s(256)),
	}
	for i := range t.Held {
		t.Held[i] = Held{s.seq(b), uint16(s.size()), Flags(s(256)), Ghost(s(256))}
	}
	return t
}

// event draws any event for an endpoint in t.
func (s source) event(t TCB) Event {
	return Event{
		Kind: EventKind(s(NumEventKinds)), Urgent: s.bool(), Remote: s.bool(),
		N: s.size(), Iss: s.seq(t.Snd.Nxt), Now: uint32(s.seq(0)), Waited: uint32(s(4)), Seg: s.segment(t),
	}
}

func (s source) segment(t TCB) Segment {
	common := []Flags{ACK, ACK, ACK | PSH, ACK | FIN, SYN, SYN | ACK, RST, RST | ACK, ACK | URG}
	flags := Flags(s(64))
	if s(4) != 0 {
		flags = common[s(uint64(len(common)))]
	}
	var opts Options
	if s.bool() {
		opts = Options(s(32))
		if s(4) != 0 {
			opts &^= OtherCompartment
		}
	}
	return Segment{
		Seq: s.seq(t.Rcv.Nxt), Ack: s.seq(t.Snd.Nxt), TSVal: uint32(s.seq(0)), TSEcr: uint32(s.seq(0)),
		Len: uint16(s.size()), Wnd: uint16(s.size()), Up: uint16(s.size()), MSS: uint16(s.size()),
		Flags: flags, Opts: opts, WScale: uint8(s(256)), Ghost: Ghost(s(256)),
	}
}

// sane gives a TCB the shape that every reachable one has: UNA =< NXT and not far apart, and
// what its state leaves unset is zero.
func (t TCB) sane() TCB {
	if t.State <= Listen {
		return TCB{State: t.State, Marks: t.Marks & (Passive | RemoteKnown)}
	}
	if t.Snd.Nxt.From(t.Snd.Una) > 1<<20 {
		t.Snd.Nxt = t.Snd.Una + 1
	}
	if t.Snd.Una.From(t.Iss) > 1<<30 {
		t.Iss = t.Snd.Una
	}
	if t.State == SynSent {
		t.Rcv, t.Irs, t.TS, t.Held = RecvVars{Wnd: t.Rcv.Wnd}, 0, TimestampVars{}, [MaxHeld]Held{}
		t.Snd.Wl1, t.Snd.Wl2, t.Unread = 0, 0, 0
		t.Marks &^= TSOK
	}
	switch t.State {
	case SynSent, SynReceived:
		t.Marks &^= FinSent
		t.Iss, t.Snd.Nxt = t.Snd.Una, t.Snd.Una+1+Seq(t.SynText)
	case Established:
		t.Marks &^= FinSent | CloseAsked
	case CloseWait:
		t.Marks &^= FinSent
	}
	if !t.synUnacked() {
		t.SynText = 0
	}
	t.SynText = uint8(min(uint32(t.SynText), t.Snd.Nxt.From(t.Iss)-1))
	if !t.Is(SndUrgent) {
		t.Snd.Up = 0
	}
	if t.State != SynReceived {
		t.Marks &^= Reopened
	}
	if !t.Is(Reopened) {
		t.Old = OldVars{}
		t.Marks &^= OldTSOK
	}
	for i := range t.Held {
		t.Held[i].Flags &= FIN | PSH
		if t.Held[i].empty() || i > 0 && t.Held[i-1] == (Held{}) {
			t.Held[i] = Held{}
		}
	}
	return t
}
