package figures

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
)

// Mismatch is a line of a script that the model does not follow.
type Mismatch struct {
	File      string
	Line      int
	Text      string
	What      string // "the segment that A sends"
	Want, Got string
}

func (m *Mismatch) Error() string {
	return fmt.Sprintf("%s.txt:%d: %s: want %s, got %s\n\t%s", m.File, m.Line, m.What, m.Want, m.Got, m.Text)
}

// Run plays the script. If change is not nil it is applied to the configuration of each
// side after the script's own policies. The error, if any, is a *Mismatch.
func (s Script) Run(change func(model.Config) model.Config) error { return s.play(change, nil) }

// Watch plays the script and shows each step of its endpoints to saw.
func (s Script) Watch(saw func(model.Config, *model.Transition)) error {
	return s.play(nil, saw)
}

func (s Script) play(change func(model.Config) model.Config, saw func(model.Config, *model.Transition)) error {
	r := run{script: s, saw: saw}
	for i, e := range s.ends {
		r.peers[i] = peer{tcb: e.tcb, config: e.config, iss: e.iss, clock: e.clock}
		if change != nil {
			r.peers[i].config = change(e.config)
		}
		if e.tcb.State == model.Established {
			r.peers[i].tcb.Rcv.Wnd = e.config.RcvBuf
		}
	}
	for _, l := range s.lines {
		r.line = l
		if m := r.play(); m != nil {
			return m
		}
	}
	for side := range r.peers {
		if m := r.nothingLeft(place(side)); m != nil {
			return m
		}
	}
	return nil
}

// peer is one side at run time.
type peer struct {
	tcb    model.TCB
	config model.Config
	iss    []model.Seq
	clock  uint32
	outbox []model.Segment // sent, and not shown yet
	heard  []string        // at the last event
}

type run struct {
	script Script
	peers  [2]peer
	net    []onWire
	seen   []onWire
	line   line
	saw    func(model.Config, *model.Transition) // if not nil, is shown each step
}

type onWire struct {
	to  place
	seg model.Segment
}

var sideNames = [2]string{"A", "B"}

func (r *run) peer(side place) *peer {
	if r.script.self {
		side = atA
	}
	return &r.peers[side]
}

func (r *run) differ(what, want, got string) *Mismatch {
	return &Mismatch{r.script.Name, r.line.number, strings.TrimSpace(r.line.text), what, want, got}
}

func (r *run) play() *Mismatch {
	for _, it := range r.line.items {
		if m := r.playItem(it); m != nil {
			return m
		}
	}
	if r.line.move != nil {
		if m := r.playMove(*r.line.move); m != nil {
			return m
		}
	}
	for side, w := range r.line.states {
		if m := r.checkState(place(side), w); m != nil {
			return m
		}
	}
	return nil
}

func (r *run) checkState(side place, w wantState) *Mismatch {
	if got := r.peer(side).tcb.State; w.given && got != w.state {
		return r.differ("the state of "+sideNames[side], w.state.String(), got.String())
	}
	return nil
}

func (r *run) playItem(it item) *Mismatch {
	p := r.peer(it.side)
	name := sideNames[it.side]
	switch {
	case it.event != nil:
		return r.step(it.side, *it.event)
	case it.reboot:
		p.tcb, p.heard = model.TCB{}, nil
	case it.clock != nil:
		p.clock = *it.clock
	case it.heard != "" && !slices.Contains(p.heard, it.heard):
		return r.differ("what the user of "+name+" hears", it.heard, strings.Join(p.heard, ", ")+".")
	case it.notHeard != "" && slices.Contains(p.heard, it.notHeard):
		return r.differ("what the user of "+name+" hears", "no "+it.notHeard, strings.Join(p.heard, ", ")+".")
	case it.variable != "":
		if got := variables[it.variable](p.tcb); got != it.value {
			return r.differ(it.variable+" of "+name, fmt.Sprint(it.value), fmt.Sprint(got))
		}
	}
	return r.checkState(it.side, it.state)
}

// step carries out an event. What the event before it sent must have been shown.
func (r *run) step(side place, e model.Event) *Mismatch {
	if m := r.nothingLeft(side); m != nil {
		return m
	}
	p := r.peer(side)
	e.Now = p.clock
	if len(p.iss) > 0 {
		e.Iss = p.iss[0]
	}
	before := p.tcb
	var o model.Output
	p.tcb, o = model.Step(p.config, p.tcb, e)
	if r.saw != nil {
		r.saw(p.config, &model.Transition{Before: before, Event: e, After: p.tcb, Output: o})
	}
	if len(p.iss) > 1 && p.tcb.Iss == e.Iss && (before.State <= model.Listen || before.State == model.TimeWait) {
		p.iss = p.iss[1:]
	}
	p.outbox = append(p.outbox, o.Sent()...)
	p.heard = hears(e, o)
	return nil
}

func (r *run) nothingLeft(side place) *Mismatch {
	if p := r.peer(side); len(p.outbox) > 0 {
		return r.differ("what "+sideNames[side]+" sent before this", "nothing more", p.outbox[0].String())
	}
	return nil
}

// playMove lets a segment depart, arrive, or both.
func (r *run) playMove(m move) *Mismatch {
	var seg model.Segment
	if m.from == inNetwork {
		var bad *Mismatch
		if seg, bad = r.fromNetwork(m); bad != nil {
			return bad
		}
	} else {
		p := r.peer(m.from)
		what := "the segment that " + sideNames[m.from] + " sends"
		if len(p.outbox) == 0 {
			return r.differ(what, m.pattern.describe(m.pattern.seg), "none")
		}
		seg = p.outbox[0]
		if !m.pattern.matches(seg) {
			return r.differ(what, m.pattern.describe(m.pattern.seg), m.pattern.describe(seg))
		}
		p.outbox = p.outbox[1:]
		r.seen = append(r.seen, onWire{1 - m.from, seg})
	}
	switch m.to {
	case inNetwork:
		r.net = append(r.net, onWire{1 - m.from, seg})
	case atA, atB:
		return r.step(m.to, model.Event{Kind: model.SegmentArrives, Seg: seg})
	}
	return nil
}

func (r *run) fromNetwork(m move) (model.Segment, *Mismatch) {
	if m.origin == written {
		return m.pattern.seg, nil
	}
	among, what := r.net, "a segment that waits in the network"
	if m.origin == again {
		among, what = r.seen, "a segment that was seen before"
	}
	match := func(w onWire) bool {
		return (w.to == m.to || r.script.self) && m.pattern.matches(w.seg)
	}
	i := slices.IndexFunc(among, match)
	if i < 0 {
		return model.Segment{}, r.differ(what, m.pattern.describe(m.pattern.seg), "none")
	}
	seg := among[i].seg
	if m.origin == waiting {
		r.net = slices.Delete(r.net, i, i+1)
	}
	return seg, nil
}
