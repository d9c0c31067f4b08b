package capture

import (
	"fmt"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// linuxTimeWait is how long Linux stays in TIME-WAIT: TCP_TIMEWAIT_LEN, a constant of its source.
const linuxTimeWait = time.Minute

// lateness compares the pause before a reuse, which is shorter than 2MSL, with TIME-WAIT as the RFC and Linux have it.
func lateness(d, twoMSL time.Duration) string {
	switch {
	case twoMSL <= linuxTimeWait:
		return fmt.Sprintf("within 2MSL (%v)", twoMSL)
	case d < linuxTimeWait:
		return fmt.Sprintf("within 2MSL (%v) and within Linux's TIME-WAIT (60s)", twoMSL)
	}
	return fmt.Sprintf("within 2MSL (%v), but after Linux's TIME-WAIT (60s)", twoMSL)
}

// admitted says whether an end in TIME-WAIT may take the SYN p for a new connection. x is its peer as it was in the old
// one, which now sends p. RFC 6191 §2 decides by the timestamps, if both connections have them and they differ, and else
// by the sequence numbers. An older SYN may be a duplicate of the old connection, from which MAY-2 (2) returns to TIME-WAIT.
func admitted(x *side, p Packet) string {
	if tsVal, ok := p.Seg.TSVal, p.Seg.Opts&model.OptTimestamps != 0; ok && x.stamped && tsVal != x.tsMax {
		if int32(tsVal-x.tsMax) > 0 {
			return fmt.Sprintf("RFC 6191 allows the new SYN, because its timestamp %d is above the last one, %d", tsVal, x.tsMax)
		}
		return fmt.Sprintf("RFC 6191 does not allow the new SYN, because its timestamp %d is below the last one, %d", tsVal, x.tsMax)
	}
	switch last := x.nxt - 1; {
	case !x.seen || p.Relative:
		return "the capture does not show whether the new SYN is above the old numbers, and so whether MAY-2 allows it"
	case last.Less(p.Seg.Seq):
		return fmt.Sprintf("MAY-2 allows the new SYN, because its number %d is above the old ones, up to %d", p.Seg.Seq, last)
	default:
		return fmt.Sprintf("MAY-2 does not allow the new SYN, because its number %d is not above the old ones, up to %d: it looks like an old duplicate",
			p.Seg.Seq, last)
	}
}
