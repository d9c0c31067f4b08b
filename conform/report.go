package conform

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Report is the result of a check.
type Report struct {
	Hello
	Interrupted   bool          `json:"interrupted"`
	Chosen        int           `json:"chosen"`        // pairs to compare
	Agree         int           `json:"agree"`         // pairs in which the stack did what the model does
	Known         int           `json:"known"`         // pairs with a difference that the table covers
	Unexplained   int           `json:"unexplained"`   // pairs with another one
	NotReached    int           `json:"notReached"`    // pairs whose situation was not reached
	NotApplicable int           `json:"notApplicable"` // pairs whose segment there is not with this stack's window
	Walks         int           `json:"walks"`         // at random
	Steps         int           `json:"randomSteps"`   // of these walks
	TimeWait      time.Duration `json:"timeWait"`      // how long the stack's TIME-WAIT lasts, if that could be measured
	Unreachable   []string      `json:"unreachable"`   // situations to which there is no path under the policies
	Kinds         []Kind        `json:"kinds"`         // the unexplained differences of the pairs, by kind
	Random        []Kind        `json:"random"`        // that of the random walks, made short
	Entries       []EntryUse    `json:"entries"`       // of the table
	Unused        []string      `json:"unused"`        // entries and policies of the table that nothing needed
	Errors        []string      `json:"errors"`        // at the end of the peers

	kinds map[string]*Kind
}

// Kind is a group of similar differences, with the shortest script that shows one of them.
type Kind struct {
	From     string   `json:"from"`     // the state, in the model
	Input    string   `json:"input"`    // the flags, or the call
	Change   string   `json:"change"`   // what the model does, and the stack instead
	Severity Severity `json:"severity"` // of the worst of them
	Times    int      `json:"times"`    // how many pairs
	Where    []string `json:"where"`    // the situations
	On       []string `json:"on"`       // the inputs
	Script   []Line   `json:"script"`

	steps []Step // the inputs
}

// EntryUse is an entry of the table, and the shortest script that needs it.
type EntryUse struct {
	Deviation
	Times  int    `json:"times"`
	Script []Line `json:"script"`
}

// OK reports whether no difference is unexplained and every entry of the table is needed.
func (r *Report) OK() bool {
	return !r.Interrupted && r.Unexplained == 0 && len(r.Random) == 0 && len(r.Unused) == 0 && len(r.Errors) == 0
}

// Compared returns how many pairs were compared.
func (r *Report) Compared() int { return r.Agree + r.Known + r.Unexplained }

// add notes an unexplained difference, which is in the last line of the script.
func (r *Report) add(situation string, script []Line) {
	if r.kinds == nil {
		r.kinds = map[string]*Kind{}
	}
	k := kindOf(script)
	key := k.From + k.Input + k.Change
	old := r.kinds[key]
	if old == nil {
		old = &k
		r.kinds[key] = old
	} else {
		old.Times++
		if k.Severity.rank() < old.Severity.rank() {
			old.Severity = k.Severity
		}
		old.steps = append(old.steps, k.steps...)
	}
	if len(script) < len(old.Script) {
		old.Script = script
	}
	l := script[len(script)-1]
	for _, x := range []struct {
		list *[]string
		name string
	}{{&old.Where, situation}, {&old.On, l.Step.String()}} {
		if !slices.Contains(*x.list, x.name) {
			*x.list = append(*x.list, x.name)
		}
	}
}

func kindOf(script []Line) Kind {
	l := script[len(script)-1]
	k := Kind{Severity: l.severity(), Times: 1, From: l.From.String(), Input: l.Step.String(), Change: l.change(), Script: script, steps: []Step{l.Step}}
	if l.Step.Op == Packet {
		k.Input = flagsName(l.Step.Class.flags)
	}
	return k
}

// change says what differs, in words that the same differences have in common.
func (l Line) change() string {
	var parts []string
	for _, x := range l.Differs {
		switch x {
		case differsSends:
			want, got := l.Want.flags(), l.Got.flags()
			if l.Got.Wrong != "" {
				got = l.Got.Wrong
			} else if want == got {
				want, got = want+" (numbers)", "other numbers or data"
			}
			parts = append(parts, fmt.Sprintf("sends %s, not %s", got, want))
		case differsState:
			parts = append(parts, fmt.Sprintf("is in %v, not %v", l.Got.State, l.Want.State))
		case differsSignals:
			parts = append(parts, fmt.Sprintf("tells %v, not %v", l.Got.Signals, l.Want.Signals))
		case differsText:
			parts = append(parts, fmt.Sprintf("%d octets, not %d", l.Got.Text, l.Want.Text))
		case differsReply, differsFails:
			parts = append(parts, fmt.Sprintf("%s: %s", x, short(l.Got.Error)))
		}
	}
	return strings.Join(parts, "; ")
}

