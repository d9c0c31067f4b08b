package explore

// System is a transition system. All methods must be pure, and safe to call from several goroutines at once.
type System[S comparable, A any] interface {
	// Init returns the initial states; duplicates count once.
	Init() []S
	// Actions appends the actions enabled in s to dst, always in the same order, and returns the result.
	Actions(dst []A, s S) []A
	// Step returns the successor of s by a, an action that Actions gave for s.
	Step(s S, a A) S
}

// Expander is a [System] that computes several steps from one state in less time than one by one.
type Expander[S comparable, A any] interface {
	// Expand appends Step(s, a) for each of the actions, in order, to dst, and returns the result.
	Expand(dst []S, s *S, actions []A) []S
}

// Predicate is a named property of one state.
type Predicate[S any] struct {
	Name  string
	Holds func(S) bool
}
