package trace

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The link types of https://www.tcpdump.org/linktypes.html that carry IP in the captures of
// ordinary hosts. 12 and 14 are raw IP in files of some BSDs.
const (
	linkNull     = 0
	linkEthernet = 1
	linkRaw      = 101
	linkLoop     = 108
	linkSLL      = 113
	linkIPv4     = 228
	linkIPv6     = 229
	linkSLL2     = 276
	linkRaw12    = 12
	linkRaw14    = 14

	knownLinks = "Ethernet, loopback, raw IP, Linux SLL or SLL2"
)

const (
	etherIPv4  = 0x0800
	etherIPv6  = 0x86dd
	etherVLAN  = 0x8100
	etherQinQ  = 0x88a8
	etherQinQ1 = 0x9100
)

var (
	errNotIP   = errors.New("not IP")
	errCutLink = errors.New("cut in the link header")
)

func linkName(l uint16) string {
	switch l {
	case linkEthernet:
		return "Ethernet"
	case linkNull, linkLoop:
		return "loopback"
	case linkRaw, linkIPv4, linkIPv6, linkRaw12, linkRaw14:
		return "raw IP"
	case linkSLL:
		return "Linux SLL"
	case linkSLL2:
		return "Linux SLL2"
	}
	return fmt.Sprintf("link type %d", l)
}

func knownLink(l uint16) bool {
	_, err := stripLink(l, nil)
	return errors.Is(err, errCutLink) || errors.Is(err, errNotIP)
}

// stripLink takes the link header off and returns the IP packet behind it.
func stripLink(l uint16, b []byte) ([]byte, error) {
	switch l {
	case linkEthernet:
		return afterEtherType(b, 12)
	case linkSLL:
		return afterEtherType(b, 14)
	case linkSLL2:
		// The protocol comes first here, and the header takes 20 octets; a VLAN tag behind
		// it has its own EtherType in its last two octets.
		if len(b) < 20 {
			return nil, errCutLink
		}
		if t := binary.BigEndian.Uint16(b); t != etherVLAN && t != etherQinQ && t != etherQinQ1 {
			return ipOnly(t, b[20:])
		}
		return afterEtherType(b, 22)
	case linkNull, linkLoop:
		// Four octets name the address family, in the byte order of some host; the IP
		// header's own version says it better.
		if len(b) < 5 {
			return nil, errCutLink
		}
		return rawIP(b[4:])
	case linkRaw, linkIPv4, linkIPv6, linkRaw12, linkRaw14:
		return rawIP(b)
	}
	return nil, errors.New(linkName(l))
}

// afterEtherType follows the EtherType at octet at, through VLAN tags (IEEE 802.1Q).
func afterEtherType(b []byte, at int) ([]byte, error) {
	for {
		if len(b) < at+2 {
			return nil, errCutLink
		}
		switch t := binary.BigEndian.Uint16(b[at:]); t {
		case etherVLAN, etherQinQ, etherQinQ1:
			at += 4
		default:
			return ipOnly(t, b[at+2:])
		}
	}
}

func ipOnly(etherType uint16, b []byte) ([]byte, error) {
	if etherType != etherIPv4 && etherType != etherIPv6 {
		return nil, errNotIP
	}
	return b, nil
}

func rawIP(b []byte) ([]byte, error) {
	if len(b) == 0 || b[0]>>4 != 4 && b[0]>>4 != 6 {
		return nil, errNotIP
	}
	return b, nil
}
