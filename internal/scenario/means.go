package scenario

import (
	"cmp"
	"strings"
)

// means says what each key is for, those of a host without its name. The table of policies in package model says it of
// those.
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

	"tcp.mutant": "one check of the model that a mutant changes, to test the tests",
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
		_, rest, _ := strings.Cut(k.path, ".") // of a host
		words := k.names
		if k.kind == boolean {
			words = []string{"true", "false"}
		}
		list = append(list, Key{k.path, cmp.Or(k.means, means[k.path], means[rest]), k.want(), words})
	}
	return list
}
