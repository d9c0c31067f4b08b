package model

import (
	"strings"
	"testing"
)

// The fixtures stand on one connection: our ISS is 100, the peer's is 299, nothing is under way
// but our own SYN or FIN, and the window is 1000 both ways.

func base() Config { return Config{RcvBuf: 1000, MSS: 10} }

// at is an endpoint in a state, as the shortest way there leaves it.
func at(s State) TCB {
	if s == Closed {
		return TCB{}
	}
	if s == Listen {
		return TCB{State: Listen, Marks: Passive}
	}
	t := TCB{State: s, Iss: 100, Marks: RemoteKnown}
	t.Snd.Una, t.Snd.Nxt, t.Rcv.Wnd = 100, 101, 1000
	if s == SynSent {
		return t
	}
	t.Irs, t.Rcv.Nxt, t.Rcv.Up, t.Snd.Wl1, t.TS.LastAckSent = 299, 300, 300, 299, 300
	t.Snd.Wnd, t.Snd.MaxWnd, t.MSS = 1000, 1000, 10
	if s == SynReceived {
		t.Marks |= Passive
		return t
	}
	t.Snd.Una, t.Snd.Wl1, t.Snd.Wl2 = 101, 300, 101
	switch s {
	case FinWait1, FinWait2, Closing, LastAck, TimeWait:
		t.Marks |= CloseAsked | FinSent
		t.Snd.Nxt = 102
	}
	switch s {
	case FinWait2, TimeWait:
		t.Snd.Una = 102
	}
	switch s {
	case CloseWait, Closing, LastAck, TimeWait:
		t.Rcv.Nxt, t.Rcv.Up = 301, 301
	}
	return t
}

// inState is at, with the peer's next number as 300 in every state.
func inState(s State) TCB {
	t := at(s)
	if t.Rcv.Nxt == 301 {
		t.Rcv.Nxt, t.Rcv.Up = 300, 300
	}
	return t
}

func arrives(s Segment) Event { return Event{Kind: SegmentArrives, Seg: s} }

// told prints what an event brought about: state, segments, signals.
func told(t TCB, o Output) string {
	text := t.State.String()
	for _, s := range o.Sent() {
		text += " " + s.String()
	}
	if o.Signals != 0 {
		text += "; " + o.Signals.String()
	}
	return text
}

// matrix runs one event in the states from first to TIME-WAIT against a line of claims each.
func matrix(t *testing.T, c Config, first State, e Event, want string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(want), "\n")
	if len(lines) != NumStates-int(first) {
		t.Fatalf("%d lines for %d states", len(lines), NumStates-int(first))
	}
	for i, line := range lines {
		s := first + State(i)
		from, claim, _ := strings.Cut(line, ":")
		if strings.TrimSpace(from) != s.String() {
			t.Fatalf("line %d is about %q, not %v", i, from, s)
		}
		got := told(Step(c, inState(s), e))
		if claim = strings.TrimSpace(claim); got != claim {
			t.Errorf("in %v:\n\tgot  %s\n\twant %s", s, got, claim)
		}
	}
}
