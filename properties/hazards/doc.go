// Package hazards has the known hazards of TCP's connection management. Everything about a hazard is
// computed: what shows it (a shortest run, a state that is reached, a script that the model follows),
// and which policy or change prevents it.
//
// It is for people who choose policies for a TCP, or who teach what can go wrong. Begin with these
// names: [Hazards] lists the rows, [ByName] and [ByNumber] find one, and [Hazard.Answer] computes it
// and returns a [Report].
//
// Goals: a row describes the hazard and its source in a few words, and a search finds everything else
// again. If a hazard differs from its usual description, or if the model cannot express a part of it,
// the row says so. Not goals: to repeat the theorems of package properties, to which many rows refer.
package hazards
