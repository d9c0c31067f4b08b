package conform

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/tcpcheck/tcpcheck/model"
)

// WriteDraft writes an entry of a table for each finding, with its clause, its script and its number of pairs. With
// these entries the same check finds nothing unexplained. A person should then find out what each is, and describe it.
func (r *Report) WriteDraft(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Drafted by tcpcheck for %s %s: find out what each entry is, and describe it.\n", r.Name, r.Version)
	if len(r.Entries)+len(r.Unused) == 0 {
		fmt.Fprintf(&b, "stack = %q\n", r.Name)
	}
	for _, d := range r.draft() {
		p := &printer{w: &b}
		p.line("\n# %s", d.comment)
		steps := d.script
		for i, l := range steps {
			j := l.JSON()
			p.line("#  %2d. %s", i+1, j.Step)
			if j.Model != "" {
				stack, _, _ := strings.Cut(j.Stack, "\n") // the first line of what a program that died has printed
				p.line("#      stack: %s\n#      model: %s", stack, j.Model)
			}
		}
		if err := toml.NewEncoder(&b).Encode(map[string][]Deviation{"deviation": {d.Deviation}}); err != nil {
			return err
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// drafted is an entry that was made from a finding.
type drafted struct {
	Deviation
	comment string
	script  []Line
	walks   int
}

// draft makes the entries. If two of them cover the same difference, the first one counts, as in a check.
func (r *Report) draft() (list []drafted) {
	names := map[string]bool{}
	for _, e := range r.Entries {
		names[e.Name] = true
	}
	for _, u := range r.Unused {
		names[u.Name] = true
	}
	for _, f := range r.Findings {
		d := drafted{Deviation: f.entry(r), comment: fmt.Sprintf("%s, %s, %s", f.Severity, f.Level, f.Count()), script: f.Script}
		for n := 2; names[d.Name]; n++ {
			d.Name = fmt.Sprintf("%s-%d", f.Name, n)
		}
		names[d.Name] = true
		if err := d.check(); err != nil {
			panic("BUG: a drafted entry is refused: " + err.Error())
		}
		list = append(list, d)
	}
	for _, f := range r.Findings {
		for i, l := range f.cases {
			for k := range list {
				if list[k].covers(&l) {
					if f.ofPair[i] {
						list[k].Count++
					} else {
						list[k].walks++
					}
					break
				}
			}
		}
	}
	list = slices.DeleteFunc(list, func(d drafted) bool { return d.Count+d.walks == 0 })
	for i := range list {
		if d := &list[i]; d.Count == 0 { // no pair shows the difference
			for _, step := range stepsOf(d.script) {
				d.Script = append(d.Script, step.String())
			}
		}
	}
	return list
}

// entry is the narrowest entry that covers all differences of a finding.
func (f *Finding) entry(r *Report) Deviation {
	d := Deviation{
		Name: f.Name, What: "It " + f.Change + ".", Clause: f.Clause, Seen: r.Version,
		On: patternsOf(f.cases), Differs: differsOf(f.cases),
	}
	for _, l := range f.cases {
		if in := l.From.String(); !slices.Contains(d.In, in) {
			d.In = append(d.In, in)
		}
		if to := l.Got.State.String(); !slices.Contains(d.To, to) {
			d.To = append(d.To, to)
		}
		if want := l.Want.flags(); !slices.Contains(d.Want, want) {
			d.Want = append(d.Want, want)
		}
	}
	slices.SortFunc(d.In, byState)
	slices.SortFunc(d.To, byState)
	if !slices.Contains(d.Differs, differsSends) {
		d.Want = nil
		return d
	}
	if d.Wrong = wrongsOf(f.cases); sendsAsTheModel(f.cases) {
		d.Want = nil
		return d
	}
	slices.Sort(d.Want)
	d.Got = draftSent(f.cases)
	return d
}

// differsOf lists what differs in these cases of one finding. All of it differs in each case, except perhaps signals.
func differsOf(lines []Line) []string {
	differs := slices.Clone(lines[0].Differs)
	told := func(l Line) bool { return slices.Contains(l.Differs, differsSignals) }
	if slices.ContainsFunc(lines, told) && slices.ContainsFunc(lines, func(l Line) bool { return !told(l) }) {
		differs = append(slices.DeleteFunc(differs, func(x string) bool { return x == differsSignals }), maybeSignals)
	}
	return differs
}

// patternsOf are the smallest patterns that cover the inputs of these differences: the calls, and one pattern for all
// segments with the same flags between the same sockets. Flags with the same places are joined.
func patternsOf(lines []Line) (list []string) {
	type kind struct {
		flags model.Flags
		at    socketPair
	}
	byKind := map[kind][]Step{}
	for _, l := range lines {
		switch l.Step.Op {
		case Packet:
			k := kind{l.Step.Class.flags, l.Step.Class.at}
			byKind[k] = append(byKind[k], l.Step)
		default:
			if call := l.Step.String(); !slices.Contains(list, call) {
				list = append(list, call)
			}
		}
	}
	byPlaces := map[string][]string{}
	for _, flags := range flagSets {
		bySockets := map[string][]string{} // by the places
		for where := range socketPair(len(socketNames)) {
			if steps := byKind[kind{flags, where}]; steps != nil {
				at := hull(steps)
				bySockets[at] = append(bySockets[at], socketNames[where])
			}
		}
		for at, names := range bySockets {
			if !slices.Equal(names, socketNames[:1]) {
				at += " at=" + strings.Join(names, "|")
			}
			byPlaces[at] = append(byPlaces[at], flagsName(flags))
		}
	}
	for at, flags := range byPlaces {
		list = append(list, strings.TrimSpace(strings.Join(flags, "|")+" "+at))
	}
	slices.Sort(list)
	return list
}

// hull is the smallest set of places that covers all segments of these steps.
func hull(steps []Step) string {
	var seqs, acks, texts, windows, forms []string
	add := func(list *[]string, x string) {
		if !slices.Contains(*list, x) {
			*list = append(*list, x)
		}
	}
	for _, s := range steps {
		add(&seqs, seqNames[s.Class.seq])
		if s.Class.flags&model.ACK != 0 {
			add(&acks, ackNames[s.Class.ack])
		}
		add(&texts, textNames[s.Class.text])
		add(&windows, windowNames[s.Class.window])
		add(&forms, formNames[s.Class.form])
	}
	var words []string
	for _, x := range []struct {
		key   string
		list  []string
		names []string
		all   int
	}{
		{"seq", seqs, seqNames, len(seqNames)}, {"ack", acks, ackNames, len(ackNames)},
		{"text", texts, textNames, int(textFill)}, {"window", windows, windowNames, len(windowNames)},
		{"form", forms, formNames, len(formNames) + 1},
	} {
		if n := len(x.list); n > 0 && n < x.all && !(x.key == "window" && n == 1 && x.list[0] == windowNames[windowOpen]) &&
			!(x.key == "form" && n == 1 && x.list[0] == formNames[formPlain]) {
			slices.SortFunc(x.list, func(a, b string) int { return slices.Index(x.names, a) - slices.Index(x.names, b) })
			words = append(words, x.key+"="+strings.Join(x.list, "|"))
		}
	}
	return strings.Join(words, " ")
}
