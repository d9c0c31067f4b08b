package sequence

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// tikz writes the marks for LaTeX: a tikzpicture that needs the packages tikz and xcolor, nothing else.
func (d *drawing) tikz(w io.Writer) error {
	b := bufio.NewWriter(w)
	b.WriteString("% \\usepackage{tikz}\n\\begin{tikzpicture}[x=0.75pt,y=-0.75pt,font=\\sffamily]\n")
	used := map[style]bool{}
	for i := range d.marks {
		used[d.marks[i].style] = true
	}
	for s, l := range looks {
		if used[style(s)] {
			fmt.Fprintf(b, "\\definecolor{%s}{HTML}{%s}\n", l.name, strings.ToUpper(l.light[1:]))
		}
	}
	for i := range d.marks {
		d.marks[i].tikz(b)
	}
	b.WriteString("\\end{tikzpicture}\n")
	return b.Flush()
}

func (m *mark) tikz(b *bufio.Writer) {
	name := looks[m.style].name
	if m.text != "" {
		font := fmt.Sprintf("\\fontsize{%spt}{%spt}\\selectfont", num(0.75*m.size), num(0.9*m.size))
		if m.mono {
			font += "\\ttfamily"
		}
		if m.bold {
			font += "\\bfseries"
		}
		fmt.Fprintf(b, "\\node[%s,anchor=base%s,inner sep=0,rotate=%s,font=%s] at (%s,%s) {%s};\n",
			name, [...]string{" west", "", " east"}[m.anchor], num(-m.angle), font, num(m.at[0].x), num(m.at[0].y), texEscaped.Replace(m.text))
		return
	}
	var at []string
	for _, p := range m.at {
		at = append(at, fmt.Sprintf("(%s,%s)", num(p.x), num(p.y)))
	}
	path := strings.Join(at, " -- ")
	if m.area {
		fmt.Fprintf(b, "\\fill[%s] %s -- cycle;\n", name, path)
		return
	}
	dash := ""
	for i, n := range m.dash {
		dash += [...]string{" on ", " off "}[i%2] + num(0.75*n) + "pt"
	}
	if dash != "" {
		dash = ",dash pattern=" + strings.TrimSpace(dash)
	}
	fmt.Fprintf(b, "\\draw[%s,line width=%spt%s] %s;\n", name, num(0.75*m.wide), dash, path)
}

var texEscaped = strings.NewReplacer(`\`, `\textbackslash{}`, `{`, `\{`, `}`, `\}`, `$`, `\$`, `&`, `\&`, `#`, `\#`, `%`, `\%`,
	`_`, `\_`, `^`, `\textasciicircum{}`, `~`, `\textasciitilde{}`, `<`, `\textless{}`, `>`, `\textgreater{}`, `§`, `\S{}`, `·`, `\textperiodcentered{}`, `"`, `''`)

// mermaid writes a sequenceDiagram. It has no slopes: a segment that does not arrive in the next step leaves with a
// note, and its arrow stands where it arrives.
func mermaid(w io.Writer, sys *netfake.System, run []netfake.Transition, o Options) error {
	b := bufio.NewWriter(w)
	if o.Title != "" {
		fmt.Fprintf(b, "---\ntitle: %q\n---\n", o.Title)
	}
	b.WriteString("sequenceDiagram\n  participant A as TCP A\n  participant B as TCP B\n")
	first := sys.Unpack(sys.Init()[0])
	for side := range first.Peer {
		note(b, side, first.Peer[side].State().String())
	}
	d := drawing{sys: sys, run: run, o: o, arrows: arrows(sys, run)}
	steps := ladder.Describe(sys, run)
	for i := range run {
		t := &run[i]
		if o.Loop > 0 && i == len(run)-o.Loop {
			b.WriteString("  loop from here again and again\n")
		}
		if t.Action.Kind == netfake.Tick {
			fmt.Fprintf(b, "  Note over A,B: t=%d\n", t.Tick+1)
			continue
		}
		for k := range d.arrows {
			if a := &d.arrows[k]; a.to == i {
				fmt.Fprintf(b, "  %s%s%s: %s\n", netfake.PeerName(1-a.packet.Dst), a.mermaid(), netfake.PeerName(a.packet.Dst), mermaidText(a, o.RFC))
			}
		}
		for _, l := range beside(sys, t, steps[i]) {
			note(b, t.Side(), l.text)
		}
		for k := range d.arrows {
			if a := &d.arrows[k]; a.from == i && a.to != i+1 && !a.duplicate {
				note(b, 1-a.packet.Dst, "sends "+mermaidText(a, o.RFC))
			}
		}
	}
	if o.Loop > 0 {
		b.WriteString("  end\n")
	}
	if o.Violated != "" {
		fmt.Fprintf(b, "  Note over A,B: %s does not hold\n", mermaidEscaped.Replace(o.Violated))
	}
	return b.Flush()
}

// mermaid is the arrow's sign.
func (a *arrow) mermaid() string {
	switch {
	case a.fate == lost:
		return "-x"
	case a.origin() == styleInk && !a.duplicate:
		return "->>"
	}
	return "-->>"
}

func mermaidText(a *arrow, rfc bool) string {
	text := Label(a.packet.Seg, rfc)
	if w := a.words(); w != "" {
		text += " (" + w + ")"
	}
	return mermaidEscaped.Replace(text)
}

var mermaidEscaped = strings.NewReplacer("#", "#35;", ";", "#59;", "<", "#lt;", ">", "#gt;")

func note(b *bufio.Writer, side int, text string) {
	place := "left of A"
	if side == netfake.B {
		place = "right of B"
	}
	fmt.Fprintf(b, "  Note %s: %s\n", place, mermaidEscaped.Replace(text))
}
