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
		"§3.5, §3.4.1", "three is the least number of segments that confirms both initial sequence numbers",
		func(c *Config) *Handshake { return &c.Handshake }, "three", "one", "two", "four", "four-acked"),
	choice("attacks", "how a RST or SYN in a synchronized state is checked",
		"§3.10.7.4 steps 2 and 4; RFC 5961", "RFC 9293 recommends the checks of RFC 5961",
		func(c *Config) *Attacks { return &c.Attacks }, "rfc5961", "rfc793", "rst-rfc793", "syn-rfc793"),
	choice("ack-range", "how old an ACK may be",
		"§3.10.7.4 step 5, MAY-12; draft-ietf-tcpm-tcp-ghost-acks", "optional in RFC 9293; a bound at ISS is not in it",
		func(c *Config) *AckRange { return &c.AckRange }, "any-old", "recent", "sent"),
	choice("rst-in-time-wait", "what an endpoint in TIME-WAIT does with a RST",
		"§3.10.7.4 step 2; RFC 1337 F1 and F2", "RFC 9293 lets a RST end TIME-WAIT",
		func(c *Config) *RstInTimeWait { return &c.RstInTimeWait }, "obey", "ignore", "ignore-at-first"),
	choice("time-wait-restart", "what restarts TIME-WAIT",
		"A6: §3.10.7.4 steps 1, 5, 8", "what steps 5 and 8 are meant to do, although step 1 comes before them",
		func(c *Config) *TimeWaitRestart { return &c.TimeWaitRestart }, "fin", "literal", "answer", "never"),
	choice("reopen", "which SYN opens a connection directly from TIME-WAIT",
		"A10: §3.6.1, MAY-2, SHLD-4; RFC 6191", "optional; MAY-2 does not check SEG.SEQ, which is not enough",
		func(c *Config) *Reopen { return &c.Reopen }, "none", "any-syn", "later-syn", "rfc6191"),
	choice("seq-check", "whether a segment may begin one number before RCV.NXT",
		"A8: Table 6 against Figure 7; Appendix A.2", "Table 6 is the normative text",
		func(c *Config) *SeqCheck { return &c.SeqCheck }, "literal", "one-before"),
	choice("syn-rcvd-rst", "where SYN-RECEIVED goes at a RST: as it was opened, or to LISTEN",
		"A9: §3.5 before Figure 8 against §3.10.7.4", "the event processing is the normative text",
		func(c *Config) *SynRcvdRst { return &c.SynRcvdRst }, "by-open", "listen"),
	choice("dup-syn", "how SYN-RECEIVED answers a repeated SYN",
		"A12: §3.10.7.4 step 1", "the text: a repeated SYN is unacceptable, and is answered by an ACK",
		func(c *Config) *DupSyn { return &c.DupSyn }, "ack", "syn-ack"),
	choice("second-fin", "whether a FIN after the peer's first one counts, if it is in order",
		"§3.10.7.4 step 8", "the text: it counts like the first, although no peer should send one",
		func(c *Config) *SecondFin { return &c.SecondFin }, "counted", "ignored"),
	choice("ts-recent", "whether TS.Recent is updated before or after the check of the ACK",
		"RFC 7323 §5.3 R3; tcp_ack of Linux", "the text of RFC 7323, which does not check the ACK",
		func(c *Config) *TSRecent { return &c.TSRecent }, "before-ack", "after-ack"),
	choice("reopen-above", "which number a SYN must exceed to reopen TIME-WAIT: that of the FIN, or RCV.NXT",
		"RFC 6191 §2", "the last number seen is that of the FIN; stacks require more",
		func(c *Config) *ReopenAbove { return &c.ReopenAbove }, "fin", "rcv-nxt"),
	choice("rst-stamp", "which RSTs have a timestamp, if timestamps were agreed: every RST, or those that are not answers",
		"RFC 7323 §3.2", "a RST SHOULD have the option if it was agreed",
		func(c *Config) *RstStamp { return &c.RstStamp }, "every", "own"),
	onOff("timestamps", "the timestamps option is offered", "RFC 7323",
		"an option of RFC 9293", func(c *Config) *bool { return &c.Timestamps }),
	onOff("window-scale", "the window scale option is offered", "RFC 7323",
		"an option of RFC 9293", func(c *Config) *bool { return &c.WindowScale }),
	onOff("sack-permitted", "the SACK-permitted option is offered", "RFC 2018",
		"an option of RFC 9293", func(c *Config) *bool { return &c.SACKPermitted }),
	onOff("drop-out-of-order", "data that arrives out of order is dropped, and not held", "§3.10.7.4 step 1, SHLD-31",
		"segments out of order SHOULD be held", func(c *Config) *bool { return &c.DropOutOfOrder }),
	onOff("silent-out-of-order", "data that arrives out of order is not answered by an ACK",
		"§3.10.7.4 step 7, MAY-13", "the ACK tells the sender what is missing",
		func(c *Config) *bool { return &c.SilentOutOfOrder }),
	onOff("data-on-syn", "an active OPEN puts data on its SYN", "§3.5, §3.10.1",
		"legal, but rare without Fast Open", func(c *Config) *bool { return &c.DataOnSyn }),
	onOff("half-duplex-close", "a CLOSE with unread data, or data after a CLOSE, is answered by a RST",
		"§3.6.1, MAY-1, SHLD-3", "optional",
		func(c *Config) *bool { return &c.HalfDuplexClose }),
	onOff("no-simultaneous-open", "SYN-SENT does not accept a SYN without ACK", "§3.5, MUST-10",
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
	onOff("ack-unacceptable-rst", "an unacceptable RST is answered by an ACK",
		"A3: §3.5.2 group 3 against §3.10.7.4 step 1", "to answer a RST can lead to endless answers",
		func(c *Config) *bool { return &c.AckUnacceptableRst }),
	onOff("no-wnd-from-syn-ack", "SYN-SENT ignores the window of a SYN,ACK",
		"A4: §3.10.7.3; RFC 1122 §4.2.2.20(c)", "without it the initiator cannot send until the next ACK",
		func(c *Config) *bool { return &c.NoWndFromSynAck }),
	onOff("go-on-after-bad-ack", "SYN-RECEIVED continues to process a segment whose ACK it answered by a RST",
		"A5: §3.10.7.4 step 5", "the data of a segment that was just reset should not be accepted",
		func(c *Config) *bool { return &c.GoOnAfterBadAck }),
	onOff("time-wait-acks-bare", "TIME-WAIT answers every acceptable ACK, also one without data",
		"A6: §3.10.7.4 step 5", "followed literally, two ends in TIME-WAIT answer each other forever",
		func(c *Config) *bool { return &c.TimeWaitAcksBare }),
	onOff("silent-late-rst", "the user is not informed of a RST in CLOSING or LAST-ACK",
		"A7: §3.10.7.4 step 2 against MUST-12", "MUST is the stronger word",
		func(c *Config) *bool { return &c.SilentLateRst }),
	onOff("syn-sent-bare-rst", "a RST without an ACK ends SYN-SENT",
		"A11: §3.10.7.3 second", "the text: a RST without ACK proves nothing in SYN-SENT",
		func(c *Config) *bool { return &c.SynSentBareRst }),
	onOff("keep-alive", "an idle connection is probed again and again", "§3.8.4, MAY-5, MUST-25",
		"optional, and off unless the application asks for it", func(c *Config) *bool { return &c.KeepAlive }),
	onOff("confirm-in-order", "in SYN-RECEIVED the ACK of a segment that begins beyond RCV.NXT does not count",
		"§3.10.7.4 step 1, SHLD-31", "stacks look at the ACK of a segment out of order at once, and so do we",
		func(c *Config) *bool { return &c.ConfirmInOrder }),
}

