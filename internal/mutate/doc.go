// Command mutate shows that the tests would notice an error in the checker itself.
//
// The mutants of package model bend one check of TCP each, behind a switch (tcpcheck mutants). This table bends what
// is around the model: the users, the wire and the observers of netfake, the conditions of properties, the core of
// explore, scenario files. Its mutants change the source: a mutant replaces a text that occurs exactly once in
// one file. The file on disk is not touched; the compiler reads the changed one in its place (go build -overlay).
//
// Each mutant names the one test that must notice it. A test that does not compile with the mutant, or that does not
// pass without it, is an error of the table. A mutant is killed if its test fails by an assertion. A panic or a
// timeout counts only for the mutants that say so.
//
//	go run ./internal/mutate                   # the whole table
//	go run ./internal/mutate --only NAME,NAME  # some of it
//	go run ./internal/mutate --sample 100      # some of it, drawn at random: CI does that
//	go run ./internal/mutate --markdown        # the second part of docs/MUTANTS.md
//	go run ./internal/mutate --check docs/MUTANTS.md   # the whole table, and that the document has it
//
// The exit status is 0 if all are killed, 1 if one survives, 2 for an error of the table, 3 if it was interrupted.
package main
