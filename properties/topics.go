package properties

// Topic is a question that a person asks, and how it is answered: a few paragraphs, each
// followed by what a theorem, or one of its variants, shows when it is searched now.
type Topic struct {
	Name     string
	Question string
	Parts    []TopicPart
	Moral    string
}

// TopicPart is one step of an answer: what is said, and the theorem, or the variant of one, that shows it.
type TopicPart struct {
	Say     string
	Theorem string
	Variant string // empty: the theorem itself
}

// Topics is every question of this kind.
var Topics = []Topic{{
	Name:     "two-way",
	Question: "Why are two handshake segments not enough?",
	Parts: []TopicPart{
		{"Let the responder go on as soon as it has answered a SYN. An old SYN then opens a connection that nobody asked for, though the responder's own initial number is fresh:", "two-segments-ghost", ""},
		{"It is worse than waste: old text that follows the old SYN is delivered to the user:", "two-segments-old-data", ""},
		{"And without any old segment: if the second segment is lost, nobody sends the responder's number again, since the responder believes that it is known:", "two-segments-unconfirmed", ""},
		{"The same network and the same old segments, with the third segment:", "three-segments-idle", ""},
	},
	Moral: "The second segment tells the initiator the responder's number; only a third can tell the responder that it\narrived, and so that a living initiator, and not an old duplicate, asked for the connection. All of this\npresumes that the responder keeps nothing between connections and knows no bound on a segment's life.",
}, {
	Name:     "three-way",
	Question: "Why are three handshake segments enough, and on what do they rest?",
	Parts: []TopicPart{
		{"Old segments against a listener whose peer is idle. Everything that can happen was tried:", "three-segments-idle", ""},
		{"The same while the initiator is opening as well:", "three-segments-opening", ""},
		{"What it rests on is that the responder's number is fresh. If it is used again while an old acknowledgment of it lives, three segments do not help:", "three-segments-reused-number", ""},
		{"Nor is it only the count of segments that matters: the SYN must name what it answers. With ACK and SYN in two segments, four in all:", "four-segments-apart", ""},
		{"A user that CLOSEs before the handshake is over undoes it, by the letter of RFC 9293 §3.10.4:", "early-close-old-data", ""},
		{"So does an old SYN that meets the initiator in place of the listener, and looks like a simultaneous open:", "old-syn-at-opener", ""},
		{"A confirmation that must begin where it is expected keeps it out:", "old-syn-at-opener", "a confirmation begins at RCV.NXT"},
	},
	Moral: "Three segments hold with fresh initial numbers, users that wait for ESTABLISHED, and no old SYN at an initiator;\nthey fail without.",
}, {
	Name:     "time-wait",
	Question: "What is TIME-WAIT for, and how long must it be?",
	Parts: []TopicPart{
		{"Without it, an incarnation that uses the same numbers takes an old FIN for its own:", "no-wait-old-fin", ""},
		{"or delivers old text to its user:", "no-wait-old-data", ""},
		{"and a peer whose last ACK was lost finds nobody, and sees a reset in place of a clean close:", "no-wait-last-ack-reset", ""},
		{"A wait of R+MSL-1 ticks, where R is how long the peer goes on repeating its FIN, keeps every old FIN out (the last FIN leaves at age R-1 and arrives at most MSL-1 ticks later; in continuous time this is R+MSL):", "wait-keeps-old-fin-out", ""},
		{"One tick less is too little:", "wait-keeps-old-fin-out", "one tick shorter"},
		{"And for a peer that never gives up this wait is too short as well:", "wait-keeps-old-fin-out", "a peer that never gives up"},
		{"With initial numbers above all used before, no wait is needed to keep old text and FINs out:", "fresh-numbers-need-no-wait", ""},
	},
	Moral: "So \"2MSL\" is the case R = MSL of R+MSL (one tick less on the grid of whole ticks). It is needed where numbers overlap; it does not make the last ACK arrive.",
}, {
	Name:     "assassination",
	Question: "How does a RST kill TIME-WAIT (RFC 1337), and what stops it?",
	Parts: []TopicPart{
		{"A duplicate that TIME-WAIT answers draws a RST from the closed peer:", "assassination", ""},
		{"after which the next incarnation is exposed, however long the wait would have been:", "assassination-old-fin", ""},
		{"Ignoring RST in TIME-WAIT (fix F1) stops it:", "assassination", "RST ignored in TIME-WAIT (F1)"},
	},
	Moral: "The RST bears exactly the number that is expected, so that the exact match of RFC 5961 does not help.",
}, {
	Name:     "abort",
	Question: "What does ABORT lose?",
	Parts: []TopicPart{
		{"ABORT deletes the connection at once; an OPEN right after it, with numbers used again, delivers old text:", "abort-reopen-old-data", ""},
		{"Fresh numbers mend it:", "abort-reopen-old-data", "fresh numbers"},
		{"The other side, at least, always hears of it:", "abort-is-heard", ""},
	},
	Moral: "TIME-WAIT protects only connections that end by FIN both ways.",
}, {
	Name:     "quiet-time",
	Question: "Why should a host keep quiet after a crash?",
	Parts: []TopicPart{
		{"A host that crashed and uses its numbers again at once has its old text taken for new:", "crash-quiet-time", "no quiet time"},
		{"After a quiet time of one MSL that cannot happen:", "crash-quiet-time", ""},
	},
	Moral: "The quiet time outlasts the host's own segments; it needs no knowledge of the numbers used before.",
}, {
	Name:     "blind-attacks",
	Question: "What do the checks of RFC 5961 buy against an attacker off the path?",
	Parts: []TopicPart{
		{"By RFC 793, a RST anywhere in the window ends the connection:", "blind-rst", "by RFC 793"},
		{"By RFC 5961 it is challenged, and only the exact number does:", "blind-rst", ""},
		{"A SYN in the window likewise, by RFC 793:", "blind-syn", "by RFC 793"},
		{"and by RFC 5961:", "blind-syn", ""},
		{"Blind text with any old ACK is taken:", "blind-data", "any old ACK"},
		{"unless the ACK has to be recent:", "blind-data", ""},
	},
	Moral: "An attacker who must guess one number of 2^32 in place of one in the window needs so many more segments.",
}, {
	Name:     "ghost-ack",
	Question: "Can a segment be taken that acknowledges what was never sent?",
	Parts: []TopicPart{
		{"By the letter of RFC 9293 half of all ACKs pass; RFC 5961 leaves those within a window below SND.UNA. Early in a connection that reaches below ISS, to numbers that were never sent:", "ghost-ack", ""},
		{"With the bound at ISS as well (ack-range=sent) none of these passes, below or above:", "ghost-ack-refused", ""},
		{"A right guess still does: of all ACKs those are left that are of something sent:", "ghost-ack-refused", "the right guess"},
		{"The bound at ISS costs nothing: of each segment that can be under way in a connection of its own an endpoint makes the same as without it:", "ghost-ack-check-is-free", ""},
		{"It is RFC 5961's own bound that costs something, with or without the other: text that was overtaken by more ACKs than a window is refused (in the next step, if it arrives):", "recent-ack-costs", ""},
		{"And the bound at ISS buys something that it was not made for. If the receiver's numbers are fresh, old text of a sender that uses its numbers again is refused:", "sent-acks-tell-incarnations", ""},
		{"which RFC 5961 alone takes, since fresh numbers lie close above the old ones:", "sent-acks-tell-incarnations", "RFC 5961 alone"},
	},
	Moral: "What is acknowledged must have been sent. The distance from ISS is known until half the\ncircle has been acknowledged; after that the window is the smaller bound by far.",
}, {
	Name:     "hang",
	Question: "Can a connection hang for ever?",
	Parts: []TopicPart{
		{"Two CLOSEs end the connection on both sides, under the premises that this sentence names:", "close-closes", ""},
		{"But if the peer of FIN-WAIT-2 gives up, no segment will ever come, and RFC 9293 knows no timer for it:", "close-closes", "who gives up leaves FIN-WAIT-2 behind"},
		{"The last ACK may be lost, since CLOSED answers the repeated FIN with a RST. If it is silent, LAST-ACK never ends:", "last-ack-ends", "CLOSED is silent"},
		{"And there is a wait for ever though everybody answers and everything arrives. Who opens again with a number one below the one that LAST-ACK expects gets an ACK that acknowledges just its SYN, and waits for a SYN; LAST-ACK waits for its ACK:", "last-ack-meets-syn-sent", ""},
		{"With two segments to open, SYN-SENT waits for a SYN that nobody sends again, however fair the network:", "syn-sent-ends", "two segments"},
		{"Who closes behind a window that stays shut waits for ever: each probe is answered, and so no user timeout may end it (MUST-37):", "fin-wait-1-ends", "a window that stays shut"},
		{"A crash is found out by who has something to send:", "half-open-is-found", ""},
		{"and never by who has nothing to send:", "half-open-is-found", "B has nothing to send"},
	},
	Moral: "What helps is to send something (keep-alives), to give up, or to ABORT: the theorem always-closable\nholds again if both users may ABORT.",
}}
