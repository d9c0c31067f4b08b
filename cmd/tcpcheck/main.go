// Command tcpcheck answers questions about TCP's connection management by exhaustive search.
package main

import (
	"context"
	"os"
	"os/signal"

	"github.com/tcpcheck/tcpcheck/internal/cli"
	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), terminal.Interrupts...)
	defer stop()
	os.Exit(cli.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
