package serve

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/ownquestions"
	"github.com/tcpcheck/tcpcheck/internal/question"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
	"github.com/tcpcheck/tcpcheck/properties/claims"
	"github.com/tcpcheck/tcpcheck/properties/hazards"
)

// subject names what a page looks at. One of its fields is set.
type subject struct {
	Theorem string `json:"theorem,omitempty"` // its name, or name/variant
	Hazard  string `json:"hazard,omitempty"`  // its name
	Claim   string `json:"claim,omitempty"`   // its name
	Text    string `json:"text,omitempty"`    // a scenario file
}

// asked is a subject with its scenario.
type asked struct {
	properties.Question
	title, says string
	sys         *netfake.System
	file        scenario.File // of a scenario file: the questions as they are written
	reach       []properties.Condition
	leadsTo     []properties.Live
}

// resolve finds the scenario of a subject. An error of a scenario file is a scenario.Errors or *scenario.Error.
func (s subject) resolve() (*asked, error) {
	var a asked
	var err error
	switch {
	case s.Theorem != "":
		a.title = "theorem " + s.Theorem
		if a.Question, err = properties.Find(s.Theorem); err == nil {
			name, variant, varied := strings.Cut(s.Theorem, "/")
			th, _ := properties.ByName(name)
			a.says = th.Statement()
			if varied {
				a.says += " Changed: " + variant + "."
			}
		}
	case s.Hazard != "":
		a.title = "hazard " + s.Hazard
		h, _ := hazards.ByName(s.Hazard)
		a.says = h.What
		var ok bool
		if a.Question, ok = h.Question(); !ok {
			err = fmt.Errorf("no hazard %q with a scenario", s.Hazard)
		}
	case s.Claim != "":
		a.title = "claim " + s.Claim
		c, _ := claims.ByID(s.Claim)
		a.says = c.Says
		var ok bool
		if a.Question, ok = c.Question(); !ok {
			err = fmt.Errorf("no claim %q with a scenario", s.Claim)
		}
	default:
		a.title = "your scenario"
		err = a.parse(s.Text)
	}
	if err != nil {
		return nil, err
	}
	if a.sys, err = netfake.New(a.Scenario); err != nil {
		return nil, err
	}
	return &a, nil
}

// parse reads a scenario file.
func (a *asked) parse(text string) (err error) {
	if strings.TrimSpace(text) == "" {
		return errors.New("found an empty scenario, expected one as printed by tcpcheck explore --example")
	}
	var names []string
	known := map[string]properties.Invariant{}
	for _, inv := range properties.Invariants() {
		names = append(names, inv.Name)
		known[inv.Name] = inv
	}
	if a.file, err = scenario.Parse("", []byte(text), names); err != nil {
		return err
	}
	a.Scenario = a.file.Scenario
	if a.Always, err = ownquestions.Always(&a.file, known); err != nil {
		return err
	}
	if a.reach, err = ownquestions.Reach(&a.file); err != nil {
		return err
	}
	a.leadsTo, err = ownquestions.LeadsTo(&a.file)
	return err
}

// text is the scenario as a file. Invariants that only one theorem has are left out, those of the user's own are not.
func (a *asked) text() string {
	f := scenario.File{Scenario: a.Scenario, Reach: a.file.Reach, LeadsTo: a.file.LeadsTo}
	for _, inv := range a.Always {
		f.Always = append(f.Always, inv.Name)
	}
	return readable(f)
}

// nameable reports whether a scenario file can name an invariant.
func nameable(name string) bool {
	return own(name) || slices.ContainsFunc(properties.Invariants(), func(c properties.Invariant) bool { return c.Name == name })
}

// own reports whether an invariant was written as an expression.
func own(name string) bool {
	_, err := question.Parse(name)
	return question.Is(name) && err == nil
}

// problemOf says what is wrong with a subject, and in which lines.
func problemOf(err error) (text string, lines []lineError) {
	one := func(e *scenario.Error) {
		says := *e
		says.File, says.Line = "", 0
		lines = append(lines, lineError{e.Line, says.Error()})
	}
	var all scenario.Errors
	var e *scenario.Error
	switch {
	case errors.As(err, &all):
		for _, e := range all {
			one(e)
		}
	case errors.As(err, &e):
		one(e)
	default:
		return err.Error(), nil
	}
	return "the scenario cannot be used", lines
}
