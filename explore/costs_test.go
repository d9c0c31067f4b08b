package explore_test

import (
	"context"
	"io"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/minitcp"
)

// countedStorage counts the bytes that are written and read.
type countedStorage struct {
	explore.Storage
	runs, read *atomic.Int64
}

func (s countedStorage) Create(ctx context.Context, name string, durable bool) (io.WriteCloser, error) {
	w, err := s.Storage.Create(ctx, name, durable)
	if err == nil && strings.HasPrefix(name, "run-") {
		w = countedWriter{w, s.runs}
	}
	return w, err
}

type countedWriter struct {
	io.WriteCloser
	n *atomic.Int64
}

func (w countedWriter) Write(b []byte) (int, error) {
	w.n.Add(int64(len(b)))
	return w.WriteCloser.Write(b)
}

func (s countedStorage) Open(ctx context.Context, name string, offset int64) (explore.StoredFile, error) {
	f, err := s.Storage.Open(ctx, name, offset)
	if err == nil {
		f = countedReader{f, s.read}
	}
	return f, err
}

type countedReader struct {
	explore.StoredFile
	n *atomic.Int64
}

func (r countedReader) Read(b []byte) (int, error) {
	n, err := r.StoredFile.Read(b)
	r.n.Add(int64(n))
	return n, err
}

// What a search by tasks costs for each state, and what follows for 10^10 and 10^11 states on 512 processors and 16 GB/s of storage.
// The table of docs/manual/cluster.md is what this test logs (go test ./explore -run TestCostsOfTasks -v).
func TestCostsOfTasks(t *testing.T) {
	sys := miniSystem(minitcp.System{Wire: 3, Opens: 1, Numbers: 2})
	var runs, read atomic.Int64
	o := explore.Small(miniOptions{Store: explore.Disk, Storage: countedStorage{explore.HastyDir(t.TempDir()), &runs, &read}, Workers: 1, MaxMem: 16 << 20})
	o.Engine = newRough(t, sys, o).once()
	before := cpuSeconds()
	r := explore.Run(t.Context(), sys, o)
	cpu := cpuSeconds() - before
	if r.Verdict != explore.Verified || r.Distinct != 112_113 {
		t.Fatal(r.Verdict, r.Distinct, r.Err)
	}
	n, levels := float64(r.Distinct), float64(len(r.Levels))
	run, kept, second := float64(runs.Load())/n, float64(r.DiskBytes)/n, cpu/n
	t.Logf("each state: %.0f bytes of runs, %.0f bytes kept, %.1f µs of processor time; %.0f bytes read", run, kept, second*1e6, float64(read.Load())/n)
	for _, states := range []float64{1e10, 1e11} {
		again := 16 * states * levels / 2 // visited fingerprints, half of them at an average level
		io := 2*run*states + again + kept*states
		t.Logf("%.0e states: runs %.1f TB written and read, visited files %.0f TB read, %.1f TB kept, storage %.1f h, processors %.1f h",
			states, run*states/1e12, again/1e12, kept*states/1e12, io/16e9/3600, second*states/512/3600)
	}
	if kept < 32 || kept > 64 || run < 32 || run > 32*float64(r.Generated)/n {
		t.Errorf("%.0f bytes of runs and %.0f bytes kept for each state", run, kept)
	}
}

// onceEngine carries out each task once, in turn.
type onceEngine[S comparable, A any] struct{ *roughEngine[S, A] }

func (e *roughEngine[S, A]) once() explore.Engine { return onceEngine[S, A]{e} }

func (e onceEngine[S, A]) Do(ctx context.Context, tasks []explore.Task, report func(explore.Done)) (all []explore.Done, err error) {
	for i, task := range tasks {
		d, err := e.runners[i%2].Do(ctx, task)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
		report(d)
	}
	return all, nil
}
