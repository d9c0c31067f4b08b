package study

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Class is how a cell is coloured. A violation is the darker the shorter its run: what needs little to happen is worse.
func (c *Cell) Class() string {
	switch {
	case c.NotAsked != "":
		return "none"
	case c.Verdict == explore.Verified:
		return "holds"
	case c.Verdict == explore.Violated && len(c.Actions) <= 4:
		return "fails short"
	case c.Verdict == explore.Violated && len(c.Actions) <= 8:
		return "fails"
	case c.Verdict == explore.Violated:
		return "fails long"
	case c.Verdict == explore.Bounded:
		return "bounded"
	default:
		return "unknown"
	}
}

// Change says in words what Changed says.
func (m *Matrix) Change(row, column int) string {
	switch lost, gained := m.Changed(row, column); {
	case lost:
		return "lost by this change"
	case gained:
		return "gained by this change"
	default:
		return ""
	}
}

// colours are shared by the picture and the page. Every pair of text and ground has a contrast of 4.5 or more.
const colours = `
:root{--ink:#1b1f24;--dim:#57606a;--paper:#ffffff;--line:#d0d7de;--panel:#f6f8fa;--link:#0550ae;--alarm:#a40e26;
--holds:#cdeae3;--holds-ink:#06463d;--fails:#f9c3ab;--short:#f0936d;--long:#fde2d6;--fails-ink:#4a1200;
--bounded:#f5e6a3;--bounded-ink:#4a3b00;--unknown:#dfe3e8;--unknown-ink:#2d333b;--mark:#1b1f24}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--dim:#9da7b3;--paper:#0d1117;--line:#3d444d;--panel:#161b22;--link:#79c0ff;--alarm:#ff9d94;
--holds:#0e3f38;--holds-ink:#baf0e4;--fails:#6d2a11;--short:#963511;--long:#4a2113;--fails-ink:#ffece3;
--bounded:#4f4411;--bounded-ink:#fbeeb0;--unknown:#373e47;--unknown-ink:#dfe5ec;--mark:#e6edf3}}
`

// Sizes of the picture, in its own units.
const (
	svgCell, svgHigh, svgTop, svgChar = 58, 22, 150, 7.4
)

