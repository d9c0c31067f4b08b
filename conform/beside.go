package conform

import (
	"slices"
	"time"

	"github.com/tcpcheck/tcpcheck/internal/timed"
	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// hosted is what the host of a machine has beside its connection: other connections of its listener, which nobody
// accepts.
type hosted struct {
	backlog int // 0: the listener takes one connection, and is gone then
	list    []*machine
}

// arrivesBeside hands a packet to another connection, or to a new one, which is in LISTEN or in CLOSED. A backlog that is full drops
// SYNs.
func (m *machine) arrivesBeside(r Reaction, p wire.Packet) (Reaction, error) {
	if p.Flow.Dst.Addr() != m.flow.Src.Addr() {
		return m.end(r), nil
	}
	h := &m.beside
	flow := p.Flow.Reverse()
	i := slices.IndexFunc(h.list, func(x *machine) bool { return x.flow == flow })
	if i < 0 {
		i = len(h.list)
		h.list = append(h.list, m.another(flow))
	}
	x := h.list[i]
	listening := h.backlog > 0 && flow.Src == m.flow.Src
	full := len(h.list) > h.backlog
	if x.conn.TCB.State == model.Closed && listening {
		x.conn.Do(model.Event{Kind: model.OpenPassive})
	}
	var answer Reaction
	var err error
	if !full || x.conn.TCB.State != model.Listen || !p.Seg.Has(model.SYN) {
		answer, err = x.do(Reaction{}, model.Event{Kind: model.SegmentArrives, Seg: p.Seg})
	}
	if x.conn.TCB.State <= model.Listen {
		h.list = slices.Delete(h.list, i, i+1)
	}
	r.Packets = append(r.Packets, answer.Packets...)
	return m.end(r), err
}

// another is the place of a connection beside the first one. Its initial number has nothing to do with that of another one (§3.4.1).
func (m *machine) another(flow wire.Flow) *machine {
	mixed := (uint32(flow.Dst.Port())<<16 ^ uint32(flow.Src.Port()) ^ uint32(flow.Dst.Addr().As16()[15])<<8) * 0x9e3779b1
	return &machine{
		config: m.config, timers: m.timers, flow: flow, iss: m.iss + model.Seq(mixed|1<<28),
		conn: timed.Conn{Config: m.config, Timers: m.timers, Now: m.conn.Now, Step: m.conn.Step},
	}
}

// passBeside lets time pass for the others, up to the present.
func (m *machine) passBeside(r *Reaction, start time.Duration) {
	for _, x := range m.beside.list {
		answer, err := x.Do(Input{Op: Sleep, For: m.conn.Now - start})
		if err == nil {
			r.Packets = append(r.Packets, answer.Packets...)
		}
	}
	m.beside.list = slices.DeleteFunc(m.beside.list, func(x *machine) bool { return x.conn.TCB.State <= model.Listen })
	slices.SortStableFunc(r.Packets, func(a, b Sent) int { return int(a.After - b.After) })
}

// relisten gives the place of a connection that is over back to the listener, if that goes on.
func (m *machine) relisten() {
	if m.beside.backlog > 0 && m.conn.TCB.State == model.Closed {
		m.conn.Config, m.conn.Orphan = m.config, false
		m.conn.Do(model.Event{Kind: model.OpenPassive})
	}
}
