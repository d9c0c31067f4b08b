package packetdrill

import (
	"slices"
	"strings"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// ackDelay is how long an ACK may wait (RFC 9293 §3.8.6.3, MUST-40: less than half a second).
const ackDelay = 500 * ms

// found is the result of looking for an expected packet among those that were sent.
type found struct {
	ok, more bool // it was found; or only the beginning of its data was
	at       int
	seg      sent // with the boundaries of the script
	taken    int  // the number of segments
	rest     *sent
	diff     difference
}

// seek compares the oldest segment that no line has expected. With leniency it skips ACKs that may come later.
func (ep *endpoint) seek(p *Packet, by *rules) (f found) {
	for i := range ep.sent {
		if f = ep.join(p, i); !f.more && by.lenient {
			f.split(p)
		}
		if f.more {
			return f
		}
		if f.diff = ep.differs(p, f.seg, by); f.diff.hard == "" {
			f.ok = true
			return f
		}
		if !by.lenient || !ep.sent[i].delayable {
			return f
		}
	}
	return f
}

// plain reports whether the flags are those of data or an ACK, with or without PSH and FIN.
func plain(f model.Flags) bool { return f&^(model.FIN|model.PSH) == model.ACK }

// join combines several segments into one if a line expects more data than the first of them has.
func (ep *endpoint) join(p *Packet, i int) found {
	f := found{at: i, seg: ep.sent[i], taken: 1}
	s := &f.seg.seg
	if !plain(s.Flags) || !plain(p.Flags) || s.Len == 0 || !p.AnySeq && ep.start(p) != s.Seq {
		return f
	}
	for s.Len < p.Len {
		if i+f.taken == len(ep.sent) {
			f.more = true
			return f
		}
		next := ep.sent[i+f.taken]
		if !plain(next.seg.Flags) || next.seg.Len == 0 || next.seg.Seq != s.End() || s.Has(model.FIN) || int(s.Len)+int(next.seg.Len) > 1<<16-1 {
			return f
		}
		n := s.Len + next.seg.Len
		seq := s.Seq
		f.seg = next
		s.Seq, s.Len = seq, n
		f.taken++
	}
	return f
}

// split leaves the end of a segment for later lines: the sender chooses where the stream is cut into segments, and whether a
// FIN is sent with the last data.
func (f *found) split(p *Packet) {
	s := &f.seg.seg
	if !plain(s.Flags) || !plain(p.Flags) || p.Len == 0 || s.Len < p.Len || s.Len == p.Len && (!s.Has(model.FIN) || p.Flags&model.FIN != 0) {
		return
	}
	rest := f.seg
	rest.seg.Seq, rest.seg.Len = s.Seq+model.Seq(p.Len), s.Len-p.Len
	s.Len, s.Flags = p.Len, s.Flags&^model.FIN
	f.rest = &rest
}

// take removes what was found, and earlier ACKs that it replaces. It returns the oldest of these.
func (ep *endpoint) take(p *Packet, f found) (owed *sent) {
	if end := f.seg.seg.End(); !f.seg.seg.Has(model.RST) && (!ep.shown || ep.upTo.Less(end)) {
		ep.shown, ep.upTo = true, end
	}
	keep := ep.sent[:0:0]
	for _, a := range ep.sent[:f.at] {
		if !f.seg.seg.Has(model.ACK) || f.seg.seg.Ack.Less(a.seg.Ack) {
			keep = append(keep, a)
		} else if owed == nil {
			owed = &a
		}
	}
	if f.rest != nil {
		keep = append(keep, *f.rest)
	}
	ep.sent = append(keep, ep.sent[f.at+f.taken:]...)
	return owed
}

// longest is how long to wait for a packet that may come at any time.
const longest = 20 * time.Minute

// tolerated returns by how much a time may differ that is this long after the time that it counts from.
func (r *runner) tolerated(after time.Duration) time.Duration {
	return max(r.tolerance, time.Duration(r.percent/100*float64(after)))
}

// expect waits for a packet.
func (r *runner) expect(p *Packet, t Time, from, to time.Duration) error {
	if what := beyond(p); what != "" {
		return unsupported(what)
	}
	tolerance := r.tolerated(from - r.lastFrom)
	deadline := to + tolerance
	if t.Any {
		deadline = r.now + longest
	}
	flow, err := r.flow(p)
	if err != nil {
		return err
	}
	for {
		ep := r.find(flow)
		if ep != nil && len(ep.sent) > 0 && !r.unseen {
			if p.Flags&model.SYN != 0 && !ep.said && !p.AnySeq {
				ep.named, ep.said = p.Seq, true
			}
			by := r.rules(ep, from)
			ep.learn(p, ep.sent[0])
			f := ep.seek(p, &by)
			switch {
			case f.ok:
				return r.came(ep, p, f, t, from-tolerance, deadline)
			case f.diff.hard != "" && (!by.lenient || !ep.sent[f.at].delayable) || r.now >= deadline:
				return r.recognise(ep, p, f, t.Any || f.seg.at >= from-tolerance && f.seg.at <= deadline)
			}
		}
		if r.now >= deadline {
			if ep != nil && r.recovering(ep, p) {
				return unsupported(recovery)
			}
			return failure{got: "no packet by " + showTime(r.now)}
		}
		if err := r.next(deadline); err != nil {
			return err
		}
	}
}

// rules returns the rules for the packets of an endpoint at a moment.
func (r *runner) rules(ep *endpoint, at time.Duration) rules {
	c := &r.host.Claims
	return rules{lenient: r.lenient, mss: !r.sys.One, scale: c.Scale && !r.sys.One, window: c.Window && !r.sys.One && !(ep.filled && r.host.releases()),
		tick: r.tick, stampTolerance: r.tolerated(at)}
}

// came checks the time of a packet that is otherwise as expected.
func (r *runner) came(ep *endpoint, p *Packet, f found, t Time, from, to time.Duration) error {
	at := f.seg.at
	if r.lenient && f.seg.delayable && at < from && at >= from-ackDelay {
		r.grant("an ACK is delayed (RFC 9293 §3.8.6.3)")
	} else if !t.Any && (at < from || at > to) {
		if r.host.Delays > 0 && f.seg.delayable && ep.taken > 0 && at < from && at >= from-r.host.Delays {
			return unsupported(delayed)
		}
		return r.recognise(ep, p, f, false)
	}
	if f.diff.choice != "" {
		r.doubt(f.diff.choice)
	}
	r.grant(f.diff.granted)
	owed := ep.take(p, f)
	if owed != nil {
		r.grant("an ACK is left out for a later one (RFC 9293 §3.8.6.3)")
	}
	if now := max(at, from); owed != nil && now > owed.at+ackDelay {
		return failure{got: ep.show(*owed) + ", later than the half second that an ACK may be delayed"}
	}
	return nil
}

const (
	congestion = "congestion control: how much is sent at once"
	nagle      = "Nagle's algorithm: when little data is sent"
	delayed    = "the delayed ACK: how long a host waits (RFC 9293 §3.8.6.3)"
	recovery   = "loss recovery: what is sent again before the timeout"
)

// recognise decides whether a packet differs because of something that the model leaves out.
func (r *runner) recognise(ep *endpoint, p *Packet, f found, timely bool) error {
	s := ep.sent[min(f.at, len(ep.sent)-1)]
	// The same data, at its time: what differs is not when or how much of it is sent.
	same := timely && f.diff.hard != "" && f.seg.seg.Len > 0 && ep.start(p) == f.seg.seg.Seq && p.Len == f.seg.seg.Len
	switch {
	case same:
	case s.left == nagle && r.undelayed(ep):
	case s.left != "":
		return unsupported(s.left)
	case r.recovering(ep, p):
		return unsupported(recovery)
	}
	what := f.diff.hard
	if f.more {
		what = "length"
	}
	if what != "" {
		what = " (" + what + ")"
	}
	return failure{got: ep.show(s) + what}
}

// undelayed reports whether the user has switched Nagle's algorithm off.
func (w *world) undelayed(ep *endpoint) bool {
	for _, s := range w.fds {
		if s.ep == ep && s.options["TCP_NODELAY"] != 0 {
			return true
		}
	}
	return false
}

// recovering reports whether a retransmission is expected after the peer has reported twice that data is missing, or one
// that a system with a tail loss probe sends early (RFC 8985 §7; Linux does so if SACK was agreed).
func (r *runner) recovering(ep *endpoint, p *Packet) bool {
	span := uint32(p.Len)
	if p.Flags&model.FIN != 0 {
		span++
	}
	probes := ep.sacked && r.host.TailProbes && ep.una.Less(ep.next)
	return span > 0 && p.Flags&model.SYN == 0 && (ep.again > 0 || probes) && ep.shown && ep.start(p).Less(ep.upTo)
}

// beyond names what an expected packet has and this package does not check.
func beyond(p *Packet) string {
	if p.UDP {
		return "TCP over UDP"
	}
	if p.Other != "" {
		return "ECN: the flags " + p.Other
	}
	for _, w := range strings.FieldsFunc(p.IP, func(r rune) bool { return r == ' ' || r == ',' }) {
		if w != "noecn" && w != "not-ect" {
			return "the IP header: " + p.IP
		}
	}
	if i := slices.IndexFunc(p.Opts, func(o TCPOption) bool { return !o.Known }); i >= 0 {
		return "the option " + p.Opts[i].Raw
	}
	return ""
}
