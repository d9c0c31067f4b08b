// Package conform drives a TCP stack and the machine of package model side by side, and compares what they do.
//
// A stack under test is a Peer: one socket that takes user calls, packets and the passing of time, and tells what it
// sent and what its user heard. It is reached in process, or as a program that speaks the line format of PROTOCOL.md (Exec,
// Serve), so that a stack in any language can be driven. The stacks that the project itself drives are in
// conform/stacks, a module of its own: what they depend on is not what the checker depends on.
package conform
