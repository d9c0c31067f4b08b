// Package subject is the scenario that a command searches: the flags that say where it comes from and change it, and its questions.
package subject

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/question"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Source is where a scenario comes from, with the changes that flags make to it.
type Source struct {
	Theorem  string
	Recalled []byte // a scenario that was kept with a search
	always   []string
	Changes  []Change
	Profile
}

// Change is one flag that sets keys of the scenario.
type Change struct {
	Flag, Value string
	Keys        []string
	Add         bool
}

// keyFlags are the short forms of --set, by the group that the help shows them in.
var keyFlags = []struct {
	group, name, usage string
	keys               []string
}{
	{flags.Endpoints, "start", "the state in which both ends start: closed, or established", []string{"start"}},
	{flags.Endpoints, "handshake", "how many segments open a connection: three, two, one, four, …", []string{"both.tcp.handshake"}},
	{flags.Endpoints, "isn", "initial sequence numbers: fresh, fixed, clock, arbitrary", []string{"both.isn.policy"}},
	{flags.Endpoints, "time-wait", "length of TIME-WAIT in ticks", []string{"both.time-wait"}},
	{flags.Endpoints, "rst-in-time-wait", "what an endpoint in TIME-WAIT does with a RST: obey, ignore", []string{"both.tcp.rst-in-time-wait"}},
	{flags.Endpoints, "give-up", "after how many ticks an endpoint stops retransmitting (0: never)", []string{"both.give-up"}},
	{flags.Endpoints, "rcv-buf", "octets that an endpoint buffers", []string{"both.rcv-buf"}},
	{flags.Endpoints, "opens", "how many active OPENs A may issue", []string{"A.user.active"}},
	{flags.Endpoints, "accepts", "how many SYNs the listener B accepts", []string{"B.user.accepts"}},
	{flags.Endpoints, "octets", "octets that each user may SEND in a connection", []string{"both.user.octets"}},
	{flags.Endpoints, "close", "whether the users may CLOSE: true, false", []string{"both.user.close"}},
	{flags.Network, "wire", "set (a segment can be delivered any number of times), or bag (--losses and --dups limit that)", []string{"net.wire"}},
	{flags.Network, "msl", "MSL: ticks that a segment lives (0: forever, and there is no clock)", []string{"net.msl"}},
	{flags.Network, "losses", "how many segments a bag may lose: a number, or unlimited", []string{"net.losses"}},
	{flags.Network, "dups", "how many segments a bag may duplicate: a number, or unlimited", []string{"net.dups"}},
	{flags.Question, "watch", "faults to record in the state, separated by commas", []string{"watch"}},
}

func (s *Source) Flags(f *pflag.FlagSet) {
	flags.Group(f, flags.Question, func(f *pflag.FlagSet) {
		f.StringArrayVar(&s.always, "always", nil, "an `invariant` that must hold in every state (may be repeated)")
		s.keyFlags(f, flags.Question)
	})
	flags.Group(f, flags.Scenario, func(f *pflag.FlagSet) {
		f.StringVar(&s.Theorem, "theorem", "", "start from the scenario of theorem `name`, or of its variant name/variant")
		s.Profile.flags(f)
		s.SetFlag(f)
	})
	flags.Group(f, flags.Endpoints, func(f *pflag.FlagSet) { s.keyFlags(f, flags.Endpoints) })
	flags.Group(f, flags.Network, func(f *pflag.FlagSet) {
		s.keyFlags(f, flags.Network)
		f.Var(&changeFlag{s, Change{Flag: "stale", Keys: []string{"stale"}, Add: true}}, "stale",
			"an old `segment` in the network: 'A->B <SEQ=90><CTL=SYN>' (may be repeated)")
		f.Var(&changeFlag{s, Change{Flag: "attack", Keys: []string{"attacker"}, Add: true}}, "attack",
			"a `segment` that an attacker may send (may be repeated)")
	})
}

// keyFlags declares those of a group.
func (s *Source) keyFlags(f *pflag.FlagSet, group string) {
	for _, k := range keyFlags {
		if k.group == group {
			s.KeyFlag(f, k.name, k.usage, k.keys...)
		}
	}
}

// SetFlag declares --set, which sets any key.
func (s *Source) SetFlag(f *pflag.FlagSet) {
	s.KeyFlag(f, "set", "set any key of the scenario, `key=value` (may be repeated; explore --keys lists them)")
}

// KeyFlag declares a short form of --set for the keys.
func (s *Source) KeyFlag(f *pflag.FlagSet, name, usage string, keys ...string) {
	f.Var(&changeFlag{s, Change{Flag: name, Keys: keys}}, name, usage)
}

// changeFlag remembers its values in the order of the command line, since a later one wins.
type changeFlag struct {
	to *Source
	Change
}

func (c *changeFlag) String() string { return "" }

func (c *changeFlag) Type() string { return "value" }

func (c *changeFlag) Set(text string) error {
	ch := c.Change
	ch.Value = text
	if ch.Keys == nil {
		key, value, ok := strings.Cut(text, "=")
		if !ok {
			return fmt.Errorf("found %q, expected key=value", text)
		}
		ch.Keys, ch.Value = []string{strings.TrimSpace(key)}, strings.TrimSpace(value)
	}
	c.to.Changes = append(c.to.Changes, ch)
	return nil
}

