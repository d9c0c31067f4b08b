// Package bounds has the questions about how long a wait must be, or how large another number: for
// each, the least value with which a scenario is safe.
//
// It is for people who set such a value, and for those who want to know where a figure like 2MSL comes
// from. Begin with these names: [All] lists the questions. A [Bound] is one, as data: what is changed
// (a number with a Symbol, such as T), the points of a grid (MSL 1 to 4, for example) and the scenario at each point. [Bound.At]
// finds the smallest safe value at a point: that value is VERIFIED, and every smaller one is VIOLATED by a
// run. [Fits] finds the formulas on which the points lie.
package bounds
