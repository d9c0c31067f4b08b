package study

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Answered is a question with its points.
type Answered struct {
	Bound  Bound
	Points []Point
	Fits   []Fit
}

// Place writes where a point lies: MSL 2, R 3.
func (q *Bound) Place(at []int) string {
	var parts []string
	for i, x := range at {
		parts = append(parts, fmt.Sprintf("%s %d", q.Axes[i].Name, x))
	}
	return strings.Join(parts, ", ")
}

// Said is a finding in a few characters: 3, "none to 9", "> 2, not exhausted".
func (p *Point) Said() string {
	switch p.State {
	case LeastFound:
		return fmt.Sprint(p.Least())
	case NoneSafe:
		return fmt.Sprintf("none to %d", p.Least())
	case NotExhausted:
	}
	if b := p.Below(); b != nil {
		return fmt.Sprintf("> %d, not exhausted", b.Value)
	}
	return "not exhausted"
}

// known is how far a bar reaches: to the least safe value, or as far as values are known to be too small.
func (p *Point) known() int {
	if b := p.Below(); p.State != LeastFound && b != nil {
		return b.Value + 1
	}
	if p.State == LeastFound {
		return p.Least()
	}
	return 0
}

// WriteBars draws the points as bars of text: # for each value that is too small, and what was found after them.
func (x *Answered) WriteBars(w io.Writer) error {
	wide := 0
	for _, p := range x.Points {
		wide = max(wide, len(x.Bound.Place(p.At)))
	}
	for i := range x.Points {
		p := &x.Points[i]
		end := "| " + p.Said()
		if p.State == NotExhausted {
			end = "? " + p.Said()
		} else if p.State == NoneSafe {
			end = "> " + p.Said()
		}
		if _, err := fmt.Fprintf(w, "    %-*s  %s%s\n", wide, x.Bound.Place(p.At), strings.Repeat("#", p.known()), end); err != nil {
			return err
		}
	}
	return nil
}

// The sizes of the drawing, in pixels.
const (
	panelWidth  = 360
	panelHeight = 300
	margin      = 48
)

// WriteSVG draws each question as a panel: the first parameter to the right, the knob upwards, and a line for each value
// of the second. A point that was not exhausted is hollow, stands where the search had come to, and is on no line.
func WriteSVG(w io.Writer, list []Answered) error {
	b := bufio.NewWriter(w)
	columns := min(3, max(1, len(list)))
	rows := (len(list) + columns - 1) / columns
	fmt.Fprintf(b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="least safe values, as found by search">`+"\n",
		columns*panelWidth, rows*panelHeight)
	fmt.Fprintln(b, `<style>
  svg { --ink: #222; --paper: #fff; background: var(--paper) }
  @media (prefers-color-scheme: dark) { svg { --ink: #ddd; --paper: #181818 } }
  text { font: 12px sans-serif; fill: var(--ink) }
  .axis { stroke: var(--ink); fill: none }
  .line { stroke-width: 1.5; fill: none }
</style>`)
	for i := range list {
		fmt.Fprintf(b, `<g transform="translate(%d %d)">`+"\n", i%columns*panelWidth, i/columns*panelHeight)
		list[i].panel(b)
		fmt.Fprintln(b, "</g>")
	}
	fmt.Fprintln(b, "</svg>")
	return b.Flush()
}

// hues are told apart by people who see no red or no green as well; the text beside each line names it in any case.
var hues = []string{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"}

func (x *Answered) panel(w io.Writer) {
	lowX, highX, highY := 1<<30, 0, 1
	for i := range x.Points {
		p := &x.Points[i]
		lowX, highX, highY = min(lowX, p.At[0]), max(highX, p.At[0]), max(highY, p.known())
	}
	atX := func(v int) int {
		return margin + 20 + (panelWidth-2*margin-40)*(v-lowX)/max(1, highX-lowX)
	}
	atY := func(v int) int { return panelHeight - margin - (panelHeight-2*margin-20)*v/highY }
	fmt.Fprintf(w, `<text x="%d" y="20">%s: %s, in %s</text>`+"\n", margin, x.Bound.Name, x.Bound.Knob, x.Bound.Unit)
	fmt.Fprintf(w, `<path class="axis" d="M%d %dV%dH%d"/>`+"\n", margin, margin-10, panelHeight-margin, panelWidth-margin+20)
	for v := 0; v <= highY; v++ {
		fmt.Fprintf(w, `<text x="%d" y="%d" text-anchor="end">%d</text>`+"\n", margin-6, atY(v)+4, v)
	}
	for v := lowX; v <= highX; v++ {
		fmt.Fprintf(w, `<text x="%d" y="%d" text-anchor="middle">%s %d</text>`+"\n", atX(v), panelHeight-margin+18, x.Bound.Axes[0].Name, v)
	}
	for i, s := range x.series() {
		x.line(w, s, hues[i%len(hues)], i, atX, atY)
	}
}

// series are the points by the second parameter, each in order of the first.
func (x *Answered) series() (list [][]*Point) {
	at := map[int]int{}
	for i := range x.Points {
		p, key := &x.Points[i], 0
		if len(p.At) > 1 {
			key = p.At[1]
		}
		k, ok := at[key]
		if !ok {
			k = len(list)
			at[key] = k
			list = append(list, nil)
		}
		list[k] = append(list[k], p)
	}
	return list
}

func (x *Answered) line(w io.Writer, points []*Point, hue string, n int, atX, atY func(int) int) {
	path, place := "", [2]int{}
	for _, p := range points {
		px, py := atX(p.At[0])+4*n, atY(p.known())
		place = [2]int{px, py}
		fill, title := hue, p.Said()
		if p.State == LeastFound {
			path += fmt.Sprintf("%s%d %d", map[bool]string{true: "M", false: "L"}[path == ""], px, py)
		} else {
			fill = "none"
		}
		fmt.Fprintf(w, `<circle cx="%d" cy="%d" r="5" fill="%s" stroke="%s"><title>%s: %s</title></circle>`+"\n", px, py, fill, hue, x.Bound.Place(p.At), title)
		if p.State != LeastFound {
			fmt.Fprintf(w, `<text x="%d" y="%d">%s</text>`+"\n", px+8, py-6, strings.ReplaceAll(p.Said(), ">", "&gt;"))
		}
	}
	fmt.Fprintf(w, `<path class="line" stroke="%s" d="%s"/>`+"\n", hue, path)
	if len(x.Bound.Axes) > 1 {
		fmt.Fprintf(w, `<text x="%d" y="%d" style="fill:%s">%s %d</text>`+"\n", place[0]+8, place[1]+14, hue, x.Bound.Axes[1].Name, points[0].At[1])
	}
}
