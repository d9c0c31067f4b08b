package model

// Config holds the policies of one endpoint. The zero value of each policy is plain RFC 9293;
// every other value is a named difference from it. Policies lists them with their names, values
// and reasons, for command lines, files and documents.
type Config struct {
	RcvBuf uint32 // octets that the endpoint buffers: RCV.WND while nothing waits for the user
	MSS    uint16 // the MSS that it announces, and the most text it puts in a segment; 0: 536
	WScale uint8  // the window scale that it offers, 0..14, when WindowScale is on

	Handshake       Handshake
	Attacks         Attacks
	AckRange        AckRange
	RstInTimeWait   RstInTimeWait
	TimeWaitRestart TimeWaitRestart
	Reopen          Reopen
	SeqCheck        SeqCheck
	SynRcvdRst      SynRcvdRst
	DupSyn          DupSyn
	SecondFin       SecondFin
	TSRecent        TSRecent
	ReopenAbove     ReopenAbove
	RstStamp        RstStamp

	Timestamps         bool
	WindowScale        bool
	SACKPermitted      bool
	DropOutOfOrder     bool
	SilentOutOfOrder   bool
	DataOnSyn          bool
	HalfDuplexClose    bool
	NoSimultaneousOpen bool
	SilentWhenClosed   bool
	ManualReceive      bool

	RstIssuerTimeWait  bool
	KeepTimeWait       bool
	AckUnacceptableRst bool
	NoWndFromSynAck    bool
	GoOnAfterBadAck    bool
	TimeWaitAcksBare   bool
	SilentLateRst      bool
	SynSentBareRst     bool
	KeepAlive          bool
	ConfirmInOrder     bool

	Mutant Mutant // a change of one check, to test the tests; None is the model itself
}

// Default is plain RFC 9293 with a buffer and an MSS of ordinary size.
func Default() Config { return Config{RcvBuf: 65535, MSS: 1460} }

// Handshake is how many segments open a connection. Only three is RFC 9293 §3.5; the
// others leave a confirmation out, or send it apart.
type Handshake uint8

// The handshakes. One: both ends go on after the SYN. Two: the responder is done when it
// has answered, and sends nothing to have its own number confirmed. Four: the responder's
// ACK and SYN travel apart, as §3.4.1 lists them before merging steps 2 and 3. FourAcked: the
// same, but the SYN bears the ACK as well.
const (
	ThreeSegments Handshake = iota
	OneSegment
	TwoSegments
	FourSegments
	FourAcked
)

// Attacks is how RST and SYN in a synchronized state are checked (§3.10.7.4, steps 2 and 4).
type Attacks uint8

// RFC5961 wants the exact number of a RST and challenges every SYN. RFC793 takes both anywhere
// in the window.
const (
	RFC5961 Attacks = iota
	RFC793
)

// AckRange is the input check on SEG.ACK of §3.10.7.4, step 5 (MAY-12).
type AckRange uint8

// AnyOldAck takes every ACK not above SND.NXT. RecentAck also wants it at most MAX.SND.WND below
// SND.UNA (RFC 5961 §5). SentAck also wants it above ISS, so that it is of something that was
// sent: early in a connection ISS lies within that distance (draft-ietf-tcpm-tcp-ghost-acks).
const (
	AnyOldAck AckRange = iota
	RecentAck
	SentAck
)

// RstInTimeWait is what a valid RST does to TIME-WAIT.
type RstInTimeWait uint8

// ObeyRst ends the wait, as §3.10.7.4 says. IgnoreRst is fix F1 of RFC 1337 §3. IgnoreRstAtFirst
// is its fix F2: with timestamps a RST is ignored until both timestamp clocks have ticked.
const (
	ObeyRst RstInTimeWait = iota
	IgnoreRst
	IgnoreRstAtFirst
)

// ticksOfF2 is the constant W of fix F2: twice the longest period of a timestamp clock, which is
// a tick here.
const ticksOfF2 = 2

// TimeWaitRestart is what starts the wait anew (contradiction A6).
type TimeWaitRestart uint8

// RestartOnFin starts anew at a repeated FIN. RestartLiteral follows the letter of
// §3.10.7.4, whose first step drops a repeated FIN before the restart is reached, so that
// only an acceptable ACK restarts. RestartOnAnswer starts anew whenever TIME-WAIT answers.
// RestartNever does not.
const (
	RestartOnFin TimeWaitRestart = iota
	RestartLiteral
	RestartOnAnswer
	RestartNever
)

// Reopen is which SYN opens a new incarnation straight from TIME-WAIT (MAY-2, SHLD-4;
// contradiction A10).
type Reopen uint8

// ReopenNone: none. ReopenAnySyn: MAY-2 as written, which asks nothing of SEG.SEQ.
// ReopenLaterSyn: only a SYN above the last number seen (ReopenAbove). ReopenRFC6191: by
// timestamps first, then by SEG.SEQ.
const (
	ReopenNone Reopen = iota
	ReopenAnySyn
	ReopenLaterSyn
	ReopenRFC6191
)

// SeqCheck is the acceptability test of Table 6, or the one that Appendix A.2 points to (A8).
type SeqCheck uint8

// SeqLiteral is Table 6. SeqOneBefore also lets a segment begin at RCV.NXT-1, so that the
// ACK of a SYN,ACK, FIN or probe that crosses ours is processed.
const (
	SeqLiteral SeqCheck = iota
	SeqOneBefore
)

// SynRcvdRst is where a RST takes SYN-RECEIVED (contradiction A9).
type SynRcvdRst uint8

// ByOpen: LISTEN after a passive OPEN, CLOSED after an active one (§3.10.7.4). AlwaysListen: as
// §3.5 says before Figure 8.
const (
	ByOpen SynRcvdRst = iota
	AlwaysListen
)

// DupSyn is the answer of SYN-RECEIVED to its peer's repeated SYN (contradiction A12).
type DupSyn uint8

// DupSynAck: a bare ACK, by step 1; DupSynSynAck: the SYN,ACK again, as most stacks do.
const (
	DupSynAck DupSyn = iota
	DupSynSynAck
)

// SecondFin is what a second FIN, with the number after the first, does in CLOSE-WAIT and later
// (§3.10.7.4, eighth).
type SecondFin uint8

// CountSecondFin: RCV.NXT advances over it and the user is told again, as the RFC says of every
// FIN. IgnoreSecondFin: it is only acknowledged, as if it were the first one again.
const (
	CountSecondFin SecondFin = iota
	IgnoreSecondFin
)

// TSRecent is when TS.Recent is taken from a segment.
type TSRecent uint8

// TSBeforeAck: after the check of the window (RFC 7323 §5.3, R3), whatever the ACK. TSAfterAck:
// after the check that the ACK is of what was sent and not older than SND.UNA, as in Linux.
const (
	TSBeforeAck TSRecent = iota
	TSAfterAck
)

// ReopenAbove is the number that SEG.SEQ must exceed where it decides whether a SYN reopens
// TIME-WAIT.
type ReopenAbove uint8

// AboveFin: the last number seen, which is that of the peer's FIN (RFC 6191 §2). AboveRcvNxt: the
// one after it, so that a SYN at RCV.NXT is refused, as by Linux and FreeBSD.
const (
	AboveFin ReopenAbove = iota
	AboveRcvNxt
)

// RstStamp is which RST bears the timestamp option that was agreed on (RFC 7323 §3.2).
type RstStamp uint8

// StampEveryRst: every RST. StampOwnRst: only one that answers no segment, such as that of an
// ABORT, as in Linux.
const (
	StampEveryRst RstStamp = iota
	StampOwnRst
)
