package main

import (
	"regexp"
	"testing"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// worse is a stack with one more fault: change sees each packet that it sends, and answer the whole reaction.
type worse struct {
	conform.Peer
	change func(in conform.Input, got, p *wire.Packet) (keep bool) // got: the packet that came in, if one did
	answer func(in conform.Input, got *wire.Packet, r *conform.Reaction)
}

func (x *worse) Do(in conform.Input) (conform.Reaction, error) {
	r, err := x.Peer.Do(in)
	var got wire.Packet
	if in.Op == conform.Packet {
		got, _ = wire.Decode(in.Bytes) // a wrong checksum is one of the inputs
	}
	if x.answer != nil {
		x.answer(in, &got, &r)
	}
	if x.change == nil {
		return r, err
	}
	var kept []conform.Sent
	for _, s := range r.Packets {
		p, err := wire.Decode(s.Bytes)
		if err != nil {
			return r, err
		}
		if !x.change(in, &got, &p) {
			continue
		}
		if s.Bytes, err = wire.Encode(p.Seg, p.Flow, p.Payload); err != nil {
			return r, err
		}
		kept = append(kept, s)
	}
	r.Packets = kept
	return r, err
}

// higher adds to the ACK of the answers to segments with these flags.
func higher(flags model.Flags, by model.Seq) func(in conform.Input, got, p *wire.Packet) bool {
	return func(in conform.Input, got, p *wire.Packet) bool {
		if in.Op == conform.Packet && got.Seg.Has(flags) && p.Seg.Has(model.ACK) {
			p.Seg.Ack += by
		}
		return true
	}
}

// atCall changes what is sent at a call.
func atCall(op conform.Op, f func(p *wire.Packet)) func(in conform.Input, got, p *wire.Packet) bool {
	return func(in conform.Input, _, p *wire.Packet) bool {
		if in.Op == op {
			f(p)
		}
		return true
	}
}

// No entry of smoltcp's tables hides a fault that is planted beside the difference which it describes.
func TestTheTableHidesNoRegression(t *testing.T) {
	type change = func(in conform.Input, got, p *wire.Packet) bool
	type answer = func(in conform.Input, got *wire.Packet, r *conform.Reaction)
	for name, x := range map[string]struct {
		pairs  string
		change change
		answer answer
	}{
		"the RST of ABORT has another SEQ":             {"^ESTABLISHED/passive: abort", atCall(conform.Abort, func(p *wire.Packet) { p.Seg.Seq += 1e9 }), nil},
		"the RST of ABORT acknowledges 0":              {"^ESTABLISHED/passive: abort", atCall(conform.Abort, func(p *wire.Packet) { p.Seg.Ack = 0 }), nil},
		"the RST of ABORT acknowledges too much":       {"^ESTABLISHED/passive: abort", atCall(conform.Abort, func(p *wire.Packet) { p.Seg.Ack += 5000 }), nil},
		"the RST from CLOSED for no ACK has a SEQ":     {"^CLOSED: SYN seq=exact", func(_ conform.Input, _, p *wire.Packet) bool { p.Seg.Seq = 0x12345678; return true }, nil},
		"the RST from CLOSED has another ACK":          {"^CLOSED: SYN seq=exact", higher(model.SYN, 7), nil},
		"behind cut data a FIN moves RCV.NXT by 5000":  {": FIN,ACK seq=exact ack=nxt text=more", higher(model.FIN, 5000), nil},
		"at a shut window a FIN moves RCV.NXT by 5000": {"^ESTABLISHED/full: FIN,ACK seq=exact ack=nxt", higher(model.FIN, 5000), nil},
		"data after the FIN moves RCV.NXT by 100":      {"^CLOSE-WAIT: ACK seq=exact ack=nxt text=some", higher(model.ACK, 100), nil},
		"data on the ACK that opens is thrown away":    {"^SYN-RECEIVED/passive: ACK seq=exact ack=nxt text=some", higher(model.ACK, ^model.Seq(99)), nil},
		"an ordinary ACK is too high":                  {"^ESTABLISHED/active: ACK seq=exact ack=nxt text=some", higher(model.ACK, 1), nil},
		"the SYN,ACK acknowledges too much":            {"^LISTEN: SYN seq=exact$", higher(model.SYN, 1), nil},
		"the FIN has another SEQ":                      {"^ESTABLISHED/active: close", atCall(conform.Close, func(p *wire.Packet) { p.Seg.Seq++ }), nil},
		"the answer to an old segment has another SEQ": {"^ESTABLISHED/active: ACK seq=before ack=nxt", func(in conform.Input, _, p *wire.Packet) bool {
			p.Seg.Seq += model.Seq(in.Op/conform.Packet) * 9
			return true
		}, nil},
		"a FIN is not acknowledged": {"^ESTABLISHED/active: FIN,ACK seq=exact ack=nxt$", func(_ conform.Input, got, _ *wire.Packet) bool { return !got.Seg.Has(model.FIN) }, nil},
		"data is never sent again":  {"^ESTABLISHED/under-way: sleep", func(in conform.Input, _, p *wire.Packet) bool { return in.Op != conform.Sleep || p.Seg.Len == 0 }, nil},
		"a shut window is ignored": {"^ESTABLISHED/active: ACK seq=exact ack=nxt window=shut", atCall(conform.Send, func(p *wire.Packet) {
			for p.Seg.Len == 1 && len(p.Payload) < 100 {
				p.Payload = append(p.Payload, p.Payload[0]+byte(len(p.Payload)))
			}
			p.Seg.Len = uint16(len(p.Payload))
		}), nil},
		"TIME-WAIT never ends": {"^TIME-WAIT: sleep 10m", nil, func(in conform.Input, _ *wire.Packet, r *conform.Reaction) {
			if in.Op == conform.Sleep && r.Gone {
				r.State, r.Gone = model.TimeWait, false
			}
		}},
		"TIME-WAIT ends at a repeated FIN": {"^TIME-WAIT: FIN,ACK seq=before ack=nxt$", nil, func(_ conform.Input, got *wire.Packet, r *conform.Reaction) {
			if got.Seg.Has(model.FIN) && r.State == model.TimeWait {
				r.State, r.Gone = model.Closed, true
			}
		}},
		"the user is not told of a RST": {"^ESTABLISHED/active: RST seq=exact$", nil, func(_ conform.Input, got *wire.Packet, r *conform.Reaction) {
			if got.Seg.Has(model.RST) {
				r.Signals = nil
			}
		}},
		"the user gets other data": {"^ESTABLISHED/active: ACK seq=exact ack=nxt text=some", nil, func(_ conform.Input, _ *wire.Packet, r *conform.Reaction) {
			for i := range r.Text {
				r.Text[i]++
			}
		}},
	} {
		o := conform.Options{Table: table(t, "smoltcp/deviations.toml", "smoltcp/walks.toml"), Pairs: regexp.MustCompile(x.pairs)}
		open := func(fault bool) func() (conform.Peer, error) {
			return func() (conform.Peer, error) {
				p, err := stacks["smoltcp"]()
				if err != nil || !fault {
					return p, err
				}
				return &worse{Peer: p, change: x.change, answer: x.answer}, nil
			}
		}
		o.NoAdapterCheck = true
		if r := compareOpen(t, open(false), o); r.Unexplained > 0 || r.Compared() == 0 {
			t.Errorf("%s: without it, %d of %d pairs are unexplained", name, r.Unexplained, r.Compared())
		}
		if r := compareOpen(t, open(true), o); r.Unexplained == 0 {
			t.Errorf("%s: it is hidden in %d pairs", name, r.Compared())
		}
	}
}
