package conform_test

import (
	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// arrived is the packet of an input; ok is false if it is another input, or a packet that no stack reads.
func arrived(in conform.Input) (p wire.Packet, ok bool) {
	if in.Op != conform.Packet {
		return p, false
	}
	p, err := wire.Decode(in.Bytes)
	return p, err == nil && p.Checksum == wire.Good
}

// encoded is a packet with this segment.
func encoded(p wire.Packet) []byte {
	b, err := wire.Encode(p.Seg, p.Flow, p.Payload)
	if err != nil {
		panic(err)
	}
	return b
}

// first is the model's state of the first connection.
func (p *patient) first() model.TCB {
	return p.Peer.(interface{ TCB() model.TCB }).TCB()
}

// resetFirst ends the first connection without anything to be seen.
func (p *patient) resetFirst() {
	t := p.first()
	rst := wire.Packet{Flow: p.flow.Reverse(), Seg: model.Segment{Seq: t.Rcv.Nxt, Flags: model.RST}}
	if _, err := p.Peer.Do(conform.Input{Op: conform.Packet, Bytes: encoded(rst)}); err != nil {
		panic(err)
	}
}

// onOthers is a stack that treats segments between other sockets than those of its first connection in its own way.
func onOthers(f func(p *patient, got wire.Packet, in conform.Input) (conform.Reaction, error)) func(s *sick) {
	return func(s *sick) {
		s.host = func(p *patient, in conform.Input) (conform.Reaction, error) {
			if got, ok := arrived(in); ok && got.Flow != p.flow.Reverse() {
				return f(p, got, in)
			}
			return p.Peer.Do(in)
		}
	}
}

// answersOthers alters what is sent to other sockets; a false drops it.
func answersOthers(f func(s *model.Segment) (keep bool)) func(s *sick) {
	return onOthers(func(p *patient, _ wire.Packet, in conform.Input) (conform.Reaction, error) {
		r, err := p.Peer.Do(in)
		var kept []conform.Sent
		for _, x := range r.Packets {
			d, err := wire.Decode(x.Bytes)
			if err != nil {
				return r, err
			}
			if f(&d.Seg) {
				kept = append(kept, conform.Sent{Bytes: encoded(d)})
			}
		}
		r.Packets = kept
		return r, err
	})
}

// mistakes takes a segment for one of the first connection, if the sockets differ in a way that is not looked at.
func mistakes(same func(a, b wire.Flow) bool) func(s *sick) {
	return onOthers(func(p *patient, got wire.Packet, in conform.Input) (conform.Reaction, error) {
		if same(got.Flow, p.flow.Reverse()) {
			got.Flow = p.flow.Reverse()
			in.Bytes = encoded(got)
		}
		return p.Peer.Do(in)
	})
}

// isSyn reports whether a segment asks for a new connection.
func isSyn(s model.Segment) bool { return s.Flags&(model.SYN|model.ACK|model.RST) == model.SYN }

func bugsOfSockets() []bug {
	const area = "Closed ports and listeners"
	listening := func(p *patient, got wire.Packet) bool { return got.Flow.Dst == p.flow.Src }
	return []bug{
		{area, "a closed port answers a RST by a RST", "RFC 9293 §3.10.7.1", onOthers(func(p *patient, got wire.Packet, in conform.Input) (conform.Reaction, error) {
			r, err := p.Peer.Do(in)
			if got.Seg.Has(model.RST) && !listening(p, got) {
				rst := wire.Packet{Flow: got.Flow.Reverse(), Seg: model.Segment{Seq: got.Seg.Ack, Flags: model.RST}}
				r.Packets = append(r.Packets, conform.Sent{Bytes: encoded(rst)})
			}
			return r, err
		}), ""},
		{area, "the RST of a closed port has SEQ 0 whatever came", "RFC 9293 §3.10.7.1", answersOthers(func(s *model.Segment) bool {
			if s.Flags == model.RST {
				s.Seq = 0
			}
			return true
		}), ""},
		{area, "the RST of a closed port has no ACK", "RFC 9293 §3.10.7.1", answersOthers(func(s *model.Segment) bool {
			if s.Has(model.RST) {
				s.Flags &^= model.ACK
			}
			return true
		}), ""},
		{area, "the RST of a closed port does not acknowledge the SYN", "RFC 9293 §3.10.7.1", answersOthers(func(s *model.Segment) bool {
			if s.Has(model.RST | model.ACK) {
				s.Ack--
			}
			return true
		}), ""},
		{area, "a SYN to a closed port is ignored", "RFC 9293 §3.10.7.1", onOthers(func(p *patient, got wire.Packet, in conform.Input) (conform.Reaction, error) {
			if isSyn(got.Seg) && !listening(p, got) {
				in = conform.Input{Op: conform.Sleep}
			}
			return p.Peer.Do(in)
		}), ""},
		{area, "the remote port is not looked at", "RFC 9293 §3.3.1", mistakes(func(a, b wire.Flow) bool {
			return a.Dst == b.Dst && a.Src.Addr() == b.Src.Addr()
		}), ""},
		{area, "the remote address is not looked at", "RFC 9293 §3.3.1", mistakes(func(a, b wire.Flow) bool {
			return a.Dst == b.Dst && a.Src.Port() == b.Src.Port()
		}), ""},
		{area, "the local port is not looked at", "RFC 9293 §3.3.1", mistakes(func(a, b wire.Flow) bool {
			return a.Src == b.Src && a.Dst.Addr() == b.Dst.Addr()
		}), ""},
		{area, "a RST of a second connection ends the first one, too", "RFC 9293 §3.3.1", onOthers(func(p *patient, got wire.Packet, in conform.Input) (conform.Reaction, error) {
			if got.Seg.Has(model.RST) && listening(p, got) && p.first().State.Synchronized() && !got.Seg.Has(model.ACK) {
				p.resetFirst()
			}
			return p.Peer.Do(in)
		}), ""},
		{area, "a second SYN takes the place of a half-open connection", "RFC 9293 §3.10.7.2", onOthers(func(p *patient, got wire.Packet, in conform.Input) (conform.Reaction, error) {
			if isSyn(got.Seg) && listening(p, got) && p.first().State == model.SynReceived {
				p.resetFirst()
			}
			return p.Peer.Do(in)
		}), ""},
		{area, "the listener does not listen again after a RST to its second connection", "RFC 9293 §3.10.7.4 second", onOthers(func(p *patient, got wire.Packet, in conform.Input) (conform.Reaction, error) {
			if got.Seg.Has(model.RST) && listening(p, got) {
				p.on = true
			}
			if p.on && isSyn(got.Seg) {
				in = conform.Input{Op: conform.Sleep}
			}
			return p.Peer.Do(in)
		}), ""},
		{area, "all connections have the same initial number", "RFC 9293 §3.4.1, SHLD-1", func(s *sick) {
			s.before = func(_ *memory, _ *model.TCB, e *model.Event) { e.Iss = 1000 }
		}, ""},
		{area, "each initial number is 64,000 higher than the one before", "RFC 9293 §3.4.1, SHLD-1", func(s *sick) {
			s.before = func(m *memory, t *model.TCB, e *model.Event) {
				if e.Kind == model.OpenActive || t.State == model.Listen {
					m.n++
				}
				e.Iss = model.Seq(64_000 * m.n)
			}
		}, ""},
		{area, "the SYN,ACK of a second connection is not sent again", "RFC 9293 §3.8.1", func(s *sick) {
			s.answer = func(m *memory, in conform.Input, r *conform.Reaction) {
				var kept []conform.Sent
				for _, x := range r.Packets {
					if d, err := wire.Decode(x.Bytes); in.Op != conform.Sleep || err == nil && d.Flow == m.flow {
						kept = append(kept, x)
					}
				}
				r.Packets = kept
			}
		}, ""},
		{area, "a SYN for which the backlog has no room ends the first connection", "RFC 9293 §3.10.7.2", onOthers(func(p *patient, got wire.Packet, in conform.Input) (conform.Reaction, error) {
			r, err := p.Peer.Do(in)
			last := got.Flow.Src.Addr() != p.flow.Dst.Addr() // the one that comes when the others are open
			if last && isSyn(got.Seg) && listening(p, got) && len(r.Packets) == 0 {
				p.resetFirst()
				r.State = p.first().State
			}
			return r, err
		}), ""},
		{area, "when the first connection is closed, the others are forgotten", "RFC 9293 §3.9.1", func(s *sick) {
			s.host = func(p *patient, in conform.Input) (conform.Reaction, error) {
				p.on = p.on || in.Op == conform.Abort || in.Op == conform.Release
				if got, ok := arrived(in); ok && p.on && got.Flow != p.flow.Reverse() {
					in = conform.Input{Op: conform.Sleep}
				}
				return p.Peer.Do(in)
			}
		}, ""},
	}
}
