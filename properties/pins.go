package properties

import (
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"
)

// Asked is a question that is not a theorem and has its own name: a bound, a mitigation, or a guarantee.
type Asked struct {
	Name     string
	Question Question
}

// Pin says which premises of the catalogue a question needs, and for which this is not known.
type Pin struct {
	Needed []Cell // in the order of the catalogue
	Open   []string
}

// Pins are stored in a file, under the names of the questions. With them a sentence can name its premises without a
// search. A test compares the file with searches.
type Pins map[string]Pin

// PinnedStates is the maximum number of states that a search for a pin visits. It is small, because there are many
// pins.
const PinnedStates = 10_000

// PinnedPremises is the catalogue without the policies of hosts. A question that is no theorem is about the policies that it
// names; what others do to it is what the matrix is for.
func PinnedPremises() []Premise {
	return slices.DeleteFunc(slices.Clone(Premises()), func(p Premise) bool { return strings.Contains(p.Name, "=") })
}

// Needs returns the names of the premises that a question needs, without those that others cover. It is empty for a
// name that is not pinned.
func (p Pins) Needs(name string) []string {
	needed := NeededOf(p[name].Needed)
	return slices.DeleteFunc(slices.Clone(needed), func(name string) bool {
		premise, _ := PremiseByName(name)
		return slices.ContainsFunc(premise.CoveredBy, func(other string) bool { return slices.Contains(needed, other) })
	})
}

// Pin searches the question without each premise that applies.
func (q Question) Pin(ctx context.Context, set Settings) (Pin, error) {
	set.MaxStates = PinnedStates
	cells, err := q.Cells(ctx, PinnedPremises(), set)
	var pin Pin
	for _, c := range cells {
		switch c.Answer {
		case Fails:
			pin.Needed = append(pin.Needed, c)
		case Open:
			pin.Open = append(pin.Open, c.Premise)
		}
	}
	return pin, err
}

// Format returns a line for each question: its name; each needed premise with the steps of its shortest run and the
// states that were visited; and the premises that are open.
func (p Pins) Format() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(p)) {
		fmt.Fprintf(&b, "%s |", name)
		for _, c := range p[name].Needed {
			fmt.Fprintf(&b, " %s %d+%d %d", c.Premise, c.Steps, c.Loop, c.Distinct)
		}
		fmt.Fprintf(&b, " | %s\n", strings.Join(p[name].Open, " "))
	}
	return b.String()
}

// ParsePins reads the text that Format wrote. It panics on anything else, because the text is part of the program.
func ParsePins(text string) Pins {
	pins := Pins{}
	for line := range strings.Lines(text) {
		parts := strings.Split(strings.TrimSpace(line), "|")
		if len(parts) != 3 {
			panic("BUG: pinned premises: " + line)
		}
		var pin Pin
		for words := strings.Fields(parts[1]); len(words) >= 3; words = words[3:] {
			c := Cell{Premise: words[0], Answer: Fails}
			if _, err := fmt.Sscanf(words[1]+" "+words[2], "%d+%d %d", &c.Steps, &c.Loop, &c.Distinct); err != nil {
				panic("BUG: pinned premises: " + line)
			}
			pin.Needed = append(pin.Needed, c)
		}
		pin.Open = strings.Fields(parts[2])
		pins[strings.TrimSpace(parts[0])] = pin
	}
	return pins
}

// A cell that is compared in every run of the tests has few states, and one in so many of the others is looked at.
const (
	quickStates = 400
	oneOf       = 100
)

// Check compares pins with searches: of all cells, or only of those that are cheap. It returns a line for each
// difference, and, if every cell was searched, the new pins.
func (p Pins) Check(ctx context.Context, list []Asked, all bool) (found Pins, lines []string, err error) {
	if !all {
		lines, err = p.quick(ctx, list)
		return nil, lines, err
	}
	found = Pins{}
	for _, x := range list {
		if found[x.Name], err = x.Question.Pin(ctx, Settings{}); err != nil {
			return found, lines, fmt.Errorf("%s: %w", x.Name, err)
		}
	}
	pinned, got := strings.Split(p.Format(), "\n"), strings.Split(found.Format(), "\n")
	for _, line := range pinned {
		if !slices.Contains(got, line) {
			lines = append(lines, "- "+line)
		}
	}
	for _, line := range got {
		if !slices.Contains(pinned, line) {
			lines = append(lines, "+ "+line)
		}
	}
	return found, lines, nil
}

// quick searches cheap cells, some of those that are not needed among them.
func (p Pins) quick(ctx context.Context, list []Asked) (lines []string, err error) {
	names := map[string]bool{}
	for _, x := range list {
		names[x.Name] = true
		pin, ok := p[x.Name]
		if !ok {
			lines = append(lines, x.Name+": not pinned")
			continue
		}
		for _, premise := range PinnedPremises() {
			i := slices.IndexFunc(pin.Needed, func(c Cell) bool { return c.Premise == premise.Name })
			open := slices.Contains(pin.Open, premise.Name)
			if open || i >= 0 && pin.Needed[i].Distinct > quickStates || i < 0 && !sampled(x.Name+premise.Name) {
				continue
			}
			c, _, applies, err := x.Question.Relaxed(ctx, premise, Settings{MaxStates: quickStates + 1})
			if err != nil {
				return lines, err
			}
			switch {
			case !applies && i >= 0:
				lines = append(lines, fmt.Sprintf("%s: pinned is %s, which does not apply", x.Name, premise.Name))
			case applies && i < 0 && c.Needed():
				lines = append(lines, fmt.Sprintf("%s: %s is needed, and not pinned", x.Name, premise.Name))
			case i >= 0 && (!c.Needed() || c.Steps != pin.Needed[i].Steps || c.Loop != pin.Needed[i].Loop):
				lines = append(lines, fmt.Sprintf("%s: %s is %v by %d+%d steps, pinned is needed by %d+%d", x.Name, premise.Name,
					c.Need(), c.Steps, c.Loop, pin.Needed[i].Steps, pin.Needed[i].Loop))
			}
		}
	}
	for name := range p {
		if !names[name] {
			lines = append(lines, name+": pinned, and there is no such question")
		}
	}
	return lines, nil
}

// sampled picks one in so many names, always the same.
func sampled(name string) bool {
	h := fnv.New32a()
	h.Write([]byte(name))
	return h.Sum32()%oneOf == 0
}
