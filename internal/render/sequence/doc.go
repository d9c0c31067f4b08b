// Package sequence draws a run as a sequence diagram: time runs down, each endpoint is a bar whose
// colour is its state, and a segment is an arrow from where it was sent to where it arrives. It writes
// SVG, PNG, PDF and TikZ from one list of marks, and Mermaid from the steps.
//
// Goals: somebody who does not know this program can read the picture; the same run gives the same
// picture everywhere; nothing is said by colour alone. Not goals: to find runs, or to judge them.
package sequence
