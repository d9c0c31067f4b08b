package model

// Policy describes one policy of Config for command lines, files and documents.
type Policy struct {
	Name   string
	Values []string // Values[0] is plain RFC 9293
	Source string   // where the choice comes from
	Reason string   // why the default is what it is
	Get    func(Config) int
	Set    func(*Config, int)
}

func choice[T ~uint8](name, source, reason string, at func(*Config) *T, values ...string) Policy {
	return Policy{name, values, source, reason,
		func(c Config) int { return int(*at(&c)) },
		func(c *Config, v int) { *at(c) = T(v) }}
}

func onOff(name, source, reason string, at func(*Config) *bool) Policy {
	return Policy{name, []string{"off", "on"}, source, reason,
		func(c Config) int {
			if *at(&c) {
				return 1
			}
			return 0
		},
		func(c *Config, v int) { *at(c) = v == 1 }}
}

// Policies is every policy of Config but Mutant, in the order of the documents.
var Policies = []Policy{
	choice("handshake", "§3.5, §3.4.1", "three segments confirm both initial numbers with the fewest",
		func(c *Config) *Handshake { return &c.Handshake }, "three", "one", "two", "four", "four-acked"),
	choice("attacks", "§3.10.7.4 steps 2 and 4; RFC 5961", "RFC 9293 recommends the checks of RFC 5961",
		func(c *Config) *Attacks { return &c.Attacks }, "rfc5961", "rfc793"),
	choice("ack-range", "§3.10.7.4 step 5, MAY-12; draft-ietf-tcpm-tcp-ghost-acks", "optional in RFC 9293; a bound at ISS is not in it",
		func(c *Config) *AckRange { return &c.AckRange }, "any-old", "recent", "sent"),
	choice("rst-in-time-wait", "§3.10.7.4 step 2; RFC 1337 F1 and F2", "RFC 9293 lets a RST end TIME-WAIT",
		func(c *Config) *RstInTimeWait { return &c.RstInTimeWait }, "obey", "ignore", "ignore-at-first"),
	choice("time-wait-restart", "A6: §3.10.7.4 steps 1, 5, 8", "what steps 5 and 8 mean to do, though step 1 stands before them",
		func(c *Config) *TimeWaitRestart { return &c.TimeWaitRestart }, "fin", "literal", "answer", "never"),
	choice("reopen", "A10: §3.6.1, MAY-2, SHLD-4; RFC 6191", "optional; MAY-2 asks nothing of SEG.SEQ, which is not enough",
		func(c *Config) *Reopen { return &c.Reopen }, "none", "any-syn", "later-syn", "rfc6191"),
	choice("seq-check", "A8: Table 6 against Figure 7; Appendix A.2", "Table 6 is the normative text",
		func(c *Config) *SeqCheck { return &c.SeqCheck }, "literal", "one-before"),
	choice("syn-rcvd-rst", "A9: §3.5 before Figure 8 against §3.10.7.4", "the event processing is the normative text",
		func(c *Config) *SynRcvdRst { return &c.SynRcvdRst }, "by-open", "listen"),
	choice("dup-syn", "A12: §3.10.7.4 step 1", "by the text: a repeated SYN is unacceptable, and draws a bare ACK",
		func(c *Config) *DupSyn { return &c.DupSyn }, "ack", "syn-ack"),
	choice("second-fin", "§3.10.7.4 step 8", "by the text: it is counted like the first, though no peer should send one",
		func(c *Config) *SecondFin { return &c.SecondFin }, "counted", "ignored"),
	choice("ts-recent", "RFC 7323 §5.3 R3; tcp_ack of Linux", "the letter of RFC 7323, which asks nothing of the ACK",
		func(c *Config) *TSRecent { return &c.TSRecent }, "before-ack", "after-ack"),
	choice("reopen-above", "RFC 6191 §2", "the last number seen is that of the FIN; stacks ask for more",
		func(c *Config) *ReopenAbove { return &c.ReopenAbove }, "fin", "rcv-nxt"),
	choice("rst-stamp", "RFC 7323 §3.2", "a RST SHOULD bear the option once it was agreed",
		func(c *Config) *RstStamp { return &c.RstStamp }, "every", "own"),
	onOff("timestamps", "RFC 7323", "an option of RFC 9293", func(c *Config) *bool { return &c.Timestamps }),
	onOff("window-scale", "RFC 7323", "an option of RFC 9293", func(c *Config) *bool { return &c.WindowScale }),
	onOff("sack-permitted", "RFC 2018", "an option of RFC 9293", func(c *Config) *bool { return &c.SACKPermitted }),
	onOff("drop-out-of-order", "§3.10.7.4 step 1, SHLD-31", "segments out of order SHOULD be held",
		func(c *Config) *bool { return &c.DropOutOfOrder }),
	onOff("silent-out-of-order", "§3.10.7.4 step 7, MAY-13", "the ACK tells the sender what is missing",
		func(c *Config) *bool { return &c.SilentOutOfOrder }),
	onOff("data-on-syn", "§3.5, §3.10.1", "legal, but rare without Fast Open", func(c *Config) *bool { return &c.DataOnSyn }),
	onOff("half-duplex-close", "§3.6.1, MAY-1, SHLD-3", "optional", func(c *Config) *bool { return &c.HalfDuplexClose }),
	onOff("no-simultaneous-open", "§3.5, MUST-10", "simultaneous open is a MUST", func(c *Config) *bool { return &c.NoSimultaneousOpen }),
	onOff("silent-when-closed", "§3.10.7.1", "CLOSED answers with RST", func(c *Config) *bool { return &c.SilentWhenClosed }),
	onOff("manual-receive", "§3.10.3", "most users always have a RECEIVE outstanding", func(c *Config) *bool { return &c.ManualReceive }),
	onOff("rst-issuer-time-wait", "A1: §3.5.2 and note 3 of Figure 5 against §3.10.5", "the event processing is the normative text",
		func(c *Config) *bool { return &c.RstIssuerTimeWait }),
	onOff("keep-time-wait", "A2: §3.10.5 against MUST-13", "the event processing is the normative text",
		func(c *Config) *bool { return &c.KeepTimeWait }),
	onOff("ack-unacceptable-rst", "A3: §3.5.2 group 3 against §3.10.7.4 step 1", "answering a RST invites a war of answers",
		func(c *Config) *bool { return &c.AckUnacceptableRst }),
	onOff("no-wnd-from-syn-ack", "A4: §3.10.7.3; RFC 1122 §4.2.2.20(c)", "without it the initiator cannot send until the next ACK",
		func(c *Config) *bool { return &c.NoWndFromSynAck }),
	onOff("go-on-after-bad-ack", "A5: §3.10.7.4 step 5", "a segment that was just reset is not worth its text",
		func(c *Config) *bool { return &c.GoOnAfterBadAck }),
	onOff("time-wait-acks-bare", "A6: §3.10.7.4 step 5", "by the letter two TIME-WAIT ends answer each other for ever",
		func(c *Config) *bool { return &c.TimeWaitAcksBare }),
	onOff("silent-late-rst", "A7: §3.10.7.4 step 2 against MUST-12", "the MUST is the stronger word",
		func(c *Config) *bool { return &c.SilentLateRst }),
	onOff("syn-sent-bare-rst", "A11: §3.10.7.3 second", "by the text: a RST without ACK proves nothing in SYN-SENT",
		func(c *Config) *bool { return &c.SynSentBareRst }),
	onOff("keep-alive", "§3.8.4, MAY-5, MUST-25", "optional, and off unless the application asks for it",
		func(c *Config) *bool { return &c.KeepAlive }),
	onOff("confirm-in-order", "§3.10.7.4 step 1, SHLD-31", "stacks look at the ACK of a segment out of order at once, and so do we",
		func(c *Config) *bool { return &c.ConfirmInOrder }),
}

// PolicyByName finds a policy.
func PolicyByName(name string) (Policy, bool) {
	for _, p := range Policies {
		if p.Name == name {
			return p, true
		}
	}
	return Policy{}, false
}

// Index finds the number of a value by its name.
func (p Policy) Index(value string) (int, bool) {
	for i, v := range p.Values {
		if v == value {
			return i, true
		}
	}
	return 0, false
}
