package explore

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Verdict is the outcome of a search.
type Verdict uint8

const (
	// Unknown: the search was ended early; it found no violation and ruled out nothing. It is the zero value, so
	// that a verdict that was never set claims nothing.
	Unknown Verdict = iota
	// Bounded: the search found no violation, but bounds cut off part of the space.
	Bounded
	// Violated: the search found a reachable state in which an invariant does not hold.
	Violated
	// Verified: the search visited every reachable state and found no violation.
	Verified
)

// String returns the verdict as a report prints it.
func (v Verdict) String() string {
	switch v {
	case Unknown:
		return "UNKNOWN"
	case Bounded:
		return "BOUNDED"
	case Violated:
		return "VIOLATED"
	case Verified:
		return "VERIFIED"
	default:
		panic("BUG: unhandled verdict")
	}
}

// Result is the outcome of one search.
type Result[S comparable, A any] struct {
	Verdict Verdict
	// Reason says what ended the search early ("max states", "memory", "timeout", …); empty if nothing did.
	Reason string
	// Err says why the search could not begin or could not continue to write: the directory has another search (a
	// [*MismatchError]), a file is damaged, or the disk is full. The verdict is then Unknown, unless a violation was
	// found before; its run is given only if it can still be read.
	Err error

	Distinct  uint64   // states found
	Generated uint64   // successors computed, initial states not counted
	Depth     int      // steps from the initial states to the last level with a state
	Levels    []uint64 // states found per level, the initial states first

	Terminals      uint64 // expanded states without an action
	TerminalStates []S    // the first few of them, in order of discovery
	Loops          uint64 // expanded states with actions, all of which lead back to the state itself

	Ends []End // how many terminal states there are of each name that Options.Ends gives

	Cuts       []Cut // the bounds that were hit, by name
	Violations []Violation[S, A]
	Witnesses  []Witness[S, A] // one for each of Options.Sometimes, in that order

	// MissProbability is an upper bound on the probability that two different states had the same fingerprint, so
	// that one of them, and what follows from it, was missed. It counts n(n-1)/2 pairs, each with probability
	// 2^-128, and presumes that the fingerprints are as good as random. It is zero for an exact search.
	MissProbability float64

	Elapsed       time.Duration // with the runs that were resumed
	MemBytes      uint64        // held by the tables and buffers of the search at its end; with [Disk], all that it reserved
	PeakBytes     uint64        // the most that they held at any time
	BytesPerState float64
	DiskBytes     uint64 // of the files of a search with [Disk]
}

// Cut counts the states that were not expanded because of one bound.
type Cut struct {
	Name   string `json:"name"`
	States uint64 `json:"states"`
}

// End is the number of terminal states that Options.Ends gave one name.
type End struct {
	Name   string
	States uint64
}

// ReasonMemory is the Result.Reason of a search that MaxMem ended.
const ReasonMemory = "memory"

// CutMaxDepth is the name of the bound of Options.MaxDepth in Result.Cuts.
const CutMaxDepth = "max depth"

// Violation is a violated invariant, and a shortest run to a state in which it does not hold.
type Violation[S comparable, A any] struct {
	Name string
	Path Path[S, A]
}

// Witness is the answer to one of Options.Sometimes. If the state was found, Path is a shortest run to it.
type Witness[S comparable, A any] struct {
	Name  string
	Found bool
	Path  Path[S, A]
}

// Missing returns the names of the witnesses that were not found.
func (r *Result[S, A]) Missing() []string {
	var names []string
	for _, w := range r.Witnesses {
		if !w.Found {
			names = append(names, w.Name)
		}
	}
	return names
}

// setCounts puts what expanding counted into a result.
func setCounts[S comparable, A any](r *Result[S, A], c *counts[S]) {
	r.Generated, r.Terminals, r.Loops = c.generated, c.terminals, c.loops
	r.TerminalStates = c.firstTerminals
	r.Cuts = slices.SortedFunc(slices.Values(c.cuts), func(a, b Cut) int { return strings.Compare(a.Name, b.Name) })
	for _, name := range slices.Sorted(maps.Keys(c.ends)) {
		if n := c.ends[name]; n > 0 {
			r.Ends = append(r.Ends, End{name, n})
		}
	}
}
