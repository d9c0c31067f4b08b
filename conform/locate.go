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
				y.guess = &choice{policy: p, value: p.Get(before.conn.Config)}
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

// asObserved returns where the stack may be if it only sent something else than the model, refused a call, or did nothing at
// all: where the model is now, where it was before, or where a part of the segment takes it.
func asObserved(before, after twin, l *Line) (list []twin) {
	only := func(what string) bool { return len(l.Differs) == 1 && l.Differs[0] == what }
	ignored := l.Step.Op == Packet && len(l.Got.Sent)+len(l.Got.Signals)+l.Got.Text == 0 && l.Got.Wrong == "" && l.Got.State == l.From
	add := func(x twin) {
		same := func(y twin) bool { return y.conn.TCB == x.conn.TCB }
		if x.conn.TCB.State == l.Got.State && !slices.ContainsFunc(list, same) {
			list = append(list, x)
		}
	}
	switch {
	case !after.tells, inDoubt(before.conn.TCB, after.conn.TCB, l):
		return nil
	case only(differsReply):
		return []twin{before}
	case only(differsSends):
		add(after)
	case !ignored:
		return nil
	}
	sent, _, _ := decode(l.reaction.Packets, after.flow)
	for _, part := range parts(before.conn.TCB, l) {
		x := before
		x.conn.Do(part)
		x.learnWindow(sent)
		x.learnStamp(sent)
		add(x)
	}
	return list
}

// parts are what a stack may have taken of an input: nothing, its ACK, its data, or both; with the FIN or without.
func parts(t model.TCB, l *Line) []model.Event {
	list := []model.Event{{Kind: model.Status}}
	s := l.segment
	if l.Step.Op != Packet || t.State < model.SynReceived {
		return list
	}
	add := func(p model.Segment) {
		p.Wnd = s.Wnd
		if t.Is(model.TSOK) {
			p.Opts, p.TSVal = model.OptTimestamps, t.TS.Recent
		}
		if list = append(list, model.Event{Kind: model.SegmentArrives, Seg: p}); p.Len > 0 {
			p.Ack, p.Wnd = t.Snd.Una, uint16(min(t.Snd.Wnd>>t.SndShift, 65535))
			list = append(list, model.Event{Kind: model.SegmentArrives, Seg: p})
		}
	}
	ack := t.Snd.Una
	if s.Has(model.ACK) {
		ack = s.Ack
	}
	add(model.Segment{Seq: t.Rcv.Nxt, Ack: ack, Flags: model.ACK})
	add(model.Segment{Seq: s.TextSeq(), Ack: ack, Len: s.Len, Flags: model.ACK})
	add(model.Segment{Seq: s.TextSeq(), Ack: ack, Len: s.Len, Flags: model.ACK | s.Flags&model.FIN})
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
	beyond := s.TextSeq() - after.Rcv.Nxt
	switch {
	case l.Got.Wrong == wrongText, l.Got.Wrong == wrongOctet:
		return true
	case l.Got.State <= model.Listen: // there is no connection
		return false
	case !slices.Equal(wantSyns, sentSyns): // all other numbers are relative to the SYN
		return true
	case l.Step.Op == Sleep && before.Unsent > 0: // after a timeout it may send less at once (RFC 5681 §3.1)
		return true
	case l.Step.Op != Sleep && !slices.Equal(wants, sent): // it may have another send window, or other data to send
		return true
	case l.Step.Op == Packet && s.Span() > 0 && 0 < beyond && beyond < model.Seq(after.Rcv.Wnd)+1<<16 && after.Held == before.Held: // it may have stored data that the model did not store
		return true
	}
	return l.Step.Op == Packet && s.Has(model.ACK) && after.Snd.Nxt.Less(s.Ack) // it may have accepted the ACK of something that it never sent
}

// narrow keeps the possible states that also explain this step. If the first of them does not, the next one becomes the
// state of the model. If none does, it is the one from which an entry covers the difference. A policy that was guessed may
// be the wrong one: the model without it counts, too. If no entry covers the difference, and the states do not agree on it,
// the connection ends in doubt.
func (s *session) narrow(l *Line, w *twin, step Step, e model.Event, r Reaction) {
	var left, failed []twin
	var lines []Line
	others := s.others
	if s.twin.guess != nil {
		others = append(slices.Clone(others), s.twin.unguessed())
	}
	for i, x := range others {
		at := e
		if step.Op != Packet {
			at, _ = step.event(x.conn.TCB)
		}
		other := *l
		other.before, other.From = x.conn.TCB, x.conn.TCB.State
		other.Want, other.Got, other.Differs = x.explain(step, at, r)
		other.bases.stack = x.iss
		switch {
		case i == len(s.others) && len(other.Differs) > 0 && len(l.Differs) == 0:
			s.guessed = true
		case len(other.Differs) > 0:
			failed, lines = append(failed, x), append(lines, other)
		case i == len(s.others): // it is tried only if nothing else explains the step
			s.doubt = s.doubt || len(l.Differs) > 0
		case len(l.Differs) > 0:
			*w, *l = x, other
		default:
			left = append(left, x)
		}
	}
	s.others = left
	if l.bases.stack = w.iss; len(l.Differs) == 0 || s.table.find(l) != nil {
		return
	}
	for i := range lines {
		if s.table.find(&lines[i]) != nil {
			*w, *l, s.doubt = failed[i], lines[i], false
			return
		}
	}
	s.doubt = s.doubt || s.guessed
	for i := range lines {
		s.doubt = s.doubt || lines[i].change() != l.change()
	}
}
