// Package gvisor is gVisor's netstack as a conform.Peer, in process and in virtual time.
//
// Each Reset makes a stack of its own, with the same seed and the clock at zero: nothing is left of what came before, and
// the same inputs have the same reactions. The clock is gVisor's manual one. What a packet brings about happens on goroutines of
// the stack; that they are done is not waited for on a clock, but by pausing and resuming them (settle).
//
// Not goals: IPv6, several connections at a time, and the sockets that gVisor's sentry builds on netstack.
package gvisor
