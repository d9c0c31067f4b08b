package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

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

// ask adds a question about what happens eventually, if there is one.
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

// words is the scenario as arguments of a command.
func (s *source) words(args []string) (words []string) {
	for _, a := range args {
		words = append(words, quote(a))
	}
	if s.theorem != "" {
		words = append(words, "--theorem", quote(s.theorem))
	}
	if s.profile != "" {
		words = append(words, "--profile", quote(s.profile))
	}
	for _, text := range s.sysctls {
		words = append(words, "--sysctl", quote(text))
	}
	for _, name := range s.always {
		words = append(words, "--always", quote(name))
	}
	for _, c := range s.changes {
		value := c.value
		if c.flag == "set" {
			value = c.keys[0] + "=" + value
		}
		words = append(words, "--"+c.flag, quote(value))
	}
	return words
}

// quote makes text one word of a shell.
func quote(text string) string {
	plain := func(r rune) bool {
		return r == '-' || r == '_' || r == '.' || r == '/' || r == '=' || r == ',' || r == ':' || r == '+' ||
			r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	}
	if text != "" && strings.IndexFunc(text, func(r rune) bool { return !plain(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
