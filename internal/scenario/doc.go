// Package scenario reads and writes scenario files, and the runs that a search found in them.
//
// A scenario file is TOML.  Every field of netfake.Scenario has a key, every policy of package model has its own name
// and values, and a key that is missing has a plain default.  A file with anything else is refused; the error has the
// line, what was found and what was expected.  A saved run is a JSON file with the scenario under the same keys, and
// the steps.  LoadRun carries the steps out again, so a saved run is never shown unless it is possible.
//
// Goals: a file can express every scenario; no misspelling stays unnoticed; no saved run is believed without a
// replay.  Not goals: to know what an invariant means (the caller passes the names and their predicates), or to
// search.
package scenario
