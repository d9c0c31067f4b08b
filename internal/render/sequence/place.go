package sequence

import (
	"cmp"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/netfake"
)

const (
	margin   = 12
	barWidth = 18
	leading  = 15 // from line to line beside a bar
	slotGap  = 16 // between segments that one step sends
	tallGap  = 26 // the same, where labels have two lines
	textSize = 12
	monoSize = 11
)

// drawing is a run with its places.
type drawing struct {
	sys   *netfake.System
	run   []netfake.Transition
	steps []ladder.Step
	words []string // a line for each step
	o     Options

	width   float64
	bar     [2]float64 // the middle of each bar
	top     []float64  // of each step, and of what follows the last
	lines   [][]line   // beside the bar, of each step
	arrows  []arrow
	marks   []mark
	ways    [][2]point // of the arrows
	labels  []mark
	y       float64
	narrow  bool
	columns float64 // the width of what stands beside a bar
}

// newDrawing places everything; the size of the picture is (width, y).
func newDrawing(sys *netfake.System, run []netfake.Transition, o Options) *drawing {
	d := &drawing{sys: sys, run: run, o: o, steps: ladder.Describe(sys, run), arrows: arrows(sys, run)}
	for _, s := range d.steps {
		d.words = append(d.words, s.Line())
	}
	d.width = float64(cmp.Or(o.Width, 900))
	d.narrow = d.width < 600
	left := 52.0
	d.columns = min(190, 0.21*d.width)
	if d.narrow {
		left, d.columns = 34, max(78, 0.25*d.width-14)
	}
	d.bar = [2]float64{left + d.columns + barWidth/2, d.width - margin - d.columns - barWidth/2}
	d.y = margin
	d.title([2]string{"TCP A", "TCP B"})
	d.places()
	d.ticks()
	d.bars()
	for i := range d.arrows {
		d.arrow(&d.arrows[i])
	}
	for i := range d.arrows {
		d.label(&d.arrows[i], d.ways[i][0], d.ways[i][1])
	}
	d.marks = append(d.marks, d.labels...)
	d.besides()
	d.ending()
	d.entries(d.legend())
	return d
}

func (d *drawing) add(m mark) { d.marks = append(d.marks, m) }

func (d *drawing) stroke(step int, s style, wide float64, dash []float64, at ...point) {
	d.add(mark{step: step, style: s, wide: wide, dash: dash, at: at})
}

func (d *drawing) fill(step int, s style, at ...point) {
	d.add(mark{step: step, style: s, area: true, at: at})
}

// write adds a text in the proportional font.
func (d *drawing) write(step int, s style, at point, a anchor, bold bool, text string) {
	d.add(mark{step: step, style: s, at: []point{at}, anchor: a, bold: bold, text: text, size: d.textSize()})
}

func (d *drawing) textSize() float64 {
	if d.narrow {
		return textSize - 1.5
	}
	return textSize
}

// paragraph writes lines of the width from d.y on.
func (d *drawing) paragraph(s style, bold bool, x float64, text string) {
	letters := int((d.width - x - margin) / (letter * textSize))
	for _, l := range prose.Lines(text, letters, "") {
		d.y += leading
		d.write(0, s, point{x, d.y}, start, bold, l)
	}
}

func (d *drawing) title(names [2]string) {
	if d.o.Title != "" {
		d.paragraph(styleInk, true, margin, d.o.Title)
		d.y += 12
	}
	d.y += leading
	for side, x := range d.bar {
		d.write(0, styleInk, point{x, d.y}, middle, true, names[side])
	}
	d.y += 10
}

