package subject

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/prose"
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
		"always":    fixed(prose.Each(properties.Invariants(), func(inv properties.Invariant) string { return inv.Name })),
		"profile":   fixed(hosts.Names()),
		"sysctl":    fixed(prose.Each(hosts.KnownSettings(), func(k hosts.Setting) string { return k.Name + "=" })),
		"sometimes": completePair,
		"format":    fixed([]string{"dot", "aut", "json"}),
		"at":        fixed([]string{"A", "B", "wire"}),
		"set":       func(typed string) []string { return completeSet(words, typed) },
	}
	for _, k := range keyFlags {
		switch list := words[k.keys[0]]; {
		case k.name == "watch":
			values[k.name] = func(typed string) []string { return flags.CompleteList(list, typed) }
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

// completeSet offers the keys and, after the =, the values of a key.
func completeSet(words map[string][]string, typed string) (list []string) {
	if key, _, ok := strings.Cut(typed, "="); ok {
		return prose.Each(words[key], func(w string) string { return key + "=" + w })
	}
	for key := range words {
		list = append(list, key+"=")
	}
	slices.Sort(list)
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
