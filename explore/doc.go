// Package explore is an explicit-state model checker for any finite transition system whose states are
// comparable Go values.  It knows nothing of TCP.
//
// # Goals
//
//   - Say only what was seen.  [Verified] means that every reachable state was visited and nothing cut off;
//     whatever bounded or ended the search is named in the [Result].
//   - Shortest runs.  The search is breadth-first by levels, so the run to a violation or to a witness has as
//     few steps as any run to such a state.
//   - The same answer for any number of workers: counts, the order of discovery, and every path.  States are
//     numbered as one sequential search would number them: by level, then by the number of the parent, then by
//     the position of the action in what [System.Actions] gave.  Only what the clock, the memory budget or a
//     cancelled context ends is outside that promise.
//   - No cost that grows with the states except their own bytes, four bytes for the parent, and eleven to
//     sixteen bytes of table.  Large states are packed against a neighbour: one of 250 bytes takes about 40.  The
//     tables hold no pointers (if the state holds none), so the garbage collector does not scan them.  States are
//     compared exactly, so no hash collision can hide one.
//   - Further than the memory: [Compact] keeps 128 bits of each state and says how likely it is that this hid one;
//     [Disk] sorts the same in files.  With a directory, a search that is killed goes on at its last whole level.
//   - What must, or can, happen eventually: [Live] asks it of the finished graph, under strong fairness.  Every
//     counterexample is a run that [Replay] can check, and what was not seen is never taken for absent.
//
// # Too large to search
//
// [Simulate] takes random walks through a system of any size, and says no more than what it met; [Shrink] makes a
// run that it found short enough to be read.
//
// # Non-goals
//
// No temporal logic beyond that, no partial-order reduction (it would lose the shortest runs), and no symmetry of its
// own: a system that has a symmetry returns the canonical state from Step.  At most 2^32-2^27 states in memory.
//
// # Counting
//
// [Result.Generated] counts the successors computed, that is the transitions out of expanded states, without
// the initial states.  [Result.Depth] is the length in steps of the longest shortest path.  TLC counts the
// initial states among the generated ones and calls the initial level depth 1; so TLC's numbers are
// Generated + Levels[0] (if Init has no duplicates) and Depth + 1.
package explore
