package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
	"github.com/tcpcheck/tcpcheck/scenario"
)

func newExploreCmd() *cobra.Command {
	var e explorer
	cmd := &cobra.Command{
		Use:   "explore [FILE]",
		Short: "Search everything that can happen in a scenario of your own",
		Long: `explore searches every state that a scenario can reach, and says whether its invariants hold. The
scenario comes from a file, from a theorem (--theorem), or else is that of --example; flags change it.
Every key of a file can be set: --set A.tcp.rst-in-time-wait=ignore. The keys are listed by --keys.`,
		Example: `  tcpcheck explore --example > my.toml; tcpcheck explore my.toml
  tcpcheck explore --handshake two                    the example, with two segments to open
  tcpcheck explore --theorem wait-keeps-old-fin-out --time-wait 2 --save short.json
  tcpcheck explore my.toml --sometimes A=TIME-WAIT,B=LAST-ACK
  tcpcheck explore my.toml --possible A=CLOSED,B=CLOSED --leads-to 'A=SYN-SENT => A=ESTABLISHED|CLOSED'`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := e.check(cmd.Flags()); err != nil {
				return err
			}
			return e.run(cmd.Context(), args, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	e.source.flags(f)
	e.limits.flags(f)
	e.keeper.flags(f)
	e.asking.flags(f)
	e.exporter.flags(f)
	f.BoolVar(&e.example, "example", false, "print a scenario file with comments, and search nothing")
	f.BoolVar(&e.keys, "keys", false, "list the keys of a scenario, what they mean and what they take, and search nothing")
	f.BoolVar(&e.print, "print", false, "print the scenario as a file, and search nothing")
	f.BoolVar(&e.keepGoing, "keep-going", false, "find a shortest run to a violation of each invariant, not of the first only")
	f.StringArrayVar(&e.sometimes, "sometimes", nil, "draw a shortest run to a pair of states: A=TIME-WAIT,B=LAST-ACK")
	f.BoolVar(&e.json, "json", false, "print the report as JSON")
	f.StringVar(&e.dot, "dot", "", "write the graph of what was found for Graphviz to `file` (-: stdout)")
	f.StringVar(&e.aut, "aut", "", "write the graph in the Aldebaran format to `file` (-: stdout)")
	e.less.flags(f)
	f.BoolVar(&e.reductions, "reductions", false, "search once for each reduction, and print what each saves")
	f.StringVar(&e.jsonl, "jsonl", "", "write the graph as one JSON object a line to `file` (-: stdout)")
	f.BoolVar(&e.force, "force", false, "write a graph for Graphviz however large it is")
	f.BoolVar(&e.fields, "fields", false, "which parts of a state take how many values, level by level: what makes a search grow")
	f.BoolVar(&e.coverage, "coverage", false, "which clauses of RFC 9293 §3.10, requirements and arrows of Figure 5 the search exercised")
	f.StringVar(&e.save, "save", "", "write a counterexample to `file`, for replay (-: stdout)")
	return cmd
}

// source is where a scenario comes from, and what flags change in it.
type source struct {
	theorem  string
	recalled []byte // a scenario that was kept with a search
	always   []string
	changes  []change
	profiledScenario
}

// change is one flag that sets keys of the scenario.
type change struct {
	flag, value string
	keys        []string
	add         bool
}

// keyFlags are the short forms of --set.
var keyFlags = []struct {
	name, usage string
	keys        []string
}{
	{"handshake", "how many segments open: three, two, one, four, …", []string{"both.tcp.handshake"}},
	{"rst-in-time-wait", "what a RST does to TIME-WAIT: obey, ignore", []string{"both.tcp.rst-in-time-wait"}},
	{"time-wait", "length of TIME-WAIT in ticks", []string{"both.time-wait"}},
	{"give-up", "ticks until what is unacknowledged is given up (0: never)", []string{"both.give-up"}},
	{"msl", "ticks that a segment lives (0: for ever, and no clock)", []string{"net.msl"}},
	{"isn", "initial numbers: fresh, fixed, clock, arbitrary", []string{"both.isn.policy"}},
	{"rcv-buf", "octets that an endpoint buffers", []string{"both.rcv-buf"}},
	{"start", "closed, or established", []string{"start"}},
	{"wire", "set, or bag", []string{"net.wire"}},
	{"losses", "segments that a bag may lose: a number, or unlimited", []string{"net.losses"}},
	{"dups", "segments that a bag may deliver twice: a number, or unlimited", []string{"net.dups"}},
	{"opens", "active OPENs of A", []string{"A.user.active"}},
	{"accepts", "SYNs that the listener B answers", []string{"B.user.accepts"}},
	{"octets", "octets that each user SENDs in a connection", []string{"both.user.octets"}},
	{"close", "whether the users may CLOSE: true, false", []string{"both.user.close"}},
	{"watch", "faults to record, with commas between", []string{"watch"}},
}

func (s *source) flags(f *pflag.FlagSet) {
	f.StringVar(&s.theorem, "theorem", "", "begin with the scenario of theorem `name`, or of its variant name/variant")
	f.StringArrayVar(&s.always, "always", nil, "an invariant that must hold in every state (may be repeated)")
	s.profiledScenario.flags(f)
	f.Var(&changeFlag{s, change{flag: "set"}}, "set", "set any key of the scenario: `key=value` (may be repeated)")
	for _, k := range keyFlags {
		f.Var(&changeFlag{s, change{flag: k.name, keys: k.keys}}, k.name, k.usage)
	}
	f.Var(&changeFlag{s, change{flag: "stale", keys: []string{"stale"}, add: true}}, "stale",
		"an old segment on the network: 'A->B <SEQ=90><CTL=SYN>' (may be repeated)")
	f.Var(&changeFlag{s, change{flag: "attack", keys: []string{"attacker"}, add: true}}, "attack",
		"a segment that an attacker may send (may be repeated)")
}

// changeFlag remembers its values in the order of the command line, since a later one wins.
type changeFlag struct {
	to *source
	change
}

func (c *changeFlag) String() string { return "" }

func (c *changeFlag) Type() string { return "value" }

func (c *changeFlag) Set(text string) error {
	ch := c.change
	ch.value = text
	if ch.keys == nil {
		key, value, ok := strings.Cut(text, "=")
		if !ok {
			return fmt.Errorf("found %q, expected key=value", text)
		}
		ch.keys, ch.value = []string{strings.TrimSpace(key)}, strings.TrimSpace(value)
	}
	c.to.changes = append(c.to.changes, ch)
	return nil
}

// subject is a scenario to search, with what is asked of it.
type subject struct {
	name    string
	theorem string
	file    scenario.File
	sys     *netfake.System
	always  []properties.Invariant
	witness properties.Condition
	blind   netfake.Reductions // what none of the questions can see
	used    netfake.Reductions // by the search
	live    []properties.Live
}

func (s *source) subject(args []string) (sub subject, err error) {
	known := map[string]properties.Invariant{}
	for _, inv := range properties.Invariants() {
		known[inv.Name] = inv
	}
	switch {
	case s.recalled != nil:
		sub.name = "the search that was kept"
		for _, th := range properties.Theorems() {
			for _, inv := range th.Always {
				known[inv.Name] = inv
			}
		}
		if sub.file, err = scenario.Parse("the kept scenario", s.recalled, names(known)); err != nil {
			return sub, usagef("--resume: %v", err)
		}
	case len(args) == 1 && s.theorem != "":
		return sub, usagef("--theorem %s: found a file too (%s), expected one of the two", s.theorem, args[0])
	case len(args) == 1:
		sub.name = args[0]
		data, err := os.ReadFile(args[0])
		if err != nil {
			return sub, usagef("%v: expected a scenario file, as printed by explore --example", err)
		}
		if sub.file, err = scenario.Parse(args[0], data, names(known)); err != nil {
			return sub, usagef("%v", err)
		}
	case s.theorem != "":
		if err := s.fromTheorem(&sub, known); err != nil {
			return sub, err
		}
	default:
		sub.name = "the scenario of --example"
		sub.file, err = scenario.Parse("example", []byte(scenario.Example()), names(known))
		if err != nil {
			return sub, err
		}
	}
	return sub, s.change(&sub, known)
}

func (s *source) fromTheorem(sub *subject, known map[string]properties.Invariant) error {
	th, v, err := theoremNamed(s.theorem)
	if err != nil {
		return err
	}
	sub.name, sub.theorem = "theorem "+s.theorem, s.theorem
	sub.file = scenario.File{Scenario: th.Scenario()}
	for _, inv := range th.Always {
		known[inv.Name] = inv
		sub.file.Ask(inv.Name)
	}
	sub.witness = th.Witness
	if v.Change != nil {
		v.Change(&sub.file.Scenario)
	}
	sub.ask(th.Question(v))
	return nil
}

// theoremNamed finds a theorem, or with name/variant a variant of it, that has a scenario.
func theoremNamed(text string) (th properties.Theorem, v properties.Variant, err error) {
	name, variant, varied := strings.Cut(text, "/")
	th, ok := properties.ByName(name)
	if !ok {
		return th, v, usagef("--theorem %s: expected one of %s", name, strings.Join(theoremNames(), ", "))
	}
	if th.Scenario == nil {
		return th, v, usagef("--theorem %s: it is about the machine itself and has no scenario", name)
	}
	if !varied {
		return th, v, nil
	}
	var variants []string
	for _, v := range th.Variants {
		if v.Name == variant {
			return th, v, nil
		}
		variants = append(variants, v.Name)
	}
	return th, v, usagef("--theorem %s: variant %q: expected one of %s", text, variant, strings.Join(variants, "; "))
}

// ask adds a question about what happens at last, if there is one.
func (s *subject) ask(q *properties.Live) {
	if q != nil {
		s.live = append(s.live, *q)
	}
}

// change carries out the flags, and makes the system.
func (s *source) change(sub *subject, known map[string]properties.Invariant) (err error) {
	if err := s.carryOut(sub, false); err != nil {
		return err
	}
	if err := s.apply(&sub.file.Scenario); err != nil {
		return err
	}
	if s.profile != "" { // what flags say comes on top of the profile, which had to know the MSL that they say
		if err := s.carryOut(sub, true); err != nil {
			return err
		}
	}
	for _, name := range s.always {
		if _, ok := known[name]; !ok {
			return usagef("--always %s: expected one of %s", name, strings.Join(names(known), ", "))
		}
		sub.file.Ask(name)
	}
	if len(s.changes)+len(s.always) > 0 || s.profile != "" {
		sub.theorem = "" // it is no longer that theorem's
		sub.name += ", changed"
	}
	if err := sub.file.Finish(names(known)); err != nil {
		return usagef("%s: %v", sub.name, err)
	}
	for _, name := range sub.file.Always {
		sub.always = append(sub.always, known[name])
	}
	if sub.sys, err = netfake.New(sub.file.Scenario); err != nil {
		return usagef("%s: %v", sub.name, err)
	}
	return nil
}

// carryOut sets what the flags say; again leaves out what would be added twice.
func (s *source) carryOut(sub *subject, again bool) error {
	for _, c := range s.changes {
		if c.add && again {
			continue
		}
		for _, k := range c.keys {
			err := error(nil)
			if c.add {
				err = sub.file.Add(k, c.value)
			} else {
				err = sub.file.Set(k, c.value)
			}
			if err != nil {
				return usagef("--%s: %v", c.flag, err)
			}
		}
		if (c.flag == "losses" || c.flag == "dups") && c.value != "0" {
			sub.file.Scenario.Net.Bag = true // only a bag has budgets
		}
	}
	return nil
}

func names(known map[string]properties.Invariant) []string {
	return slices.Sorted(maps.Keys(known))
}

type explorer struct {
	source
	limits
	keeper
	asking
	exporter
	less                       less
	example, keys, print, json bool
	fields, coverage, force    bool
	reductions, keepGoing      bool
	dot, aut, jsonl, save      string
	sometimes                  []string
}

type (
	result = explore.Result[netfake.State, netfake.Action]
	graph  = explore.Graph[netfake.State, netfake.Action]

	violation = explore.Violation[netfake.State, netfake.Action]
)

// check refuses flags that contradict each other, and files that cannot be written.
func (e *explorer) check(f *pflag.FlagSet) error {
	if err := exclusive(f, "example", "keys", "print"); err != nil {
		return err
	}
	for _, name := range []string{"example", "print"} {
		if err := exclusive(f, name, "json"); err != nil {
			return err
		}
	}
	for _, name := range []string{"sometimes", "no-reduction", "store", "reductions"} {
		if err := exclusive(f, "resume", name); err != nil { // the directory says which
			return err
		}
	}
	for _, name := range []string{"dir", "json", "fields", "coverage", "dot", "aut", "jsonl", "save", "pcap", "packetdrill"} {
		if err := exclusive(f, "reductions", name); err != nil {
			return err
		}
	}
	var out []string
	if e.json {
		out = append(out, "--json")
	}
	for _, x := range []struct{ flag, file string }{{"--dot", e.dot}, {"--aut", e.aut}, {"--jsonl", e.jsonl}, {"--save", e.save}} {
		if err := writable(x.file, x.flag); err != nil {
			return err
		}
		if x.file == "-" {
			out = append(out, x.flag+" -")
		}
	}
	if len(out) > 1 {
		return usagef("%s: found %d for stdout, expected one", strings.Join(out, ", "), len(out))
	}
	if err := e.exporter.check(); err != nil {
		return err
	}
	return e.limits.check()
}

// listKeys prints each key of a scenario with its meaning and its values.
func listKeys(w io.Writer, asJSON bool) error {
	keys := scenario.Keys()
	if asJSON {
		return encodeJSON(w, keys)
	}
	wide := 0
	for _, k := range keys {
		wide = max(wide, len(k.Means))
	}
	for _, k := range keys {
		fmt.Fprintf(w, "%-29s %-*s  %s\n", k.Path, wide, k.Means, k.Takes)
	}
	return nil
}

func (e *explorer) run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	switch {
	case e.example:
		fmt.Fprint(stdout, scenario.Example())
		return nil
	case e.keys:
		return listKeys(stdout, e.json)
	}
	if err := e.keeper.check(args, e.theorem); err != nil {
		return err
	}
	if e.resume != "" {
		var err error
		if e.recalled, e.sometimes, err = e.recall(); err != nil {
			return err
		}
		e.less.without = e.keeper.without
	} else {
		e.keeper.asked, e.asker, e.asking = e.asking, e.source.theorem, asking{fair: fairAll}
	}
	questions, err := e.keeper.asked.questions()
	if err != nil {
		return err
	}
	more, err := e.questions() // of a search that is resumed
	if err != nil {
		return err
	}
	questions = append(questions, more...)
	sub, err := e.subject(args)
	if err != nil {
		return err
	}
	e.tellProfile(stderr)
	if e.resume != "" && e.asker != "" {
		th, v, err := theoremNamed(e.asker)
		if err != nil {
			return err
		}
		sub.ask(th.Question(v))
	}
	sub.live = append(sub.live, questions...)
	if e.print {
		_, err := stdout.Write(scenario.Format(sub.file))
		return err
	}
	o := e.limits.options()
	if err := sub.predicates(&o, e.sometimes); err != nil {
		return err
	}
	if what := e.needsGraph(&sub); what != "" && explore.Store(e.store) != explore.Exact {
		return usagef("--store %v: found %s, which needs --store exact", explore.Store(e.store), what)
	}
	if e.reductions {
		return e.compare(ctx, &sub, o, stdout)
	}
	e.keep(&o, sub.file)
	o.Ends = func(s netfake.State) string { return pair(sub.sys, s) }
	o.KeepGoing = e.keepGoing || len(sub.live) > 0 // what happens at last is asked of the whole graph
	var done func()
	o.Progress, done = progress(stderr)
	r, g := e.search(ctx, &sub, o)
	done()
	if r.Err != nil && r.Distinct == 0 {
		flag := "--dir"
		if e.resume != "" {
			flag = "--resume"
		}
		return usagef("%s: %v", flag, r.Err)
	}
	endOnInterrupt() // a second one ends the report, which may be long
	human := stdout
	if e.dot == "-" || e.aut == "-" || e.jsonl == "-" || e.save == "-" {
		human = stderr // the report makes room for what was asked for
	}
	return e.report(ctx, &sub, r, g, human, stdout)
}

// needsGraph names what was asked for that only a search that keeps whole states can give.
func (e *explorer) needsGraph(sub *subject) string {
	switch {
	case len(sub.live) > 0:
		return "a question of what happens at last"
	case e.fields:
		return "--fields"
	case e.coverage:
		return "--coverage"
	case e.dot != "":
		return "--dot"
	case e.aut != "":
		return "--aut"
	case e.jsonl != "":
		return "--jsonl"
	}
	return ""
}
