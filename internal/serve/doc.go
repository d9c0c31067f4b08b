// Package serve is the explorer: a page on this computer on which a run is made step by step by hand.
//
// The server keeps nothing. A position is a scenario and a list of actions, which the page sends and which are carried
// out anew for each answer; so a link that has both leads to the same position. Pictures are drawn by package
// sequence, as those of the command line are.
//
// Goals: only pages of this server get an answer, also when another page in the browser asks; requests are limited in
// size, and searches in number, states, memory and time; a search ends when its page goes. Not goals: several users,
// or other computers.
package serve
