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
		What: "An attacker off the path guesses. By RFC 793 a RST or a SYN anywhere in the window ends a connection, and text with half of all ACKs is taken; " +
			"by RFC 5961 the RST must bear the exact number, the SYN is challenged, and the ACK must be recent.",
		Sources: []string{"RFC 5961 §3.2, §4.2, §5.2", "RFC 9293 §3.10.7.4, second, fourth and fifth"},
		Shown: []Exhibit{
			{With: "a RST, by RFC 793", Theorem: "blind-rst/by RFC 793"},
			{With: "a SYN, by RFC 793", Theorem: "blind-syn/by RFC 793"},
			{With: "text, any old ACK", Theorem: "blind-data/any old ACK"},
			{With: "a RST with the exact number, by RFC 5961", Theorem: "blind-rst/the exact number"},
		},
		Gone: []Exhibit{
			{With: "a RST, attacks=rfc5961", Theorem: "blind-rst"},
			{With: "a SYN, attacks=rfc5961", Theorem: "blind-syn"},
			{With: "text, ack-range=recent", Theorem: "blind-data"},
		},
		Found: "The base machine of RFC 9293 has the first two checks; the third is optional there (MAY-12), so blind text is taken by default.",
	}, {
		Number: 18, Name: "throttled-challenges",
		What: "Challenge ACKs are limited in number, so that nobody can draw many of them. A half-open connection is found out by such an ACK: " +
			"while none comes, the SYN of the new incarnation is repeated in vain.",
		Sources: []string{"RFC 5961 §7", "erratum 4772 to RFC 5961", "CVE-2016-5696"},
		Shown:   []Exhibit{{With: "a limit of none at all (mutant silent-outside)", Ask: challenged, Policy: mutant(model.SilentOutside)}},
		Gone:    []Exhibit{{With: "any number suppressed, if one gets through at last"}},
		Found:   "To both ends a suppressed challenge is a lost one: a wire that loses at will contains every throttle that is not closed for ever, and there is no livelock.",
		Left:    "That a limit shared by all connections of a host tells an attacker whether he guessed right: a host here has one connection.",
	}, {
		Number: 19, Name: "bad-ack-in-syn-received",
		What: "SYN-RECEIVED resets an ACK that is not of its SYN. The text does not say whether the rest of that segment is processed; " +
			"if it is, an old FIN is taken by a connection that never was.",
		Sources: []string{"RFC 9293 §3.10.7.4, fifth (A5)", "FreeBSD, change 8af2f06a99b1 (2025)"},
		Shown:   []Exhibit{{With: "go-on-after-bad-ack=on", Ask: badAck, Policy: func(c *model.Config) { c.GoOnAfterBadAck = true }}},
		Gone:    []Exhibit{{With: "the base machine stops there"}},
	}, {
		Number: 20, Name: "bare-rst-in-syn-received",
		What:    "A RST that answers an ACK bears no ACK of its own. A stack that ignores it in SYN-RECEIVED stays there for ever.",
		Sources: []string{"Musuvathi and Engler 2004 (CMC), in Linux 2.4.19", "RFC 9293 §3.10.7.4, second"},
		Shown:   []Exhibit{{With: "mutant deaf-to-rst", Ask: resetInSynReceived, Policy: mutant(model.DeafToRst)}},
		Gone:    []Exhibit{{With: "the base machine"}},
	}, {
		Number: 21, Name: "close-in-syn-received",
		What: "CLOSE in SYN-RECEIVED must send a FIN. A stack that deletes the connection in silence leaves behind a peer " +
			"that is ESTABLISHED, or will be, and is told nothing.",
		Sources: []string{"RFC 9293 §3.10.4", "Musuvathi and Engler 2004 (CMC), in Linux 2.4.19"},
		Shown:   []Exhibit{{With: "mutant close-vanishes", Ask: closedEarly, Policy: mutant(model.CloseVanishes)}},
		Gone:    []Exhibit{{With: "the base machine: FIN-WAIT-1"}},
		Found: "What RFC 9293 does is not free of danger either: FIN-WAIT-1 takes text although the handshake was never finished " +
			"(theorem early-close-old-data).",
	}, {
		Number: 22, Name: "fin-overtakes-syn-ack",
		What: "B closes in SYN-RECEIVED, and its FIN arrives before its SYN,ACK. In SYN-SENT the FIN's ACK is acceptable, but it is no SYN: it is dropped. " +
			"Nothing was lost on the way, and yet A is open and B waits for ever, unless the FIN is sent again.",
		Sources: []string{"Han and Billington 2005", "RFC 9293 §3.10.7.3, fifth"},
		Shown: []Exhibit{
			{With: "mutant no-retransmission, nothing lost", Ask: finFirst, Policy: mutant(model.NoRetransmission)},
		},
		Gone: []Exhibit{
			{With: "what is not acknowledged is sent again"},
			{With: "a network that keeps the order", Change: func(q *Question) { q.Scenario.Net.InOrder = true }, Policy: mutant(model.NoRetransmission)},
		},
		Found: "A network that keeps the order needs no retransmission for this.",
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
