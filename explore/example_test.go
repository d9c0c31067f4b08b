package explore_test

import (
	"context"
	"fmt"
	"os"

	"github.com/tcpcheck/tcpcheck/explore"
)

// jugs is the riddle of a three-litre and a five-litre jug, a tap and a drain.
type jugs struct{}

type litres struct{ small, large int }

func (jugs) Init() []litres { return []litres{{0, 0}} }

func (jugs) Actions(dst []string, _ litres) []string {
	return append(dst, "fill small", "fill large", "empty small", "empty large", "small to large", "large to small")
}

func (jugs) Step(s litres, a string) litres {
	switch a {
	case "fill small":
		s.small = 3
	case "fill large":
		s.large = 5
	case "empty small":
		s.small = 0
	case "empty large":
		s.large = 0
	case "small to large":
		n := min(s.small, 5-s.large)
		s.small, s.large = s.small-n, s.large+n
	case "large to small":
		n := min(s.large, 3-s.small)
		s.small, s.large = s.small+n, s.large-n
	}
	return s
}

func ExampleRun() {
	sys := explore.System[litres, string](jugs{})
	r := explore.Run(context.Background(), sys, explore.Options[litres, string]{
		Always: []explore.Predicate[litres]{
			{Name: "never four litres", Holds: func(s litres) bool { return s.large != 4 }},
		},
	})
	fmt.Println(r.Verdict)
	for _, v := range r.Violations {
		fmt.Println(v.Name)
		for _, hop := range v.Path {
			fmt.Printf("%v after %q\n", hop.State, hop.Action)
		}
	}
	// Output:
	// VIOLATED
	// never four litres
	// {0 0} after ""
	// {0 5} after "fill large"
	// {3 2} after "large to small"
	// {0 2} after "empty small"
	// {2 0} after "large to small"
	// {2 5} after "fill large"
	// {3 4} after "large to small"
}

func ExampleRun_verified() {
	sys := explore.System[litres, string](jugs{})
	r := explore.Run(context.Background(), sys, explore.Options[litres, string]{
		Always: []explore.Predicate[litres]{
			{Name: "no jug runs over", Holds: func(s litres) bool { return s.small <= 3 && s.large <= 5 }},
		},
		Sometimes: []explore.Predicate[litres]{
			{Name: "both are full", Holds: func(s litres) bool { return s == litres{3, 5} }},
		},
	})
	fmt.Printf("%v: %d distinct states, %d generated, depth %d\n", r.Verdict, r.Distinct, r.Generated, r.Depth)
	fmt.Printf("%s: %v\n", r.Witnesses[0].Name, r.Witnesses[0].Found)
	// Output:
	// VERIFIED: 16 distinct states, 96 generated, depth 7
	// both are full: true
}

func ExampleSimulate() {
	sys := explore.System[litres, string](jugs{})
	notFour := explore.Predicate[litres]{Name: "never four litres", Holds: func(s litres) bool { return s.large != 4 }}
	r := explore.Simulate(context.Background(), sys, explore.SimOptions[litres, string]{
		Always: []explore.Predicate[litres]{notFour}, Seed: 1, Runs: 100, Steps: 100,
	})
	fmt.Printf("%v in walk %d, after %d steps\n", r.Verdict, r.Violation.Walk, r.Violation.Path.Steps())
	short := explore.Shrink(context.Background(), sys, r.Violation.Path, explore.ShrinkOptions[litres, string, string]{
		Shows:  func(s litres) bool { return !notFour.Holds(s) },
		Same:   explore.SameAction[litres, string],
		Around: 100,
	})
	fmt.Printf("made %d\n", short.Path.Steps())
	// Output:
	// VIOLATED in walk 12, after 98 steps
	// made 6
}

func ExampleFold() {
	_, g := explore.RunGraph(context.Background(), explore.System[litres, string](jugs{}), explore.Options[litres, string]{})
	full := func(s litres) string { return fmt.Sprintf("%d litres", (s.small+s.large)/4*4) }
	folded := explore.Fold(g, full, func(a string) string { return a[:4] })
	for n := range folded.Nodes() {
		fmt.Println(n.State, n.Size)
	}
	// Output:
	// 0 litres 7
	// 4 litres 8
	// 8 litres 1
}

func ExampleWriteDOT() {
	m := maze{starts: []int{0}, edges: [][]int{{1}, {2}, {0}}}
	_, g := explore.RunGraph(context.Background(), mazeSystem(m), mazeOptions{})
	err := explore.WriteDOT(os.Stdout, g, explore.DotStyle[int, int]{
		Name:      "traffic light",
		NodeLabel: func(n explore.Node[int]) string { return []string{"red", "green", "amber"}[n.State] },
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// digraph "traffic light" {
	// 	graph [
	// 		rankdir="LR"
	// 	];
	//
	// 	// Node definitions.
	// 	n0 [label="red"];
	// 	n1 [label="green"];
	// 	n2 [label="amber"];
	// 	start0 [
	// 		shape="point"
	// 		label=""
	// 	];
	//
	// 	// Edge definitions.
	// 	n0 -> n1;
	// 	n1 -> n2;
	// 	n2 -> n0;
	// 	start0 -> n0;
	// }
}

// Two processes take turns at a lock; the second asks for it and gets it if the first is fair to it.
func ExampleLive_LeadsTo() {
	// 0: both idle, 1: the second asks, 2: the first has the lock while it asks, 3: the second has it.
	m := maze{starts: []int{0}, edges: [][]int{{1}, {2, 3}, {1}, {0}}}
	sys := mazeSystem(m)
	r, g := explore.RunGraph(context.Background(), sys, mazeOptions{})
	state := func(n int) explore.Predicate[int] {
		return explore.Predicate[int]{Holds: func(s int) bool { return s == n }}
	}
	// The first goes on for ever; the second gets the lock if it can get it again and again.
	class := func(granted explore.Class) func(s, a int) explore.Class {
		return func(s, a int) explore.Class {
			if m.edges[s][a] == 3 {
				return granted
			}
			return 1
		}
	}
	for _, fair := range []func(s, a int) explore.Class{class(0), class(2)} {
		l, err := explore.NewLive(context.Background(), sys, r, g, explore.Promises[int, int]{Class: fair})
		if err != nil {
			fmt.Println(err)
			return
		}
		a := l.LeadsTo(state(1), state(3))
		fmt.Println(a.Verdict, len(a.Run.Loop))
	}
	// Output:
	// VIOLATED 2
	// VERIFIED 0
}
