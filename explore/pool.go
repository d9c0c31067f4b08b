package explore

import (
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// pool runs numbered pieces of work on a fixed set of goroutines. The caller is goroutine 0.
type pool struct {
	start []chan struct{} // one for each of the workers 1, 2, …
	done  sync.WaitGroup

	work    func(worker, item int)
	items   int64
	claimed atomic.Int64
	failure atomic.Pointer[string]
}

func newPool(workers int) *pool {
	p := &pool{start: make([]chan struct{}, workers-1)}
	for i := range p.start {
		p.start[i] = make(chan struct{}, 1)
		go func() {
			for range p.start[i] {
				p.run(i + 1)
				p.done.Done()
			}
		}()
	}
	return p
}

// each calls work for every item below n, and returns when all calls have. Items are claimed in order, so one
// worker's items increase. A panic in work becomes a panic of each.
func (p *pool) each(n int, work func(worker, item int)) {
	p.work, p.items = work, int64(n)
	p.claimed.Store(0)
	p.done.Add(len(p.start))
	for _, c := range p.start {
		c <- struct{}{}
	}
	p.run(0)
	p.done.Wait()
	if f := p.failure.Load(); f != nil {
		panic(*f)
	}
}

func (p *pool) run(worker int) {
	defer func() {
		if r := recover(); r != nil {
			text := fmt.Sprintf("%v\n\nin worker %d of the search:\n%s", r, worker, debug.Stack())
			p.failure.CompareAndSwap(nil, &text)
		}
	}()
	for {
		i := p.claimed.Add(1) - 1
		if i >= p.items {
			return
		}
		p.work(worker, int(i))
	}
}

func (p *pool) close() {
	for _, c := range p.start {
		close(c)
	}
}