// Handshake says how many segments open a connection.  Only three is RFC 9293 §3.5.  The others omit a confirmation,
// or send it separately.
type Handshake uint8

// The handshakes.  One: both ends continue after the SYN.  Two: the responder is finished when it has answered, and
// needs no confirmation of its own number.  Four: the responder sends its ACK and its SYN separately, as §3.4.1 lists
// them before it merges steps 2 and 3.  FourAcked: the same, but the SYN also has the ACK.
const (
	ThreeSegments Handshake = iota
	OneSegment
	TwoSegments
	FourSegments
	FourAcked
)

// Attacks says how a RST or SYN in a synchronized state is checked (§3.10.7.4, steps 2 and 4).
type Attacks uint8

// RFC5961 requires the exact number of a RST, and answers every SYN by a challenge ACK.  RFC793 accepts both anywhere
// in the window.  RstRFC793 and SynRFC793 do so for one of the two.
const (
	RFC5961 Attacks = iota
	RFC793
	RstRFC793
	SynRFC793
)

// TakesRst reports whether a RST anywhere in the window is obeyed.
func (a Attacks) TakesRst() bool { return a == RFC793 || a == RstRFC793 }

// ChallengesSyn reports whether a SYN is answered by a challenge ACK.
func (a Attacks) ChallengesSyn() bool { return a == RFC5961 || a == RstRFC793 }

// AckRange says how old an ACK may be: the check of SEG.ACK in §3.10.7.4, step 5 (MAY-12).
type AckRange uint8