// places finds the height of each step: what stands beside the bar, and the segments that it sends, have room.
func (d *drawing) places() {
	d.y += leading + 6 // for the states at the start
	for i := range d.run {
		t := &d.run[i]
		d.top = append(d.top, d.y)
		d.lines = append(d.lines, d.wrapped(beside(d.sys, t, d.steps[i])))
		height := max(26, leading*float64(len(d.lines[i]))+10, d.gap()*float64(len(t.Sent))+26)
		if t.Action.Kind == netfake.Tick {
			height = 22
			if i+1 < len(d.run) && d.run[i+1].Action.Kind == netfake.Tick && i+1 != len(d.run)-d.o.Loop {
				height = 0 // one line for ticks that follow each other
			}
		}
		if d.o.Loop > 0 && i == len(d.run)-d.o.Loop {
			d.top[i] += 24
			height += 24
		}
		d.y += height
	}
	d.y += 14
	d.top = append(d.top, d.y)
	d.y += 8
}

// wrapped breaks the lines beside a bar to the width of their column.
func (d *drawing) wrapped(list []line) (out []line) {
	letters := max(8, int((d.columns-14)/(letter*d.textSize())))
	for _, l := range list {
		var parts []string
		for _, part := range prose.Lines(l.text, letters, "") {
			if left, right, ok := strings.Cut(part, "-"); ok && utf8.RuneCountInString(part) > letters { // SYN-RECEIVED
				parts = append(parts, left+"-")
				part = right
			}
			parts = append(parts, part)
		}
		for i, part := range parts {
			l.text = part
			l.flag = l.flag && i == 0
			out = append(out, l)
		}
	}
	return out
}

func (d *drawing) gap() float64 {
	if d.narrow {
		return tallGap
	}
	return slotGap
}

// at is the height of step i where segments arrive; out is where the segment of a slot leaves.
func (d *drawing) at(i int) float64 { return d.top[i] + 10 }

func (d *drawing) out(i, slot int) float64 {
	y := d.at(i)
	if d.run[i].Arrival() {
		y += 0.7 * d.gap()
	}
	return y + d.gap()*float64(slot)
}

// ticks draws a line where time passes, the numbers of the steps, and the mark of a loop.
func (d *drawing) ticks() {
	right := d.width - margin
	first := 0
	for i := range d.run {
		t := &d.run[i]
		if d.o.Loop > 0 && i == len(d.run)-d.o.Loop {
			y := d.top[i] - 16
			d.stroke(t.N, styleAlarm, 1, []float64{6, 4}, point{margin, y}, point{right, y})
			text := "from here again and again"
			if d.narrow { // that does not fit beside the bar
				text = "repeats from here"
			}
			d.write(t.N, styleAlarm, point{margin, y - 4}, start, true, text)
		}
		if t.Action.Kind != netfake.Tick {
			d.add(mark{step: t.N, style: styleQuiet, at: []point{{margin + 16, d.at(i) + 4}}, anchor: end, text: fmt.Sprintf("%d", t.N), size: 10.5})
			continue
		}
		first++
		if d.top[i+1] == d.top[i] {
			continue
		}
		y := d.at(i)
		d.stroke(t.N, styleFaint, 1, []float64{2, 3}, point{margin, y}, point{right, y})
		text := fmt.Sprintf("t=%d", t.Tick+1)
		d.add(mark{step: t.N, style: styleQuiet, at: []point{{margin, y - 3}}, text: text, size: 10.5})
		if first > 1 {
			d.write(t.N, styleQuiet, point{(d.bar[0] + d.bar[1]) / 2, y - 3}, middle, false, prose.Count(first, "tick"))
		}
		first = 0
	}
}

// ending says which invariant does not hold.
func (d *drawing) ending() {
	if d.o.Violated == "" {
		return
	}
	text := d.o.Violated + " does not hold"
	for _, why := range []string{d.o.Why, d.o.Part} {
		if why != "" {
			text += ": " + why
		}
	}
	d.y += 6
	d.flag(len(d.run), margin+2, d.y+leading)
	d.paragraph(styleAlarm, true, margin+18, text+".")
}

// way is a point between two, and the angle of the line there in degrees.
func way(a, b point, part float64) (point, float64) {
	return point{a.x + (b.x-a.x)*part, a.y + (b.y-a.y)*part}, math.Atan2(b.y-a.y, b.x-a.x) * 180 / math.Pi
}
