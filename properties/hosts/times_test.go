package hosts

import (
	"strings"
	"testing"
	"time"

	"github.com/tcpcheck/tcpcheck/properties"
)

// Whether the peer's late close is spared depends on the timer of FIN-WAIT-2 alone, by the half of an MSL: 30 s here.
func TestTheTimerOfFinWait2(t *testing.T) {
	for timer, want := range map[int64]properties.Conclusion{0: properties.Holds, 1: properties.Fails, 5: properties.Fails, 10: properties.Fails, 15: properties.Fails, 30: properties.Open, 60: properties.Holds, 100_000: properties.Holds} {
		for _, wait := range []time.Duration{0, time.Hour} {
			s := settings(t, "rfc9293")
			s.MSL, s.FinWait2, s.TimeWait = seconds(60), seconds(timer), wait
			got, err := asker.Ask(t.Context(), guarantee(t, "late-close"), s)
			if err != nil {
				t.Fatal(err)
			}
			if got.Conclusion != want {
				t.Errorf("FIN-WAIT-2 %d s, TIME-WAIT %v: %v (%s), want %v", timer, wait, got.Conclusion, got.Why, want)
			}
		}
	}
}

// What holds without a clock holds whatever the times are, and no grid is needed.
func TestWhatNeedsNoClock(t *testing.T) {
	for _, p := range Profiles() {
		got, err := asker.Ask(t.Context(), guarantee(t, "fresh-numbers"), p.Settings)
		if err != nil || got.Conclusion != properties.Holds || got.Grid != nil || !strings.Contains(got.Why, "whatever the times are") {
			t.Errorf("%s: %v (%s), %v", p.Name, got.Conclusion, got.Why, err)
		}
		got, err = asker.Ask(t.Context(), guarantee(t, "last-ack"), p.Settings)
		if err != nil || got.Conclusion != properties.Holds || got.Grid == nil {
			t.Errorf("%s: %v (%s), %v", p.Name, got.Conclusion, got.Why, err)
		}
	}
}