// AnyOldAck accepts every ACK that is not above SND.NXT.  RecentAck also requires that it is at most MAX.SND.WND
// below SND.UNA (RFC 5961 §5).  SentAck also requires that it is above ISS, so that it acknowledges something that
// was sent: early in a connection ISS is within that distance (draft-ietf-tcpm-tcp-ghost-acks).
const (
	AnyOldAck AckRange = iota
	RecentAck
	SentAck
)

// RstInTimeWait says what a valid RST does in TIME-WAIT.
type RstInTimeWait uint8

// ObeyRst ends the wait, as §3.10.7.4 says.  IgnoreRst is fix F1 of RFC 1337 §3.  IgnoreRstAtFirst is its fix F2:
// with timestamps, a RST is ignored until both timestamp clocks have ticked.
const (
	ObeyRst RstInTimeWait = iota
	IgnoreRst
	IgnoreRstAtFirst
)

// TimeWaitRestart says what restarts the wait (contradiction A6).
type TimeWaitRestart uint8

// RestartOnFin restarts the wait at a repeated FIN.  RestartLiteral follows the letter of §3.10.7.4: its first step
// drops a repeated FIN before the restart is reached, so only an acceptable ACK restarts the wait.  RestartOnAnswer
// restarts it whenever TIME-WAIT sends an answer.  RestartNever never does.
const (
	RestartOnFin TimeWaitRestart = iota
	RestartLiteral
	RestartOnAnswer
	RestartNever
)

// Reopen says which SYN opens a new incarnation directly from TIME-WAIT (MAY-2, SHLD-4; contradiction A10).
type Reopen uint8

// ReopenNone: none.  ReopenAnySyn: any SYN; MAY-2 as it is written does not check SEG.SEQ.  ReopenLaterSyn: only a
// SYN above the last number seen (ReopenAbove).  ReopenRFC6191: by timestamps first, then by SEG.SEQ.
const (
	ReopenNone Reopen = iota
	ReopenAnySyn
	ReopenLaterSyn
	ReopenRFC6191
)

// SeqCheck says which acceptability test is used: that of Table 6, or the one that Appendix A.2 mentions (A8).
type SeqCheck uint8

// SeqLiteral is Table 6.  SeqOneBefore also accepts a segment that begins at RCV.NXT-1, so that the ACK of a SYN,ACK,
// FIN or probe that crosses ours is processed.
const (
	SeqLiteral SeqCheck = iota
	SeqOneBefore
)

// SynRcvdRst says to which state a RST takes SYN-RECEIVED (contradiction A9).
type SynRcvdRst uint8

// ByOpen: LISTEN after a passive OPEN, CLOSED after an active one (§3.10.7.4). AlwaysListen: as
// §3.5 says before Figure 8.
const (
	ByOpen SynRcvdRst = iota
	AlwaysListen
)

// DupSyn says how SYN-RECEIVED answers a repeated SYN of its peer (contradiction A12).
type DupSyn uint8

// DupSynAck: with a bare ACK, by step 1.  DupSynSynAck: with the SYN,ACK again, as most stacks do.
const (
	DupSynAck DupSyn = iota
	DupSynSynAck
)

// SecondFin says what a second FIN, with the number after the first one, does in CLOSE-WAIT and later (§3.10.7.4,
// eighth).
type SecondFin uint8

// CountSecondFin: RCV.NXT advances over it and the user is informed again, as the RFC says of every FIN.
// IgnoreSecondFin: it is only acknowledged, as if it were a copy of the first one.
const (
	CountSecondFin SecondFin = iota
	IgnoreSecondFin
)

// TSRecent says when TS.Recent is set from a segment.
type TSRecent uint8

// TSBeforeAck: after the check of the window (RFC 7323 §5.3, R3), whatever the ACK is.  TSAfterAck: after the check
// that the ACK is of something that was sent and not older than SND.UNA, as in Linux.
const (
	TSBeforeAck TSRecent = iota
	TSAfterAck
)

// ReopenAbove says which number SEG.SEQ must exceed if it decides whether a SYN reopens TIME-WAIT.
type ReopenAbove uint8

// AboveFin: the last number seen, which is that of the peer's FIN (RFC 6191 §2).  AboveRcvNxt: the next number, so
// that a SYN at RCV.NXT is refused, as in Linux and FreeBSD.
const (
	AboveFin ReopenAbove = iota
	AboveRcvNxt
)

// RstStamp says which RST has the timestamp option, if it was agreed (RFC 7323 §3.2).
type RstStamp uint8

// StampEveryRst: every RST.  StampOwnRst: only a RST that does not answer a segment, such as that of an ABORT, as in
// Linux.
const (
	StampEveryRst RstStamp = iota
	StampOwnRst
)
