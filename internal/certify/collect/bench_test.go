package collect_test

import (
	"context"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/certify"
	"github.com/tcpcheck/tcpcheck/internal/certify/collect"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// What a state costs to collect, and to check.
func BenchmarkCertificate(b *testing.B) {
	q, err := properties.Find("wait-keeps-old-fin-out")
	if err != nil {
		b.Fatal(err)
	}
	sys, err := netfake.New(q.Scenario)
	if err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	_, g := explore.RunGraph(ctx, sys, explore.Options[netfake.State, netfake.Action]{Cut: netfake.CutOff})
	c := certify.Certificate{Scenario: scenario.File{Scenario: q.Scenario, Always: []string{"no-foreign-fin"}}}
	b.Run("collect", func(b *testing.B) {
		for b.Loop() {
			if c.States, err = collect.States(ctx, sys, g, nil); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*c.States.Len()), "ns/state")
	})
	b.Run("check", func(b *testing.B) {
		for b.Loop() {
			if _, err := certify.Check(ctx, &c, certify.Options{Workers: 1}); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*c.States.Len()), "ns/state")
	})
}
