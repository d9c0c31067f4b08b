package model

import "testing"

// failure is a reporter that panics with itself, so that fails sees it.
type failure struct{}

func (failure) Helper()                 {}
func (f failure) Fatalf(string, ...any) { panic(f) }

// TestChecksKill: the checks of this package are not vacuous: each refutes a mutant made for it.
func TestChecksKill(t *testing.T) {
	mutated := func(m Mutant) Config {
		c := base()
		c.Mutant = m
		return c
	}
	for _, x := range []struct {
		mutant Mutant
		check  func(reporter, source, Config)
	}{
		{ReadsGhosts, checkGhostsOf},
		{AbsoluteSequence, checkShiftOf},
		{OldAckMovesBack, checkRunOf},
		{AckOfUnsent, checkRunOf},
		{SynSentAnyAck, checkRunOf},
		{AnyAckIsOfFin, checkRunOf},
		{ClosingAnyAck, checkRunOf},
	} {
		killed := false
		for i := uint64(0); i < 5000 && !killed; i++ {
			killed = fails(func() { x.check(failure{}, fromSeed(i), mutated(x.mutant)) })
		}
		if !killed {
			t.Errorf("%v survives", x.mutant)
		}
	}
}

// TestTheTwinWithoutMutant: the generated twin of the step does what the step does.
func TestTheTwinWithoutMutant(t *testing.T) {
	for i := range uint64(20_000) {
		s := fromSeed(i)
		c, before := s.config(false), s.anyTCB()
		e := s.event(before)
		after, o := Step(c, before, e)
		m := machine{c: c, t: before, e: e, seg: e.Seg}
		mutated{&m}.step()
		if m.t != after || m.o != o {
			t.Fatalf("config %+v\nbefore %+v\nevent %+v\nfound %+v %+v\nexpected %+v %+v", c, before, e, m.t, m.o, after, o)
		}
	}
}

func fails(f func()) (failed bool) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case failure:
			failed = true
		default:
			panic(r)
		}
	}()
	f()
	return false
}
