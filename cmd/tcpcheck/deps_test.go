package main

import (
	"os/exec"
	"strings"
	"testing"
)

// What tests are made of is no part of the program.
func TestTheProgramHoldsNoTestingLibrary(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	if len(deps) < 100 {
		t.Fatalf("only %d dependencies listed", len(deps))
	}
	for _, d := range deps {
		if d == "testing" || strings.HasPrefix(d, "pgregory.net/rapid") {
			t.Errorf("the program depends on %s", d)
		}
	}
}
