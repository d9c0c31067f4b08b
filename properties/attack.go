package properties

import (
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// blind is an established connection and an attacker off the path who may send one segment at
// any time, with a number that is in B's window but not the next.
func blind(seg model.Segment, f netfake.Fault) func() netfake.Scenario {
	return func() netfake.Scenario {
		sc := netfake.TwoHosts()
		sc.Start = netfake.StartEstablished
		sc.Peer[a].User = netfake.User{Octets: 1}
		seg.Wnd = 4
		sc.Attacker = []netfake.Packet{{Dst: b, Seg: seg}}
		return watching(sc, f)
	}
}

func attackTheorems() []Theorem {
	rfc793 := Variant{Name: "by RFC 793", Change: policy(func(c *model.Config) { c.Attacks = model.RFC793 }), Expect: fails}
	struck := OnWorld("B has taken what A sent", func(w *netfake.World) bool { return w.Peer[b].Got == 1 })
	return []Theorem{{
		Name:     "blind-rst",
		Claim:    "A blind RST in the window, but not at its edge, does not end an ESTABLISHED connection that checks by RFC 5961",
		Said:     []string{"attacks=rfc793", "attacks=rst-rfc793"},
		Needs:    []string{"A-octets", "A-close", "A-early", "segments", "attacker"},
		Scenario: blind(model.Segment{Seq: netfake.BaseA + 3, Flags: model.RST}, netfake.ForeignReset),
		Always:   nevers(netfake.ForeignReset), Expect: holds, Witness: struck,
		Variants: []Variant{rfc793, {Name: "the exact number", Change: func(q *Question) { q.Attacker[0].Seg.Seq = netfake.BaseA + 1 }, Expect: fails}},
		Sources:  []string{"RFC 5961 §3.2", "RFC 9293 §3.10.7.4, second"},
	}, {
		Name:     "blind-syn",
		Claim:    "A blind SYN in the window does not end an ESTABLISHED connection that checks by RFC 5961",
		Said:     []string{"attacks=rfc793", "attacks=syn-rfc793"},
		Needs:    []string{"A-opened", "attacker"},
		Scenario: blind(model.Segment{Seq: netfake.BaseA + 3, Flags: model.SYN}, netfake.ForeignReset),
		Always:   nevers(netfake.ForeignReset), Expect: holds, Witness: struck,
		Variants: []Variant{rfc793},
		Sources:  []string{"RFC 5961 §4.2", "RFC 9293 §3.10.7.4, fourth"},
	}, {
		Name:  "blind-data",
		Claim: "Blind data with an ACK older than the largest window is refused if the ACK is checked by RFC 5961 §5",
		Said:  []string{"ack-range=any-old"},
		Needs: []string{"attacker"},
		Scenario: func() netfake.Scenario {
			sc := blind(model.Segment{Seq: netfake.BaseA + 1, Ack: netfake.BaseB - 40, Flags: model.ACK, Len: 1}, netfake.ForeignData)()
			sc.Both(func(h *netfake.Host) { h.TCP.AckRange = model.RecentAck })
			return sc
		}, Always: nevers(netfake.ForeignData), Expect: holds, Witness: struck,
		Variants: []Variant{{Name: "any old ACK", Change: policy(func(c *model.Config) { c.AckRange = model.AnyOldAck }), Expect: fails}},
		Sources:  []string{"RFC 5961 §5.2", "RFC 9293 §3.10.7.4, fifth, MAY-12"},
	}}
}
