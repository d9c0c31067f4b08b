package hazards

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Hazard is one known hazard.
type Hazard struct {
	Number  int
	Name    string
	What    string    // a description in a few sentences
	Sources []string  // where it is described
	Shown   []Exhibit // each of these must show it; the first is the one that is drawn
	Gone    []Exhibit // each of these must prevent it, under the premises that it names
	Costs   []Exhibit // what a prevention costs: each must show that
	Found   string    // how it differs from its usual description
	Left    string    // what the model cannot express, and why
}

// Exhibit is one thing that is computed. Exactly one of Theorem, Ask, Script and Look is set. In Gone
// all of them may be left out; then the question is that of the first exhibit of Shown.
type Exhibit struct {
	With    string                // what is special about it: a policy, a change, "the model of RFC 9293"
	Theorem string                // of package properties: its name, or name/variant
	Ask     func() Question       // a question about a scenario
	Script  string                // of package figures: shown if the model follows it to its end
	Look    Look                  // something that the model itself shows
	Change  properties.Change     // of the question
	Policy  func(c *model.Config) // what is changed in both endpoints, whatever is asked

	// Only are premises of an exhibit in Gone that are not in the catalogue of package properties.
	// Without each of them the hazard appears again.
	Only []properties.Premise
	// Needs are those of the catalogue, by name; they are read from a file that a test compares with searches.
	Needs []string
}

//go:embed premises.txt
var pinned string

var pins = properties.ParsePins(pinned)

// pinName is the name under which the premises of an exhibit are pinned.
func (h Hazard) pinName(e Exhibit) string { return fmt.Sprintf("%d %s", h.Number, e.With) }

// Short is With, and the premises of Only.
func (e Exhibit) Short() string {
	text, word := e.With, ", provided that "
	for _, p := range e.Only {
		text, word = text+word+p.Text, "; "
	}
	return text
}

// Sentence is With and all premises that it needs.
func (e Exhibit) Sentence() string {
	text := strings.TrimSuffix(properties.Provided(e.Short(), e.Needs), ".")
	if len(e.Only) > 0 {
		text = strings.Replace(text, e.Short()+", provided that ", e.Short()+"; ", 1)
	}
	return text
}

// Question is a question about a scenario. The hazard appears if the answer is VIOLATED, and is
// prevented if it is VERIFIED.
type Question = properties.Question

// Hazards is every hazard, in the order of the numbers.
func Hazards() []Hazard {
	all := slices.Concat(textHazards(), openingHazards(), waitingHazards(), oldSegmentHazards(), attackHazards(), numberHazards(),
		closingHazards(), oddHazards(), letterHazards())
	for _, h := range all {
		for i := range h.Gone {
			h.Gone[i].Needs = pins.Needs(h.pinName(h.Gone[i]))
		}
	}
	return all
}

// Mitigation is an exhibit of Gone that is searched, and its question.
type Mitigation struct {
	properties.Asked
	Exhibit Exhibit
}

// Asked are the questions of the preventions that are searched.
func (h Hazard) Asked() (list []Mitigation, err error) {
	for _, e := range h.Gone {
		full := h.inherit(e)
		if !full.searches() {
			continue
		}
		q, _, err := full.question(model.None)
		if err != nil {
			return nil, fmt.Errorf("hazard %d: %w", h.Number, err)
		}
		list = append(list, Mitigation{properties.Asked{Name: h.pinName(e), Question: q}, e})
	}
	return list, nil
}

// ByNumber finds a hazard.
func ByNumber(n int) (Hazard, bool) {
	for _, h := range Hazards() {
		if h.Number == n {
			return h, true
		}
	}
	return Hazard{}, false
}

// ByName finds a hazard.
func ByName(name string) (Hazard, bool) {
	for _, h := range Hazards() {
		if h.Name == name {
			return h, true
		}
	}
	return Hazard{}, false
}
