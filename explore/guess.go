package explore

// guessLeft guesses how many states will follow, given the sizes of the levels so far, the last of which may still
// grow. Once levels shrink, they shrink faster and faster: the quotient of neighbours is taken to go on falling as it
// did. Zero means that there is nothing to go by.
func guessLeft(levels []uint64) uint64 {
	n := len(levels)
	if n < 5 {
		return 0
	}
	at := func(i int) float64 { return float64(levels[n-2-i]) } // complete ones, the last first
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
