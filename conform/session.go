package conform

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// Line is one step of a script, with what the model expects and what the stack did.
type Line struct {
	Step    Step
	From    model.State // of the model, before
	Want    Seen
	Got     Seen
	Differs []string // nothing if the two agree
	Entry   string   // the entry of the table that covers the difference

	input    Input
	segment  model.Segment // of a packet
	bases    bases
	before   model.TCB // of the model
	clause   clause    // of a difference
	policies []string  // with which the model does what the stack did, if no entry covers it
	failure  string    // how the stack failed, in words that are the same for equal failures

	event    model.Event
	reaction Reaction
	behind   string // the earlier difference, after which the model was set to the state of the stack
	sync     bool   // the step was only made to find out where the stack is
}

// name is the name of a difference in reports: that of its entry, or of its finding.
func (l *Line) name() string {
	if l.Entry != "" {
		return l.Entry
	}
	return word(l.change())
}

// places are the numbers that an entry can name.
func (l *Line) places() *places {
	return &places{before: l.before, iss: l.bases.stack, input: l.segment, want: l.Want.Sent}
}

// session is one connection of a stack, and the model beside it.
type session struct {
	peer   Peer
	table  *Table
	twin   twin
	rivals []rival // as long as the two agree
	script []Line
	led    int  // the number of lines that lead to the situation
	over   bool // a difference has ended it, because the state of the stack is not known any more
	died   bool // the stack, or its program, cannot go on

	first   twin   // at the beginning
	others  []twin // other possible states of the stack, since a difference
	behind  string // the difference after which the model was set to the state of the stack
	doubt   bool   // it is not known whether that state is right
	guessed bool   // a policy that was guessed has explained one more step
}

// begin resets the stack for connection number n.
func begin(p Peer, c model.Config, table *Table, n uint64) (*session, error) {
	stack, harness := sockets(n)
	if err := p.Reset(stack, harness); err != nil {
		return nil, err
	}
	flow := wire.Flow{Src: stack, Dst: harness}
	s := &session{peer: p, table: table, twin: newTwin(c, p.Hello(), flow), script: make([]Line, 0, 10)}
	for _, x := range table.policies {
		without := c
		x.policy.Set(&without, x.policy.Get(model.Default()))
		s.rivals = append(s.rivals, rival{x.text, newTwin(without, p.Hello(), flow)})
	}
	return s, nil
}

// rival is a model without one of the stack's policies. The policy is needed if the rival differs where the model does not.
type rival struct {
	policy string
	twin   twin
}

// copy is another session in the same state, of the model as a stack.
func (s *session) copy() *session {
	x := *s
	x.peer, x.rivals, x.others = s.peer.(*machine).copy(), slices.Clone(s.rivals), slices.Clone(s.others)
	x.script = append(make([]Line, 0, len(s.script)+6), s.script...)
	return &x
}

// hold makes the measured length of TIME-WAIT the expected one.
func (s *session) hold(twoMSL time.Duration) {
	s.twin.twoMSL = twoMSL
	for i := range s.rivals {
		s.rivals[i].twin.twoMSL = twoMSL
	}
}

// do carries out a step on both sides, and records it. It reports false if there is no such step.
func (s *session) do(step Step) (done bool, err error) {
	target, numbers := s.twin.endpoint(step.Class.at), s.twin.numbers(step.Class)
	in, ok, err := step.input(numbers, target.flow.Reverse(), target.stamp)
	if err != nil || !ok {
		return false, err
	}
	if len(s.script) == 0 {
		s.first = s.twin
	}
	before := s.twin
	l := Line{Step: step, From: before.conn.TCB.State, input: in, before: target.conn.TCB, behind: s.behind}
	e, _ := step.event(numbers)
	l.segment = e.Seg
	reaction, failed := react(s.peer, in)
	if failed != nil {
		var form *FormError
		if errors.As(failed, &form) {
			return false, failed
		}
		l.Want.State, l.Got.State = l.From, l.From
		l.Got.Error, l.failure, l.Differs = failed.Error(), failureOf(failed), []string{differsFails}
		l.clause = clauseOf(target, step, e)
		s.died = true
	} else if err := s.compare(&l, step, e, reaction); err != nil {
		return false, err
	}
	l.bases = s.twin.bases(step.Class.at)
	if s.doubt && !s.died && len(l.Differs) > 0 {
		s.over = true // it may only follow from the difference before it
		return true, nil
	}
	lost := s.judge(&l)
	s.script = append(s.script, l)
	switch {
	case lost && step.Class.at != atOwn:
		s.over = true
	case lost:
		return true, s.locate(before)
	}
	return true, nil
}

