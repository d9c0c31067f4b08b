// Package netfake is the joint transition system of two TCP endpoints and the network between them.
// It is not a test double. Around the endpoints it has an adversarial network, their users, their
// clocks and their generators of initial sequence numbers. Package explore searches it; anything
// else that can step through states can use it, too.
//
// It is for people who ask their own questions about TCP. Begin with these names:
//
//   - [Scenario] says what each part may do. [TwoHosts] returns one with two plain hosts to start from.
//   - [New] makes the [System] of a scenario. System.Actions lists what can happen in a state, and
//     System.Step carries out one action. ExampleSystem shows a handshake.
//   - [State] is the packed state; System.Unpack returns it as a [World] that can be read.
//   - [Run] is a list of actions; System.Replay returns its steps as [Transition] values.
//
// The network loses, duplicates, reorders and delays segments, as far as the scenario allows. It has
// two forms: a set (a segment can be delivered any number of times until it is MSL old) and a bag
// (each copy is delivered once, with budgets for losses and duplicates). Old segments may be in it
// at the start, and an attacker who does not see the segments may add his own.
//
// Every incarnation of an endpoint, and every segment, has a ghost, which the endpoints never read:
// it says who sent the segment and for whom. From the ghosts the package observes faults, for example
// that data of an earlier incarnation was accepted as new.
//
// Goals: every run that the scenario allows, and no other; a joint state that is small, comparable
// and canonical. Not goals: to know what a fault means for a theorem (package properties does), or
// how to search (package explore does; it is not imported).
//
// The source: scenario.go (protocol, users, adversary, what is observed) and world.go say what the
// world is. enabled.go says what can happen, step.go and timers.go what it changes, and observe.go
// what went wrong. pack*.go packs a World into a State. reduce*.go and the package equivalence, which
// is below this one, have the reductions.
package netfake
