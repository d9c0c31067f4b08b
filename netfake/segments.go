package netfake

// Segments is every segment that can ever be under way in the scenario: those that it begins with, and all that either
// endpoint sends when everything that the other can send may arrive at any time, as often as may be. It reports false if
// there are too many to be found, or if a clock moves that is read: an endpoint seen alone stands at the first tick. A network
// that loses, duplicates, reorders and delays at will can hold no other.
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
