// Command go is an adapter for tcpcheck conform in Go: a conform.Peer, which conform.Serve gives the line format of
// conform/PROTOCOL.md. In a test of a Go stack, hand the peer to conform.Test, and no program is needed.
//
// Replace the methods of stack by calls of your own stack. The one here has no sockets, so that it is always in
// CLOSED: it refuses every call, and resets every segment (RFC 9293 §3.10.7.1).
//
//	go build -o skeleton . && tcpcheck conform --no-adapter-check --pairs '^CLOSED: ' --steps 0 --exec ./skeleton
package main

import (
	"encoding/binary"
	"log"
	"net/netip"
	"os"

	"github.com/tcpcheck/tcpcheck/conform"
)

func main() {
	if err := conform.Serve(&stack{}, os.Stdin, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// stack keeps what it has sent since the request.
type stack struct {
	local, remote netip.AddrPort // its own, and the harness's
	sent          []conform.Sent
}

// Hello says what the stack is. Ask your stack for its version. Virtual: time passes in Sleep only. Tells: states are known.
func (s *stack) Hello() conform.Hello {
	return conform.Hello{Name: "skeleton", Version: "0", Virtual: true, Tells: true}
}

// Reset forgets everything.
func (s *stack) Reset(local, remote netip.AddrPort) error {
	if !local.Addr().Is4() {
		return conform.Refusal("EAFNOSUPPORT")
	}
	*s = stack{local: local, remote: remote}
	return nil
}

// Do carries out a request. Send: the octets conform.Octet(i) for i from the number of octets sent so far, all N of them.
// Receive: what is there, in Text. A call that cannot be carried out changes nothing, and has an Error.
func (s *stack) Do(in conform.Input) (r conform.Reaction, err error) {
	s.sent = nil
	switch in.Op {
	case conform.Packet:
		s.arrives(in.Bytes)
	case conform.Sleep: // in.For: what a timer sends has the time since the request in After
	default:
		r.Error = "ENOTCONN"
	}
	r.Packets = s.sent
	r.Gone = true // CLOSED; else State
	return r, nil
}

// Close ends the stack.
func (s *stack) Close() error { return nil }

const (
	fin = 1 << iota
	syn
	rst
	_
	ack
)

// arrives takes an IP packet.
func (s *stack) arrives(b []byte) {
	t := b[20:] // an IPv4 header without options
	flags := t[13]
	switch {
	case flags&rst != 0 || checksum(b[12:], 6+uint32(len(t))) != 0: // neither is answered
	case flags&ack != 0:
		s.send(binary.BigEndian.Uint32(t[8:]), 0, rst)
	default:
		length := uint32(len(t)) - uint32(t[12]>>4)*4 + uint32(flags&fin) + uint32(flags&syn)/syn
		s.send(0, binary.BigEndian.Uint32(t[4:])+length, rst|ack)
	}
}

// send sends a segment without data.
func (s *stack) send(seq, ack uint32, flags byte) {
	b := make([]byte, 40)
	b[0], b[3], b[8], b[9], b[32], b[33] = 0x45, 40, 64, 6, 5<<4, flags
	src, dst := s.local.Addr().As4(), s.remote.Addr().As4()
	copy(b[12:], src[:])
	copy(b[16:], dst[:])
	put := binary.BigEndian
	put.PutUint16(b[20:], s.local.Port())
	put.PutUint16(b[22:], s.remote.Port())
	put.PutUint32(b[24:], seq)
	put.PutUint32(b[28:], ack)
	put.PutUint16(b[36:], checksum(b[12:], 6+20)) // the pseudo header: addresses, protocol, length
	put.PutUint16(b[10:], checksum(b[:20], 0))
	s.sent = append(s.sent, conform.Sent{Bytes: b})
}

func checksum(b []byte, sum uint32) uint16 {
	for i, x := range b {
		sum += uint32(x) << (8 * (1 - i%2))
	}
	for sum>>16 != 0 {
		sum = sum&0xffff + sum>>16
	}
	return ^uint16(sum)
}
