package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/tcpcheck/tcpcheck/certify"
	"github.com/tcpcheck/tcpcheck/certify/collect"
	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/scenario"
)

// makeCertificate makes the certificate of a search that saw the whole space of sys, and writes it.
func makeCertificate(ctx context.Context, c certify.Certificate, sys *netfake.System, g *graph, w io.Writer) (err error) {
	file, err := scenario.Parse("the scenario", scenario.Format(c.Scenario), nil)
	if err != nil {
		return err
	}
	if netfakeOf(file) != netfakeOf(c.Scenario) {
		return errors.New("a scenario file cannot say what the scenario is")
	}
	c.Program = program()
	if c.States, err = collect.States(ctx, sys, g); err != nil {
		return err
	}
	return c.Write(w)
}

// netfakeOf is the scenario as text, for comparison.
func netfakeOf(f scenario.File) string { return fmt.Sprintf("%#v", f) }

// whyNone says why a search has no certificate, or is empty.
func whyNone(sub *subject, r *result) string {
	switch {
	case len(sub.file.Always) == 0 && len(sub.live) > 0:
		return "a set of states proves nothing about what happens eventually"
	case len(sub.file.Always) == 0:
		return "no invariant was asked"
	case r.Verdict != explore.Verified:
		return "the answer is " + r.Verdict.String()
	}
	return ""
}

// writeCertificate writes what --certificate asks for, or says why not.
func (e *explorer) writeCertificate(ctx context.Context, sub *subject, r *result, g *graph, human, raw io.Writer) error {
	if e.certificate == "" {
		return nil
	}
	if why := whyNone(sub, r); why != "" {
		fmt.Fprintf(human, "\nNo certificate was written to %s: %s.\n", e.certificate, why)
		return nil
	}
	c := certify.Certificate{Name: sub.name, Scenario: sub.file}
	for _, w := range r.Witnesses {
		if w.Found {
			c.Witnesses = append(c.Witnesses, w.Name)
		}
	}
	var b bytes.Buffer
	if err := makeCertificate(ctx, c, sub.sys, g, &b); err != nil {
		if ctx.Err() != nil {
			return exitError{exitIncomplete, "--certificate: interrupted; nothing was written"}
		}
		return fmt.Errorf("--certificate: %w", err)
	}
	if err := writeTo(e.certificate, "--certificate", raw, func(w io.Writer) error { _, err := w.Write(b.Bytes()); return err }); err != nil {
		return err
	}
	if !e.json && e.certificate != "-" {
		size := byteSize(b.Len())
		fmt.Fprintf(human, "\nThe certificate is in %s (%s); tcpcheck certify %s checks it.\n", e.certificate, &size, quote(e.certificate))
	}
	return nil
}
