package wire

import (
	"encoding/binary"
	"fmt"

	"github.com/tcpcheck/tcpcheck/model"
)

// The option kinds of RFC 9293 §3.2, RFC 7323 and RFC 2018.
const (
	kindEnd           = 0
	kindNop           = 1
	kindMSS           = 2
	kindWindowScale   = 3
	kindSACKPermitted = 4
	kindTimestamps    = 8
)

var optionOf = map[byte]struct {
	name   string
	length int
}{
	kindMSS:           {"MSS option", 4},
	kindWindowScale:   {"window scale option", 3},
	kindSACKPermitted: {"SACK-permitted option", 2},
	kindTimestamps:    {"timestamps option", 10},
}

// appendOptions writes the options that s bears, padded with no-operations to a multiple of
// four octets. All four take 20 octets at most, so that they always fit.
func appendOptions(b []byte, s model.Segment) []byte {
	start := len(b)
	if s.Opts&model.OptMSS != 0 {
		b = append(b, kindMSS, 4)
		b = binary.BigEndian.AppendUint16(b, s.MSS)
	}
	if s.Opts&model.OptSACKPermitted != 0 {
		b = append(b, kindSACKPermitted, 2)
	}
	if s.Opts&model.OptTimestamps != 0 {
		b = append(b, kindTimestamps, 10)
		b = binary.BigEndian.AppendUint32(b, s.TSVal)
		b = binary.BigEndian.AppendUint32(b, s.TSEcr)
	}
	if s.Opts&model.OptWindowScale != 0 {
		b = append(b, kindWindowScale, 3, s.WScale)
	}
	for (len(b)-start)%4 != 0 {
		b = append(b, kindNop)
	}
	return b
}

// parseOptions reads the options area, which begins at octet at of the segment. Options that
// are not known are skipped by their length (RFC 9293 §3.2, MUST-6); an illegal length is an
// error and never a reason to read on or to crash (MUST-7).
func parseOptions(s *model.Segment, b []byte, at int) error {
	for i := 0; i < len(b); {
		kind := b[i]
		if kind == kindEnd {
			return nil
		}
		if kind == kindNop {
			i++
			continue
		}
		name, left := fmt.Sprintf("option of kind %d", kind), len(b)-i
		o, known := optionOf[kind]
		if known {
			name = o.name
		}
		if left < 2 {
			return &Error{name, at + i, "a length octet", "the end of the header"}
		}
		n := int(b[i+1])
		switch {
		case n < 2:
			return &Error{name, at + i, "a length of 2 or more", fmt.Sprint(n)}
		case n > left:
			return &Error{name, at + i, fmt.Sprintf("a length within the %d octets left", left), fmt.Sprint(n)}
		case known && n != o.length:
			return &Error{name, at + i, fmt.Sprintf("length %d", o.length), fmt.Sprint(n)}
		}
		takeOption(s, kind, b[i+2:i+n])
		i += n
	}
	return nil
}

// takeOption notes an option whose length has been checked; the last of two wins.
func takeOption(s *model.Segment, kind byte, value []byte) {
	switch kind {
	case kindMSS:
		s.Opts |= model.OptMSS
		s.MSS = binary.BigEndian.Uint16(value)
	case kindWindowScale:
		s.Opts |= model.OptWindowScale
		s.WScale = value[0]
	case kindSACKPermitted:
		s.Opts |= model.OptSACKPermitted
	case kindTimestamps:
		s.Opts |= model.OptTimestamps
		s.TSVal = binary.BigEndian.Uint32(value)
		s.TSEcr = binary.BigEndian.Uint32(value[4:])
	}
}
