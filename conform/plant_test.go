package conform_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// planted is the model with a fault in what it sends: change gets each packet, and the input before it.
type planted struct {
	conform.Peer
	change func(in conform.Input, p *wire.Packet) (keep bool)
	raw    func(b []byte) []byte // what is done to the octets afterwards
}

func (x *planted) Do(in conform.Input) (conform.Reaction, error) {
	r, err := x.Peer.Do(in)
	var kept []conform.Sent
	for _, s := range r.Packets {
		p, err := wire.Decode(s.Bytes)
		if err != nil {
			return r, err
		}
		if x.change != nil {
			if !x.change(in, &p) {
				continue
			}
			if s.Bytes, err = wire.Encode(p.Seg, p.Flow, p.Payload); err != nil {
				return r, err
			}
		}
		if x.raw != nil {
			s.Bytes = x.raw(slices.Clone(s.Bytes))
		}
		kept = append(kept, s)
	}
	r.Packets = kept
	return r, err
}

// withBits sets bits of the octets 12 and 13 of the TCP header, and corrects the checksum.
func withBits(reserved, control byte, when func(flags model.Flags) bool) func(b []byte) []byte {
	return func(b []byte) []byte {
		tcp := b[int(b[0]&15)*4:]
		if !when(model.Flags(tcp[13] & 63)) {
			return b
		}
		old := uint32(tcp[12])<<8 | uint32(tcp[13])
		tcp[12], tcp[13] = tcp[12]|reserved, tcp[13]|control
		now := uint32(tcp[12])<<8 | uint32(tcp[13])
		sum := uint32(^(uint16(tcp[16])<<8 | uint16(tcp[17]))) + ^old&0xffff + now // RFC 1624
		for sum > 0xffff {
			sum = sum>>16 + sum&0xffff
		}
		tcp[16], tcp[17] = byte(^sum>>8), byte(^sum)
		return b
	}
}

func sends(f model.Flags) func(model.Flags) bool { return func(x model.Flags) bool { return x&f == f } }

// Faults that leave the flags of what is sent as they were are found.
func TestPlantedFaultsAreFound(t *testing.T) {
	quarter := model.Seq(1 << 30)
	for name, x := range map[string]struct {
		plant planted
		pairs string
		want  string // the change
	}{
		"a FIN with PSH": {planted{raw: withBits(0, 8, sends(model.FIN))}, "^ESTABLISHED/active: close", "sends a segment with PSH and without data"},
		"a reserved bit": {planted{raw: withBits(8, 0, sends(model.RST))}, "^CLOSED: ACK", "sends a segment with reserved bits (§3.1)"},
		"ECE without an agreement": {planted{raw: withBits(0, 0x40, func(f model.Flags) bool { return f == model.ACK })}, "^LAST-ACK: SYN seq=exact",
			"sends a segment with ECE or CWR, which were not agreed (RFC 3168 §6.1)"},
		"the RST of ABORT with another SEQ": {planted{change: func(in conform.Input, p *wire.Packet) bool {
			if in.Op == conform.Abort {
				p.Seg.Seq += quarter
			}
			return true
		}}, "^ESTABLISHED/active: abort", "sends RST with another SEQ"},
		"a RST that acknowledges another number": {planted{change: func(in conform.Input, p *wire.Packet) bool {
			if p.Seg.Has(model.RST | model.ACK) {
				p.Seg.Ack += 7
			}
			return true
		}}, "^CLOSED: SYN ", "sends RST,ACK with a higher ACK"},
		"RCV.NXT jumps ahead": {planted{change: func(in conform.Input, p *wire.Packet) bool {
			if p.Seg.Has(model.ACK) && p.Seg.Ack > 390 && p.Seg.Ack < 1000 {
				p.Seg.Ack += 5000
			}
			return true
		}}, "^ESTABLISHED/active: ACK seq=exact ack=nxt text=some", "sends ACK with a higher ACK"},
		"data is never sent again": {planted{change: func(in conform.Input, p *wire.Packet) bool { return in.Op != conform.Sleep || p.Seg.Len == 0 }},
			"^ESTABLISHED/under-way: sleep", "sends nothing, not ACK"},
	} {
		x.plant.Peer = machine()
		o := conform.Options{Pairs: regexp.MustCompile(x.pairs)}
		r := check(t, func() (conform.Peer, error) { return &x.plant, nil }, o)
		if len(r.Findings) == 0 || !slices.ContainsFunc(r.Findings, func(f conform.Finding) bool { return f.Change == x.want }) {
			t.Errorf("%s: expected %q in %s", name, x.want, text(t, r))
		}
	}
}

// storm is the model that sends its SYN again at once, and in a backoff that starts over at microseconds, after a
// wrong ACK in SYN-SENT.
type storm struct {
	conform.Peer
	syn    []byte
	struck bool
}

