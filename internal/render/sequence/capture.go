package sequence

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/capture"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/render/picture"
	"github.com/tcpcheck/tcpcheck/model"

	vgdraw "gonum.org/v1/plot/vg/draw"
)

// connectionFormats are those that WriteConnection takes.
var connectionFormats = []string{"svg", "png", "pdf", "tex"}

// WriteConnection draws a connection of a capture. A capture does not show when a segment arrives, and often not in
// which state an endpoint is: then its bar has the colours of the first and of the last state that is possible.
func WriteConnection(w io.Writer, c *capture.Connection, o Options, format string) error {
	d := &drawing{o: o}
	d.width = float64(cmp.Or(o.Width, 900))
	d.narrow = d.width < 600
	d.columns = min(190, 0.21*d.width)
	left := 76.0
	if d.narrow {
		left, d.columns = 44, max(78, 0.25*d.width-14)
	}
	d.bar = [2]float64{left + d.columns + barWidth/2, d.width - margin - d.columns - barWidth/2}
	d.y = margin
	d.title([2]string{"A " + c.Sockets[capture.A].String(), "B " + c.Sockets[capture.B].String()})
	d.connection(c)
	for _, r := range c.Remarks {
		d.remark(r)
	}
	d.entries(d.captureEntries(c))
	switch format {
	case "svg":
		return d.svg(w)
	case "tex":
		return d.tikz(w)
	}
	return picture.Paint(w, d.width, d.y, format, func(cv vgdraw.Canvas) { d.paint(cv, format == "pdf") })
}

// connection draws the bars and the segments.
func (d *drawing) connection(c *capture.Connection) {
	top := d.y
	begun := [2]float64{top, top} // the piece of the bar that is not drawn yet, and its states
	var states [2]capture.States
	for i := range c.Segments {
		s := &c.Segments[i]
		y := d.y + 10
		step := i + 1
		at := "–"
		if !c.Start.IsZero() {
			at = fmt.Sprintf("%.6f", s.Time.Seconds())
			if d.narrow {
				at = fmt.Sprintf("%.3f", s.Time.Seconds())
			}
		}
		d.add(mark{step: step, style: styleQuiet, at: []point{{margin, y + 4}}, text: at, size: 10.5})
		d.words = append(d.words, fmt.Sprintf("%s sends %s", "AB"[s.From:s.From+1], s.Segment))
		lines := [2]int{}
		for side := range states {
			if s.States[side] != states[side] {
				if i > 0 {
					d.pieceOf(side, begun[side], y, states[side])
					begun[side] = y
				}
				states[side] = s.States[side]
				lines[side] = d.aside(step, side, y, lines[side], []line{{text: possible(states[side]), style: styleInk, bold: true}})
			}
		}
		from, to := point{d.inner(int(s.From)), y}, point{d.inner(1 - int(s.From)), y + 8}
		d.stroke(step, styleInk, 1.4, nil, from, to)
		d.head(step, styleInk, from, to)
		seg := s.Seg
		seg.Seq, seg.Ack, seg.Opts = model.Seq(s.RelSeq), model.Seq(s.RelAck), seg.Opts&^model.OptTimestamps
		d.along(step, styleInk, Label(seg, d.o.RFC), from, to)
		for _, r := range s.Remarks {
			lines[s.From] = d.aside(step, int(s.From), y, lines[s.From], remarkLines(r))
		}
		d.y += max(12+d.gap(), leading*float64(max(lines[0], lines[1]))+12)
	}
	d.y += 6
	if c.Elided > 0 {
		d.paragraph(styleQuiet, false, margin, fmt.Sprintf("and %s that are not drawn", prose.Count(c.Elided, "segment")))
	}
	for side := range states {
		d.pieceOf(side, begun[side], d.y, states[side])
	}
	d.marks = append(d.marks, d.labels...)
	d.y += 10
}

// pieceOf draws a piece of a bar in the colours of the first and the last of the states that are possible.
func (d *drawing) pieceOf(side int, from, to float64, states capture.States) {
	first, last := -1, 0
	for st := model.Closed; st < model.NumStates; st++ {
		if states.Has(st) {
			last = int(st)
			if first < 0 {
				first = int(st)
			}
		}
	}
	if first < 0 || to <= from {
		return
	}
	x := d.bar[side]
	d.piece(0, x, from, to, styleState+style(first))
	if last > first {
		d.fill(0, styleState+style(last), point{x, from}, point{x + barWidth/2, from}, point{x + barWidth/2, to}, point{x, to})
	}
}

// aside writes lines beside a bar below those that stand there, and returns how many there are then.
func (d *drawing) aside(step, side int, y float64, n int, list []line) int {
	x, a := d.outer(side)
	for _, l := range d.wrapped(list) {
		at := y + 4 + leading*float64(n)
		begin := x
		if l.flag {
			begin = d.flagBeside(step, side, at)
		}
		d.write(step, l.style, point{begin, at}, a, l.bold, l.text)
		n++
	}
	return n
}

// possible names the states of a set.
func possible(s capture.States) string {
	names := strings.Split(s.String(), "|")
	if len(names) > 3 {
		return fmt.Sprintf("one of %d states", len(names))
	}
	return strings.Join(names, " or ")
}

func remarkLines(r capture.Remark) []line {
	l := line{text: r.Rule, style: styleQuiet}
	if r.Grade == capture.Note {
		return []line{l}
	}
	l.text, l.style, l.bold, l.flag = string(r.Grade)+": "+r.Rule, styleAlarm, true, true
	return []line{l, {text: r.RFC, style: styleAlarm}}
}

// remark writes what there is to say of the whole connection.
func (d *drawing) remark(r capture.Remark) {
	s := styleQuiet
	if r.Grade != capture.Note {
		s = styleAlarm
	}
	d.paragraph(s, false, margin, fmt.Sprintf("%s: %s (%s)", r.Rule, r.Text, r.RFC))
}

func (d *drawing) captureEntries(c *capture.Connection) (list []entry) {
	used := map[model.State]bool{}
	flagged, either := false, false
	for i := range c.Segments {
		s := &c.Segments[i]
		for side := range s.States {
			n := 0
			for st := model.Closed; st < model.NumStates; st++ {
				if s.States[side].Has(st) {
					used[st] = true
					n++
				}
			}
			either = either || n > 1
		}
		for _, r := range s.Remarks {
			flagged = flagged || r.Grade != capture.Note
		}
	}
	list = stateEntries(used)
	if either {
		list = append(list, entry{"either state is possible", func(d *drawing, x, y float64) {
			d.fill(0, styleState, point{x, y - 9}, point{x + sampleWide/2, y - 9}, point{x + sampleWide/2, y}, point{x, y})
			d.fill(0, styleState+style(model.Established), point{x + sampleWide/2, y - 9}, point{x + sampleWide, y - 9}, point{x + sampleWide, y}, point{x + sampleWide/2, y})
		}})
	}
	list = append(list, entry{"a segment; numbers count from the initial ones", func(d *drawing, x, y float64) {
		d.stroke(0, styleInk, 1.4, nil, point{x, y - 4}, point{x + sampleWide, y - 4})
		d.head(0, styleInk, point{x, y - 4}, point{x + sampleWide, y - 4})
	}})
	if flagged {
		list = append(list, entry{"impossible or doubtful", func(d *drawing, x, y float64) { d.flag(0, x+sampleWide/2-4, y) }})
	}
	return list
}
