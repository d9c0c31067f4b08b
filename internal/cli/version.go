package cli

import (
	"errors"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
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
		return exit.Usagef("--%s: found %q, expected %s", name, bad.GetValue(), want)
	}
	return exit.Usagef("--%s: %v", name, errors.Unwrap(bad))
}
