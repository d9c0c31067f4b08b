package explore_test

import (
	"path/filepath"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/minitcp"
)

// Each way to keep states, on the same half million. Compare them with benchstat.
func BenchmarkStores(b *testing.B) {
	sys := miniSystem(minitcp.System{Wire: 3, Opens: 2, Numbers: 1})
	for _, store := range []explore.Store{explore.Exact, explore.Compact, explore.Disk} {
		for _, kept := range []bool{false, true} {
			if store == explore.Disk && !kept {
				continue // it is always kept
			}
			name := store.String()
			if kept && store != explore.Disk {
				name += "-kept"
			}
			b.Run(name, func(b *testing.B) {
				b.ReportAllocs()
				for range b.N {
					o := miniOptions{Store: store}
					if kept {
						o.Dir = filepath.Join(b.TempDir(), "search")
					}
					before := cpuSeconds()
					r := explore.Run(b.Context(), sys, o)
					if r.Distinct != 611_756 {
						b.Fatalf("%d distinct", r.Distinct)
					}
					b.ReportMetric(float64(r.Distinct)/(cpuSeconds()-before), "distinct/CPU-s")
					b.ReportMetric(r.BytesPerState, "bytes/state")
				}
			})
		}
	}
}
