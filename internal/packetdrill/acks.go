package packetdrill

import (
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// acks decides when Linux acknowledges, as in tcp_event_data_recv(), __tcp_ack_snd_check(), tcp_send_delayed_ack(), tcp_delack_timer_handler(),
// and tcp_oow_rate_limited(), which limits some answers to two a second. The values are those of Linux 6.18.
type acks struct {
	wait     time.Duration // the delay (icsk_ack.ato); 0: no data has arrived yet
	quick    int           // this many more ACKs are not delayed
	pingpong bool          // the two ends take turns: an ACK waits for data that can carry it
	last     time.Duration // when data last arrived
	acked    model.Seq     // RCV.NXT of the last ACK
	segment  uint32        // the estimated length of the peer's segments
	answered time.Duration // when a segment outside the window was last answered
	answers  bool
	held     *sent         // the ACK that is delayed
	due      time.Duration // when it is sent
}

const (
	ackWait  = 40 * ms // TCP_ATO_MIN
	ackLimit = 500 * ms
	jiffy    = 4 * ms
)

// arrives records data that was accepted.
func (a *acks) arrives(now time.Duration, n uint32, window uint32) {
	if a.segment = max(a.segment, 536); n >= a.segment {
		a.segment = min(n, 1460)
	}
	switch since := now - a.last; {
	case a.wait == 0:
		a.wait, a.quick = ackWait, int(min(max(window/(2*a.segment), 2), 16))
	case since <= ackWait/2:
		a.wait = a.wait/2 + ackWait/2
	case since < a.wait:
		a.wait = a.wait/2 + since
	}
	a.last = now
}

// sends records a segment with an ACK that is sent; a delayed ACK is then not needed.
func (a *acks) sends(now time.Duration, s model.Segment) {
	a.held, a.acked = nil, s.Ack
	if a.quick > 0 {
		if a.quick--; a.quick == 0 {
			a.wait = ackWait
		}
	}
	if s.Len > 0 && now-a.last < a.wait {
		a.pingpong = true
	}
}

// delay reports whether the ACK of accepted data is delayed, and records until when. t is the connection after it.
func (a *acks) delay(now time.Duration, t model.TCB, s sent) bool {
	if a.quick > 0 && !a.pingpong || s.seg.Ack.From(a.acked) > max(a.segment, 536) || t.Held[0] != (model.Held{}) {
		return false
	}
	due := now + max(a.wait, jiffy)
	if a.held != nil {
		if a.due <= now+a.wait/4 {
			return false
		}
		due = min(due, a.due)
	}
	a.held, a.due = &s, due
	return true
}

// fires returns the delayed ACK when it is due.
func (a *acks) fires() sent {
	s := *a.held
	s.at = a.due
	if a.pingpong {
		a.pingpong, a.wait = false, ackWait
	} else {
		a.wait *= 2
	}
	a.sends(a.due, s.seg)
	return s
}

// limited reports whether the rate limit forbids an answer to a segment outside the window, or a challenge.
func (a *acks) limited(now time.Duration) bool {
	if a.answers && now < a.answered+ackLimit {
		return true
	}
	a.answers, a.answered = true, now
	return false
}
