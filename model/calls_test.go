package model

import (
	"fmt"
	"strings"
	"testing"
)

// calls is the answer of every state to every user call (§3.10.1 to §3.10.6).
var calls = []struct {
	name string
	e    Event
	want string
}{
	{"passive OPEN", Event{Kind: OpenPassive}, `
CLOSED: LISTEN
LISTEN: LISTEN error: connection already exists
SYN-SENT: SYN-SENT error: connection already exists
SYN-RECEIVED: SYN-RECEIVED error: connection already exists
ESTABLISHED: ESTABLISHED error: connection already exists
FIN-WAIT-1: FIN-WAIT-1 error: connection already exists
FIN-WAIT-2: FIN-WAIT-2 error: connection already exists
CLOSE-WAIT: CLOSE-WAIT error: connection already exists
CLOSING: CLOSING error: connection already exists
LAST-ACK: LAST-ACK error: connection already exists
TIME-WAIT: TIME-WAIT error: connection already exists`},
	{"active OPEN", Event{Kind: OpenActive, Remote: true, Iss: 100}, `
CLOSED: SYN-SENT <SEQ=100><CTL=SYN>
LISTEN: SYN-SENT <SEQ=100><CTL=SYN>
SYN-SENT: SYN-SENT error: connection already exists
SYN-RECEIVED: SYN-RECEIVED error: connection already exists
ESTABLISHED: ESTABLISHED error: connection already exists
FIN-WAIT-1: FIN-WAIT-1 error: connection already exists
FIN-WAIT-2: FIN-WAIT-2 error: connection already exists
CLOSE-WAIT: CLOSE-WAIT error: connection already exists
CLOSING: CLOSING error: connection already exists
LAST-ACK: LAST-ACK error: connection already exists
TIME-WAIT: TIME-WAIT error: connection already exists`},
	{"SEND", Event{Kind: Send, N: 5}, `
CLOSED: CLOSED error: connection does not exist
LISTEN: LISTEN error: remote socket unspecified
SYN-SENT: SYN-SENT
SYN-RECEIVED: SYN-RECEIVED
ESTABLISHED: ESTABLISHED <SEQ=101><ACK=300><DATA=5><CTL=PSH,ACK>
FIN-WAIT-1: FIN-WAIT-1 error: connection closing
FIN-WAIT-2: FIN-WAIT-2 error: connection closing
CLOSE-WAIT: CLOSE-WAIT <SEQ=101><ACK=301><DATA=5><CTL=PSH,ACK>
CLOSING: CLOSING error: connection closing
LAST-ACK: LAST-ACK error: connection closing
TIME-WAIT: TIME-WAIT error: connection closing`},
	{"RECEIVE", Event{Kind: Receive, N: 5}, `
CLOSED: CLOSED error: connection does not exist
LISTEN: LISTEN
SYN-SENT: SYN-SENT
SYN-RECEIVED: SYN-RECEIVED
ESTABLISHED: ESTABLISHED
FIN-WAIT-1: FIN-WAIT-1
FIN-WAIT-2: FIN-WAIT-2
CLOSE-WAIT: CLOSE-WAIT error: connection closing
CLOSING: CLOSING error: connection closing
LAST-ACK: LAST-ACK error: connection closing
TIME-WAIT: TIME-WAIT error: connection closing`},
	{"CLOSE", Event{Kind: Close}, `
CLOSED: CLOSED error: connection does not exist
LISTEN: CLOSED
SYN-SENT: CLOSED
SYN-RECEIVED: FIN-WAIT-1 <SEQ=101><ACK=300><CTL=FIN,ACK>
ESTABLISHED: FIN-WAIT-1 <SEQ=101><ACK=300><CTL=FIN,ACK>
FIN-WAIT-1: FIN-WAIT-1 error: connection closing
FIN-WAIT-2: FIN-WAIT-2 error: connection closing
CLOSE-WAIT: LAST-ACK <SEQ=101><ACK=301><CTL=FIN,ACK>
CLOSING: CLOSING error: connection closing
LAST-ACK: LAST-ACK error: connection closing
TIME-WAIT: TIME-WAIT error: connection closing`},
	{"ABORT", Event{Kind: Abort}, `
CLOSED: CLOSED error: connection does not exist
LISTEN: CLOSED
SYN-SENT: CLOSED
SYN-RECEIVED: CLOSED <SEQ=101><CTL=RST>
ESTABLISHED: CLOSED <SEQ=101><CTL=RST>
FIN-WAIT-1: CLOSED <SEQ=102><CTL=RST>
FIN-WAIT-2: CLOSED <SEQ=102><CTL=RST>
CLOSE-WAIT: CLOSED <SEQ=101><CTL=RST>
CLOSING: CLOSED
LAST-ACK: CLOSED
TIME-WAIT: CLOSED`},
	{"STATUS", Event{Kind: Status}, `
CLOSED: CLOSED error: connection does not exist
LISTEN: LISTEN
SYN-SENT: SYN-SENT
SYN-RECEIVED: SYN-RECEIVED
ESTABLISHED: ESTABLISHED
FIN-WAIT-1: FIN-WAIT-1
FIN-WAIT-2: FIN-WAIT-2
CLOSE-WAIT: CLOSE-WAIT
CLOSING: CLOSING
LAST-ACK: LAST-ACK
TIME-WAIT: TIME-WAIT`},
}

