// Package timed adds a clock to package model: one connection whose timers fire in virtual time, as an
// operating system's would.
//
// Goals: everything that RFC 9293 leaves to the host (when to send again, when to give up, how long to wait, what the
// timestamp clock shows) in one small place, deterministic, so that the model can be compared with real stacks and be
// driven by scripts. Not goals: the search, which lets every timer fire whenever it may (package netfake);
// congestion control.
package timed
