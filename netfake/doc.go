// Package netfake is the joint transition system of two TCP endpoints and the network between
// them. No part of it is a fake or a test double: a checker searches it, or anything else that
// can step through states. Around the endpoints it has an adversarial network, their users,
// their clocks and their generators of initial sequence numbers. A Scenario says what each of
// these may do; its System lists and carries out everything that can happen next.
//
// The network loses, duplicates, reorders and delays, each as far as the scenario allows.
// Its two forms are the set (what was sent can be delivered any number of times until it is
// MSL old) and the bag (each copy once, with budgets for losses and duplicates). Old
// segments may be in it from the start, and an attacker off the path may add his own.
//
// Every incarnation of an endpoint and every segment bears a ghost, which the endpoints
// never see: whose segment it is and to whom it was sent. With the ghosts the package
// observes faults, such as text of an earlier incarnation being taken for new.
//
// Goals: every run that the scenario allows, none that it does not; a joint state that is
// small, comparable and canonical. Not goals: to know what a fault means for a theorem
// (package properties does), or how to search (package explore does; it is not imported).
//
// What the world is stands in scenario.go (protocol, users, adversary, what is observed) and
// world.go; what it does in enabled.go (what can happen), step.go and timers.go (what comes of
// it), and observe.go (what went wrong). How it is packed into a State stands in pack*.go, how
// states are reduced in reduce*.go.
package netfake
