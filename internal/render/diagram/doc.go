// Package diagram draws the state diagram of one endpoint as a search finds it: every change
// of state with the event that causes it and what is sent, compared with Figure 5 of RFC
// 9293. What the figure draws, what its notes and erratum 8710 say of what it does not draw,
// and what it leaves out altogether are told apart; an arrow of the figure that is never
// found is reported.
//
// The changes come from joint searches, in which each event really happens, and from the
// calls that a user could make on his own. Not a goal: events that no scenario brings about.
package diagram
