package flags

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/properties"
	"github.com/tcpcheck/tcpcheck/properties/hosts"
)

// CompleteFlags lets a shell complete the values of a command's flags.
func CompleteFlags(cmd *cobra.Command) {
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

// flagValues has the possible values of each flag that takes one of a list, given the text typed so far.
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
		"sysctl":    fixed(settingNames()),
		"sometimes": completePair,
		"format":    fixed([]string{"dot", "aut", "json"}),
		"at":        fixed([]string{"A", "B", "wire"}),
		"set":       func(typed string) []string { return completeSet(words, typed) },
	}
	for _, k := range keyFlags {
		switch list := words[k.keys[0]]; {
		case k.name == "watch":
			values[k.name] = func(typed string) []string { return CompleteList(list, typed) }
		case list != nil:
			values[k.name] = fixed(list)
		}
	}
	return values
}

// theoremsAndVariants lists the values of --theorem: theorems that have a scenario, and their variants.
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

// settingNames lists the settings of all profiles, each with its =.
func settingNames() (names []string) {
	for _, k := range hosts.KnownSettings() {
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

// completeSet offers the keys and, after the =, the values of a key.
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

// CompleteList offers names for the last item of a list with commas.
func CompleteList(names []string, typed string) (list []string) {
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
