package properties

// MatrixColumn is something that users expect of TCP, with the theorem that searches it. The matrix asks it under other
// policies.
type MatrixColumn struct{ Name, Says, Theorem string }

// MatrixColumns are the columns of the matrix, unless others are chosen.
var MatrixColumns = []MatrixColumn{
	{"old-syn", "Old segments open no connection to an idle peer, and deliver no old data.", "three-segments-idle"},
	{"old-syn-opening", "Old segments open no connection while the peer is opening one, too, and both agree on their numbers.", "three-segments-opening"},
	{"syn-comes", "Nobody waits for a SYN that will not be sent again, although one segment may be lost.", "two-segments-unconfirmed"},
	{"early-close", "If a user may CLOSE before ESTABLISHED, no old data is accepted.", "early-close-old-data"},
	{"old-text", "After a close, the next connection accepts no old data and no old FIN of the closer.", "wait-keeps-old-text-out"},
	{"old-fin", "After a close, the next connection accepts no old FIN of a peer that gives up.", "wait-keeps-old-fin-out"},
	{"clean-last-ack", "A peer that closes second sees a normal close, and no reset.", "wait-spares-last-ack"},
	{"whole-wait", "No RST ends TIME-WAIT before its time.", "assassination"},
	{"abort-old-text", "After an ABORT, the next connection accepts no old data.", "abort-reopen-old-data"},
	{"crash-old-text", "After a crash, the next connection accepts no old data.", "crash-quiet-time"},
	{"blind-rst", "A blind RST in the window, not at its edge, ends no connection.", "blind-rst"},
	{"blind-syn", "A blind SYN in the window ends no connection.", "blind-syn"},
	{"blind-text", "Blind data with a very old ACK is not accepted.", "blind-data"},
	{"abort-heard", "A connection that the other side aborts never ends without a signal to its user.", "abort-is-heard"},
	{"close-ends", "Once both users have called CLOSE, both ends are eventually CLOSED at the same time, if a segment that is sent again and again arrives.", "close-closes"},
	{"open-ends", "SYN-SENT ends eventually, if a segment that is sent again and again arrives.", "syn-sent-ends"},
}
