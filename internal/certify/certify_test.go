package certify_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/certify"
	"github.com/tcpcheck/tcpcheck/internal/certify/collect"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/internal/twin"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

var ctx = context.Background()

// certificateOf is the certificate of a theorem, or a variant of one, whatever the answer to it is.
func certificateOf(t testing.TB, name string) *certify.Certificate {
	t.Helper()
	q, err := properties.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	f := scenario.File{Scenario: q.Scenario}
	for _, inv := range q.Always {
		f.Ask(inv.Name)
	}
	if err := f.Finish(nil); err != nil {
		t.Fatal(err)
	}
	c := &certify.Certificate{Name: name, Scenario: f, States: statesOf(t, f.Scenario, 0)}
	if q.Witness.Asked() {
		c.Witnesses = []string{q.Witness.Name}
	}
	return c
}

// statesOf collects the states that a search of a scenario finds before it has found more than most.
func statesOf(t testing.TB, sc netfake.Scenario, most uint64) *certify.Set {
	t.Helper()
	sys, err := netfake.New(sc)
	if err != nil {
		t.Fatal(err)
	}
	_, g := explore.RunGraph(ctx, sys, explore.Options[netfake.State, netfake.Action]{Cut: netfake.CutOff, MaxStates: most})
	set, err := collect.States(ctx, sys, g, nil)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// small are theorems with few states, of each kind of wire.
var small = []string{"simultaneous-open", "no-data-after-fin", "crash-quiet-time", "wait-spares-last-ack", "blind-data", "abort-is-heard"}

// kept are their certificates, made once.
var kept = sync.OnceValue(func() map[string]*certify.Certificate {
	m := map[string]*certify.Certificate{}
	for _, name := range small {
		m[name] = certificateOf(tb{}, name)
	}
	return m
})

// tb reports what a test would.
type tb struct{ testing.TB }

func (tb) Helper()           {}
func (tb) Fatal(args ...any) { panic(fmt.Sprint(args...)) }

// file writes a certificate, as a file that is whole whatever it says.
func file(t interface{ Fatal(args ...any) }, c *certify.Certificate) []byte {
	var b bytes.Buffer
	if err := c.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// check reads a file and checks it.
func check(data []byte) (certify.Report, error) {
	c, err := certify.Read(bytes.NewReader(data))
	if err != nil {
		return certify.Report{}, err
	}
	return certify.Check(ctx, c, certify.Options{})
}

// refused is the refusal in err; it fails the test if there is none.
func refused(t interface {
	Helper()
	Fatalf(format string, args ...any)
}, err error, why string) *certify.Refusal {
	t.Helper()
	var r *certify.Refusal
	if !errors.As(err, &r) {
		t.Fatalf("%s: found %v, expected a refusal", why, err)
	}
	return r
}

func TestCertificatesOfTheoremsAreAccepted(t *testing.T) {
	for name, c := range kept() {
		r, err := check(file(t, c))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if r.States != c.States.Len() || r.Steps == 0 {
			t.Errorf("%s: checked %d of %d states, and %d steps", name, r.States, c.States.Len(), r.Steps)
		}
	}
}

func TestAFileIsTheSameWhateverTheOrderOfItsStates(t *testing.T) {
	c := kept()["abort-is-heard"]
	turned := *c
	turned.States = certify.NewSet()
	for i := range c.States.Len() {
		turned.States.Add(c.States.Code(c.States.Len() - 1 - i))
	}
	if !bytes.Equal(file(t, c), file(t, &turned)) {
		t.Error("the same states in another order make another file")
	}
}

// without is a certificate without its state i.
func without(c *certify.Certificate, i int) *certify.Certificate {
	less := *c
	less.States = certify.NewSet()
	for k := range c.States.Len() {
		if k != i {
			less.States.Add(c.States.Code(k))
		}
	}
	return &less
}

// with is a certificate with one more state.
func with(c *certify.Certificate, code []byte) *certify.Certificate {
	more := without(c, -1)
	more.States.Add(code)
	return more
}

// drawCertificate leaves out the largest.
func drawCertificate(t *rapid.T) *certify.Certificate {
	return kept()[rapid.SampledFrom(small[:6]).Draw(t, "theorem")]
}

func drawState(t *rapid.T, c *certify.Certificate) int {
	return rapid.IntRange(0, c.States.Len()-1).Draw(t, "state")
}

// Whichever state is missing, the certificate is refused, and it is said what leads there.
func TestAStateRemovedIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCertificate(t)
		_, err := check(file(t, without(c, drawState(t, c))))
		r := refused(t, err, "a state was removed")
		if r.Action == "" && !strings.Contains(r.Missing, "initial state") || r.State == "" {
			t.Fatalf("it is not said what is missing: %v", r)
		}
	})
}

// A state that is none of the scenario's is refused, be it another state or no state at all.
func TestAStateAddedIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCertificate(t)
		code := slices.Clone(c.States.Code(drawState(t, c)))
		code[rapid.IntRange(0, len(code)-1).Draw(t, "at")] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		if _, known := c.States.Find(code); known {
			return
		}
		_, err := check(file(t, with(c, code)))
		r := refused(t, err, "a state was added")
		if !strings.Contains(r.Missing, "nothing leads to it") {
			t.Fatalf("the added state is not what is wrong: %v", r)
		}
	})
}

