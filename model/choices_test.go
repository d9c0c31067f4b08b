package model

import "testing"

// TestDefaultMSS: a peer that announced no MSS is sent at most 536 octets at once (MUST-15).
func TestDefaultMSS(t *testing.T) {
	c := Default()
	before := at(Established)
	before.Snd.Wnd = 65535
	for _, x := range []struct{ peer, want uint16 }{{0, 536}, {100, 100}, {9000, 1460}} {
		before.MSS = x.peer
		if _, o := Step(c, before, Event{Kind: Send, N: 5000}); o.Segs[0].Len != x.want {
			t.Errorf("a peer with MSS %d is sent %d octets", x.peer, o.Segs[0].Len)
		}
	}
}

// TestAnnouncedMSS: a SYN announces our MSS, also in answer and when it is sent again, and no other segment does (§3.7.1).
func TestAnnouncedMSS(t *testing.T) {
	announces := func(what string, o Output) {
		t.Helper()
		for _, s := range o.Sent() {
			if has := s.Opts&OptMSS != 0; has != s.Has(SYN) || has && s.MSS != 10 {
				t.Errorf("%s: %s announces %v, %d", what, s, has, s.MSS)
			}
		}
		if o.NSegs == 0 {
			t.Errorf("%s: nothing is sent", what)
		}
	}
	_, o := Step(base(), TCB{}, Event{Kind: OpenActive, Remote: true, Iss: 100})
	announces("an OPEN", o)
	_, o = Step(base(), at(Listen), arrives(Segment{Seq: 299, Flags: SYN, Wnd: 9}))
	announces("an answer", o)
	for s := SynSent; s <= LastAck; s++ {
		if s == FinWait2 || s == Established || s == CloseWait {
			continue // nothing is under way
		}
		_, o = Step(base(), at(s), Event{Kind: RetransmissionTimeout})
		announces("sent again in "+s.String(), o)
	}
	_, o = Step(base(), at(Established), Event{Kind: Send, N: 5})
	announces("text", o)
}

