package main

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/spf13/cobra"
)

// command runs one command in this process, and returns its status and message as main would.
func command(t *testing.T, cmd *cobra.Command, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	return commandIn(t.Context(), cmd, args...)
}

func commandIn(ctx context.Context, cmd *cobra.Command, args ...string) (status int, stdout, stderr string) {
	var out, errs bytes.Buffer
	cmd.SetArgs(args)
	cmd.SetOut(&out)
	cmd.SetErr(&errs)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	if err := cmd.ExecuteContext(ctx); err != nil {
		e := exitError{exitUsage, err.Error()}
		errors.As(err, &e)
		status = e.code
		errs.WriteString(e.msg)
	}
	return status, out.String(), errs.String()
}

func TestTryX(t *testing.T) {
	for _, a := range [][]string{{}, {"--handshake", "two"}, {"--theorem", "wait-keeps-old-fin-out", "--time-wait", "2", "--save", "/tmp/try/s.json"}, {"--handshake", "tow"}, {"--set", "A.x=1"}, {"--mem", "3Q"}, {"--max-states", "100", "--json"}, {"--sometimes", "A=TIME-WAIT,B=LAST-ACK", "--set", "B.user.close=true"}, {"--sometimes", "A=FOO"}, {"--always", "foo"}, {"--theorem", "foo"}, {"/tmp/nofile"}, {"--losses", "3", "--dups", "x"}, {"--keys"}, {"--theorem", "agreement/two segments"}} {
		t.Log(a)
		st, o, e := command(t, newExploreCmd(), a...)
		t.Logf("%d\n%s\nERR %s", st, o, e)
	}
}
