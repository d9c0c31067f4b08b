package lwip

import (
	"net/netip"
	"testing"
	"time"

	"github.com/tcpcheck/tcpcheck/conform"
)

// Two ends whose users do not read answer each other's ACKs without end, as docs/FINDINGS.md says.
func TestTwoFullEndsAnswerEachOther(t *testing.T) {
	sockets := [2]netip.AddrPort{netip.MustParseAddrPort("192.0.2.2:2000"), netip.MustParseAddrPort("192.0.2.1:40000")}
	var ends [2]conform.Peer
	for i := range ends {
		ends[i] = start(t)
		defer ends[i].Close()
		if err := ends[i].Reset(sockets[i], sockets[1-i]); err != nil {
			t.Fatal(err)
		}
	}
	type packet struct {
		to     int
		octets []byte
	}
	var wire []packet
	do := func(i int, in conform.Input) {
		r, err := ends[i].Do(in)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range r.Packets {
			wire = append(wire, packet{1 - i, p.Bytes})
		}
	}
	const most = 1000
	deliver := func() (n int) {
		for ; len(wire) > 0 && n < most; n++ {
			p := wire[0]
			wire = wire[1:]
			do(p.to, conform.Input{Op: conform.Packet, Bytes: p.octets})
		}
		return n
	}
	do(1, conform.Input{Op: conform.Listen})
	do(0, conform.Input{Op: conform.Connect})
	deliver()
	for octets := 100; ; octets += 100 {
		for i := range ends {
			do(i, conform.Input{Op: conform.Send, N: 100})
		}
		deliver()
		for i := range ends {
			do(i, conform.Input{Op: conform.Sleep, For: time.Second / 2})
		}
		n := deliver()
		switch full := octets == 1200; {
		case !full && n >= most:
			t.Fatalf("after %d octets each, %d segments, expected few", octets, n)
		case full && n < most:
			t.Fatalf("with full buffers, %d segments in no time, expected no end", n)
		case full:
			return
		}
	}
}