func (s *storm) Do(in conform.Input) (conform.Reaction, error) {
	r, err := s.Peer.Do(in)
	for _, p := range r.Packets {
		d, err := wire.Decode(p.Bytes)
		if err != nil {
			return r, err
		}
		switch {
		case in.Op == conform.Connect:
			s.syn, s.struck = p.Bytes, false
		case d.Seg.Has(model.RST) && r.State == model.SynSent:
			s.struck = true
		}
	}
	if in.Op == conform.Sleep && s.struck && r.State == model.SynSent {
		r.Packets = nil
		for after := 2 * time.Microsecond; after < in.For; after = 2*after + 2*time.Microsecond {
			r.Packets = append(r.Packets, conform.Sent{After: after, Bytes: s.syn})
		}
	}
	return r, err
}

func TestAStormOfSynsIsFound(t *testing.T) {
	open := func() (conform.Peer, error) { return &storm{Peer: machine()}, nil }
	r := check(t, open, conform.Options{Pairs: regexp.MustCompile("^SYN-SENT: ACK")})
	if len(r.Findings) != 1 || !strings.HasPrefix(r.Findings[0].Change, "sends the same more than 8 times in a second") || r.Findings[0].Level != conform.Must {
		t.Error(text(t, r))
	}
}

// acknowledging is a stack whose ABORT sends a RST with an ACK; the fault is in its numbers.
func acknowledging(fault func(s *model.Segment)) func() (conform.Peer, error) {
	change := func(in conform.Input, p *wire.Packet) bool {
		if in.Op == conform.Abort && p.Seg.Has(model.RST) {
			p.Seg.Flags |= model.ACK
			p.Seg.Ack = 301
			fault(&p.Seg)
		}
		return true
	}
	return func() (conform.Peer, error) { return &planted{Peer: machine(), change: change}, nil }
}

// An entry that was drafted for a known difference does not hide a fault in its numbers.
func TestAKnownDifferenceHidesNoOtherNumbers(t *testing.T) {
	o := conform.Options{Pairs: regexp.MustCompile("^ESTABLISHED/(active|passive): abort")}
	var b strings.Builder
	if err := check(t, acknowledging(func(*model.Segment) {}), o).WriteDraft(&b); err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		fault func(s *model.Segment)
		ok    bool
	}{
		"none":                     {func(*model.Segment) {}, true},
		"a SEQ that no one takes":  {func(s *model.Segment) { s.Seq += 1e9 }, false},
		"it acknowledges 0":        {func(s *model.Segment) { s.Ack = 0 }, false},
		"it acknowledges too much": {func(s *model.Segment) { s.Ack += 5000 }, false},
		"no RST at all":            {func(s *model.Segment) { s.Flags &^= model.RST }, false},
	} {
		o.Table = table(t, b.String())
		if r := check(t, acknowledging(x.fault), o); r.OK() != x.ok {
			t.Errorf("%s: %s", name, text(t, r))
		}
	}
}

// A stack with many ways of its own has one finding a cause, the worst first, and policies that explain some of them.
func TestFindingsAreByCause(t *testing.T) {
	t.Parallel()
	c := model.Default()
	c.NoSimultaneousOpen, c.RstInTimeWait, c.AckUnacceptableRst, c.TimeWaitAcksBare = true, model.IgnoreRst, true, true
	c.DropOutOfOrder, c.SilentLateRst, c.ConfirmInOrder, c.Attacks = true, true, true, model.RFC793
	withAck := func(in conform.Input, p *wire.Packet) bool {
		p.Seg.Flags |= p.Seg.Flags & model.RST << 2 // RST is 4, ACK is 16
		return true
	}
	open := func() (conform.Peer, error) {
		p, err := opener(c)()
		return &planted{Peer: p, change: withAck}, err
	}
	r := check(t, open, conform.Options{})
	places := 0 // a cause in a state at some flags
	for _, f := range r.Findings {
		places += len(f.States) * len(f.Inputs)
	}
	last := r.Findings[len(r.Findings)-1]
	if n := len(r.Findings); n < 10 || n > 30 || places < 150 || last.Severity != conform.OtherForm || last.Change != "sends RST,ACK, not RST" {
		t.Errorf("%d findings in %d places: %s", n, places, text(t, r))
	}
	i := slices.IndexFunc(r.Findings, func(f conform.Finding) bool {
		return len(f.Explain) > 0 && f.Explain[0].Policy == "no-simultaneous-open=on"
	})
	if i < 0 || r.Findings[i].Explain[0].Times < 10 {
		t.Errorf("no finding is explained by no-simultaneous-open: %s", text(t, r))
	}
	t.Logf("%d findings in %d places", len(r.Findings), places)
}
