package parallel

import (
	"slices"
	"sync/atomic"
	"testing"
)

// Every result comes in order, whatever the number of workers, and no more calls run at once than there are workers.
func TestInOrder(t *testing.T) {
	for _, workers := range []int{1, 2, 5} {
		var running, most, shared atomic.Int64
		var got []int
		for i, x := range InOrder(40, workers, func(i, w int) int {
			most.Store(max(most.Load(), running.Add(1)))
			defer running.Add(-1)
			if w > 1 {
				shared.Add(1)
			}
			return i * i
		}) {
			got = append(got, i, x)
		}
		var want []int
		for i := range 40 {
			want = append(want, i, i*i)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d workers: found %v, want %v", workers, got, want)
		}
		if most.Load() > int64(workers) {
			t.Errorf("%d calls at once, want at most %d", most.Load(), workers)
		}
		if want := int64(workers / 2); shared.Load() != want {
			t.Errorf("%d workers: %d calls have more than one, want %d", workers, shared.Load(), want)
		}
	}
}

// Who stops early waits for what runs, and nothing begins after that.
func TestStop(t *testing.T) {
	for _, workers := range []int{1, 3} {
		var begun, ended atomic.Int64
		for i := range InOrder(1000, workers, func(i, _ int) int {
			begun.Add(1)
			defer ended.Add(1)
			return i
		}) {
			if i == 2 {
				break
			}
		}
		if b, e := begun.Load(), ended.Load(); b != e || b > 3+5*int64(workers) {
			t.Errorf("%d workers: %d calls began and %d ended", workers, b, e)
		}
	}
}
