package packetdrill

import (
	"fmt"
	"slices"
	"time"
)

// blocked is a call that has not returned.
type blocked struct {
	invocation
	line  int
	waits bool // the script says that it blocks
	end   time.Duration
}

// latest returns when the call must have returned.
func (b *blocked) latest(r *runner) time.Duration { return b.end + r.tolerated(b.end-b.since) }

func (r *runner) invoke(c *Call, t Time, end time.Duration) {
	b := &blocked{invocation: invocation{Call: c, since: r.now}, line: r.line, waits: t.Blocks, end: end}
	if !t.Blocks {
		b.end = r.now
	}
	r.blocked = append(r.blocked, b)
}

// wait advances the time to a moment.
func (r *runner) wait(to time.Duration) error {
	if err := r.settle(); err != nil {
		return err
	}
	for r.now < to {
		if err := r.next(to); err != nil {
			return err
		}
	}
	return nil
}

// next advances the time to a moment, or to the next event, including calls that are due.
func (r *runner) next(to time.Duration) error {
	for _, b := range r.blocked {
		for _, at := range []time.Duration{b.end, b.latest(r)} {
			if r.now < at {
				to = min(to, at)
			}
		}
	}
	if err := r.pass(to); err != nil {
		return err
	}
	return r.settle()
}

// settle continues the blocked calls, and checks those that return.
func (r *runner) settle() error {
	for i := 0; i < len(r.blocked); i++ {
		b := r.blocked[i]
		o, err := r.call(&b.invocation)
		b.again = true
		if !o.blocks || err != nil {
			r.blocked = slices.Delete(r.blocked, i, i+1)
			i--
		}
		line := r.line
		r.line = b.line
		switch {
		case err != nil:
			return err
		case o.blocks && (!b.waits || r.now >= b.latest(r)):
			return failure{"the call has not returned at " + showTime(r.now)}
		case !o.blocks:
			if err := r.returned(b, o); err != nil {
				return err
			}
		}
		r.line = line
	}
	return nil
}

// returned checks a call that returned now. How much the send buffer takes at once is not known here.
func (r *runner) returned(b *blocked, o outcome) error {
	c := b.Call
	got := fmt.Sprint(o.n)
	if o.errno != "" {
		got += " " + o.errno
	}
	same := func(a, b string) bool { return a == b || a == "EWOULDBLOCK" && b == "EAGAIN" }
	switch early := r.tolerated(b.end - b.since); {
	case o.wrote && c.Result.N != o.n && (c.Result.N > 0 && c.Result.N < o.n || c.Errno == "EAGAIN"):
		return unsupported("the send buffer: how much of the data it takes")
	case c.Result.N != o.n || c.Errno != "" && !same(c.Errno, o.errno):
		return failure{got}
	case o.differ != "":
		return failure{o.differ}
	case r.now < b.end-early || r.now > b.end+early:
		return failure{fmt.Sprintf("%s at %s already", got, showTime(r.now))}
	}
	return nil
}
