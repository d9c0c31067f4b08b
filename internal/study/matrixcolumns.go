package study

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/ownquestions"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Column is a guarantee, and the scenario in which it is asked: users, old segments and attackers
// are the column's, the policies are the row's.
type Column struct {
	Name     string
	Says     string // what is guaranteed, in a sentence
	From     string // the theorem or the file whose scenario it is
	Scenario netfake.Scenario
	Always   []properties.Invariant
	Live     *properties.Live     // asked instead of Always, if not nil
	Witness  properties.Condition // what must happen somewhere, or the guarantee says little; it may be empty

	reach, leadsTo []string // Witness and Live as a scenario file has them; nil of a theorem
}

// DefaultColumns returns the guarantees that have a name.
func DefaultColumns() (list []Column) {
	for _, g := range properties.MatrixColumns {
		list = append(list, guarantee(g.Name, g.Says, g.Theorem))
	}
	return list
}

func guarantee(name, says, theorem string) Column {
	th, ok := properties.ByName(theorem)
	if !ok {
		panic("BUG: no theorem " + theorem)
	}
	return Column{Name: name, Says: says, From: "theorem " + theorem, Scenario: th.Scenario(), Always: th.Always, Live: th.Live, Witness: th.Witness}
}

// ColumnByName finds a guarantee, or makes one of a theorem that has a scenario. What such a theorem
// says may be the contrary of a guarantee: asked is whether its invariants hold.
func ColumnByName(name string) (Column, error) {
	var names []string
	for _, g := range properties.MatrixColumns {
		if g.Name == name {
			return guarantee(g.Name, g.Says, g.Theorem), nil
		}
		names = append(names, g.Name)
	}
	if th, ok := properties.ByName(name); ok && th.Scenario != nil {
		return guarantee(name, asks(th), name), nil
	}
	return Column{}, fmt.Errorf("found %q, expected one of %s, a theorem that has a scenario, or a scenario file", name, strings.Join(names, ", "))
}

// asks says what is asked in a theorem's scenario.
func asks(th properties.Theorem) string {
	if th.Live != nil {
		return th.Live.String() + "."
	}
	return strings.Join(invariantsOf(th.Always), ", ") + " in the scenario of this theorem."
}

// ColumnFromFile makes a guarantee of a scenario file: its invariants, or one of what must happen eventually. A condition
// of reach must happen somewhere, or the guarantee says little.
func ColumnFromFile(name string, data []byte) (Column, error) {
	known := map[string]properties.Invariant{}
	for _, inv := range properties.Invariants() {
		known[inv.Name] = inv
	}
	f, err := scenario.Parse(name, data, invariantsOf(properties.Invariants()))
	if err != nil {
		return Column{}, err
	}
	asks := slices.Concat(f.Always, f.LeadsTo)
	if len(f.LeadsTo) > 1 || len(f.Reach) > 1 || (len(f.Always) > 0) == (len(f.LeadsTo) > 0) {
		return Column{}, fmt.Errorf("%s: found %d invariants in always, %d conditions in leads-to and %d in reach, expected invariants or one of leads-to, and at most one of reach",
			name, len(f.Always), len(f.LeadsTo), len(f.Reach))
	}
	c := Column{Name: name, Says: strings.Join(asks, ", ") + " in this scenario.", From: name, Scenario: f.Scenario, reach: f.Reach, leadsTo: f.LeadsTo}
	if c.Always, err = ownquestions.Always(&f, known); err != nil {
		return Column{}, err
	}
	live, err := ownquestions.LeadsTo(&f)
	if err != nil {
		return Column{}, err
	}
	if len(live) > 0 {
		c.Live = &live[0]
	}
	reach, err := ownquestions.Reach(&f)
	if len(reach) > 0 {
		c.Witness = reach[0]
	}
	return c, err
}

func invariantsOf(list []properties.Invariant) (names []string) {
	for _, inv := range list {
		names = append(names, inv.Name)
	}
	return names
}

// asked are the invariants that a search of the column asks.
func (c Column) asked() []string {
	if c.Live != nil {
		return nil
	}
	return invariantsOf(c.Always)
}

// question is what a cell asks, whole: two cells with the same question have the same answer.
func (c Column) question(f scenario.File) string {
	text := string(scenario.Format(f)) + "# witness: " + c.Witness.Name + "\n"
	if c.Live != nil {
		text += fmt.Sprintf("# asked: %v (fairness %d)\n", *c.Live, c.Live.Fair)
	}
	return text
}
