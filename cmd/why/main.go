// Command why is "tcpcheck why" alone: a program that compiles in a third of the time of the whole one.
package main

import (
	"context"
	"os"
	"os/signal"

	"github.com/tcpcheck/tcpcheck/internal/cli/program"
	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
	"github.com/tcpcheck/tcpcheck/internal/cli/why"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), terminal.Interrupts...)
	defer stop()
	os.Exit(program.Run(ctx, why.NewTextOnly(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
