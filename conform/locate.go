package conform

import (
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
)

// After a difference, the stack and the model are in different states. If the state of the stack can be found out, the
// comparison goes on from there, so that one fault does not hide the next. Several states can be possible. What any of
// them explains is not a difference. In doubt the connection ends.

// syncStep makes a stack in a synchronized state show SND.NXT and RCV.NXT, and changes nothing (§3.10.7.4, first).
var syncStep = arrives(Class{flags: model.ACK, seq: seqBefore, ack: ackUna})

// locate looks for the state of the stack after the difference in the last line. If it finds none, the connection is
// over.
func (s *session) locate(before twin) error {
	l := &s.script[len(s.script)-1]
	list := append(s.byPolicy(before, l), asObserved(before, s.twin, l)...)
	if l.Step.Op == Sleep || l.From == model.TimeWait { // its timers may differ from those of the model
		for i := range list {
			list[i].twoMSL, list[i].waited, list[i].backoff = 0, 0, patientBackoff
		}
	}
	if len(list) == 0 {
		s.over = true
		return nil
	}
	s.twin, s.others, s.behind = list[0], list[1:], l.name()
	switch state := s.twin.conn.TCB.State; {
	case state == model.Closed, state == model.Listen:
		return nil
	case state == model.SynSent:
		s.over = s.twin.conn.TCB != before.conn.TCB || slices.ContainsFunc(l.Got.Sent, func(x model.Segment) bool { return x.Has(model.SYN) })
		return nil
	}
	return s.sync()
}

// patientBackoff is so large that a retransmission is expected only after a long time.
const patientBackoff = 8

// sync asks the stack for its numbers, and keeps the possible states with these numbers. If there is none, the
// connection is over.
func (s *session) sync() error {
	n := len(s.script)
	s.doubt = true
	_, err := s.do(syncStep)
	s.doubt = false
	if err != nil || len(s.script) == n {
		s.over = true
		return err
	}
	l := &s.script[n]
	l.sync = true
	s.over = s.over || len(l.Got.Sent) == 0 || l.Got.Sent[0].Flags != model.ACK
	return nil
}

// byPolicy returns the states of the model with another policy, if it explains with that policy all that was seen so
// far. The policy may apply throughout, or only in this step.
func (s *session) byPolicy(before twin, l *Line) (list []twin) {
	for _, p := range model.Policies {
		for v := range p.Values {
			if v == p.Get(before.conn.Config) {
				continue
			}
			x := before
			p.Set(&x.conn.Config, v)
			if _, _, differs := x.explain(l.Step, l.event, l.reaction); len(differs) > 0 {
				continue
			}
			if s.behind == "" {
				y, ok := s.replay(p, v)
				if !ok {
					continue
				}
				list = append(list, y)
			}
			p.Set(&x.conn.Config, p.Get(before.conn.Config))
			list = append(list, x)
		}
	}
	return list
}

// replay repeats all steps so far with another policy. ok is false if the model then does not do what the stack did.
func (s *session) replay(p model.Policy, v int) (x twin, ok bool) {
	x = s.first
	p.Set(&x.conn.Config, v)
	for i := range s.script {
		l := &s.script[i]
		if _, _, differs := x.explain(l.Step, l.event, l.reaction); len(differs) > 0 {
			return x, false
		}
	}
	return x, true
}

// asObserved returns where the stack may be if it is in the same state of RFC 9293 as the model, but sent something
// else or refused a call: where the model is now; where it was before; or where it is if only the data, or only the ACK
// of the input, was accepted.
func asObserved(before, after twin, l *Line) (list []twin) {
	add := func(x twin) {
		same := func(y twin) bool { return y.conn.TCB == x.conn.TCB }
		if x.conn.TCB.State == l.Got.State && !slices.ContainsFunc(list, same) {
			list = append(list, x)
		}
	}
	what := ""
	if len(l.Differs) == 1 {
		what = l.Differs[0]
	}
	switch {
	case !after.tells, what != differsSends && what != differsReply, inDoubt(before.conn.TCB, after.conn.TCB, l):
		return nil
	case what == differsReply:
		add(before)
		return list
	}
	add(after)
	list2, _, _ := decode(l.reaction.Packets, after.flow)
	none := before
	none.learnWindow(list2)
	none.learnStamp(list2)
	noAck, noData := after, after
	if t, b := &noAck.conn.TCB, &before.conn.TCB; t.Snd.Nxt == b.Snd.Nxt {
		t.Snd, noAck.silent = b.Snd, before.silent
	}
	t, b := &noData.conn.TCB, &before.conn.TCB
	t.Rcv, t.Held, t.Unread, t.TS = b.Rcv, b.Held, b.Unread, b.TS
	noData.edge, noData.edged = before.edge, before.edged
	noData.learnWindow(list2)
	for _, x := range []twin{none, noAck, noData} {
		add(x)
	}
	return list
}

// inDoubt reports whether the stack may have another state that its numbers do not show.
func inDoubt(before, after model.TCB, l *Line) bool {
	spans := func(list []model.Segment) (octets, syns []model.Segment) {
		for _, s := range list {
			if s.Has(model.SYN) {
				syns = append(syns, s)
			} else if s.Span() > 0 {
				octets = append(octets, s)
			}
		}
		return octets, syns
	}
	wants, wantSyns := spans(l.Want.Sent)
	sent, sentSyns := spans(l.Got.Sent)
	s := l.segment
	takes := l.Step.Op == Packet && (s.Len > 0 || s.Has(model.FIN))
	switch {
	case l.Got.Wrong == wrongText, l.Got.Wrong == wrongOctet:
		return true
	case !slices.Equal(wantSyns, sentSyns): // all other numbers are relative to the SYN
		return true
	case l.Step.Op != Sleep && !slices.Equal(wants, sent): // it may have another send window, or other data to send
		return true
	case takes && after.Rcv.Nxt.Less(s.End()) && after.Held == before.Held: // it may have stored data that the model did not store
		return true
	}
	return l.Step.Op == Packet && s.Has(model.ACK) && after.Snd.Nxt.Less(s.Ack) // it may have accepted the ACK of something that it never sent
}

// narrow keeps the possible states that also explain this step. If the first of them does not, the next one becomes the
// state of the model.
func (s *session) narrow(l *Line, w *twin, step Step, e model.Event, r Reaction) {
	var left []twin
	for _, x := range s.others {
		at := e
		if step.Op != Packet {
			at, _ = step.event(x.conn.TCB)
		}
		want, got, differs := x.explain(step, at, r)
		switch {
		case len(differs) > 0:
		case len(l.Differs) > 0:
			*w, l.Want, l.Got, l.Differs = x, want, got, nil
		default:
			left = append(left, x)
		}
	}
	s.others = left
}
