package export

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpcheck/tcpcheck/internal/capture"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// walk takes a random run through the scenario of a theorem.
func walk(t *testing.T, theorem string, seed uint64) (*netfake.System, []netfake.Action) {
	t.Helper()
	th, ok := properties.ByName(theorem)
	if !ok {
		t.Fatalf("no theorem %s", theorem)
	}
	sys, err := netfake.New(th.Scenario())
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(seed, 1))
	s := sys.Init()[0]
	var run []netfake.Action
	for range 60 {
		actions := sys.Actions(nil, s)
		if len(actions) == 0 {
			break
		}
		a := actions[r.IntN(len(actions))]
		next := sys.Step(s, a)
		if netfake.CutOff(next) != "" {
			break
		}
		s, run = next, append(run, a)
	}
	return sys, run
}

// passes is what passes A or B, straight from the world.
func passes(sys *netfake.System, run []netfake.Action, side int) (list []string) {
	s := sys.Init()[0]
	for _, a := range run {
		w := sys.Unpack(s)
		var h netfake.Happening
		sys.Apply(&w, a, &h)
		if a.Kind == netfake.Deliver || a.Kind == netfake.DeliverKeep || a.Kind == netfake.Inject {
			if h.Packet.Dst == side {
				list = append(list, fmt.Sprint("in ", h.Packet.Seg, h.Packet.Seg.Wnd))
			}
		}
		for _, p := range h.Sent {
			if p.Dst != side {
				list = append(list, fmt.Sprint("out ", p.Seg, p.Seg.Wnd))
			}
		}
		s = sys.Step(s, a)
	}
	return list
}

var theorems = []string{"stream-both-ways", "wait-keeps-old-text-out", "simultaneous-open", "wait-keeps-old-fin-out", "simultaneous-close"}

// reread reads a capture with package trace.
func reread(t *testing.T, data []byte) (list []capture.Packet) {
	t.Helper()
	src, err := capture.Open(bytes.NewReader(data), "capture")
	if err != nil {
		t.Fatal(err)
	}
	for {
		p, err := src.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if p.BadChecksum {
			t.Errorf("packet %d: bad checksum", p.Number)
		}
		if n := len(list); n > 0 && p.Time.Before(list[n-1].Time) {
			t.Errorf("packet %d: earlier than the one before", p.Number)
		}
		list = append(list, p)
	}
	if len(src.Skipped()) > 0 {
		t.Errorf("skipped: %v", src.Skipped())
	}
	return list
}

func TestACaptureIsReadAgain(t *testing.T) {
	packets := 0
	for _, name := range theorems {
		for seed := range uint64(30) {
			sys, run := walk(t, name, seed)
			sent := 0
			for side, at := range []Point{AtA, AtB} {
				var b bytes.Buffer
				if err := Pcap(&b, sys.MustReplay(netfake.Run{Actions: run}), at); err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, p := range reread(t, b.Bytes()) {
					way := "in "
					if p.Flow.Src == sockets[side] {
						way = "out "
						sent++
					}
					got = append(got, fmt.Sprint(way, p.Seg, p.Seg.Wnd))
				}
				if d := cmp.Diff(passes(sys, run, side), got); d != "" {
					t.Fatalf("%s, %d, at %s: what passes (-), what is read (+):\n%s", name, seed, at, d)
				}
				packets += len(got)
			}
			var b bytes.Buffer
			if err := Pcap(&b, sys.MustReplay(netfake.Run{Actions: run}), AtWire); err != nil {
				t.Fatal(err)
			}
			if got := len(reread(t, b.Bytes())); got < sent || len(sys.Scenario().Stale) == 0 && got != sent {
				t.Errorf("%s, %d: the wire shows what is sent, %d segments: got %d", name, seed, sent, got)
			}
		}
	}
	if packets < 1000 {
		t.Errorf("only %d packets were compared", packets)
	}
}

// host runs a script on the machine, with initial numbers of its own.
type host struct {
	t      *testing.T
	config model.Config
	tcb    model.TCB
	iss    model.Seq
	sent   []model.Segment
}

func (h *host) do(e model.Event) {
	h.iss += 70_000
	e.Iss = h.iss
	if e.Kind == model.OpenActive {
		e.Remote = true
	}
	var o model.Output
	h.tcb, o = model.Step(h.config, h.tcb, e)
	h.sent = append(h.sent, o.Sent()...)
}

var (
	segmentLine = regexp.MustCompile(`^\S+ ([<>]) ([FSRPU.]+) (\d+):(\d+)\((\d+)\)(?: ack (\d+))?(?: win (\d+))?(.*)$`)
	option      = regexp.MustCompile(`mss (\d+)|TS val (\d+)`)
	flagOf      = map[rune]model.Flags{'F': model.FIN, 'S': model.SYN, 'R': model.RST, 'P': model.PSH, 'U': model.URG, '.': model.ACK}
)

