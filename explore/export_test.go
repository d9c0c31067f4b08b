package explore

// Small makes the units of work so small that a system of a few states is searched in parallel.
func Small[S comparable, A any](o Options[S, A]) Options[S, A] {
	o.tune = tuning{batch: 12, chunk: 3, direct: 2, mask: ^uint64(0), hasty: true}
	return o
}

// Colliding is Small with four tags in each of four shards for all states there are.
func Colliding[S comparable, A any](o Options[S, A]) Options[S, A] {
	o = Small(o)
	o.tune.mask = 0xc000_0000_0000_0003
	return o
}
