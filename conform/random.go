package conform

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/tcpcheck/tcpcheck/explore"
)

// stepsOfWalk is how long a random walk is at most, behind the path that it begins with.
const stepsOfWalk = 40

// shrinkTime is how long a walk may be made shorter.
const shrinkTime = 20 * time.Second

// walkAtRandom takes walks, and shortens the first of each cause that shows something unexplained. The seed and the
// number of a walk determine every choice in it.
func (c *checker) walkAtRandom(ctx context.Context) error {
	for n := range max(c.o.Steps/(stepsOfWalk/2), 1) {
		if ctx.Err() != nil || c.report.Stopped != "" {
			return nil
		}
		s, err := c.walk(rand.New(rand.NewPCG(c.o.Seed, uint64(n))))
		if err != nil {
			return err
		}
		c.noteUses(s, false)
		c.report.Walks++
		c.report.Steps += len(s.script)
		if !s.unexplained() {
			continue
		}
		c.noteDeath(s)
		if err := c.noteWalk(ctx, s); err != nil {
			return err
		}
		if c.o.First {
			return nil
		}
	}
	return nil
}

// noteWalk puts a walk that ends with an unexplained difference in the report, with a short script if no other
// difference has this cause yet.
func (c *checker) noteWalk(ctx context.Context, s *session) error {
	change := s.change()
	if c.report.causes[change] == nil {
		short, err := c.shorten(ctx, s)
		if err != nil || short == nil {
			return err
		}
		c.report.add("", short.script, true)
		f := c.report.causes[change] // it has the difference of the whole walk, too, so that a draft covers that
		f.cases, f.ofPair = append(f.cases, s.script[len(s.script)-1]), append(f.ofPair, false)
		return nil
	}
	c.report.add("", s.script, true)
	return nil
}

// change is the cause of the unexplained difference with which the session ends; empty if there is none.
func (s *session) change() string {
	if !s.unexplained() {
		return ""
	}
	return s.script[len(s.script)-1].change()
}

// walk leads a connection to some situation and goes on from there.
func (c *checker) walk(r *rand.Rand) (*session, error) {
	s, end, err := c.session()
	if err != nil {
		return nil, err
	}
	defer end()
	if err := s.lead(draw(r, c.situations).Path); err != nil {
		return nil, err
	}
	others := c.otherSteps()
	for range 1 + r.IntN(stepsOfWalk) {
		if s.over {
			break
		}
		if _, err := s.do(drawStep(r, others)); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// drawStep draws an input; of the segments the ordinary ones most often, so that walks go on for long.
func drawStep(r *rand.Rand, others []Step) Step {
	switch kind := r.IntN(10); {
	case kind < 5:
		return draw(r, pathSteps).step
	case kind < 8:
		return draw(r, others)
	}
	return arrives(Class{
		flags: draw(r, flagSets),
		seq:   seqPlace(r.IntN(len(seqNames))),
		ack:   ackPlace(r.IntN(len(ackNames))),
		text:  textSize(r.IntN(int(textMore) + 1)),
	})
}

func draw[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// shorten leaves out steps of a walk until none can be left out, and its cause stays the same. Where the clock is real, a walk
// that shows nothing unexplained the second time met an answer that was late, and counts for nothing.
func (c *checker) shorten(ctx context.Context, s *session) (*session, error) {
	ctx, cancel := context.WithTimeout(ctx, shrinkTime)
	defer cancel()
	change := s.change()
	again := func(steps []Step) (shows bool, err error) {
		next, err := c.follow(steps)
		if err != nil || next.change() != change {
			return false, err
		}
		s = next
		return true, nil
	}
	if !c.report.Hello.Virtual {
		if shows, err := again(s.steps()); err != nil || !shows {
			return nil, err
		}
	}
	var failed error
	explore.LeaveOut(ctx, func() int { return len(s.script) }, func(from, to int) bool {
		shows, err := again(slices.Delete(s.steps(), from, to))
		if err != nil {
			failed = err
			cancel()
		}
		return shows
	})
	return s, failed
}

// follow takes the steps on a new connection. One that can not be taken there is left out.
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

// steps are the inputs of the script.
func (s *session) steps() (list []Step) {
	for _, l := range s.script {
		list = append(list, l.Step)
	}
	return list
}
