package capture

import (
	"fmt"
	"strings"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// maxSyns is how many repetitions of a SYN are kept for their schedule.
const maxSyns = 8

// synSchedule says when A sent its SYN again, beside what RFC 6298 asks: one second at first, twice as long each time.
func (c *conn) synSchedule() {
	if len(c.syns) == 0 {
		return
	}
	var gaps []time.Duration
	var words []string
	before := time.Duration(0)
	for _, at := range c.syns {
		d := at - before
		before = at
		gaps = append(gaps, d)
		words = append(words, fmt.Sprintf("%.3f s", d.Seconds()))
	}
	text := "A's SYN came again after " + strings.Join(words, ", ") + scheduleOf(gaps)
	switch a, b := c.side(A), c.side(B); {
	case b.refuses:
		text += "; B refused it"
	case c.old.known:
		text += "; B answered with numbers of an earlier connection"
	case b.synSeen && a.synSeen && c.last.Sub(c.out.Start) >= c.syns[len(c.syns)-1]:
		text += "; then B answered: the SYNs before, or their answers, were lost, or a full queue of the listener, a firewall or a load balancer dropped them"
	case c.icmp[A]:
		text += "; an ICMP error answered"
	case !b.seen && !b.rst:
		text += "; nothing answered"
	}
	c.out.tell(remark("syn-schedule", text))
}

// scheduleOf names the shape of the pauses.
func scheduleOf(gaps []time.Duration) string {
	near := func(d, want time.Duration) bool { return (d - want).Abs() <= want/4 }
	same, twice := len(gaps) > 1, len(gaps) > 1
	for i := 1; i < len(gaps); i++ {
		same = same && near(gaps[i], gaps[i-1])
		twice = twice && near(gaps[i], 2*gaps[i-1])
	}
	switch {
	case twice:
		return " (each pause is twice the one before, as RFC 6298 asks)"
	case same:
		return " (the pauses are alike: Linux's tcp_syn_linear_timeouts, or another program that tries)"
	case len(gaps) == 1 && near(gaps[0], time.Second):
		return " (RFC 6298 asks for 1 s)"
	case len(gaps) > 1:
		return " (RFC 6298 asks that each pause is twice the one before)"
	}
	return ""
}

// related looks for a connection that a segment continues although an address or a port differs: a box that translates
// addresses has left this one as it is.
func (j *judge) related(c *conn, p Packet) {
	if c.fresh || p.Relative || !p.Seg.Has(model.ACK) || len(j.live) > maxRelated {
		return
	}
	for _, o := range j.live {
		for from := A; from <= B; from++ {
			x, y := o.pair(from)
			if o == c || o.self || o.out.Sockets[1-from] != p.Flow.Dst || o.out.Sockets[from] == p.Flow.Src || !x.synSeen || !y.synSeen {
				continue
			}
			if p.Seg.Seq == x.nxt && x.acks && p.Seg.Ack == x.ackMax {
				c.out.tell(remark("translated", fmt.Sprintf(
					"its sequence numbers continue what %v sends to the same socket %v: a NAT, or a firewall with connection tracking, seems to have let this segment pass untranslated; for %v it belongs to no connection",
					o.out.Sockets[from], p.Flow.Dst, p.Flow.Dst)))
				return
			}
		}
	}
}

// maxRelated bounds the search of related, which is for captures of a few connections.
const maxRelated = 1000
