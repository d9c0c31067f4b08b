package export

import (
	"fmt"
	"io"
	"net/netip"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// sockets are those of A and B, of addresses for documentation (RFC 5737).
var sockets = [2]netip.AddrPort{netip.MustParseAddrPort("192.0.2.1:40000"), netip.MustParseAddrPort("192.0.2.2:80")}

// epoch is when every run begins.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// Pcap writes what passes a point as a capture in pcapng, with a comment for each packet.
func Pcap(w io.Writer, run []netfake.Transition, at Point) error {
	face := pcapgo.NgInterface{Name: string(at), LinkType: layers.LinkTypeRaw, TimestampResolution: 9}
	info := pcapgo.NgSectionInfo{Application: "tcpcheck", Comment: "a run of a model; seen at " + string(at)}
	out, err := pcapgo.NewNgWriterInterface(w, face, pcapgo.NgWriterOptions{SectionInfo: info})
	if err != nil {
		return err
	}
	for _, s := range passing(run, at) {
		data, err := wire.Encode(s.Seg, wire.Flow{Src: sockets[1-s.Dst], Dst: sockets[s.Dst]}, text(s.Seg))
		if err != nil {
			return fmt.Errorf("%s: %w", s.comment, err)
		}
		ci := gopacket.CaptureInfo{Timestamp: epoch.Add(s.at), CaptureLength: len(data), Length: len(data)}
		if err := out.WritePacketWithOptions(ci, data, pcapgo.NgPacketOptions{Comments: []string{s.comment}}); err != nil {
			return err
		}
	}
	return out.Flush()
}

// text returns the data of a segment: a letter for each octet, by its number, so that a retransmission has the same.
func text(s model.Segment) []byte {
	octets := make([]byte, s.Len)
	for i := range octets {
		octets[i] = 'a' + byte((s.TextSeq()+model.Seq(i))%26)
	}
	return octets
}
