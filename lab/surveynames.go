package lab

// Named is something known that findings can be cases of.
type Named struct {
	Name    string // of a theorem, a hazard of the literature, or an entry of docs/FINDINGS.md
	Says    string
	Matches func(f *Finding) bool
}

var named []Named

// KnownNames is what findings are compared with.
func KnownNames() []Named { return named }
