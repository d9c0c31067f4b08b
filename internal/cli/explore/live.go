package explore

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/runs"
	"github.com/tcpcheck/tcpcheck/internal/cli/subject"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// asking has the flags for liveness: what can or must happen eventually.
type asking struct {
	possible, leadsTo []string
	within            int
	fair              string
}

func (k *asking) flags(f *pflag.FlagSet) {
	f.StringArrayVar(&k.possible, "possible", nil, "ask whether such a `pair` of states can be reached from every reachable state: A=CLOSED,B=CLOSED")
	f.StringArrayVar(&k.leadsTo, "leads-to", nil, "ask whether the first `pair => pair` always leads to the second: 'A=SYN-SENT => A=ESTABLISHED|CLOSED'")
	f.IntVar(&k.within, "within", 0, "with --leads-to: within this number of `ticks` (0: at any time)")
	f.StringVar(&k.fair, "fair", fairAll, "the fairness that --leads-to assumes: all (a segment that is sent again and again arrives "+
		"eventually, timers fire, time passes), timers (segments need not arrive), arrivals (timers "+
		"need not fire), none; no value forces users, losses, crashes or attackers to act")
}

const fairAll = "all"

// questions reads the flags.
func (k *asking) questions() (qs []properties.Live, err error) {
	fair, ok := map[string]properties.Fairness{fairAll: properties.FairAll, "timers": properties.FairTimers, "arrivals": properties.FairArrivals, "none": properties.FairNone}[k.fair]
	switch {
	case !ok:
		return nil, exit.Usagef("--fair %s: expected one of all, timers, arrivals, none", k.fair)
	case k.within < 0:
		return nil, exit.Usagef("--within %d: expected a number of ticks from 1, or 0 for no limit", k.within)
	case k.within > 0 && len(k.leadsTo) == 0:
		return nil, exit.Usagef("--within %d: expected --leads-to as well", k.within)
	case k.within > 0 && (fair == properties.FairNone || fair == properties.FairArrivals):
		return nil, exit.Usagef("--within %d: expected --fair all or timers, since otherwise time need not pass", k.within)
	}
	for _, text := range k.possible {
		to, err := subject.Pair("--possible", text)
		if err != nil {
			return nil, err
		}
		qs = append(qs, properties.Live{To: to})
	}
	for _, text := range k.leadsTo {
		q := properties.Live{Within: k.within, Fair: fair}
		from, to, ok := strings.Cut(text, "=>")
		if !ok {
			return nil, exit.Usagef("--leads-to %s: found no =>, expected two pairs of states as in 'A=SYN-SENT => A=ESTABLISHED|CLOSED'", text)
		}
		if q.From, err = subject.Pair("--leads-to", strings.TrimSpace(from)); err != nil {
			return nil, err
		}
		if q.To, err = subject.Pair("--leads-to", strings.TrimSpace(to)); err != nil {
			return nil, err
		}
		qs = append(qs, q)
	}
	return qs, nil
}

// lasting is a liveness question and its answer.
type lasting struct {
	properties.Live
	answer properties.LiveAnswer
}

// answerAll answers the questions on the graph that was found.
func answerAll(ctx context.Context, s *subject.Subject, r *properties.Result, g *properties.Graph) (list []lasting, err error) {
	for _, q := range s.Live {
		if q.Within > 0 && s.File.Scenario.Net.MSL == 0 {
			return nil, exit.Usagef("--within %d: the scenario has no clock, expected net.msl from 1", q.Within)
		}
	}
	answers, err := properties.Ask(ctx, s.Sys, r, g, s.Live...)
	if err != nil {
		return nil, exit.With(exit.Incomplete, err.Error())
	}
	for i, a := range answers {
		list = append(list, lasting{s.Live[i], a})
	}
	return list, nil
}

// tellLive prints the answer to a question about what happens eventually, and draws its run.
func (e *options) tellLive(w io.Writer, sub *subject.Subject, l *lasting) error {
	if len(l.answer.Run.Stem) > 0 && e.Picture != "" {
		o := l.ladder()
		o.Loop = l.run().Loop
		if err := e.Exporter.Draw(sub.Sys, sub.Sys.MustReplay(l.run()), sub.Name, o); err != nil {
			return err
		}
	}
	if e.json {
		return nil
	}
	return l.tell(w, sub, e.Legend)
}

// tell prints the answer, and draws the run that shows it.
func (l *lasting) tell(w io.Writer, sub *subject.Subject, legend bool) error {
	a := &l.answer
	fmt.Fprintf(w, "\n%s: %s\n", a.Verdict, l.Live)
	if a.Reason != "" {
		fmt.Fprintf(w, "  no counterexample was found, but not all states were searched: %s\n", a.Reason)
	}
	if p := l.Premise(&sub.File.Scenario); p != "" {
		fmt.Fprintf(w, "  %s\n", prose.Wrap(p, 96, "  "))
	}
	name := l.From.Name
	if !l.From.Asked() {
		name = l.To.Name
	}
	if l.From.Asked() && a.Premise == 0 {
		fmt.Fprintf(w, "  %s holds in no state that was found, so nothing had to happen\n", name)
	} else {
		fmt.Fprintf(w, "  %s holds in %d states\n", name, a.Premise)
	}
	if l.Within > 0 && a.Flaw != explore.Never && a.Ticks >= 0 {
		fmt.Fprintf(w, "  the longest wait found: %d ticks\n", a.Ticks)
	}
	if len(a.Run.Stem) == 0 {
		return nil
	}
	what := "A run with the longest wait"
	if a.Verdict == explore.Violated {
		what = "A counterexample"
	}
	fmt.Fprintf(w, "\n%s:\n\n", what)
	o := l.ladder()
	o.Legend = legend
	return runs.Draw(w, sub.Sys, l.run(), o)
}

// run is the run of the answer, by its actions.
func (l *lasting) run() netfake.Run {
	return netfake.Run{Actions: l.answer.Run.Unroll(1).Actions(), Loop: len(l.answer.Run.Loop)}
}

func (l *lasting) ladder() (o ladder.Options) {
	if l.answer.Verdict == explore.Violated {
		o.Violated, o.Why = l.String(), l.Explain(l.answer)
	}
	return o
}

func (l *lasting) json(sub *subject.Subject) report.Live {
	a := &l.answer
	j := report.Live{Statement: l.String(), Fairness: l.Live.Premise(&sub.File.Scenario), Verdict: a.Verdict.String(), Reason: a.Reason,
		Premise: a.Premise, Why: l.Explain(*a), Since: a.Run.Since}
	if l.Within > 0 && a.Flaw != explore.Never {
		j.Ticks = &a.Ticks
	}
	if len(a.Run.Stem) == 0 {
		return j
	}
	j.Steps, j.Loop, j.Run = a.Run.Stem.Steps(), len(a.Run.Loop), report.Steps(sub.Sys, l.run())
	return j
}
