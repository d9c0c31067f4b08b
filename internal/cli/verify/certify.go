package verify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/certify"
	"github.com/tcpcheck/tcpcheck/internal/cli/certificate"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// unstepped says why an answer can have no certificate.
const unstepped = "the question is not about the states of one scenario"

// report is an outcome with its certificate, if one is asked for.
func (v *options) report(ctx context.Context, o properties.Outcome, stderr io.Writer) report.Outcome {
	one := report.OutcomeOf(o)
	one.Certificate = v.certify(ctx, o, stderr)
	v.certificates.add(one.Certificate)
	return one
}

// certify makes the certificate of an answer that holds, and checks it as the command certify does.
// It searches the whole space, also where the answer came from a reduced search.
func (v *options) certify(ctx context.Context, o properties.Outcome, stderr io.Writer) *report.AnswerCertificate {
	if !v.certified || o.Verdict != explore.Verified {
		return nil
	}
	q, err := properties.Find(o.Name)
	switch {
	case o.Live != nil:
		return &report.AnswerCertificate{Without: certificate.Eventual}
	case err != nil: // it has no scenario
		return &report.AnswerCertificate{Without: unstepped}
	}
	file, why := v.written(ctx, o.Name, q, stderr)
	if why != "" {
		return &report.AnswerCertificate{Without: why}
	}
	c := report.AnswerCertificate{Bytes: len(file)}
	r, err := v.checked(ctx, file, stderr)
	c.States, c.Transitions, c.Seconds = r.States, r.Steps, r.Elapsed.Seconds()
	var refused *certify.Refusal
	switch {
	case errors.As(err, &refused):
		c.Refused = refused.Error()
	case err != nil:
		c.Without = "interrupted"
	}
	return &c
}

// written returns the file of a certificate, or why there is none.
func (v *options) written(ctx context.Context, name string, q properties.Question, stderr io.Writer) (file []byte, why string) {
	f := scenario.File{Scenario: q.Scenario}
	for _, inv := range q.Always {
		f.Ask(inv.Name)
	}
	if err := f.Finish(nil); err != nil {
		return nil, err.Error()
	}
	c := certify.Certificate{Name: "theorem " + name, Scenario: f}
	if q.Witness.Asked() {
		c.Witnesses = []string{q.Witness.Name}
	}
	var b bytes.Buffer
	var failed error
	set := v.set
	set.Graph = func(sys *netfake.System, r *properties.Result, g *properties.Graph) {
		if r.Verdict == explore.Verified {
			failed = certificate.Make(ctx, &c, sys, g, &b, stderr)
		}
	}
	o, err := q.Answer(ctx, set)
	switch {
	case ctx.Err() != nil:
		return nil, "interrupted"
	case errors.Join(err, failed) != nil:
		return nil, errors.Join(err, failed).Error()
	case o.Verdict != explore.Verified:
		return nil, fmt.Sprintf("without reductions the answer is %v (%s)", o.Verdict, o.Reason)
	}
	return b.Bytes(), ""
}

// checked checks the file of a certificate.
func (v *options) checked(ctx context.Context, file []byte, stderr io.Writer) (certify.Report, error) {
	c, err := certify.Read(bytes.NewReader(file))
	if err != nil {
		return certify.Report{}, err
	}
	show, done := certificate.CertifyProgress(stderr)
	defer done()
	return certify.Check(ctx, c, certify.Options{Workers: v.set.Workers, Progress: show})
}

// certificates adds them up.
type certificates struct {
	answers, refused, open int
	states, steps, bytes   int
	seconds                float64
	without                map[string]int // answers by the reason for which they have none
}

func (t *certificates) add(c *report.AnswerCertificate) {
	switch {
	case c == nil:
	case c.Refused != "":
		t.refused++
	case c.Without != "":
		if t.without == nil {
			t.without = map[string]int{}
		}
		t.without[c.Without]++
		if c.Without != certificate.Eventual && c.Without != unstepped { // there could be one, if something had not ended early
			t.open++
		}
	default:
		t.answers++
	}
	if c != nil {
		t.states, t.steps, t.bytes, t.seconds = t.states+c.States, t.steps+c.Transitions, t.bytes+c.Bytes, t.seconds+c.Seconds
	}
}

// tellCertificates reports the certificates of a theorem and its variants, and names each missing one.
func tellCertificates(w io.Writer, one report.Outcome) {
	var sum certificates
	for _, x := range append([]report.Outcome{one}, one.Variants...) {
		sum.add(x.Certificate)
		if c := x.Certificate; c != nil && c.Refused != "" {
			fmt.Fprintf(w, "  certificate of %s REFUSED: %s\n", x.Name, c.Refused)
		} else if c != nil && c.Without != "" {
			fmt.Fprintf(w, "  not certified: %s: %s\n", x.Name, c.Without)
		}
	}
	if sum.answers > 0 {
		size := flags.Bytes(sum.bytes)
		fmt.Fprintf(w, "  certified: %s, %d states, %d steps, %s\n", prose.Count(uint64(sum.answers), "answer"), sum.states, sum.steps, &size)
	}
}

// tell prints the totals.
func (t *certificates) tell(w io.Writer) {
	size := flags.Bytes(t.bytes)
	fmt.Fprintf(w, "certified: %s that hold; %d states and %d steps were checked in %.1f s; the certificates have %s\n",
		prose.Count(uint64(t.answers), "answer"), t.states, t.steps, t.seconds, &size)
	if t.refused > 0 {
		fmt.Fprintf(w, "REFUSED: %s\n", prose.Count(uint64(t.refused), "certificate"))
	}
	var reasons []string
	for why, n := range t.without {
		reasons = append(reasons, fmt.Sprintf("not certified: %s: %s\n", prose.Count(uint64(n), "answer"), why))
	}
	fmt.Fprint(w, strings.Join(slices.Sorted(slices.Values(reasons)), ""))
}

// exit returns the status of the certificates; it counts if all else was as expected.
func (t *certificates) exit() error {
	switch {
	case t.refused > 0:
		return exit.Status(exit.Violated)
	case t.open > 0:
		return exit.Status(exit.Incomplete)
	}
	return nil
}
