package conform_test

import (
	"io"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/internal/timed"
	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

var (
	local  = netip.MustParseAddrPort("192.0.2.2:80")
	remote = netip.MustParseAddrPort("192.0.2.1:4000")
)

func machine() conform.Peer { return conform.Machine(model.Default(), timed.RFC(), 1000) }

// piped is a peer behind the line format.
func piped(t *testing.T, p conform.Peer) conform.Peer {
	requests, ask := io.Pipe()
	answers, say := io.Pipe()
	served := make(chan error, 1)
	go func() { served <- conform.Serve(p, requests, say); say.Close() }()
	t.Cleanup(func() {
		ask.Close()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	q, err := conform.Dial(answers, ask)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func packet(t *testing.T, s model.Segment) conform.Input {
	text := make([]byte, s.Len)
	for i := range text {
		text[i] = conform.Octet(uint32(i))
	}
	b, err := wire.Encode(s, wire.Flow{Src: remote, Dst: local}, text)
	if err != nil {
		t.Fatal(err)
	}
	return conform.Input{Op: conform.Packet, Bytes: b}
}

// A peer says the same in process and through the line format, whatever it is asked.
func TestTheLineFormatLosesNothing(t *testing.T) {
	direct, lines := machine(), piped(t, machine())
	if diff := cmp.Diff(direct.Hello(), lines.Hello()); diff != "" {
		t.Fatal(diff)
	}
	const iss = 1000 + 1<<20
	inputs := []conform.Input{
		{Op: conform.Send, N: 3},
		{Op: conform.Listen},
		packet(t, model.Segment{Seq: 300, Flags: model.SYN, Wnd: 4000}),
		{Op: conform.Sleep, For: 1500 * time.Millisecond},
		packet(t, model.Segment{Seq: 301, Ack: iss + 1, Flags: model.ACK, Wnd: 4000}),
		{Op: conform.Send, N: 2000},
		packet(t, model.Segment{Seq: 301, Ack: iss + 2001, Flags: model.ACK, Wnd: 4000, Len: 300}),
		{Op: conform.Receive, N: 400},
		{Op: conform.Close},
		packet(t, model.Segment{Seq: 601, Ack: iss + 2002, Flags: model.ACK | model.FIN, Wnd: 4000}),
		{Op: conform.Sleep, For: time.Hour},
		{Op: conform.Connect},
		{Op: conform.Abort},
		{Op: conform.Release},
	}
	for _, p := range []conform.Peer{direct, lines} {
		if err := p.Reset(local, remote); err != nil {
			t.Fatal(err)
		}
	}
	var states []model.State
	for i, in := range inputs {
		want, err := direct.Do(in)
		got, err2 := lines.Do(in)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("input %d, %v (-direct +lines):\n%s", i, in.Op, diff)
		}
		states = append(states, want.State)
	}
	if diff := cmp.Diff([]model.State{
		model.Closed, model.Listen, model.SynReceived, model.SynReceived, model.Established, model.Established, model.Established,
		model.Established, model.FinWait1, model.TimeWait, model.Closed, model.SynSent, model.Closed, model.Closed,
	}, states); diff != "" {
		t.Error(diff)
	}
}

// What a program says wrong is told, with what was expected.
func TestWrongAnswersAreTold(t *testing.T) {
	const hello = "hello me 1 virtual tells\ndone\n"
	for answers, want := range map[string]string{
		"":                              `expected a line that begins with "done", got EOF`,
		"done\n":                        `expected one line "hello NAME VERSION virtual|real tells|silent [backlog]", got []`,
		"hello me 1 fast tells\ndone":   "expected a line",
		hello + "packet 0 4x\ndone\n":   `answer to "listen": expected "packet MICROSECONDS HEX", got "packet 0 4x"`,
		hello + "packet -1 45\ndone\n":  `expected "packet MICROSECONDS HEX"`,
		hello + "signal louder\ndone\n": `expected one of the signals [opened reset refused timed-out end], got "signal louder"`,
		hello + "text 4\ndone\n":        `expected "text HEX"`,
		hello + "what\ndone\n":          "expected packet, text, signal, error or done",
		hello + "done\n":                `expected "done" and a state of RFC 9293, or "done gone", got "done "`,
		hello + "done listen\n":         `got "done listen"`,
		"hello me 1 real silent\ndone\ndone LISTEN\n": "no states are told",
	} {
		p, err := conform.Dial(strings.NewReader(answers), io.Discard)
		if err == nil {
			_, err = p.Do(conform.Input{Op: conform.Listen})
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", answers, err, want)
		}
	}
}

// What a harness asks wrong is told, too.
func TestWrongRequestsAreTold(t *testing.T) {
	for request, want := range map[string]string{
		"dance":              "expected hello, reset, or one of [listen connect",
		"send -1":            "value out of range",
		"send x":             "invalid syntax",
		"listen now":         "no argument is expected",
		"packet 4":           "odd length hex string",
		"sleep 1.5":          "invalid syntax",
		"reset 192.0.2.2:80": "expected reset LOCAL REMOTE",
	} {
		err := conform.Serve(machine(), strings.NewReader("hello\n"+request+"\n"), io.Discard)
		if err == nil || !strings.Contains(err.Error(), `request 2, "`+request) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", request, err, want)
		}
	}
}

// What was received before the end of a connection can be read after it, once.
func TestTextOutlivesTheConnection(t *testing.T) {
	m := machine()
	if err := m.Reset(local, remote); err != nil {
		t.Fatal(err)
	}
	const iss = 1000 + 1<<20
	var got []int
	for _, in := range []conform.Input{
		{Op: conform.Listen},
		packet(t, model.Segment{Seq: 300, Flags: model.SYN, Wnd: 4000}),
		packet(t, model.Segment{Seq: 301, Ack: iss + 1, Flags: model.ACK, Wnd: 4000, Len: 30}),
		{Op: conform.Close},
		packet(t, model.Segment{Seq: 331, Ack: iss + 2, Flags: model.ACK | model.FIN, Wnd: 4000}),
		{Op: conform.Receive, N: 10},
		{Op: conform.Sleep, For: time.Hour},
		{Op: conform.Receive, N: 30},
		{Op: conform.Receive, N: 30},
	} {
		r, err := m.Do(in)
		if err != nil {
			t.Fatal(err)
		}
		if in.Op == conform.Receive {
			got = append(got, len(r.Text))
		}
	}
	if diff := cmp.Diff([]int{10, 20, 0}, got); diff != "" {
		t.Errorf("octets read (-want +got)\n%s", diff)
	}
}

// fussy has no IPv6.
type fussy struct{ conform.Peer }

func (f fussy) Reset(local, remote netip.AddrPort) error {
	if local.Addr().Is6() {
		return conform.Refusal("no IPv6")
	}
	return f.Peer.Reset(local, remote)
}

// Sockets that a stack can not have are refused, also through the line format, and other ones are not.
func TestSocketsAreRefused(t *testing.T) {
	p := piped(t, fussy{machine()})
	six := netip.MustParseAddrPort("[2001:db8::1]:80")
	if err := p.Reset(six, six); err != conform.Refusal("no IPv6") {
		t.Errorf("got %v", err)
	}
	if err := p.Reset(local, remote); err != nil {
		t.Error(err)
	}
	if r, err := p.Do(conform.Input{Op: conform.Listen}); err != nil || r.State != model.Listen {
		t.Error(r, err)
	}
}

// A program that hangs, or talks without end, is not waited for.
func TestAProgramThatHangs(t *testing.T) {
	const hello = "read x; echo hello me 1 virtual tells; echo done; read x; "
	for script, want := range map[string]string{
		"exec sleep 600":                    `answer to "hello": expected a line that begins with "done", got none within`,
		hello + "exec sleep 600":            `answer to "listen": expected a line that begins with "done", got none within`,
		hello + "echo what; exec sleep 600": `answer to "listen": expected a line that begins with "done", got none within`,
		hello + "yes":                       "more than 16777216 octets",
		hello + "yes | tr -d '\\n'":         "more than 16777216 octets",
		hello + "exit 7":                    `expected a line that begins with "done", got exit status 7`,
	} {
		patience := time.Minute // what ends in time must not fail on a busy machine
		if strings.HasPrefix(script, "exec") {
			patience = 300 * time.Millisecond
		}
		start := time.Now()
		p, err := conform.Exec(patience, "sh", "-c", script)
		if err == nil {
			if strings.HasSuffix(script, "sleep 600") {
				conform.SetPatience(p, 300*time.Millisecond)
			}
			_, err = p.Do(conform.Input{Op: conform.Listen})
			p.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", script, err, want)
		}
		if time.Since(start) > 5*time.Minute { // the program sleeps for ten
			t.Errorf("%s: ended after %v", script, time.Since(start))
		}
	}
}

// A sleep of a program whose clock is real may take as long as it says.
func TestASleepIsWaitedFor(t *testing.T) {
	p, err := conform.Exec(time.Minute, "sh", "-c",
		"read x; echo hello me 1 real silent; echo done; read x; sleep 0.6; echo done; read x; exit 0")
	if err != nil {
		t.Fatal(err)
	}
	conform.SetPatience(p, 300*time.Millisecond) // less than it sleeps
	if _, err := p.Do(conform.Input{Op: conform.Sleep, For: 2 * time.Minute}); err != nil {
		t.Error(err)
	}
	conform.SetPatience(p, time.Minute)
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}