// TestCalls: the answers are those of the table, and an error changes nothing.
func TestCalls(t *testing.T) {
	for _, call := range calls {
		for i, line := range strings.Split(strings.TrimSpace(call.want), "\n") {
			before := at(State(i))
			after, o := Step(base(), before, call.e)
			got := told(after, o)
			if o.Reply != OK {
				got += " " + o.Reply.String()
				if before != after {
					t.Errorf("%s in %v: an error changes nothing", call.name, State(i))
				}
			}
			if got = fmt.Sprintf("%v: %s", State(i), got); got != line {
				t.Errorf("%s:\n\tgot  %s\n\twant %s", call.name, got, line)
			}
		}
	}
}

// TestCallsWithMore: what the calls do when text waits, or the peer is known or not.
func TestCallsWithMore(t *testing.T) {
	known := at(Listen)
	known.Marks |= RemoteKnown
	waiting := at(SynReceived)
	waiting.Unsent = 5
	full := at(Established)
	full.Unsent, full.Snd.Wnd = 1<<30, 0
	shut := at(CloseWait)
	shut.Snd.Wnd, shut.Unsent = 0, 3
	unread := at(CloseWait)
	unread.Unread, unread.Rcv.Wnd = 7, 993
	manual := base()
	manual.ManualReceive = true
	for _, x := range []struct {
		name string
		c    Config
		t    TCB
		e    Event
		want string
	}{
		{"an active OPEN wants a peer", base(), TCB{}, Event{Kind: OpenActive}, "CLOSED error: remote socket unspecified"},
		{"so it does in LISTEN", base(), at(Listen), Event{Kind: OpenActive}, "LISTEN error: remote socket unspecified"},
		{"which the passive OPEN may have named", base(), known, Event{Kind: OpenActive, Iss: 7}, "SYN-SENT <SEQ=7><CTL=SYN> ok"},
		{"SEND makes a LISTEN with a peer active", base(), known, Event{Kind: Send, N: 3, Iss: 7}, "SYN-SENT <SEQ=7><CTL=SYN> ok"},
		{"CLOSE in SYN-RECEIVED waits for text", base(), waiting, Event{Kind: Close}, "SYN-RECEIVED ok"},
		{"there is an end to what is queued", base(), full, Event{Kind: Send, N: 1}, "ESTABLISHED error: insufficient resources"},
		{"CLOSE in CLOSE-WAIT waits for text", base(), shut, Event{Kind: Close}, "CLOSE-WAIT ok"},
		{"RECEIVE in CLOSE-WAIT takes what is there", manual, unread, Event{Kind: Receive, N: 9}, "CLOSE-WAIT ok"},
	} {
		after, o := Step(x.c, x.t, x.e)
		if got := told(after, o) + " " + o.Reply.String(); got != x.want {
			t.Errorf("%s:\n\tgot  %s\n\twant %s", x.name, got, x.want)
		}
	}
}

// TestTimeouts: the three timeouts of §3.10.8 in every state.
func TestTimeouts(t *testing.T) {
	for s := range State(NumStates) {
		after, o := Step(base(), at(s), Event{Kind: UserTimeout})
		if after != (TCB{}) || o.NSegs != 0 || (o.Signals == TimedOut) != (s != Closed) {
			t.Errorf("user timeout in %v: %s", s, told(after, o))
		}
		after, o = Step(base(), at(s), Event{Kind: TimeWaitTimeout})
		if want := at(s); s == TimeWait && after != (TCB{}) || s != TimeWait && after != want || o != (Output{}) {
			t.Errorf("TIME-WAIT timeout in %v: %s", s, told(after, o))
		}
	}
	matrix(t, base(), Closed, Event{Kind: RetransmissionTimeout}, `
CLOSED: CLOSED
LISTEN: LISTEN
SYN-SENT: SYN-SENT <SEQ=100><CTL=SYN>
SYN-RECEIVED: SYN-RECEIVED <SEQ=100><ACK=300><CTL=SYN,ACK>
ESTABLISHED: ESTABLISHED
FIN-WAIT-1: FIN-WAIT-1 <SEQ=101><ACK=300><CTL=FIN,ACK>
FIN-WAIT-2: FIN-WAIT-2
CLOSE-WAIT: CLOSE-WAIT
CLOSING: CLOSING <SEQ=101><ACK=300><CTL=FIN,ACK>
LAST-ACK: LAST-ACK <SEQ=101><ACK=300><CTL=FIN,ACK>
TIME-WAIT: TIME-WAIT`)
}
