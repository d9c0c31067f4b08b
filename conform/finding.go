package conform

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
)

// Finding is one cause: the unexplained differences in which the same differs, the same was wanted and the same came
// instead, in whatever state and whatever the input.
type Finding struct {
	Name     string      `json:"name"`     // of its own: the change, as one word
	Change   string      `json:"change"`   // what the stack does, and the model instead
	Severity Severity    `json:"severity"` // of the worst of them
	Level    Level       `json:"level"`    // MUST, SHOULD, MAY: of the strongest
	Clause   string      `json:"clause"`   // the clause of the script
	Says     string      `json:"says"`     // what that clause says
	Clauses  []string    `json:"clauses"`  // the others, the most frequent first
	Pairs    int         `json:"pairs"`    // how many pairs
	Walks    int         `json:"walks"`    // how many random walks
	States   []string    `json:"states"`   // of the model, before the input
	Inputs   []string    `json:"inputs"`   // calls, and the flags of segments
	Where    []string    `json:"where"`    // the situations
	On       []string    `json:"on"`       // the inputs
	Moves    []string    `json:"moves"`    // where the states differ: "in LISTEN it is in CLOSED, not LISTEN (3)", the most frequent first
	Explain  []PolicyUse `json:"explain"`  // policies with which the model does the same
	Script   []Line      `json:"script"`   // the shortest of the worst
	Later    int         `json:"later"`    // how often it was seen behind another difference of the same pair or walk
	Behind   []string    `json:"behind"`   // behind which differences, if it was never seen before all others
	Masks

	cases   []Line
	ofPair  []bool // of each case: a pair shows it, or else a walk
	clauses map[clause]int
}

// Masks counts the pairs of which a difference is the last one. An earlier one in the same connection can hide them, too.
type Masks struct {
	Hides int `json:"hides"` // pairs whose situation was not reached after it
	Cuts  int `json:"cuts"`  // pairs that ended with it before all probes were made, because it is not known where the stack is
}

// PolicyUse is a policy of the model, and how many differences it explains.
type PolicyUse struct {
	Policy string `json:"policy"` // "attacks=rfc793"
	Times  int    `json:"times"`
	Of     int    `json:"of"` // differences: pairs and walks
}

// add notes an unexplained difference, which is in the last line of the script.
func (r *Report) add(situation string, script []Line, walk bool) {
	if r.causes == nil {
		r.causes = map[string]*Finding{}
	}
	l := script[len(script)-1]
	change, severity := l.change(), l.severity()
	f := r.causes[change]
	if f == nil {
		f = &Finding{Name: word(change), Change: change, Severity: OtherForm, Level: May, clauses: map[clause]int{}}
		r.causes[change] = f
	}
	f.cases, f.ofPair = append(f.cases, l), append(f.ofPair, !walk && l.behind == "")
	again := slices.ContainsFunc(script[:len(script)-1], func(x Line) bool { return len(x.Differs) > 0 && x.Entry == "" && x.change() == change })
	switch {
	case again: // it is the same cause
		return
	case l.behind != "":
		f.Later++
		f.Behind = append(f.Behind, l.behind)
	case walk:
		f.Walks++
	default:
		f.Pairs++
	}
	f.clauses[l.clause]++
	if level := levelOf(l.clause, severity); level.rank() < f.Level.rank() {
		f.Level = level
	}
	if worse := severity.rank() - f.Severity.rank(); f.Script == nil || worse < 0 || worse == 0 && len(script) < len(f.Script) {
		f.Severity, f.Script = severity, script
	}
	input := l.Step.String()
	if l.Step.Op == Packet {
		input = flagsName(l.Step.Class.flags)
	}
	for _, x := range []struct {
		list *[]string
		name string
	}{{&f.Where, situation}, {&f.On, l.Step.String()}, {&f.States, l.From.String()}, {&f.Inputs, input}} {
		if x.name != "" && !slices.Contains(*x.list, x.name) {
			*x.list = append(*x.list, x.name)
		}
	}
}

// word joins the words of a change to one word.
func word(change string) string {
	return strings.Trim(strings.Join(strings.FieldsFunc(strings.ToLower(change), func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9')
	}), "-"), "-")
}

// change says what differs, in words that are the same for equal differences in all states.
func (l *Line) change() string {
	var parts []string
	for _, x := range l.Differs {
		switch x {
		case differsSends:
			parts = append(parts, l.changeOfSends())
		case differsState:
			parts = append(parts, changeOfState(l.Want.State, l.Got.State))
		case differsSignals:
			if slices.Contains(l.Differs, differsState) {
				continue // the signals follow from the state
			}
			parts = append(parts, fmt.Sprintf("tells %s, not %s", heardBy(l.Got.Signals), heardBy(l.Want.Signals)))
		case differsText:
			parts = append(parts, choose(l.Got.Text > l.Want.Text, "hands the user too much data", "hands the user too little data"))
		case differsReply:
			parts = append(parts, fmt.Sprintf("refuses the call (%s)", l.Got.Error))
		case differsFails:
			parts = append(parts, "fails: "+l.failure)
		}
	}
	return strings.Join(parts, "; ")
}

