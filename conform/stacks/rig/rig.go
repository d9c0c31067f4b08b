// Package rig plays short scripts against one stack, for the smoke tests of the adapters: without the model, so that an
// adapter can be seen to work before anything is compared.
package rig

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// A script is lines "does => says": what happens to the stack, and what the stack does about it.
//
// Does is a user call as in PROTOCOL.md ("listen", "send 10"), "sleep 1.5s", or a segment that arrives: "-> PSH,ACK 301 1 10"
// is its control bits, its sequence number, its acknowledgment number counted from the stack's ISS, octets of text, and if
// it is not 8000, the window.
//
// Says is the state, the signals, the error in brackets, the text taken, and the segments sent, in the same form with the
// stack's own numbers counted from its ISS: "ESTABLISHED opened; <- ACK 1 301". If time passed, "<- 1s SYN 0" says when.

// Rig is one stack and the numbers of its connection.
type Rig struct {
	Peer  conform.Peer
	Ports uint16 // counts on with each script, so that a stack in real time can tell them apart
	flow  wire.Flow
	iss   model.Seq
	known bool // iss is
	read  uint32
	Round time.Duration // to which times are rounded; 0: exactly
}

// Play resets the stack, plays a script, and compares.
func (r *Rig) Play(t testing.TB, script string) {
	t.Helper()
	local := netip.AddrPortFrom(netip.MustParseAddr("192.0.2.2"), 2000+r.Ports)
	remote := netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), 40000+r.Ports)
	r.Ports++
	r.flow, r.iss, r.known, r.read = wire.Flow{Src: local, Dst: remote}, 0, false, 0
	if err := r.Peer.Reset(local, remote); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(strings.TrimSpace(script)) {
		does, want, ok := strings.Cut(strings.TrimSpace(line), " => ")
		if !ok {
			t.Fatalf("expected DOES => SAYS, got %q", line)
		}
		got, err := r.step(does)
		if err != nil {
			t.Fatalf("%s: %v", does, err)
		}
		if got != want {
			t.Fatalf("%s:\n got %s\nwant %s", does, got, want)
		}
	}
}

func (r *Rig) step(does string) (says string, err error) {
	in, err := r.input(does)
	if err != nil {
		return "", err
	}
	reaction, err := r.Peer.Do(in)
	if err != nil {
		return "", err
	}
	return r.tell(in.Op, reaction)
}

// input reads a line of a script.
func (r *Rig) input(line string) (conform.Input, error) {
	f := strings.Fields(line)
	var in conform.Input
	if f[0] == "->" {
		s, err := r.segment(f[1:])
		if err != nil {
			return in, err
		}
		text := make([]byte, s.Len)
		for i := range text {
			text[i] = conform.Octet(s.Seq.From(301) + uint32(i))
		}
		in.Op = conform.Packet
		in.Bytes, err = wire.Encode(s, r.flow.Reverse(), text)
		return in, err
	}
	for in.Op = 0; in.Op < conform.NumOps && in.Op.String() != f[0]; in.Op++ {
	}
	var err error
	switch {
	case in.Op == conform.NumOps:
		err = fmt.Errorf("expected a call or a segment, got %q", line)
	case in.Op == conform.Sleep:
		in.For, err = time.ParseDuration(f[1])
	case len(f) > 1:
		in.N, err = strconv.Atoi(f[1])
	}
	return in, err
}

// segment reads "SYN,ACK 300 1 0".
func (r *Rig) segment(f []string) (model.Segment, error) {
	var s model.Segment
	for _, name := range strings.Split(f[0], ",") {
		bit := model.Flags(1)
		for ; bit.String() != name; bit <<= 1 {
			if bit == 0 {
				return s, fmt.Errorf("expected control bits, got %q", f[0])
			}
		}
		s.Flags |= bit
	}
	numbers := [4]int{3: 8000}
	for i, word := range f[1:] {
		n, err := strconv.Atoi(word)
		if err != nil {
			return s, err
		}
		numbers[i] = n
	}
	s.Seq, s.Len, s.Wnd = model.Seq(numbers[0]), uint16(numbers[2]), uint16(numbers[3])
	if s.Has(model.ACK) {
		s.Ack = r.iss + model.Seq(numbers[1])
	}
	return s, nil
}

func (r *Rig) tell(op conform.Op, did conform.Reaction) (string, error) {
	says := []string{did.State.String()}
	if !r.Peer.Hello().Tells {
		says = nil
	}
	for _, s := range did.Signals {
		says = append(says, string(s))
	}
	if did.Error != "" {
		says = append(says, "["+did.Error+"]")
	}
	if n := len(did.Text); n > 0 {
		if !slices.EqualFunc(did.Text, make([]byte, n), func(got, _ byte) bool { r.read++; return got == conform.Octet(r.read-1) }) {
			return "", fmt.Errorf("other text than was sent: %x", did.Text)
		}
		says = append(says, fmt.Sprintf("takes %d", n))
	}
	line := strings.Join(says, " ")
	for _, p := range did.Packets {
		d, err := wire.Decode(p.Bytes)
		switch {
		case err != nil:
			return "", err
		case d.Flow != r.flow:
			return "", fmt.Errorf("sent from and to other sockets: %v", d.Flow)
		}
		if d.Seg.Has(model.SYN) && !r.known {
			r.iss, r.known = d.Seg.Seq, true
		}
		line += "; <- "
		if op == conform.Sleep {
			after := p.After
			if r.Round > 0 {
				after = after.Round(r.Round)
			}
			line += after.String() + " "
		}
		line += fmt.Sprintf("%v %d", d.Seg.Flags, int32(d.Seg.Seq-r.iss))
		if d.Seg.Has(model.ACK) {
			line += fmt.Sprintf(" %d", d.Seg.Ack)
		}
		if d.Seg.Len > 0 {
			line += fmt.Sprintf(" text %d", d.Seg.Len)
		}
	}
	return line, nil
}
