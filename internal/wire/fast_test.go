package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/model"
)

// checkTwins: what the fast path reads, the slow path reads as well, with the same result.
func checkTwins(t rapid.TB, b []byte) {
	quick, ok, failed := fast(b)
	if !ok {
		return
	}
	slow, err := decodeSlowly(b)
	if errors.Is(failed, ErrNotTCP) != errors.Is(err, ErrNotTCP) || (failed == nil) != (err == nil) {
		t.Fatalf("%x: the paths agree on errors:\nfast %v\nslow %v", b, failed, err)
	}
	if err == nil && (quick.Flow != slow.Flow || quick.Seg != slow.Seg || quick.Checksum != slow.Checksum || quick.Partial != slow.Partial ||
		!bytes.Equal(quick.Payload, slow.Payload)) {
		t.Fatalf("%x: the paths agree:\nfast %+v\nslow %+v", b, quick, slow)
	}
}

// ordinary is a packet that the fast path must read, with text of any octets.
func ordinary(t *rapid.T) []byte {
	s := drawSegment(t, 200)
	flow := rapid.SampledFrom([]Flow{flow4, flow6}).Draw(t, "flow")
	b, err := Encode(s, flow, rapid.SliceOfN(rapid.Byte(), int(s.Len), int(s.Len)).Draw(t, "text"))
	if err != nil {
		t.Fatal(err)
	}
	if p, ok, err := fast(b); !ok || err != nil || p.Seg != s || p.Checksum != Good {
		t.Fatalf("%v is read by the fast path, got %v, %v, %v", s, p.Seg, ok, err)
	}
	return b
}

// The paths agree on ordinary packets, and on those with a few wrong octets, or cut.
func TestFastPathIsTheSlowOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := ordinary(t)
		checkTwins(t, b)
		for range rapid.IntRange(0, 4).Draw(t, "damage") {
			b[rapid.IntRange(0, len(b)-1).Draw(t, "place")] = rapid.Byte().Draw(t, "octet")
		}
		checkTwins(t, b[:rapid.IntRange(0, len(b)).Draw(t, "cut")])
		checkTwins(t, b)
	})
}

// FuzzFast: on any octets.
func FuzzFast(f *testing.F) {
	for _, flow := range []Flow{flow4, flow6} {
		b, _ := Encode(model.Segment{Seq: 1, Len: 3, Flags: model.SYN, Opts: 15, MSS: 1460}, flow, nil)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) { checkTwins(t, b) })
}

func TestDecodeDoesNotAllocate(t *testing.T) {
	for _, flow := range []Flow{flow4, flow6} {
		b, _ := Encode(model.Segment{Len: 1000, Flags: model.ACK, Opts: model.OptTimestamps}, flow, nil)
		udp := bytes.Clone(b)
		if flow == flow4 {
			udp[9] = 17
		} else {
			udp[6] = 17
		}
		if n := testing.AllocsPerRun(100, func() { _, _ = Decode(b); _, _ = Decode(udp) }); n > 0 {
			t.Errorf("%v: no allocation for TCP and UDP, got %v", flow, n)
		}
		if _, err := Decode(udp); !errors.Is(err, ErrNotTCP) {
			t.Errorf("%v: UDP is told apart, got %v", flow, err)
		}
	}
}

// A checksum of 0 may be sent as 0xffff, as Linux does: to the receiver's sum they are the same (RFC 1071 §1).
func TestTheOtherZeroOfTheChecksumIsGood(t *testing.T) {
	const field = ipv4Header + 16
	var s model.Segment
	b, err := Encode(s, flow4, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.Up = uint16(b[field])<<8 | uint16(b[field+1]) // what a sum of all ones lacks
	if b, err = Encode(s, flow4, nil); err != nil || b[field] != 0 || b[field+1] != 0 {
		t.Fatalf("a segment with a checksum of 0 is made, got %x, %v", b, err)
	}
	b[field], b[field+1] = 0xff, 0xff
	if p, ok, err := fast(b); !ok || err != nil || p.Checksum != Good {
		t.Errorf("0xffff is as good as 0, got %v, %v, %v", p.Checksum, ok, err)
	}
	checkTwins(t, b)
}

// A host that leaves the checksum to its network card writes the sum of the pseudo-header into the field.
func TestPartialChecksum(t *testing.T) {
	for _, flow := range []Flow{flow4, flow6} {
		b, err := Encode(model.Segment{Seq: 5, Ack: 6, Flags: model.ACK | model.PSH, Len: 5}, flow, []byte("hello"))
		if err != nil {
			t.Fatal(err)
		}
		header, addresses := ipv4Header, b[12:ipv4Header]
		if flow == flow6 {
			header, addresses = ipv6Header, b[8:ipv6Header]
		}
		if p, err := Decode(b); err != nil || p.Partial {
			t.Errorf("%v: the whole sum is not partial, got %v, %v", flow, p.Partial, err)
		}
		n := len(b) - header
		binary.BigEndian.PutUint16(b[header+16:], ^checksum(addresses, []byte{0, protocolTCP, byte(n >> 8), byte(n)}))
		if p, err := Decode(b); err != nil || p.Checksum != Bad || !p.Partial {
			t.Errorf("%v: got %v, partial %v, %v", flow, p.Checksum, p.Partial, err)
		}
		checkTwins(t, b)
		b[header+17]++
		if p, err := Decode(b); err != nil || p.Checksum != Bad || p.Partial {
			t.Errorf("%v: any other sum is bad, got %v, partial %v, %v", flow, p.Checksum, p.Partial, err)
		}
		checkTwins(t, b)
	}
}
