package main

import (
	"errors"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/properties"
	"github.com/tcpcheck/tcpcheck/properties/hosts"
)

// version tells of which source and by which compiler this program was made.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "of unknown origin"
	}
	text := info.Main.Version
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && !strings.Contains(text, s.Value[:min(12, len(s.Value))]):
			text += " " + s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true" && !strings.Contains(text, "dirty"):
			text += " (modified)"
		}
	}
	return text + ", " + info.GoVersion
}

// flagError says what is wrong with a flag in our words, not in those of the library that parsed it.
func flagError(_ *cobra.Command, err error) error {
	var bad *pflag.InvalidValueError
	if !errors.As(err, &bad) {
		return err
	}
	wants := map[string]string{
		"int": "a whole number", "uint64": "a whole number from 0", "bool": "true or false", "duration": "a duration like 30s or 5m",
	}
	name := bad.GetFlag().Name
	if want, ok := wants[bad.GetFlag().Value.Type()]; ok {
		return usagef("--%s: found %q, expected %s", name, bad.GetValue(), want)
	}
	return usagef("--%s: %v", name, errors.Unwrap(bad))
}

// exclusive refuses flags that say different things about the same.
func exclusive(f *pflag.FlagSet, names ...string) error {
	var set []string
	for _, n := range names {
		if f.Changed(n) {
			set = append(set, "--"+n)
		}
	}
	if len(set) > 1 {
		return usagef("%s: found together, expected at most one of them", strings.Join(set, ", "))
	}
	return nil
}

// completeFlags lets a shell complete the values of a command's flags.
func completeFlags(cmd *cobra.Command) {
	values := flagValues()
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		list, ok := values[f.Name]
		if !ok {
			return
		}
		fn := func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
			return list(typed), cobra.ShellCompDirectiveNoFileComp
		}
		if err := cmd.RegisterFlagCompletionFunc(f.Name, fn); err != nil {
			panic("BUG: " + err.Error())
		}
	})
}

// flagValues is what may follow each flag that takes one of a list, given what was typed of it.
func flagValues() map[string]func(typed string) []string {
	fixed := func(list []string) func(string) []string { return func(string) []string { return list } }
	words := map[string][]string{}
	for _, k := range scenario.Keys() {
		words[k.Path] = k.Words
	}
	values := map[string]func(string) []string{
		"theorem":   fixed(theoremsAndVariants()),
		"always":    fixed(invariantNames()),
		"profile":   fixed(hosts.Names()),
		"sysctl":    fixed(knobNames()),
		"sometimes": completePair,
		"format":    fixed([]string{"dot", "aut", "json"}),
		"at":        fixed([]string{"A", "B", "wire"}),
		"set":       func(typed string) []string { return completeSet(words, typed) },
	}
	for _, k := range keyFlags {
		switch list := words[k.keys[0]]; {
		case k.name == "watch":
			values[k.name] = func(typed string) []string { return completeList(list, typed) }
		case list != nil:
			values[k.name] = fixed(list)
		}
	}
	return values
}

// theoremsAndVariants is what --theorem takes: the theorems that have a scenario.
func theoremsAndVariants() (names []string) {
	for _, th := range properties.Theorems() {
		if th.Scenario == nil {
			continue
		}
		names = append(names, th.Name)
		for _, v := range th.Variants {
			names = append(names, th.Name+"/"+v.Name)
		}
	}
	return names
}

// knobNames are the settings of all profiles, up to their values.
func knobNames() (names []string) {
	for _, k := range hosts.Knobs() {
		names = append(names, k.Name+"=")
	}
	return names
}

func invariantNames() (names []string) {
	for _, inv := range properties.Invariants() {
		names = append(names, inv.Name)
	}
	return names
}

// completeSet offers the keys, and after the = the values of one.
func completeSet(words map[string][]string, typed string) (list []string) {
	if key, _, ok := strings.Cut(typed, "="); ok {
		for _, w := range words[key] {
			list = append(list, key+"="+w)
		}
		return list
	}
	for key := range words {
		list = append(list, key+"=")
	}
	slices.Sort(list)
	return list
}

// completeList offers names for the last place of a list with commas.
func completeList(names []string, typed string) (list []string) {
	before := typed[:strings.LastIndex(typed, ",")+1]
	for _, n := range names {
		list = append(list, before+n)
	}
	return list
}

// completePair offers the states of A and of B.
func completePair(typed string) (list []string) {
	before := typed[:strings.LastIndex(typed, ",")+1]
	for _, side := range []string{"A=", "B="} {
		for s := model.Closed; int(s) < model.NumStates; s++ {
			list = append(list, before+side+s.String())
		}
	}
	return list
}
