package sequence

import (
	"slices"
	"unicode/utf8"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// entry is one line of the legend: a sample, and what it means.
type entry struct {
	text   string
	sample func(d *drawing, x, y float64)
}

const sampleWide = 34

// legend lists what occurs in this run, and nothing else.
func (d *drawing) legend() []entry {
	used := map[model.State]bool{}
	w := d.sys.Unpack(d.sys.Init()[0])
	for side := range w.Peer {
		used[w.Peer[side].State()] = true
		for i := range d.run {
			used[d.run[i].To.Peer[side].State()] = true
		}
	}
	return append(stateEntries(used), d.arrowEntries()...)
}

func stateEntries(used map[model.State]bool) (list []entry) {
	for st := model.Closed; st < model.NumStates; st++ {
		if used[st] {
			list = append(list, entry{st.String(), func(d *drawing, x, y float64) {
				d.fill(0, styleState+style(st), point{x, y - 9}, point{x + sampleWide, y - 9}, point{x + sampleWide, y}, point{x, y})
			}})
		}
	}
	return list
}

// entries writes the legend in columns.
func (d *drawing) entries(list []entry) {
	wide := 0
	for _, e := range list {
		wide = max(wide, utf8.RuneCountInString(e.text))
	}
	column := float64(wide)*letter*11 + sampleWide + 22
	columns := max(1, int((d.width-2*margin)/column))
	d.y += 16
	d.stroke(0, styleFaint, 1, nil, point{margin, d.y}, point{d.width - margin, d.y})
	d.y += 18
	rows := (len(list) + columns - 1) / columns
	for i, e := range list {
		x, y := margin+column*float64(i/rows), d.y+leading*float64(i%rows)
		e.sample(d, x, y)
		d.add(mark{style: styleQuiet, at: []point{{x + sampleWide + 7, y}}, text: e.text, size: 11})
	}
	d.y += leading*float64(rows-1) + margin
}

// arrowEntries are those of the arrows, the faults and the ticks.
func (d *drawing) arrowEntries() (list []entry) {
	seen := map[string]bool{}
	line := func(text string, s style, dash []float64, more func(d *drawing, from, to point)) {
		if seen[text] {
			return
		}
		seen[text] = true
		list = append(list, entry{text, func(d *drawing, x, y float64) {
			from, to := point{x, y - 4}, point{x + sampleWide, y - 4}
			d.stroke(0, s, 1.4, dash, from, to)
			if more != nil {
				more(d, from, to)
			}
		}})
	}
	head := func(s style) func(d *drawing, from, to point) {
		return func(d *drawing, from, to point) { d.head(0, s, from, to) }
	}
	for i := range d.arrows {
		a := &d.arrows[i]
		switch {
		case a.origin() == styleForged:
			line("forged by an attacker", styleForged, a.dash(), func(d *drawing, from, to point) { d.head(0, styleForged, from, to); d.source(0, styleForged, from) })
		case a.origin() == styleOld && a.from < 0:
			line("of an earlier connection (old)", styleOld, oldDash, func(d *drawing, from, to point) { d.head(0, styleOld, from, to); d.source(0, styleOld, from) })
		case a.origin() == styleOld:
			line("of an earlier incarnation", styleOld, a.dash(), head(styleOld))
		case a.duplicate:
			line("arrives once more (duplicate)", styleInk, copyDash, head(styleInk))
		case a.fate == arrived:
			line("segment, sent and received", styleInk, nil, head(styleInk))
		}
		switch a.fate {
		case lost:
			line("lost", a.origin(), a.dash(), func(d *drawing, from, to point) { d.cross(0, point{(from.x + to.x) / 2, from.y}) })
		case underWay:
			line("in the network at the end", styleInk, openDash, nil)
		case expired:
			line("too old, gone", styleInk, openDash, nil)
		}
	}
	faults := false
	for i := range d.steps {
		faults = faults || len(d.steps[i].Faults) > 0
	}
	if faults || d.o.Violated != "" {
		list = append(list, entry{"what went wrong", func(d *drawing, x, y float64) { d.flag(0, x+sampleWide/2-4, y) }})
	}
	if slices.ContainsFunc(d.run, func(t netfake.Transition) bool { return t.Action.Kind == netfake.Tick }) {
		line("a tick passes", styleFaint, []float64{2, 3}, nil)
	}
	return list
}
