package explore

import (
	"io"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/cli/covered"
	"github.com/tcpcheck/tcpcheck/internal/cli/subject"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/properties"
)

func (e *options) writeJSON(w io.Writer, sub *subject.Subject, r *properties.Result, ends []report.End, live []lasting, fields *report.Fields, s *covered.Survey, cert *report.WrittenCertificate) (err error) {
	j := report.Exploration{Name: sub.Name, Always: sub.File.Always, Verdict: sub.Verdict(r), Reason: r.Reason,
		Counts: report.Counts{Distinct: r.Distinct, Generated: r.Generated, Depth: r.Depth, Levels: r.Levels,
			Terminals: r.Terminals, Loops: r.Loops, Cuts: r.Cuts, Reduced: report.ReducedBy(sub.Used),
			Seconds: r.Elapsed.Seconds(), StatesPerSecond: float64(r.Distinct) / max(r.Elapsed.Seconds(), 1e-9),
			TableBytes: r.MemBytes, BytesPerState: r.BytesPerState},
		PeakTableBytes: r.PeakBytes, DiskBytes: r.DiskBytes, Store: explore.Store(e.store).String(),
		MissProbability: r.MissProbability, Ends: ends, Fields: fields, Certificate: cert}
	if s != nil {
		j.Coverage = s.Report()
	}
	j.Witnesses = report.Witnesses(sub.Sys, r.Witnesses)
	for i, v := range r.Violations {
		run := report.Steps(sub.Sys, report.Actions(v.Path))
		if i > 0 {
			j.Others = append(j.Others, report.Witness{Name: v.Name, Reached: true, Part: sub.Part(v), Steps: len(run), Run: run})
			continue
		}
		j.Violated, j.Part, j.Steps, j.Run = v.Name, sub.Part(v), len(run), run
	}
	for i := range live {
		j.Live = append(j.Live, live[i].json(sub))
	}
	return report.Write(w, "explore", &j)
}
