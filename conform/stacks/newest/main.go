// Command newest is the newest gVisor that we have tried as a stack under test, beside the pinned one of the module above.
//
// It is a module of its own, so that the same adapter is built with another version. The table says of each entry in which
// version it is gone, or since which it happens.
//
//	go build -o newest . && tcpcheck conform --deviations ../gvisor/deviations.toml --exec ./newest
package main

import (
	"fmt"
	"os"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/conform/stacks/gvisor"
)

func main() {
	p, err := gvisor.New()
	if err == nil {
		err = conform.Serve(p, os.Stdin, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "newest:", err)
		os.Exit(2)
	}
}
