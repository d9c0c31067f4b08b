package conform

import (
	"fmt"
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
)

// probes are the steps after the input that show the state of the connection: whether it sends, whether it accepts
// data in order and an ACK of everything, and what its user gets.
var probes = []Step{
	{Op: Send, N: someText}, arrives(Class{flags: model.ACK, text: textSome}), {Op: Receive, N: mostText},
}

// tried is the outcome of a pair: whether its situation was reached, whether it has such an input, and whether the
// connection was over before all probes were made.
type tried struct{ reached, done, cut bool }

// comparePair compares a pair. With a real clock, an answer can be late because the computer is busy. So an unexplained
// difference counts only if it is seen twice.
func (c *checker) comparePair(p Pair) error {
	s, x, err := c.tryPair(p)
	if err == nil && s.unexplained() && !c.report.Hello.Virtual {
		s, x, err = c.tryPair(p)
	}
	if err != nil {
		return fmt.Errorf("%v: %w", p, err)
	}
	c.notePair(p, s, x)
	return nil
}

// ledTo begins a connection and leads it to a situation. The model as a stack is led there once, and copied for each pair.
func (c *checker) ledTo(x *Situation) (s *session, end func(), err error) {
	if kept, ok := c.led.Load(x); ok {
		return kept.(*session).copy(), func() {}, nil
	}
	if s, end, err = c.session(); err != nil {
		return nil, nil, err
	}
	err = s.lead(x.Path)
	if _, ok := s.peer.(*machine); ok && err == nil {
		c.led.Store(x, s.copy())
	}
	return s, end, err
}

// tryPair leads a new connection to the situation, gives it the input, and then makes the probes.
func (c *checker) tryPair(p Pair) (s *session, x tried, err error) {
	s, end, err := c.ledTo(p.Situation)
	if s == nil {
		return nil, x, err
	}
	defer end()
	if x.reached = !s.over && p.Situation.In(s.twin.conn.TCB); err != nil || !x.reached {
		return s, x, err
	}
	s.led = len(s.script)
	x.done, err = s.do(p.Step)
	after := slices.Concat(p.Situation.Then, probes, p.Situation.Last)
	if !c.report.Hello.Virtual {
		after = slices.DeleteFunc(after, func(x Step) bool { return x.Op == Sleep })
	}
	for _, probe := range after {
		if x.cut = s.over; err != nil || s.over || !x.done {
			break
		}
		_, err = s.do(probe)
	}
	return s, x, err
}

// notePair puts the outcome of a pair into the report.
func (c *checker) notePair(p Pair, s *session, x tried) {
	c.noteUses(s, true)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.noteDeath(s)
	r := &c.report
	if change := s.pairChange(); change != "" || !x.reached {
		if !x.reached {
			change = NotReached
		}
		r.Differences[p.String()] = change
	}
	r.hide(s, x)
	switch {
	case s.unexplained():
		r.Unexplained++
		for _, i := range s.news() {
			r.add(p.Situation.Name, s.script[:i+1], false)
		}
	case !x.reached:
		r.NotReached++
	case !x.done:
		r.NotApplicable++
	case s.differed():
		r.Known++
	default:
		r.Agree++
	}
}

// NotReached is what Report.Differences has for a pair whose situation was not reached.
const NotReached = "not reached"

// noteUses counts the entries that the script needed, each with the script up to that line. A pair counts once for each
// entry. It does not count for an entry that it needs only behind another difference.
func (c *checker) noteUses(s *session, ofPair bool) {
	counted := map[string]bool{}
	for i, l := range s.script {
		if l.Entry != "" {
			c.table.note(l.Entry, s.script[:i+1], ofPair && l.behind == "" && !counted[l.Entry])
			counted[l.Entry] = true
		}
	}
}

func (s *session) differed() bool { return s.firstChange(0) != "" }

// pairChange is the first difference of a pair from its input on; or, if there is none, of the path to it.
func (s *session) pairChange() string {
	if change := s.firstChange(s.led); change != "" {
		return change
	}
	return s.firstChange(0)
}

// firstChange is the first difference of the script, known or not, from a given line on.
func (s *session) firstChange(from int) string {
	for _, l := range s.script[from:] {
		if len(l.Differs) > 0 {
			return l.change()
		}
	}
	return ""
}
