package model

// Config holds the policies of one endpoint. The zero value of each policy is plain RFC 9293;
// every other value is a named difference from it. Policies lists them with their names, values
// and reasons. A policy is declared in this file alone: a field, a row, and the type of an enumeration.
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

// Policies lists every policy of Config but Mutant, in the order of the documents. A row has the name, what the policy
// decides, the source of the choice, the reason for the default, the field, and the values of an enumeration.
var Policies = []Policy{
	choice("handshake", "how many segments open a connection",
		"§3.5, §3.4.1", "three segments confirm both initial numbers with the fewest",
		func(c *Config) *Handshake { return &c.Handshake }, "three", "one", "two", "four", "four-acked"),
	choice("attacks", "how a RST or SYN in a synchronized state is checked",
		"§3.10.7.4 steps 2 and 4; RFC 5961", "RFC 9293 recommends the checks of RFC 5961",
		func(c *Config) *Attacks { return &c.Attacks }, "rfc5961", "rfc793", "rst-rfc793", "syn-rfc793"),
	choice("ack-range", "how old an ACK may be",
		"§3.10.7.4 step 5, MAY-12; draft-ietf-tcpm-tcp-ghost-acks", "optional in RFC 9293; a bound at ISS is not in it",
		func(c *Config) *AckRange { return &c.AckRange }, "any-old", "recent", "sent"),
	choice("rst-in-time-wait", "what a RST does to TIME-WAIT",
		"§3.10.7.4 step 2; RFC 1337 F1 and F2", "RFC 9293 lets a RST end TIME-WAIT",
		func(c *Config) *RstInTimeWait { return &c.RstInTimeWait }, "obey", "ignore", "ignore-at-first"),
	choice("time-wait-restart", "what starts TIME-WAIT anew",
		"A6: §3.10.7.4 steps 1, 5, 8", "what steps 5 and 8 mean to do, though step 1 stands before them",
		func(c *Config) *TimeWaitRestart { return &c.TimeWaitRestart }, "fin", "literal", "answer", "never"),
	choice("reopen", "which SYN opens a connection straight from TIME-WAIT",
		"A10: §3.6.1, MAY-2, SHLD-4; RFC 6191", "optional; MAY-2 asks nothing of SEG.SEQ, which is not enough",
		func(c *Config) *Reopen { return &c.Reopen }, "none", "any-syn", "later-syn", "rfc6191"),
	choice("seq-check", "whether a segment may begin one before RCV.NXT",
		"A8: Table 6 against Figure 7; Appendix A.2", "Table 6 is the normative text",
		func(c *Config) *SeqCheck { return &c.SeqCheck }, "literal", "one-before"),
	choice("syn-rcvd-rst", "where a RST takes SYN-RECEIVED: as it was opened, or to LISTEN",
		"A9: §3.5 before Figure 8 against §3.10.7.4", "the event processing is the normative text",
		func(c *Config) *SynRcvdRst { return &c.SynRcvdRst }, "by-open", "listen"),
	choice("dup-syn", "what SYN-RECEIVED answers to a repeated SYN",
		"A12: §3.10.7.4 step 1", "by the text: a repeated SYN is unacceptable, and draws a bare ACK",
		func(c *Config) *DupSyn { return &c.DupSyn }, "ack", "syn-ack"),
	choice("second-fin", "whether a FIN after the peer's first one counts, if it is in order",
		"§3.10.7.4 step 8", "by the text: it is counted like the first, though no peer should send one",
		func(c *Config) *SecondFin { return &c.SecondFin }, "counted", "ignored"),
	choice("ts-recent", "whether TS.Recent is taken before or after the ACK is checked",
		"RFC 7323 §5.3 R3; tcp_ack of Linux", "the letter of RFC 7323, which asks nothing of the ACK",
		func(c *Config) *TSRecent { return &c.TSRecent }, "before-ack", "after-ack"),
	choice("reopen-above", "which number a SYN must pass to reopen TIME-WAIT: that of the FIN, or RCV.NXT",
		"RFC 6191 §2", "the last number seen is that of the FIN; stacks ask for more",
		func(c *Config) *ReopenAbove { return &c.ReopenAbove }, "fin", "rcv-nxt"),
	choice("rst-stamp", "which RSTs bear a timestamp once it was agreed: every one, or those sent by itself",
		"RFC 7323 §3.2", "a RST SHOULD bear the option once it was agreed",
		func(c *Config) *RstStamp { return &c.RstStamp }, "every", "own"),
	onOff("timestamps", "the timestamps option is offered", "RFC 7323",
		"an option of RFC 9293", func(c *Config) *bool { return &c.Timestamps }),
	onOff("window-scale", "the window scale option is offered", "RFC 7323",
		"an option of RFC 9293", func(c *Config) *bool { return &c.WindowScale }),
	onOff("sack-permitted", "the SACK-permitted option is offered", "RFC 2018",
		"an option of RFC 9293", func(c *Config) *bool { return &c.SACKPermitted }),
	onOff("drop-out-of-order", "data out of order is dropped, not held", "§3.10.7.4 step 1, SHLD-31",
		"segments out of order SHOULD be held", func(c *Config) *bool { return &c.DropOutOfOrder }),
	onOff("silent-out-of-order", "data out of order draws no ACK", "§3.10.7.4 step 7, MAY-13",
		"the ACK tells the sender what is missing", func(c *Config) *bool { return &c.SilentOutOfOrder }),
	onOff("data-on-syn", "an active OPEN puts data on its SYN", "§3.5, §3.10.1",
		"legal, but rare without Fast Open", func(c *Config) *bool { return &c.DataOnSyn }),
	onOff("half-duplex-close", "a CLOSE with unread data, or data after a CLOSE, draws a RST",
		"§3.6.1, MAY-1, SHLD-3", "optional",
		func(c *Config) *bool { return &c.HalfDuplexClose }),
	onOff("no-simultaneous-open", "SYN-SENT does not take a bare SYN", "§3.5, MUST-10",
		"simultaneous open is a MUST", func(c *Config) *bool { return &c.NoSimultaneousOpen }),
	onOff("silent-when-closed", "CLOSED answers nothing", "§3.10.7.1",
		"CLOSED answers with RST", func(c *Config) *bool { return &c.SilentWhenClosed }),
	onOff("manual-receive", "data waits for a RECEIVE of the user", "§3.10.3",
		"most users always have a RECEIVE outstanding", func(c *Config) *bool { return &c.ManualReceive }),
	onOff("rst-issuer-time-wait", "an endpoint whose own RST ends a synchronized connection goes to TIME-WAIT",
		"A1: §3.5.2 and note 3 of Figure 5 against §3.10.5", "the event processing is the normative text",
		func(c *Config) *bool { return &c.RstIssuerTimeWait }),
	onOff("keep-time-wait", "ABORT in TIME-WAIT does not end it", "A2: §3.10.5 against MUST-13",
		"the event processing is the normative text", func(c *Config) *bool { return &c.KeepTimeWait }),
	onOff("ack-unacceptable-rst", "an unacceptable RST draws an ACK", "A3: §3.5.2 group 3 against §3.10.7.4 step 1",
		"answering a RST invites a war of answers", func(c *Config) *bool { return &c.AckUnacceptableRst }),
	onOff("no-wnd-from-syn-ack", "SYN-SENT does not take the window of a SYN,ACK",
		"A4: §3.10.7.3; RFC 1122 §4.2.2.20(c)", "without it the initiator cannot send until the next ACK",
		func(c *Config) *bool { return &c.NoWndFromSynAck }),
	onOff("go-on-after-bad-ack", "SYN-RECEIVED goes on with a segment whose ACK it answered by a RST",
		"A5: §3.10.7.4 step 5", "a segment that was just reset is not worth its text",
		func(c *Config) *bool { return &c.GoOnAfterBadAck }),
	onOff("time-wait-acks-bare", "TIME-WAIT answers every acceptable ACK, empty ones too",
		"A6: §3.10.7.4 step 5", "by the letter two TIME-WAIT ends answer each other for ever",
		func(c *Config) *bool { return &c.TimeWaitAcksBare }),
	onOff("silent-late-rst", "the user is not informed of a RST in CLOSING or LAST-ACK",
		"A7: §3.10.7.4 step 2 against MUST-12", "the MUST is the stronger word",
		func(c *Config) *bool { return &c.SilentLateRst }),
	onOff("syn-sent-bare-rst", "a RST without an ACK ends SYN-SENT",
		"A11: §3.10.7.3 second", "by the text: a RST without ACK proves nothing in SYN-SENT",
		func(c *Config) *bool { return &c.SynSentBareRst }),
	onOff("keep-alive", "an idle connection is probed again and again", "§3.8.4, MAY-5, MUST-25",
		"optional, and off unless the application asks for it", func(c *Config) *bool { return &c.KeepAlive }),
	onOff("confirm-in-order", "in SYN-RECEIVED the ACK of a segment that begins beyond RCV.NXT does not count",
		"§3.10.7.4 step 1, SHLD-31", "stacks look at the ACK of a segment out of order at once, and so do we",
		func(c *Config) *bool { return &c.ConfirmInOrder }),
}

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
// in the window. RstRFC793 and SynRFC793 do so with one of the two.
const (
	RFC5961 Attacks = iota
	RFC793
	RstRFC793
	SynRFC793
)

// TakesRst reports whether a RST is obeyed anywhere in the window.
func (a Attacks) TakesRst() bool { return a == RFC793 || a == RstRFC793 }

// ChallengesSyn reports whether a SYN gets a challenge ACK.
func (a Attacks) ChallengesSyn() bool { return a == RFC5961 || a == RstRFC793 }

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
