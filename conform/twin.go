package conform

import (
	"slices"
	"time"

	"github.com/tcpcheck/tcpcheck/internal/timed"
	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// twin is the model beside a stack: the state of the model, and the choices of the stack that were learned. It is a
// value, so that explanations can be tried on a copy.
type twin struct {
	conn     timed.Conn // without timers: a timer fires when the stack shows that its own timer has fired
	tells    bool
	flow     wire.Flow // of what the stack sends
	iss      model.Seq // of the stack, also when the connection is gone
	window   uint32    // that the stack announced last
	edge     model.Seq // the first number beyond it, once the stack has acknowledged something
	edged    bool
	opened   uint32 // octets that the user has taken since
	read     uint32 // octets that the user has taken
	left     uint32 // octets that the user had not taken when the connection was over, which a host may keep for it
	endOwed  bool   // the peer has closed; the user is informed of that after it has read the rest
	released bool   // the user is gone, and gets no more signals

	twoMSL time.Duration // how long the stack's TIME-WAIT lasts, if that was measured
	waited time.Duration // how much of it has passed, since it began or restarted in the model

	backoff int           // the number of retransmissions on this connection: the timeout may have doubled as often (RFC 6298 §5.7)
	silent  time.Duration // since something was acknowledged, or a probe answered, or there was nothing to acknowledge
	last    model.Seq     // the end of the last retransmission

	stamp uint32        // the last timestamp of the stack
	age   time.Duration // since the initial number was chosen
	old   usedRange     // the numbers of the connection before this one

	others  [otherSlots]*twin // the stack's other endpoints; each is replaced, and never changed
	goesOn  bool              // the listener is still there when the first connection is open
	backlog int               // how many connections beside the first it has room for

	halfDuplex bool // the policy of a socket that is not released

	guess *choice // the usual value of a policy of which another value explained a difference
}

// unguessed is the twin without the policy that was guessed.
func (w twin) unguessed() twin {
	if w.guess != nil {
		w.guess.policy.Set(&w.conn.Config, w.guess.value)
	}
	return w
}

func newTwin(c model.Config, h Hello, flow wire.Flow) twin {
	c.ManualReceive = true
	return twin{conn: timed.Conn{Config: c}, tells: h.Tells, flow: flow, halfDuplex: c.HalfDuplexClose}
}

// explain lets the model take a step with this event, and compares the result with what the stack did. If a window has
// opened but was not announced, it counts as open or as closed, whichever agrees with the stack.
func (w *twin) explain(step Step, e model.Event, r Reaction) (want, got Seen, differs []string) {
	if step.Class.at != atOwn {
		return w.explainBeside(step, e, r)
	}
	own, others := w.own(r.Packets)
	r.Packets = own
	want, got, differs = w.explainOwn(step, e, r)
	if w.others != [otherSlots]*twin{} {
		w.explainOthers(step, others, &want, &got)
		differs = differences(step, want, got)
	}
	return want, got, differs
}

// explainOwn is explain for an input of the first connection, and what that one did.
func (w *twin) explainOwn(step Step, e model.Event, r Reaction) (want, got Seen, differs []string) {
	opened := *w
	want, got, differs = w.explainAs(step, e, r)
	if len(differs) > 0 && opened.opened > 0 {
		opened.conn.TCB.Rcv.Wnd += opened.opened
		if wants, gets, none := opened.explainAs(step, e, r); len(none) == 0 {
			*w = opened
			return wants, gets, none
		}
	}
	return want, got, differs
}

// explainAs is explain, with the window that the model has.
func (w *twin) explainAs(step Step, e model.Event, r Reaction) (want, got Seen, differs []string) {
	list, wrong, detail := decode(r.Packets, w.flow)
	got = Seen{State: r.State, Signals: told(r.Signals), Text: len(r.Text), Error: r.Error, Wrong: wrong, Detail: detail}
	for _, a := range list {
		got.Sent = append(got.Sent, compared(a.whole))
	}
	before := w.conn.TCB
	if iss, ok := issOf(list); ok {
		w.iss = iss
	}
	if step.Op == Sleep {
		want = w.passTime(step.For, list, &got)
	} else {
		got.Sent = joined(got.Sent)
		want = w.take(step, e, list, r, &got)
	}
	if detail, found := falseOctet(list, w.iss); found && got.Wrong == "" {
		got.Wrong, got.Detail = wrongOctet, detail
	}
	w.learnWindow(list)
	if !w.tells {
		got.State = want.State
	}
	w.quiet(&want, &got)
	if got.Wrong == "" && slices.Equal(want.Sent, got.Sent) {
		got.Wrong = wrongForm(list)
		if got.Wrong == "" {
			got.Wrong = w.wrongOptions(list, before)
		}
		if got.Wrong == "" && step.Op == Sleep {
			got.Wrong = wrongPace(list)
		}
	}
	w.learnStamp(list)
	return want, got, differences(step, want, got)
}

// take takes a step of any kind except Sleep.
func (w *twin) take(step Step, e model.Event, list []arrived, r Reaction, got *Seen) (want Seen) {
	t := &w.conn.TCB
	refusable := step.Op < Packet && (step.Op != Receive || w.released) && (step.Op != Release || t.State == model.SynReceived)
	if refusable && r.Error != "" && (w.released || !t.State.Synchronized()) && len(list) == 0 {
		// A socket that is not connected yet refuses calls that RFC 9293 accepts. For a socket that was released there are no
		// calls.
		return Seen{State: t.State, Error: r.Error}
	}
	if step.Op == Release && r.Error != "" && len(list) == 0 {
		return w.untaken(e)
	}
	e.Iss = w.iss
	if t.State < model.SynReceived && len(list) > 0 && !list[0].whole.Has(model.RST) {
		w.conn.Config.RcvBuf = uint32(list[0].whole.Wnd)
	}
	if t.State <= model.Listen {
		w.learnOffer(list)
	}
	switch step.Op {
	case Release:
		w.conn.Config.HalfDuplexClose = true
	case Listen, Connect:
		if t.State == model.Closed { // this is another socket
			w.released, w.conn.Config.HalfDuplexClose = false, w.halfDuplex
		}
	}
	before := *t
	w.left = w.outlives(step.Op)
	outs := w.conn.Do(e)
	w.listens(step, before)
	want = Seen{Sent: sentBy(outs), Signals: toldBy(outs), State: t.State}
	if before.State.Synchronized() && !before.State.CanReceive() {
		// The peer's FIN was accepted before, so the end was signalled then.
		want.Signals = slices.DeleteFunc(want.Signals, func(s Signal) bool { return s == End })
	}
	for i := range outs {
		if outs[i].Timer == model.StartTimer {
			w.waited = 0
		}
		if outs[i].Answered || t.Snd.Una != before.Snd.Una || !before.Unacked() && before.Unsent == 0 {
			w.silent = 0
		}
	}
	if outs[0].Reply != model.OK {
		want.Error = outs[0].Reply.String()
	}
	switch step.Op {
	case Receive:
		w.receive(e.N, r.Text, &want, got)
	case Release, Abort:
		w.released = true
	}
	if before.State == model.SynReceived && t.State == model.TimeWait {
		w.edged = false // the SYN that reopened TIME-WAIT was an old one, so the window is again that of the earlier incarnation
	}
	w.waits(before, &want, got)
	want.State = t.State
	if t.State <= model.SynReceived && w.left == 0 {
		w.endOwed = false
		if t.State != model.Closed { // what arrives now belongs to another connection
			w.read = 0
		}
	}
	if t.State <= model.Listen {
		w.forget(before)
	}
	return want
}

// untaken is a release that the stack refused. Its user stays, and so does the user of the model. If the model would
// have accepted the release, only the reply differs.
func (w *twin) untaken(e model.Event) Seen {
	c := w.conn
	want := Seen{State: c.TCB.State}
	if outs := c.Do(e); outs[0].Reply != model.OK {
		want.Error = outs[0].Reply.String()
	}
	return want
}

// outlives is how many octets a host may still keep for the user if this input ends the connection: those before the
// peer's FIN, unless the user aborts.
func (w *twin) outlives(op Op) uint32 {
	switch t := &w.conn.TCB; {
	case op == Abort, op == Release, op == Listen, op == Connect:
		return 0
	case t.State == model.LastAck, t.State == model.TimeWait:
		return t.Unread
	case t.State == model.Closed:
		return w.left
	}
	return 0
}

// receive compares the data that the user got. The stack may choose whether it announces the new window at once
// (§3.8.6.2.2).
func (w *twin) receive(n uint32, text []byte, want, got *Seen) {
	if keeps := uint32(len(text)); w.conn.TCB.State == model.Closed && keeps <= w.left {
		n = keeps
		w.left -= n
	}
	want.Text = int(n)
	for i, b := range text {
		if b != Octet(w.read+uint32(i)) {
			got.Wrong = wrongText
		}
	}
	switch t := &w.conn.TCB; t.State {
	case model.Closing, model.LastAck, model.TimeWait:
		t.Unread -= n // the model refuses RECEIVE here (§3.10.3), but the user may read what the host has buffered
	}
	w.read += n
	w.opened += n
	update := func(s model.Segment) bool {
		return s == model.Segment{Seq: w.conn.TCB.Snd.Nxt, Ack: w.conn.TCB.Rcv.Nxt, Flags: model.ACK}
	}
	want.Sent = slices.DeleteFunc(want.Sent, update)
	got.Sent = slices.DeleteFunc(got.Sent, update)
}

// waits takes back new data that the stack has not sent yet. Data may wait while other data is unacknowledged (§3.7.4,
// Nagle; RFC 5681).
func (w *twin) waits(before model.TCB, want, got *Seen) {
	t := &w.conn.TCB
	if len(want.Sent) == 0 || t.State < model.Established || t.Rcv.Nxt != before.Rcv.Nxt && len(got.Sent) == 0 {
		return
	}
	last := len(want.Sent) - 1
	whole := &want.Sent[last]
	sent := model.Segment{Seq: whole.Seq, Ack: whole.Ack, Flags: model.ACK}
	if len(got.Sent) == len(want.Sent) {
		sent = got.Sent[last]
	} else if len(got.Sent) != last {
		return
	}
	short := uint32(whole.Len) - uint32(sent.Len)
	fresh := before.Snd.Nxt.AtMost(whole.Seq) && whole.End() == t.Snd.Nxt
	// §3.8.6.2.1: of data that does not fit in the window, less than half of the largest window need not be sent at once.
	silly := t.Unsent > 0 && t.Snd.Wnd < t.Snd.MaxWnd/2
	idle := t.Snd.Una == whole.Seq && sent.Len < min(whole.Len, defaultMSS, mssOf(t)) && !silly // §3.7.4; RFC 5681 §3.1
	if !fresh || sent.Seq != whole.Seq || sent.Ack != whole.Ack || sent.Flags != model.ACK || whole.Len <= sent.Len || idle {
		return
	}
	if whole.Has(model.FIN) {
		t.Marks &^= model.FinSent
		t.Snd.Nxt--
		if t.State == model.LastAck {
			t.State = model.CloseWait
		}
	}
	t.Snd.Nxt -= model.Seq(short)
	t.Unsent += short
	want.Sent = append(slices.Clone(want.Sent[:last]), got.Sent[last:]...)
}

// learnWindow sets RCV.WND to what the stack announces, because the stack may choose how much it buffers.
func (w *twin) learnWindow(list []arrived) {
	t := &w.conn.TCB
	for _, a := range list {
		if !a.whole.Has(model.RST) {
			w.opened = 0
		}
		switch s := a.whole; {
		case s.Has(model.RST):
		case s.Has(model.ACK):
			w.window = uint32(s.Wnd)
			if t.Is(model.WSOK) && !s.Has(model.SYN) {
				w.window <<= t.RcvShift
			}
			w.edge, w.edged = s.Ack+model.Seq(w.window), true
		default:
			w.window, w.edged = uint32(s.Wnd), false
		}
	}
	switch {
	case t.State < model.SynSent:
		w.edged, w.opened = false, 0
	case t.State == model.SynSent:
		t.Rcv.Wnd = w.window
	case !w.edged:
		w.edge, w.edged = t.Rcv.Nxt+model.Seq(w.window), true
		t.Rcv.Wnd = w.window
	case w.edge.Less(t.Rcv.Nxt):
		t.Rcv.Wnd = 0
	default:
		t.Rcv.Wnd = w.edge.From(t.Rcv.Nxt)
	}
}

// quiet drops signals for which there is no user, and delays the end of the data until the data before it has been read.
func (w *twin) quiet(want, got *Seen) {
	if w.released {
		want.Signals, got.Signals = nil, nil
		w.endOwed = false
		return
	}
	wants, has := slices.Contains(want.Signals, End), slices.Contains(got.Signals, End)
	isEnd := func(s Signal) bool { return s == End }
	switch {
	case wants && !has && w.conn.TCB.Unread > 0:
		w.endOwed = true
		want.Signals = slices.DeleteFunc(slices.Clone(want.Signals), isEnd)
	case w.endOwed && has && !wants:
		w.endOwed = false
		want.Signals = told(append(slices.Clone(want.Signals), End))
	case w.endOwed && w.conn.TCB.Unread == 0:
		w.endOwed = false
		if w.conn.TCB.State != model.Closed {
			want.Signals = told(append(slices.Clone(want.Signals), End))
		}
	}
}

// differences lists what differs, in a fixed order.
func differences(step Step, want, got Seen) (list []string) {
	if got.Wrong != "" || !slices.Equal(want.Sent, got.Sent) {
		list = append(list, differsSends)
	}
	if want.State != got.State {
		list = append(list, differsState)
	}
	if !slices.Equal(want.Signals, got.Signals) {
		list = append(list, differsSignals)
	}
	if want.Text != got.Text {
		list = append(list, differsText)
	}
	if step.Op < Packet && step.Op != Receive && want.Error == "" && got.Error != "" {
		list = append(list, differsReply)
	}
	return list
}
