// Command twophase checks two-phase commit (Gray, 1978): participants never decide differently, but if the coordinator
// crashes, those that have voted yes wait.
//
//	go run ./explore/examples/twophase          VERIFIED
//	go run ./explore/examples/twophase -blocks  a run in which a participant waits forever
package main

import (
	"fmt"
	"os"
	"slices"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/explore/command"
)

const participants = 3

type phase uint8

const (
	working phase = iota
	prepared
	committed
	aborted
	crashed
)

func (p phase) String() string {
	return [...]string{"working", "prepared", "committed", "aborted", "crashed"}[p]
}

// state is the phase of everybody, and which votes have arrived. What the coordinator has decided is in the network forever.
type state struct {
	Coordinator  phase
	Decision     phase // committed or aborted, once the coordinator has decided
	Participants [participants]phase
	Voted        [participants]bool // yes, and the coordinator has it
}

type action struct {
	who  int // participants: the coordinator
	what string
}

func (a action) String() string {
	if a.who == participants {
		return "the coordinator " + a.what
	}
	return fmt.Sprintf("participant %d %s", a.who, a.what)
}

type system struct{}

func (system) Init() []state { return []state{{}} }

func (system) Actions(dst []action, s state) []action {
	for i, p := range s.Participants {
		switch {
		case p == working:
			dst = append(dst, action{i, "votes yes"}, action{i, "aborts by itself"})
		case p == prepared && !s.Voted[i] && s.Coordinator == working:
			dst = append(dst, action{i, "is heard"})
		case p == prepared && s.Decision != working:
			dst = append(dst, action{i, "learns the decision"})
		}
	}
	if s.Coordinator == working {
		dst = append(dst, action{participants, "aborts"}, action{participants, "crashes"})
		if s.Voted == [participants]bool{true, true, true} {
			dst = append(dst, action{participants, "commits"})
		}
	}
	return dst
}

func (system) Step(s state, a action) state {
	switch a.what {
	case "votes yes":
		s.Participants[a.who] = prepared
	case "aborts by itself":
		s.Participants[a.who] = aborted
	case "is heard":
		s.Voted[a.who] = true
	case "learns the decision":
		s.Participants[a.who] = s.Decision
	case "aborts":
		s.Coordinator, s.Decision = aborted, aborted
	case "commits":
		s.Coordinator, s.Decision = committed, committed
	case "crashes":
		s.Coordinator = crashed
	}
	return s
}

// agreed holds if nobody has committed while another has aborted.
func agreed(s state) bool {
	return !(slices.Contains(s.Participants[:], committed) && slices.Contains(s.Participants[:], aborted))
}

// decided holds unless nothing can happen any more and a participant is prepared.
func decided(s state) bool {
	return len(system{}.Actions(nil, s)) > 0 || !slices.Contains(s.Participants[:], prepared)
}

func question(blocks bool) explore.Options[state, action] {
	o := explore.Options[state, action]{
		Always:    []explore.Predicate[state]{{Name: "nobody commits while another aborts", Holds: agreed}},
		Sometimes: []explore.Predicate[state]{{Name: "everybody commits", Holds: func(s state) bool { return s.Participants == [participants]phase{committed, committed, committed} }}},
	}
	if blocks {
		o.Always = []explore.Predicate[state]{{Name: "nobody waits for ever", Holds: decided}}
	}
	return o
}

func main() {
	i := slices.Index(os.Args, "-blocks")
	if i > 0 {
		os.Args = slices.Delete(os.Args, i, i+1)
	}
	command.Main("twophase", system{}, question(i > 0), explore.RunStyle[state, action]{})
}
