package timed

import (
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// trips measures round trips, one at a time (RFC 6298).
type trips struct {
	smoothed, variation time.Duration // SRTT and RTTVAR
	known               bool          // there was a measurement
	timing              bool          // one is under way:
	end                 model.Seq     // the acknowledgment of this number ends it
	since               time.Duration
}

// see looks at what one event changed: what was acknowledged ends a measurement, and what was sent for the first time
// begins one. Nothing that was sent again is measured, since its ACK may be of the first time (§3, Karn's algorithm).
func (r *trips) see(before, after model.TCB, kind model.EventKind, now time.Duration) {
	if after.State < model.SynSent {
		*r = trips{}
		return
	}
	begins := before.State < model.SynSent || before.Iss != after.Iss
	switch {
	case begins:
		*r = trips{}
	case kind == model.RetransmissionTimeout && before.Unacked():
		r.timing = false
		return
	case r.timing && r.end.AtMost(after.Snd.Una):
		r.take(now - r.since)
		r.timing = false
	}
	if !r.timing && after.Unacked() && (begins || before.Snd.Nxt.Less(after.Snd.Nxt)) {
		r.timing, r.end, r.since = true, after.Snd.Nxt, now
	}
}

// take adds a measurement (§2.2, §2.3; alpha is 1/8 and beta 1/4).
func (r *trips) take(trip time.Duration) {
	if !r.known {
		r.smoothed, r.variation, r.known = trip, trip/2, true
		return
	}
	r.variation += ((r.smoothed - trip).Abs() - r.variation) / 4
	r.smoothed += (trip - r.smoothed) / 8
}

// timeout is the RTO that follows (§2.1 to §2.4), before any doubling.
func (r *trips) timeout(t Timers) time.Duration {
	if !r.known || t.MinRTO == 0 {
		return t.RTO
	}
	return max(r.smoothed+max(4*r.variation, t.MinVar), t.MinRTO)
}
