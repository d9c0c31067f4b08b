package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// What became of a row.
const (
	statusOK        = "ok"
	statusMissed    = "missed"    // a lossy search that found fewer states
	statusDisagrees = "disagrees" // any other difference
	statusAbsent    = "absent"    // the tool is missing
	statusFailed    = "failed"    // to build, to run, or to see everything
	statusTimeout   = "timeout"
	statusCut       = "interrupted"
)

// report is everything that was measured, and what it was measured on. Times are seconds, memory is bytes.
type report struct {
	Command  string `json:"command"`
	Size     string `json:"size"` // K,OPENS,NISS
	Distinct uint64 `json:"distinct"`
	Source   string `json:"distinct_from"` // whose count it is
	Runs     int    `json:"runs"`
	Date     string `json:"date"` // of the measurement, in UTC
	Machine  struct {
		OS         string    `json:"os"`
		Arch       string    `json:"arch"`
		Processors int       `json:"processors"`
		Go         string    `json:"go"`
		Load       [2]string `json:"load"` // averages before and after, as the kernel writes them; Linux only
	} `json:"machine"`
	Rows []*outcome `json:"rows"`
}

// outcome is what became of one row.
type outcome struct {
	ID       string   `json:"id"`
	Mode     string   `json:"mode"`
	Keeps    string   `json:"keeps"`
	Version  string   `json:"version,omitempty"` // of the tool
	Status   string   `json:"status"`
	Why      string   `json:"why,omitempty"`
	Command  []string `json:"command,omitempty"`
	Distinct uint64   `json:"distinct,omitempty"`
	Missed   uint64   `json:"missed,omitempty"`
	Median   *median  `json:"median,omitempty"`
	Ratio    *median  `json:"ratio,omitempty"` // to the baseline
	Samples  []sample `json:"samples,omitempty"`

	row row
	cmd command
}

// median holds the median of each figure by itself.
type median struct {
	CPU   float64 `json:"cpu"`
	Wall  float64 `json:"wall"`
	Peak  float64 `json:"peak"`
	State float64 `json:"per_state"` // peak over the states that it found
}

// measureAll prepares every row, then runs them in turn as often as asked, and judges the counts.
func measureAll(ctx context.Context, w *workshop, chosen []row, runs int, timeout time.Duration) *report {
	rep := &report{Size: sizeText(w.sys), Runs: runs, Date: time.Now().UTC().Format(time.DateOnly)}
	m := &rep.Machine
	m.OS, m.Arch, m.Processors, m.Go = runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version()
	m.Load[0] = load()
	uncounted := rep.expect(ctx, w, timeout)
	for _, r := range chosen {
		o := &outcome{ID: r.id, Mode: r.mode, Keeps: r.keeps, Status: statusOK, row: r}
		rep.Rows = append(rep.Rows, o)
		err := uncounted
		if err == nil {
			o.cmd, err = r.prepare(ctx, w)
			o.Command = o.cmd.argv
		}
		o.take(ctx, err)
	}
	for i := range runs {
		for _, o := range rep.Rows {
			if o.Status == statusOK {
				o.once(ctx, timeout)
				fmt.Fprintf(w.say, "%d/%d %s\n", i+1, runs, o.line())
			}
		}
	}
	m.Load[1] = load()
	rep.judge()
	return rep
}

// expect finds the number of states that everybody must find: by counting, if the size is not in the table.
func (rep *report) expect(ctx context.Context, w *workshop, timeout time.Duration) error {
	rep.Distinct, rep.Source = known[w.sys], "on which all tools agreed before"
	if rep.Distinct == 0 {
		fmt.Fprintln(w.say, "counting the states, since this size is not in the table")
		rep.Source = "counted by " + baseline
		c, err := rows[0].prepare(ctx, w)
		if err != nil {
			return err
		}
		out, _, err := measure(ctx, c, timeout)
		if err != nil {
			return err
		}
		if rep.Distinct, err = rows[0].count(out); err != nil {
			return err
		}
	}
	w.expected = rep.Distinct
	return nil
}

