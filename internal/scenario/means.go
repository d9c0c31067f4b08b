package scenario

import "strings"

// means says what each key is for, those of a host without its name.
var means = map[string]string{
	"start":                           "where both endpoints begin",
	"watch":                           "the faults that are recorded; left out: those of always",
	"always":                          "the invariants that must hold in every state",
	"stale":                           "segments of an earlier connection that the network still holds",
	"leftover":                        "the same, each in any number of copies",
	"attacker":                        "segments that an attacker may send, again and again",
	"net.wire":                        "set: lost, duplicated and reordered at will; bag: each copy delivered once",
	"net.msl":                         "ticks that a segment lives; 0: for ever, and there is no clock",
	"net.losses":                      "segments that a bag may lose",
	"net.dups":                        "deliveries of a bag that may leave a copy behind",
	"net.in-order":                    "a bag keeps the order of sending",
	"net.no-premature-retransmission": "nothing is sent again while anything is under way",
	"net.first-ack":                   "the first ACK of each FIN arrives before it is too old",
	"net.ticks":                       "ticks that pass in all; 0: without end",

	"base":                                "the number around which all sequence numbers of this side lie",
	"rcv-buf":                             "octets that the endpoint buffers",
	"mss":                                 "octets of text in a segment at most; 0: 536",
	"window-shift":                        "the window scale that is offered",
	"time-wait":                           "ticks of TIME-WAIT",
	"reuse":                               "an active OPEN may take over TIME-WAIT",
	"reuse-after":                         "ticks of TIME-WAIT before that",
	"timestamp-offset":                    "what its timestamp clock shows at the start",
	"give-up":                             "ticks until what is unacknowledged is given up; 0: never",
	"fin-wait-2":                          "ticks until FIN-WAIT-2 is given up; 0: never",
	"quiet-time":                          "ticks of silence after a crash",
	"reopen-delay":                        "ticks of silence after each connection or attempt",
	"timestamp-granularity":               "ticks of the world to one of the timestamp clock; 0: one",
	"isn.policy":                          "how initial numbers are chosen",
	"isn.choices":                         "initial numbers to choose from, as offsets from the base",
	"isn.rate":                            "numbers by which the clock of initial numbers moves in a tick",
	"user.active":                         "how many active OPENs",
	"user.passive":                        "how many passive OPENs",
	"user.accepts":                        "SYNs that a listener answers before it is closed; 0: one",
	"user.octets":                         "octets SENT in each connection, one at a time",
	"user.close":                          "the user may CLOSE a synchronized connection",
	"user.close-before-established":       "the user may CLOSE before that as well",
	"user.closes-second":                  "the user CLOSEs only after the peer",
	"user.abort":                          "the user may ABORT",
	"user.reopen-only-after-normal-close": "the user OPENs again only after a normal close",
	"user.timeout":                        "the user timeout may strike whenever something is unacknowledged",
	"user.active-incarnations":            "connections in which the user SENDs and CLOSEs, from the first on; 0: all",
	"user.crashes":                        "how often the host may crash and forget",

	"tcp.handshake":            "how many segments open a connection",
	"tcp.attacks":              "how a RST or SYN in a synchronized state is checked",
	"tcp.ack-range":            "how old an ACK may be",
	"tcp.rst-in-time-wait":     "what a RST does to TIME-WAIT",
	"tcp.time-wait-restart":    "what starts TIME-WAIT anew",
	"tcp.reopen":               "which SYN opens a connection straight from TIME-WAIT",
	"tcp.seq-check":            "whether a segment may begin one before RCV.NXT",
	"tcp.syn-rcvd-rst":         "where a RST takes SYN-RECEIVED: as it was opened, or to LISTEN",
	"tcp.dup-syn":              "what SYN-RECEIVED answers to a repeated SYN",
	"tcp.timestamps":           "the timestamps option is offered",
	"tcp.window-scale":         "the window scale option is offered",
	"tcp.sack-permitted":       "the SACK-permitted option is offered",
	"tcp.drop-out-of-order":    "text out of order is dropped, not held",
	"tcp.silent-out-of-order":  "text out of order draws no ACK",
	"tcp.data-on-syn":          "an active OPEN puts text on its SYN",
	"tcp.half-duplex-close":    "a CLOSE with text unread, or text after a CLOSE, draws a RST",
	"tcp.no-simultaneous-open": "SYN-SENT does not take a bare SYN",
	"tcp.silent-when-closed":   "CLOSED answers nothing",
	"tcp.manual-receive":       "text waits for a RECEIVE of the user",
	"tcp.rst-issuer-time-wait": "whose own RST ends a synchronized connection goes to TIME-WAIT",
	"tcp.keep-time-wait":       "ABORT in TIME-WAIT does not end it",
	"tcp.ack-unacceptable-rst": "an unacceptable RST draws an ACK",
	"tcp.no-wnd-from-syn-ack":  "SYN-SENT does not take the window of a SYN,ACK",
	"tcp.go-on-after-bad-ack":  "SYN-RECEIVED goes on with a segment whose ACK it answered by a RST",
	"tcp.time-wait-acks-bare":  "TIME-WAIT answers every acceptable ACK, empty ones too",
	"tcp.silent-late-rst":      "a RST in CLOSING or LAST-ACK is not told to the user",
	"tcp.confirm-in-order":     "in SYN-RECEIVED the ACK of a segment that begins beyond RCV.NXT does not count",
	"tcp.syn-sent-bare-rst":    "a RST without an ACK ends SYN-SENT",
	"tcp.second-fin":           "whether a FIN after the peer's first one counts, if it is in order",
	"tcp.ts-recent":            "whether TS.Recent is taken before or after the ACK is checked",
	"tcp.reopen-above":         "which number a SYN must pass to reopen TIME-WAIT: that of the FIN, or RCV.NXT",
	"tcp.rst-stamp":            "which RSTs bear a timestamp once it was agreed: every one, or those sent by itself",
	"tcp.keep-alive":           "an idle connection is probed again and again",
	"tcp.mutant":               "one check of the model that a mutant changes, to test the tests",
}

// Key tells people of one setting.
type Key struct {
	Path  string   `json:"key"`             // "A.tcp.handshake"
	Means string   `json:"means"`           // what it is for
	Takes string   `json:"takes"`           // what may be said
	Words []string `json:"words,omitempty"` // the values, or those that a list may have; nil for numbers and segments
}

// Keys lists the keys that Set and a file know.
func Keys() (list []Key) {
	for i := range keys {
		k := &keys[i]
		host, rest, _ := strings.Cut(k.path, ".")
		text, ok := means[k.path]
		if !ok && (host == "both" || host == "A" || host == "B") {
			text = means[rest]
		}
		words := k.names
		if k.kind == boolean {
			words = []string{"true", "false"}
		}
		list = append(list, Key{k.path, text, k.want(), words})
	}
	return list
}
