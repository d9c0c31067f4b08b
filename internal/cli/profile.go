package cli

import (
	"os"
	"runtime/pprof"

	"github.com/spf13/cobra"

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
