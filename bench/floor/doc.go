// Command floor searches minitcp with a program written for nothing else: how little a search of this one system
// can cost, as a floor to measure a generic search against.
//
// A state is one word. The visited set is one open-addressing table of words that all workers write to with
// compare-and-swap; a level is a slice of words. It keeps no parents and checks no invariant, so it can show
// neither a run nor a violation: that is part of what makes it a floor.
//
//	floor [-k 3] [-opens 2] [-niss 2] [-w 1]
package main
