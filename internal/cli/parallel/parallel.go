// Package parallel runs independent searches at the same time. Most of them are too small for more than one processor.
package parallel

import (
	"iter"
	"runtime"
	"sync"
)

// Workers returns how many processors --workers means.
func Workers(flag int) int {
	if flag <= 0 {
		return runtime.GOMAXPROCS(0)
	}
	return flag
}

// InOrder calls work for every i below n, several at the same time, and yields the results in order. Each call gets the
// number of processors that it may use: one, but the last calls share those that would be idle. With one worker a call
// begins when its result is asked for, and nothing runs beside the caller. InOrder returns when all calls have.
func InOrder[T any](n, workers int, work func(i, workers int) T) iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		if workers <= 1 {
			for i := range n {
				if !yield(i, work(i, 1)) {
					return
				}
			}
			return
		}
		results := make(chan chan T, 4*workers) // results that wait for an earlier one take memory
		stop := make(chan struct{})
		var running sync.WaitGroup
		running.Go(func() { start(n, workers, work, results, stop, &running) })
		defer running.Wait()
		defer close(stop)
		for i := range n {
			if !yield(i, <-<-results) {
				return
			}
		}
	}
}

// start starts the calls in order, until stop is closed.
func start[T any](n, workers int, work func(i, workers int) T, results chan<- chan T, stop <-chan struct{}, running *sync.WaitGroup) {
	free := make(chan struct{}, workers)
	for i := range n {
		result := make(chan T, 1)
		select {
		case results <- result:
		case <-stop:
			return
		}
		select {
		case free <- struct{}{}:
		case <-stop:
			return
		}
		running.Go(func() {
			result <- work(i, max(1, workers/(n-i)))
			<-free
		})
	}
}