// take turns an error into a status.
func (o *outcome) take(ctx context.Context, err error) {
	var a absent
	switch {
	case err == nil:
		return
	case ctx.Err() != nil:
		o.Status = statusCut
	case errors.As(err, &a):
		o.Status, o.Why = statusAbsent, a.Error()
	case errors.Is(err, errTimeout):
		o.Status, o.Why = statusTimeout, "a run took too long"
	default:
		o.Status, o.Why = statusFailed, err.Error()
	}
}

// once runs a row once more.
func (o *outcome) once(ctx context.Context, timeout time.Duration) {
	if ctx.Err() != nil {
		o.take(ctx, ctx.Err())
		return
	}
	out, s, err := measure(ctx, o.cmd, timeout)
	if err == nil {
		s.Distinct, err = o.row.count(out)
	}
	if err == nil {
		o.Samples = append(o.Samples, s)
		if o.Version == "" {
			o.Version = versionOf(ctx, o.row.tool(), out)
		}
	}
	o.take(ctx, err)
}

// line is what a person who waits sees of the latest run.
func (o *outcome) line() string {
	if o.Status != statusOK {
		return o.ID + ": " + o.note()
	}
	s := o.Samples[len(o.Samples)-1]
	return fmt.Sprintf("%s: %d states, %.2f CPU s, %.0f MiB", o.ID, s.Distinct, s.CPU, float64(s.Peak)/(1<<20))
}

// judge compares the counts and works out medians and ratios.
func (rep *report) judge() {
	var base *median
	for _, o := range rep.Rows {
		o.compare(rep.Distinct)
		o.Median = medians(o.Samples)
		if o.ID == baseline {
			base = o.Median
		}
	}
	for _, o := range rep.Rows {
		if m := o.Median; m != nil && base != nil {
			o.Ratio = &median{m.CPU / base.CPU, m.Wall / base.Wall, m.Peak / base.Peak, m.State / base.State}
		}
	}
}

// compare judges every run: a lossy search may find fewer states, and nobody may find more.
func (o *outcome) compare(expected uint64) {
	for _, s := range o.Samples {
		switch {
		case s.Distinct == expected:
			if o.Distinct == 0 {
				o.Distinct = expected
			}
		case s.Distinct < expected && o.row.lossy:
			o.Missed = max(o.Missed, expected-s.Distinct)
			o.Distinct = expected - o.Missed
			if o.Status == statusOK {
				o.Status, o.Why = statusMissed, ""
			}
		default:
			o.Distinct, o.Missed = s.Distinct, 0
			o.Status, o.Why = statusDisagrees, fmt.Sprintf("found %d states, expected %d", s.Distinct, expected)
			return
		}
	}
}

// medians is nil if there is nothing to take it of.
func medians(samples []sample) *median {
	if len(samples) == 0 {
		return nil
	}
	of := func(figure func(sample) float64) float64 {
		var all []float64
		for _, s := range samples {
			all = append(all, figure(s))
		}
		slices.Sort(all)
		n := len(all)
		return (all[(n-1)/2] + all[n/2]) / 2
	}
	return &median{
		CPU:   of(func(s sample) float64 { return s.CPU }),
		Wall:  of(func(s sample) float64 { return s.Wall }),
		Peak:  of(func(s sample) float64 { return float64(s.Peak) }),
		State: of(func(s sample) float64 { return float64(s.Peak) / float64(max(1, s.Distinct)) }),
	}
}

// status is the exit status.
func (rep *report) status() int {
	code := exitOK
	for _, o := range rep.Rows {
		switch o.Status {
		case statusDisagrees:
			return exitDisagree
		case statusFailed, statusTimeout, statusCut:
			code = exitIncomplete
		}
	}
	return code
}

// load is the kernel's load averages over 1, 5 and 15 minutes, or empty.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	return strings.Join(strings.Fields(string(text))[:3], " ")
}
