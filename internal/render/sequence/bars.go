package sequence

import (
	"fmt"

	"github.com/tcpcheck/tcpcheck/netfake"
)

// bars draws the lifelines: a piece for each state, a line and a name where an incarnation begins.
func (d *drawing) bars() {
	w := d.sys.Unpack(d.sys.Init()[0])
	for side, x := range d.bar {
		from, state, inc := d.first(), w.Peer[side].State(), w.Peer[side].Inc
		d.state(0, side, from-8, state.String(), inc)
		for i := range d.run {
			p := &d.run[i].To.Peer[side]
			if p.State() == state && p.Inc == inc {
				continue
			}
			y := d.at(i)
			d.piece(d.run[i].N, x, from, y, styleState+style(state))
			if p.Inc != inc {
				d.stroke(d.run[i].N, styleInk, 1, nil, point{x - barWidth/2 - 3, y}, point{x + barWidth/2 + 3, y})
				d.incarnation(d.run[i].N, side, y, p.Inc)
			}
			from, state, inc = y, p.State(), p.Inc
		}
		d.piece(0, x, from, d.top[len(d.run)], styleState+style(state))
	}
}

// first is the top of the bars.
func (d *drawing) first() float64 { return d.top[0] - leading - 4 }

func (d *drawing) piece(step int, x, from, to float64, s style) {
	l, r := x-barWidth/2, x+barWidth/2
	d.fill(step, s, point{l, from}, point{r, from}, point{r, to}, point{l, to})
}

// incarnation writes A2 on the bar.
func (d *drawing) incarnation(step, side int, y float64, inc uint8) {
	if inc > 0 {
		d.labels = append(d.labels, mark{step: step, style: styleOnBar, at: []point{{d.bar[side], y + 11}}, anchor: middle, bold: true, size: 9.5,
			text: fmt.Sprintf("%s%d", netfake.PeerName(side), inc)})
	}
}

// state names the state at the start.
func (d *drawing) state(step, side int, y float64, name string, inc uint8) {
	at, a := d.outer(side)
	d.write(step, styleInk, point{at, y + 18}, a, true, name)
	d.incarnation(step, side, y+8, inc)
}

// outer is where the text beside a bar begins.
func (d *drawing) outer(side int) (x float64, a anchor) {
	if side == netfake.A {
		return d.bar[side] - barWidth/2 - 7, end
	}
	return d.bar[side] + barWidth/2 + 7, start
}

// besides writes what stands beside the bars.
func (d *drawing) besides() {
	for i := range d.run {
		side := d.run[i].Side()
		x, a := d.outer(side)
		for k, l := range d.lines[i] {
			y, x := d.at(i)+4+leading*float64(k), x
			if l.flag {
				x = d.flagBeside(d.run[i].N, side, y)
			}
			d.write(d.run[i].N, l.style, point{x, y}, a, l.bold, l.text)
		}
	}
}

// flagBeside puts a flag between a bar and a text beside it, and returns where the text begins then.
func (d *drawing) flagBeside(step, side int, y float64) (x float64) {
	x, _ = d.outer(side)
	if side == netfake.A {
		d.flag(step, x-9, y)
		return x - 14
	}
	d.flag(step, x, y)
	return x + 14
}

// flag is the sign of a fault.
func (d *drawing) flag(step int, x, y float64) {
	d.stroke(step, styleAlarm, 1.6, nil, point{x, y + 1}, point{x, y - 10})
	d.fill(step, styleAlarm, point{x, y - 10}, point{x + 9, y - 7}, point{x, y - 4})
}
