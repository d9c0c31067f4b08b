// Package explore is an explicit-state model checker for any finite transition system whose states
// are comparable Go values. It knows nothing of TCP.
//
// It is for people who want to check a system of their own, without a modelling language. Write a
// type with three methods, Init, Actions and Step (see [System]), and begin with these names:
//
//   - [Run] searches every reachable state; [Options] has the invariants and the limits.
//   - [Result] says VERIFIED, VIOLATED, BOUNDED or UNKNOWN, with a shortest run to each violation.
//   - [RunGraph] also returns the graph. [WriteDOT] draws it, and [NewLive] answers questions about what
//     happens eventually.
//   - Package exploretest has a test of the contract of a System. Call exploretest.Contract first: a search
//     of a System that breaks it means nothing.
//   - [WriteRun] and [WriteDiff] print runs. Package command makes a program of a System in one line; the
//     folder examples has the alternating bit protocol and two-phase commit as such programs.
//
// A state must be comparable: use arrays and bit sets in place of slices and maps. ExampleRun checks
// the puzzle of two water jugs in 40 lines.
//
// # Goals
//
//   - To say only what was searched. [Verified] means that every reachable state was visited and
//     nothing was cut off. The [Result] names everything that bounded or ended the search.
//   - Shortest runs. The search is breadth first by levels, so no run to a violation or to a witness has
//     fewer steps than the one that is returned.
//   - The same answer for any number of workers: counts, the order of discovery, and every path. States
//     are numbered as one sequential search would number them: by level, then by the number of the
//     parent, then by the position of the action in the list of [System.Actions]. Only a search that the
//     clock, the memory budget or a cancelled context ends is excluded from this promise.
//   - Little memory: for each state its own bytes, four bytes for the parent, and eleven to sixteen bytes
//     of table. Large states are packed against a neighbour: a state of 250 bytes takes about 40. The
//     tables hold no pointers (if the state holds none), so the garbage collector does not scan them.
//     States are compared exactly, so no hash collision can hide one.
//   - Searches larger than the memory: [Compact] keeps 128 bits of each state, and reports the
//     probability that this hid one; [Disk] sorts the same fingerprints in files. With a directory, a
//     search that was killed continues at its last complete level.
//   - What must or can happen eventually: [Live] answers this on the finished graph, under strong
//     fairness. Every counterexample is a run that [Replay] can check, and states that were not searched
//     never count as absent.
//
// # Too large to search
//
// [Simulate] takes random walks through a system of any size, and reports only what it found. [Shrink]
// shortens a run that it found.
//
// # Non-goals
//
// There is no further temporal logic, no partial-order reduction (it would lose the shortest runs), and
// no symmetry reduction: a system that has a symmetry returns the canonical state from Step. There can
// be at most 2^32-2^27 states in memory.
//
// # Counting
//
// [Result.Generated] counts the successors that were computed, that is the transitions out of expanded
// states, without the initial states. [Result.Depth] is the greatest distance, in steps, of a state from
// the initial states. TLC counts the initial states among the generated ones, and calls the initial
// level depth 1; so TLC's numbers are Generated + Levels[0] (if Init has no duplicates) and Depth + 1.
package explore
