package gvisor

import (
	"testing"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/conform/stacks/rig"
)

// The stack differs from the machine in what the table says, and in nothing else; and in all that it says.
func TestAgainstTheMachine(t *testing.T) {
	// Walks of other seeds meet known differences in states that their entries do not name.
	rig.Compare(t, New, "deviations.toml", conform.Options{Parallel: 2, Steps: 3000}, 2, 9)
}
