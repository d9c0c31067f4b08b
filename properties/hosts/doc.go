// Package hosts describes hosts in an operator's words: a system by its name, with its sysctls, registry
// values and socket options. Each setting is mapped to policies of the model and to lengths of time,
// with its source and with what is not modelled. The package then checks which guarantees such a host
// keeps.
//
// It is for operators and for programs that advise them. Begin with these names: [ByName] returns a
// [Profile], [Profile.With] changes its settings, [Guarantees] lists what can be checked, and
// [Asker.Advise] compares the settings with the defaults.
//
// The mappings come from the documentation of the systems and from how they are commonly known to
// behave; no system was measured. A mapping is a claim about a system. A verdict is about the model
// with these settings.
package hosts
