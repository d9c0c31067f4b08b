package hazards

import (
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Hazard is one danger.
type Hazard struct {
	Number  int
	Name    string
	What    string    // what it is, in a few sentences
	Sources []string  // where it is described
	Shown   []Exhibit // each of these must show it; the first is the one that is drawn
	Gone    []Exhibit // with each of these it must be gone, under the premises that it names
	Costs   []Exhibit // what one of Gone does harm to: each must show that
	Found   string    // where the tool finds it to be other than described
	Left    string    // what the machine or the joint world cannot express, and why
}

// Exhibit is one thing that is computed. Exactly one of Theorem, Ask, Script and Look is set;
// in Gone all of them may be left out, and then the first of Shown is asked again.
type Exhibit struct {
	With    string                // what is special about it: a policy, a change, "the base machine"
	Theorem string                // of package properties: its name, or name/variant
	Ask     func() Question       // a question to a scenario
	Script  string                // of package dialogue: shown if the machine follows it to its end
	Look    Look                  // something seen on the machine itself
	Change  func(*Question)       // what is changed in the question
	Policy  func(c *model.Config) // what is changed in both endpoints, whatever is asked

	// Needs and Only, of one in Gone, are the premises without which the danger is there again: those of the catalogue of
	// package properties by name, and those that are particular to this exhibit.
	Needs []string
	Only  []properties.Premise
}

// Sentence is With and all premises that it rests on.
func (e Exhibit) Sentence() string {
	text := strings.TrimSuffix(properties.Provided(e.With, e.Needs), ".")
	for i, p := range e.Only {
		if i == 0 && len(e.Needs) == 0 {
			text += ", if " + p.Text
		} else {
			text += "; " + p.Text
		}
	}
	return text
}

// Question is asked of all that can happen in a scenario. The danger is seen if it is VIOLATED,
// and gone if it is VERIFIED.
type Question = properties.Question

// Hazards is every hazard, in the order of the numbers.
func Hazards() []Hazard {
	return slices.Concat(textHazards(), openingHazards(), waitingHazards(), oldSegmentHazards(), attackHazards(), numberHazards(),
		closingHazards(), oddHazards())
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
