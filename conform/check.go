package conform

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tcpcheck/tcpcheck/model"
)

// Options says how a stack is checked. With the zero value, Check compares every pair, takes no random steps, and
// knows no deviation.
type Options struct {
	Table    *Table   // how the stack is known to differ
	Policies []string // of the machine that it is compared with, besides those of the table
	Mutant   model.Mutant

	Pairs    *regexp.Regexp // only those whose name matches: "LAST-ACK: FIN,ACK seq=exact ack=una"
	Cover    Cover
	Steps    int           // random steps, about
	Budget   time.Duration // how long the walks go on at least
	Seed     uint64        // of the random steps
	Parallel int           // how many connections side by side, each of a peer of its own; 1 if not positive

	First          bool // end with the first unexplained difference
	NoAdapterCheck bool // compare even a stack that fails at the most ordinary connection

	Progress func(done, all int) // called by one goroutine at a time
}

// Cover says how much of the table of classes is compared in each situation.
type Cover uint8

// CoverAll compares every class. CoverPlaces compares enough classes that each set of flags is combined with each
// place of SEG.SEQ, each place of SEG.ACK and each length of data. It is for a stack with a real clock.
const (
	CoverAll Cover = iota
	CoverPlaces
)

// Pair is a situation and an input in it.
type Pair struct {
	Situation *Situation
	Step      Step
}

func (p Pair) String() string { return p.Situation.Name + ": " + p.Step.String() }

// Check compares a stack with the model, first in all pairs and then in random walks. open starts a peer; it is
// called again when a peer has died. Check returns an error only if the stack or the options cannot be used;
// everything that the stack does is in the report.
func Check(ctx context.Context, open func() (Peer, error), o Options) (*Report, error) {
	c, err := newChecker(open, o)
	if err != nil {
		return nil, err
	}
	first, err := open()
	if err != nil {
		return nil, err
	}
	c.report.Hello = first.Hello()
	if name := c.table.Stack; name != "" && name != c.report.Name {
		first.Close()
		return nil, fmt.Errorf("the table of known differences: found stack = %q, expected %q, the name of the stack that runs", name, c.report.Name)
	}
	if c.table, err = c.table.of(c.report.Version); err != nil {
		first.Close()
		return nil, err
	}
	if !o.NoAdapterCheck {
		if err := checkAdapter(first, func() uint64 { return c.count.Add(1) }); err != nil {
			first.Close()
			return nil, err
		}
	}
	c.spare <- first
	if err := c.prepare(ctx); err != nil {
		return nil, err
	}
	pairs := c.pairs()
	c.report.Chosen, c.report.Seed = len(pairs), o.Seed
	c.report.Differences = map[string]string{}
	if err = c.replayScripts(ctx); err == nil {
		err = c.walkPairs(ctx, pairs)
	}
	if err == nil && (o.Steps > 0 || o.Budget > 0) && !c.enough() {
		err = c.walkAtRandom(ctx)
	}
	c.close()
	if err != nil {
		return nil, err
	}
	c.report.finish(c.table, ctx.Err() != nil, o)
	return &c.report, nil
}

type checker struct {
	open       func() (Peer, error)
	o          Options
	config     model.Config
	table      *Table
	situations []Situation
	spare      chan Peer // peers that are not in use
	count      atomic.Uint64
	led        sync.Map // of *Situation: sessions of the model as a stack, led there

	mu     sync.Mutex
	deaths int
	report Report
}

func newChecker(open func() (Peer, error), o Options) (*checker, error) {
	c := &checker{open: open, o: o, config: model.Default(), table: o.Table}
	o.Parallel = max(o.Parallel, 1)
	c.o.Parallel = o.Parallel
	c.spare = make(chan Peer, o.Parallel)
	if c.table == nil {
		c.table = new(Table)
	}
	if err := c.table.check(); err != nil {
		return nil, err
	}
	for _, x := range c.table.policies {
		x.policy.Set(&c.config, x.value)
	}
	if err := ParsePolicies(&c.config, o.Policies); err != nil {
		return nil, err
	}
	c.config.Mutant = o.Mutant
	return c, nil
}

// take returns a peer that is not in use, or starts one.
func (c *checker) take() (Peer, error) {
	select {
	case p := <-c.spare:
		return p, nil
	default:
		return c.open()
	}
}

// give makes a peer available again, unless it has died.
func (c *checker) give(p Peer, died bool) {
	if died {
		p.Close() // the reason why it died has been reported
		return
	}
	c.spare <- p
}

func (c *checker) close() {
	for {
		select {
		case p := <-c.spare:
			if err := p.Close(); err != nil {
				c.report.Errors = append(c.report.Errors, err.Error())
			}
		default:
			return
		}
	}
}

// session begins a connection on a spare peer, or on a new one if that peer has died. end makes the peer available
// again.
func (c *checker) session() (s *session, end func(), err error) {
	for fresh := false; ; fresh = true {
		p, err := c.take()
		if err != nil {
			return nil, nil, err
		}
		s, err = begin(p, c.config, c.table, c.count.Add(1))
		if err == nil {
			s.hold(c.report.TimeWait)
			return s, func() { c.give(p, s.died) }, nil
		}
		c.give(p, true)
		if fresh {
			return nil, nil, err
		}
	}
}

