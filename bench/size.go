package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/minitcp"
)

// sizes are the sizes that have a name.
var sizes = []struct {
	name string
	sys  minitcp.System
}{
	{"tiny", minitcp.System{Wire: 3, Opens: 1, Numbers: 2}},
	{"S", minitcp.System{Wire: 3, Opens: 2, Numbers: 1}},
	{"L", minitcp.System{Wire: 3, Opens: 2, Numbers: 2}},
}

// known holds the counts of distinct states on which all these tools have agreed before.
var known = map[minitcp.System]uint64{
	{Wire: 1, Opens: 1, Numbers: 1}: 571,
	{Wire: 2, Opens: 1, Numbers: 1}: 5_307,
	{Wire: 2, Opens: 1, Numbers: 2}: 21_073,
	{Wire: 2, Opens: 2, Numbers: 1}: 67_399,
	{Wire: 3, Opens: 1, Numbers: 2}: 112_113,
	{Wire: 3, Opens: 2, Numbers: 1}: 611_756,
	{Wire: 3, Opens: 2, Numbers: 2}: 14_161_931,
}

// parseSize reads the name of a size, or K,OPENS,NISS, each 1 to 3.
func parseSize(text string) (minitcp.System, error) {
	for _, s := range sizes {
		if s.name == text {
			return s.sys, nil
		}
	}
	var n [3]int
	parts := strings.Split(text, ",")
	ok := len(parts) == len(n)
	for i := 0; ok && i < len(n); i++ {
		var err error
		n[i], err = strconv.Atoi(strings.TrimSpace(parts[i]))
		ok = err == nil && 1 <= n[i] && n[i] <= 3
	}
	if !ok {
		return minitcp.System{}, fmt.Errorf("--size: found %q, expected tiny, S, L, or K,OPENS,NISS with each from 1 to 3", text)
	}
	return minitcp.System{Wire: n[0], Opens: n[1], Numbers: n[2]}, nil
}

// sizeText is a size as --size takes it.
func sizeText(sys minitcp.System) string {
	return fmt.Sprintf("%d,%d,%d", sys.Wire, sys.Opens, sys.Numbers)
}
