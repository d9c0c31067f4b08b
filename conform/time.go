package conform

import (
	"slices"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// passTime explains what a stack did while time passed: when its timers fire is its own choice, what they do is not. Each
// packet must be what the model's retransmission timeout (§3.10.8) would send at that moment, or text that has waited.
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
			w.conn, w.backoff, w.last = c, w.backoff+1, s.End()
			return true
		}
	}
	return false
}

// isMoreAgain takes what follows directly behind what was sent again just now: how much is sent again at one timeout is the
// stack's choice.
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

// withoutAgain leaves out what a real clock brings in at any time: what is sent again.
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
		// The connection is given up, and the listener, which sockets have beside it, goes on.
		w.conn.Do(model.Event{Kind: model.UserTimeout})
		w.conn.Do(model.Event{Kind: model.OpenPassive})
	case (t.Unacked() || t.Unsent > 0) && w.silent < leastPatience(t) && (over || slices.Contains(got.Signals, TimedOut)):
		// It gave up before R2: the model does not.
	case (t.Unacked() || t.Unsent > 0) && (over || slices.Contains(got.Signals, TimedOut)):
		outs := w.conn.Do(model.Event{Kind: model.UserTimeout})
		return w.conn.TCB.State, toldBy(outs)
	}
	return w.conn.TCB.State, nil
}

// leastPatience is the least R2: how long a stack goes on without a word of its peer (§3.8.3, SHLD-11; MUST-23 for a SYN).
func leastPatience(t model.TCB) time.Duration {
	if t.State == model.SynSent {
		return 3 * time.Minute
	}
	return 100 * time.Second
}

// waitIsOver reports whether TIME-WAIT ends. How long it lasts is the stack's choice; where that was measured, the stack is
// held to it, and so to when the wait begins anew.
func (w *twin) waitIsOver(over bool) bool {
	switch {
	case w.waited >= sleepLong:
		return true
	case w.twoMSL == 0 || (w.waited-w.twoMSL).Abs() <= waitGrain:
		return over
	}
	return w.waited > w.twoMSL
}

// waitGrain is how exact the measure is.
const waitGrain = 2 * time.Second

// measureWait finds how long the stack's TIME-WAIT lasts, to the second; 0 if it never ends, or is not reached.
func measureWait(s *session, timeWait *Situation) time.Duration {
	if err := s.lead(timeWait.Path); err != nil || s.over {
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

// lateWait is the situation of a TIME-WAIT of which a quarter is left. Half of it is waited for after the input: the wait is
// then over unless the input began it anew.
func lateWait(timeWait *Situation, twoMSL time.Duration) Situation {
	late := *timeWait
	late.Name += "/late"
	late.Path = append(slices.Clone(late.Path), Step{Op: Sleep, For: twoMSL * 3 / 4})
	late.Then = []Step{{Op: Sleep, For: twoMSL / 2}}
	return late
}
