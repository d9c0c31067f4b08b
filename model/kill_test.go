package model

import "testing"

// failure is a reporter that only remembers that it was told of one.
type failure struct{}

func (failure) Helper()                 {}
func (f failure) Fatalf(string, ...any) { panic(f) }

// TestChecksKill: the checks of this package are not vacuous: each refutes a mutant made for it.
func TestChecksKill(t *testing.T) {
	bent := func(m Mutant) Config {
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
			killed = fails(func() { x.check(failure{}, fromSeed(i), bent(x.mutant)) })
		}
		if !killed {
			t.Errorf("%v survives", x.mutant)
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
