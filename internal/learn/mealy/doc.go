// Package mealy is deterministic finite Mealy machines: made from a step function, made minimal,
// compared, and written and read in the dialect of DOT in which collections of learned models keep
// them:
//
//	digraph g {
//		__start0 [label="" shape="none"];
//		s0 [shape="circle" label="s0"];
//		s0 -> s1 [label="SYN(V,V,0) / SYN+ACK(V,V,0)"];
//		__start0 -> s0;
//	}
//
// It knows no TCP: inputs and outputs are words.
//
// Goals: a file that some learner wrote can be read, whatever its habits of quoting, or is refused
// with the line and what was expected there; a difference is shown by a shortest word. Not goals:
// learning, and DOT as a whole (subgraphs are read as if their braces were not there).
package mealy