// Pairs returns the pairs that would be compared for such a stack, and the situations that cannot be reached under the
// policies.
func Pairs(ctx context.Context, o Options, h Hello) (list []Pair, missing []string, err error) {
	c, err := newChecker(nil, o)
	if err != nil {
		return nil, nil, err
	}
	c.report.Hello = h
	err = c.prepare(ctx)
	return c.pairs(), c.report.Unreachable, err
}

// prepare finds the paths and, if the clock is virtual, how long TIME-WAIT lasts.
func (c *checker) prepare(ctx context.Context) (err error) {
	c.situations, c.report.Unreachable, err = Situations(ctx, c.config)
	if h := c.report.Hello; err != nil || c.open == nil || !h.Virtual || !h.Tells {
		return err
	}
	i := slices.IndexFunc(c.situations, func(s Situation) bool { return s.Name == model.TimeWait.String() })
	if i < 0 {
		return nil
	}
	s, end, err := c.session()
	if err != nil {
		return err
	}
	defer end()
	c.report.TimeWait = measureWait(s, &c.situations[i])
	if c.report.TimeWait > 4*waitGrain {
		c.situations = append(c.situations, lateWait(&c.situations[i], c.report.TimeWait))
	}
	return nil
}

// pairs lists all pairs to compare. Of several classes that are the same segment in a situation, only one is listed.
func (c *checker) pairs() (list []Pair) {
	for i := range c.situations {
		s := &c.situations[i]
		if s.needsTime() && !c.report.Hello.Virtual {
			continue
		}
		if s.needsBacklog() && !c.report.Hello.Backlog {
			c.report.NotTried = append(c.report.NotTried, s.Name)
			continue
		}
		for _, step := range c.stepsOf(s) {
			if p := (Pair{s, step}); c.o.Pairs == nil || c.o.Pairs.MatchString(p.String()) {
				list = append(list, p)
			}
		}
	}
	return list
}

// stepsOf are the inputs of a situation.
func (c *checker) stepsOf(s *Situation) []Step {
	switch {
	case s.Only == nil:
		return append(stepsIn(s, c.o.Cover), c.otherSteps()...)
	case c.report.Hello.Virtual:
		return s.Only
	}
	return slices.DeleteFunc(slices.Clone(s.Only), func(x Step) bool { return x.Op == Sleep })
}

// otherSteps are the inputs that are not segments. Time passes only with a virtual clock.
func (c *checker) otherSteps() []Step {
	if c.report.Hello.Virtual {
		return append(userSteps[:len(userSteps):len(userSteps)], timeSteps...)
	}
	return userSteps
}

// stepsIn are the segments of a situation.
func stepsIn(s *Situation, cover Cover) (list []Step) {
	type place struct {
		flags model.Flags
		what  any
	}
	type shape struct {
		seg  model.Segment
		form form // if the segment does not show it
	}
	seen, met := map[shape]bool{}, map[place]bool{}
	for _, class := range Classes() {
		seg, ok := class.segment(s.TCB)
		x := shape{seg, class.form}
		if class.form != formUnknown && class.form != formChecksum {
			x.form = formPlain
		}
		if !ok || seen[x] {
			continue
		}
		seen[x] = true
		fresh := false
		for _, what := range []any{class.seq, class.ack, class.text, class.window, class.form} {
			at := place{class.flags, what}
			fresh = fresh || !met[at]
			met[at] = true
		}
		if fresh || cover == CoverAll {
			list = append(list, arrives(class))
		}
	}
	return list
}

// walkPairs compares the pairs, each on a connection of its own, as many side by side as there may be.
func (c *checker) walkPairs(ctx context.Context, pairs []Pair) error {
	var done int
	pool, stop := errgroup.WithContext(ctx)
	pool.SetLimit(c.o.Parallel)
	for _, p := range pairs {
		pool.Go(func() error {
			if stop.Err() != nil || c.enough() {
				return nil
			}
			if err := c.comparePair(p); err != nil {
				return err
			}
			c.mu.Lock()
			defer c.mu.Unlock()
			if done++; c.o.Progress != nil {
				c.o.Progress(done, len(pairs))
			}
			return nil
		})
	}
	return pool.Wait()
}

// enough reports whether the check can end.
func (c *checker) enough() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.o.First && c.report.Unexplained > 0 || c.report.Stopped != ""
}

// mostDeaths is how often a stack may die, or fail to answer, without an entry that covers this.
const mostDeaths = 20

// noteDeath counts the deaths of a stack. Too many deaths end the check. The caller holds c.mu.
func (c *checker) noteDeath(s *session) {
	if !s.died || s.script[len(s.script)-1].Entry != "" {
		return
	}
	if c.deaths++; c.deaths == mostDeaths {
		c.report.Stopped = fmt.Sprintf("the stack died, or did not answer, %d times", mostDeaths)
	}
}