// finish puts the report in order.
func (r *Report) finish(t *Table, interrupted bool, o Options) {
	r.Interrupted = interrupted
	for _, k := range r.kinds {
		slices.Sort(k.Where)
		slices.Sort(k.On)
		r.Kinds = append(r.Kinds, *k)
	}
	slices.SortFunc(r.Kinds, func(a, b Kind) int {
		return cmp.Or(cmp.Compare(a.Severity.rank(), b.Severity.rank()), -cmp.Compare(a.Times, b.Times), strings.Compare(a.From+a.Input+a.Change, b.From+b.Input+b.Change))
	})
	for _, d := range t.Deviations {
		if u := t.used[d.Name]; u != nil {
			r.Entries = append(r.Entries, EntryUse{d, u.times, u.script})
		}
	}
	whole := o.Pairs == nil && !o.First && !interrupted && (o.Cover == CoverAll || !r.Virtual)
	if whole { // else what was left out might have needed an entry
		r.Unused = append(r.Unused, t.unused()...)
	}
}

// WriteText writes the report for readers.
func (r *Report) WriteText(w io.Writer) error {
	p := &printer{w: w}
	p.line("%s %s: %d pairs compared: %d agree, %d differ as known, %d unexplained",
		r.Name, r.Version, r.Compared(), r.Agree, r.Known, r.Unexplained)
	if r.NotReached+r.NotApplicable > 0 {
		p.line("    in %d more pairs the state was not reached (a known difference, or a window too large to fill), and in %d there is no such segment",
			r.NotReached, r.NotApplicable)
	}
	if r.Steps > 0 {
		p.line("    %d random steps in %d walks", r.Steps, r.Walks)
	}
	if r.TimeWait > 0 {
		p.line("    TIME-WAIT lasts %v", r.TimeWait)
	}
	if len(r.Unreachable) > 0 {
		p.line("    no path under these policies to %s", strings.Join(r.Unreachable, ", "))
	}
	for _, e := range r.Entries {
		p.line("\nknown: %s (%d times): %s\n    %s", e.Name, e.Times, e.What, e.origin())
		p.script(e.Script)
	}
	for _, k := range r.Kinds {
		p.line("\nUNEXPLAINED, %s (%d pairs): in %s at %s it %s", k.Severity, k.Times, k.From, k.Input, k.Change)
		p.line("    from %s\n    at %s", strings.Join(k.Where, ", "), some(k.On))
		p.script(k.Script)
	}
	for _, k := range r.Random {
		p.line("\nUNEXPLAINED (random): in %s at %s it %s", k.From, k.Input, k.Change)
		p.script(k.Script)
	}
	for _, name := range r.Unused {
		p.line("\nNO LONGER HAPPENS: %s", name)
	}
	for _, e := range r.Errors {
		p.line("\nERROR: %s", e)
	}
	if r.Interrupted {
		p.line("\ninterrupted")
	}
	return p.err
}

// some lists the first few of many.
func some(list []string) string {
	if n := len(list); n > 12 {
		return strings.Join(list[:12], "; ") + fmt.Sprintf("; and %d more", n-12)
	}
	return strings.Join(list, "; ")
}

type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

// script prints the steps: what happens, and what the stack does; where the model does something else, that too.
func (p *printer) script(lines []Line) {
	for i, l := range lines {
		what := l.Step.String()
		if l.Step.Op == Packet {
			what = fmt.Sprintf("%s    (%s)", l.bases.received(l.segment), what)
		}
		p.line("    %2d. %s", i+1, what)
		if len(l.Differs) == 0 {
			p.line("        %s", l.Got.tell(l.bases))
			continue
		}
		p.line("        stack: %s", l.Got.tell(l.bases))
		p.line("        model: %s", l.Want.tell(l.bases))
	}
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

// MarshalJSON writes a line as the text report does.
func (l Line) MarshalJSON() ([]byte, error) {
	j := LineJSON{Step: l.Step.String(), Request: request(l.input), Stack: l.Got.tell(l.bases), Differs: l.Differs, Entry: l.Entry}
	if l.Step.Op == Packet {
		j.Segment = l.bases.received(l.segment)
	}
	if len(l.Differs) > 0 {
		j.Model = l.Want.tell(l.bases)
	}
	return json.Marshal(j)
}
