// Package ladder draws a run of the joint world for people, in the manner of the figures of
// RFC 9293: an endpoint on each side with its states, the segments between them, user calls
// in parentheses. A segment that arrives in the very next step stands on one line; otherwise
// it leaves on one line ("...": it is in the network) and arrives on another.
//
// What the figures do not need is added: the step of the run at the left, the tick where the
// scenario has a clock, a row for the ticks that pass between two steps, what each user is informed of, the faults where they happen, and at the end
// what each side holds and which invariant is broken.
//
// Goals: a run can be followed without knowing this program; the same run gives the same
// text; at most 100 columns, or as many as the terminal has, but not less than 80. Not goals: to find runs, or to judge them.
package ladder
