package wire_test

import (
	"fmt"
	"net/netip"

	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

func Example() {
	flow := wire.Flow{
		Src: netip.MustParseAddrPort("192.0.2.1:4000"),
		Dst: netip.MustParseAddrPort("192.0.2.2:80"),
	}
	octets, err := wire.Encode(model.Segment{Seq: 100, Wnd: 65535, Flags: model.SYN}, flow, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := wire.Decode(octets)
	fmt.Println(p.Flow, p.Seg, p.Checksum, err)
	octets[len(octets)-1]++ // the urgent pointer
	p, err = wire.Decode(octets)
	fmt.Println(p.Checksum, err)
	_, err = wire.Decode(octets[:30])
	fmt.Println(err)
	// Output:
	// 192.0.2.1:4000 > 192.0.2.2:80 <SEQ=100><CTL=SYN> good <nil>
	// bad <nil>
	// TCP header at octet 20: expected 20 octets or more, got 10 octets
}
