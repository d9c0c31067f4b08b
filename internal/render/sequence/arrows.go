package sequence

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/tcpcheck/tcpcheck/netfake"
)

var (
	oldDash   = []float64{7, 4}
	openDash  = []float64{1.5, 3.5}
	copyDash  = []float64{10, 3, 2, 3}
	noDash    []float64
	headLong  = 9.0
	headWide  = 3.5
	crossSize = 5.0
)

// inner is the edge of a bar on the side of the network.
func (d *drawing) inner(side int) float64 {
	if side == netfake.A {
		return d.bar[side] + barWidth/2
	}
	return d.bar[side] - barWidth/2
}

// dash is the pattern of the arrow's line.
func (a *arrow) dash() []float64 {
	switch {
	case a.fate == underWay || a.fate == expired:
		return openDash
	case a.duplicate:
		return copyDash
	case a.origin() == styleOld:
		return oldDash
	}
	return noDash
}

// arrow draws one way of a segment with its label.
func (d *drawing) arrow(a *arrow) {
	step := a.step(d)
	to := point{d.inner(a.packet.Dst), 0}
	from := point{d.inner(1 - a.packet.Dst), 0}
	across := to.x - from.x
	switch {
	case a.from >= 0:
		from.y = d.out(a.from, a.slot)
	case a.origin() == styleForged: // from somewhere on the way
		from = point{from.x + 0.3*across, d.at(a.to) - 7}
	default:
		from = point{from.x + 0.06*across, d.at(a.to) - 12}
	}
	if a.fate == arrived || a.fate == lost {
		to.y = d.at(a.to)
		if a.from >= 0 && a.to > a.from && to.y-from.y < 8 {
			to.y = from.y + 8
		}
	}
	switch a.fate {
	case lost:
		to, _ = way(from, to, 0.7)
	case underWay, expired:
		to = point{from.x + 0.55*across, from.y + 12}
	}
	s := a.origin()
	d.ways = append(d.ways, [2]point{from, to})
	d.stroke(step, s, 1.4, a.dash(), from, to)
	switch a.fate {
	case arrived:
		d.head(step, s, from, to)
	case lost:
		d.cross(step, to)
	}
	if a.from < 0 {
		d.source(step, s, from)
	}
}

// step is the one that the arrow belongs to: the arrival, or else the departure.
func (a *arrow) step(d *drawing) int {
	if a.to < len(d.run) {
		return a.to + 1
	}
	return a.from + 1
}

func (d *drawing) head(step int, s style, from, to point) {
	_, angle := way(from, to, 1)
	cos, sin := math.Cos(angle*math.Pi/180), math.Sin(angle*math.Pi/180)
	back := point{to.x - headLong*cos, to.y - headLong*sin}
	d.fill(step, s, to, point{back.x - headWide*sin, back.y + headWide*cos}, point{back.x + headWide*sin, back.y - headWide*cos})
}

func (d *drawing) cross(step int, at point) {
	d.stroke(step, styleAlarm, 2, nil, point{at.x - crossSize, at.y - crossSize}, point{at.x + crossSize, at.y + crossSize})
	d.stroke(step, styleAlarm, 2, nil, point{at.x - crossSize, at.y + crossSize}, point{at.x + crossSize, at.y - crossSize})
}

// source is where a segment that nobody in the run sent begins: a ring for an old one, a mask for a forged one.
func (d *drawing) source(step int, s style, at point) {
	if s == styleForged {
		d.fill(step, s, point{at.x - 7, at.y - 4}, point{at.x + 7, at.y - 4}, point{at.x + 4, at.y + 3}, point{at.x, at.y}, point{at.x - 4, at.y + 3})
		return
	}
	var ring []point
	for k := range 13 {
		angle := float64(k) * math.Pi / 6
		ring = append(ring, point{at.x + 3*math.Cos(angle), at.y + 3*math.Sin(angle)})
	}
	d.stroke(step, s, 1.2, nil, ring...)
}

// label stands on the line of an arrow.
func (d *drawing) label(a *arrow, from, to point) {
	text := Label(a.packet.Seg, d.o.RFC)
	if w := a.words(); w != "" {
		text += " · " + w
	}
	if a.fate == underWay || a.fate == expired { // the line is short; the label may be longer
		to = point{from.x + (to.x-from.x)/0.55, from.y + 12/0.55}
	}
	d.along(a.step(d), a.origin(), text, from, to)
}

// leastMono is the size below which a label is broken in two: one part stands above the line, the other below it.
const leastMono = 8.5

// along writes a text on a line, near its start, and interrupts the lines that cross it.
func (d *drawing) along(step int, s style, text string, from, to point) {
	if d.fitting(text) < leastMono {
		words := strings.Fields(text)
		n := 1 // words above the line
		for n < len(words)-1 && 2*len(strings.Join(words[:n], " ")) < len(text) {
			n++
		}
		if n < len(words) {
			below := strings.TrimPrefix(strings.Join(words[n:], " "), "· ")
			d.alongside(step, s, strings.TrimSuffix(strings.Join(words[:n], " "), " ·"), from, to, -5)
			d.alongside(step, s, below, from, to, 11)
			return
		}
	}
	d.alongside(step, s, text, from, to, -5)
}

// fitting is the size of letters with which a text fits between the bars.
func (d *drawing) fitting(text string) float64 {
	return min(monoSize, 0.92*math.Abs(d.inner(0)-d.inner(1))/(monoLetter*float64(utf8.RuneCountInString(text))))
}

// alongside writes a text whose base line is off a line by so much.
func (d *drawing) alongside(step int, s style, text string, from, to point, off float64) {
	size := d.fitting(text)
	across := math.Hypot(to.x-from.x, to.y-from.y)
	letters := float64(utf8.RuneCountInString(text))
	wide := monoLetter * size * letters
	part := 0.5
	if wide < 0.9*across { // the nearer to the sender, the fewer crossings
		part = max(0.5-0.8*(0.5-wide/across/2), (wide/2+14)/across)
	}
	at, angle := way(from, to, part)
	if angle > 90 || angle < -90 {
		angle -= 180
	}
	if angle < -180 {
		angle += 360
	}
	cos, sin := math.Cos(angle*math.Pi/180), math.Sin(angle*math.Pi/180)
	at = point{at.x - off*sin, at.y + off*cos}
	corner := func(x, y float64) point { return point{at.x + x*cos - y*sin, at.y + x*sin + y*cos} }
	w, h := wide/2+2, 0.8*size
	d.fill(step, stylePaper, corner(-w, -h), corner(w, -h), corner(w, 2), corner(-w, 2))
	d.labels = append(d.labels, mark{step: step, style: s, at: []point{at}, anchor: middle, text: text, size: size, mono: true, angle: angle})
}
