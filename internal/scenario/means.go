package scenario

import (
	"cmp"
	"strings"
)

// means says what each key is for, those of a host without its name. The table of policies in package model says it of
// those.
var means = map[string]string{
	"start":                           "the state in which both endpoints start",
	"watch":                           "the faults to record; default: those of always",
	"always":                          "the invariants that must hold in every state: names, or \"name: expression\" of your own",
	"reach":                           "conditions of which a state that fulfils them is looked for, each \"name: expression\"",
	"leads-to":                        "what must happen eventually, each \"name: expression => expression\"",
	"stale":                           "segments of an earlier connection that are in the network at the start",
	"leftover":                        "the same, each in any number of copies",
	"attacker":                        "segments that an attacker may send at any time",
	"net.wire":                        "set: loss, duplicates and reordering without limit; bag: each copy is delivered once",
	"net.msl":                         "ticks that a segment lives: within them it arrives or is lost (1: in the tick in which it is sent); 0: forever, and there is no clock",
	"net.losses":                      "segments that a bag may lose; every other one arrives within net.msl ticks",
	"net.dups":                        "deliveries of a bag that may leave a copy behind",
	"net.in-order":                    "a bag keeps the order of sending",
	"net.no-premature-retransmission": "nothing is retransmitted while a segment is in the network",
	"net.first-ack":                   "the first ACK of each FIN arrives before it is too old",
	"net.ticks":                       "how many ticks pass; 0: no limit",

	"base":                                "the number around which the sequence numbers of this side lie",
	"rcv-buf":                             "octets that the endpoint buffers",
	"mss":                                 "the most octets of data in a segment; 0: 536",
	"window-shift":                        "the window scale that is offered",
	"time-wait":                           "ticks of TIME-WAIT",
	"reuse":                               "an active OPEN may take the place of a connection in TIME-WAIT",
	"reuse-after":                         "ticks of TIME-WAIT before it may",
	"timestamp-offset":                    "the value of its timestamp clock at the start",
	"give-up":                             "ticks after which the endpoint stops retransmitting; 0: never",
	"fin-wait-2":                          "ticks after which FIN-WAIT-2 is given up; 0: never",
	"rto":                                 "ticks after the last transmission at which the retransmission timer is due; 0: it may fire at any time",
	"timers-within":                       "a timer fires within this number of ticks of being due (1: in the same tick); 0: as late as it likes",
	"quiet-time":                          "ticks of silence after a crash",
	"reopen-delay":                        "ticks of silence after each connection or attempt",
	"timestamp-granularity":               "ticks of the model for one tick of the timestamp clock; 0: one",
	"isn.policy":                          "how initial sequence numbers are chosen",
	"isn.choices":                         "initial sequence numbers to choose from, as offsets from the base",
	"isn.rate":                            "sequence numbers by which the clock for initial sequence numbers moves in a tick",
	"user.active":                         "how many active OPENs the user may issue",
	"user.passive":                        "how many passive OPENs the user may issue",
	"user.listens":                        "the user listens at once whenever the host has no connection",
	"user.accepts":                        "SYNs that a listener answers before it closes; 0: one",
	"user.octets":                         "octets that the user may SEND in each connection, one at a time",
	"user.close":                          "the user may CLOSE a synchronized connection",
	"user.close-before-established":       "the user may also CLOSE earlier",
	"user.closes-second":                  "the user CLOSEs only after the peer",
	"user.abort":                          "the user may ABORT",
	"user.reopen-only-after-normal-close": "the user OPENs again only after a normal close",
	"user.timeout":                        "the user timeout may fire whenever something is unacknowledged",
	"user.active-incarnations":            "in how many connections, from the first, the user SENDs and CLOSEs; 0: all",
	"user.crashes":                        "how often the host may crash and forget its connections",

	"tcp.mutant": "one check of the model that a mutant changes, to test the tests",
}

// Key describes one setting.
type Key struct {
	Path  string   `json:"key"`             // "A.tcp.handshake"
	Means string   `json:"means"`           // what it is for
	Takes string   `json:"takes"`           // what may be said
	Words []string `json:"words,omitempty"` // the values, or those that a list may have; nil for numbers and segments
}

// Keys returns the keys that Set and a file accept.
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
