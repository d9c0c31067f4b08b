package ladder

import (
	"bufio"
	"fmt"
	"io"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Options say how a run is drawn.
type Options struct {
	Color    bool   // with ANSI escapes
	Violated string // the invariant that does not hold in the end, if any
	Why      string // what that means; empty if the name says it
	Part     string // which part of it does not hold in the last state, if its name does not say that
	Loop     int    // of a lasso: the number of its last steps, which repeat forever
	Width    int    // columns of the terminal; 0: there is none, and lines have up to 100
	Legend   bool   // explain below the run the signs that occur in it
}

// Write draws a run of the system: what its Replay returns.
func Write(w io.Writer, sys *netfake.System, run []netfake.Transition, o Options) error {
	d := &drawing{notes: Origins(run), run: run, timed: sys.Scenario().Net.MSL > 0}
	end := sys.Unpack(sys.Init()[0])
	d.add(row{states: [2]string{end.Peer[0].State().String(), end.Peer[1].State().String()}})
	for i := range run {
		if i == len(run)-o.Loop {
			d.again()
		}
		if run[i].Action.Kind == netfake.Tick {
			d.tick(&run[i])
		} else {
			d.step(i, i+1 < len(run) && i+1 != len(run)-o.Loop)
		}
		end = run[i].To
	}
	b := bufio.NewWriter(w)
	page := columns(o.Width)
	p := printer{b: b, color: o.Color, timed: d.timed, width: page, middle: d.middle(page)}
	p.heading()
	for i := range d.rows {
		p.row(&d.rows[i])
	}
	p.end(&end, o)
	if o.Legend {
		p.legend(d.rows)
	}
	return b.Flush()
}

// drawing collects the rows of a run.
type drawing struct {
	run     []netfake.Transition
	notes   []string // of each step
	rows    []row
	timed   bool
	pending *netfake.Packet // the last row's, which the next step takes off the network
}

// row is one line, or a few if the segment is long: a segment between two columns, or a note.
type row struct {
	n, tick int // 0: a row without a number
	ticks   int // so many ticks pass: the steps up to n
	states  [2]string
	arrows  [2]string
	segment string
	note    string // instead of all that
	side    int    // of the note
	style   style
}

func (d *drawing) add(r row) { d.rows = append(d.rows, r) }

// again begins the loop. There a tick has a row of its own: it may be all there is.
func (d *drawing) again() {
	d.add(row{note: "from here again and again:", style: alarm})
}

// tick adds a row for a tick, or makes the one before a row for one tick more.
func (d *drawing) tick(s *netfake.Transition) {
	d.pending = nil
	if last := &d.rows[len(d.rows)-1]; last.ticks > 0 {
		last.n, last.tick, last.ticks = s.N, s.Tick+1, last.ticks+1
		to := "to"
		if last.ticks == 2 {
			to = "and"
		}
		last.segment = fmt.Sprintf("(%d ticks: steps %d %s %d)", last.ticks, s.N-last.ticks+1, to, s.N)
		return
	}
	d.add(row{n: s.N, tick: s.Tick + 1, ticks: 1, segment: "(a tick)", style: quiet})
}

// step adds the rows of step i; the arrival that follows may stand on its last row.
func (d *drawing) step(i int, follows bool) {
	s := &d.run[i]
	if s.Arrival() {
		d.arrival(s, d.notes[i])
	} else {
		d.add(row{n: s.N, tick: s.Tick, note: call(s), side: s.Side(), style: quiet})
	}
	if inc := accepted(s); inc > 1 {
		d.add(row{note: "(this is " + incarnation(s.Side(), inc) + ")", side: s.Side(), style: quiet})
	}
	push := `"` + model.Pushed.String() + `"` // says only that there is data
	for _, text := range told(s) {
		if text != push {
			d.add(row{note: text, side: s.Side(), style: speech})
		}
	}
	for _, name := range s.NewFaults().Names() {
		d.add(row{note: "*** " + name, side: s.Side(), style: alarm})
	}
	before, after := s.From.Peer[s.Side()].State(), s.To.Peer[s.Side()].State()
	if len(s.Sent) == 0 && before != after && !s.Arrival() {
		r := row{}
		r.states[s.Side()] = after.String()
		d.add(r)
	}
	for i := range s.Sent {
		d.departure(s, s.Sent[i])
	}
	d.pending = nil
	if n := len(s.Sent); n > 0 && follows && d.run[i+1].Arrival() && d.run[i+1].Action.Kind != netfake.Inject {
		if p := s.Sent[n-1]; Ageless(p) == Ageless(d.run[i+1].Packet) && d.notes[i+1] == "" {
			d.pending = &p
		}
	}
}

// departure puts a segment on the network, on a row of its own.
func (d *drawing) departure(s *netfake.Transition, p netfake.Packet) {
	r := row{tick: s.Tick, segment: p.Seg.String()}
	from := 1 - p.Dst
	r.states[from] = s.To.Peer[from].State().String()
	r.arrows = [2]string{"...", "..."}
	r.arrows[from] = arrow(p.Dst)
	d.add(r)
}

// arrival lets a segment come out of the network: on the row of its departure if that was
// just before, else on a row of its own.
func (d *drawing) arrival(s *netfake.Transition, note string) {
	p := s.Packet
	if d.pending == nil {
		r := row{segment: p.Seg.String(), arrows: [2]string{"...", "..."}}
		r.states[1-p.Dst] = note
		d.add(r)
	}
	d.pending = nil
	r := &d.rows[len(d.rows)-1]
	r.n, r.tick = s.N, s.Tick
	if s.Action.Kind == netfake.Lose {
		r.states[p.Dst] = "(lost)"
		return
	}
	r.arrows[p.Dst] = arrow(p.Dst)
	r.states[p.Dst] = s.To.Peer[p.Dst].State().String()
}

func arrow(dst int) string {
	if dst == netfake.A {
		return "<--"
	}
	return "-->"
}

// middle is the width of the longest segment, within what a line leaves.
func (d *drawing) middle(page int) int {
	n := min(34, segmentWidth(page))
	for i := range d.rows {
		for _, l := range broken(d.rows[i].segment, page) {
			n = max(n, len(l))
		}
	}
	return n
}
