package packetdrill

// Segments on their way between the script, the host and the model or stack.

import (
	"time"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// deliver delivers a packet to its connection, or to the socket that listens at its port.
func (w *world) deliver(flow wire.Flow, s model.Segment) error {
	ep, err := w.end(flow.Reverse())
	if err != nil {
		return err
	}
	if l := w.listener(flow.Dst); l != nil && ep.gone {
		if err := ep.reset(); err != nil {
			return err
		}
		ep.listener = l
		if _, err := w.do(ep, conform.Input{Op: conform.Listen}); err != nil {
			return err
		}
	}
	if ep.arrived = s; s.Has(model.SYN) {
		ep.opens = s.Seq
		w.fit(ep, s)
	}
	if ep.taken += uint32(s.Len); ep.taken > w.host.Config.RcvBuf/2 {
		ep.filled = true
	}
	arriving := []model.Segment{s}
	if _, ok := ep.peer.(modeled); ok && !w.sys.One {
		arriving = w.host.before(ep.tcb(), s)
		if ep.gap = len(ep.pieces.list) > 0; len(arriving) == 1 {
			arriving[0] = ep.pieces.arrives(ep.tcb(), arriving[0], w.host.Ways.ReportsDouble)
		}
	}
	for i, s := range arriving {
		if i > 0 && ep.gone {
			break // because of the segment before it
		}
		if err := w.give(ep, flow, s); err != nil {
			return err
		}
	}
	return nil
}

// tcb returns the model's state, or a zero TCB for a stack.
func (ep *endpoint) tcb() (t model.TCB) {
	if p, ok := ep.peer.(modeled); ok {
		t = p.TCB()
	}
	return t
}

// give passes a segment to the peer.
func (w *world) give(ep *endpoint, flow wire.Flow, s model.Segment) error {
	text := make([]byte, s.Len)
	for i := range text {
		text[i] = conform.Octet(s.TextSeq().From(ep.opens+1) + uint32(i))
	}
	bytes, err := wire.Encode(s, flow, text)
	if err != nil {
		return unsupported(err.Error())
	}
	_, err = w.do(ep, conform.Input{Op: conform.Packet, Bytes: bytes})
	if ep.buffer > 0 && !ep.whole && ep.state >= model.Established {
		ep.whole = true
		ep.peer.(resizable).Resize(ep.buffer)
	}
	return err
}

// resizable is a peer whose receive buffer may change while the connection is being opened.
type resizable interface{ Resize(octets uint32) }

// fit rounds the receive buffer of a connection as its host does when the peer's SYN arrives.
func (w *world) fit(ep *endpoint, s model.Segment) {
	peer, ok := ep.peer.(resizable)
	opens := ep.state == model.Listen && !s.Has(model.ACK) || ep.state == model.SynSent && (!s.Has(model.ACK) || s.Ack == ep.tcb().Snd.Nxt)
	if !ok || !w.host.Rounds || !opens || s.Has(model.RST) || s.Has(model.FIN) && w.host.Ways.DropSynFin {
		return
	}
	mss := uint32(536)
	if s.Opts&model.OptMSS != 0 {
		mss = uint32(s.MSS)
	}
	if mss = min(mss, uint32(w.host.Config.MSS)); mss == 0 {
		return
	}
	ep.buffer = w.host.Config.RcvBuf
	if ep.buffer > mss {
		ep.buffer = (ep.buffer + mss - 1) / mss * mss
	}
	size := ep.buffer
	if ep.whole = !w.host.Ways.SynCache || ep.state == model.SynSent; !ep.whole {
		size = min(size, 65535)
	}
	peer.Resize(size)
}

// takes records a packet that was sent. For the model it adds the profile's layout of options.
func (w *world) takes(ep *endpoint, at time.Duration, bytes []byte, in conform.Input, before model.TCB) error {
	p, err := wire.Decode(bytes)
	if err != nil {
		return err
	}
	if p.Flow != ep.flow {
		return nil // of an earlier connection, with which a stack may still be busy
	}
	s := sent{at: at, seg: p.Seg}
	if w.sys.One {
		s.opts = optionsOf(bytes)
	} else {
		now := ep.tcb()
		w.host.after(before, now, in, ep.arrived.Has(model.SYN), &s.seg)
		var blocks []uint32
		if now.Is(model.SACKOK) && s.seg.Has(model.ACK) && !s.seg.Has(model.SYN) && !s.seg.Has(model.RST) {
			blocks = ep.pieces.blocks(now, w.host.Ways.SacksFin)
		}
		s.opts = layout(w.host.Profile, s.seg, blocks)
	}
	if w.host.Ways.DelaysAcks && !w.sys.One && w.waits(ep, s, in, before) {
		return nil
	}
	w.goes(ep, s)
	return nil
}

// waits reports whether the host sends a segment of the model later, or not at all.
func (w *world) waits(ep *endpoint, s sent, in conform.Input, before model.TCB) bool {
	now, bare := ep.tcb(), s.seg.Flags == model.ACK && s.seg.Len == 0
	taken := now.Rcv.Nxt.From(before.Rcv.Nxt)
	arrived := in.Op == conform.Packet && before.State >= model.SynReceived
	switch {
	case bare && arrived && taken == 0 && now.State == before.State && now.Snd.Una == before.Snd.Una && now.Held == before.Held && (ep.arrived.Span() == 0 || ep.arrived.Has(model.SYN)):
		return ep.delays.limited(w.now)
	case arrived && taken > 0 && now.State <= model.CloseWait:
		fin := now.State == model.CloseWait
		if fin {
			taken--
		}
		if taken > 0 {
			ep.delays.arrives(w.now, taken, before.Rcv.Wnd)
		}
		ep.delays.pingpong = ep.delays.pingpong || fin
		if bare && !ep.gap && len(ep.pieces.list) == 0 && ep.delays.delay(w.now, now, s) {
			return true
		}
	}
	if s.seg.Has(model.ACK) && !s.seg.Has(model.RST) {
		if s.seg.Has(model.SYN) || before.State == model.SynSent {
			ep.delays = acks{}
		}
		ep.delays.sends(w.now, s.seg)
	}
	return false
}

// hurrying is a peer that can be made to send its SYN again soon.
type hurrying interface{ Hurry(time.Duration) }

// goes records a segment that the host sends.
func (w *world) goes(ep *endpoint, s sent) {
	s.delayable = s.seg.Flags == model.ACK && s.seg.Len == 0 && ep.acks && ep.acked.Less(s.seg.Ack)
	ep.sees(s.seg)
	switch {
	case s.seg.Len == 0 || !ep.una.Less(s.seg.Seq):
	case s.seg.End().From(ep.una) > firstWindow*ep.mss:
		s.left = congestion
	case uint32(s.seg.Len) < ep.full && !s.seg.Has(model.FIN):
		s.left = nagle
	}
	ep.sent = append(ep.sent, s)
}
