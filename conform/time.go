package conform

import (
	"slices"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// passTime explains what a stack did while time passed. A stack may choose when its timers fire, but not what they do.
// Each packet must be what the model would send at that moment at a retransmission timeout (§3.10.8), or data that has
// waited.
func (w *twin) passTime(length time.Duration, list []arrived, got *Seen) (want Seen) {
	w.last = w.conn.TCB.Snd.Una
	for i, a := range list {
		if w.isMoreAgain(compared(a.whole)) || w.isAgain(compared(a.whole)) || w.isLate(compared(a.whole)) {
			w.learnWindow(list[i : i+1])
			continue
		}
		c := w.conn
		want.Sent = append(slices.Clone(got.Sent[:i]), sentBy(c.Do(model.Event{Kind: model.RetransmissionTimeout}))...)
		want.State, want.Signals = w.ends(length, got)
		return want
	}
	want.Sent = got.Sent
	want.State, want.Signals = w.ends(length, got)
	due := length >= sleepRetransmit<<min(w.backoff, 8) || length >= sleepLong
	if due && len(list) == 0 && w.conn.TCB.Unacked() {
		c := w.conn
		want.Sent = sentBy(c.Do(model.Event{Kind: model.RetransmissionTimeout}))
	}
	return want
}

// isAgain lets the retransmission timer fire, if that explains the segment. The stack may choose how much data it
// retransmits.
func (w *twin) isAgain(s model.Segment) bool {
	c := w.conn
	for _, again := range sentBy(c.Do(model.Event{Kind: model.RetransmissionTimeout})) {
		same := again == s
		if again.Len > 0 && s.Len > 0 && s.Flags&^model.FIN == again.Flags&^model.FIN {
			same = again.Seq == s.Seq && again.Ack == s.Ack && s.End().AtMost(c.TCB.Snd.Nxt) &&
				(!s.Has(model.FIN) || c.TCB.Is(model.FinSent) && s.End() == c.TCB.Snd.Nxt)
		}
		if same {
			w.conn, w.backoff, w.last = c, w.backoff+1, s.End()
			return true
		}
	}
	return false
}

// isMoreAgain accepts a segment that follows directly on the data of the last retransmission. The stack may choose how
// much it retransmits at one timeout.
func (w *twin) isMoreAgain(s model.Segment) bool {
	t := &w.conn.TCB
	end := s.End()
	return w.last != t.Snd.Una && s.Seq == w.last && s.Span() > 0 && s.Flags&^model.FIN == model.ACK && s.Ack == t.Rcv.Nxt && end.AtMost(t.Snd.Nxt) &&
		s.Has(model.FIN) == (t.Is(model.FinSent) && end == t.Snd.Nxt) && w.goOn(end)
}

func (w *twin) goOn(end model.Seq) bool {
	w.last = end
	return true
}

// withoutAgain leaves out retransmissions, which can come at any time if the clock is real.
func (w *twin) withoutAgain(packets []Sent) (rest []Sent) {
	tried := *w
	tried.last = tried.conn.TCB.Snd.Una
	for _, p := range packets {
		list, _, _ := decode([]Sent{p}, w.flow)
		if len(list) != 1 || !tried.isMoreAgain(compared(list[0].whole)) && !tried.isAgain(compared(list[0].whole)) {
			rest = append(rest, p)
		}
	}
	return rest
}

// isLate accepts data, and the FIN after it, that the stack has not sent until now.
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

// ends finds the state and the signals of the model. Its longer timers fire if those of the stack have fired.
func (w *twin) ends(length time.Duration, got *Seen) (model.State, []Signal) {
	t := w.conn.TCB
	over := w.tells && got.State == model.Closed
	w.left = w.outlives(Sleep)
	w.silent, w.age, w.old.age = w.silent+length, w.age+length, w.old.age+length
	switch {
	case t.State == model.TimeWait:
		if w.waited += length; w.waitIsOver(over) {
			w.conn.Do(model.Event{Kind: model.TimeWaitTimeout})
		}
	case t.State == model.SynReceived && t.Is(model.Passive) && w.tells && got.State == model.Listen:
		// The connection is given up, and the listener, which is another socket, continues.
		w.conn.Do(model.Event{Kind: model.UserTimeout})
		w.conn.Do(model.Event{Kind: model.OpenPassive})
	case (t.Unacked() || t.Unsent > 0) && w.silent < leastPatience(t) && (over || slices.Contains(got.Signals, TimedOut)):
		// It gave up before R2, which the model does not do.
	case (t.Unacked() || t.Unsent > 0) && (over || slices.Contains(got.Signals, TimedOut)):
		outs := w.conn.Do(model.Event{Kind: model.UserTimeout})
		return w.conn.TCB.State, toldBy(outs)
	}
	return w.conn.TCB.State, nil
}

// leastPatience is the smallest R2: how long a stack retransmits without an answer (§3.8.3, SHLD-11; MUST-23 for a SYN).
func leastPatience(t model.TCB) time.Duration {
	if t.State == model.SynSent {
		return 3 * time.Minute
	}
	return 100 * time.Second
}

// waitIsOver reports whether TIME-WAIT ends. The stack may choose how long it lasts. If that length was measured, it is
// expected from then on, and so is the moment when the wait restarts.
func (w *twin) waitIsOver(over bool) bool {
	switch {
	case w.waited >= sleepLong:
		return true
	case w.twoMSL == 0 || (w.waited-w.twoMSL).Abs() <= waitGrain:
		return over
	}
	return w.waited > w.twoMSL
}

// waitGrain is the precision of the measurement.
const waitGrain = 2 * time.Second

// measureWait finds how long the stack's TIME-WAIT lasts, to the second; 0 if it never ends, or is not reached.
func measureWait(s *session, timeWait *Situation) time.Duration {
	if err := s.lead(timeWait.Path); err != nil || s.over || !timeWait.In(s.twin.conn.TCB) {
		return 0
	}
	for passed := time.Second; passed < sleepLong; passed += time.Second {
		r, err := react(s.peer, Input{Op: Sleep, For: time.Second})
		if err != nil {
			s.died = true
			return 0
		}
		if r.State == model.Closed {
			return passed
		}
	}
	return 0
}

// lateWait is the situation in TIME-WAIT in which a quarter of the wait is left. After the input, half of the wait
// passes. Then the wait is over, unless the input has restarted it.
func lateWait(timeWait *Situation, twoMSL time.Duration) Situation {
	late := *timeWait
	late.Name += "/late"
	late.Path = append(slices.Clone(late.Path), Step{Op: Sleep, For: twoMSL * 3 / 4})
	late.Then = []Step{{Op: Sleep, For: twoMSL / 2}}
	return late
}
