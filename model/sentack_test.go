package model

import "testing"

// sentAck is an ESTABLISHED endpoint that checks ACKs by SentAck. So many numbers after its SYN are acknowledged, and
// one octet is under way.
func sentAck(acked Seq, window uint32) (Config, TCB) {
	c := base()
	c.AckRange = SentAck
	t := TCB{State: Established, Iss: 100, Irs: 299, MSS: 10}
	t.Snd = SendVars{Una: 101 + acked, Nxt: 102 + acked, Wl1: 300, Wl2: 101 + acked, Wnd: window, MaxWnd: window}
	t.Rcv = RecvVars{Nxt: 300, Up: 300, Wnd: c.RcvBuf}
	return c, t
}

// takes reports whether one octet of text with that ACK is taken.
func takes(c Config, t TCB, ack Seq) (bool, TCB) {
	after, o := Step(c, t, Event{Kind: SegmentArrives, Seg: Segment{Seq: 300, Ack: ack, Flags: ACK, Len: 1, Wnd: 1000}})
	return o.Delivered == 1, after
}

// TestSentAck: an ACK passes if it is within a window of SND.UNA and of something that was sent, and only then; the
// same across the wrap, and where half the circle and more has been acknowledged since ISS.
func TestSentAck(t *testing.T) {
	for _, x := range []struct {
		says   string
		acked  Seq
		window uint32
		far    bool
		ack    Seq // less SND.UNA
		want   bool
	}{
		{"the ACK of our SYN, and of no more", 0, 50, false, 0, true},
		{"what is under way", 0, 50, false, 1, true},
		{"what was never sent, above SND.NXT", 0, 50, false, 2, false},
		{"ISS itself acknowledges nothing", 0, 50, false, ^Seq(0), false},
		{"a number below ISS, within a window", 0, 50, false, ^Seq(20), false},
		{"the SYN's again, after ten octets", 10, 50, false, ^Seq(9), true},
		{"ISS, after ten octets", 10, 50, false, ^Seq(10), false},
		{"the window is the bound where more than it was acknowledged", 60, 50, false, ^Seq(49), true},
		{"one more than the window", 60, 50, false, ^Seq(50), false},
		{"SND.UNA close above ISS again, once round the circle", 10, 50, true, ^Seq(49), true},
		{"the same, one more than the window", 10, 50, true, ^Seq(50), false},
	} {
		c, tcb := sentAck(x.acked, x.window)
		if x.far {
			tcb.Marks |= IssFar
		}
		if got, _ := takes(c, tcb, tcb.Snd.Una+x.ack); got != x.want {
			t.Errorf("%s: taken %v, want %v", x.says, got, x.want)
		}
	}
}

// TestIssFar: the mark comes when half the circle has been acknowledged, no other policy sets it, and it stays.
func TestIssFar(t *testing.T) {
	c, tcb := sentAck(1<<31-2, 50)
	if tcb.Is(IssFar) {
		t.Fatal("begun far")
	}
	_, after := takes(c, tcb, tcb.Snd.Nxt)
	if !after.Is(IssFar) {
		t.Error("half the circle was acknowledged, and ISS still bounds ACKs")
	}
	c.AckRange = RecentAck
	if _, after = takes(c, tcb, tcb.Snd.Nxt); after.Is(IssFar) {
		t.Error("a policy that does not ask for ISS marks that it is far")
	}
}
