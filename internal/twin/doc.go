// Package twin is a second implementation of the world of package netfake, to check the first one: two endpoints,
// their users, and a network that loses, duplicates, reorders and delays.
//
// It was written from the text of docs/DESIGN.md and not from the code of netfake, without regard to speed or
// canonical states: times are absolute, the wire is a list of letters, numbers are full sequence numbers, and an
// endpoint keeps all its variables.  From netfake it uses the types that describe a scenario, which are only data,
// and nothing that steps or observes.  Both use model.Step.
//
// Goals: obviously right, and fast enough to check a certificate of millions of states.  Not goals: few states, or to
// search.  A State has an encoding in which times are relative to the present, so that sets of states can be
// compared.
package twin
