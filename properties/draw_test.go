package properties

import (
	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// The scenarios of the properties are drawn here. The least draw of each number is what the theorem itself has, so that
// rapid ends with a scenario that is as close to the theorem's as the failure lets it be.

// integer draws low to high, each with the same chance.
func integer(t *rapid.T, label string, low, high int) int {
	return low + dice(high-low+1).Draw(t, label)
}

// more raises a number by at most n.
func more(t *rapid.T, label string, number *int, n int) {
	*number += integer(t, "more "+label, 0, n)
}

// seldom is true once in n times, and false in the least draw.
func seldom(t *rapid.T, label string, n int) bool { return dice(n).Draw(t, label) == n-1 }

// drawBase leaves a base as it is, or draws one anywhere, often one that makes the numbers of a run wrap.
func drawBase(t *rapid.T, label string, base model.Seq) model.Seq {
	switch dice(4).Draw(t, label) {
	case 1:
		return -model.Seq(integer(t, "before the wrap", 0, 12))
	case 2:
		return 1<<31 - model.Seq(integer(t, "before the half", 0, 12))
	case 3:
		return model.Seq(rapid.Uint32().Draw(t, "anywhere"))
	}
	return base
}

// anyNumbers moves both sides' numbers to other places of the circle.
func anyNumbers(t *rapid.T, sc *netfake.Scenario) {
	moveTo(sc, drawBase(t, "base of A", sc.Peer[a].Base), drawBase(t, "base of B", sc.Peer[b].Base))
}

// otherSegments lets both sides cut data into smaller or larger segments.
func otherSegments(t *rapid.T, sc *netfake.Scenario) {
	if size := dice(4).Draw(t, "mss"); size > 0 {
		sc.Both(func(h *netfake.Host) { h.TCP.MSS = uint16(size) })
	}
}

// otherReadings draws readings of RFC 9293 that the handshake does not rest on.
func otherReadings(t *rapid.T, sc *netfake.Scenario) {
	drop := seldom(t, "drops what is out of order", 4)
	dup := seldom(t, "a SYN again is answered by a SYN,ACK", 4)
	sc.Both(func(h *netfake.Host) {
		h.TCP.DropOutOfOrder = drop
		if dup {
			h.TCP.DupSyn = model.DupSynSynAck
		}
	})
}

// leftovers adds segments of earlier incarnations, which A had opened: all numbers lie below those that are new. A SYN of
// B is not among them (old-syn-at-opener).
func leftovers(t *rapid.T, sc *netfake.Scenario) {
	for range integer(t, "more old segments", 0, 4) {
		sc.Stale = append(sc.Stale, oldSegment(t, sc))
	}
}

func oldSegment(t *rapid.T, sc *netfake.Scenario) netfake.Packet {
	dst := b
	if seldom(t, "from B", 3) {
		dst = a
	}
	kinds := []model.Flags{model.ACK | model.PSH, model.ACK, model.FIN | model.ACK, model.RST}
	if dst == b {
		kinds = append(kinds, model.SYN)
	} else {
		kinds = append(kinds, model.SYN|model.ACK)
	}
	seg := model.Segment{
		Flags: kinds[dice(len(kinds)).Draw(t, "flags")], Wnd: 4,
		Seq: sc.Peer[1-dst].Base - model.Seq(integer(t, "below the new numbers", 4, 12)),
	}
	if seg.Has(model.ACK) {
		seg.Ack = sc.Peer[dst].Base - model.Seq(integer(t, "acknowledges", 0, 12))
	}
	if seg.Has(model.PSH) {
		seg.Len = uint16(integer(t, "octets", 1, 2))
	}
	return netfake.Packet{Dst: dst, Seg: seg}
}
