package properties

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Rests is the result for the premises of one theorem.
type Rests struct {
	Theorem Theorem
	Cells   []Cell // of the premises that apply to it, in the order of the catalogue
}

// Relaxable reports whether premises can be relaxed: the theorem must hold, be answered by a search, and be no larger
// version of another.
func (th Theorem) Relaxable() bool { return th.Expect == holds && th.Check == nil && !th.Long }

// Relax searches the theorem without each of the premises that apply to it.
func (th Theorem) Relax(ctx context.Context, set Settings) (Rests, error) {
	cells, err := th.Asks().Cells(ctx, Premises(), set)
	return Rests{th, cells}, err
}

// Unsaid returns the needed premises that the theorem does not name, if it also names none that covers them.
func (r Rests) Unsaid() []string {
	named := r.named()
	return slices.DeleteFunc(NeededOf(r.Cells), func(name string) bool {
		p, _ := PremiseByName(name)
		return slices.ContainsFunc(slices.Concat([]string{name}, p.CoveredBy), func(n string) bool { return slices.Contains(named, n) })
	})
}

// Unneeded returns the premises that the theorem names although they are not needed, or not known to be needed. A
// premise that covers a needed premise counts as needed.
func (r Rests) Unneeded() []string {
	needed := r.needed()
	return slices.DeleteFunc(r.named(), func(name string) bool { return slices.Contains(needed, name) })
}

// needed lists the premises that are needed, and those that cover them.
func (r Rests) needed() []string {
	names := NeededOf(r.Cells)
	for _, name := range names {
		p, _ := PremiseByName(name)
		names = append(names, p.CoveredBy...)
	}
	return names
}

// Unknown returns the premises about which nothing is known, that the theorem does not name, and that cover no needed
// premise.
func (r Rests) Unknown() (names []string) {
	known := slices.Concat(r.named(), r.needed())
	for _, c := range r.Cells {
		if c.Answer == Open && !slices.Contains(known, c.Premise) {
			names = append(names, c.Premise)
		}
	}
	return names
}

func (r Rests) named() []string { return slices.Concat(r.Theorem.Needs, r.Theorem.Said) }

// Count returns the number of cells with this answer.
func (r Rests) Count(answer Conclusion) (count int) {
	for _, c := range r.Cells {
		if c.Answer == answer {
			count++
		}
	}
	return count
}

func (r Rests) cell(premise string) (Cell, bool) {
	for _, c := range r.Cells {
		if c.Premise == premise {
			return c, true
		}
	}
	return Cell{}, false
}

// theoremsInATable is how many theorems stand side by side.
const theoremsInATable = 8

// WritePremises writes docs/PREMISES.md: the sentences, and tables of theorem by premise.
func WritePremises(w io.Writer, all []Rests, limit uint64) error {
	p := printer{bufio.NewWriter(w)}
	total := map[Conclusion]int{}
	for _, r := range all {
		for n := Open; n <= Fails; n++ {
			total[n] += r.Count(n)
		}
	}
	p.f(premisesHead, limit, len(all), len(Premises()), total[Fails], total[Holds], total[Open])
	for i, r := range all {
		p.f("%d. **%s** (%d needed, %d not needed, %d open). %s\n", i+1, r.Theorem.Name,
			r.Count(Fails), r.Count(Holds), r.Count(Open), r.Theorem.Statement())
	}
	p.f("\n## The tables\n\n")
	for i := 0; i < len(all); i += theoremsInATable {
		p.table(i, all[i:min(i+theoremsInATable, len(all))])
	}
	p.f("## The premises\n\nA sentence says each after \"if\". One named POLICY=VALUE is that no host has this value.\n\n| premise | text |\n|---|---|\n")
	for _, x := range Premises() {
		if !strings.HasPrefix(x.Text, noHostHas) {
			p.f("| %s | %s |\n", x.Name, x.Text)
		}
	}
	p.openCells(all)
	return p.Flush()
}

const premisesHead = `# Which premises each theorem needs

Made by ` + "`tcpcheck verify --premises --markdown`" + `; a test compares it with pinned answers.

A theorem is searched in one scenario. A premise is one thing that the scenario excludes. Here each premise is relaxed
alone: what it excludes may happen, all else stays as it is, and the scenario is searched again, up to %d states.

- A number: **needed**. The theorem is violated, by a shortest run of so many steps (n+m: n steps, and m that repeat for
  ever). ` + "`tcpcheck verify --premises THEOREM --show PREMISE`" + ` draws it. The theorem's sentence names the premise.
- ` + "`·`" + `: **not needed**. Everything was searched, and the theorem holds without this premise. Two such premises
  relaxed together were not searched.
- ` + "`?`" + `: **open**. The search ended before it was complete, so nothing is known. The list at the end says why.
- Empty: the scenario does not exclude this, or the relaxed one cannot be encoded.

%d theorems that hold, %d premises: %d cells needed, %d not needed, %d open.

## The theorems

`

// printer remembers the first error.
type printer struct{ *bufio.Writer }

func (p printer) f(format string, args ...any) { fmt.Fprintf(p, format, args...) }

// table has a row for each premise and a column for each theorem; first is the number of the first one.
func (p printer) table(first int, some []Rests) {
	for i, r := range some {
		p.f("%d %s%s", first+i+1, r.Theorem.Name, []string{", ", "\n\n"}[(i+1)/len(some)])
	}
	p.f("| premise |")
	for i := range some {
		p.f(" %d |", first+i+1)
	}
	p.f("\n|---|%s\n", strings.Repeat("---|", len(some)))
	for _, x := range Premises() {
		row, any := "", false
		for _, r := range some {
			c, ok := r.cell(x.Name)
			any = any || ok
			row += " " + c.mark(ok) + " |"
		}
		if any {
			p.f("| %s |%s\n", x.Name, row)
		}
	}
	p.f("\n")
}

// mark is the cell in a table.
func (c Cell) mark(applies bool) string {
	switch {
	case !applies:
		return ""
	case c.Answer == Open:
		return "?"
	case c.Answer == Holds:
		return "·"
	case c.Loop > 0:
		return fmt.Sprintf("%d+%d", c.Steps, c.Loop)
	}
	return fmt.Sprint(c.Steps)
}

// openCells lists what is not known, by reason.
func (p printer) openCells(all []Rests) {
	p.f("\n## Open\n\n")
	for _, r := range all {
		by := map[string][]string{}
		var reasons []string
		for _, c := range r.Cells {
			if c.Answer != Open {
				continue
			}
			if by[c.Reason] == nil {
				reasons = append(reasons, c.Reason)
			}
			by[c.Reason] = append(by[c.Reason], c.Premise)
		}
		for _, why := range reasons {
			p.f("- %s, %s: %s\n", r.Theorem.Name, why, strings.Join(by[why], ", "))
		}
	}
}
