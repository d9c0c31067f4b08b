// Package twin is the world of package netfake written a second time, for checking the first: two endpoints, their
// users, and a network that loses, duplicates, reorders and delays.
//
// It is written from the sentences of docs/DESIGN.md, not from the code of netfake, and without any thought of speed
// or of canonical states: times are absolute, the wire is a list of letters, numbers are full sequence numbers, and
// an endpoint keeps all its variables. Of netfake it uses the types that describe a scenario, which are data, and
// nothing that steps or observes; with it, it shares model.Step.
//
// Goals: obviously right, and fast enough to check a certificate of millions of states. Not goals: few states, or to
// search; a State has an encoding in which times are told from the present, so that sets of states can be compared.
package twin
