package program

import (
	"errors"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/prose"
)

// version returns the revision of the source and the version of the compiler.
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

// flagError replaces the messages of the flag library by ours.
func flagError(cmd *cobra.Command, err error) error {
	var bad *pflag.InvalidValueError
	if !errors.As(err, &bad) {
		var unknown *pflag.NotExistError
		if errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "" {
			if text := "-" + unknown.GetSpecifiedShortnames(); strings.Trim(text, "-0123456789.") == "" {
				return exit.Usagef("found %q, expected a number from 0", text)
			}
		}
		if unknown != nil && unknown.GetSpecifiedShortnames() == "" {
			var names []string
			cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
			if best := prose.Nearest(unknown.GetSpecifiedName(), names); best != "" {
				return exit.Usagef("found no flag --%s; did you mean --%s?", unknown.GetSpecifiedName(), best)
			}
		}
		return err
	}
	wants := map[string]string{
		"int": "a whole number", "uint64": "a whole number from 0", "uint": "a whole number from 0", "uint16": "a whole number from 0 to 65535", "bool": "true or false", "duration": "a duration from 0, like 30s or 5m",
	}
	name := bad.GetFlag().Name
	if want, ok := wants[bad.GetFlag().Value.Type()]; ok {
		return exit.Usagef("--%s: found %q, expected %s", name, bad.GetValue(), want)
	}
	return exit.Usagef("--%s: %v", name, errors.Unwrap(bad))
}
