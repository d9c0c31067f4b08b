package conform

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// stepsOfWalk is how long a random walk is at most, behind the path that it begins with.
const stepsOfWalk = 40

// shrinkTime is how long rapid may take to make a walk short.
const shrinkTime = 20 * time.Second

// walkAtRandom lets rapid draw walks, and shorten the first that shows something unexplained.
func (c *checker) walkAtRandom(ctx context.Context) error {
	defer prepareRapid(max(c.o.Steps/(stepsOfWalk/2), 1), c.o.Seed)()
	var failed error
	var shown *session // the last that failed, which is the shortest when rapid is done
	times := 0         // a walk with a real clock that failed once, and not again, met an answer that was late
	t := &rapidTB{}
	t.check(func(t *rapid.T) {
		if ctx.Err() != nil || failed != nil {
			return
		}
		s, end, err := c.session()
		if err != nil {
			failed = err
			return
		}
		defer end()
		if failed = c.walk(t, s); failed != nil {
			return
		}
		c.noteUses(s)
		if shown == nil {
			c.report.Walks++
			c.report.Steps += len(s.script)
		}
		if s.unexplained() {
			shown = s
			times++
			t.Fatalf("unexplained")
		}
	})
	switch {
	case failed != nil:
		return failed
	case times == 1 && !c.report.Hello.Virtual:
	case shown != nil:
		k := kindOf(shown.script)
		c.report.Random = []Kind{k}
	case t.failed != "":
		return fmt.Errorf("rapid: %s", t.failed)
	}
	return nil
}

// walk leads a connection to some situation and goes on from there.
func (c *checker) walk(t *rapid.T, s *session) error {
	from := rapid.IntRange(0, len(c.situations)-1).Draw(t, "situation")
	if err := s.lead(c.situations[from].Path); err != nil {
		return err
	}
	others := c.otherSteps()
	for range rapid.IntRange(1, stepsOfWalk).Draw(t, "steps") {
		if s.over {
			return nil
		}
		if _, err := s.do(drawStep(t, others)); err != nil {
			return err
		}
	}
	return nil
}

// drawStep draws an input; of the segments the ordinary ones most often, so that walks go on for long.
func drawStep(t *rapid.T, others []Step) Step {
	switch kind := rapid.IntRange(0, 9).Draw(t, "kind"); {
	case kind < 5:
		return rapid.SampledFrom(pathSteps).Draw(t, "ordinary").step
	case kind < 8:
		return rapid.SampledFrom(others).Draw(t, "call")
	}
	return arrives(Class{
		Flags: rapid.SampledFrom(flagSets).Draw(t, "flags"),
		Seq:   SeqPlace(rapid.IntRange(0, len(seqNames)-1).Draw(t, "seq")),
		Ack:   AckPlace(rapid.IntRange(0, len(ackNames)-1).Draw(t, "ack")),
		Text:  TextSize(rapid.IntRange(0, int(TextMore)).Draw(t, "text")),
	})
}

// rapidFlags is held while rapid reads flags that are ours.
var rapidFlags sync.Mutex

// prepareRapid sets what rapid reads from the command line, which is another program's here; restore sets it back.
func prepareRapid(walks int, seed uint64) (restore func()) {
	rapidFlags.Lock()
	if flag.Lookup("test.short") == nil {
		testing.Init()
	}
	if !flag.Parsed() {
		flag.CommandLine.Parse(nil)
	}
	before := map[string]string{}
	set := func(values map[string]string) {
		for name, value := range values {
			if err := flag.Set(name, value); err != nil {
				panic("BUG: " + err.Error())
			}
		}
	}
	for _, name := range []string{"rapid.checks", "rapid.seed", "rapid.nofailfile", "rapid.shrinktime"} {
		before[name] = flag.Lookup(name).Value.String()
	}
	set(map[string]string{
		"rapid.checks": strconv.Itoa(walks), "rapid.seed": strconv.FormatUint(max(seed, 1), 10),
		"rapid.nofailfile": "true", "rapid.shrinktime": shrinkTime.String(),
	})
	return func() { set(before); rapidFlags.Unlock() }
}

// rapidTB is the test that rapid believes to be in.
type rapidTB struct{ failed string }

var errFailNow = errors.New("FailNow")

// check runs the property, and comes back when rapid has made a failure as short as it can.
func (r *rapidTB) check(property func(*rapid.T)) {
	defer func() {
		if x := recover(); x != nil && x != errFailNow {
			panic(x)
		}
	}()
	rapid.Check(r, property)
}

func (r *rapidTB) Helper()                   {}
func (r *rapidTB) Name() string              { return "conform" }
func (r *rapidTB) Logf(string, ...any)       {}
func (r *rapidTB) Log(...any)                {}
func (r *rapidTB) Skipf(string, ...any)      { panic("BUG: a walk skips nothing") }
func (r *rapidTB) Skip(...any)               { panic("BUG: a walk skips nothing") }
func (r *rapidTB) SkipNow()                  { panic("BUG: a walk skips nothing") }
func (r *rapidTB) Errorf(f string, a ...any) { r.failed = fmt.Sprintf(f, a...) }
func (r *rapidTB) Error(a ...any)            { r.failed = fmt.Sprint(a...) }
func (r *rapidTB) Fatalf(f string, a ...any) { r.Errorf(f, a...); r.FailNow() }
func (r *rapidTB) Fatal(a ...any)            { r.Error(a...); r.FailNow() }
func (r *rapidTB) FailNow()                  { r.Fail(); panic(errFailNow) }
func (r *rapidTB) Fail() {
	if r.failed == "" {
		r.failed = "failed"
	}
}
func (r *rapidTB) Failed() bool { return r.failed != "" }
