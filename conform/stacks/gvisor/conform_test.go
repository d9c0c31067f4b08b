package gvisor

import (
	"testing"

	"github.com/tcpcheck/tcpcheck/conform"
)

// The stack differs from the machine in what the table says, and in nothing else; and in all that it says.
func TestAgainstTheMachine(t *testing.T) {
	table, err := conform.ReadTable("deviations.toml")
	if err != nil {
		t.Fatal(err)
	}
	conform.Test(t, New, conform.Options{Table: table, Parallel: 2, Steps: 6000, Seed: 1})
}
