package conform

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/model"
)

// stepsOfWalk is the maximum length of a random walk, after the path that it begins with.
const stepsOfWalk = 60

// shrinkTime limits the time to shorten a walk.
const shrinkTime = 20 * time.Second

// walkAtRandom takes walks. It shortens the first unexplained walk of each cause. The seed and the number of a walk
// determine each choice in it, except choices that depend on what earlier walks have covered.
func (c *checker) walkAtRandom(ctx context.Context) error {
	end := time.Now().Add(c.o.Budget)
	atLeast := c.o.Steps / (stepsOfWalk / 2)
	if c.o.Steps > 0 {
		atLeast = max(atLeast, 1)
	}
	news := novelty{met: map[moment]bool{}, clauses: map[string]bool{}}
	for n := 0; n < atLeast || time.Now().Before(end); n++ {
		if ctx.Err() != nil || c.report.Stopped != "" {
			return nil
		}
		s, err := c.walk(rand.New(rand.NewPCG(c.o.Seed, uint64(n))), &news)
		if err != nil {
			return err
		}
		c.noteUses(s, false)
		c.report.Walks++
		c.report.Steps += len(stepsOf(s.script))
		c.report.Clauses = len(news.clauses)
		if !s.unexplained() {
			continue
		}
		c.noteDeath(s)
		for _, i := range s.news() {
			if err := c.noteWalk(ctx, s, i); err != nil {
				return err
			}
		}
		if c.o.First {
			return nil
		}
	}
	return nil
}

// noteWalk puts a difference of a walk that no entry covers into the report. If it is the first with this cause, it gets
// a short script.
func (c *checker) noteWalk(ctx context.Context, s *session, line int) error {
	script := s.script[:line+1]
	change := script[line].change()
	if c.report.causes[change] == nil {
		short, err := c.shorten(ctx, script)
		if err != nil || short == nil {
			return err
		}
		c.report.add("", short, true)
		f := c.report.causes[change] // it also keeps the difference of the whole walk, so that a draft covers it
		f.cases, f.ofPair = append(f.cases, script[line]), append(f.ofPair, false)
		return nil
	}
	c.report.add("", script, true)
	return nil
}

// walk leads a connection to some situation and goes on from there, also after the end of the connection, with the next
// one.
func (c *checker) walk(r *rand.Rand, news *novelty) (*session, error) {
	s, end, err := c.session()
	if err != nil {
		return nil, err
	}
	defer end()
	if err := s.lead(draw(r, c.starts()).Path); err != nil {
		return nil, err
	}
	others := c.otherSteps()
	if c.report.Hello.Virtual {
		others = append(others, Step{Op: Sleep, For: sleepMinute})
	}
	last := ""
	for range 1 + r.IntN(stepsOfWalk) {
		if s.over {
			break
		}
		step := news.choose(r, s.twin, others, last)
		last = news.add(s.twin, step, last)
		if _, err := s.do(step); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// drawStep draws an input. It prefers ordinary segments, so that connections last long.
func drawStep(r *rand.Rand, t model.TCB, others []Step) Step {
	switch kind := r.IntN(10); {
	case kind < 5:
		if ordinary := (inputs{}).Actions(nil, t); len(ordinary) > 0 {
			return draw(r, ordinary)
		}
	case kind < 8:
		return draw(r, others)
	}
	switch r.IntN(16) {
	case 0:
		return arrives(Class{flags: model.ACK, text: textFew})
	case 1, 2:
		if c := draw(r, otherForms()); c.form != formScaled { // see starts
			return arrives(c)
		}
	}
	c := Class{
		flags: draw(r, flagSets),
		seq:   seqPlace(r.IntN(len(seqNames))),
		ack:   ackPlace(r.IntN(len(ackNames))),
		text:  textSize(r.IntN(int(textMore) + 1)),
	}
	if r.IntN(4) == 0 {
		c.window = windowState(r.IntN(len(windowNames)))
	}
	return arrives(c)
}

func draw[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// shorten leaves out steps of a walk as long as the cause of its last difference stays the same. With a real clock, a
// walk that shows nothing unexplained the second time has met a late answer, and does not count.
func (c *checker) shorten(ctx context.Context, script []Line) ([]Line, error) {
	ctx, cancel := context.WithTimeout(ctx, shrinkTime)
	defer cancel()
	change := script[len(script)-1].change()
	again := func(steps []Step) (shows bool, err error) {
		next, err := c.follow(steps)
		if err != nil {
			return false, err
		}
		for _, i := range next.news() {
			if next.script[i].change() == change {
				script = next.script[:i+1]
				return true, nil
			}
		}
		return false, nil
	}
	steps := func() []Step { return stepsOf(script) }
	if !c.report.Hello.Virtual {
		if shows, err := again(steps()); err != nil || !shows {
			return nil, err
		}
	}
	var failed error
	explore.LeaveOut(ctx, func() int { return len(steps()) }, func(from, to int) bool {
		shows, err := again(slices.Delete(steps(), from, to))
		if err != nil {
			failed = err
			cancel()
		}
		return shows
	})
	if failed == nil && ctx.Err() == nil {
		failed = c.simplify(ctx, steps, again)
	}
	return script, failed
}

// simplify replaces each step by a plainer one, if the script then still shows its cause.
func (c *checker) simplify(ctx context.Context, steps func() []Step, again func([]Step) (bool, error)) error {
	for i := 0; i < len(steps()); i++ {
		for _, plainer := range plainer(steps()[i]) {
			if ctx.Err() != nil || i >= len(steps()) {
				return nil
			}
			try := slices.Clone(steps())
			try[i] = plainer
			if shows, err := again(try); err != nil {
				return err
			} else if shows {
				break
			}
		}
	}
	return nil
}

// plainer are simpler steps than this one, the simplest first.
func plainer(s Step) (list []Step) {
	add := func(x Step) {
		if x != s && !slices.Contains(list, x) {
			list = append(list, x)
		}
	}
	switch s.Op {
	case Sleep:
		add(Step{Op: Sleep, For: sleepRetransmit})
	case Packet:
		c := s.Class
		for _, x := range []Class{
			{flags: c.flags}, {flags: c.flags, ack: c.ack}, {flags: c.flags, seq: c.seq}, {flags: c.flags, text: c.text},
			{flags: c.flags, seq: c.seq, ack: c.ack}, {flags: c.flags, ack: c.ack, text: c.text}, {flags: c.flags, seq: c.seq, text: c.text},
		} {
			add(arrives(x))
		}
	}
	return list
}

// follow takes the steps on a new connection. A step that cannot be taken there is left out.
func (c *checker) follow(steps []Step) (*session, error) {
	s, end, err := c.session()
	if err != nil {
		return nil, err
	}
	defer end()
	for _, step := range steps {
		if s.over {
			break
		}
		if _, err := s.do(step); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// stepsOf are the inputs of a script, without those that were only made to find out where the stack is.
func stepsOf(script []Line) (list []Step) {
	for _, l := range script {
		if !l.sync {
			list = append(list, l.Step)
		}
	}
	return list
}
