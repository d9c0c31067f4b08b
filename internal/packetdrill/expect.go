package packetdrill

import (
	"slices"
	"strings"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// ackDelay is how long an ACK may wait (RFC 9293 §3.8.6.3, MUST-40: less than half a second).
const ackDelay = 500 * ms

// found is where a packet that is expected stands among those that were sent.
type found struct {
	ok, more bool // there it is; or its text began, and more is to come
	at       int
	seg      sent // as the script cuts it
	taken    int  // so many segments
	rest     *sent
	diff     difference
}

// seek looks for a packet in the order of sending. ACKs that may come later are passed over.
func (ep *endpoint) seek(p *Packet, by rules) (f found) {
	for i := range ep.sent {
		f = ep.cut(p, i)
		if f.more {
			return f
		}
		if f.diff = ep.differs(p, f.seg.seg, by); f.diff.hard == "" {
			f.ok = true
			return f
		}
		if !ep.sent[i].delayable {
			return f
		}
	}
	return f
}

// cut joins segments of text, or cuts one, so that there is as much as the script expects in one: where a stream is cut is
// the sender's choice. A FIN may travel with the last text or after it.
func (ep *endpoint) cut(p *Packet, i int) found {
	f := found{at: i, seg: ep.sent[i], taken: 1}
	s := &f.seg.seg
	plain := func(s model.Segment) bool { return s.Flags&^(model.FIN|model.PSH) == model.ACK }
	if !plain(*s) || p.Flags&^(model.FIN|model.PSH) != model.ACK || ep.live(p.Seq) != s.Seq || p.Len == 0 {
		return f
	}
	fin := p.Flags&model.FIN != 0
	for s.Len < p.Len || s.Len == p.Len && fin && !s.Has(model.FIN) {
		if i+f.taken == len(ep.sent) {
			f.more = true
			return f
		}
		next := ep.sent[i+f.taken].seg
		if !plain(next) || next.Seq != s.End() || s.Has(model.FIN) || int(s.Len)+int(next.Len) > 1<<16-1 {
			return f
		}
		s.Len, s.Flags, s.Ack, s.Wnd = s.Len+next.Len, s.Flags|next.Flags, next.Ack, next.Wnd
		f.seg.at = ep.sent[i+f.taken].at
		f.taken++
	}
	if s.Len > p.Len || s.Has(model.FIN) && !fin {
		rest := f.seg
		rest.seg.Seq, rest.seg.Len = s.Seq+model.Seq(p.Len), s.Len-p.Len
		s.Len, s.Flags = p.Len, s.Flags&^model.FIN
		f.rest = &rest
	}
	return f
}

// take removes what was found, and the ACKs before it that it makes needless; the oldest of these is returned.
func (ep *endpoint) take(p *Packet, f found) (owed *sent) {
	ep.learn(p, f.seg.seg)
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

// longest is how long a packet is waited for that may come at any time.
const longest = 20 * time.Minute

// expect waits for a packet. It returns when it came.
func (r *runner) expect(p *Packet, t Time, from, to time.Duration) (at time.Duration, err error) {
	if what := beyond(p); what != "" {
		return 0, unsupported(what)
	}
	deadline := to + r.tolerance
	if t.Any {
		from, to, deadline = 0, r.now+longest, r.now+longest
	}
	flow, err := r.flow(p)
	if err != nil {
		return 0, err
	}
	for {
		ep := r.find(flow)
		if ep != nil {
			f := ep.seek(p, rules{system: r.host.releases(), adopted: !r.sys.One})
			switch {
			case f.ok:
				return r.came(ep, p, f, from, to)
			case f.diff.hard != "" && !ep.sent[f.at].delayable || r.now >= deadline && len(ep.sent) > 0:
				return 0, r.recognise(ep, p, f)
			}
		}
		if r.now >= deadline {
			err := failure{got: "no packet by " + showTime(r.now)}
			if ep != nil && recovering(ep, p) {
				return 0, unsupported(recovery)
			}
			return 0, err
		}
		if err := r.next(deadline); err != nil {
			return 0, err
		}
	}
}

// came judges the time of a packet that came as expected otherwise.
func (r *runner) came(ep *endpoint, p *Packet, f found, from, to time.Duration) (time.Duration, error) {
	early := from - r.tolerance
	if f.seg.delayable {
		early -= ackDelay
	}
	if f.seg.at < early || f.seg.at > to+r.tolerance {
		return 0, r.recognise(ep, p, f)
	}
	if f.diff.choice != "" {
		r.doubt(f.diff.choice)
	}
	at := max(f.seg.at, from)
	owed := ep.take(p, f)
	if owed != nil && at > owed.at+ackDelay {
		return 0, failure{got: ep.show(*owed) + ", which half a second does not delay so long"}
	}
	return at, nil
}

const (
	congestion = "congestion control: how much is sent at once"
	nagle      = "Nagle's algorithm: when little text is sent"
	recovery   = "loss recovery: what is sent again before the timeout"
)

// recognise tells whether a packet that differs does so for something that the machine leaves out.
func (r *runner) recognise(ep *endpoint, p *Packet, f found) error {
	s := ep.sent[min(f.at, len(ep.sent)-1)]
	switch {
	case s.left == nagle && r.undelayed(ep):
	case s.left != "":
		return unsupported(s.left)
	case recovering(ep, p):
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

// undelayed reports whether the user has turned Nagle's algorithm off.
func (w *world) undelayed(ep *endpoint) bool {
	for _, s := range w.fds {
		if s.ep == ep && s.options["TCP_NODELAY"] != 0 {
			return true
		}
	}
	return false
}

// recovering reports whether text is expected that was sent before, after the peer said twice that something is missing.
func recovering(ep *endpoint, p *Packet) bool {
	return p.Len > 0 && ep.again > 0 && ep.live(p.Seq).Less(ep.next)
}

// beyond is what a packet that must be sent has that no stack is asked for here.
func beyond(p *Packet) string {
	if p.Other != "" {
		return "ECN: the flags " + p.Other
	}
	for _, w := range strings.FieldsFunc(p.IP, func(r rune) bool { return r == ' ' || r == ',' }) {
		if w != "noecn" && w != "not-ect" {
			return "the IP header: " + p.IP
		}
	}
	if i := slices.IndexFunc(p.Opts, func(o TCPOption) bool { return !o.Known || o.Name == "sack" }); i >= 0 {
		return "the option " + p.Opts[i].Raw
	}
	return ""
}
