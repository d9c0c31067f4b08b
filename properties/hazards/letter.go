package hazards

import (
	"github.com/tcpcheck/tcpcheck/internal/fixture"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// letterHazards are numbers 37 to 39: what the letter of an RFC lets one segment do, and stacks do not.
func letterHazards() []Hazard {
	return []Hazard{{
		Number: 37, Name: "poisoned-timestamp",
		What: "By RFC 7323 an endpoint updates TS.Recent from a segment after the check of its sequence number, and checks the ACK only then. A segment with a refused ACK, such as " +
			"that of an attacker who knows the window and does not guess the ACK, leaves a timestamp behind that makes everything from the peer too old.",
		Sources: []string{"RFC 7323 §5.3, R3", "RFC 9293 §3.10.7.4, fifth", "Linux, tcp_ack: the timestamp is taken once the ACK is known to be of what was sent"},
		Shown: []Exhibit{
			{With: "RFC 7323 literally: B may never accept A's octet", Ask: poisoned},
			{With: "the same with ack-range=recent", Ask: poisoned, Policy: func(c *model.Config) { c.AckRange = model.RecentAck }},
			{With: "as a script", Script: "timestamp-of-refused-ack"},
		},
		Gone: []Exhibit{
			{With: "ts-recent=after-ack, the order of Linux", Policy: func(c *model.Config) { c.TSRecent = model.TSAfterAck }},
			{With: "no timestamps", Policy: func(c *model.Config) { c.Timestamps = false }},
			{With: "ts-recent=after-ack, as a script", Script: "timestamp-of-refused-ack", Policy: func(c *model.Config) { c.TSRecent = model.TSAfterAck }},
		},
		Found: "The check of old ACKs (RFC 5961 §5) does not help, because it comes after the update of TS.Recent.",
		Left:  "How long it lasts: the timestamp clock stands still here. A real peer's clock reaches the forged value eventually, after up to 24 days with one tick a millisecond.",
	}, {
		Number: 38, Name: "second-fin",
		What: "If the eighth check is followed literally, a second FIN with the number after the first one is counted. No peer that follows the RFC sends one. But one from another host, or " +
			"from another incarnation, makes TIME-WAIT acknowledge something that the peer never sent: LAST-ACK does not accept that as the ACK of its FIN, and answers it.",
		Sources: []string{"RFC 9293 §3.10.7.4, eighth"},
		Shown: []Exhibit{
			{With: "second-fin=counted: A expects what B never sent", Ask: secondFin},
		},
		Gone: []Exhibit{
			{With: "second-fin=ignored", Policy: func(c *model.Config) { c.SecondFin = model.IgnoreSecondFin }},
		},
		Found: "Linux and FreeBSD do not count it; gVisor does.",
	}, {
		Number: 39, Name: "shut-window",
		What: "A zero window may stay zero forever (MAY-8), and a connection whose probes are answered must stay open (MUST-37). So a peer that does not read can keep " +
			"its sender waiting as long as it likes, also one that has closed and has no user any more.",
		Sources: []string{"RFC 9293 §3.8.6.1", "CVE-2008-4609 (the Sockstress attack)"},
		Shown:   []Exhibit{{With: "FIN-WAIT-1 while the peer's window stays zero", Theorem: "fin-wait-1-ends/a window that stays shut"}},
		Gone: []Exhibit{
			{With: "a window that is open", Theorem: "fin-wait-1-ends"},
			{With: "a host that gives up nevertheless (mutant shut-window-kills)", Theorem: "fin-wait-1-ends/a window that stays shut, mutant shut-window-kills"},
		},
		Found: "No limit of the RFC ends this, not even the user timeout. Stacks limit how long a connection without a user probes, which MUST-37 leaves to the management of resources.",
	}}
}

// poisoned: A sends an octet to B. An attacker may send B a segment at RCV.NXT, with a timestamp far ahead and an ACK of what B never sent.
func poisoned() Question {
	sc := netfake.TwoHosts()
	sc.Start = netfake.StartEstablished
	sc.Both(func(h *netfake.Host) { h.TCP.Timestamps = true })
	sc.Peer[a].User = netfake.User{Octets: 1}
	forged := fixture.Old(b, model.ACK, netfake.BaseA+1, netfake.BaseB+50)
	forged.Seg.Opts, forged.Seg.TSVal = model.OptTimestamps, 9
	sc.Attacker = []netfake.Packet{forged}
	return Question{Scenario: sc, Live: &properties.Live{
		To: properties.OnWorld("B has taken what A sent", func(w *netfake.World) bool { return w.Peer[a].Taken == w.Peer[a].Sent && w.Peer[a].Sent > 0 }),
	}}
}

// secondFin: A closes, then B; an attacker may send A a FIN with the number after that of B's, and an ACK that acknowledges nothing new.
func secondFin() Question {
	sc := netfake.TwoHosts()
	sc.Start = netfake.StartEstablished
	sc.Peer[a].User, sc.Peer[b].User = netfake.User{Close: true}, netfake.User{Close: true, ClosesSecond: true}
	sc.Attacker = []netfake.Packet{fixture.Old(a, model.FIN|model.ACK, netfake.BaseB+2, netfake.BaseA+1)}
	return Question{Scenario: sc, Always: properties.Named("numbers-agree"), Witness: properties.InState(a, model.TimeWait)}
}
