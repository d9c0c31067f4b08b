package conform

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/coverage"
	"github.com/tcpcheck/tcpcheck/model"
)

// Level is how strongly the RFCs ask for what a stack does not do.
type Level string

// Must, Should and May are the words of RFC 2119.
const (
	Must   Level = "MUST"
	Should Level = "SHOULD"
	May    Level = "MAY"
)

// Levels are all of them, the strongest first.
var Levels = []Level{Must, Should, May}

// Weaker reports whether one level is weaker than another.
func Weaker(a, b Level) bool { return a.rank() > b.rank() }

func (l Level) rank() int { return slices.Index(Levels, l) }

// clause is the clause that applies to a step of the model.
type clause struct {
	section string // "RFC 9293 §3.10.7.4 second"
	says    string // the case, and what is done about it
	level   Level  // of its numbered requirements; empty if it has none
}

// clauseOf finds the clause of a step. If a segment passes several checks, several clauses apply. The last one decides
// what happens to it.
func clauseOf(w twin, step Step, e model.Event) clause {
	switch {
	case step.Op == Sleep:
		e = model.Event{Kind: timerOf(w.conn.TCB)}
	case step.Op == Packet && step.Class.form == formChecksum:
		return clause{"RFC 9293 §3.1", "a segment with a wrong checksum is dropped in silence (MUST-3)", Must}
	}
	e.Iss = w.iss
	if step.Op == Release {
		w.conn.Config.HalfDuplexClose = true
	}
	before := w.conn.TCB
	after, out := model.Step(w.conn.Config, before, e)
	seen := coverage.Observe(w.conn.Config, &model.Transition{Before: before, Event: e, After: after, Output: out})
	found := clause{section: "RFC 9293 §" + sectionOf(e.Kind), says: "the processing of " + e.Kind.String()}
	checked := false // by one of the eight checks, whose clause is more specific than one about the whole answer
	for _, c := range coverage.Clauses() {
		if !c.Holds(&seen) {
			continue
		}
		check := aCheck.MatchString(c.Section)
		if checked && !check {
			continue
		}
		checked = check
		_, says, ok := strings.Cut(c.Says, before.State.String()+": ")
		if !ok {
			says = c.Says
		}
		found = clause{sectionText(c.Section), says, levelOfRows(c.Rows)}
	}
	return found
}

// timerOf is the timer that can fire while time passes.
func timerOf(t model.TCB) model.EventKind {
	if t.State == model.TimeWait {
		return model.TimeWaitTimeout
	}
	return model.RetransmissionTimeout
}

func sectionOf(k model.EventKind) string {
	switch k {
	case model.OpenPassive, model.OpenActive:
		return "3.10.1"
	case model.Send:
		return "3.10.2"
	case model.Receive:
		return "3.10.3"
	case model.Close:
		return "3.10.4"
	case model.Abort:
		return "3.10.5"
	case model.SegmentArrives:
		return "3.10.7"
	}
	return "3.10.8"
}

var (
	aCheck         = regexp.MustCompile(`(first|second|third|fourth|fifth|sixth|seventh|eighth)|^RFC`)
	sectionOfOther = regexp.MustCompile(`(RFC \d+) (\d)`)
	sectionOfOurs  = regexp.MustCompile(`(^|, |against |before )(\d)`)
)

// sectionText writes "3.10.7.4 fifth, RFC 5961 5" as "RFC 9293 §3.10.7.4 fifth, RFC 5961 §5".
func sectionText(s string) string {
	s = sectionOfOurs.ReplaceAllString(sectionOfOther.ReplaceAllString(s, "$1 §$2"), "$1§$2")
	if strings.HasPrefix(s, "§") {
		s = "RFC 9293 " + s
	}
	return s
}

// levelOfRows is the strongest word of the numbered requirements among rows of docs/REQUIREMENTS.md.
func levelOfRows(rows []string) (best Level) {
	for _, row := range rows {
		for _, part := range strings.Split(row, ",") {
			prefix, _, _ := strings.Cut(part, "-")
			if l := levelNamed(prefix); l != "" && (best == "" || l.rank() < best.rank()) {
				best = l
			}
		}
	}
	return best
}

func levelNamed(prefix string) Level {
	switch prefix {
	case "MUST":
		return Must
	case "SHLD":
		return Should
	case "MAY":
		return May
	}
	return ""
}

// levelOf is how strongly the RFC asks for what differs. §3.10 has few capital words, and says of itself that an
// implementation may differ from it in detail, not in substance. So under a clause without a numbered requirement the
// data, the connection and the state count as MUST, a segment more or less as SHOULD, and its form as MAY.
func levelOf(c clause, s Severity) Level {
	switch {
	case s == OtherForm:
		return May
	case c.level != "":
		return c.level
	case s == WrongSegment:
		return Should
	}
	return Must
}

var numbered = regexp.MustCompile(`\b(MUST|SHLD|MAY)-\d`)

// levelOfPolicy is how strongly the RFC asks for the usual value of a policy. Where the RFC contradicts itself, or
// where the policy is an option, it is MAY.
func levelOfPolicy(p model.Policy) Level {
	if m := numbered.FindStringSubmatch(p.Source); m != nil {
		return levelNamed(m[1])
	}
	return May
}
