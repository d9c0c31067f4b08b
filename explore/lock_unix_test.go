//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package explore_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
)

// While a search writes in a directory no other does, neither one that would resume it nor a new one; afterwards it goes on.
// That a search that was killed leaves no lock behind is shown by TestKilledSearchGoesOn.
func TestOneSearchAtATimeWritesInADirectory(t *testing.T) {
	sys := chainOfRooms(20)
	for _, store := range allStores {
		o := explore.Small(wideOptions{Store: store, Dir: filepath.Join(t.TempDir(), "search"), Workers: 1})
		asked := false
		o.Sometimes = []explore.Predicate[room]{{Name: "9", Holds: func(r room) bool { return r.number() == 9 }}}
		first := o
		first.MaxStates = 12
		first.Cut = func(r room) string {
			if r.number() != 7 || asked {
				return ""
			}
			asked = true
			for _, resume := range []bool{true, false} {
				second := o
				second.Resume = resume
				if r := explore.Run(t.Context(), sys, second); r.Err == nil || !strings.Contains(r.Err.Error(), "is in use") || r.Distinct != 0 {
					t.Errorf("%v, resume %v: %v, %d states", store, resume, r.Err, r.Distinct)
				}
			}
			return ""
		}
		if r := explore.Run(t.Context(), sys, first); r.Reason != "max states" || !asked {
			t.Fatalf("%v: %s, asked %v", store, r.Reason, asked)
		}
		o.Resume = true
		for range 2 {
			if r := explore.Run(t.Context(), sys, o); r.Err != nil || r.Verdict != explore.Verified || r.Distinct != 20 {
				t.Errorf("%v: %v, %v, %d states", store, r.Verdict, r.Err, r.Distinct)
			}
		}
	}
}