func (l *Line) changeOfSends() string {
	want, got := l.Want.flags(), l.Got.flags()
	switch {
	case l.Got.Wrong == wrongText:
		return "hands the user " + wrongText
	case l.Got.Wrong != "":
		return "sends " + l.Got.Wrong
	case want != got:
		return fmt.Sprintf("sends %s, not %s", got, want)
	}
	return fmt.Sprintf("sends %s with %s", got, otherNumbers(l.Want.Sent, l.Got.Sent))
}

// otherNumbers says which numbers of segments with the same flags differ.
func otherNumbers(want, got []model.Segment) string {
	var words []string
	add := func(differs bool, word string) {
		if differs && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	for i, w := range want {
		g := got[i]
		add(g.Seq != w.Seq, "another SEQ")
		add(w.Ack.Less(g.Ack), "a higher ACK")
		add(g.Ack.Less(w.Ack), "a lower ACK")
		add(g.Len > w.Len, "more data")
		add(g.Len < w.Len, "less data")
	}
	return strings.Join(words, " and ")
}

func changeOfState(want, got model.State) string {
	switch {
	case want == model.Closed:
		return "does not go to CLOSED"
	case got == model.Closed:
		return "goes to CLOSED"
	}
	return "is in another state"
}

func heardBy(list []Signal) string {
	if len(list) == 0 {
		return "its user nothing"
	}
	return fmt.Sprintf("its user %v", list)
}

// finish sorts the lists of a finding and computes its summary.
func (f *Finding) finish() {
	for _, list := range []*[]string{&f.Where, &f.On, &f.Inputs} {
		slices.Sort(*list)
	}
	slices.SortFunc(f.States, byState)
	slices.Sort(f.Behind)
	if f.Behind = slices.Compact(f.Behind); f.Pairs+f.Walks > 0 {
		f.Behind = nil
	}
	var all []clause
	for c := range f.clauses {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b clause) int {
		return cmp.Or(-cmp.Compare(f.clauses[a], f.clauses[b]), strings.Compare(a.section+a.says, b.section+b.says))
	})
	shown := f.Script[len(f.Script)-1].clause
	f.Clause, f.Says = shown.section, shown.says
	for _, c := range all {
		if c.section != f.Clause && !slices.Contains(f.Clauses, c.section) {
			f.Clauses = append(f.Clauses, c.section)
		}
	}
	f.Moves = movesOf(f.cases)
	f.explain()
}

// movesOf lists the states in which the stack is, and those of the model.
func movesOf(cases []Line) (list []string) {
	times := map[string]int{}
	for _, l := range cases {
		if slices.Contains(l.Differs, differsState) {
			times[fmt.Sprintf("in %v it is in %v, not %v", l.From, l.Got.State, l.Want.State)]++
		}
	}
	for move := range times {
		list = append(list, move)
	}
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(-cmp.Compare(times[a], times[b]), strings.Compare(a, b)) })
	for i, move := range list {
		list[i] = fmt.Sprintf("%s (%d)", move, times[move])
	}
	return list
}

// explain counts the policies that explain differences of the finding, and judges it by the one that explains all.
func (f *Finding) explain() {
	times := map[string]int{}
	for _, l := range f.cases {
		for _, p := range l.policies {
			times[p]++
		}
	}
	for p, n := range times {
		f.Explain = append(f.Explain, PolicyUse{p, n, len(f.cases)})
	}
	slices.SortFunc(f.Explain, func(a, b PolicyUse) int {
		return cmp.Or(-cmp.Compare(a.Times, b.Times), strings.Compare(a.Policy, b.Policy))
	})
	if len(f.Explain) > 0 && f.Explain[0].Times == len(f.cases) {
		name, _, _ := strings.Cut(f.Explain[0].Policy, "=")
		p, _ := model.PolicyByName(name)
		f.Level = levelOfPolicy(p)
	}
}

// byState sorts names of states in the order of the RFC.
func byState(a, b string) int {
	s, _ := model.ParseState(a)
	t, _ := model.ParseState(b)
	return cmp.Compare(s, t)
}

// byWeight sorts findings, the worst one first.
func byWeight(a, b Finding) int {
	return cmp.Or(cmp.Compare(a.Severity.rank(), b.Severity.rank()), cmp.Compare(a.Level.rank(), b.Level.rank()),
		-cmp.Compare(a.Pairs, b.Pairs), strings.Compare(a.Change, b.Change))
}
