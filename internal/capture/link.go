package capture

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// linkType is one of https://www.tcpdump.org/linktypes.html. Named are those that carry IP in
// the captures of ordinary hosts.
type linkType uint32

const (
	linkNull     linkType = 0
	linkEthernet linkType = 1
	linkRawBSD   linkType = 12
	linkRawOpen  linkType = 14
	linkRaw      linkType = 101
	linkLoop     linkType = 108
	linkSLL      linkType = 113
	linkIPv4     linkType = 228
	linkIPv6     linkType = 229
	linkSLL2     linkType = 276
	linkPPP      linkType = 9
	linkCHDLC    linkType = 104
	linkDot11    linkType = 105
	linkRadiotap linkType = 127
	linkNFLOG    linkType = 239
)

const knownLinks = "Ethernet, loopback, raw IP, Linux SLL or SLL2, PPP, Cisco HDLC, 802.11, radiotap or NFLOG"

var (
	errNotIP   = errors.New("not IP")
	errBadLink = errors.New("malformed link header")
)

// known is what stripLink knows.
func (l linkType) known() bool { return l.name() != "" }

func (l linkType) name() string {
	switch l {
	case linkEthernet:
		return "Ethernet"
	case linkNull, linkLoop:
		return "loopback"
	case linkPPP:
		return "PPP"
	case linkCHDLC:
		return "Cisco HDLC"
	case linkDot11:
		return "802.11"
	case linkRadiotap:
		return "radiotap"
	case linkNFLOG:
		return "NFLOG"
	case linkSLL:
		return "Linux SLL"
	case linkSLL2:
		return "Linux SLL2"
	case linkRaw, linkRawBSD, linkRawOpen, linkIPv4, linkIPv6:
		return "raw IP"
	}
	return ""
}

func (l linkType) String() string {
	if name := l.name(); name != "" {
		return name
	}
	return fmt.Sprintf("link type %d", uint32(l))
}

// stripLink takes the link header and VLAN tags off and returns the IP packet behind them.
func stripLink(l linkType, b []byte) ([]byte, error) {
	switch l {
	case linkEthernet:
		return stripTags(b, 12, 14)
	case linkSLL:
		return stripTags(b, 14, 16)
	case linkSLL2:
		return stripTags(b, 0, 20)
	case linkCHDLC:
		return stripTags(b, 2, 4)
	case linkNFLOG:
		return stripNFLOG(b)
	case linkPPP:
		return tunnelled(b, layers.LayerTypePPP)
	case linkDot11:
		return tunnelled(b, layers.LayerTypeDot11)
	case linkRadiotap:
		return tunnelled(b, layers.LayerTypeRadioTap)
	case linkNull, linkLoop:
		return stripLoopback(b)
	case linkRaw, linkRawBSD, linkRawOpen, linkIPv4, linkIPv6:
		return b, nil // package wire reads the version
	}
	return nil, errors.New(l.String())
}

// stripTags takes off a header whose EtherType is at the given octet, and the tags of IEEE
// 802.1Q and 802.1ad behind it, each of which has the next one's type at its end.
func stripTags(b []byte, at, header int) ([]byte, error) {
	if len(b) < header {
		return nil, errBadLink
	}
	kind := binary.BigEndian.Uint16(b[at:])
	for b = b[header:]; ; b = b[4:] {
		switch kind {
		case 0x0800, 0x86dd:
			return b, nil
		case 0x8100, 0x88a8, 0x9100: // the last is older than 802.1ad
		case 0x8847, 0x8848:
			return tunnelled(b, layers.LayerTypeMPLS)
		case 0x8864:
			return tunnelled(b, layers.LayerTypePPPoE)
		case 0x88e7: // 802.1ah: the tag is followed by a frame of its own
			if len(b) < 4 {
				return nil, errBadLink
			}
			return tunnelled(b[4:], layers.LayerTypeEthernet)
		default:
			return nil, errNotIP
		}
		if len(b) < 4 {
			return nil, errBadLink
		}
		kind = binary.BigEndian.Uint16(b[2:])
	}
}

// tunnelled finds the IP packet in what gopacket has to decode.
func tunnelled(b []byte, first gopacket.Decoder) ([]byte, error) {
	if ip := innermost(b, first); ip != nil {
		return ip, nil
	}
	return nil, errNotIP
}

// stripLoopback takes off the address family, which is in the byte order of the host: of this
// file, of another, or, with LOOP, of the network. IPv6 has as many numbers as there are systems.
func stripLoopback(b []byte) ([]byte, error) {
	if len(b) < 4 {
		return nil, errBadLink
	}
	family := binary.BigEndian.Uint32(b)
	if family > 0xffff {
		family = binary.LittleEndian.Uint32(b)
	}
	switch family {
	case 2, 10, 24, 28, 30:
		return b[4:], nil
	}
	return nil, errNotIP
}
