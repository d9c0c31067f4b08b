// Command bench measures explicit-state checkers side by side on one small system, minitcp: tcpcheck's explorer,
// a search written for this system alone, SPIN, Stateright, rumur and TLC.
//
//	cd bench && go run . [--size S] [--runs 3] [--only tcpcheck,spin-dfs] [--tlc path/to/tla2tools.jar] [--json] [--install]
//
// Goals: each tool is a process of its own, asked for the same reachable space, and no figure is printed for a
// search whose count of states was not compared with the others'.  Non-goals: other systems, finding bugs, tuning a
// tool beyond what its own manual says; README.md names the choices.
//
// Exit status: 0 all counts agree, 1 some do not, 2 unusable flags, 3 a run failed, took too long, or was
// interrupted. A tool that is missing is a row that says why, and changes no status.
package main
