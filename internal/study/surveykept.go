package study

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Kept is a file of searches that are done, one a line, so that a long survey that was interrupted goes on. A line
// counts only for the same program, scenario, questions and limits.
type Kept struct {
	mu      sync.Mutex
	file    *os.File
	lines   map[string]keptLine
	program string
}

// keptLine is one search with what it found.
type keptLine struct {
	Key      string      `json:"key"`
	Verdict  uint8       `json:"verdict"`
	Reason   string      `json:"reason,omitempty"`
	Distinct uint64      `json:"distinct"`
	Violated []string    `json:"violated,omitempty"`
	Found    []keptFound `json:"found,omitempty"`
}

type keptFound struct {
	Invariant string           `json:"invariant"`
	State     uint8            `json:"state"`
	Event     string           `json:"event"`
	Clauses   []string         `json:"clauses,omitempty"`
	Actions   []netfake.Action `json:"actions"`
	Loop      int              `json:"loop,omitempty"`
	Why       string           `json:"why,omitempty"`
}

// OpenKept opens, or begins, such a file. Program says which program it is, and what it makes of a scenario. A last
// line that was cut off by the end of the program is removed; a file in which anything else is found is left as it is.
func OpenKept(name, program string) (*Kept, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	k := &Kept{file: f, lines: map[string]keptLine{}, program: program}
	whole, err := k.read()
	if err == nil {
		err = f.Truncate(whole)
	}
	if err == nil {
		_, err = f.Seek(whole, io.SeekStart)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return k, nil
}

// keptBegin is how every line begins.
const keptBegin = `{"key":"`

// read takes the lines of the file, and returns how many bytes of it are whole lines.
func (k *Kept) read() (whole int64, err error) {
	in := bufio.NewReader(k.file)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return 0, err
		}
		if head := min(len(line), len(keptBegin)); string(line[:head]) != keptBegin[:head] {
			return 0, fmt.Errorf("line %d: expected a file that a survey has written", n)
		}
		if err == io.EOF {
			return whole, nil
		}
		var l keptLine
		if err := json.Unmarshal(line, &l); err != nil {
			return 0, fmt.Errorf("line %d: %w: expected a file that a survey has written", n, err)
		}
		k.lines[l.Key] = l
		whole += int64(len(line))
	}
}

// Close closes the file.
func (k *Kept) Close() error { return k.file.Close() }

// key names a search by all that its outcome depends on.
func (k *Kept) key(s Survey, j job, sc netfake.Scenario) string {
	h := sha256.New()
	fmt.Fprintln(h, k.program, j.base.Name, j.changes, s.MaxStates, s.MaxMem, s.Timeout, s.Mutant)
	for _, q := range j.base.Ask {
		fmt.Fprintln(h, q.Name)
	}
	h.Write(scenario.Format(scenario.File{Scenario: sc}))
	return fmt.Sprintf("%x", h.Sum(nil)[:16])
}

// recall fills in the outcome of a search that is known.
func (k *Kept) recall(s Survey, j job, sc netfake.Scenario, o *outcome) bool {
	if k == nil {
		return false
	}
	k.mu.Lock()
	l, ok := k.lines[k.key(s, j, sc)]
	k.mu.Unlock()
	if !ok {
		return false
	}
	o.searched.Verdict, o.searched.Reason, o.searched.Distinct = explore.Verdict(l.Verdict), l.Reason, l.Distinct
	o.searched.Violated = l.Violated
	for _, f := range l.Found {
		sc.Watch = everyFault
		if f.Why != "" {
			sc.Watch = 0
		}
		sys, err := netfake.New(sc)
		if err != nil {
			o.err = err
			return true
		}
		o.found = append(o.found, &Finding{Base: j.base.Name, Changes: j.changes, Invariant: f.Invariant, State: model.State(f.State),
			Event: f.Event, Clauses: f.Clauses, Scenario: sc, System: sys, Run: netfake.Run{Actions: f.Actions, Loop: f.Loop}, Why: f.Why})
	}
	return true
}

// keep writes what a search found. Only what did not end by the clock is the same another time, and worth keeping.
func (k *Kept) keep(s Survey, j job, sc netfake.Scenario, o *outcome) error {
	if k == nil || o.searched.Verdict == explore.Unknown {
		return nil
	}
	l := keptLine{Key: k.key(s, j, sc), Verdict: uint8(o.searched.Verdict), Reason: o.searched.Reason, Distinct: o.searched.Distinct,
		Violated: o.searched.Violated}
	for _, f := range o.found {
		l.Found = append(l.Found, keptFound{f.Invariant, uint8(f.State), f.Event, f.Clauses, f.Actions, f.Loop, f.Why})
	}
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	_, err = k.file.Write(append(text, '\n'))
	return err
}
