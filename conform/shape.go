package conform

import (
	"encoding/binary"
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
)

// form says in which other way a segment is unusual: its options, or its checksum.
type form uint8

// The forms. In the plain one a SYN has the MSS option alone, and every other segment has a timestamp if that was agreed.
const (
	formPlain    form = iota
	formStamp         // a timestamp; on a SYN, it is offered. If it was agreed, it is an old one
	formBare          // no option at all
	formUnknown       // an unknown option, before the others (MUST-6)
	formChecksum      // a wrong checksum (MUST-3)
	formSmallMSS      // a SYN with an MSS below the size of textSome
	formScaled        // a SYN that offers window scale
)

var formNames = []string{"plain", "stamp", "bare", "unknown-option", "bad-checksum", "small-mss", "scaled"}

var formMeans = []string{"a SYN has MSS, and all others a timestamp if that was agreed",
	"a timestamp; an old one, if timestamps were agreed", "no option", "an option that nobody knows stands first", "the checksum is wrong",
	"a SYN with an MSS of 64", "a SYN that offers window scale"}

const (
	smallMSS   = 64
	ourScale   = 2
	firstStamp = 1 << 20 // of the harness's timestamps
	veryOld    = 1000    // ticks
)

// options sets the options of a segment to an endpoint with this TCB. ok is false if the form has no meaning for it.
func (f form) options(s *model.Segment, t model.TCB) (ok bool) {
	syn := s.Has(model.SYN)
	agreed := t.Is(model.TSOK) && !syn
	if agreed && f != formBare {
		s.Opts, s.TSVal = s.Opts|model.OptTimestamps, t.TS.Recent+1
	}
	switch f {
	case formStamp:
		if s.Opts |= model.OptTimestamps; agreed { // Linux lets a timestamp be one tick too old
			s.TSVal = t.TS.Recent - veryOld
			return true
		}
		s.TSVal = firstStamp
	case formBare:
		s.Opts, s.MSS = 0, 0
		return syn || agreed
	case formSmallMSS:
		s.MSS = smallMSS
		return syn
	case formScaled:
		s.Opts, s.WScale = s.Opts|model.OptWindowScale, ourScale
		return syn
	}
	return true
}

// The harness's packets have an IPv4 header without options.
const ipv4Octets, tcpOctetsLeast = 20, 20

// write changes the octets of a packet as the form says, where a segment of the model has no such field.
func (f form) write(b []byte) []byte {
	switch f {
	case formUnknown:
		b = slices.Insert(b, ipv4Octets+tcpOctetsLeast, 253, 4, 0x7c, 0x7c) // RFC 4727: for experiments
		b[ipv4Octets+12] += 1 << 4
		binary.BigEndian.PutUint16(b[2:], uint16(len(b)))
		sumUp(b[10:12], b[:ipv4Octets])
		tcp := b[ipv4Octets:]
		pseudo := append(slices.Clone(b[12:20]), 0, b[9], byte(len(tcp)>>8), byte(len(tcp)))
		sumUp(tcp[16:18], pseudo, tcp)
	case formChecksum:
		b[ipv4Octets+16] ^= 0x55
	}
	return b
}

// sumUp writes the checksum of the parts to its place in one of them.
func sumUp(at []byte, parts ...[]byte) {
	at[0], at[1] = 0, 0
	sum := uint32(0)
	for _, part := range parts {
		for i, x := range part {
			sum += uint32(x) << (8 * (1 - i&1))
		}
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	binary.BigEndian.PutUint16(at, ^uint16(sum))
}

// otherForms are ordinary segments in each form except the plain one.
func otherForms() (list []Class) {
	for f := formStamp; int(f) < len(formNames); f++ {
		for _, c := range []Class{
			{flags: model.SYN}, {flags: model.SYN | model.ACK}, {flags: model.ACK}, {flags: model.ACK, text: textSome},
			{flags: model.ACK, seq: seqInside, text: textSome}, {flags: model.FIN | model.ACK}, {flags: model.RST}, {flags: model.RST | model.ACK},
		} {
			c.form = f
			list = append(list, c)
		}
	}
	return list
}
