package explore

import (
	"io"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/cli/covered"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/internal/report"
)

func (e *options) writeJSON(w io.Writer, sub *flags.Subject, r *flags.Result, ends []report.End, live []lasting, fields *report.FieldReport, s *covered.Survey, cert *report.KeptCertificate) (err error) {
	j := report.Exploration{Name: sub.Name, Always: sub.File.Always, Verdict: sub.Verdict(r), Reason: r.Reason, Reduced: report.ReducedBy(sub.Used),
		Distinct: r.Distinct, Generated: r.Generated, Depth: r.Depth, Levels: r.Levels,
		Seconds: r.Elapsed.Seconds(), Bytes: r.MemBytes, Peak: r.PeakBytes, DiskBytes: r.DiskBytes, Ends: ends,
		Store: explore.Store(e.store).String(), Missed: r.MissProbability,
		Rate: float64(r.Distinct) / max(r.Elapsed.Seconds(), 1e-9), PerState: r.BytesPerState,
		Terminals: r.Terminals, Loops: r.Loops, Cuts: report.Cuts(r.Cuts), Fields: fields, Certificate: cert}
	if s != nil {
		j.Coverage = s.Report()
	}
	for _, wit := range r.Witnesses {
		jw := report.Witness{Name: wit.Name, Found: wit.Found}
		if jw.Run, err = ladder.Steps(sub.Sys, report.Actions(wit.Path)); err != nil {
			return err
		}
		j.Witnesses = append(j.Witnesses, jw)
	}
	for i, v := range r.Violations {
		run, err := ladder.Steps(sub.Sys, report.Actions(v.Path))
		if err != nil {
			return err
		}
		if i > 0 {
			j.Others = append(j.Others, report.Witness{Name: v.Name, Found: true, Part: sub.Part(v), Run: run})
			continue
		}
		j.Violated, j.Part, j.Run = v.Name, sub.Part(v), run
	}
	for i := range live {
		one, err := live[i].json(sub)
		if err != nil {
			return err
		}
		j.Live = append(j.Live, one)
	}
	return report.Write(w, j)
}
