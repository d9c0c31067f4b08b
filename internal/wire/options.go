package wire

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/tcpcheck/tcpcheck/model"
)

// knownOptions are those of RFC 9293 §3.2, RFC 7323 and RFC 2018 that a Segment has.
var knownOptions = map[layers.TCPOptionKind]string{
	layers.TCPOptionKindMSS:           "MSS option",
	layers.TCPOptionKindWindowScale:   "window scale option",
	layers.TCPOptionKindSACKPermitted: "SACK-permitted option",
	layers.TCPOptionKindTimestamps:    "timestamps option",
}

// knownLength is the length of a known option, 0 for another.
func knownLength(kind layers.TCPOptionKind) int {
	switch kind {
	case layers.TCPOptionKindMSS:
		return 4
	case layers.TCPOptionKindWindowScale:
		return 3
	case layers.TCPOptionKindSACKPermitted:
		return 2
	case layers.TCPOptionKindTimestamps:
		return 10
	}
	return 0
}

func optionName(kind layers.TCPOptionKind) string {
	if name, ok := knownOptions[kind]; ok {
		return name
	}
	return fmt.Sprintf("option of kind %d", uint8(kind))
}

// optionsOf lists the options of s. All four have 19 octets, so they always fit.
func optionsOf(s model.Segment) (list []layers.TCPOption) {
	add := func(bit model.Options, kind layers.TCPOptionKind, value []byte) {
		if s.Opts&bit != 0 {
			list = append(list, layers.TCPOption{OptionType: kind, OptionData: value})
		}
	}
	add(model.OptMSS, layers.TCPOptionKindMSS, binary.BigEndian.AppendUint16(nil, s.MSS))
	add(model.OptSACKPermitted, layers.TCPOptionKindSACKPermitted, nil)
	add(model.OptTimestamps, layers.TCPOptionKindTimestamps,
		binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, s.TSVal), s.TSEcr))
	add(model.OptWindowScale, layers.TCPOptionKindWindowScale, []byte{s.WScale})
	return list
}

// takeOptions notes the options in t. Options that are not known are skipped by their length
// (RFC 9293 §3.2, MUST-6); an illegal length is an error (MUST-7).
func takeOptions(s *model.Segment, t *layers.TCP) error {
	at := tcpHeader
	for _, o := range t.Options {
		if o.OptionType == layers.TCPOptionKindEndList {
			return nil
		}
		if n := knownLength(o.OptionType); n != 0 {
			if int(o.OptionLength) != n {
				return &Error{optionName(o.OptionType), at, fmt.Sprintf("length %d", n), fmt.Sprint(o.OptionLength)}
			}
			takeOption(s, o)
		}
		at += int(o.OptionLength)
	}
	// An honest list ends with the header or with its end mark. gopacket, as a lenient host
	// would, stops without an error at a length that it cannot follow.
	rest := t.Contents[at:]
	if len(rest) == 0 {
		return nil
	}
	n, err := optionLength(rest, at)
	if err != nil {
		return err
	}
	// It stops at an option of Multipath TCP, too, if the length is legal here but not in
	// RFC 8684. MUST-6 has that one skipped, and the rest read: read again without it.
	header := bytes.Clone(t.Contents)
	copy(header[at:], bytes.Repeat([]byte{layers.TCPOptionKindNop}, n))
	var again layers.TCP
	if err := again.DecodeFromBytes(header, gopacket.NilDecodeFeedback); err != nil {
		return err
	}
	return takeOptions(s, &again)
}

// optionLength reads the length of the option at octet at, with which rest begins.
func optionLength(rest []byte, at int) (int, error) {
	name, left := optionName(layers.TCPOptionKind(rest[0])), len(rest)
	switch {
	case left < 2:
		return 0, &Error{name, at, "a length octet", "the end of the header"}
	case rest[1] < 2:
		return 0, &Error{name, at, "a length of 2 or more", fmt.Sprint(rest[1])}
	case int(rest[1]) > left:
		return 0, &Error{name, at, fmt.Sprintf("a length within the %d octets left", left), fmt.Sprint(rest[1])}
	}
	return int(rest[1]), nil
}

// takeOption notes an option whose length has been checked; the last of two wins.
func takeOption(s *model.Segment, o layers.TCPOption) {
	switch v := o.OptionData; o.OptionType {
	case layers.TCPOptionKindMSS:
		s.Opts |= model.OptMSS
		s.MSS = binary.BigEndian.Uint16(v)
	case layers.TCPOptionKindWindowScale:
		s.Opts |= model.OptWindowScale
		s.WScale = v[0]
	case layers.TCPOptionKindSACKPermitted:
		s.Opts |= model.OptSACKPermitted
	case layers.TCPOptionKindTimestamps:
		s.Opts |= model.OptTimestamps
		s.TSVal, s.TSEcr = binary.BigEndian.Uint32(v), binary.BigEndian.Uint32(v[4:])
	}
}
