package netfake

// Segments returns every segment that can ever be on the wire in the scenario: those that are there at the start, and
// all that either endpoint sends if every segment of the other end may arrive at any time and any number of times. A
// network that loses, duplicates, reorders and delays without limit can hold no other segment. Segments returns
// false if there are too many to find, or if something reads a clock that moves: here an endpoint is examined alone,
// and its clock stays at the first tick.
func (sys *System) Segments() (list []Packet, complete bool) {
	if sys.timed() && sys.clockMatters() {
		return nil, false
	}
	ls, ok := sys.locals(false, nil)
	if !ok {
		return nil, false
	}
	for _, l := range ls.side {
		for k := range l.Messages {
			list = append(list, sys.decode(l.segment(k)))
		}
	}
	return list, true
}
