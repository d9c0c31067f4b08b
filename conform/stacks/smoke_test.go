package main

import (
	"errors"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/conform/stacks/smoltcp"
	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

var flow = wire.Flow{Src: netip.MustParseAddrPort("192.0.2.1:4000"), Dst: netip.MustParseAddrPort("192.0.2.2:80")}

// each runs a test with every stack that the smoke tests know, on fresh sockets.
func each(t *testing.T, test func(t *testing.T, s *session)) {
	for _, name := range []string{"lneto", "model", "smoltcp"} {
		t.Run(name, func(t *testing.T) {
			p, err := stacks[name]()
			if errors.Is(err, smoltcp.ErrUnavailable) {
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := p.Close(); err != nil {
					t.Error(err)
				}
			})
			if err := p.Reset(flow.Dst, flow.Src); err != nil {
				t.Fatal(err)
			}
			test(t, &session{T: t, peer: p})
		})
	}
}

// session is one connection: what the stack last sent, by which the next segments are made.
type session struct {
	*testing.T
	peer   conform.Peer
	sent   []wire.Packet
	after  []time.Duration
	heard  []conform.Signal
	state  model.State
	text   []byte
	ourSeq model.Seq
}

func (s *session) do(in conform.Input) {
	s.Helper()
	r, err := s.peer.Do(in)
	if err != nil {
		s.Fatal(err)
	}
	if r.Error != "" {
		s.Fatalf("%v: %s", in.Op, r.Error)
	}
	s.sent, s.after, s.heard, s.state, s.text = nil, nil, r.Signals, r.State, r.Text
	for _, x := range r.Packets {
		p, err := wire.Decode(x.Bytes)
		if err != nil {
			s.Fatal(err)
		}
		if p.Checksum != wire.Good || p.Flow != flow.Reverse() {
			s.Errorf("sent %v, checksum %v", p.Flow, p.Checksum)
		}
		s.sent, s.after = append(s.sent, p), append(s.after, x.After)
	}
}

// arrive hands in a segment of ours that acknowledges the given number.
func (s *session) arrive(flags model.Flags, ack model.Seq, text int) {
	s.Helper()
	seg := model.Segment{Seq: s.ourSeq, Flags: flags, Wnd: 60000, Len: uint16(text)}
	if flags&model.ACK != 0 {
		seg.Ack = ack
	}
	octets := make([]byte, text)
	for i := range octets {
		octets[i] = conform.Octet(uint32(i))
	}
	b, err := wire.Encode(seg, flow, octets)
	if err != nil {
		s.Fatal(err)
	}
	s.do(conform.Input{Op: conform.Packet, Bytes: b})
	s.ourSeq += model.Seq(text)
	if flags&(model.SYN|model.FIN) != 0 {
		s.ourSeq++
	}
}

// wants is what a step has to bring about: one segment with these flags, or none; the state; at most one signal.
func (s *session) wants(flags model.Flags, state model.State, signals ...conform.Signal) {
	s.Helper()
	var got model.Flags
	if len(s.sent) == 1 {
		got = s.sent[0].Seg.Flags
	}
	if len(s.sent) > 1 || got != flags || s.state != state || !slices.Equal(s.heard, signals) {
		s.Fatalf("got %v, %v, %v; want %v, %v, %v", s.sent, s.state, s.heard, flags, state, signals)
	}
}

func (s *session) lastEnd() model.Seq {
	return s.sent[len(s.sent)-1].Seg.End()
}

func TestAPassiveOpenTextBothWaysAndAClose(t *testing.T) {
	each(t, func(t *testing.T, s *session) {
		s.do(conform.Input{Op: conform.Listen})
		s.wants(0, model.Listen)
		s.arrive(model.SYN, 0, 0)
		s.wants(model.SYN|model.ACK, model.SynReceived)
		next := s.lastEnd()
		s.arrive(model.ACK, next, 0)
		s.wants(0, model.Established, conform.Opened)
		s.arrive(model.PSH|model.ACK, next, 300)
		s.wants(model.ACK, model.Established)
		if s.sent[0].Seg.Ack != s.ourSeq {
			t.Errorf("acknowledged %d of %d", s.sent[0].Seg.Ack, s.ourSeq)
		}
		s.do(conform.Input{Op: conform.Receive, N: 400})
		if len(s.text) != 300 || s.text[299] != conform.Octet(299) {
			t.Errorf("received %v", s.text)
		}
		s.do(conform.Input{Op: conform.Send, N: 5})
		s.wants(model.PSH|model.ACK, model.Established)
		if !slices.Equal(s.sent[0].Payload, []byte{0, 1, 2, 3, 4}) {
			t.Errorf("sent %v", s.sent[0].Payload)
		}
		next = s.lastEnd()
		s.arrive(model.ACK, next, 0)
		s.do(conform.Input{Op: conform.Close})
		s.wants(model.FIN|model.ACK, model.FinWait1)
		next = s.lastEnd()
		s.arrive(model.ACK, next, 0)
		s.wants(0, model.FinWait2)
		s.arrive(model.FIN|model.ACK, next, 0)
		s.wants(model.ACK, model.TimeWait, conform.End)
	})
}

func TestAnActiveOpenAndAReset(t *testing.T) {
	each(t, func(t *testing.T, s *session) {
		s.do(conform.Input{Op: conform.Connect})
		s.wants(model.SYN, model.SynSent)
		s.arrive(model.SYN|model.ACK, s.lastEnd(), 0)
		s.wants(model.ACK, model.Established, conform.Opened)
		s.arrive(model.RST, 0, 0)
		s.wants(0, model.Closed, conform.Reset)
	})
}

// Time passes in sleep only, and text is sent again after 1 s, 2 s more, 4 s more (RFC 6298 §2.1, §5.5).
func TestTextIsSentAgainInVirtualTime(t *testing.T) {
	each(t, func(t *testing.T, s *session) {
		s.do(conform.Input{Op: conform.Connect})
		s.arrive(model.SYN|model.ACK, s.lastEnd(), 0)
		s.do(conform.Input{Op: conform.Send, N: 3})
		first := s.sent[0].Seg.Seq
		s.do(conform.Input{Op: conform.Sleep, For: 10 * time.Second})
		if want := []time.Duration{time.Second, 3 * time.Second, 7 * time.Second}; !slices.Equal(s.after, want) {
			t.Errorf("sent again after %v, want %v", s.after, want)
		}
		for _, p := range s.sent {
			if p.Seg.Seq != first || p.Seg.Len != 3 {
				t.Errorf("sent again %v", p.Seg)
			}
		}
	})
}

// A reset forgets the connection before, and what it may still have to say.
func TestResetForgets(t *testing.T) {
	each(t, func(t *testing.T, s *session) {
		s.do(conform.Input{Op: conform.Connect})
		old := s.lastEnd()
		if err := s.peer.Reset(flow.Dst, flow.Src); err != nil {
			t.Fatal(err)
		}
		s.do(conform.Input{Op: conform.Sleep, For: time.Minute})
		s.wants(0, model.Closed)
		s.do(conform.Input{Op: conform.Connect})
		s.wants(model.SYN, model.SynSent)
		if s.lastEnd() == old {
			t.Errorf("the initial number %d is that of the connection before", old-1)
		}
	})
}
