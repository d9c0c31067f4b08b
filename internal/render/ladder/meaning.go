package ladder

import "strings"

// meanings say what it means that an invariant does not hold.
var meanings = map[string]string{
	"no-foreign-data":     "data that was sent to, or by, another incarnation, or that an earlier one had taken, was taken for this connection's",
	"no-foreign-fin":      "a FIN that was sent to, or by, another incarnation was taken for this connection's",
	"no-foreign-ack":      "an ACK that was sent to, or by, another incarnation moved SND.UNA",
	"no-foreign-reset":    "a RST or SYN that was meant for, or sent by, another incarnation ended the connection or set it back",
	"no-ghost-connection": "an endpoint is synchronized with an incarnation that does not ask for it and did not confirm",
	"no-wrong-octet":      "an octet was taken twice, or before the one that precedes it",
	"no-lost-octet":       "the close was normal for its user, and yet not every octet was taken",
	"no-silent-end":       "a synchronized connection ended and its user was not told",
	"no-last-ack-reset":   "a RST ended LAST-ACK: the peer's clean close became a reset",
	"no-time-wait-reset":  "a RST ended TIME-WAIT before its time",
	"agreement":           "an endpoint is synchronized with a living incarnation, and has another initial number for it than its own",
	"numbers-agree":       "of two that are connected, one expects what was never sent, or takes for received what was not",
	"una-nxt-ordered":     "ISS =< SND.UNA =< SND.NXT is broken",

	"own-segments-as-by-rfc5961": "the check of ACKs refuses a segment of its own connection that RFC 5961 §5 lets pass, or the other way round",
	"own-segments-as-by-rfc9293": "the check of ACKs refuses a segment of its own connection that RFC 9293 §3.10.7.4 lets pass",
	"repairable":                 "one side waits for a SYN that the other will not send again, and none is under way",
}

// Meaning says what it means that the named invariant does not hold, if this package knows.
func Meaning(invariant string) string {
	if m, ok := meanings[invariant]; ok {
		return m
	}
	if fault, ok := strings.CutPrefix(invariant, "no-"); ok {
		return "the fault " + fault + " has happened"
	}
	return ""
}
