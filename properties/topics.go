package properties

// Topic is a question that a person asks, its answer in a few sentences, and the evidence: a few paragraphs, each
// followed by what a theorem, or one of its variants, shows when it is searched now.
type Topic struct {
	Name     string
	Question string
	Answer   string
	Parts    []TopicPart
}

// TopicPart is one step of an answer: what is said, and the theorem, or the variant of one, that shows it.
type TopicPart struct {
	Say     string
	Theorem string
	Variant string // empty: the theorem itself
}

// Topics are the questions of tcpcheck why.
var Topics = []Topic{{
	Name:     "two-way",
	Question: "Why are two handshake segments not enough?",
	Answer:   "The second segment tells the initiator the responder's sequence number. Nothing tells the responder that its number arrived, or that somebody still wants the connection: the SYN can be an old duplicate. Only a third segment can tell it. This presumes that the responder remembers nothing between connections, and that segments can live forever.",
	Parts: []TopicPart{
		{"Suppose that the responder is ESTABLISHED as soon as it has answered a SYN. Then an old SYN opens a connection that nobody asked for, although the responder's own initial sequence number is fresh:", "two-segments-ghost", ""},
		{"It is worse than a waste of resources: old data that follows the old SYN is delivered to the user:", "two-segments-old-data", ""},
		{"It also fails without any old segment. If the second segment is lost, nobody sends the responder's number again, because the responder believes that the initiator knows it:", "two-segments-unconfirmed", ""},
		{"Now with a third segment, and with every segment that an earlier connection can have left:", "three-segments-idle", ""},
	},
}, {
	Name:     "three-way",
	Question: "Why are three handshake segments enough, and what does that depend on?",
	Answer:   "Three segments are enough if initial sequence numbers are fresh, if users wait for ESTABLISHED before they CLOSE, and if no old SYN reaches an initiator. Without one of these they fail.",
	Parts: []TopicPart{
		{"Old segments at a listener whose peer is idle. Everything that can happen was searched:", "three-segments-idle", ""},
		{"The same while the initiator is opening as well:", "three-segments-opening", ""},
		{"This depends on a fresh number of the responder. If the number is reused while an old acknowledgment of it is still in the network, three segments do not help:", "three-segments-reused-number", ""},
		{"It also depends on more than the number of segments: the SYN must say what it answers. With ACK and SYN in two segments, four in all:", "four-segments-apart", ""},
		{"A user that CLOSEs before the handshake is finished undoes it, if RFC 9293 §3.10.4 is followed literally:", "early-close-old-data", ""},
		{"So does an old SYN that reaches the initiator instead of the listener, and looks like a simultaneous open:", "old-syn-at-opener", ""},
		{"If a confirmation must begin at the expected number, that old data is kept out:", "old-syn-at-opener", "a confirmation begins at RCV.NXT"},
	},
}, {
	Name:     "time-wait",
	Question: "What is TIME-WAIT for, and how long must it be?",
	Answer:   "TIME-WAIT keeps the data and the FIN of the old connection out of the next one, where their sequence numbers overlap. It also answers a FIN that the peer sends again because the last ACK was lost; it does not make that ACK arrive. To keep every old FIN out, it must last R+MSL, where R is how long the peer retransmits its FIN. \"2MSL\" is the case R = MSL. (In whole ticks, R+MSL-1 are enough.) With fresh numbers no wait is needed to keep old segments out, if the same side opens again.",
	Parts: []TopicPart{
		{"Without it, an incarnation that uses the same sequence numbers accepts an old FIN:", "no-wait-old-fin", ""},
		{"or delivers old data to its user:", "no-wait-old-data", ""},
		{"and a peer whose last ACK was lost finds no connection any more, and sees a reset in place of a normal close:", "no-wait-last-ack-reset", ""},
		{"R is the time during which the peer retransmits its FIN. A wait of R+MSL-1 ticks keeps every old FIN out: the last FIN leaves at age R-1 and arrives at most MSL-1 ticks later (in continuous time this is R+MSL):", "wait-keeps-old-fin-out", ""},
		{"One tick less is not enough:", "wait-keeps-old-fin-out", "one tick shorter"},
		{"If the peer never gives up, this wait is too short as well:", "wait-keeps-old-fin-out", "a peer that never gives up"},
		{"With initial sequence numbers above all those used before, no wait is needed to keep old data and FINs out:", "fresh-numbers-need-no-wait", ""},
	},
}, {
	Name:     "assassination",
	Question: "How does a RST end TIME-WAIT early (RFC 1337), and what prevents it?",
	Answer:   "TIME-WAIT answers an old duplicate with an ACK. The peer is already CLOSED, and answers that ACK with a RST. The RST has exactly the expected sequence number, so the check of RFC 5961 does not help. It helps to ignore RSTs in TIME-WAIT.",
	Parts: []TopicPart{
		{"TIME-WAIT answers a duplicate, and the closed peer replies with a RST:", "assassination", ""},
		{"After that the next incarnation is not protected, however long the wait would have been:", "assassination-old-fin", ""},
		{"It is prevented if RST is ignored in TIME-WAIT (fix F1):", "assassination", "RST ignored in TIME-WAIT (F1)"},
	},
}, {
	Name:     "abort",
	Question: "What does ABORT lose?",
	Answer:   "ABORT deletes the connection at once, so that there is no TIME-WAIT. TIME-WAIT protects only connections that end by a FIN in both directions.",
	Parts: []TopicPart{
		{"ABORT deletes the connection at once. An OPEN right after it, with reused sequence numbers, delivers old data:", "abort-reopen-old-data", ""},
		{"Fresh numbers prevent that:", "abort-reopen-old-data", "fresh numbers"},
		{"But the user of the other side is informed, under the premises that this sentence names:", "abort-is-heard", ""},
	},
}, {
	Name:     "quiet-time",
	Question: "Why should a host be quiet after a crash?",
	Answer:   "A host that has crashed does not know which sequence numbers it used. After a quiet time of one MSL, no segment that it sent before the crash is in the network any more.",
	Parts: []TopicPart{
		{"If a host crashes and reuses its sequence numbers at once, its old data is accepted as new:", "crash-quiet-time", "no quiet time"},
		{"After a quiet time of one MSL that cannot happen:", "crash-quiet-time", ""},
	},
}, {
	Name:     "blind-attacks",
	Question: "How do the checks of RFC 5961 help against an attacker who sees no segment?",
	Answer:   "By RFC 793 the attacker needs any sequence number in the window. By RFC 5961 he must guess one number of 2^32 for a RST or a SYN, and a recent acknowledgment number for data. So he needs many more segments.",
	Parts: []TopicPart{
		{"By RFC 793, a RST anywhere in the window ends the connection:", "blind-rst", "by RFC 793"},
		{"By RFC 5961 it is challenged, and only a RST with the exact number ends the connection:", "blind-rst", ""},
		{"The same is true of a SYN in the window, by RFC 793:", "blind-syn", "by RFC 793"},
		{"and by RFC 5961:", "blind-syn", ""},
		{"Blind data with any old ACK is accepted:", "blind-data", "any old ACK"},
		{"unless the ACK must be recent:", "blind-data", ""},
	},
}, {
	Name:     "ghost-ack",
	Question: "Can a segment be accepted that acknowledges something that was never sent?",
	Answer:   "Yes. RFC 9293 accepts half of all acknowledgment numbers, and RFC 5961 those that are at most a window below SND.UNA. If the initial sequence number is a bound as well, no ACK of something that was never sent is accepted. How far it is away is known until half of all sequence numbers have been acknowledged; after that the window is the smaller bound by far.",
	Parts: []TopicPart{
		{"If RFC 9293 is followed literally, half of all ACKs are accepted; RFC 5961 leaves those within a window below SND.UNA. Early in a connection that reaches below ISS, to numbers that were never sent:", "ghost-ack", ""},
		{"With ISS as a bound as well (ack-range=sent), none of these is accepted, below or above:", "ghost-ack-refused", ""},
		{"A right guess is still accepted: the ACKs of something that was sent are left:", "ghost-ack-refused", "the right guess"},
		{"The bound at ISS has no cost: an endpoint treats each segment that can be in the network, of its own connection, in the same way as without it:", "ghost-ack-check-is-free", ""},
		{"RFC 5961's own bound has a cost, with or without the other: data is refused if ACKs for more than a window have overtaken it (in the next step, if it arrives):", "recent-ack-costs", ""},
		{"And the bound at ISS has a benefit for which it was not made. If the receiver's numbers are fresh, old data of a sender that reuses its numbers is refused:", "sent-acks-tell-incarnations", ""},
		{"RFC 5961 alone accepts it, because fresh numbers are close above the old ones:", "sent-acks-tell-incarnations", "RFC 5961 alone"},
	},
}, {
	Name:     "hang",
	Question: "Can a connection wait forever?",
	Answer:   "Yes, also in a network that eventually delivers what is sent again and again. It helps to send something (keep-alives), to give up, or to ABORT: if both users may ABORT, both ends can always reach CLOSED (theorem always-closable).",
	Parts: []TopicPart{
		{"Two CLOSEs end the connection on both sides, under the premises that this sentence names:", "close-closes", ""},
		{"But if the peer of FIN-WAIT-2 gives up, no segment will ever come, and RFC 9293 has no timer for it:", "close-closes", "who gives up leaves FIN-WAIT-2 behind"},
		{"The last ACK may be lost, because CLOSED answers the retransmitted FIN with a RST. If CLOSED is silent, LAST-ACK never ends:", "last-ack-ends", "CLOSED is silent"},
		{"There is also a wait forever in which every segment is answered and arrives. An end opens again with a number one below the one that LAST-ACK expects. It gets an ACK that acknowledges exactly its SYN, and waits for a SYN; LAST-ACK waits for its ACK:", "last-ack-meets-syn-sent", ""},
		{"With a two-segment handshake, SYN-SENT waits for a SYN that nobody sends again, however fair the network is:", "syn-sent-ends", "two segments"},
		{"An end that closes while the peer's window stays zero waits forever: each probe is answered, so no user timeout may end the connection (MUST-37):", "fin-wait-1-ends", "a window that stays shut"},
		{"A side with something to send finds out that its peer has crashed:", "half-open-is-found", ""},
		{"A side with nothing to send never does:", "half-open-is-found", "B has nothing to send"},
	},
}}
