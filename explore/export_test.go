package explore

// Small makes the units of work so small that a system of a few states is searched in parallel.
func Small[S comparable, A any](o Options[S, A]) Options[S, A] {
	o.tune = tuning{batch: 12, chunk: 3, direct: 2}
	return o
}