// TestSynAckWithText: text and FIN on the SYN,ACK are taken at once (§3.10.7.3, fourth).
func TestSynAckWithText(t *testing.T) {
	e := arrives(Segment{Seq: 299, Ack: 101, Len: 5, Flags: SYN | ACK | FIN, Wnd: 9})
	after, o := Step(base(), at(SynSent), e)
	want := "CLOSE-WAIT <SEQ=101><ACK=306><CTL=ACK>; connection closing, connection opened"
	if got := told(after, o); got != want || o.Delivered != 5 || after.Snd.Wnd != 9 {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestResetInSynSentHasNoNumber: the SEQ of a RST is not looked at in SYN-SENT (erratum 8167).
func TestResetInSynSentHasNoNumber(t *testing.T) {
	for _, seq := range []Seq{0, 1, 299, 1 << 31, ^Seq(0)} {
		after, _ := Step(base(), at(SynSent), arrives(Segment{Seq: seq, Ack: 101, Flags: RST | ACK}))
		if after.State != Closed {
			t.Errorf("a RST with SEQ=%d is not heard", seq)
		}
	}
}

// TestRepeatedSynWithText: under dup-syn=syn-ack text on the repeated SYN makes no difference (A12).
func TestRepeatedSynWithText(t *testing.T) {
	c := base()
	c.DupSyn = DupSynSynAck
	for _, n := range []uint16{0, 5} {
		after, o := Step(c, at(SynReceived), arrives(Segment{Seq: 299, Len: n, Flags: SYN}))
		want := "SYN-RECEIVED <SEQ=100><ACK=300><CTL=SYN,ACK>"
		if got := told(after, o); got != want {
			t.Errorf("with %d octets: got %s, want %s", n, got, want)
		}
	}
}

// TestUrgentBeforeEstablished: what was SENT as urgent before ESTABLISHED goes out as urgent (§3.10.2).
func TestUrgentBeforeEstablished(t *testing.T) {
	c := base()
	waiting, _ := Step(c, at(SynSent), Event{Kind: Send, N: 5, Urgent: true})
	_, o := Step(c, waiting, arrives(Segment{Seq: 299, Ack: 101, Flags: SYN | ACK, Wnd: 100}))
	if s := o.Segs[0]; o.NSegs != 1 || !s.Has(URG|ACK) || s.Len != 5 || s.Up != 5 {
		t.Errorf("sent %v", o.Sent())
	}
}

// TestReopenWantsTheCompartment: a SYN of another compartment reopens no TIME-WAIT (§3.10.7.4, third).
func TestReopenWantsTheCompartment(t *testing.T) {
	c := base()
	c.Reopen = ReopenLaterSyn
	after, o := Step(c, at(TimeWait), arrives(Segment{Seq: 400, Flags: SYN, Opts: OtherCompartment}))
	if got, want := told(after, o), "CLOSED <SEQ=0><ACK=401><CTL=RST,ACK>; connection reset"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestFourPieces: an output has room for all that one event can take: a segment, two held pieces, and a FIN.
func TestFourPieces(t *testing.T) {
	before := at(Established)
	before.Held = [MaxHeld]Held{{Seq: 305, Len: 5, Ghost: 2}, {Seq: 310, Len: 5, Flags: FIN, Ghost: 3}}
	after, o := Step(base(), before, arrives(Segment{Seq: 300, Ack: 101, Len: 5, Flags: ACK, Ghost: 1}))
	if len(o.Taken()) != 4 || after.State != CloseWait || after.Rcv.Nxt != 316 {
		t.Errorf("took %v, %v at %d", o.Taken(), after.State, after.Rcv.Nxt)
	}
}

// TestRstInTimeWaitByF2: fix F2 of RFC 1337 ignores a RST for two ticks, and only where timestamps are in use.
func TestRstInTimeWaitByF2(t *testing.T) {
	c := base()
	c.RstInTimeWait = IgnoreRstAtFirst
	for _, x := range []struct {
		marks  Marks
		waited uint32
		want   State
	}{{TSOK, 0, TimeWait}, {TSOK, 1, TimeWait}, {TSOK, 2, Closed}, {TSOK, 9, Closed}, {0, 0, Closed}} {
		before := inState(TimeWait)
		before.Marks |= x.marks
		e := arrives(Segment{Seq: 300, Flags: RST})
		e.Waited = x.waited
		if after, _ := Step(c, before, e); after.State != x.want {
			t.Errorf("timestamps %v, after %d ticks: %v", x.marks != 0, x.waited, after.State)
		}
	}
}

// TestKeepAlive: an idle connection is probed with SND.NXT-1 (§3.8.4); one with something under way sends that.
func TestKeepAlive(t *testing.T) {
	c := base()
	c.KeepAlive = true
	for s := Established; s <= TimeWait; s++ {
		after, o := Step(c, inState(s), Event{Kind: RetransmissionTimeout})
		got := told(after, o)
		switch s {
		case Established, CloseWait:
			if got != s.String()+" <SEQ=100><ACK=300><CTL=ACK>" {
				t.Errorf("an idle %v: %s", s, got)
			}
		case FinWait2:
			if got != "FIN-WAIT-2 <SEQ=101><ACK=300><CTL=ACK>" {
				t.Errorf("an idle FIN-WAIT-2: %s", got)
			}
		case TimeWait:
			if got != "TIME-WAIT" {
				t.Errorf("TIME-WAIT is probed: %s", got)
			}
		default:
			if o.NSegs != 1 || !o.Segs[0].Has(FIN) {
				t.Errorf("%v: %s in place of its FIN", s, got)
			}
		}
		if after, o := Step(base(), inState(s), Event{Kind: RetransmissionTimeout}); inState(s).Idle() && told(after, o) != s.String() {
			t.Errorf("%v is probed though keep-alives are off", s)
		}
	}
	busy := at(Established)
	busy.Snd.Nxt++
	if _, o := Step(c, busy, Event{Kind: RetransmissionTimeout}); o.NSegs != 1 || o.Segs[0].Len != 1 {
		t.Errorf("what is unacknowledged is not sent again: %v", o.Sent())
	}
}
