// Package certificate makes certificates, for the commands explore and verify.
package certificate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/tcpcheck/tcpcheck/internal/certify"
	"github.com/tcpcheck/tcpcheck/internal/certify/collect"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Make writes the certificate of a search of the whole space of sys.
func Make(ctx context.Context, c *certify.Certificate, sys *netfake.System, g *properties.Graph, w, stderr io.Writer) (err error) {
	text := scenario.Format(c.Scenario)
	again, err := scenario.Parse("the scenario", text, nil)
	if err != nil {
		return err
	}
	if wholly(again) != wholly(c.Scenario) {
		return errors.New("a scenario file cannot express this scenario")
	}
	c.Program = flags.Program()
	show, done := collectProgress(stderr)
	defer done()
	if c.States, err = collect.States(ctx, sys, g, show); err != nil {
		return err
	}
	return c.Write(w)
}

// wholly writes a scenario as text for comparison, without values that follow from others: a segment's
// owner and age follow from the list that it is in, and the options of a SYN from its sender's policies.
func wholly(f scenario.File) string {
	sc := &f.Scenario
	for _, list := range []*[]netfake.Packet{&sc.Stale, &sc.Leftover, &sc.Attacker} {
		*list = slices.Clone(*list)
		for i := range *list {
			p := &(*list)[i]
			p.Inc, p.To, p.Age, p.Seg.Ghost = 0, 0, 0, 0
			if p.Seg.Has(model.SYN) {
				p.Seg.Opts, p.Seg.MSS = p.Seg.Opts&^model.OptMSS, 0
			}
		}
	}
	return fmt.Sprintf("%#v", f)
}

// collectProgress shows on stderr how far a certificate is.
func collectProgress(stderr io.Writer) (show func(states int), done func()) {
	line, done := terminal.StatusLine(stderr)
	if line == nil {
		return nil, done
	}
	last := time.Now()
	return func(states int) {
		if time.Since(last) > 200*time.Millisecond {
			last = time.Now()
			line(fmt.Sprintf("%d states collected for the certificate; Ctrl-C ends", states))
		}
	}, done
}

// Eventual says why an answer can have no certificate.
const Eventual = "the question is about what happens eventually, which a set of states cannot prove"

// CertifyProgress shows on stderr how much of a certificate is checked.
func CertifyProgress(stderr io.Writer) (show func(certify.Report), done func()) {
	line, done := terminal.StatusLine(stderr)
	if line == nil {
		return nil, done
	}
	last := time.Duration(0)
	return func(r certify.Report) {
		if r.Elapsed-last < 200*time.Millisecond {
			return
		}
		last = r.Elapsed
		line(fmt.Sprintf("%s  %d of %d states checked, %d steps; Ctrl-C ends", r.Elapsed.Round(time.Second), r.States, r.Claimed, r.Steps))
	}, done
}
