package diagram

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

var small = model.Config{RcvBuf: 4, MSS: 2}

func rich(t *testing.T, c model.Config, workers int) *Diagram {
	t.Helper()
	d := &Diagram{}
	for _, sc := range Rich(c) {
		reason, err := d.Add(t.Context(), sc, explore.Options[netfake.State, netfake.Action]{Workers: workers})
		if err != nil || reason != "" && reason != "wire full " {
			t.Fatalf("%q, %v", reason, err)
		}
	}
	d.AddCalls(c)
	return d
}

func TestTheBaseMachineIsFigure5AndMore(t *testing.T) {
	d := rich(t, small, 1)
	if missing := d.Missing(); len(missing) > 0 {
		t.Errorf("every arrow of Figure 5 is found: missing %v", missing)
	}
	reached := map[model.State]bool{}
	var others []string
	for _, e := range d.Edges() {
		reached[e.To] = true
		if e.Kind == Undrawn || e.Kind == Noted && e.Event != "rcv RST" {
			others = append(others, fmt.Sprintf("%v -> %v: %s / %s %s", e.From, e.To, e.Event, e.Output, e.Why))
		}
	}
	if len(reached) != model.NumStates {
		t.Errorf("all eleven states are reached: got %v", reached)
	}
	// The letter of §3.10 brings about all of these; the figure is "only a summary".
	want := `LISTEN -> CLOSED: ABORT / delete TCB 
LISTEN -> SYN-SENT: active OPEN / snd SYN 
SYN-SENT -> CLOSED: ABORT / delete TCB 
SYN-SENT -> CLOSED: user timeout / delete TCB 
SYN-RECEIVED -> CLOSED: ABORT / delete TCB, snd RST 
SYN-RECEIVED -> CLOSED: user timeout / delete TCB 
SYN-RECEIVED -> LISTEN: rcv SYN / x erratum 8710
SYN-RECEIVED -> CLOSE-WAIT: rcv FIN, ACK of SYN / snd ACK 
ESTABLISHED -> CLOSED: ABORT / delete TCB, snd RST 
ESTABLISHED -> CLOSED: user timeout / delete TCB 
ESTABLISHED -> CLOSE-WAIT: rcv text before a FIN that is held / snd ACK 
FIN-WAIT-1 -> CLOSED: ABORT / delete TCB, snd RST 
FIN-WAIT-1 -> CLOSED: user timeout / delete TCB 
FIN-WAIT-1 -> FIN-WAIT-2: rcv ACK of FIN / snd ACK 
FIN-WAIT-1 -> FIN-WAIT-2: rcv ACK of SYN, ACK of FIN / x 
FIN-WAIT-1 -> CLOSING: rcv FIN, ACK of SYN / snd ACK 
FIN-WAIT-1 -> CLOSING: rcv text before a FIN that is held / snd ACK 
FIN-WAIT-1 -> TIME-WAIT: rcv FIN, ACK of FIN / snd ACK note 2
FIN-WAIT-1 -> TIME-WAIT: rcv FIN, ACK of SYN, ACK of FIN / snd ACK note 2
FIN-WAIT-2 -> CLOSED: ABORT / delete TCB, snd RST 
FIN-WAIT-2 -> TIME-WAIT: rcv text before a FIN that is held / snd ACK 
CLOSE-WAIT -> CLOSED: ABORT / delete TCB, snd RST 
CLOSE-WAIT -> CLOSED: user timeout / delete TCB 
CLOSING -> CLOSED: ABORT / delete TCB 
CLOSING -> CLOSED: user timeout / delete TCB 
LAST-ACK -> CLOSED: ABORT / delete TCB 
LAST-ACK -> CLOSED: user timeout / delete TCB 
TIME-WAIT -> CLOSED: ABORT / delete TCB `
	if got := strings.Join(others, "\n"); got != want {
		t.Errorf("what Figure 5 does not draw (-want +got)\n%s", cmp.Diff(want, got))
	}
}

func TestAMutantLosesAnArrow(t *testing.T) {
	c := small
	c.Mutant = model.NoTimeWait
	got := rich(t, c, 1).Missing()
	want := Arrow{model.FinWait2, model.TimeWait, "rcv FIN", "snd ACK"}
	if !slices.Contains(got, want) {
		t.Errorf("a machine without TIME-WAIT misses the arrow to it: got %v", got)
	}
	for _, a := range got {
		if a.From != model.TimeWait && a.To != model.TimeWait {
			t.Errorf("a machine without TIME-WAIT misses no other: got %v", a)
		}
	}
}

func TestTheDiagramIsTheSameForAnyNumberOfWorkers(t *testing.T) {
	var one, two bytes.Buffer
	if err := rich(t, small, 1).WriteJSONL(&one); err != nil {
		t.Fatal(err)
	}
	if err := rich(t, small, 2).WriteJSONL(&two); err != nil {
		t.Fatal(err)
	}
	if one.String() != two.String() {
		t.Error(cmp.Diff(one.String(), two.String()))
	}
}

func TestAMissingArrowIsDrawnAndCounted(t *testing.T) {
	d := &Diagram{}
	d.AddCalls(small)
	var b bytes.Buffer
	if err := d.Draw().Write(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"NEVER FOUND\\n rcv FIN / snd ACK", "in the figure, and never found: 15"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

// Figure 5 has one mark for each endpoint, in the right CLOSED too.
func TestPlaces(t *testing.T) {
	for _, c := range []struct {
		states [2]model.State
		before [2]bool
		want   map[string]string
	}{
		{[2]model.State{model.Established, model.Listen}, [2]bool{}, map[string]string{"ESTABLISHED": "ESTABLISHED\nA", "LISTEN": "LISTEN\nB"}},
		{[2]model.State{model.TimeWait, model.TimeWait}, [2]bool{}, map[string]string{"TIME-WAIT": "TIME-WAIT\nA, B"}},
		{[2]model.State{model.Closed, model.Closed}, [2]bool{true, false}, map[string]string{"CLOSED again": "CLOSED\nA", "CLOSED": "CLOSED\nB"}},
	} {
		g := Places(c.states, c.before)
		got := map[string]string{}
		for _, n := range g.Nodes {
			if color, _ := n.Get("fillcolor"); color == hereColor {
				got[n.DOTID()], _ = n.Get("label")
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%v %v (-want +got):\n%s", c.states, c.before, diff)
		}
		if len(g.Edges) != len(Figure5) {
			t.Errorf("%d arrows, the figure has %d", len(g.Edges), len(Figure5))
		}
	}
}
