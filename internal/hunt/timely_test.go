package hunt

import (
	"flag"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/netfake"
)

var timely = flag.Uint64("hunt.timely", 20, "how many random scenarios of a timely network are tried")

// Random scenarios in which every timer is on time, searched whole and with every set of reductions, have one answer, too.
func TestTimelyNetworks(t *testing.T) {
	h := New(*maxStates, "")
	h.Workers = []int{1}
	var sum tally
	for n := range *timely {
		sc := Scenario(*seed, n)
		sc.Net.MSL = 1 + int(n)%3
		sc.Net.FirstAck = false
		sc.Both(func(h *netfake.Host) {
			h.RTO, h.TimersWithin = 1+int(n/3)%2, 1+int(n/6)%2
			h.TCP.Timestamps = false
		})
		sc.Peer[n%2].User.Listens = n%4 < 2
		r, err := h.Try(t.Context(), sc)
		if err != nil {
			t.Fatalf("scenario %d of seed %d: %v", n, *seed, err)
		}
		sum.add(r)
		if len(r.Differences) > 0 {
			t.Errorf("scenario %d of seed %d has two answers:\n  %s\n\n%s", n, *seed, strings.Join(r.Differences, "\n  "), file(sc))
		}
	}
	t.Logf("seed %d: %v", *seed, sum)
	if sum.finished == 0 || sum.reduced[netfake.DeadMessages|netfake.EquivalentMessages] == 0 {
		t.Errorf("nothing was compared: %v", sum)
	}
}
