package conform

import (
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// What is wrong with the bits of a segment, or with how often it is sent, whatever the model does.
const (
	wrongReserved = "a segment with reserved bits (§3.1)"
	wrongECN      = "a segment with ECE or CWR, which were not agreed (RFC 3168 §6.1)"
	wrongURG      = "a segment with URG, though nothing is urgent"
	wrongPSH      = "a segment with PSH and without data"
	wrongBurst    = "the same more than 8 times in a second (RFC 6298 §5.5)"
	wrongBackoff  = "the same again after less than half of the interval before (RFC 6298 §5.5)"
)

// bits are the octets of a TCP header that hold the reserved and the control bits.
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

// wrongForm looks for bits that no segment has a reason to have. A SYN can offer ECN, also the accurate one.
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

// mostInASecond is how often the same may be sent again within a second. RFC 6298 has it once, then twice as late each
// time; stacks with a shorter first timeout and a probe before it send it up to four times.
const mostInASecond = 8

// wrongPace looks for what is sent again too often: a burst, or a backoff that starts over.
func wrongPace(list []arrived) string {
	for i, a := range list {
		var last, before, gap time.Duration
		times := 0
		for _, b := range list[i:] {
			if compared(b.whole) != compared(a.whole) {
				continue
			}
			if b.after < a.after+time.Second {
				times++
			}
			before, last = last, b.after
			if next := last - before; gap >= leastGap && next < gap/2 && before > 0 {
				return wrongBackoff
			} else if before > 0 {
				gap = next
			}
		}
		if times > mostInASecond {
			return wrongBurst
		}
	}
	return ""
}

// leastGap is an interval below which nothing is said of the next one.
const leastGap = 200 * time.Millisecond