// A state in the place of another is refused.
func TestAStateChangedIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCertificate(t)
		i := drawState(t, c)
		code := slices.Clone(c.States.Code(i))
		code[rapid.IntRange(0, len(code)-1).Draw(t, "at")] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		if _, known := c.States.Find(code); known {
			return
		}
		_, err := check(file(t, with(without(c, i), code)))
		refused(t, err, "a state was changed")
	})
}

// A set that is closed, has no violation, and has more than what can be reached, is refused all the same.
func TestStatesThatNothingLeadsToAreRefused(t *testing.T) {
	c := kept()["crash-quiet-time"]
	world := twin.New(c.Scenario.Scenario)
	s := world.Init()
	s.Side[netfake.A].Crashes++ // a start that the scenario does not have
	more := without(c, -1)
	todo := [][]byte{world.Encode(nil, &s)}
	more.States.Add(todo[0])
	for len(todo) > 0 {
		code := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if err := world.Decode(&s, code); err != nil {
			t.Fatal(err)
		}
		for _, a := range world.Enabled(nil, &s) {
			var to twin.State
			to.Set(&s)
			world.Step(&to, a)
			next := world.Encode(nil, &to)
			if _, fresh := more.States.Add(next); fresh {
				todo = append(todo, next)
			}
		}
	}
	more.Scenario.Always = nil // what the other start leads to may violate it
	_, err := check(file(t, more))
	if r := refused(t, err, "states of another start"); !strings.Contains(r.Missing, "nothing leads to it") {
		t.Error(r)
	}
}

// Whichever byte of the file is another one, the file is not accepted.
func TestAByteChangedIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := file(t, drawCertificate(t))
		data[rapid.IntRange(0, len(data)-1).Draw(t, "at")] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		if _, err := check(data); err == nil {
			t.Fatal("accepted")
		}
	})
}

// A file of which the end is missing, or that goes on behind its end, is not accepted.
func TestAFileCutOrLengthenedIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := file(t, drawCertificate(t))
		if _, err := check(data[:rapid.IntRange(0, len(data)-1).Draw(t, "length")]); err == nil {
			t.Fatal("accepted without its end")
		}
		if _, err := check(append(data, rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(t, "more")...)); err == nil {
			t.Fatal("accepted with more behind its end")
		}
	})
}

// The states of one scenario are no certificate of another.
func TestACertificateOfAnotherScenarioIsRefused(t *testing.T) {
	for _, of := range small {
		for _, by := range small {
			if of == by {
				continue
			}
			forged := *kept()[of]
			forged.States = kept()[by].States
			_, err := check(file(t, &forged))
			refused(t, err, "the states of "+by+" for "+of)
		}
	}
}

// Where an invariant is violated, the certificate is refused with the state and the invariant.
func TestAViolationIsRefused(t *testing.T) {
	for _, name := range []string{"crash-quiet-time/no quiet time", "three-segments-idle/two segments", "abort-is-heard/RST silent in CLOSING and LAST-ACK (A7)", "blind-data/any old ACK"} {
		c := certificateOf(t, name)
		_, err := check(file(t, c))
		if r := refused(t, err, name); !strings.Contains(r.Missing, "does not hold") || r.State == "" {
			t.Errorf("%s: %v", name, r)
		}
	}
}

func TestAWitnessThatIsNotReachedIsRefused(t *testing.T) {
	c := *kept()["simultaneous-open"]
	c.Witnesses = []string{"A=TIME-WAIT"}
	_, err := check(file(t, &c))
	if r := refused(t, err, "no state has the witness"); !strings.Contains(r.Missing, "A=TIME-WAIT") {
		t.Error(r)
	}
	c.Witnesses = []string{"something else"}
	_, err = check(file(t, &c))
	refused(t, err, "a witness that is not known")
	c.Witnesses, c.Scenario.Always = nil, []string{"something-else"}
	_, err = check(file(t, &c))
	refused(t, err, "an invariant that is not known")
}

// What a search that ended early has found proves nothing, though it has no violation.
func TestASearchThatEndedEarlyIsRefused(t *testing.T) {
	c := *kept()["abort-is-heard"]
	c.States = statesOf(t, c.Scenario.Scenario, 100)
	_, err := check(file(t, &c))
	if r := refused(t, err, "a search that ended early"); r.Action == "" {
		t.Error(r)
	}
}

// The same file is refused in the same words by any number of workers.
func TestRefusalsDoNotDependOnWorkers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCertificate(t)
		less := without(c, drawState(t, c))
		words := func(workers int) string {
			_, err := certify.Check(ctx, less, certify.Options{Workers: workers})
			return refused(t, err, "a state was removed").Error()
		}
		if one, many := words(1), words(rapid.IntRange(2, 8).Draw(t, "workers")); one != many {
			t.Fatalf("one worker: %s\nmany: %s", one, many)
		}
	})
}

func TestAnInterruptIsNoAnswer(t *testing.T) {
	stopped, stop := context.WithCancel(ctx)
	stop()
	r, err := certify.Check(stopped, kept()["abort-is-heard"], certify.Options{})
	if !errors.Is(err, context.Canceled) || r.States > 0 {
		t.Errorf("found %v after %d states, expected that it was interrupted", err, r.States)
	}
}
