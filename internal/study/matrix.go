package study

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Limits end the search of one cell. Zero is no limit.
type Limits struct {
	States  uint64        `json:"states,omitempty"` // distinct states
	Mem     uint64        `json:"bytes,omitempty"`  // bytes of the tables
	Timeout time.Duration `json:"nanoseconds,omitempty"`
}

// allow reports whether l lets a search go at least as far as other does.
func (l Limits) allow(other Limits) bool {
	far := func(mine, its uint64) bool { return mine == 0 || its != 0 && mine >= its }
	return far(l.States, other.States) && far(l.Mem, other.Mem) && far(uint64(l.Timeout), uint64(other.Timeout))
}

// Answer is what the search of a cell found.
type Answer struct {
	Verdict     explore.Verdict
	Violated    string // the invariant or question that does not hold
	Part, Why   string // which part of it, and how the run refutes it, if its name does not say that
	Reason      string // why an UNKNOWN ended, or what was cut off
	netfake.Run        // a shortest run to the violation
	Distinct    uint64
	Generated   uint64
	Depth       int
	Elapsed     time.Duration
	Reduced     netfake.Reductions
	Missing     string // a guarantee that holds says little if this never happened
}

// Finished reports whether no limit ended the search: no other limits would give another answer.
func (a Answer) Finished() bool { return a.Verdict != explore.Unknown }

// Cell is one guarantee asked of one combination of policies.
type Cell struct {
	File     scenario.File // what was searched
	NotAsked string        // why the scenario cannot be had with these policies; then there is no Answer
	Answer
	Cached bool // the answer comes from the cache
	Key    string
}

// Matrix is guarantees (columns) asked of combinations of policies (rows).
type Matrix struct {
	Rows    []Row
	Columns []Column
	Cells   [][]Cell // Cells[row][column]
	Limits  Limits   // of each cell
	Elapsed time.Duration
	Program string // what computed it, if known
}

// FillOptions say how a matrix is filled.
type FillOptions struct {
	Limits   Limits
	Workers  int                   // cells at once; 0: one for each processor
	Cache    *Cache                // nil: none
	Progress func(done, total int) // of different searches; it may be nil, and is not called twice at once
}

// cellJob is one search, and the cells that it answers: those of the same scenario and questions.
type cellJob struct {
	column Column
	key    string
	cells  []*Cell
}

// Fill computes all cells, each in a search of its own with one worker. If the context ends, the
// cells that are left are UNKNOWN; those that were finished are in the cache. With an error, such as that of a
// cache that cannot be written any more, all cells that could be computed are there, too.
func Fill(ctx context.Context, rows []Row, columns []Column, o FillOptions) (*Matrix, error) {
	begun := time.Now()
	m := &Matrix{Rows: rows, Columns: columns, Limits: o.Limits}
	if o.Cache != nil {
		m.Program = o.Cache.Program
	}
	jobs, total := m.plan()
	var lock sync.Mutex
	var pool errgroup.Group
	pool.SetLimit(cmp.Or(o.Workers, runtime.GOMAXPROCS(0)))
	done := 0
	for _, j := range jobs {
		pool.Go(func() error {
			err := j.answer(ctx, o)
			lock.Lock()
			defer lock.Unlock()
			if done++; o.Progress != nil {
				o.Progress(done, total)
			}
			return err
		})
	}
	err := pool.Wait()
	m.Elapsed = time.Since(begun)
	return m, err
}

// plan makes the scenario of each cell, and one job for all cells that ask the same.
func (m *Matrix) plan() (jobs []*cellJob, total int) {
	byKey := map[string]*cellJob{}
	m.Cells = make([][]Cell, len(m.Rows))
	for r := range m.Rows {
		m.Cells[r] = make([]Cell, len(m.Columns))
		for c, col := range m.Columns {
			cell := &m.Cells[r][c]
			cell.File = m.Rows[r].file(col)
			if err := cell.File.Finish(nil); err != nil {
				cell.NotAsked = err.Error()
				continue
			}
			cell.Key = col.question(cell.File)
			j := byKey[cell.Key]
			if j == nil {
				j = &cellJob{column: col, key: cell.Key}
				byKey[cell.Key] = j
				jobs = append(jobs, j)
			}
			j.cells = append(j.cells, cell)
		}
	}
	return jobs, len(jobs)
}

// answer fills the cells of a job, from the cache or by a search. An answer that cannot be kept is
// an answer all the same.
func (j *cellJob) answer(ctx context.Context, o FillOptions) error {
	a, cached := o.Cache.get(j, o.Limits)
	var err error
	switch {
	case cached:
	case ctx.Err() != nil:
		a = Answer{Verdict: explore.Unknown, Reason: "interrupted before it began"}
	default:
		var out properties.Outcome
		if out, err = j.column.search(ctx, j.cells[0].File.Scenario, o.Limits); err != nil {
			err = fmt.Errorf("%s: %w", j.column.Name, err)
			a.Reason = err.Error()
		} else if a = answerOf(out); a.Finished() || ctx.Err() == nil {
			err = o.Cache.put(j, a, o.Limits)
		}
	}
	for _, cell := range j.cells {
		cell.Answer, cell.Cached = a, cached
	}
	return err
}

func (c Column) search(ctx context.Context, sc netfake.Scenario, l Limits) (properties.Outcome, error) {
	set := properties.Settings{Workers: 1, MaxStates: l.States, MaxMem: l.Mem, Timeout: l.Timeout}
	return properties.Question{Scenario: sc, Always: c.Always, Live: c.Live, Witness: c.Witness}.Answer(ctx, set)
}

func answerOf(o properties.Outcome) Answer {
	a := Answer{Verdict: o.Verdict, Violated: o.Violated, Part: o.Part, Why: o.Why, Reason: o.Reason,
		Distinct: o.Distinct, Generated: o.Generated, Depth: o.Depth, Elapsed: o.Elapsed, Reduced: o.Reduced}
	if !o.Witnessed {
		a.Missing = o.Witness
	}
	if o.Verdict == explore.Violated {
		a.Run = o.Actions()
	}
	return a
}

// Changed tells whether a cell's guarantee holds where it is lost in the row with which its row is
// compared (gained), or is lost where it holds there.
func (m *Matrix) Changed(row, column int) (lost, gained bool) {
	base := m.Rows[row].Base
	if base < 0 {
		return false, false
	}
	was, is := m.Cells[base][column], m.Cells[row][column]
	if was.NotAsked != "" || is.NotAsked != "" {
		return false, false
	}
	return was.Verdict == explore.Verified && is.Verdict == explore.Violated,
		was.Verdict == explore.Violated && is.Verdict == explore.Verified
}

// Tally counts the cells by what was found.
type Tally struct{ Holds, Fails, Bounded, Unknown, NotAsked, Cached int }

// Count counts the cells.
func (m *Matrix) Count() (t Tally) {
	for _, row := range m.Cells {
		for _, c := range row {
			if c.Cached {
				t.Cached++
			}
			switch {
			case c.NotAsked != "":
				t.NotAsked++
			case c.Verdict == explore.Verified:
				t.Holds++
			case c.Verdict == explore.Violated:
				t.Fails++
			case c.Verdict == explore.Bounded:
				t.Bounded++
			default:
				t.Unknown++
			}
		}
	}
	return t
}
