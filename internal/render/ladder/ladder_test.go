package ladder

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/internal/golden"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

func pair(change func(*netfake.Scenario)) netfake.Scenario {
	sc := netfake.TwoHosts()
	change(&sc)
	return sc
}

// script is a run in words, so that a figure of the RFC can be told in its order: "A open",
// "A<-SYN,ACK" for the arrival of the first such segment, "lose A<-ACK", "tick".
func script(t *testing.T, sc netfake.Scenario, lines ...string) (*netfake.System, netfake.Run) {
	t.Helper()
	sys, err := netfake.New(sc)
	if err != nil {
		t.Fatal(err)
	}
	s := sys.Init()[0]
	var run netfake.Run
next:
	for _, l := range lines {
		for _, a := range sys.Actions(nil, s) {
			if matches(sys, s, a, l) {
				run.Actions = append(run.Actions, a)
				s = sys.Step(s, a)
				continue next
			}
		}
		t.Fatalf("%q cannot happen after %d steps: %v", l, len(run.Actions), sys.Actions(nil, s))
	}
	return sys, run
}

func matches(sys *netfake.System, s netfake.State, a netfake.Action, line string) bool {
	at, what, segment := strings.Cut(line, "<-")
	if !segment {
		at, what, _ := strings.Cut(line, " ")
		return line == "tick" && a.Kind == netfake.Tick ||
			at == netfake.PeerName(int(a.Peer)) && a.Kind.String() == what && a.Kind > netfake.Inject
	}
	kinds := []netfake.ActionKind{netfake.Deliver, netfake.Inject}
	if name, ok := strings.CutPrefix(at, "lose "); ok {
		at, kinds = name, []netfake.ActionKind{netfake.Lose, netfake.Lose}
	}
	if at != netfake.PeerName(int(a.Peer)) || a.Kind != kinds[0] && a.Kind != kinds[1] {
		return false
	}
	w := sys.Unpack(s)
	var h netfake.Happening
	sys.Apply(&w, a, &h)
	return h.Packet.Seg.Flags.String() == what || strings.HasPrefix(h.Packet.Seg.String(), what)
}

// The figures of RFC 9293 §3.5 and §3.6, told by the machine, and what they do not show.
func TestFigures(t *testing.T) {
	open := func(sc *netfake.Scenario) {
		sc.Peer[0].User = netfake.User{Active: 1, Octets: 1, Close: true}
		sc.Peer[1].User = netfake.User{Passive: 1, Accepts: 2, Close: true}
	}
	for _, f := range []struct {
		name     string
		sc       netfake.Scenario
		violated string
		lines    []string
	}{
		{"figure6", pair(open), "", []string{"B passive OPEN", "A active OPEN", "B<-SYN", "A<-SYN,ACK", "B<-ACK", "A SEND", "B<-PSH,ACK"}},
		{"figure7", pair(func(sc *netfake.Scenario) {
			for i := range sc.Peer {
				sc.Peer[i].User.Active = 1
				sc.Peer[i].TCP.SeqCheck = model.SeqOneBefore
			}
		}), "", []string{"A active OPEN", "B active OPEN", "A<-SYN", "B<-SYN", "A<-SYN,ACK", "B<-SYN,ACK"}},
		{"figure8", pair(func(sc *netfake.Scenario) {
			open(sc)
			sc.Stale = []netfake.Packet{{Dst: netfake.B, Seg: model.Segment{Seq: 90, Flags: model.SYN, Wnd: 4}}}
		}), "", []string{"B passive OPEN", "A active OPEN", "B<-<SEQ=90>", "A<-SYN,ACK", "B<-RST", "B<-<SEQ=100>", "A<-<SEQ=301>", "B<-<SEQ=101>"}},
		{"figure12", pair(func(sc *netfake.Scenario) {
			open(sc)
			sc.Start, sc.Net.MSL = netfake.StartEstablished, 2
			sc.Peer[0].TimeWait = 2
		}), "", []string{"A CLOSE", "B<-FIN,ACK", "A<-ACK", "B CLOSE", "A<-FIN,ACK", "B<-<SEQ=102>", "tick", "tick", "A TIME-WAIT timeout"}},
		{"figure13", pair(func(sc *netfake.Scenario) { open(sc); sc.Start = netfake.StartEstablished }), "",
			[]string{"A CLOSE", "B CLOSE", "A<-FIN,ACK", "B<-FIN,ACK", "A<-ACK", "B<-<SEQ=102>", "A TIME-WAIT timeout", "B TIME-WAIT timeout"}},
		{"lost", pair(func(sc *netfake.Scenario) {
			open(sc)
			sc.Net = netfake.Network{Bag: true, Losses: 1}
		}), "", []string{"B passive OPEN", "A active OPEN", "lose B<-SYN", "A retransmission timeout", "B<-SYN"}},
		{"attacked", pair(func(sc *netfake.Scenario) {
			open(sc)
			sc.Start, sc.Watch = netfake.StartEstablished, netfake.ForeignReset
			sc.Attacker = []netfake.Packet{{Dst: netfake.A, Seg: model.Segment{Seq: 301, Flags: model.RST}}}
		}), "no-foreign-reset", []string{"A SEND", "A<-RST"}},
	} {
		sys, run := script(t, f.sc, f.lines...)
		var b bytes.Buffer
		o := Options{Violated: f.violated}
		if fault, err := netfake.ParseFault(strings.TrimPrefix(f.violated, "no-")); err == nil {
			o.Why = fault.Meaning()
		}
		if err := Write(&b, sys, sys.MustReplay(run), o); err != nil {
			t.Fatal(err)
		}
		golden.Check(t, filepath.Join("testdata", f.name+".golden"), b.String())
	}
}

