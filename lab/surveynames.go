package lab

// Named is something known that findings can be cases of.
type Named struct {
	Name    string // of a theorem, a policy's price, or an entry of docs/FINDINGS.md
	Says    string
	matches func(f *Finding) bool
}

var named []Named

// Names lists what is known that a class is a case of: it has a name if its simplest finding has one.
func Names(list []*Finding) (names []string) {
	for _, n := range named {
		if n.matches(list[0]) {
			names = append(names, n.Name)
		}
	}
	return names
}
