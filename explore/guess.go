package explore

// guessLeft guesses how many states are still to be found, from the sizes of the levels so far. The last level may
// still grow. Once levels shrink, they usually shrink faster and faster. So the guess is that the quotient of
// neighbouring levels goes on falling at the same rate. Zero means that there is no basis for a guess.
func guessLeft(levels []uint64) uint64 {
	n := len(levels)
	if n < 5 {
		return 0
	}
	at := func(i int) float64 { return float64(levels[n-2-i]) } // the complete levels, the last one first
	r, before := at(0)/at(1), at(1)/at(2)
	if r >= 1 || before >= 1 {
		return 0
	}
	fall := min(r/before, 1)
	left, size := 0.0, at(0)
	for range 10_000 {
		r *= fall
		if size *= r; size < 1 {
			break
		}
		left += size
	}
	if have := float64(levels[n-1]); left > have {
		return uint64(left - have)
	}
	return 0
}
