package host_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tcpcheck/tcpcheck/host"
	"github.com/tcpcheck/tcpcheck/model"
)

func conn() *host.Conn {
	return &host.Conn{Config: model.Default(), Timers: host.RFC()}
}

// story lets time pass and says at which second what happened.
func story(c *host.Conn, to time.Duration) []string {
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
	c.Timers.GiveUp = 10 * time.Second
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

func established() *host.Conn {
	c := conn()
	c.Do(model.Event{Kind: model.OpenActive, Remote: true, Iss: 100})
	c.Do(model.Event{Kind: model.SegmentArrives, Seg: model.Segment{Seq: 300, Ack: 101, Flags: model.SYN | model.ACK, Wnd: 8000}})
	return c
}
