package study

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Mark is the cell in a few letters: yes, NO and the steps of the shortest run ("7+1": and one more
// again and again), "yes (v)" if it holds because what it is about never happens, "yes..." if
// something was cut off, "?" if a limit ended the search, "-" if it was not asked.
func (c *Cell) Mark() string {
	switch {
	case c.NotAsked != "":
		return "-"
	case c.Verdict == explore.Verified && c.Missing != "":
		return "yes (v)"
	case c.Verdict == explore.Verified:
		return "yes"
	case c.Verdict == explore.Violated && c.Loop > 0:
		return fmt.Sprintf("NO %d+%d", c.Stem(), c.Loop)
	case c.Verdict == explore.Violated:
		return fmt.Sprintf("NO %d", len(c.Actions))
	case c.Verdict == explore.Bounded:
		return "yes..."
	default:
		return "?"
	}
}

// Word returns the cell's verdict, or says that there is none.
func (c *Cell) Word() string {
	if c.NotAsked != "" {
		return "NOT ASKED"
	}
	return c.Verdict.String()
}

// markLegend says what the marks mean.
const markLegend = `yes: VERIFIED, (v): vacuously, since what the guarantee is about never happens;
NO 5: VIOLATED by a run of 5 steps ("7+1": and then one step again and again);
yes...: BOUNDED, something was cut off; ?: UNKNOWN, a limit ended the search; -: cannot be asked.
An exclamation mark: the row with which this one is compared has the other answer.`

// WriteTable prints the matrix, and what its columns are.
func (m *Matrix) WriteTable(w io.Writer) error {
	head := []string{"", ""}
	var columns [][]string
	for c, col := range m.Columns {
		head = append(head, strconv.Itoa(c+1))
		columns = append(columns, []string{strconv.Itoa(c + 1), col.Name, col.Says})
	}
	rows := [][]string{head}
	for r := range m.Rows {
		if m.Rows[r].Base < 0 && r > 0 {
			rows = append(rows, nil)
		}
		row := []string{strconv.Itoa(r + 1), m.Rows[r].Name}
		for c := range m.Columns {
			row = append(row, m.starred(r, c))
		}
		rows = append(rows, row)
	}
	var b bytes.Buffer
	prose.Table(&b, " ", ">", rows...)
	fmt.Fprintln(&b)
	prose.Table(&b, " ", ">", columns...)
	fmt.Fprintf(&b, "\n%s\n\n%s\n", markLegend, m.Summary())
	_, err := b.WriteTo(w)
	return err
}

// starred is a cell's mark, with an exclamation mark where the change of its row makes a difference.
func (m *Matrix) starred(row, column int) string {
	mark := m.Cells[row][column].Mark()
	if lost, gained := m.Changed(row, column); lost || gained {
		mark += "!"
	}
	return mark
}

// Summary counts the cells in a sentence.
func (m *Matrix) Summary() string {
	t := m.Count()
	text := fmt.Sprintf("%d cells: %d VERIFIED, %d VIOLATED, %d BOUNDED, %d UNKNOWN", len(m.Rows)*len(m.Columns), t.Holds, t.Fails, t.Bounded, t.Unknown)
	if t.NotAsked > 0 {
		text += fmt.Sprintf(", %d not asked", t.NotAsked)
	}
	text += fmt.Sprintf("; in %.1f s", m.Elapsed.Seconds())
	if t.Cached > 0 {
		text += fmt.Sprintf(", %d from the cache", t.Cached)
	}
	return text
}

// Premises returns those of the cell's scenario.
func (m *Matrix) Premises(row, column int) []string {
	sc := &m.Cells[row][column].File.Scenario
	lines := sc.Premises()
	if q := m.Columns[column].Live; q != nil && q.Premise(sc) != "" {
		lines = append(lines, q.Premise(sc))
	}
	return lines
}

// Ladder draws the shortest run of a violated cell.
func (c *Cell) Ladder() (string, error) {
	sys, err := netfake.New(c.File.Scenario)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	o := ladder.Options{Violated: c.Violated, Why: cmp.Or(c.Why, properties.Meaning(c.Violated)), Part: c.Part, Loop: c.Loop}
	err = ladder.Write(&b, sys, sys.MustReplay(c.Run), o)
	return b.String(), err
}

// Space says how many states were searched, and what ended the search early, if anything.
func (c *Cell) Space() string {
	if c.NotAsked != "" {
		return c.NotAsked
	}
	text := fmt.Sprintf("%d distinct states, %d generated, depth %d, in %.2f s", c.Distinct, c.Generated, c.Depth, c.Elapsed.Seconds())
	if c.Reduced != netfake.NoReductions {
		text += fmt.Sprintf("; reductions used: %v; one state can stand for many", c.Reduced)
	}
	if c.Missing != "" {
		text += "; vacuous, because this was never reached: " + c.Missing
	}
	if c.Reason != "" {
		text += "; " + c.Reason
	}
	return text
}

// WriteCell prints all that there is to know of a cell.
func (m *Matrix) WriteCell(w io.Writer, row, column int) error {
	c, col := &m.Cells[row][column], &m.Columns[column]
	fmt.Fprintf(w, "row %d, %s; column %d, %s\n%s\n\n%s: %s\n", row+1, m.Rows[row].Name, column+1, col.Name, col.Says, c.Word(), c.Space())
	for _, line := range m.Premises(row, column) {
		fmt.Fprintln(w, "  "+line)
	}
	if c.NotAsked != "" || c.Verdict != explore.Violated {
		return nil
	}
	text, err := c.Ladder()
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(w, "\n"+text)
	return err
}
