package model

// Mutant bends one check of the machine, so that it can be seen which theorem, script or
// test notices. Every honest run has None.
type Mutant uint8

// The mutants, in the order of the checks that they bend; Mutants says what each does.
const (
	None Mutant = iota
	ClosedIsSilent
	ClosedAnswersRst
	ListenHearsRst
	ListenHearsAck
	SynTextAtOnce
	SynSentAnyAck
	SynSentWholeAck
	SynSentNoRst
	SynSentDeafToRst
	SynSentNeedsNoSyn
	AnySequence
	SequenceStartOnly
	SilentOutside
	OldTextAgain
	TextBeyondWindow
	ShutWindowIsDeaf
	KeepsSynStamp
	RstUnstamped
	NoPAWS
	DeafToRst
	RstInWindow
	RstAnywhere
	RefusedForGood
	SynUnseen
	AckBitOptional
	SynRcvdAnyAck
	SynRcvdOldAck
	AckOfUnsent
	OldAckMovesBack
	SentAckLate
	AnyWindow
	ShutWindowKills
	AnyAckIsOfFin
	ClosingAnyAck
	ClosingGoesOn
	LastAckAnyAck
	TextAfterFin
	TextOutOfOrder
	FinOutOfOrder
	LateFinOutOfOrder
	FinNotAcked
	FinNotCounted
	NoTimeWait
	CloseVanishes
	NoRetransmission
	AbsoluteSequence
	ReadsGhosts
	NumMutants = iota
)

