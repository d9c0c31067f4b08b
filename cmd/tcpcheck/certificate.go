package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/certify"
	"github.com/tcpcheck/tcpcheck/internal/certify/collect"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// makeCertificate makes the certificate of a search that saw the whole space of sys, and writes it.
func makeCertificate(ctx context.Context, c *certify.Certificate, sys *netfake.System, g *graph, w, stderr io.Writer) (err error) {
	text := scenario.Format(c.Scenario)
	again, err := scenario.Parse("the scenario", text, nil)
	if err != nil {
		return err
	}
	if wholly(again) != wholly(c.Scenario) {
		return errors.New("a scenario file cannot say what the scenario is")
	}
	c.Program = program()
	show, done := collectProgress(stderr)
	defer done()
	if c.States, err = collect.States(ctx, sys, g, show); err != nil {
		return err
	}
	return c.Write(w)
}

// wholly is a scenario as text, for comparing, without what follows from the rest: whose a segment is and how old depends
// on the list that it is in, and the options of a SYN on its sender's policies.
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

// collectProgress tells a person on stderr how far a certificate is.
func collectProgress(stderr io.Writer) (show func(states int), done func()) {
	line, done := statusLine(stderr)
	if line == nil {
		return nil, done
	}
	last := time.Now()
	return func(states int) {
		if time.Since(last) > 200*time.Millisecond {
			last = time.Now()
			line(fmt.Sprintf("%d states for the certificate; Ctrl-C ends", states))
		}
	}, done
}

// whyNone says why a search has no certificate, or is empty.
func whyNone(sub *subject, r *result) string {
	switch {
	case len(sub.file.Always) == 0 && len(sub.live) > 0:
		return eventual
	case len(sub.file.Always) == 0:
		return "no invariant was asked, so none is verified"
	case r.Verdict != explore.Verified:
		return "the answer is " + r.Verdict.String()
	}
	return ""
}

// keptCertificate is what became of --certificate.
type keptCertificate struct {
	File    string `json:"file"`
	States  int    `json:"states,omitempty"` // of the twin
	Bytes   int    `json:"bytes,omitempty"`
	Without string `json:"without,omitempty"` // why nothing was written
}

// certify writes what --certificate asks for. It returns nil if it asks for nothing.
func (e *explorer) certify(ctx context.Context, sub *subject, r *result, g *graph, raw, stderr io.Writer) (*keptCertificate, error) {
	if e.certificate == "" {
		return nil, nil
	}
	kept := &keptCertificate{File: e.certificate}
	if kept.Without = whyNone(sub, r); kept.Without != "" {
		return kept, nil
	}
	c := certify.Certificate{Name: sub.name, Scenario: sub.file}
	for _, w := range r.Witnesses {
		if w.Found {
			c.Witnesses = append(c.Witnesses, w.Name)
		}
	}
	var b bytes.Buffer
	if err := makeCertificate(ctx, &c, sub.sys, g, &b, stderr); err != nil {
		return nil, fmt.Errorf("--certificate: %w", err)
	}
	kept.States, kept.Bytes = c.States.Len(), b.Len()
	return kept, writeTo(e.certificate, "--certificate", raw, func(w io.Writer) error { _, err := w.Write(b.Bytes()); return err })
}

// tell says where the certificate is, or why there is none.
func (k *keptCertificate) tell(w io.Writer, sub *subject) {
	switch {
	case k == nil:
		return
	case k.Without != "":
		fmt.Fprintf(w, "\nNo certificate was written to %s: %s.\n", k.File, k.Without)
		return
	}
	size := byteSize(k.Bytes)
	fmt.Fprintf(w, "\nThe certificate has %d states and %s", k.States, &size)
	if k.File != "-" {
		fmt.Fprintf(w, "; tcpcheck certify %s checks it", quote(k.File))
	}
	fmt.Fprint(w, ".\n")
	if len(sub.live) > 0 {
		fmt.Fprintf(w, "It says nothing of what happens eventually, which no set of states proves.\n")
	}
}
