package netfake

import "github.com/tcpcheck/tcpcheck/model"

// view is everything that an observer may read of the step of an endpoint, besides the other endpoint. It is
// comparable, and part of an effect. So two deliveries that are equivalent for the reductions have the same view. An
// observer that needs to read more needs a field here, which is then part of the effect as well. If nothing happened
// in a step, its view is zero.
type view struct {
	event   model.EventKind
	was, is model.State
	control model.Flags // RST and SYN of the segment, if one arrived
	from    uint8       // the ghosts of that segment: the incarnation that sent it,
	meant   uint8       // and the one that it was sent to
	signals model.Signal
	acked   bool // an ACK moved SND.UNA
	taken   [model.MaxHeld + 2]model.Held
	mine    uint8 // the endpoint's own incarnation
	peer    uint8 // the incarnation whose SYN set IRS, or NoOne
	sent    uint8 // octets that it has SENT
	got     uint8 // octets that it had accepted before
	had     uint8 // the incarnations of the other side from which earlier incarnations had accepted octets
}

// viewed makes the view of the step that endpoint p has just taken.
func viewed(before *model.TCB, p *Peer, e *model.Event, out *model.Output, pkt *Packet) (v view) {
	was, is := before.State, p.State()
	if was == is && out.Signals == 0 && out.NText == 0 && !out.UnaMoved {
		return view{}
	}
	v = view{event: e.Kind, was: was, is: is, signals: out.Signals, acked: out.UnaMoved,
		mine: p.Inc, peer: p.RemoteInc, sent: p.Sent, got: p.Got, had: p.Had}
	if e.Kind == model.SegmentArrives {
		v.control, v.from, v.meant = pkt.Seg.Flags&(model.RST|model.SYN), pkt.Inc, pkt.To
	}
	copy(v.taken[:], out.Taken())
	return v
}

// pieces are the pieces of data that were accepted, in order.
func (v *view) pieces() []model.Held {
	n := 0
	for n < len(v.taken) && v.taken[n] != (model.Held{}) {
		n++
	}
	return v.taken[:n]
}

// octets is the number of octets that were accepted.
func (v *view) octets() (n uint8) {
	for _, h := range v.pieces() {
		n += uint8(h.Len)
	}
	return n
}

// other is what an observer may read of the other endpoint and of its counts. No reduction changes it.
type other struct {
	state     model.State
	iss       model.Seq
	inc       uint8
	sent      uint8 // octets that it has SENT
	taken     uint8 // octets of it that the endpoint has accepted
	mineTaken uint8 // octets of the endpoint that it has accepted
}

// otherThan is what an observer may read of the other endpoint than me.
func (w *World) otherThan(me int) other {
	p, q := &w.Peer[me], &w.Peer[1-me]
	return other{state: q.State(), iss: q.TCB.Iss, inc: q.Inc, sent: q.Sent, taken: q.Taken, mineTaken: p.Taken}
}

// otherPacked is what an observer may read of the other endpoint than me in a packed state.
func (sys *System) otherPacked(s *State, me int) other {
	q := &s.peer[1-me]
	return other{state: model.State(q.state), iss: sys.number(1-me, q.iss), inc: q.incs >> 4, sent: q.counts >> 4,
		taken: q.taken, mineTaken: s.peer[me].taken}
}

// gain adds to the count of octets that the endpoint has accepted.
func (p *Peer) gain(v *view) {
	for _, h := range v.pieces() {
		p.Got = min(p.Got+uint8(h.Len), MaxOctets)
	}
}

// taken updates the ghosts of an endpoint whose segments the other side has accepted. It counts octets, and records
// that its FIN was accepted, so that the first ACK of the FIN is sent. This is the only place where a step changes the
// other endpoint, and it reads only the view.
func (sys *System) taken(q *Peer, v *view) {
	for _, h := range v.pieces() {
		inc, _ := ghosts(h.Ghost)
		if inc != q.Inc {
			continue
		}
		q.Taken += uint8(h.Len)
		if h.Flags&model.FIN != 0 && sys.sc.Net.FirstAck && finUnacked(&q.TCB) && q.FinAckAge == 0 {
			q.FinAckAge = 1
		}
	}
}
