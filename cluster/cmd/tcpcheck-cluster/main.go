// Command tcpcheck-cluster is tcpcheck with an engine and object stores: explore --engine, and worker.
package main

import (
	"context"
	"os"
	"os/signal"

	"github.com/tcpcheck/tcpcheck/cluster"
	"github.com/tcpcheck/tcpcheck/internal/cli"
	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), terminal.Interrupts...)
	defer stop()
	os.Exit(cli.RunRemote(ctx, cluster.Remote{}, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
