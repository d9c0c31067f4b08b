package conform

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"

	"github.com/tcpcheck/tcpcheck/model"
)

// Table says how a stack is known to differ from plain RFC 9293 in the model: by policies of the model, and by
// deviations.
type Table struct {
	Stack      string      `toml:"stack"`
	Newest     string      `toml:"newest"`   // version that was tried
	Policies   []string    `toml:"policies"` // "attacks=rfc793": policies of the model that the stack follows throughout
	Deviations []Deviation `toml:"deviation"`

	mu       sync.Mutex
	policies []choice
	used     map[string]*use // by entry, and by policy
}

// Deviation is a known difference. It covers exactly these states, these inputs, and these kinds of difference.
type Deviation struct {
	Name     string   `toml:"name" json:"name"`
	What     string   `toml:"what" json:"what"`                       // one sentence
	Clause   string   `toml:"clause" json:"clause"`                   // of which RFC
	Seen     string   `toml:"seen" json:"seen"`                       // in which version
	Kind     string   `toml:"kind,omitempty" json:"kind,omitempty"`   // one of Departs (if empty), Choice, Undecided, Adapter
	Gone     string   `toml:"gone,omitempty" json:"gone,omitempty"`   // the first version that was tried in which it no longer happens
	Since    string   `toml:"since,omitempty" json:"since,omitempty"` // the first version that was tried in which it happens
	In       []string `toml:"in" json:"in"`                           // states of the model when the input comes
	On       []string `toml:"on" json:"on"`                           // inputs: "close", "RST|RST,ACK seq=inside|last"
	Differs  []string `toml:"differs" json:"differs"`                 // exactly these of sends, state, signals, text, reply, fails
	Want     []string `toml:"want,omitempty" json:"want,omitempty"`   // what the model sends, in order: "RST,ACK", "nothing"
	Got      []string `toml:"got,omitempty" json:"got,omitempty"`     // what the stack sends: "RST,ACK SEQ=SND.NXT"
	Wrong    []string `toml:"wrong,omitempty" json:"wrong,omitempty"` // what is wrong with what is sent, whatever the model sends
	To       []string `toml:"to,omitempty" json:"to,omitempty"`       // the states that the stack reports
	Count    int      `toml:"count,omitempty" json:"count,omitempty"` // in how many pairs it happens in that version, if that is pinned
	Then     string   `toml:"then,omitempty" json:"then,omitempty"`
	Policies []string `toml:"policies,omitempty" json:"policies,omitempty"` // with these, in this one step, the model does the same
	Script   []string `toml:"script,omitempty" json:"-"`                    // inputs, of which the last one shows the difference, if no pair does

	inputs  []pattern
	want    []sentPattern
	got     []sentPattern
	choices []choice
	steps   []Step // the script
}

// What an entry is. Departs: the clause says otherwise. Choice: the clause, or another RFC that it names, allows it.
// Undecided: the RFC does not say, or says both. Adapter: the interface of the stack has no such call, or the adapter
// maps a call to another one.
const (
	Departs   = "departs"
	Choice    = "choice"
	Undecided = "undecided"
	Adapter   = "adapter"
)

var kindsOfEntries = []string{Departs, Choice, Undecided, Adapter}

// What happens after a deviation: the connection is ended, since the model does not know where the stack is, or it goes on.
const (
	thenEnd  = "end"
	thenGoOn = "go on"
)

// use is how often an entry was needed, and the shortest script that needs it.
type use struct {
	times  int
	pairs  int
	script []Line
	lines  []Line // the differences, one of each sort
	sorts  map[string]bool
}

// choice is a value of a policy.
type choice struct {
	policy model.Policy
	value  int
	text   string
}

