package capture

import "github.com/tcpcheck/tcpcheck/model"

// Sets of states that the rules speak of.
var (
	finTaken = setOf(model.CloseWait, model.Closing, model.LastAck, model.TimeWait)
	opened   = setOf(model.SynReceived, model.Established, model.FinWait1, model.FinWait2,
		model.CloseWait, model.Closing, model.LastAck, model.TimeWait)
)

// The policies that decide on states. A capture does not show which one a host has, so everything that one of them allows
// is possible.
var policies = func() [3]model.Config {
	base, old, before := model.Default(), model.Default(), model.Default()
	old.Attacks = model.RFC793
	before.SeqCheck = model.SeqOneBefore
	return [3]model.Config{base, old, before}
}()

// moves over-approximates where segments without RST can lead from a state: ACKs alone, and if
// there is a FIN among them (§3.10.7.4). Those of a SYN that is not below RCV.NXT are not here.
var moves = func() (m [2][model.NumStates]States) {
	m[0][model.SynReceived] = setOf(model.Established)
	m[0][model.FinWait1] = setOf(model.FinWait2)
	m[0][model.Closing] = setOf(model.TimeWait)
	m[0][model.LastAck] = setOf(model.Closed)
	m[1] = m[0]
	m[1][model.SynReceived] |= setOf(model.CloseWait)
	m[1][model.Established] = setOf(model.CloseWait)
	m[1][model.FinWait1] |= setOf(model.Closing, model.TimeWait)
	m[1][model.FinWait2] = setOf(model.TimeWait)
	return m
}()

// restless returns those states of x from which a segment of y may lead to a state that x's set does not have yet. For most
// segments there is none.
func (x *side) restless(y *side) (list States) {
	s := x.states
	if y.flags&model.RST != 0 || y.strange {
		return s
	}
	if y.flags&model.SYN != 0 {
		list = s & setOf(model.Listen, model.SynSent)
	}
	table := &moves[0]
	if y.flags&model.FIN != 0 {
		table = &moves[1]
	}
	for st, to := range table {
		if to&^s != 0 && s.Has(model.State(st)) {
			list |= 1 << st
		}
	}
	return list
}

// hear adds to x's states all states to which y's segments can have led by now. model.Step decides what an arrival does;
// the TCB is built from the facts.
func (x *side) hear(y *side) {
	if !y.seen && !y.fresh && !y.rst && (x.synSeen || x.next > 1) {
		x.hearUnseen()
	}
	heard := States(0)
	for todo := x.restless(y); todo != 0; todo = x.restless(y) &^ heard {
		heard |= todo
		todo.each(func(st model.State) { x.hearIn(y, st) })
	}
}

// hearUnseen adds the states to which segments outside the capture can have led: the peer can have sent ACKs, a FIN and a RST
// at any time.
func (x *side) hearUnseen() {
	for before := States(0); before != x.states; {
		before = x.states
		before.each(func(st model.State) {
			x.states |= moves[1][st]
			switch {
			case st == model.SynReceived && !x.bareSyn:
				x.states |= setOf(model.Closed, model.Listen)
			case opened.Has(st):
				x.states |= setOf(model.Closed)
			}
		})
	}
}

// hearIn delivers to x in state st what y has sent.
func (x *side) hearIn(y *side, st model.State) {
	for i := range y.wire {
		x.arrive(y, st, y.wire[i].first)
		if y.wire[i].last != y.wire[i].first {
			x.arrive(y, st, y.wire[i].last)
		}
	}
}

// arrive delivers one segment to x in state st. RCV.NXT lies anywhere between what x has
// acknowledged and what y has sent; the segment may be the next in order or beyond it.
func (x *side) arrive(y *side, st model.State, s model.Segment) {
	low, high := x.bounds(y, st)
	inOrder := s.Seq
	if inOrder.Less(low) {
		inOrder = low
	}
	if high.Less(inOrder) {
		inOrder = high
	}
	x.step(y, st, s, inOrder)
	if low != inOrder {
		x.step(y, st, s, low)
	}
}

func (x *side) step(y *side, st model.State, s model.Segment, rcvNxt model.Seq) {
	for i, c := range policies {
		if i == 1 && s.Flags&(model.RST|model.SYN) == 0 || i == 2 && !s.Has(model.SYN) {
			continue // the policy has no effect on this segment
		}
		t, _ := model.Step(c, x.tcb(y, st, rcvNxt), model.Event{Kind: model.SegmentArrives, Seg: s})
		x.states |= 1 << t.State
	}
}

// bounds is the range of RCV.NXT in a state.
func (x *side) bounds(y *side, st model.State) (low, high model.Seq) {
	if finTaken.Has(st) {
		return y.finEnd(), y.finEnd()
	}
	low, high = y.low, y.nxt
	if y.synSeen {
		low++
	}
	if x.acks && low.Less(x.ackMax) {
		low = x.ackMax
	}
	if st == model.SynReceived {
		high = low
	}
	if y.finSeen && y.fin.Less(high) {
		high = y.fin
	}
	return low, high
}

// finEnd is the number after x's FIN. If the FIN was before the capture, it is the last
// thing that x sent.
func (x *side) finEnd() model.Seq {
	if x.finSeen {
		return x.fin + 1
	}
	return x.nxt
}

// tcb builds a TCB for x in state st from the facts. Its window is wide: the rules check whether the segment fits.
func (x *side) tcb(y *side, st model.State, rcvNxt model.Seq) model.TCB {
	t := model.TCB{State: st}
	if !x.bareSyn {
		t.Marks = model.Passive
	}
	switch st {
	case model.Closed:
		return model.TCB{}
	case model.Listen:
		t.Marks |= model.Passive
		return t
	case model.SynSent, model.SynReceived:
		t.Iss, t.Snd.Una, t.Snd.Nxt = x.iss, x.iss, x.iss+1
		if x.synSeen {
			t.Snd.Nxt = x.nxt
		}
	case model.Established, model.CloseWait:
		t.Iss, t.Snd.Una, t.Snd.Nxt = x.iss, x.una(y, x.nxt), x.nxt
	case model.FinWait1, model.Closing, model.LastAck:
		t.Marks |= model.FinSent | model.CloseAsked
		t.Iss, t.Snd.Una, t.Snd.Nxt = x.iss, x.una(y, x.finEnd()-1), x.finEnd()
	case model.FinWait2, model.TimeWait:
		t.Marks |= model.FinSent | model.CloseAsked
		t.Iss, t.Snd.Una, t.Snd.Nxt = x.iss, x.finEnd(), x.finEnd()
	}
	t.Irs, t.Rcv.Nxt, t.Rcv.Up, t.Rcv.Wnd = y.iss, rcvNxt, rcvNxt, 1<<30
	return t
}

// una is a SND.UNA that fits: what y acknowledged, but not above limit.
func (x *side) una(y *side, limit model.Seq) model.Seq {
	if y.acks && y.ackMax.Less(limit) {
		return y.ackMax
	}
	return limit
}
