package study

import (
	"fmt"
	"slices"
	"strings"

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
}

// guarantees are the columns that there are unless others are chosen, each from a theorem.
var guarantees = []struct{ name, says, theorem string }{
	{"old-syn", "Old segments open nothing towards a peer that is idle, and bring no old text.", "three-segments-idle"},
	{"old-syn-opening", "Old segments open nothing while the peer is opening too, and both agree on their numbers.", "three-segments-opening"},
	{"syn-comes", "Nobody waits for a SYN that will not be sent again, though one segment is lost.", "two-segments-unconfirmed"},
	{"early-close", "A user that may CLOSE before ESTABLISHED takes no old text.", "early-close-old-data"},
	{"old-text", "After a close, the next connection takes no old text and no old FIN of the closer.", "wait-keeps-old-text-out"},
	{"old-fin", "After a close, the next connection takes no old FIN of a peer that gives up.", "wait-keeps-old-fin-out"},
	{"clean-last-ack", "A peer that closes second sees a clean close, no reset.", "wait-spares-last-ack"},
	{"whole-wait", "No RST ends TIME-WAIT before its time.", "assassination"},
	{"abort-old-text", "After an ABORT, the next connection takes no old text.", "abort-reopen-old-data"},
	{"crash-old-text", "After a crash, the next connection takes no old text.", "crash-quiet-time"},
	{"blind-rst", "A blind RST in the window, not at its edge, ends no connection.", "blind-rst"},
	{"blind-syn", "A blind SYN in the window ends no connection.", "blind-syn"},
	{"blind-text", "Blind text with an ancient ACK is not taken.", "blind-data"},
	{"abort-heard", "A connection that the other side aborts never ends without a word to its user.", "abort-is-heard"},
	{"close-ends", "Once both users have called CLOSE, both ends are eventually CLOSED at the same time, if a segment that is sent again and again arrives.", "close-closes"},
	{"open-ends", "SYN-SENT ends eventually, if a segment that is sent again and again arrives.", "syn-sent-ends"},
}

// DefaultColumns is every guarantee that has a name of its own.
func DefaultColumns() (list []Column) {
	for _, g := range guarantees {
		list = append(list, guarantee(g.name, g.says, g.theorem))
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
	for _, g := range guarantees {
		if g.name == name {
			return guarantee(g.name, g.says, g.theorem), nil
		}
		names = append(names, g.name)
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

// ColumnFromFile makes a guarantee of a scenario file.
func ColumnFromFile(name string, data []byte) (Column, error) {
	known := properties.Invariants()
	f, err := scenario.Parse(name, data, invariantsOf(known))
	if err != nil {
		return Column{}, err
	}
	if len(f.Always) == 0 {
		return Column{}, fmt.Errorf("%s: always: found nothing, expected some of %s", name, strings.Join(invariantsOf(known), ", "))
	}
	c := Column{Name: name, Says: strings.Join(f.Always, ", ") + " in this scenario.", From: name, Scenario: f.Scenario}
	for _, inv := range known {
		if slices.Contains(f.Always, inv.Name) {
			c.Always = append(c.Always, inv)
		}
	}
	return c, nil
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
