// Package hosts says in the operator's words what a host is: a system by name, its sysctls, registry values and
// socket options. Each is mapped to the policies of the machine and to the lengths of time that a scenario counts in
// ticks, with its source and with what the mapping leaves out. On top of that it asks which guarantees such a host
// keeps (Guarantees, Advise).
//
// What the systems do is told here from their documentation and from how they are commonly known to behave; none of
// them was measured. A mapping is a claim about a system, a verdict one about the machine so configured.
package hosts
