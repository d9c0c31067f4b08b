package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
)

// bounds are the sizes of the system.
type bounds struct {
	wire    int // segments that the network holds, 1 to 3
	opens   int // opens of each peer, 0 to 3
	numbers int // initial numbers to choose from, 1 to 3
}

func (b bounds) check() error {
	for _, v := range []struct {
		flag             string
		value, low, high int
	}{{"-k", b.wire, 1, 3}, {"-opens", b.opens, 0, 3}, {"-niss", b.numbers, 1, 3}} {
		if v.value < v.low || v.value > v.high {
			return fmt.Errorf("%s: found %d, expected %d to %d", v.flag, v.value, v.low, v.high)
		}
	}
	return nil
}

func main() {
	var b bounds
	flag.IntVar(&b.wire, "k", 3, "segments that the network holds (1 to 3)")
	flag.IntVar(&b.opens, "opens", 2, "opens of each peer (0 to 3)")
	flag.IntVar(&b.numbers, "niss", 2, "initial numbers to choose from (1 to 3)")
	workers := flag.Int("w", 1, "workers")
	flag.Parse()
	err := b.check()
	if err == nil && *workers < 1 {
		err = fmt.Errorf("-w: found %d, expected at least 1", *workers)
	}
	if err == nil && flag.NArg() > 0 {
		err = fmt.Errorf("found %q, expected flags only", flag.Arg(0))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "floor:", err)
		os.Exit(2)
	}
	runtime.GOMAXPROCS(*workers)
	c := search(b, *workers)
	fmt.Printf("%d distinct states, %d generated, depth %d\n", c.distinct, c.generated, c.depth)
}
