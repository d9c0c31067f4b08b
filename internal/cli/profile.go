package cli

import (
	"os"
	"runtime/pprof"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
)

// profiled gives every command a flag that writes a profile of its processor time.
func profiled(root *cobra.Command) {
	var file string
	var out *os.File
	root.PersistentFlags().StringVar(&file, "pprof", "", "write a profile of the processor time to `file`, for go tool pprof")
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) (err error) {
		if err := notEmpty(cmd); err != nil {
			return err
		}
		if file == "" {
			return nil
		}
		if out, err = os.Create(file); err != nil {
			return exit.Usagef("--pprof: %v", err)
		}
		return pprof.StartCPUProfile(out)
	}
	cobra.OnFinalize(func() {
		if out != nil {
			pprof.StopCPUProfile()
			out.Close()
		}
	})
}

// notEmpty refuses a flag with an empty value, such as that of an unset shell variable: the answer would
// be about something else.
func notEmpty(cmd *cobra.Command) (err error) {
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.Value.Type() == "string" && f.Value.String() == "" {
			err = exit.Usagef("--%s: found nothing, expected a value", f.Name)
		}
	})
	return err
}