// Mutants names each mutant, the check that it bends, and where RFC 9293 has that check.
var Mutants = [NumMutants]struct{ Name, Section, Does string }{
	None:              {"none", "", "bends nothing"},
	ClosedIsSilent:    {"closed-is-silent", "3.10.7.1", "CLOSED sends no RST"},
	ClosedAnswersRst:  {"closed-answers-rst", "3.10.7.1", "CLOSED answers a RST with a RST"},
	ListenHearsRst:    {"listen-hears-rst", "3.10.7.2 first", "LISTEN does not drop a RST"},
	ListenHearsAck:    {"listen-hears-ack", "3.10.7.2 second", "LISTEN takes a SYN with an ACK, and resets none"},
	SynTextAtOnce:     {"syn-text-at-once", "3.10.7.2 third", "text on a SYN is delivered before ESTABLISHED"},
	SynSentAnyAck:     {"syn-sent-any-ack", "3.10.7.3 first", "SYN-SENT takes every ACK for one of its SYN"},
	SynSentWholeAck:   {"syn-sent-whole-ack", "3.10.7.3 first", "SYN-SENT wants SEG.ACK equal to SND.NXT"},
	SynSentNoRst:      {"syn-sent-no-rst", "3.10.7.3 first", "SYN-SENT drops a bad ACK without a RST"},
	SynSentDeafToRst:  {"syn-sent-deaf-to-rst", "3.10.7.3 second", "SYN-SENT ignores a RST"},
	SynSentNeedsNoSyn: {"syn-sent-needs-no-syn", "3.10.7.3 fifth", "SYN-SENT opens on an ACK without SYN"},
	AnySequence:       {"any-sequence", "3.10.7.4 first", "every segment is acceptable"},
	SequenceStartOnly: {"sequence-start-only", "3.10.7.4 first", "the second half of the test for text is left out"},
	SilentOutside:     {"silent-outside", "3.10.7.4 first", "an unacceptable segment is not answered"},
	OldTextAgain:      {"old-text-again", "3.10.7.4 first", "what lies before RCV.NXT is not trimmed"},
	TextBeyondWindow:  {"text-beyond-window", "3.10.7.4 first", "what lies beyond the window is not trimmed"},
	ShutWindowIsDeaf:  {"shut-window-is-deaf", "3.10.7.4 first", "a shut window takes no ACK from a segment with text"},
	KeepsSynStamp:     {"keeps-syn-stamp", "3.6.1", "back in TIME-WAIT, TS.Recent is that of the SYN that proved old"},
	RstUnstamped:      {"rst-unstamped", "RFC 7323 3.2", "a RST bears no timestamp, though one was agreed"},
	NoPAWS:            {"no-paws", "RFC 7323 5.3", "an old timestamp is not refused"},
	DeafToRst:         {"deaf-to-rst", "3.10.7.4 second", "a RST is ignored"},
	RstInWindow:       {"rst-in-window", "3.10.7.4 second", "a RST anywhere in the window is obeyed"},
	RstAnywhere:       {"rst-anywhere", "3.10.7.4 second", "a RST is obeyed whatever its number"},
	RefusedForGood:    {"refused-for-good", "3.10.7.4 second", "SYN-RECEIVED never goes back to LISTEN"},
	SynUnseen:         {"syn-unseen", "3.10.7.4 fourth", "a SYN in the window is not looked at"},
	AckBitOptional:    {"ack-bit-optional", "3.10.7.4 fifth", "a segment without ACK goes on to text and FIN"},
	SynRcvdAnyAck:     {"syn-rcvd-any-ack", "3.10.7.4 fifth", "SYN-RECEIVED opens on every ACK"},
	SynRcvdOldAck:     {"syn-rcvd-old-ack", "3.10.7.4 fifth", "SYN-RECEIVED opens on an ACK of ISS itself"},
	AckOfUnsent:       {"ack-of-unsent", "3.10.7.4 fifth", "an ACK above SND.NXT is taken"},
	OldAckMovesBack:   {"old-ack-moves-back", "3.10.7.4 fifth", "an old ACK moves SND.UNA back"},
	SentAckLate:       {"sent-ack-late", "3.10.7.4 fifth", "where an ACK must be of what was sent, one of our SYN alone is refused"},
	AnyWindow:         {"any-window", "3.10.7.4 fifth", "an old segment sets SND.WND"},
	ShutWindowKills:   {"shut-window-kills", "3.8.6.1", "an answer to a probe does not hold the user timeout up"},
	AnyAckIsOfFin:     {"any-ack-is-of-fin", "3.10.7.4 fifth", "FIN-WAIT-1 takes every ACK for one of its FIN"},
	ClosingAnyAck:     {"closing-any-ack", "3.10.7.4 fifth", "CLOSING takes every ACK for one of its FIN"},
	ClosingGoesOn:     {"closing-goes-on", "3.10.7.4 fifth", "CLOSING goes on with a segment that does not acknowledge its FIN"},
	LastAckAnyAck:     {"last-ack-any-ack", "3.10.7.4 fifth", "LAST-ACK takes every ACK for one of its FIN"},
	TextAfterFin:      {"text-after-fin", "3.10.7.4 seventh", "CLOSE-WAIT takes text"},
	TextOutOfOrder:    {"text-out-of-order", "3.10.7.4 seventh", "text is taken whatever lies before it"},
	FinOutOfOrder:     {"fin-out-of-order", "3.10.7.4 eighth", "a FIN is taken before the text that precedes it"},
	LateFinOutOfOrder: {"late-fin-out-of-order", "3.10.7.4 first, eighth", "after the peer's FIN another one is taken though it does not begin at RCV.NXT"},
	FinNotAcked:       {"fin-not-acked", "3.10.7.4 eighth", "a FIN is not acknowledged"},
	FinNotCounted:     {"fin-not-counted", "3.10.7.4 eighth", "a FIN takes no sequence number"},
	NoTimeWait:        {"no-time-wait", "3.10.7.4 eighth", "the closer is CLOSED at once where it should enter TIME-WAIT"},
	CloseVanishes:     {"close-vanishes", "3.10.4", "CLOSE in SYN-RECEIVED deletes the TCB in silence"},
	AbsoluteSequence:  {"absolute-sequence", "3.4", "the window is compared without regard to the wrap at 2^32"},
	ReadsGhosts:       {"reads-ghosts", "", "segments from before the start are told by their ghosts"},
	NoRetransmission:  {"no-retransmission", "3.10.8", "nothing is sent again"},
}

// String returns the mutant's name.
func (m Mutant) String() string {
	if int(m) < len(Mutants) {
		return Mutants[m].Name
	}
	return "MUTANT(?)"
}
