package timed_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tcpcheck/tcpcheck/internal/timed"
	"github.com/tcpcheck/tcpcheck/model"
)

func conn() *timed.Conn {
	return &timed.Conn{Config: model.Default(), Timers: timed.RFC()}
}

// story lets time pass and says at which second what happened.
func story(c *timed.Conn, to time.Duration) []string {
	var s []string
	c.Advance(to, func(kind model.EventKind, o model.Output) {
		line := fmt.Sprintf("%v %v", c.Now.Seconds(), kind)
		for _, seg := range o.Sent() {
			line += fmt.Sprintf(" %v %d", seg.Flags, seg.Seq)
		}
		s = append(s, line)
	})
	return s
}

func expect(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestASynIsSentAgainAndThenGivenUp(t *testing.T) {
	c := conn()
	c.Timers.SynGiveUp = 10 * time.Second
	c.Do(model.Event{Kind: model.OpenActive, Remote: true, Iss: 100})
	expect(t, story(c, time.Minute), []string{
		"1 retransmission timeout SYN 100", "3 retransmission timeout SYN 100", "7 retransmission timeout SYN 100",
		"10 user timeout",
	})
	if c.TCB != (model.TCB{}) || c.Now != time.Minute {
		t.Errorf("at %v in %v", c.Now, c.TCB.State)
	}
}

// An ACK of something new starts the timer anew, with its first length (RFC 6298 §5.3).
func TestProgressStartsTheTimerAnew(t *testing.T) {
	c := established()
	c.Do(model.Event{Kind: model.Send, N: 20})
	expect(t, story(c, 2*time.Second), []string{"1 retransmission timeout PSH,ACK 101"})
	c.Do(model.Event{Kind: model.SegmentArrives, Seg: model.Segment{Seq: 301, Ack: 111, Flags: model.ACK, Wnd: 1000}})
	expect(t, story(c, 7*time.Second), []string{"3 retransmission timeout PSH,ACK 111", "5 retransmission timeout PSH,ACK 111"})
	c.Do(model.Event{Kind: model.SegmentArrives, Seg: model.Segment{Seq: 301, Ack: 121, Flags: model.ACK, Wnd: 1000}})
	expect(t, story(c, time.Hour), nil)
}

func TestTimeWaitEndsAndAFinStartsItAnew(t *testing.T) {
	c := established()
	c.Do(model.Event{Kind: model.Close})
	fin := model.Segment{Seq: 301, Ack: 102, Flags: model.FIN | model.ACK, Wnd: 1000}
	c.Do(model.Event{Kind: model.SegmentArrives, Seg: fin})
	expect(t, story(c, time.Minute), nil)
	c.Do(model.Event{Kind: model.SegmentArrives, Seg: fin})
	expect(t, story(c, time.Hour), []string{"300 TIME-WAIT timeout"})
}

// A host may end the FIN-WAIT-2 of a connection that no user has any more; RFC 9293 has no such timer.
func TestAnOrphanLeavesFinWait2(t *testing.T) {
	for _, orphan := range []bool{true, false} {
		c := established()
		c.Timers.FinWait2 = 60 * time.Second
		c.Do(model.Event{Kind: model.Close})
		c.Orphan = orphan
		c.Advance(5*time.Second, func(model.EventKind, model.Output) {})
		c.Do(model.Event{Kind: model.SegmentArrives, Seg: model.Segment{Seq: 301, Ack: 102, Flags: model.ACK, Wnd: 1000}})
		var want []string
		if orphan {
			want = []string{"65 user timeout"}
		}
		expect(t, story(c, time.Hour), want)
	}
}

// A window that is shut is probed (§3.8.6.1).
func TestAShutWindowIsProbed(t *testing.T) {
	c := established()
	c.Do(model.Event{Kind: model.SegmentArrives, Seg: model.Segment{Seq: 301, Ack: 101, Flags: model.ACK}})
	c.Do(model.Event{Kind: model.Send, N: 5})
	expect(t, story(c, 2*time.Second), []string{"1 retransmission timeout ACK 101"})
}

// All that the window takes is sent at once, however much one event of the machine can send.
func TestAllThatTheWindowTakesIsSent(t *testing.T) {
	c := established()
	var sent []model.Seq
	for _, o := range c.Do(model.Event{Kind: model.Send, N: 5000}) {
		for _, s := range o.Sent() {
			sent = append(sent, s.Seq)
		}
	}
	if !slices.Equal(sent, []model.Seq{101, 637, 1173, 1709, 2245, 2781, 3317, 3853, 4389, 4925}) {
		t.Errorf("sent %d", sent)
	}
}

func established() *timed.Conn {
	c := conn()
	c.Do(model.Event{Kind: model.OpenActive, Remote: true, Iss: 100})
	c.Do(model.Event{Kind: model.SegmentArrives, Seg: model.Segment{Seq: 300, Ack: 101, Flags: model.SYN | model.ACK, Wnd: 8000}})
	return c
}

// RFC 6298 §2: the first measurement R gives SRTT R and RTTVAR R/2, the next ones are averaged in, and what was sent
// again is not measured (§3).
func TestTheTimeoutFollowsTheRoundTrips(t *testing.T) {
	c := conn()
	c.Timers.MinRTO, c.Timers.MinVar = 200*time.Millisecond, 100*time.Millisecond
	c.Do(model.Event{Kind: model.OpenActive, Remote: true, Iss: 100})
	c.Advance(100*time.Millisecond, nil)
	ack := func(n model.Seq, f model.Flags, at time.Duration) {
		c.Advance(at, func(model.EventKind, model.Output) {})
		c.Do(model.Event{Kind: model.SegmentArrives, Seg: model.Segment{Seq: 300 + 1 - model.Seq(f>>1&1), Ack: n, Flags: f, Wnd: 8000}})
	}
	due := func(want time.Duration) {
		t.Helper()
		if at, kind, ok := c.Next(); !ok || kind != model.RetransmissionTimeout || at-c.Now != want {
			t.Errorf("%v in %v, want retransmission in %v", kind, at-c.Now, want)
		}
	}
	ack(101, model.SYN|model.ACK, 100*time.Millisecond) // SRTT 100, RTTVAR 50
	c.Do(model.Event{Kind: model.Send, N: 10})
	due(300 * time.Millisecond)
	ack(111, model.ACK, 120*time.Millisecond) // a trip of 20: RTTVAR 57.5, SRTT 90
	c.Do(model.Event{Kind: model.Send, N: 10})
	due(320 * time.Millisecond)
	ack(111, model.ACK, 450*time.Millisecond) // sent again meanwhile
	due(440*time.Millisecond + 200*time.Millisecond - 10*time.Millisecond)
	ack(121, model.ACK, 500*time.Millisecond) // which measures nothing
	c.Do(model.Event{Kind: model.Send, N: 10})
	due(320 * time.Millisecond)
	for i := range model.Seq(60) { // trips of nothing
		ack(131+10*i, model.ACK, 500*time.Millisecond)
		c.Do(model.Event{Kind: model.Send, N: 10})
	}
	due(200 * time.Millisecond)
}

func TestASynIsGivenUpSooner(t *testing.T) {
	c := conn()
	c.Timers.SynGiveUp = 2 * time.Second
	c.Do(model.Event{Kind: model.OpenActive, Remote: true, Iss: 100})
	expect(t, story(c, time.Minute), []string{"1 retransmission timeout SYN 100", "2 user timeout"})
}

// shut is the answer of a peer whose window is shut.
var shut = model.Event{Kind: model.SegmentArrives, Seg: model.Segment{Seq: 301, Ack: 101, Flags: model.ACK}}

// A connection whose probes are answered stays open, though the intervals between them grow beyond the user timeout; if they
// are not answered any more it is given up, and the time counts from the first probe without an answer (§3.8.6.1, MUST-37).
func TestAnsweredProbesKeepAConnectionOpen(t *testing.T) {
	c := established()
	c.Timers.GiveUp, c.Timers.MaxRTO = 10*time.Second, 0
	c.Do(shut)
	c.Do(model.Event{Kind: model.Send, N: 20})
	var probes []string
	answer := func(kind model.EventKind, o model.Output) {
		if kind != model.RetransmissionTimeout {
			t.Fatalf("at %v: %v", c.Now, kind)
		}
		probes = append(probes, fmt.Sprint(c.Now.Seconds()))
		c.Do(shut)
	}
	c.Advance(200*time.Second, answer)
	expect(t, probes, []string{"1", "3", "7", "15", "31", "63", "127"})
	expect(t, story(c, 300*time.Second), []string{"255 retransmission timeout ACK 101", "265 user timeout"})
}

// The answer that opens the window counts as well: what is sent upon it has the whole time.
func TestTheWindowOpens(t *testing.T) {
	c := established()
	c.Timers.GiveUp = 10 * time.Second
	c.Do(shut)
	c.Do(model.Event{Kind: model.Send, N: 20})
	c.Advance(8*time.Second, func(model.EventKind, model.Output) {})
	open := shut
	open.Seg.Wnd = 1000
	c.Do(open)
	got := story(c, time.Hour)
	if len(got) == 0 || got[len(got)-1] != "18 user timeout" {
		t.Errorf("got %q", got)
	}
}

// A host may send its SYN again a few times at the same interval, and add something to each later timeout.
func TestTheTimeoutsOfASyn(t *testing.T) {
	c := conn()
	c.Timers.SynLinear, c.Timers.Slop, c.Timers.GiveUp = 2, 200*time.Millisecond, 0
	c.Do(model.Event{Kind: model.OpenActive, Remote: true, Iss: 100})
	expect(t, story(c, 8*time.Second), []string{
		"1 retransmission timeout SYN 100", "2.2 retransmission timeout SYN 100", "3.4 retransmission timeout SYN 100",
		"5.6 retransmission timeout SYN 100",
	})
	c = conn()
	c.Do(model.Event{Kind: model.OpenActive, Remote: true, Iss: 100})
	c.HurrySyn(10 * time.Millisecond)
	c.HurrySyn(20 * time.Millisecond) // once only
	expect(t, story(c, 2100*time.Millisecond), []string{"0.01 retransmission timeout SYN 100", "2.01 retransmission timeout SYN 100"})
}

// An idle connection is probed at an interval, each segment of the peer starts the wait anew, and too many probes without an
// answer end it (§3.8.4).
func TestAnIdleConnectionIsProbed(t *testing.T) {
	c := established()
	c.Config.KeepAlive = true
	c.Timers.KeepIdle, c.Timers.KeepInterval, c.Timers.KeepProbes = 10*time.Second, time.Second, 2
	c.Heard()
	expect(t, story(c, 5*time.Second), nil)
	c.Do(model.Event{Kind: model.SegmentArrives, Seg: model.Segment{Seq: 301, Ack: 101, Flags: model.ACK, Wnd: 8000}})
	expect(t, story(c, time.Minute), []string{"15 retransmission timeout ACK 100", "16 retransmission timeout ACK 100", "17 ABORT RST 101"})
	if c.TCB != (model.TCB{}) {
		t.Errorf("in %v", c.TCB.State)
	}
}