// WriteSVG draws the matrix as a heat map. Each cell has its mark in it, and a tooltip.
func (m *Matrix) WriteSVG(w io.Writer) error {
	longest := 0
	for _, r := range m.Rows {
		longest = max(longest, len(r.Name))
	}
	left := int(float64(longest+4)*svgChar) + 12
	right := left + len(m.Columns)*svgCell + 90
	high := svgTop + len(m.Rows)*svgHigh + 40
	var b strings.Builder
	esc := template.HTMLEscapeString
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="t d">`+"\n", right, high, right, high)
	fmt.Fprintf(&b, "<title id=\"t\">Policies against guarantees</title>\n<desc id=\"d\">%s</desc>\n", esc(m.Summary()))
	fmt.Fprintf(&b, `<style>%s
text{font:12px ui-monospace,monospace;fill:var(--ink)}
.paper{fill:var(--paper)}.m{text-anchor:middle}
rect.holds{fill:var(--holds)}rect.fails{fill:var(--fails)}rect.short{fill:var(--short)}rect.long{fill:var(--long)}
rect.bounded{fill:var(--bounded)}rect.unknown{fill:var(--unknown)}rect.none{fill:none}
text.holds{fill:var(--holds-ink)}text.fails{fill:var(--fails-ink)}text.bounded{fill:var(--bounded-ink)}text.unknown{fill:var(--unknown-ink)}
rect.changed{stroke:var(--mark);stroke-width:2}
</style>`, colours)
	fmt.Fprintf(&b, "\n<rect class=\"paper\" width=\"%d\" height=\"%d\"/>\n", right, high)
	for c, col := range m.Columns {
		fmt.Fprintf(&b, `<text transform="translate(%d %d) rotate(-45)">%d %s<title>%s</title></text>`+"\n",
			left+c*svgCell+svgCell/2, svgTop-8, c+1, esc(col.Name), esc(col.Says))
	}
	for r := range m.Rows {
		y := svgTop + r*svgHigh
		fmt.Fprintf(&b, `<text x="8" y="%d">%d %s</text>`+"\n", y+15, r+1, esc(m.Rows[r].Name))
		for c := range m.Columns {
			m.svgCell(&b, r, c, left+c*svgCell, y)
		}
	}
	fmt.Fprintf(&b, "<text x=\"8\" y=\"%d\">%s</text>\n</svg>\n", high-14, esc("yes: holds; NO n: fails in n steps; framed: another answer than without the change"))
	_, err := io.WriteString(w, b.String())
	return err
}

func (m *Matrix) svgCell(b *strings.Builder, r, c, x, y int) {
	cell := &m.Cells[r][c]
	class, change := cell.Class(), m.Change(r, c)
	framed := class
	if change != "" {
		framed += " changed"
		change = ", " + change
	}
	fmt.Fprintf(b, `<g><title>%s</title><rect class="%s" x="%d" y="%d" width="%d" height="%d" rx="3"/><text class="m %s" x="%d" y="%d">%s</text></g>`+"\n",
		template.HTMLEscapeString(m.Columns[c].Name+", "+m.Rows[r].Name+": "+cell.Word()+change),
		framed, x+2, y+1, svgCell-4, svgHigh-3, class, x+svgCell/2, y+15, cell.Mark())
}

// The page.
type (
	matrixPage struct {
		Style   template.CSS
		Summary string
		Program string
		Columns []Column
		Rows    []pageRow
		Details []*detail
		Limits  string
	}
	pageRow struct {
		Number int
		Name   string
		Base   bool
		Cells  []pageCell
	}
	pageCell struct {
		ID, Detail, Class, Mark, Label, Change string
		Row, Column                            string
	}
	detail struct {
		ID, Title, Says, Word, Class string
		Meaning, Space               string
		Premises                     []string
		Ladder                       []ladderLine
		File                         string
	}
	ladderLine struct {
		Text  string
		Alarm bool
	}
)

//go:embed matrix.css
var tableStyle string

// Style is that of the table and its legend on a page.
func Style() string { return colours + tableStyle }

//go:embed matrix.html.tmpl
var pageText string

var pageTemplate = template.Must(template.New("matrix").Funcs(template.FuncMap{"inc": func(i int) int { return i + 1 }}).Parse(pageText))

// WriteHTML writes one page that needs nothing else: every cell opens its shortest run, or the size
// of the space that was exhausted with its premises. Without scripts the cells are links to the same.
func (m *Matrix) WriteHTML(w io.Writer) error {
	p := matrixPage{Style: template.CSS(Style()), Summary: m.Summary(), Program: m.Program, Columns: m.Columns, Limits: m.Limits.String()}
	byKey := map[string]*detail{}
	for r, row := range m.Rows {
		pr := pageRow{Number: r + 1, Name: row.Name, Base: row.Base < 0}
		for c := range m.Columns {
			cell := &m.Cells[r][c]
			key := m.Columns[c].Name + "\n" + cell.Key + cell.NotAsked
			d := byKey[key]
			if d == nil {
				var err error
				if d, err = m.detail(r, c); err != nil {
					return err
				}
				d.ID = fmt.Sprintf("d%d", len(p.Details)+1)
				byKey[key] = d
				p.Details = append(p.Details, d)
			}
			change := m.Change(r, c)
			label := fmt.Sprintf("%s: %s, %s, %s", cell.Mark(), m.Columns[c].Name, row.Name, cell.Word())
			if change != "" {
				label += ", " + change
			}
			pr.Cells = append(pr.Cells, pageCell{fmt.Sprintf("r%dc%d", r+1, c+1), d.ID, cell.Class(), cell.Mark(), label, change, row.Name, m.Columns[c].Name})
		}
		p.Rows = append(p.Rows, pr)
	}
	return pageTemplate.Execute(w, p)
}

func (m *Matrix) detail(r, c int) (*detail, error) {
	cell, col := &m.Cells[r][c], &m.Columns[c]
	d := &detail{Title: col.Name, Says: col.Says, Word: cell.Word(), Class: cell.Class(), Space: cell.Space(), Premises: m.Premises(r, c)}
	d.File = string(scenario.Format(cell.File))
	if cell.NotAsked != "" || cell.Verdict != explore.Violated {
		return d, nil
	}
	d.Meaning = cell.Violated
	if text := properties.Meaning(cell.Violated); text != "" {
		d.Meaning += ": " + text
	}
	text, err := cell.Ladder()
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(text) {
		d.Ladder = append(d.Ladder, ladderLine{strings.TrimRight(line, "\n"), strings.Contains(line, "*** ") || strings.HasPrefix(line, cell.Violated)})
	}
	return d, nil
}

// String says what the limits are.
func (l Limits) String() string {
	var parts []string
	if l.States > 0 {
		parts = append(parts, fmt.Sprintf("%d states", l.States))
	}
	if l.Mem > 0 {
		parts = append(parts, fmt.Sprintf("%d MiB of tables", l.Mem>>20))
	}
	if l.Timeout > 0 {
		parts = append(parts, l.Timeout.String())
	}
	if parts == nil {
		return "no limits"
	}
	return "at most " + strings.Join(parts, ", ") + " for each cell"
}

// Report is everything that is known of the matrix.
func (m *Matrix) Report() (*report.Matrix, error) {
	out := &report.Matrix{Program: m.Program, Seconds: m.Elapsed.Seconds(),
		Limits: report.MatrixLimits{Distinct: m.Limits.States, Bytes: m.Limits.Mem, Seconds: m.Limits.Timeout.Seconds()}}
	for _, r := range m.Rows {
		row := report.MatrixRow{Name: r.Name, Base: r.Base + 1}
		for _, c := range r.Set {
			row.Set = append(row.Set, report.MatrixChoice(c))
		}
		out.Rows = append(out.Rows, row)
	}
	for _, c := range m.Columns {
		out.Columns = append(out.Columns, report.MatrixColumn{Name: c.Name, Statement: c.Says, From: c.From})
	}
	for r := range m.Rows {
		for c := range m.Columns {
			cell, err := m.cell(r, c)
			if err != nil {
				return nil, err
			}
			out.Cells = append(out.Cells, cell)
		}
	}
	return out, nil
}

func (m *Matrix) cell(r, c int) (report.MatrixCell, error) {
	cell := &m.Cells[r][c]
	j := report.MatrixCell{Row: r + 1, Column: c + 1, NotAsked: cell.NotAsked, Change: m.Change(r, c), Scenario: string(scenario.Format(cell.File))}
	if cell.NotAsked != "" {
		return j, nil
	}
	j.Verdict, j.Violated, j.Part, j.Why, j.Reason = cell.Verdict.String(), cell.Violated, cell.Part, cell.Why, cell.Reason
	j.Steps, j.Loop, j.Missing = len(cell.Actions), cell.Loop, cell.Missing
	j.Distinct, j.Generated, j.Depth, j.Seconds, j.Cached = cell.Distinct, cell.Generated, cell.Depth, cell.Elapsed.Seconds(), cell.Cached
	if cell.Reduced != netfake.NoReductions {
		j.Reduced = cell.Reduced.String()
	}
	if cell.Verdict != explore.Violated {
		return j, nil
	}
	sys, err := netfake.New(cell.File.Scenario)
	if err != nil {
		return j, err
	}
	j.Run = report.Steps(sys, cell.Run)
	return j, nil
}
