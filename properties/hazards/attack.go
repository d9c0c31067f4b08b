package hazards

import (
	"github.com/tcpcheck/tcpcheck/internal/fixture"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// attackHazards are numbers 17 to 22: segments from elsewhere, and errors of stacks in SYN-RECEIVED.
func attackHazards() []Hazard {
	return []Hazard{{
		Number: 17, Name: "blind-attacks",
		What: "An attacker who does not see the segments guesses. By RFC 793 a RST or a SYN anywhere in the window ends a connection, and data is accepted with half of all possible ACKs. " +
			"By RFC 5961 the RST must have the exact number, the SYN is challenged, and the ACK must be recent.",
		Sources: []string{"RFC 5961 §3.2, §4.2, §5.2", "RFC 9293 §3.10.7.4, second, fourth and fifth"},
		Shown: []Exhibit{
			{With: "a RST, by RFC 793", Theorem: "blind-rst/by RFC 793"},
			{With: "a SYN, by RFC 793", Theorem: "blind-syn/by RFC 793"},
			{With: "data, any old ACK", Theorem: "blind-data/any old ACK"},
			{With: "a RST with the exact number, by RFC 5961", Theorem: "blind-rst/the exact number"},
		},
		Gone: []Exhibit{
			{With: "a RST, attacks=rfc5961", Theorem: "blind-rst"},
			{With: "a SYN, attacks=rfc5961", Theorem: "blind-syn"},
			{With: "data, ack-range=recent", Theorem: "blind-data"},
		},
		Found: "RFC 9293 has the first two checks; the third is optional there (MAY-12), so blind data is accepted by default.",
	}, {
		Number: 18, Name: "throttled-challenges",
		What: "The number of challenge ACKs is limited, so that nobody can cause many of them. But such an ACK is what reveals a half-open connection: " +
			"while none comes, the SYN of the new incarnation is repeated in vain.",
		Sources: []string{"RFC 5961 §7", "erratum 4772 to RFC 5961", "CVE-2016-5696"},
		Shown:   []Exhibit{{With: "a limit of 0 (mutant silent-outside)", Ask: challenged, Policy: mutant(model.SilentOutside)}},
		Gone:    []Exhibit{{With: "any number of challenges suppressed, if eventually one arrives"}},
		Found:   "For both ends a suppressed challenge is the same as a lost one. A wire that loses without limit includes every limit that does not last forever, and there is no livelock.",
		Left:    "A limit that all connections of a host share tells an attacker whether he guessed right. Here a host has one connection.",
	}, {
		Number: 19, Name: "bad-ack-in-syn-received",
		What: "SYN-RECEIVED answers an ACK that does not acknowledge its SYN with a RST. The text does not say whether the rest of that segment is processed. " +
			"If it is, a connection that was never opened accepts an old FIN.",
		Sources: []string{"RFC 9293 §3.10.7.4, fifth (A5)", "FreeBSD, change 8af2f06a99b1 (2025)"},
		Shown:   []Exhibit{{With: "go-on-after-bad-ack=on", Ask: badAck, Policy: func(c *model.Config) { c.GoOnAfterBadAck = true }}},
		Gone:    []Exhibit{{With: "the model of RFC 9293, which stops there"}},
	}, {
		Number: 20, Name: "bare-rst-in-syn-received",
		What:    "A RST that answers an ACK has no ACK itself. A stack that ignores such a RST in SYN-RECEIVED stays there forever.",
		Sources: []string{"Musuvathi and Engler 2004 (CMC), in Linux 2.4.19", "RFC 9293 §3.10.7.4, second"},
		Shown:   []Exhibit{{With: "mutant deaf-to-rst", Ask: resetInSynReceived, Policy: mutant(model.DeafToRst)}},
		Gone:    []Exhibit{{With: "the model of RFC 9293"}},
	}, {
		Number: 21, Name: "close-in-syn-received",
		What: "CLOSE in SYN-RECEIVED must send a FIN. A stack that deletes the connection silently leaves behind a peer " +
			"that is ESTABLISHED, or will be, and that is not informed.",
		Sources: []string{"RFC 9293 §3.10.4", "Musuvathi and Engler 2004 (CMC), in Linux 2.4.19"},
		Shown:   []Exhibit{{With: "mutant close-vanishes", Ask: closedEarly, Policy: mutant(model.CloseVanishes)}},
		Gone:    []Exhibit{{With: "the model of RFC 9293: FIN-WAIT-1"}},
		Found: "The rule of RFC 9293 has a hazard, too: FIN-WAIT-1 accepts data although the handshake was never finished " +
			"(theorem early-close-old-data).",
	}, {
		Number: 22, Name: "fin-overtakes-syn-ack",
		What: "B closes in SYN-RECEIVED, and its FIN arrives before its SYN,ACK. In SYN-SENT the ACK of the FIN segment is acceptable, but the segment has no SYN and is dropped. " +
			"The network lost nothing, but A is open and B waits forever, unless the FIN is sent again.",
		Sources: []string{"Han and Billington 2005", "RFC 9293 §3.10.7.3, fifth"},
		Shown: []Exhibit{
			{With: "mutant no-retransmission, nothing lost", Ask: finFirst, Policy: mutant(model.NoRetransmission)},
		},
		Gone: []Exhibit{
			{With: "retransmission of what is not acknowledged"},
			{With: "a network that keeps the order", Change: func(q *Question) { q.Scenario.Net.InOrder = true }, Policy: mutant(model.NoRetransmission)},
		},
		Found: "In a network that keeps the order no retransmission is needed for this.",
	}}
}

// challenged: A crashes and opens with a number far from B's window, so that B challenges its SYN.
func challenged() Question {
	q := looksRight()
	q.Scenario.Peer[a].Isn = netfake.Isn{Policy: netfake.Fixed, Choices: []uint8{50}}
	return q
}

// badAck: an old SYN, and an old FIN that follows it and acknowledges what B will not send again.
func badAck() Question {
	sc := fixture.Calling(0, fixture.Old(b, model.SYN, 90, 0), fixture.Old(b, model.FIN|model.ACK, 91, 291))
	sc.Watch = netfake.ForeignFin
	return Question{Scenario: sc, Always: properties.Named("no-foreign-fin"), Witness: properties.InState(b, model.SynReceived)}
}

// resetInSynReceived: B answers an old SYN, and the idle A resets that answer.
func resetInSynReceived() Question {
	return Question{Scenario: fixture.Calling(0, fixture.Old(b, model.SYN, 90, 0)),
		Live: &properties.Live{From: properties.InState(b, model.SynReceived), To: properties.InState(b, model.Listen, model.Closed)}}
}

// closedEarly: B's user may CLOSE at any time.
func closedEarly() Question {
	sc := fixture.Calling(1)
	sc.Peer[b].User = netfake.User{Passive: 1, CloseBeforeEstablished: true}
	return Question{Scenario: sc, Always: unreachable("A ESTABLISHED with a B that is CLOSED", func(w *netfake.World) bool {
		return w.Peer[a].State() == model.Established && w.Peer[b].State() == model.Closed && w.Peer[a].RemoteInc == w.Peer[b].Inc
	}), Witness: properties.InState(b, model.FinWait1)}
}

// finFirst is closedEarly on a network that loses nothing.
func finFirst() Question {
	sc := closedEarly().Scenario
	sc.Net = netfake.Network{Bag: true, NoPrematureRetransmission: true}
	return Question{Scenario: sc, Live: &properties.Live{From: properties.InState(b, model.FinWait1), To: properties.InState(b, model.FinWait2, model.Closing, model.TimeWait, model.Closed)}}
}
