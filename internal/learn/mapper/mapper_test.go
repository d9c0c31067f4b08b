package mapper

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpcheck/tcpcheck/internal/figures"
	"github.com/tcpcheck/tcpcheck/internal/learn/mealy"
	"github.com/tcpcheck/tcpcheck/model"
)

var (
	small = model.Config{RcvBuf: 4, MSS: 2}
	tiny  = model.Config{RcvBuf: 2, MSS: 2} // with fewer states; small enough for all that is told apart
)

// made are the machines that were asked for already.
var made = map[string]*mealy.Machine{}

func machine(t *testing.T, c model.Config, o Options) *mealy.Machine {
	t.Helper()
	key := fmt.Sprint(c, o)
	if m := made[key]; m != nil {
		return m
	}
	m, err := New(c, o).Machine()
	if err != nil {
		t.Fatalf("%v %v: %v", c, o, err)
	}
	made[key] = m
	return m
}

// ask answers a word of inputs by their names, on the endpoint itself.
func ask(t *testing.T, m Mapper, word ...string) (answers []string) {
	t.Helper()
	e := m.Start()
	for _, name := range word {
		k := slices.IndexFunc(m.Inputs, func(in Input) bool { return in.Name == name })
		if k < 0 {
			t.Fatalf("no input %s", name)
		}
		var a string
		e, a = m.Step(e, m.Inputs[k])
		answers = append(answers, a)
	}
	return answers
}

func TestStoriesInTheWordsOfLearners(t *testing.T) {
	for _, c := range []struct{ claim, word, want string }{
		{"a server is opened, takes text, and is closed by its peer",
			"LISTEN SYN(V,V,0) ACK(V,V,0) ACK+PSH(V,V,1) FIN+ACK(V,V,0) CLOSE ACK(V,V,0)",
			"TIMEOUT SYN+ACK(V,V,0) TIMEOUT ACK(V,V,0) ACK(V,V,0) FIN+ACK(V,V,0) TIMEOUT"},
		{"a listener stays: it answers the next SYN, and a second CLOSE ends it",
			"LISTEN SYN(V,V,0) RST(V,V,0) SYN(V,V,0) RST(V,V,0) CLOSE SYN(V,V,0)",
			"TIMEOUT SYN+ACK(V,V,0) TIMEOUT SYN+ACK(V,V,0) TIMEOUT TIMEOUT RST+ACK(ZERO,V,0)"},
		{"a client is opened, sends, and closes first",
			"CONNECT SYN+ACK(V,V,0) SEND CLOSE ACK(V,V,0) FIN+ACK(V,V,0) SYN(V,V,0) TIME-WAIT-OVER",
			"SYN(V,V,0) ACK(V,V,0) ACK+PSH(V,V,1) FIN+ACK(V,V,0) TIMEOUT ACK(V,V,0) ACK(V,CURR,0) TIMEOUT"},
		{"RFC 5961: a SYN is challenged, and so is a RST that is not exact",
			"LISTEN SYN(V,V,0) ACK(V,V,0) SYN(INV,V,0) RST(WIN,V,0) RST(INV,V,0) ACK(V,INV,0)",
			"TIMEOUT SYN+ACK(V,V,0) TIMEOUT ACK(V,V,0) ACK(V,V,0) TIMEOUT ACK(V,V,0)"},
		{"text out of order is held, and acknowledged with what fills the gap",
			"LISTEN SYN(V,V,0) ACK(V,V,0) ACK+PSH(WIN,V,1) ACK+PSH(V,V,1)",
			"TIMEOUT SYN+ACK(V,V,0) TIMEOUT ACK(V,V,0) ACK(V,V,0)"},
		{"a SEND blocks when the window is full and two octets wait",
			"CONNECT SYN+ACK(V,V,0) SEND SEND SEND SEND SEND SEND SEND ACK(V,V,0)",
			"SYN(V,V,0) ACK(V,V,0) ACK+PSH(V,V,1) ACK+PSH(V,V,1) ACK+PSH(V,V,1) ACK+PSH(V,V,1) TIMEOUT TIMEOUT TIMEOUT ACK+PSH(V,V,2)"},
		{"both open at once", "CONNECT SYN(V,V,0) SYN+ACK(V,V,0)", "SYN(V,V,0) SYN+ACK(CURR,V,0) ACK(V,CURR,0)"},
	} {
		m := New(small, Options{Fine: true, Timers: true})
		if got := strings.Join(ask(t, m, strings.Fields(c.word)...), " "); got != c.want {
			t.Errorf("%s: got\n%s, want\n%s", c.claim, got, c.want)
		}
	}
}

// policies are some whose machines need what is not in the base machine's: reopening, a window that shuts, half a handshake.
var policies = []func(*model.Config){
	func(*model.Config) {},
	func(c *model.Config) { c.Reopen = model.ReopenLaterSyn },
	func(c *model.Config) { c.ManualReceive, c.RcvBuf = true, 2 },
	func(c *model.Config) { c.AckRange, c.Timestamps, c.WindowScale = model.SentAck, true, true },
	func(c *model.Config) { c.Handshake = model.TwoSegments },
	func(c *model.Config) { c.DataOnSyn, c.DupSyn = true, model.DupSynSynAck },
}

