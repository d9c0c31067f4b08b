// Package packetdrill reads scripts in packetdrill's language and runs them: user calls, packets that arrive, and packets that
// must be sent, each at its time. What is run is the model with as many connections as the script has, in virtual time, or one
// socket of a stack that is reached through conform.Peer.
//
// Goals: a script has the verdict that packetdrill gives it on the host of its profile. It passes only if everything in it was
// carried out and everything that it expects happened. What is known but not modelled makes a script Unsupported, with its line,
// and never a pass; an Error is a script that packetdrill cannot read either. Not goals: congestion control and loss recovery, ECN,
// Fast Open, ICMP, tunnels, other protocols than TCP.
//
// Where it is packetdrill's way: numbers count from the SYNs (numbers.go); flags, the order, the padding and the values of options,
// and times within the tolerance are compared; segments of data are joined to what a line expects; a packet that no line expects
// fails the script at the next line that expects one, and none is looked for after the last line. Stricter than packetdrill: an
// ACK before data with the same ACK needs a line of its own.
//
// What RFC 9293 leaves free is that of the host: its choices (host.go), and what it does apart from the policies of the model
// (ways.go), each with its source. The windows of Linux, which depend on its memory, are what the script shows first. Where a
// difference could come from congestion control, loss recovery, Nagle's algorithm, a delayed ACK or the size of a send buffer the
// script is Unsupported. With Options.Lenient what RFC 9293 leaves to a stack is granted, and listed in the result.
package packetdrill
