// Package scenario reads and writes the files in which people keep scenarios, and the runs
// that a search found in them.
//
// A scenario is a TOML file: every field of netfake.Scenario has a key, every policy of
// package model its own name and values, and what is left out has a plain default. A file
// that says anything else is refused with the line, what was found and what was expected.
// A saved run is a JSON file with the scenario under the same keys, and the steps; loading
// it carries the run out again, so that what it shows is known to be true.
//
// Goals: nothing in a scenario that a file cannot say, no misspelling that goes unnoticed, no
// saved run believed. Not goals: to know what an invariant means (the caller passes the
// names and their predicates), or to search.
package scenario
