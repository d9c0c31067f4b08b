package trace

import (
	"errors"
	"fmt"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// links are the link types of https://www.tcpdump.org/linktypes.html that carry IP in the
// captures of ordinary hosts, and the outermost layer of each. Of raw IP, which some BSDs call
// 12 or 14 in their files, package wire reads the version.
var links = map[layers.LinkType]struct {
	name  string
	layer gopacket.LayerType
}{
	layers.LinkTypeEthernet:  {"Ethernet", layers.LayerTypeEthernet},
	layers.LinkTypeNull:      {"loopback", layers.LayerTypeLoopback},
	layers.LinkTypeLoop:      {"loopback", layers.LayerTypeLoopback},
	layers.LinkTypeLinuxSLL:  {"Linux SLL", layers.LayerTypeLinuxSLL},
	layers.LinkTypeLinuxSLL2: {"Linux SLL2", layers.LayerTypeLinuxSLL2},
	layers.LinkTypeRaw:       {"raw IP", layers.LayerTypeIPv4},
	layers.LinkTypeIPv4:      {"raw IP", layers.LayerTypeIPv4},
	layers.LinkTypeIPv6:      {"raw IP", layers.LayerTypeIPv6},
	12:                       {"raw IP", layers.LayerTypeIPv4},
	14:                       {"raw IP", layers.LayerTypeIPv4},
}

const knownLinks = "Ethernet, loopback, raw IP, Linux SLL or SLL2"

var (
	errNotIP   = errors.New("not IP")
	errBadLink = errors.New("malformed link header")
)

func linkName(l layers.LinkType) string {
	if known, ok := links[l]; ok {
		return known.name
	}
	return fmt.Sprintf("link type %d", uint16(l))
}

// stripLink takes the link header and VLAN tags off and returns the IP packet behind them.
func stripLink(l layers.LinkType, b []byte) ([]byte, error) {
	known, ok := links[l]
	if !ok {
		return nil, errors.New(linkName(l))
	}
	for next := known.layer; ; {
		var d gopacket.DecodingLayer
		switch next {
		case layers.LayerTypeIPv4, layers.LayerTypeIPv6:
			return b, nil
		case layers.LayerTypeEthernet:
			d = new(layers.Ethernet)
		case layers.LayerTypeLoopback:
			d = new(layers.Loopback)
		case layers.LayerTypeLinuxSLL:
			d = new(layers.LinuxSLL)
		case layers.LayerTypeLinuxSLL2:
			d = new(layers.LinuxSLL2)
		case layers.LayerTypeDot1Q:
			d = new(layers.Dot1Q)
		default:
			return nil, errNotIP
		}
		if err := d.DecodeFromBytes(b, gopacket.NilDecodeFeedback); err != nil {
			return nil, errBadLink
		}
		next, b = d.NextLayerType(), d.LayerPayload()
	}
}
