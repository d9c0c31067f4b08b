package properties

import (
	"context"
	"testing"
	"time"
)

// Every theorem has the answer that it expects, a witness that it is not vacuous, and variants
// that have the answers that they expect.
func TestTheorems(t *testing.T) {
	for _, th := range Theorems() {
		t.Run(th.Name, func(t *testing.T) {
			o, err := th.Prove(context.Background(), Settings{Timeout: 10 * time.Second})
			check(t, o, err)
			for _, v := range th.Variants {
				o, err := th.Vary(context.Background(), v, Settings{Timeout: 10 * time.Second})
				check(t, o, err)
			}
		})
	}
}

func check(t *testing.T, o Outcome, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %v (%s %s) distinct %d generated %d depth %d %.2fs", o.Name, o.Verdict, o.Violated, o.Reason, o.Distinct, o.Generated, o.Depth, o.Elapsed.Seconds())
	if !o.AsExpected() {
		t.Errorf("%s: got %v (violated %q, witness %q found %v), want %v", o.Name, o.Verdict, o.Violated, o.Witness, o.Witnessed, o.Expected)
	}
}
