// Package hazards holds the known dangers of TCP's connection management, each as something
// that can be computed: what must be seen (a shortest run, a state that is reached, a script
// that the machine follows), and with which policy or change it is gone.
//
// Goals: a row says in a few words what the danger is and where it comes from, and everything
// else is found anew by search. Where the tool finds a danger to be other than it is told, the
// row says so; where the machine cannot express a part of it, the row says that too. Not goals:
// to double the theorems of package properties, which many rows refer to.
package hazards
