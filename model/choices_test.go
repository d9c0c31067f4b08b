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
