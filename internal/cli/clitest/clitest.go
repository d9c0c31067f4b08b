// Package clitest runs tcpcheck in the process of a test.
package clitest

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tcpcheck/tcpcheck/internal/cli"
)

// Narrow says that no line is longer than a terminal of 120 columns can show.
func Narrow(t *testing.T, out string) {
	t.Helper()
	for line := range strings.Lines(out) {
		if n := utf8.RuneCountInString(line); n > 121 {
			t.Errorf("a line of %d characters, want 120 or fewer: %s", n-1, line)
		}
	}
}

// Split cuts at blanks; || stands for a blank within an argument.
func Split(args string) (list []string) {
	for a := range strings.FieldsSeq(args) {
		list = append(list, strings.ReplaceAll(a, "||", " "))
	}
	return list
}

// Run runs the command in process.
func Run(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	return RunIn(t.Context(), nil, args...)
}

// RunIn runs the command in process, with an input.
func RunIn(ctx context.Context, in io.Reader, args ...string) (status int, stdout, stderr string) {
	var out, err bytes.Buffer
	status = cli.Run(ctx, args, in, &out, &err)
	return status, out.String(), err.String()
}
