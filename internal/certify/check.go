package certify

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tcpcheck/tcpcheck/internal/twin"
)

// Options says how a certificate is checked.
type Options struct {
	Workers  int // goroutines; as many as there are processors if not positive
	Progress func(Report)

	// Witness, if not nil, finds the witnesses that this package does not know by name.
	Witness func(name string) (Condition, bool)
}

// Report says what was checked.
type Report struct {
	Claimed int           // states in the certificate
	States  int           // of them reached, and so checked
	Steps   int           // successors found to be members
	Elapsed time.Duration // also where it ended early
}

// Refusal says why a certificate proves nothing.
type Refusal struct {
	State   string // a state in which it fails, or empty
	Action  string // what happens there, or empty
	Missing string // what is wrong
}

func (r *Refusal) Error() string {
	text := r.Missing
	if r.Action != "" {
		text = r.Action + ": " + text
	}
	if r.State != "" {
		text = "in the state " + r.State + ": " + text
	}
	return text
}

// checker goes through the states of a certificate, beginning with the initial one, level by level.
type checker struct {
	world     *twin.World
	states    *Set
	always    []named
	witnesses []named
	reached   []atomic.Bool
	steps     atomic.Int64
}

// named is a condition of the certificate.
type named struct {
	name  string
	holds Condition
	found *atomic.Bool // of a witness: it holds in a state
}

// Check checks a certificate. The error is a *Refusal, or that of ctx.
func Check(ctx context.Context, c *Certificate, o Options) (r Report, err error) {
	begun := time.Now()
	k := checker{world: twin.New(c.Scenario.Scenario), states: c.States, reached: make([]atomic.Bool, c.States.Len())}
	defer func() { r.Elapsed = time.Since(begun) }()
	r.Claimed = c.States.Len()
	if err := k.conditions(c, o); err != nil {
		return r, err
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	init := k.world.Init()
	first, ok := k.states.Find(k.world.Encode(nil, &init))
	if !ok {
		return r, &Refusal{State: k.world.Describe(&init), Missing: "it is the initial state of the scenario, and not in the certificate"}
	}
	k.reached[first].Store(true)
	for level := []int{first}; len(level) > 0; {
		next, refused := k.expand(ctx, level, o.Workers)
		r.Steps = int(k.steps.Load())
		if refused != nil {
			return r, refused
		}
		if err := ctx.Err(); err != nil {
			return r, err
		}
		r.States += len(level)
		if level = next; o.Progress != nil {
			r.Elapsed = time.Since(begun)
			o.Progress(r)
		}
	}
	return r, k.rest(r)
}

// rest asks what can be asked only when all was reached.
func (k *checker) rest(r Report) error {
	if r.States < r.Claimed {
		for i := range k.reached {
			if !k.reached[i].Load() {
				return &Refusal{State: k.tell(i), Missing: fmt.Sprintf("it is in the certificate, and nothing leads to it; %d of %d states are so", r.Claimed-r.States, r.Claimed)}
			}
		}
	}
	for _, wit := range k.witnesses {
		if !wit.found.Load() {
			return &Refusal{Missing: "its witness holds in no state: " + wit.name}
		}
	}
	return nil
}

// conditions finds what is asked.
func (k *checker) conditions(c *Certificate, o Options) error {
	for _, name := range c.Scenario.Always {
		holds, ok := Invariant(name)
		if !ok {
			return &Refusal{Missing: fmt.Sprintf("an invariant is not known to the checker: %s", name)}
		}
		k.always = append(k.always, named{name: name, holds: holds})
	}
	for _, name := range c.Witnesses {
		holds, ok := WitnessNamed(name)
		if !ok && o.Witness != nil {
			holds, ok = o.Witness(name)
		}
		if !ok {
			return &Refusal{Missing: fmt.Sprintf("its witness is not known to the checker: %s", name)}
		}
		k.witnesses = append(k.witnesses, named{name, holds, new(atomic.Bool)})
	}
	return nil
}

// tell describes state i.
func (k *checker) tell(i int) string {
	var s twin.State
	if err := k.world.Decode(&s, k.states.Code(i)); err != nil {
		return fmt.Sprintf("number %d", i+1)
	}
	return k.world.Describe(&s)
}

// share is how many states a worker takes at a time.
const share = 64

// finding is a refusal, with the number of the state that it is about.
type finding struct {
	state   int
	refused *Refusal
}

// expand checks the states of a level with several workers, and lists the states that are reached from it for the
// first time. Of several refusals it returns the one about the least state, whatever the number of workers.
func (k *checker) expand(ctx context.Context, level []int, workers int) (next []int, refused error) {
	var taken atomic.Int64
	var wait sync.WaitGroup
	var mu sync.Mutex
	worst := finding{state: -1}
	for range min(workers, 1+len(level)/share) {
		wait.Go(func() {
			w := worker{checker: k}
			for ctx.Err() == nil {
				hi := int(taken.Add(share))
				for _, i := range level[min(hi-share, len(level)):min(hi, len(level))] {
					w.check(i)
				}
				if hi >= len(level) {
					break
				}
			}
			k.steps.Add(w.steps)
			mu.Lock()
			defer mu.Unlock()
			next = append(next, w.next...)
			if w.first.refused != nil && (worst.refused == nil || w.first.state < worst.state) {
				worst = w.first
			}
		})
	}
	wait.Wait()
	if worst.refused != nil {
		return nil, worst.refused
	}
	return next, nil
}

// worker checks states; what it reuses is its own.
type worker struct {
	*checker
	at, to  twin.State
	actions []twin.Action
	code    []byte
	next    []int
	steps   int64
	first   finding
}

// check checks state i: its conditions, and that all its successors are members.
func (w *worker) check(i int) {
	if err := w.world.Decode(&w.at, w.states.Code(i)); err != nil {
		w.refuse(i, &Refusal{State: w.tell(i), Missing: err.Error()})
		return
	}
	if n := w.at.Incarnations(); n > twin.MostIncarnations {
		w.refuse(i, &Refusal{State: w.tell(i), Missing: fmt.Sprintf("found incarnation %d, expected at most %d", n, twin.MostIncarnations)})
		return
	}
	for _, inv := range w.always {
		if !inv.holds(w.world, &w.at) {
			w.refuse(i, &Refusal{State: w.tell(i), Missing: inv.name + " does not hold"})
			return
		}
	}
	for _, wit := range w.witnesses {
		if !wit.found.Load() && wit.holds(w.world, &w.at) {
			wit.found.Store(true)
		}
	}
	w.actions = w.world.Enabled(w.actions[:0], &w.at)
	for _, a := range w.actions {
		w.to.Set(&w.at)
		w.world.Step(&w.to, a)
		w.code = w.world.Encode(w.code[:0], &w.to)
		w.steps++
		to, ok := w.states.Find(w.code)
		if !ok {
			w.refuse(i, &Refusal{State: w.tell(i), Action: w.world.Tell(&w.at, a),
				Missing: "this leads to a state that is not in the certificate: " + w.world.Describe(&w.to)})
			return
		}
		if !w.reached[to].Load() && w.reached[to].CompareAndSwap(false, true) {
			w.next = append(w.next, to)
		}
	}
}

func (w *worker) refuse(i int, r *Refusal) {
	if w.first.refused == nil || i < w.first.state {
		w.first = finding{i, r}
	}
}
