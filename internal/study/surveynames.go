package study

import "slices"

// Named is something known that findings can be cases of: a theorem or a variant of one, a hazard of the literature,
// or an entry of docs/FINDINGS.md. A name says what a finding is a case of by what fails, where, and in which
// scenario or under which policy; it never says that the finding is harmless.
type Named struct {
	Name    string
	Says    string
	Matches func(f *Finding) bool
}

// KnownNames is what findings are compared with.
func KnownNames() []Named { return named }

// pattern matches a finding. What is empty matches all; a policy may be "name" or "name=value". Every change of
// the finding must be one of the policies, since each is needed; without policies only what the base machine shows matches.
type pattern struct {
	bases, policies, invariants, states, clauses []string
}

func (p pattern) matches(f *Finding) bool {
	for _, s := range f.Changes {
		if !slices.Contains(p.policies, s.Policy) && !slices.Contains(p.policies, s.Policy+"="+s.Value) {
			return false
		}
	}
	if p.policies != nil && f.Changes == nil {
		return false
	}
	if p.clauses != nil && !slices.ContainsFunc(f.Clauses, func(c string) bool { return slices.Contains(p.clauses, c) }) {
		return false
	}
	has := func(list []string, x string) bool { return list == nil || slices.Contains(list, x) }
	return has(p.bases, f.Base) && has(p.invariants, f.Invariant) && has(p.states, f.State.String())
}

// known is a name for what one of the patterns matches.
func known(name, says string, ps ...pattern) Named {
	return Named{name, says, func(f *Finding) bool {
		return slices.ContainsFunc(ps, func(p pattern) bool { return p.matches(f) })
	}}
}

func list(names ...string) []string { return names }

var named = []Named{
	// docs/FINDINGS.md
	known("F1", "CLOSE in SYN-RECEIVED lets old segments in (early-close-old-data)",
		pattern{bases: list("early-close"), states: list("FIN-WAIT-1", "FIN-WAIT-2", "CLOSING", "TIME-WAIT")}),
	known("F5", "an old SYN at an active opener undoes the three-way handshake",
		pattern{bases: list("opener-meets-old-syn", "crossed-opens-leftovers", "crossed-opens-twice"),
			invariants: list("no-ghost-connection", "no-foreign-ack"), clauses: list("ack-opens")},
		pattern{bases: list("opener-meets-old-syn", "crossed-opens-leftovers"), invariants: list("no-foreign-data")}),
	known("F6", "any SYN, old or forged, can cause an opening to be refused",
		pattern{bases: list("opener-meets-old-syn", "crossed-opens-leftovers", "attacked-opener"), invariants: list("not-refused")}),
	// theorems
	known("two-segments-ghost, one-segment-ghost", "with fewer than three segments a connection opens without a peer",
		pattern{policies: list("handshake=one", "handshake=two")}),
	known("four-segments-apart", "a SYN without ACK does not say what it answers", pattern{policies: list("handshake=four")}),
	known("assassination", "a RST that TIME-WAIT itself caused ends it (RFC 1337)", pattern{invariants: list("no-time-wait-reset")}),
	known("no-wait-last-ack-reset", "a retransmitted FIN finds no connection", pattern{invariants: list("no-last-ack-reset")}),
	known("wait-keeps-old-fin-out", "reused sequence numbers confuse incarnations if a wait ends early",
		pattern{bases: list("closing-numbers-again")}),
	known("three-segments-reused-number, keep-alive", "the low sequence numbers of a keep-alive, and of its answer, are those with which the next incarnation begins",
		pattern{bases: list("closing-numbers-again"), policies: list("keep-alive"),
			invariants: list("no-foreign-ack", "no-foreign-reset", "no-ghost-connection")}),
	known("blind-rst, blind-syn, blind-data", "an attacker who does not see the segments guesses a number in the window",
		pattern{bases: list("blind-attacker", "attacked-opening")}),
	known("close-closes", "who gives up leaves FIN-WAIT-2 behind", pattern{bases: list("giving-up"), invariants: list("close-ends", "still-endable")}),
	known("close-closes", "an ABORT that the peer does not learn of leaves it in FIN-WAIT-2",
		pattern{bases: list("aborting", "early-calls"), invariants: list("close-ends")}),
	known("last-ack-ends", "if CLOSED is silent, LAST-ACK or an opening waits forever",
		pattern{policies: list("silent-when-closed"), invariants: list("close-ends", "still-endable", "opening-ends")}),
	known("simultaneous-open-completes", "without simultaneous open, two crossing OPENs never complete",
		pattern{policies: list("no-simultaneous-open"), invariants: list("opening-ends", "close-ends", "still-endable", "not-refused")}),
	known("abort-is-heard", "the user is not told of a RST in CLOSING and LAST-ACK (A7)", pattern{policies: list("silent-late-rst"), invariants: list("no-silent-end")}),
	// hazards of the RFCs
	known("RFC 9293 §3.5, old RST", "a RST for one answer to an old SYN also resets the next answer, when the SYN arrives again",
		pattern{invariants: list("no-foreign-reset"), states: list("SYN-RECEIVED")}),
	known("RFC 793 resets", "RST and SYN anywhere in the window (RFC 5961)",
		pattern{policies: list("attacks", "handshake=four"), invariants: list("no-foreign-reset", "not-refused")}),
	known("A1", "the TIME-WAIT of an endpoint that sent a RST is ended by a RST, like any other (RFC 1337)",
		pattern{policies: list("rst-issuer-time-wait", "half-duplex-close", "attacks"), states: list("TIME-WAIT"),
			invariants: list("no-time-wait-reset", "no-foreign-reset", "not-refused")}),
	known("A1, what was sent is over", "an endpoint that resets and waits gives up what it has sent, which numbers-agree reads as acknowledged",
		pattern{policies: list("rst-issuer-time-wait"), invariants: list("numbers-agree")}),
	known("A2", "an ABORT that TIME-WAIT does not obey can be repeated forever while a segment is in the network; no segment answers another",
		pattern{policies: list("keep-time-wait"), invariants: list("no-war-of-answers"), states: list("TIME-WAIT")}),
	known("A5", "a segment with a bad ACK is reset, and its FIN is accepted nevertheless", pattern{policies: list("go-on-after-bad-ack")}),
	known("A6", "if TIME-WAIT answers an ACK without data, its answer is answered in turn", pattern{policies: list("time-wait-acks-bare")}),
	known("A10, RFC 1122 4.2.2.13", "a SYN that may be old reopens TIME-WAIT", pattern{policies: list("reopen")}),
	known("A11", "a RST without ACK proves nothing in SYN-SENT", pattern{policies: list("syn-sent-bare-rst")}),
}
