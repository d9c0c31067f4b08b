package properties

import (
	"context"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// The bound of time-wait-is-over is the least for several lifetimes and patiences, not only for those of the theorem:
// R-1 ticks to the last FIN, MSL-1 until it arrives, and the wait. (A wait of one tick is over at the first tick, before
// another FIN can start it anew.)
func TestTheLongestTimeWait(t *testing.T) {
	for _, c := range []struct{ msl, r, wait int }{{1, 1, 1}, {2, 1, 3}, {2, 2, 2}, {2, 3, 4}, {3, 2, 2}, {3, 3, 5}} {
		sc := lostLastAck(c.wait)
		sc.Net.MSL, sc.Peer[b].GiveUp = c.msl, c.r
		want := c.r - 1 + c.msl - 1 + c.wait
		q := Live{From: InState(a, model.TimeWait), To: waitedOut, Within: want}
		o, err := searchLive(context.Background(), sc, q, Settings{})
		if err != nil || o.Verdict != explore.Verified || o.Live.Ticks != want {
			t.Errorf("%+v: %v, %d ticks, want %d; %v", c, o.Verdict, o.Live.Ticks, want, err)
		}
	}
}

// A question of which nothing is true is not answered as if it were: no run waits for anything.
func TestAVacuousResponseIsNotAsExpected(t *testing.T) {
	nowhere := OnWorld("nowhere", func(*netfake.World) bool { return false })
	anywhere := OnWorld("anywhere", func(*netfake.World) bool { return true })
	for _, q := range []Live{{From: nowhere, To: nowhere}, {To: anywhere}} {
		o, err := searchLive(context.Background(), ending(), q, Settings{})
		o.Expected = holds
		if err != nil || o.Verdict != explore.Verified || o.AsExpected() {
			t.Errorf("%v: %v, witness %v; %v", q, o.Verdict, o.Witnessed, err)
		}
	}
}

func TestABoundNeedsTime(t *testing.T) {
	q := Live{From: bothAsked, To: waitedOut, Within: 3, Fair: FairNone}
	if _, err := searchLive(context.Background(), ending(), q, Settings{}); err == nil || !strings.Contains(err.Error(), "time passes") {
		t.Error(err)
	}
}

// An ended search verifies nothing.
func TestLivenessOfAnEndedSearch(t *testing.T) {
	for _, th := range livenessTheorems() {
		o, err := th.Prove(context.Background(), Settings{MaxStates: 10})
		if err != nil || o.Verdict == explore.Verified || o.Verdict == explore.Violated && th.Expect == holds {
			t.Errorf("%s: %v, %v", th.Name, o.Verdict, err)
		}
	}
}
