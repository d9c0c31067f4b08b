package main

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// The lines in which the tools say how many distinct states they found. SPIN counts the initial state, as the
// others do.
var (
	oursLine  = regexp.MustCompile(`(?m)^(\d+) distinct states, \d+ generated`)
	spinLine  = regexp.MustCompile(`(?m)^\s*(\S+) states, stored`)
	rumurLine = regexp.MustCompile(`(?m)^\s*(\d+) states, \d+ rules fired in`)
	tlcLine   = regexp.MustCompile(`(?m)^\d+ states generated, (\d+) distinct states found, 0 states left on queue`)
)

// countOurs reads the floor, Stateright's program, and tcpcheck's own rows.
func countOurs(out string) (uint64, error) { return lastCount(oursLine, out) }

// countSpin reads pan. Its exit status says nothing of a search that was cut off, so the text must.
func countSpin(out string) (uint64, error) {
	for _, bad := range []string{"Search not completed", "max search depth too small", "out of memory", "hash table full"} {
		if strings.Contains(out, bad) {
			return 0, errors.New("pan: " + bad)
		}
	}
	if !strings.Contains(out, "errors: 0") {
		return 0, errors.New("pan does not say errors: 0")
	}
	return lastCount(spinLine, out)
}

func countRumur(out string) (uint64, error) {
	if !strings.Contains(out, "No error found.") {
		return 0, errors.New("rumur's verifier does not say that it found no error")
	}
	return lastCount(rumurLine, out)
}

func countTLC(out string) (uint64, error) {
	if !strings.Contains(out, "Model checking completed. No error has been found.") {
		return 0, errors.New("TLC does not say that model checking was completed without an error")
	}
	return lastCount(tlcLine, out)
}

// lastCount reads the last line that matches, since some tools print progress in the same words.
func lastCount(line *regexp.Regexp, out string) (uint64, error) {
	all := line.FindAllStringSubmatch(out, -1)
	if all == nil {
		return 0, errors.New("found no count of states in what it printed")
	}
	text := all[len(all)-1][1]
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil { // pan rounds what has nine digits and more
		return 0, fmt.Errorf("found %s states, expected a whole number", text)
	}
	return n, nil
}
