// Package study asks many searches for one answer, for people who want to know what changes when they change something.
//
// A bound is the least safe value of a knob, proved, with the run one below it. The matrix lays policies against
// guarantees. A survey asks everything at once of small scenarios, under the base machine and under every change of one or
// two policies, and tells what no theorem, hazard or finding of ours names.
//
// Goals: every answer is computed by a search, or comes from a cache that only the same program wrote; what was cut off is
// said to be so. Not goals: to say that a violation is a defect. Many are what a policy is known to cost; that is
// why a survey's have names.
package study