// compare compares the reaction with the model. If only the ACK of data is missing, it may be late (MUST-59), so compare
// waits for it. With a real clock, a retransmission can come at any time.
func (s *session) compare(l *Line, step Step, e model.Event, r Reaction) error {
	w := s.twin
	l.Want, l.Got, l.Differs = w.explain(step, e, r)
	if step.Op == Packet && step.Class.text != textNone && slices.Equal(l.Differs, []string{differsSends}) && l.Got.Wrong == "" &&
		lacksAck(l.Want.Sent, l.Got.Sent) {
		late, err := react(s.peer, Input{Op: Sleep, For: sleepAck})
		if err != nil {
			return err
		}
		if s.behind != "" { // that a timeout comes in this time follows from the waiting before
			late.Packets = s.twin.withoutAgain(late.Packets)
		}
		r.Packets, r.Signals = append(r.Packets, late.Packets...), append(r.Signals, late.Signals...)
		r.State, r.Gone = late.State, late.Gone
		w = s.twin
		l.Want, l.Got, l.Differs = w.explain(step, e, r)
		w.waited += sleepAck
	}
	if len(l.Differs) > 0 && !s.peer.Hello().Virtual {
		less, again := r, s.twin
		less.Packets = s.twin.withoutAgain(r.Packets)
		if want, got, differs := again.explain(step, e, less); len(differs) == 0 {
			r, w, l.Want, l.Got, l.Differs = less, again, want, got, nil
		}
	}
	s.narrow(l, &w, step, e, r)
	l.event, l.reaction = e, r
	before := s.twin
	s.twin = w
	s.challenge(step, e, r, len(l.Differs) == 0)
	if len(l.Differs) > 0 {
		l.bases = w.bases(step.Class.at)
		s.table.adopt(before, step, e, r, l, &s.twin)
		if s.table.find(l) == nil {
			l.clause = clauseOf(before.endpoint(step.Class.at), step, e)
			if l.Got.Wrong == wrongSameISS || l.Got.Wrong == wrongNearISS {
				l.clause = sectionOfNumbers
			}
			l.policies = explainedBy(before, step, e, r)
		}
	}
	return nil
}

// explainedBy lists the policies with which the model, in this one step, does what the stack did.
func explainedBy(before twin, step Step, e model.Event, r Reaction) (list []string) {
	for _, p := range model.Policies {
		usual := p.Get(before.conn.Config)
		for v := range p.Values {
			other := before
			if p.Set(&other.conn.Config, v); v == usual {
				continue
			}
			if _, _, differs := other.explain(step, e, r); len(differs) == 0 {
				list = append(list, p.Name+"="+p.Values[v])
			}
		}
	}
	return list
}

// challenge lets the rivals take a step. If a rival cannot explain what the model explains, its policy is needed.
func (s *session) challenge(step Step, e model.Event, r Reaction, agree bool) {
	if !agree {
		s.rivals = nil
	}
	left := s.rivals[:0]
	for _, x := range s.rivals {
		if _, _, differs := x.twin.explain(step, e, r); len(differs) > 0 {
			s.table.note(x.policy, nil, false)
			continue
		}
		left = append(left, x)
	}
	s.rivals = left
}

// lacksAck reports whether all that is missing is an ACK at the end.
func lacksAck(want, got []model.Segment) bool {
	n := len(got)
	return len(want) == n+1 && slices.Equal(want[:n], got) && want[n].Flags == model.ACK && want[n].Len == 0
}

// judge looks for the entry that covers a difference. It reports whether the state of the stack must be found out now.
func (s *session) judge(l *Line) (lost bool) {
	if len(l.Differs) == 0 {
		return false
	}
	d := s.table.find(l)
	if d != nil {
		l.Entry = d.Name
	}
	switch {
	case s.died, d != nil && d.Then == thenEnd:
		s.over = true
	case d == nil, d.Then == "" && len(d.Policies) == 0:
		return true
	}
	return false
}

// news are the lines with a difference that no entry covers.
func (s *session) news() (list []int) {
	for i := range s.script {
		if l := &s.script[i]; len(l.Differs) > 0 && l.Entry == "" {
			list = append(list, i)
		}
	}
	return list
}

// unexplained reports whether a step shows a difference that no entry covers.
func (s *session) unexplained() bool { return len(s.news()) > 0 }

// lead takes the steps of a path. A step that fills the window is repeated until it is full.
func (s *session) lead(path []Step) error {
	for _, step := range path {
		for range mostFills {
			done, err := s.do(step)
			if err != nil || s.over {
				return err
			}
			if step.Class.text != textFill || !done {
				break
			}
		}
	}
	return nil
}

const mostFills = 200

// react turns a panic of a stack in this process into an error.
func react(p Peer, in Input) (r Reaction, err error) {
	defer func() {
		if x := recover(); x != nil {
			err = fmt.Errorf("panic: %v", x)
		}
	}()
	return p.Do(in)
}
