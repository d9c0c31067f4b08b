package main

import (
	"testing"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/conform/stacks/gvisor"
	"github.com/tcpcheck/tcpcheck/conform/stacks/rig"
)

// The newest gVisor differs from the model as the table says of this version: without what is gone, and with what is new.
func TestGvisor(t *testing.T) {
	rig.Compare(t, gvisor.New, "../gvisor/deviations.toml", conform.Options{Parallel: 2, Steps: 600}, 1)
}