// checkDrawing: any run can be drawn, on any terminal from 80 columns on, the same each time; colour adds
// escapes only; and the steps for programs are as many as those that were taken.
func checkDrawing(t *rapid.T) {
	sc := pair(func(sc *netfake.Scenario) {
		sc.Net.MSL = rapid.IntRange(0, 3).Draw(t, "msl")
		sc.Net.Bag = rapid.Bool().Draw(t, "bag")
		if sc.Net.Bag {
			sc.Net.Losses, sc.Net.Dups = 2, 2
		}
		sc.Watch = 1<<netfake.NumFaults - 1
		for i := range sc.Peer {
			h := &sc.Peer[i]
			h.Base = rapid.SampledFrom([]model.Seq{100, 300, 4294967000}).Draw(t, "base")
			h.TCP.Timestamps = true
			h.TCP.DataOnSyn = rapid.Bool().Draw(t, "data")
			h.User = netfake.User{Active: 2, Passive: 2, Octets: 3, Close: true, Abort: true, Crashes: 1, UserTimeout: true}
		}
		sc.Attacker = []netfake.Packet{{Dst: netfake.A, Seg: model.Segment{Seq: sc.Peer[1].Base + 1, Flags: model.RST}}}
	})
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
	draw := func(o Options) string {
		var b bytes.Buffer
		if err := Write(&b, sys, sys.MustReplay(run), o); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	why := netfake.SilentEnd.Meaning()
	text := draw(Options{Violated: "no-silent-end", Why: why})
	for terminal, most := range map[int]int{0: 100, 60: 80, 80: 80, 91: 91, 200: 100} {
		for _, l := range strings.Split(draw(Options{Violated: "no-silent-end", Why: why, Width: terminal, Legend: true}), "\n") {
			if n := utf8.RuneCountInString(l); n > most {
				t.Fatalf("a terminal of %d columns, and a line of %d: %q", terminal, n, l)
			}
			if l != strings.TrimRight(l, " ") {
				t.Fatalf("blanks at the end of %q", l)
			}
		}
	}
	if draw(Options{Violated: "no-silent-end", Why: why}) != text {
		t.Fatal("the same run gives another text")
	}
	plain := draw(Options{Violated: "no-silent-end", Why: why, Color: true})
	for _, esc := range []style{quiet, speech, alarm, faint, reset} {
		plain = strings.ReplaceAll(plain, string(esc), "")
	}
	if plain != text {
		t.Fatalf("colour changes more than colours: %s", cmp.Diff(text, plain))
	}
	if steps := Describe(sys, sys.MustReplay(run)); len(steps) != len(run.Actions) {
		t.Fatalf("%d steps of %d", len(steps), len(run.Actions))
	}
}

func TestDrawing(t *testing.T) { rapid.Check(t, checkDrawing) }
func FuzzDrawing(f *testing.F) { f.Fuzz(rapid.MakeFuzz(checkDrawing)) }

// A loop is marked where it begins, and shows its ticks, which may be all there is in it.
func TestLoop(t *testing.T) {
	sys, run := script(t, pair(func(sc *netfake.Scenario) {
		sc.Start, sc.Net.MSL = netfake.StartEstablished, 1
		sc.Peer[0].User.Close = true
	}), "A CLOSE", "B<-FIN,ACK", "A<-ACK", "tick", "tick")
	var b bytes.Buffer
	run.Loop = 1
	if err := Write(&b, sys, sys.MustReplay(run), Options{Violated: "A is CLOSED at last", Why: "B never closes", Loop: 1}); err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "testdata/loop.golden", b.String())
}

// A loop that begins with the arrival of what was sent just before: it is not drawn on the row before the mark.
func TestALoopBeginsOnARowOfItsOwn(t *testing.T) {
	sys, run := script(t, pair(func(sc *netfake.Scenario) {
		sc.Start, sc.Net.MSL = netfake.StartEstablished, 2
		sc.Peer[0].User.Close = true
		sc.Peer[0].GiveUp = 3
	}), "A CLOSE", "B<-FIN,ACK", "tick", "B<-FIN,ACK", "A retransmission timeout", "B<-FIN,ACK")
	run.Loop = 1
	var b bytes.Buffer
	if err := Write(&b, sys, sys.MustReplay(run), Options{Loop: 1}); err != nil {
		t.Fatal(err)
	}
	want := `          FIN-WAIT-1   --> <SEQ=101><ACK=301><CTL=FIN,ACK>    ...
          from here again and again:
  6.                   ... <SEQ=101><ACK=301><CTL=FIN,ACK>    --> CLOSE-WAIT
`
	if !strings.Contains(b.String(), want) {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}
