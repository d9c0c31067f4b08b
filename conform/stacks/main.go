// Command stacks is a TCP stack under test: it speaks the line format of conform/PROTOCOL.md for the stack that is named.
//
//	go run . gvisor
//
// With the word matrix it compares all of them, and writes docs/STACKS.md.
package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/conform/stacks/gvisor"
	"github.com/tcpcheck/tcpcheck/conform/stacks/linux"
	"github.com/tcpcheck/tcpcheck/conform/stacks/lneto"
	"github.com/tcpcheck/tcpcheck/conform/stacks/lwip"
	"github.com/tcpcheck/tcpcheck/conform/stacks/smoltcp"
	"github.com/tcpcheck/tcpcheck/internal/timed"
	"github.com/tcpcheck/tcpcheck/model"
)

// stacks are the stacks within reach, each with what starts it.
var stacks = map[string]func() (conform.Peer, error){
	"gvisor":  gvisor.New,
	"linux":   linux.New,
	"lneto":   func() (conform.Peer, error) { return lneto.New(), nil },
	"lwip":    lwip.New,
	"model":   func() (conform.Peer, error) { return conform.Machine(model.Default(), timed.RFC(), 0), nil },
	"smoltcp": smoltcp.New,
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "stacks:", err)
		os.Exit(2)
	}
}

func run(args []string) error {
	if len(args) == 1 && args[0] == "matrix" {
		return writeMatrix(context.Background(), os.Stdout)
	}
	names := slices.Sorted(maps.Keys(stacks))
	if len(args) != 1 || stacks[args[0]] == nil {
		return fmt.Errorf("expected matrix, or the name of one stack of %v, got %q", names, args)
	}
	p, err := stacks[args[0]]()
	if err != nil {
		return err
	}
	defer p.Close()
	return conform.Serve(p, os.Stdin, os.Stdout)
}