func TestTheMachineAnswersAsTheEndpoint(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for i, change := range policies {
		c := tiny
		change(&c)
		for _, o := range []Options{{}, {Fine: true, Timers: true}} {
			if o.Fine && c.Reopen != model.ReopenNone {
				continue // ten times as large
			}
			m := New(c, o)
			var b bytes.Buffer
			if err := machine(t, c, o).Write(&b, ""); err != nil {
				t.Fatal(err)
			}
			dot, err := mealy.Read(&b, "written") // which refuses a machine that is not deterministic
			if err != nil {
				t.Fatal(err)
			}
			if state, input, found := dot.Gap(); found {
				t.Errorf("%d: %s does not answer %s", i, state, input)
			}
			if len(dot.Inputs) != len(m.Inputs) {
				t.Errorf("%d: %d inputs, want %d", i, len(dot.Inputs), len(m.Inputs))
			}
			for range 200 {
				var names []string
				var word []int
				for range 1 + r.IntN(60) {
					k := r.IntN(len(m.Inputs))
					if r.IntN(3) > 0 { // towards connections
						k = r.IntN(len(calls))
						if r.IntN(2) == 0 {
							name := likely[r.IntN(len(likely))]
							k = slices.IndexFunc(m.Inputs, func(in Input) bool { return in.Name == name })
						}
					}
					names, word = append(names, m.Inputs[k].Name), append(word, slices.Index(dot.Inputs, m.Inputs[k].Name))
				}
				if d := cmp.Diff(ask(t, m, names...), dot.Run(word)); d != "" {
					t.Fatalf("%d, %v: the endpoint (-) answers otherwise than its machine (+):\n%s", i, names, d)
				}
			}
		}
	}
}

// likely is what makes a connection.
var likely = []string{"SYN(V,V,0)", "SYN+ACK(V,V,0)", "ACK(V,V,0)", "ACK+PSH(V,V,1)", "FIN+ACK(V,V,0)"}

func TestTheMachineIsMinimal(t *testing.T) {
	m := machine(t, small, Options{})
	for i := range m.States {
		for j := range i {
			a, b := *m, *m
			a.Initial, b.Initial = i, j
			if mealy.Compare(&a, &b).First == nil {
				t.Errorf("s%d (%s) and s%d (%s) answer alike", i, m.States[i], j, m.States[j])
			}
		}
	}
	// Pinned: what the abstraction tells apart in the base machine.
	if len(m.States) != 57 {
		t.Errorf("got %d states, want 57", len(m.States))
	}
}

// unseen are the mutants that no word can tell from the honest machine, and why.
var unseen = map[model.Mutant]string{
	model.SynSentWholeAck:  "there is no text on a SYN; seen with data-on-syn",
	model.ShutWindowIsDeaf: "the window never shuts; seen with manual-receive",
	model.SentAckLate:      "it bends ack-range=sent; seen with that",
	model.NoPAWS:           "the timestamp clock stands still",
	model.KeepsSynStamp:    "the timestamp clock stands still",
	model.RstUnstamped:     "options have no word",
	model.ShutWindowKills:  "the user timeout comes when the tester says so",
	model.RefusedForGood:   "the listener stays",
	model.AnyWindow:        "every segment announces the same window",
}

// shows is the policy without which a mutant bends nothing.
var shows = map[model.Mutant]func(*model.Config){
	model.SynSentWholeAck:  func(c *model.Config) { c.DataOnSyn = true },
	model.ShutWindowIsDeaf: func(c *model.Config) { c.ManualReceive = true },
	model.SentAckLate:      func(c *model.Config) { c.AckRange = model.SentAck },
}

// differ reports whether a word tells two endpoints apart, and checks that it does on the endpoints themselves.
func differ(t *testing.T, a, b model.Config) bool {
	t.Helper()
	o := Options{Fine: true, Timers: true}
	d := mealy.Compare(machine(t, a, o), machine(t, b, o)).First
	if d == nil {
		return false
	}
	x, y := ask(t, New(a, o), d.Word...), ask(t, New(b, o), d.Word...)
	if !slices.Equal(x, d.A) || !slices.Equal(y, d.B) || slices.Equal(x, y) {
		t.Errorf("%v: the machines answer %v and %v, the endpoints %v and %v", d.Word, d.A, d.B, x, y)
	}
	return true
}

func TestEveryMutantIsToldFromTheHonestMachine(t *testing.T) {
	for mutant := model.None + 1; int(mutant) < model.NumMutants; mutant++ {
		bent := tiny
		bent.Mutant = mutant
		_, hidden := unseen[mutant]
		if differ(t, tiny, bent) == hidden {
			t.Errorf("%v: told apart %v, want %v (%s)", mutant, hidden, !hidden, unseen[mutant])
		}
		if change := shows[mutant]; change != nil {
			a, b := tiny, bent
			change(&a)
			change(&b)
			if !differ(t, a, b) {
				t.Errorf("%v: with the policy that it bends, a word tells it apart", mutant)
			}
		}
	}
}

func TestEveryPolicyIsToldFromTheBaseMachine(t *testing.T) {
	notSeen := figures.NotSeen("words")
	for _, p := range model.Policies {
		for v := 1; v < len(p.Values); v++ {
			name := p.Name + "=" + p.Values[v]
			c := tiny
			p.Set(&c, v)
			if c.Handshake == model.OneSegment {
				continue // it is refused
			}
			if got, why := differ(t, tiny, c), notSeen[name]; got == (why != "") {
				t.Errorf("%s: told apart %v; internal/figures/scripts: a line \"words: %s is not seen: ...\" says why it is not (found %q)", name, got, name, why)
			}
		}
	}
}

func TestWhatHasNoFiniteMachineIsRefused(t *testing.T) {
	one := small
	one.Handshake = model.OneSegment
	for want, c := range map[string]model.Config{
		"a buffer of 65535 octets: expected at most 8":    model.Default(),
		"handshake=one: expected one in which the SYN is": one,
	} {
		if _, err := New(c, Options{}).Machine(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
