package sequence

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg/draw"

	"github.com/tcpcheck/tcpcheck/internal/render/picture"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Formats are those that Write takes, with the names of files that end so.
var Formats = []string{"svg", "png", "pdf", "mmd", "tex"}

// Write draws a run of the system: what its Replay returns.
func Write(w io.Writer, sys *netfake.System, run []netfake.Transition, o Options, format string) error {
	if format == "mmd" {
		return mermaid(w, sys, run, o)
	}
	d := newDrawing(sys, run, o)
	switch format {
	case "svg":
		return d.svg(w)
	case "tex":
		return d.tikz(w)
	}
	return picture.Paint(w, d.width, d.y, format, func(c draw.Canvas) { d.paint(c, format == "pdf") })
}

const (
	sansFonts = `"Liberation Sans",Arial,Helvetica,sans-serif`
	monoFonts = `"Liberation Mono",ui-monospace,Menlo,Consolas,monospace`
)

// svg writes the marks of each step in a group of its own. A page that contains the picture may set the colours;
// a file has those of light paper, and of dark paper where a reader prefers that.
func (d *drawing) svg(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, `<svg xmlns="http://www.w3.org/2000/svg" class="run" role="img" width="%s" height="%s" viewBox="0 0 %[1]s %[2]s">`+"\n", num(d.width), num(d.y))
	fmt.Fprintf(b, "<title>%s</title>\n", escaped(d.spoken()))
	if !d.o.Plain {
		b.WriteString("<style>\n" + Style() + "</style>\n")
	}
	fmt.Fprintf(b, `<rect class="f-paper" width="%s" height="%s"/>`+"\n", num(d.width), num(d.y))
	step := 0
	for i := range d.marks {
		m := &d.marks[i]
		if m.step != step {
			if step > 0 {
				b.WriteString("</g>\n")
			}
			if step = m.step; step > 0 {
				fmt.Fprintf(b, `<g class="step" data-step="%d">`+"\n", step)
			}
		}
		m.svg(b)
	}
	if step > 0 {
		b.WriteString("</g>\n")
	}
	b.WriteString("</svg>\n")
	return b.Flush()
}

// spoken is the picture for those who hear it.
func (d *drawing) spoken() string {
	text := d.o.Title
	if text == "" {
		text = "A run"
	}
	for _, words := range d.words {
		text += ". " + words
	}
	return text
}

// Style returns the colours and fonts of SVG as CSS.
func Style() string {
	var light, dark, rules strings.Builder
	for _, l := range looks {
		fmt.Fprintf(&light, "--%s:%s;", l.name, l.light)
		fmt.Fprintf(&dark, "--%s:%s;", l.name, l.dark)
		fmt.Fprintf(&rules, ".f-%s{fill:var(--%[1]s)}.s-%[1]s{stroke:var(--%[1]s);fill:none}\n", l.name)
	}
	return ":root{" + light.String() + "}\n@media(prefers-color-scheme:dark){:root{" + dark.String() + "}}\n.run{font-family:" + sansFonts + "}\n" +
		rules.String() + ".mono{font-family:" + monoFonts + "}.bold{font-weight:bold}\n"
}

func (m *mark) svg(b *bufio.Writer) {
	name := looks[m.style].name
	if m.text == "" {
		var at []string
		for _, p := range m.at {
			at = append(at, num(p.x)+","+num(p.y))
		}
		if m.area {
			fmt.Fprintf(b, `<polygon class="f-%s" points="%s"/>`+"\n", name, strings.Join(at, " "))
			return
		}
		fmt.Fprintf(b, `<polyline class="s-%s" stroke-width="%s"`, name, num(m.wide))
		if m.dash != nil {
			fmt.Fprintf(b, ` stroke-dasharray="%s"`, nums(m.dash))
		}
		fmt.Fprintf(b, ` points="%s"/>`+"\n", strings.Join(at, " "))
		return
	}
	class := "f-" + name
	if m.mono {
		class += " mono"
	}
	if m.bold {
		class += " bold"
	}
	fmt.Fprintf(b, `<text class="%s" x="%s" y="%s" font-size="%s"`, class, num(m.at[0].x), num(m.at[0].y), num(m.size))
	if m.anchor != start {
		fmt.Fprintf(b, ` text-anchor="%s"`, [...]string{"", "middle", "end"}[m.anchor])
	}
	if m.angle != 0 {
		fmt.Fprintf(b, ` transform="rotate(%s %s %s)"`, num(m.angle), num(m.at[0].x), num(m.at[0].y))
	}
	fmt.Fprintf(b, ">%s</text>\n", escaped(m.text))
}

func num(x float64) string {
	text := strings.TrimRight(strings.TrimRight(strconv.FormatFloat(x, 'f', 1, 64), "0"), ".")
	if text == "-0" {
		return "0"
	}
	return text
}

func nums(list []float64) string {
	var words []string
	for _, x := range list {
		words = append(words, num(x))
	}
	return strings.Join(words, " ")
}

func escaped(text string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(text)) //nolint:errcheck // a Builder returns no error
	return b.String()
}
