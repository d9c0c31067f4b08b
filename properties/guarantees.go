package properties

// Guarantee is what users expect of TCP, and the theorem that searches it. The matrix asks each under other policies.
type Guarantee struct{ Name, Says, Theorem string }

// Guarantees are those that the matrix has as columns, unless others are chosen.
var Guarantees = []Guarantee{
	{"old-syn", "Old segments open nothing towards a peer that is idle, and bring no old text.", "three-segments-idle"},
	{"old-syn-opening", "Old segments open nothing while the peer is opening too, and both agree on their numbers.", "three-segments-opening"},
	{"syn-comes", "Nobody waits for a SYN that will not be sent again, though one segment is lost.", "two-segments-unconfirmed"},
	{"early-close", "A user that may CLOSE before ESTABLISHED takes no old text.", "early-close-old-data"},
	{"old-text", "After a close, the next connection takes no old text and no old FIN of the closer.", "wait-keeps-old-text-out"},
	{"old-fin", "After a close, the next connection takes no old FIN of a peer that gives up.", "wait-keeps-old-fin-out"},
	{"clean-last-ack", "A peer that closes second sees a clean close, no reset.", "wait-spares-last-ack"},
	{"whole-wait", "No RST ends TIME-WAIT before its time.", "assassination"},
	{"abort-old-text", "After an ABORT, the next connection takes no old text.", "abort-reopen-old-data"},
	{"crash-old-text", "After a crash, the next connection takes no old text.", "crash-quiet-time"},
	{"blind-rst", "A blind RST in the window, not at its edge, ends no connection.", "blind-rst"},
	{"blind-syn", "A blind SYN in the window ends no connection.", "blind-syn"},
	{"blind-text", "Blind text with an ancient ACK is not taken.", "blind-data"},
	{"abort-heard", "A connection that the other side aborts never ends without a word to its user.", "abort-is-heard"},
	{"close-ends", "Once both users have called CLOSE, both ends are eventually CLOSED at the same time, if a segment that is sent again and again arrives.", "close-closes"},
	{"open-ends", "SYN-SENT ends eventually, if a segment that is sent again and again arrives.", "syn-sent-ends"},
}
