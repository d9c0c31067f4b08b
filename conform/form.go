package conform

import (
	"slices"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// What is wrong with the bits of a segment, or with how often it is sent, whatever the model does.
const (
	wrongReserved   = "a segment with reserved bits (§3.1)"
	wrongECN        = "a segment with ECE or CWR, which were not agreed (RFC 3168 §6.1)"
	wrongURG        = "a segment with URG, though nothing is urgent"
	wrongPSH        = "a segment with PSH and without data"
	wrongBurst      = "the same more than 8 times in a second (RFC 6298 §5.5)"
	wrongConstant   = "the same again and again at the same interval (RFC 6298 §5.5)"
	wrongOffer      = "an option that was not agreed (RFC 7323 §2.2, §3.2)"
	wrongNoStamp    = "a segment without the timestamp that was agreed (RFC 7323 §3.2)"
	wrongEcho       = "a timestamp that echoes another than the last one in order (RFC 7323 §4.3)"
	wrongClock      = "a timestamp that is earlier than the one before (RFC 7323 §5.4)"
	wrongMSS        = "more data in a segment than its peer's MSS (MUST-15, MUST-16)"
	wrongISS        = "an initial number that the connection before used (§3.4.1)"
	wrongSameISS    = "the initial number of another connection (SHLD-1)"
	wrongNearISS    = "an initial number that tells that of another connection (SHLD-1)"
	wrongConnection = "a segment of another connection"
	wrongBackoff    = "the same again after less than half of the interval before (RFC 6298 §5.5)"
)

// wrongs are the names of what can be wrong, as entries have them in the key wrong. "none" is a difference from the
// model only.
var wrongs = []struct{ name, text string }{
	{"none", ""}, {"unreadable", wrongPacket}, {"sockets", wrongSockets}, {"checksum", wrongChecksum}, {"user-data", wrongText},
	{"sent-data", wrongOctet}, {"reserved", wrongReserved}, {"ecn", wrongECN}, {"urgent", wrongURG}, {"push", wrongPSH},
	{"burst", wrongBurst}, {"backoff", wrongBackoff}, {"constant", wrongConstant}, {"not-agreed", wrongOffer},
	{"no-timestamp", wrongNoStamp}, {"echo", wrongEcho}, {"clock", wrongClock}, {"mss", wrongMSS}, {"iss", wrongISS},
	{"same-iss", wrongSameISS}, {"near-iss", wrongNearISS}, {"connection", wrongConnection},
}

// wrongName is the name of what is wrong.
func (s *Seen) wrongName() string {
	for _, x := range wrongs {
		if x.text == s.Wrong {
			return x.name
		}
	}
	panic("BUG: no name for " + s.Wrong)
}

func wrongNames() (names []string) {
	for _, x := range wrongs {
		names = append(names, x.name)
	}
	return names
}

// wrongsOf are the names of what is wrong in these lines. The list is empty if nothing is wrong in any of them.
func wrongsOf(lines []Line) (names []string) {
	for _, l := range lines {
		if name := l.Got.wrongName(); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if slices.Equal(names, []string{"none"}) {
		return nil
	}
	slices.Sort(names)
	return names
}

// sendsAsTheModel reports whether the segments are those of the model in all lines, and only something else is wrong.
func sendsAsTheModel(lines []Line) bool {
	return !slices.ContainsFunc(lines, func(l Line) bool { return l.Got.Wrong == "" || !slices.Equal(l.Want.Sent, l.Got.Sent) })
}

// bits are the octets of a TCP header with the reserved bits and the control bits.
type bits struct{ reserved, control byte }

// The two control bits of ECN (RFC 3168).
const ece, cwr = 0x40, 0x80

// bitsOf reads them from a packet that has been decoded.
func bitsOf(b []byte) bits {
	at := int(b[0]&15) * 4
	if b[0]>>4 == 6 {
		at = len(b) - tcpOctets(b)
	}
	if at < 0 || len(b) < at+14 {
		return bits{}
	}
	return bits{b[at+12] & 15, b[at+13]}
}

// tcpOctets is the length of the segment in an IPv6 packet without extension headers.
func tcpOctets(b []byte) int { return len(b) - 40 }

// wrongForm looks for bits that a segment has no reason to have. A SYN can offer ECN, also accurate ECN.
func wrongForm(list []arrived) string {
	for _, a := range list {
		offer := a.whole.Has(model.SYN) && !a.whole.Has(model.ACK)
		switch {
		case a.bits.reserved&^1 != 0, a.bits.reserved != 0 && !a.whole.Has(model.SYN):
			return wrongReserved
		case a.bits.control&(ece|cwr) != 0 && !offer:
			return wrongECN
		case a.whole.Has(model.URG):
			return wrongURG
		case a.whole.Has(model.PSH) && a.whole.Len == 0:
			return wrongPSH
		}
	}
	return ""
}

// mostInASecond is how often a segment may be retransmitted within a second. By RFC 6298 it is retransmitted once, and
// then the timeout doubles each time. Stacks with a shorter first timeout, and a probe before it, send it up to four
// times.
const mostInASecond = 8

// wrongPace looks for retransmissions that come too often: a burst, or a backoff that starts over.
func wrongPace(list []arrived) string {
	for i, a := range list {
		var last, before, gap time.Duration
		times, equal := 0, 0
		for _, b := range list[i:] {
			if compared(b.whole) != compared(a.whole) {
				continue
			}
			if b.after < a.after+time.Second {
				times++
			}
			before, last = last, b.after
			if next := last - before; before > 0 {
				if gap >= leastGap && next < gap/2 {
					return wrongBackoff
				}
				if equal++; next > gap+gap/4 || next > mostGap {
					equal = 0
				}
				gap = next
			}
		}
		switch {
		case times > mostInASecond:
			return wrongBurst
		case equal > mostEqual:
			return wrongConstant
		}
	}
	return ""
}

// mostEqual is how many successive intervals may be no longer than the one before, if they are shorter than mostGap.
// RFC 6298 §2.5 allows a maximum of the timeout, of at least 60 s. Stacks send a few SYNs at equal intervals, and have
// a maximum below 60 s.
const (
	mostEqual = 15
	mostGap   = 20 * time.Second
)

// leastGap: after an interval shorter than this, the next interval is not checked.
const leastGap = 200 * time.Millisecond