func number(text string) uint32 {
	n, _ := strconv.ParseUint(text, 10, 32)
	return uint32(n)
}

// line carries out one line; local is the ISS from which numbers count.
func (h *host) line(text string, local *model.Seq) {
	switch f := segmentLine.FindStringSubmatch(text); {
	case f != nil:
		h.segment(text, f, local)
	case strings.Contains(text, "listen("):
		h.do(model.Event{Kind: model.OpenPassive})
	case strings.Contains(text, "connect("):
		h.do(model.Event{Kind: model.OpenActive})
	case strings.Contains(text, "write("):
		h.do(model.Event{Kind: model.Send, N: 1})
	case strings.Contains(text, "shutdown("):
		h.do(model.Event{Kind: model.Close})
	case strings.Contains(text, "retransmission timeout"):
		h.do(model.Event{Kind: model.RetransmissionTimeout})
	case strings.Contains(text, "TIME-WAIT timeout"):
		h.do(model.Event{Kind: model.TimeWaitTimeout})
	case strings.Contains(text, "close("):
		if h.tcb.State == model.Listen || h.tcb.State == model.SynSent {
			h.do(model.Event{Kind: model.Close})
		}
	}
	if h.tcb.State >= model.SynSent {
		*local = h.tcb.Iss
	}
}

func (h *host) segment(text string, f []string, local *model.Seq) {
	seg := model.Segment{Seq: model.Seq(number(f[3])), Len: uint16(number(f[5])), Wnd: uint16(number(f[7]))}
	for _, c := range f[2] {
		seg.Flags |= flagOf[c]
	}
	if f[1] == "<" {
		if seg.Has(model.ACK) {
			seg.Ack = model.Seq(number(f[6])) + *local
		}
		for _, o := range option.FindAllStringSubmatch(f[8], -1) {
			if o[1] != "" {
				seg.Opts, seg.MSS = seg.Opts|model.OptMSS, uint16(number(o[1]))
			} else {
				seg.Opts, seg.TSVal = seg.Opts|model.OptTimestamps, number(o[2])
			}
		}
		h.do(model.Event{Kind: model.SegmentArrives, Seg: seg})
		return
	}
	if len(h.sent) == 0 {
		h.t.Errorf("%s: nothing is sent", text)
		return
	}
	got := h.sent[0]
	h.sent = h.sent[1:]
	if !seg.Has(model.RST|model.ACK) || seg.Seq != 0 {
		seg.Seq += *local
	}
	if seg.Has(model.ACK) {
		seg.Ack = model.Seq(number(f[6]))
	}
	if got.String()[:strings.Index(got.String()+"<TS", "<TS")] != seg.String() {
		h.t.Errorf("%s: the host sends %v, the script expects %v", text, got, seg)
	}
}

func TestAScriptBringsAboutTheRun(t *testing.T) {
	expected, unfaithful := 0, 0
	for _, name := range theorems {
		for seed := range uint64(40) {
			sys, run := walk(t, name, seed)
			for me := range 2 {
				var b bytes.Buffer
				err := Packetdrill(&b, sys, sys.MustReplay(netfake.Run{Actions: run}), me)
				if err != nil {
					var u *Unfaithful
					if !errors.As(err, &u) {
						t.Fatal(err)
					}
					if !strings.Contains(b.String(), "cannot be said here") {
						t.Errorf("%v, but the script does not say so", err)
					}
					unfaithful++
					continue
				}
				h := &host{t: t, config: sys.Scenario().Peer[me].TCP, iss: 1_000_000}
				var local model.Seq
				for _, line := range strings.Split(b.String(), "\n") {
					h.line(line, &local)
					if strings.Contains(line, " > ") {
						expected++
					}
				}
				if len(h.sent) > 0 {
					t.Errorf("%s, %d, %d: the host sends what the script does not expect: %v", name, seed, me, h.sent)
				}
				s := sys.Init()[0]
				for _, a := range run {
					s = sys.Step(s, a)
				}
				w := sys.Unpack(s)
				if want := w.Peer[me].State(); h.tcb.State != want {
					t.Errorf("%s, %d, %d: the host ends in %v, the run in %v", name, seed, me, h.tcb.State, want)
				}
				if t.Failed() {
					t.Fatal(b.String())
				}
			}
		}
	}
	if expected < 500 || unfaithful < 3 {
		t.Errorf("only %d segments were expected, %d scripts unfaithful", expected, unfaithful)
	}
}
