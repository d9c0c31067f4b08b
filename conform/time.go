package conform

import (
	"slices"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// passTime explains what a stack did while time passed: when its timers fire is its own choice, what they do is not. Each packet must
// be what the model's retransmission timeout (§3.10.8) would send at that moment, or text that has waited.
func (w *twin) passTime(length time.Duration, list []arrived, got *Seen) (want Seen) {
	before := w.conn.TCB
	for i, a := range list {
		if w.isAgain(compared(a.whole)) || w.isLate(compared(a.whole)) {
			w.learnWindow(list[i : i+1])
			continue
		}
		c := w.conn
		want.Sent = append(slices.Clone(got.Sent[:i]), sentBy(c.Do(model.Event{Kind: model.RetransmissionTimeout}))...)
		want.State, want.Signals = w.ends(length, got, &want)
		return want
	}
	want.Sent = got.Sent
	want.State, want.Signals = w.ends(length, got, &want)
	if length >= sleepRetransmit && len(list) == 0 && before.Unacked() && w.conn.TCB.State != model.Closed {
		c := w.conn
		want.Sent = sentBy(c.Do(model.Event{Kind: model.RetransmissionTimeout}))
	}
	return want
}

// isAgain lets the retransmission timer fire, if that explains the segment. How much text is sent again is the stack's choice.
func (w *twin) isAgain(s model.Segment) bool {
	c := w.conn
	for _, again := range sentBy(c.Do(model.Event{Kind: model.RetransmissionTimeout})) {
		same := again == s
		if again.Len > 0 && s.Len > 0 && s.Flags&^model.FIN == again.Flags&^model.FIN {
			same = again.Seq == s.Seq && again.Ack == s.Ack && s.End().AtMost(c.TCB.Snd.Nxt) &&
				(!s.Has(model.FIN) || c.TCB.Is(model.FinSent) && s.End() == c.TCB.Snd.Nxt)
		}
		if same {
			w.conn = c
			return true
		}
	}
	return false
}

// isLate takes text, and the FIN behind it, that the stack has kept back until now.
func (w *twin) isLate(s model.Segment) bool {
	t := &w.conn.TCB
	fin := s.Has(model.FIN)
	if s.Flags&^model.FIN != model.ACK || s.Seq != t.Snd.Nxt || s.Ack != t.Rcv.Nxt || s.Len == 0 || uint32(s.Len) > t.Unsent ||
		fin && (!t.Is(model.CloseAsked) || uint32(s.Len) != t.Unsent) {
		return false
	}
	t.Unsent -= uint32(s.Len)
	t.Snd.Nxt = s.End()
	if fin {
		t.Marks |= model.FinSent
		if t.State == model.CloseWait {
			t.State = model.LastAck
		}
	}
	return true
}

// ends says what state and signals the model has, after its longer timers have fired if the stack's have.
func (w *twin) ends(length time.Duration, got *Seen, want *Seen) (model.State, []Signal) {
	t := w.conn.TCB
	over := w.tells && got.State == model.Closed
	switch {
	case t.State == model.TimeWait && (over || length >= sleepLong):
		w.conn.Do(model.Event{Kind: model.TimeWaitTimeout})
	case t.State != model.TimeWait && (over || length >= sleepLong) && (t.Unacked() || t.Unsent > 0) &&
		(over || slices.Contains(got.Signals, TimedOut)):
		outs := w.conn.Do(model.Event{Kind: model.UserTimeout})
		return w.conn.TCB.State, toldBy(outs)
	}
	return w.conn.TCB.State, nil
}
