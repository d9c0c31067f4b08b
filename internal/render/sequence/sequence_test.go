package sequence

import (
	"bytes"
	"encoding/xml"
	"io"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/internal/golden"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// found is the shortest run of a theorem that fails.
func found(t *testing.T, theorem string) (*netfake.System, []netfake.Transition, Options) {
	t.Helper()
	q, err := properties.Find(theorem)
	if err != nil {
		t.Fatal(err)
	}
	o, err := q.Answer(t.Context(), properties.Settings{})
	if err != nil || o.Violated == "" {
		t.Fatalf("%s: %v, %v", theorem, o.Verdict, err)
	}
	return o.System, o.System.MustReplay(o.Actions()),
		Options{Options: ladder.Options{Violated: o.Violated, Why: properties.Meaning(o.Violated), Part: o.Part}, Title: "theorem " + theorem}
}

func written(t rapid.TB, sys *netfake.System, run []netfake.Transition, o Options, format string) string {
	var b bytes.Buffer
	if err := Write(&b, sys, run, o, format); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPictures(t *testing.T) {
	sys, run, o := found(t, "no-wait-old-fin")
	for _, format := range []string{"svg", "mmd", "tex"} {
		golden.Check(t, filepath.Join("testdata", "no-wait-old-fin."+format), written(t, sys, run, o, format))
	}
	for format, begin := range map[string]string{"png": "\x89PNG", "pdf": "%PDF"} {
		if got := written(t, sys, run, o, format); !strings.HasPrefix(got, begin) || len(got) < 5000 {
			t.Errorf("%s: %d bytes, begins with %.10q", format, len(got), got)
		}
	}
	if err := Write(io.Discard, sys, run, o, "gif"); err == nil {
		t.Error("a format that there is not is refused")
	}
}

// The fault is marked with the paragraph of the RFC that let it happen.
func TestAFaultHasItsClause(t *testing.T) {
	for theorem, want := range map[string]string{
		"two-segments-old-data": "RFC 9293 §3.10.7.4 seventh",
		"no-wait-old-fin":       "RFC 9293 §3.10.7.4 eighth",
	} {
		sys, run, _ := found(t, theorem)
		if got := clause(sys, &run[len(run)-1]); got != want {
			t.Errorf("%s: %q, want %q", theorem, got, want)
		}
	}
}

// walk takes a random run through a wide scenario.
func walk(t *rapid.T) (*netfake.System, []netfake.Transition) {
	sc := netfake.TwoHosts()
	sc.Net.MSL = rapid.IntRange(0, 3).Draw(t, "msl")
	if sc.Net.Bag = rapid.Bool().Draw(t, "bag"); sc.Net.Bag {
		sc.Net.Losses, sc.Net.Dups = 2, 2
	}
	sc.Watch = 1<<netfake.NumFaults - 1
	for i := range sc.Peer {
		sc.Peer[i].TCP.MSS = 1 // several segments in one step
		sc.Peer[i].User = netfake.User{Active: 2, Passive: 2, Octets: 3, Close: true, Abort: true, Crashes: 1, UserTimeout: true}
	}
	sc.Attacker = []netfake.Packet{{Dst: netfake.A, Seg: model.Segment{Seq: sc.Peer[1].Base + 1, Flags: model.RST}}}
	sys, err := netfake.New(sc)
	if err != nil {
		t.Fatal(err)
	}
	s := sys.Init()[0]
	var run netfake.Run
	for range rapid.IntRange(0, 40).Draw(t, "steps") {
		actions := sys.Actions(nil, s)
		if len(actions) == 0 {
			break
		}
		a := rapid.SampledFrom(actions).Draw(t, "action")
		run.Actions = append(run.Actions, a)
		s = sys.Step(s, a)
	}
	return sys, sys.MustReplay(run)
}

// Every arrival and every loss ends one arrow, at its step and after the departure; every segment that was sent has one.
func checkArrows(t *rapid.T) {
	sys, run := walk(t)
	ends, starts := map[int]int{}, map[[2]int]int{}
	for _, a := range arrows(sys, run) {
		if a.fate == arrived || a.fate == lost {
			ends[a.to]++
			tr := &run[a.to]
			if ladder.Ageless(a.packet) != ladder.Ageless(tr.Packet) || (a.fate == lost) != (tr.Action.Kind == netfake.Lose) {
				t.Fatalf("step %d: %v, drawn as %v", a.to+1, tr.Packet, a)
			}
		}
		if a.from >= a.to {
			t.Fatalf("an arrow from step %d to step %d", a.from+1, a.to+1)
		}
		if a.from >= 0 && !a.duplicate {
			starts[[2]int{a.from, a.slot}]++
		}
	}
	sent := 0
	for i := range run {
		if want := map[bool]int{true: 1}[run[i].Arrival()]; ends[i] != want {
			t.Fatalf("step %d: %d arrows end there, want %d", i+1, ends[i], want)
		}
		sent += len(run[i].Sent)
	}
	if len(starts) != sent {
		t.Fatalf("%d segments were sent, %d have an arrow", sent, len(starts))
	}
}

// Any run is drawn within its page, at any width, as well-formed SVG with each step in it.
func checkPage(t *rapid.T) {
	sys, run := walk(t)
	o := Options{Width: rapid.SampledFrom([]int{0, 360, 700, 1400}).Draw(t, "width")}
	d := newDrawing(sys, run, o)
	for _, m := range d.marks {
		for _, p := range m.at {
			if !(p.x >= 0 && p.x <= d.width && p.y >= 0 && p.y <= d.y) || math.IsNaN(p.x+p.y) {
				t.Fatalf("%+v is outside of a page of %g × %g", m, d.width, d.y)
			}
		}
	}
	svg := written(t, sys, run, o, "svg")
	if again := written(t, sys, run, o, "svg"); again != svg {
		t.Fatal("the same run is drawn in two ways")
	}
	for dec := xml.NewDecoder(strings.NewReader(svg)); ; {
		_, err := dec.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("the SVG is not XML: %v", err)
		}
	}
	for i := range run {
		if state := run[i].To.Peer[run[i].Side()].State().String(); o.Width >= 700 && !strings.Contains(svg, ">"+state+"<") {
			t.Fatalf("step %d leads to %s, which the picture does not name", i+1, state)
		}
	}
}

func TestArrows(t *testing.T) { rapid.Check(t, checkArrows) }
func TestPage(t *testing.T)   { rapid.Check(t, checkPage) }

func FuzzPage(f *testing.F) { f.Fuzz(rapid.MakeFuzz(checkPage)) }
