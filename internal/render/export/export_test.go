package export

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpcheck/tcpcheck/internal/capture"
	"github.com/tcpcheck/tcpcheck/internal/packetdrill"
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

// Each script is passed by the model with the policies that it names, and says of each segment that the endpoint sends that it is expected.
func TestAScriptBringsAboutTheRun(t *testing.T) {
	expected, passed := 0, 0
	refused := map[string]int{}
	for _, name := range theorems {
		for seed := range uint64(60) {
			sys, run := walk(t, name, seed)
			for me := range 2 {
				transitions := sys.MustReplay(netfake.Run{Actions: run})
				var b bytes.Buffer
				if err := Packetdrill(&b, sys, transitions, me); err != nil {
					var u *Unfaithful
					if !errors.As(err, &u) || b.Len() > 0 {
						t.Fatalf("%v, with %d octets written", err, b.Len())
					}
					refused[u.Why]++
					continue
				}
				res, err := packetdrill.Run("t", b.Bytes(), packetdrill.Model(), packetdrill.Options{})
				if err != nil || res.Verdict != packetdrill.Pass {
					t.Fatalf("%s, %d, %d: %+v, %v\n%s", name, seed, me, res, err, b.String())
				}
				passed++
				lines := strings.Count(b.String(), " > ")
				for i := range transitions {
					if m := &transitions[i]; m.Side() == me && m.Stepped {
						lines -= len(sent(m))
					}
				}
				if sys.Scenario().Start == netfake.StartEstablished {
					lines -= map[int]int{netfake.A: 2, netfake.B: 1}[me]
				}
				if lines != 0 {
					t.Errorf("%s, %d, %d: %d lines more than segments\n%s", name, seed, me, lines, b.String())
				}
				expected += strings.Count(b.String(), " > ")
			}
		}
	}
	if expected < 500 || passed < 200 {
		t.Errorf("only %d segments were expected in %d scripts; refused: %v", expected, passed, refused)
	}
	t.Logf("%d scripts with %d segments; refused: %v", passed, expected, refused)
}
