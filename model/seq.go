package model

// Seq is a sequence number: arithmetic and comparison are modulo 2^32 (RFC 9293 §3.4).
type Seq uint32

// Less reports whether a < b on the circle: b is ahead of a by less than half of it.
func (a Seq) Less(b Seq) bool { return int32(a-b) < 0 }

// AtMost reports whether a =< b on the circle of sequence numbers.
func (a Seq) AtMost(b Seq) bool { return int32(a-b) <= 0 }

// From returns how many numbers a is ahead of b, modulo 2^32.
func (a Seq) From(b Seq) uint32 { return uint32(a - b) }

// In reports whether first =< a < first+n. It is exact for every n, also above 2^31.
func (a Seq) In(first Seq, n uint32) bool { return uint32(a-first) < n }

// Max returns the later of two numbers.
func (a Seq) Max(b Seq) Seq {
	if a.Less(b) {
		return b
	}
	return a
}
