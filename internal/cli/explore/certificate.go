package explore

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/certify"
	"github.com/tcpcheck/tcpcheck/internal/cli/certificate"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/cli/subject"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/question"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/properties"
)

// whyNone returns why a search has no certificate, or "" if it can have one.
func whyNone(sub *subject.Subject, r *properties.Result) string {
	switch {
	case len(sub.File.Always) == 0 && len(sub.Live) > 0:
		return certificate.Eventual
	case len(sub.File.Always) == 0:
		return "no invariant was checked, so none is verified"
	case slices.ContainsFunc(sub.File.Always, question.Is):
		return "the program that checks certificates does not read invariants of your own"
	case r.Verdict != explore.Verified:
		return "the answer is " + r.Verdict.String()
	}
	return ""
}

// certify writes the file of --certificate. It returns nil if the flag is not set.
func (e *options) certify(ctx context.Context, sub *subject.Subject, r *properties.Result, g *properties.Graph, raw, stderr io.Writer) (*report.WrittenCertificate, error) {
	if e.certificate == "" {
		return nil, nil
	}
	kept := &report.WrittenCertificate{File: e.certificate}
	if kept.Without = whyNone(sub, r); kept.Without != "" {
		return kept, nil
	}
	c := certify.Certificate{Name: sub.Name, Scenario: sub.File}
	for _, w := range r.Witnesses {
		if w.Found && !question.Is(w.Name) { // the checker does not read expressions
			c.Witnesses = append(c.Witnesses, w.Name)
		}
	}
	var b bytes.Buffer
	if err := certificate.Make(ctx, &c, sub.Sys, g, &b, stderr); err != nil {
		return nil, fmt.Errorf("--certificate: %w", err)
	}
	kept.States, kept.Bytes = c.States.Len(), b.Len()
	return kept, flags.WriteTo(e.certificate, "--certificate", raw, func(w io.Writer) error { _, err := w.Write(b.Bytes()); return err })
}

// tellCertificate prints where the certificate is, or why there is none.
func tellCertificate(w io.Writer, k *report.WrittenCertificate, sub *subject.Subject) {
	switch {
	case k == nil:
		return
	case k.Without != "":
		fmt.Fprintf(w, "\nNo certificate was written to %s: %s.\n", k.File, k.Without)
		return
	}
	size := flags.Bytes(k.Bytes)
	fmt.Fprintf(w, "\nThe certificate has %d states and %s", k.States, &size)
	if k.File != "-" {
		fmt.Fprintf(w, "; tcpcheck certify %s checks it", prose.Quote(k.File))
	}
	fmt.Fprint(w, ".\n")
	if len(sub.File.Reach) > 0 {
		fmt.Fprintf(w, "It does not have the conditions of your own that are to be reached, which the checker does not read.\n")
	}
	if len(sub.Live) > 0 {
		fmt.Fprintf(w, "It does not cover what happens eventually, because a set of states cannot prove that.\n")
	}
}
