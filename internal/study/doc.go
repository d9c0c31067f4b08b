// Package study runs many searches for one answer: what changes if a policy changes?
//
// The matrix asks each guarantee under each combination of policies. A survey asks everything at once of small scenarios,
// with the base model and with every change of one or two policies. It reports what no theorem, hazard or finding of ours
// names.
//
// Goals: every answer is computed by a search, or comes from a cache that only the same program wrote; what was cut off is
// said to be so. Not goals: to say that a violation is a defect. Many are what a policy is known to cost; that is
// why a survey's have names.
package study