// ReadTable reads a table from one or more files. They are of one stack, and their order does not matter.
func ReadTable(file string, more ...string) (*Table, error) {
	files := append([]string{file}, more...)
	slices.Sort(files)
	all := new(Table)
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		t, err := ParseTable(name, string(text))
		if err != nil {
			return nil, err
		}
		if all.Stack != "" && t.Stack != "" && all.Stack != t.Stack {
			return nil, fmt.Errorf("%s: found stack %q, expected %q as in %s", name, t.Stack, all.Stack, files[0])
		}
		if all.Stack == "" {
			all.Stack = t.Stack
		}
		for _, p := range t.Policies {
			if !slices.Contains(all.Policies, p) {
				all.Policies = append(all.Policies, p)
			}
		}
		all.Deviations = append(all.Deviations, t.Deviations...)
		if err := all.check(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return all, nil
}

// ParseTable reads a table. name is used in its errors.
func ParseTable(name, text string) (*Table, error) {
	t := new(Table)
	if err := toml.NewDecoder(strings.NewReader(text)).DisallowUnknownFields().Decode(t); err != nil {
		return nil, tableError(name, err)
	}
	if err := t.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return t, nil
}

// tableError says where the file is wrong and what was expected there. It has one line for each unknown key.
func tableError(name string, err error) error {
	var unknown *toml.StrictMissingError
	var at *toml.DecodeError
	switch {
	case errors.As(err, &unknown):
		var all []error
		for i := range unknown.Errors {
			e := &unknown.Errors[i]
			line, _ := e.Position()
			all = append(all, fmt.Errorf("%s:%d: found key %q, expected stack, newest, policies, or [[deviation]] with name, what, clause, "+
				"seen, kind, gone, since, in, on, differs, want, got, wrong, to, count, then, policies, script", name, line, strings.Join(e.Key(), ".")))
		}
		return errors.Join(all...)
	case errors.As(err, &at):
		line, _ := at.Position()
		return fmt.Errorf("%s:%d: %w", name, line, err)
	}
	return fmt.Errorf("%s: %w", name, err)
}

// check parses the entries, and refuses those that are not narrow.
func (t *Table) check() (err error) {
	t.used = map[string]*use{}
	if t.policies, err = parseChoices(t.Policies); err != nil {
		return err
	}
	names := map[string]bool{}
	for i := range t.Deviations {
		d := &t.Deviations[i]
		if names[d.Name] {
			return fmt.Errorf("deviation %q: found twice, expected another name", d.Name)
		}
		names[d.Name] = true
		if err := d.check(); err != nil {
			return fmt.Errorf("deviation %q: %w", d.Name, err)
		}
	}
	return nil
}

func (d *Deviation) check() (err error) {
	d.inputs, d.steps, d.want, d.got = nil, nil, nil, nil
	for _, x := range []struct{ key, value string }{{"name", d.Name}, {"what", d.What}, {"clause", d.Clause}, {"seen", d.Seen}} {
		if strings.TrimSpace(x.value) == "" {
			return fmt.Errorf("%s: found nothing, expected some words", x.key)
		}
	}
	for _, x := range []struct {
		key  string
		list []string
		want string
	}{{"in", d.In, "one or more states"}, {"on", d.On, "one or more inputs"}, {"differs", d.Differs, "what differs"}} {
		if len(x.list) == 0 {
			return fmt.Errorf("%s: found nothing, expected %s", x.key, x.want)
		}
	}
	for _, s := range slices.Concat(d.In, d.To) {
		if _, ok := model.ParseState(s); !ok {
			return fmt.Errorf("in, to: found %q, expected a state of RFC 9293", s)
		}
	}
	for _, x := range d.Differs {
		if !slices.Contains(kindsOfDifference, x) && x != maybeSignals {
			return fmt.Errorf("differs: found %q, expected some of %v, or %s", x, kindsOfDifference, maybeSignals)
		}
	}
	if !slices.Contains(kindsOfEntries, d.kind()) {
		return fmt.Errorf("kind: found %q, expected one of %v", d.Kind, kindsOfEntries)
	}
	if !slices.Contains([]string{"", thenEnd, thenGoOn}, d.Then) {
		return fmt.Errorf("then: found %q, expected %q or %q", d.Then, thenEnd, thenGoOn)
	}
	if d.Then == thenGoOn && slices.Contains(d.Differs, differsState) {
		return fmt.Errorf("then: found %q, expected %q, since the states differ", d.Then, thenEnd)
	}
	for _, x := range d.On {
		p, err := parsePattern(x)
		if err != nil {
			return fmt.Errorf("on: %w", err)
		}
		d.inputs = append(d.inputs, p)
	}
	for _, x := range d.Script {
		step, err := parseStep(x)
		if err != nil {
			return fmt.Errorf("script: %w", err)
		}
		d.steps = append(d.steps, step)
	}
	for _, x := range d.Wrong {
		if !slices.Contains(wrongNames(), x) {
			return fmt.Errorf("wrong: found %q, expected some of %v", x, wrongNames())
		}
	}
	if d.want, err = parseAllSent(d.Want); err != nil {
		return fmt.Errorf("want: %w", err)
	}
	if d.got, err = parseAllSent(d.Got); err != nil {
		return fmt.Errorf("got: %w", err)
	}
	if d.Count < 0 {
		return fmt.Errorf("count: found %d, expected a number of pairs", d.Count)
	}
	d.choices, err = parseChoices(d.Policies)
	return err
}

func parseAllSent(texts []string) (list []sentPattern, err error) {
	for _, text := range texts {
		p, err := parseSent(text)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// ParsePolicies sets policies, given as "attacks=rfc793", in a configuration.
func ParsePolicies(c *model.Config, list []string) error {
	choices, err := parseChoices(list)
	for _, x := range choices {
		x.policy.Set(c, x.value)
	}
	return err
}

func parseChoices(list []string) (choices []choice, err error) {
	for _, text := range list {
		name, value, _ := strings.Cut(text, "=")
		p, ok := model.PolicyByName(name)
		if !ok {
			return nil, fmt.Errorf("policy %q: expected NAME=VALUE with a policy of the model", text)
		}
		v, ok := p.Index(value)
		if !ok {
			return nil, fmt.Errorf("policy %q: expected one of the values %v", text, p.Values)
		}
		choices = append(choices, choice{p, v, text})
	}
	return choices, nil
}

// find returns the first entry that covers the difference of a line, if there is one.
func (t *Table) find(l *Line) *Deviation {
	for i := range t.Deviations {
		if d := &t.Deviations[i]; d.covers(l) && (len(d.choices) == 0 || l.Entry == d.Name) {
			return d
		}
	}
	return nil
}

// maybeSignals says that signals differ in some of the cases, because they follow from the state.
const maybeSignals = differsSignals + "?"

// differsAs reports whether exactly the things differ that the entry names.
func (d *Deviation) differsAs(l *Line) bool {
	for _, x := range kindsOfDifference {
		maybe := x == differsSignals && slices.Contains(d.Differs, maybeSignals)
		if !maybe && slices.Contains(d.Differs, x) != slices.Contains(l.Differs, x) {
			return false
		}
	}
	return true
}

func (d *Deviation) covers(l *Line) bool {
	if !d.differsAs(l) || !slices.Contains(d.In, l.From.String()) || len(d.To) > 0 && !slices.Contains(d.To, l.Got.State.String()) {
		return false
	}
	if wrong := l.Got.wrongName(); !slices.Contains(d.Wrong, wrong) && (wrong != "none" || len(d.Wrong) > 0) {
		return false
	}
	at := l.places()
	for _, x := range []struct {
		list []sentPattern
		sent []model.Segment
	}{{d.want, l.Want.Sent}, {d.got, l.Got.Sent}} {
		if len(x.list) > 0 && !slices.ContainsFunc(x.list, func(p sentPattern) bool { return p.covers(x.sent, at) }) {
			return false
		}
	}
	return slices.ContainsFunc(d.inputs, func(p pattern) bool { return p.covers(l.Step) })
}

// adopt looks for an entry with whose policies the model does what the stack did. The model goes on from there.
func (t *Table) adopt(before twin, step Step, e model.Event, r Reaction, l *Line, w *twin) {
	for i := range t.Deviations {
		d := &t.Deviations[i]
		if len(d.choices) == 0 || !d.covers(l) {
			continue
		}
		other := before
		for _, x := range d.choices {
			x.policy.Set(&other.conn.Config, x.value)
		}
		if _, _, differs := other.explain(step, e, r); len(differs) == 0 {
			other.conn.Config = w.conn.Config
			*w, l.Entry = other, d.Name
			return
		}
	}
}

// note counts a use of an entry, and keeps the script if it is the shortest.
func (t *Table) note(name string, script []Line, ofPair bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	u := t.used[name]
	if u == nil {
		u = &use{script: script, sorts: map[string]bool{}}
		t.used[name] = u
	}
	u.times++
	if ofPair {
		u.pairs++
	}
	if n := len(script); n > 0 {
		l := script[n-1]
		if sort := l.sort(); !u.sorts[sort] {
			u.sorts[sort] = true
			u.lines = append(u.lines, l)
		}
	}
	if len(script) < len(u.script) {
		u.script = script
	}
}

// unused are the policies that nothing needed, and the entries without a script.
func (t *Table) unused() (names []string) {
	for _, p := range t.policies {
		if t.used[p.text] == nil {
			names = append(names, p.text)
		}
	}
	for _, d := range t.Deviations {
		if t.used[d.Name] == nil && d.steps == nil {
			names = append(names, d.Name)
		}
	}
	return names
}
