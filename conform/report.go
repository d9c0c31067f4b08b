package conform

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Report is the result of a check.
type Report struct {
	Hello
	Interrupted   bool          `json:"interrupted"`
	Stopped       string        `json:"stopped,omitempty"` // why the check ended early, if it did of itself
	Chosen        int           `json:"chosen"`            // pairs to compare
	Agree         int           `json:"agree"`             // pairs in which the stack did what the model does
	Known         int           `json:"known"`             // pairs with a difference that the table covers
	Unexplained   int           `json:"unexplained"`       // pairs with another one
	NotReached    int           `json:"notReached"`        // pairs whose situation was not reached
	NotApplicable int           `json:"notApplicable"`     // pairs whose segment there is not with this stack's window
	Walks         int           `json:"walks"`             // at random
	Steps         int           `json:"randomSteps"`       // of these walks
	Seed          uint64        `json:"seed"`              // of these walks
	Clauses       int           `json:"clauses"`           // of §3.10 of which these walks met a case
	TimeWait      time.Duration `json:"timeWait"`          // how long the stack's TIME-WAIT lasts, if that could be measured
	Unreachable   []string      `json:"unreachable"`       // situations to which there is no path under the policies
	NotTried      []string      `json:"notTried"`          // situations for which the program has no request: listen with a backlog
	Findings      []Finding     `json:"findings"`          // the unexplained differences by cause, the worst first
	Entries       []EntryUse    `json:"entries"`           // of the table
	Unused        []Unused      `json:"unused"`            // entries and policies of the table that nothing needed
	Miscounted    []Miscount    `json:"miscounted"`        // entries that more or fewer pairs needed than is pinned
	Errors        []string      `json:"errors"`            // at the end of the peers

	// Differences has each pair that does not agree, with the change; "not reached" if the situation was not.
	Differences map[string]string `json:"differences"`

	causes map[string]*Finding
	masks  map[string]*Masks // by the names of entries, and by the changes of findings
}

// EntryUse is an entry of the table, and the shortest script that needs it.
type EntryUse struct {
	Deviation
	Times  int    `json:"times"` // how often it was needed, in pairs and in walks
	Pairs  int    `json:"pairs"` // in how many pairs
	Script []Line `json:"script"`
	Masks

	lines []Line
}

// Unused is an entry or a policy of the table that nothing needed.
type Unused struct {
	Name string `json:"name"`
	What string `json:"what,omitempty"` // what it says
	Now  string `json:"now,omitempty"`  // what happens in its place now
}

// Miscount is an entry that another number of pairs needed than is pinned.
type Miscount struct {
	Name string `json:"name"`
	Want int    `json:"want"`
	Got  int    `json:"got"`
}

// OK reports whether no difference is unexplained and the table is exact.
func (r *Report) OK() bool { return r.OKFor(May) }

// OKFor is OK, but only findings of this level, or of a stronger one, count.
func (r *Report) OKFor(weakest Level) bool {
	finding := slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Level.rank() <= weakest.rank() })
	return !finding && !r.Interrupted && r.Stopped == "" && len(r.Unused) == 0 && len(r.Miscounted) == 0 && len(r.Errors) == 0
}

// Compared returns how many pairs were compared.
func (r *Report) Compared() int { return r.Agree + r.Known + r.Unexplained }

// hide records what the last difference of a pair hides.
func (r *Report) hide(s *session, x tried) {
	last := -1
	for i := range s.script {
		if len(s.script[i].Differs) > 0 {
			last = i
		}
	}
	if last < 0 || x.reached && !x.cut {
		return
	}
	l := &s.script[last]
	name := l.Entry
	if name == "" {
		name = l.change()
	}
	if r.masks == nil {
		r.masks = map[string]*Masks{}
	}
	m := r.masks[name]
	if m == nil {
		m = new(Masks)
		r.masks[name] = m
	}
	if x.reached {
		m.Cuts++
	} else {
		m.Hides++
	}
}

// finish sorts the report and completes it.
func (r *Report) finish(t *Table, interrupted bool, o Options) {
	r.Interrupted = interrupted
	for _, f := range r.causes {
		f.finish()
		if m := r.masks[f.Change]; m != nil {
			f.Masks = *m
		}
		r.Findings = append(r.Findings, *f)
	}
	slices.SortFunc(r.Findings, byWeight)
	for _, d := range t.Deviations {
		if u := t.used[d.Name]; u != nil {
			e := EntryUse{Deviation: d, Times: u.times, Pairs: u.pairs, Script: u.script, lines: u.lines}
			if m := r.masks[d.Name]; m != nil {
				e.Masks = *m
			}
			r.Entries = append(r.Entries, e)
		}
	}
	whole := o.Pairs == nil && !o.First && !interrupted && r.Stopped == "" && (o.Cover == CoverAll || !r.Virtual)
	defer r.replace(t)
	if !whole { // a pair that was not compared might have needed an entry
		return
	}
	for _, name := range t.unused() {
		r.Unused = append(r.Unused, Unused{Name: name})
	}
	for _, e := range r.Entries {
		if e.Count > 0 && e.Count != e.Pairs && strings.Contains(r.Version, e.Seen) { // another version has other counts
			r.Miscounted = append(r.Miscounted, Miscount{e.Name, e.Count, e.Pairs})
		}
	}
}

// replace finds, for each unused entry, what happens now instead.
func (r *Report) replace(t *Table) {
	for i := range r.Unused {
		u := &r.Unused[i]
		k := slices.IndexFunc(t.Deviations, func(d Deviation) bool { return d.Name == u.Name })
		if k < 0 {
			continue
		}
		d := &t.Deviations[k]
		u.What, u.Now = d.What+" ("+d.origin()+")", "what the model does"
		for _, f := range r.Findings {
			if slices.ContainsFunc(f.cases, d.isAbout) {
				u.Now = "it " + f.Change
			}
		}
	}
}

// isAbout reports whether the difference is in one of the entry's states, at one of its inputs.
func (d *Deviation) isAbout(l Line) bool {
	return slices.Contains(d.In, l.From.String()) && slices.ContainsFunc(d.inputs, func(p pattern) bool { return p.covers(l.Step) })
}

// LineJSON is a step in the JSON report. Request is the request of the line format, so that the script can be run
// again.
type LineJSON struct {
	Step    string   `json:"step"`
	Request string   `json:"request"`
	Segment string   `json:"segment,omitempty"`
	Stack   string   `json:"stack"`
	Model   string   `json:"model,omitempty"`
	Differs []string `json:"differs,omitempty"`
	Entry   string   `json:"entry,omitempty"`
}

// JSON is the line as reports write it.
func (l *Line) JSON() LineJSON {
	j := LineJSON{Step: l.Step.String(), Request: request(l.input), Stack: l.Got.tell(l.bases), Differs: l.Differs, Entry: l.Entry}
	if l.Step.Op == Packet {
		j.Segment = l.bases.received(l.segment)
	}
	if len(l.Differs) > 0 {
		j.Model = l.Want.tell(l.bases)
	}
	return j
}

// MarshalJSON writes a line as the text report does.
func (l Line) MarshalJSON() ([]byte, error) { return json.Marshal(l.JSON()) }