// Subject returns the scenario of the file, of the theorem, or of the example, with the changes of the flags.
func (s *Source) Subject(args []string) (sub Subject, err error) {
	known := map[string]properties.Invariant{}
	for _, inv := range properties.Invariants() {
		known[inv.Name] = inv
	}
	switch {
	case s.Recalled != nil:
		sub.Name = "the resumed search"
		for _, th := range properties.Theorems() {
			for _, inv := range th.Always {
				known[inv.Name] = inv
			}
		}
		if sub.File, err = scenario.Parse("the kept scenario", s.Recalled, names(known)); err != nil {
			return sub, exit.Usagef("--resume: %v", err)
		}
	case len(args) == 1 && s.Theorem != "":
		return sub, exit.Usagef("--theorem %s: found a file too (%s), expected one of the two", s.Theorem, args[0])
	case len(args) == 1:
		sub.Name = args[0]
		data, err := os.ReadFile(args[0])
		if err != nil {
			return sub, exit.Usagef("%v: expected a scenario file, as printed by explore --example", err)
		}
		if len(bytes.TrimSpace(data)) == 0 {
			return sub, exit.Usagef("%s: found an empty file, expected a scenario, as printed by explore --example", args[0])
		}
		if sub.File, err = scenario.Parse(args[0], data, names(known)); err != nil {
			return sub, exit.Usagef("%v", err)
		}
	case s.Theorem != "":
		if err := s.fromTheorem(&sub, known); err != nil {
			return sub, err
		}
	default:
		sub.Name = "the scenario of --example"
		sub.File, err = scenario.Parse("example", []byte(scenario.Example()), names(known))
		if err != nil {
			return sub, err
		}
	}
	return sub, s.change(&sub, known)
}

func (s *Source) fromTheorem(sub *Subject, known map[string]properties.Invariant) error {
	q, err := flags.QuestionOf(s.Theorem)
	if err != nil {
		return err
	}
	sub.Name, sub.Theorem = "theorem "+s.Theorem, s.Theorem
	sub.File = scenario.File{Scenario: q.Scenario}
	for _, inv := range q.Always {
		known[inv.Name] = inv
		sub.File.Ask(inv.Name)
	}
	sub.Witness = q.Witness
	sub.Ask(q.Live)
	return nil
}

// change applies the flags, and makes the system.
func (s *Source) change(sub *Subject, known map[string]properties.Invariant) (err error) {
	bag := sub.File.Scenario.Net.Bag
	if err := s.carryOut(sub, false); err != nil {
		return err
	}
	if err := s.Apply(&sub.File.Scenario); err != nil {
		return err
	}
	if s.profile != "" { // flags win over the profile, which needed their MSL before
		if err := s.carryOut(sub, true); err != nil {
			return err
		}
	}
	for _, name := range s.always {
		if _, ok := known[name]; !ok && !question.Is(name) {
			return exit.Usagef("--always %s: expected one of %s, or a question of your own, \"name: expression\"", name, strings.Join(names(known), ", "))
		}
		sub.File.Ask(name)
	}
	if len(s.Changes)+len(s.always) > 0 || s.profile != "" {
		sub.Theorem = "" // it is no longer the theorem's scenario
		sub.Name += ", changed"
	}
	if !bag && sub.File.Scenario.Net.Bag && !slices.ContainsFunc(s.Changes, func(c Change) bool { return c.Flag == "wire" }) {
		sub.Name += "; the network is a bag now, because only a bag has limits of losses and copies"
	}
	if err := sub.File.Finish(names(known)); err != nil {
		return exit.Usagef("%s: %v", sub.Name, err)
	}
	if err := sub.ask(known); err != nil {
		return err
	}
	if sub.Sys, err = netfake.New(sub.File.Scenario); err != nil {
		return exit.Usagef("%s: %v", sub.Name, err)
	}
	return nil
}

// carryOut applies the flags. The second time (again), it skips flags that add to a list.
func (s *Source) carryOut(sub *Subject, again bool) error {
	for _, c := range s.Changes {
		if c.Add && again {
			continue
		}
		for _, k := range c.Keys {
			err := error(nil)
			if c.Add {
				err = sub.File.Add(k, c.Value)
			} else {
				err = sub.File.Set(k, c.Value)
			}
			if err != nil {
				return exit.Usagef("--%s: %v", c.Flag, err)
			}
		}
		if (c.Flag == "losses" || c.Flag == "dups") && c.Value != "0" {
			sub.File.Scenario.Net.Bag = true // only a bag has budgets
		}
	}
	return nil
}

// Words returns the arguments of a command that has this scenario.
func (s *Source) Words(args []string) (words []string) {
	for _, a := range args {
		words = append(words, prose.Quote(a))
	}
	if s.Theorem != "" {
		words = append(words, "--theorem", prose.Quote(s.Theorem))
	}
	if s.profile != "" {
		words = append(words, "--profile", prose.Quote(s.profile))
	}
	for _, text := range s.sysctls {
		words = append(words, "--sysctl", prose.Quote(text))
	}
	for _, name := range s.always {
		words = append(words, "--always", prose.Quote(name))
	}
	for _, c := range s.Changes {
		value := c.Value
		if c.Flag == "set" {
			value = c.Keys[0] + "=" + value
		}
		words = append(words, "--"+c.Flag, prose.Quote(value))
	}
	return words
}
