package packetdrill

import (
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
)

// piece is data that arrived out of order, perhaps with a FIN behind it.
type piece struct {
	start, end model.Seq
	fin        bool
}

// pieces is the data that a receiver holds beyond RCV.NXT, the latest first. The model holds two pieces (model.MaxHeld). A host
// holds as many as fit into its window, and reports them as SACK blocks (RFC 2018 §4).
type pieces struct {
	list   []piece
	double *piece // data that arrived twice, to be reported once (RFC 2883)
}

// arrives holds a segment that is out of order. To a segment in order it appends the held data that then is in order as well.
// It returns the segment for the model.
func (q *pieces) arrives(t model.TCB, s model.Segment, reportsDouble bool) model.Segment {
	q.prune(t.Rcv.Nxt)
	stale := t.Is(model.TSOK) && (s.Opts&model.OptTimestamps == 0 || int32(s.TSVal-t.TS.Recent) < 0)
	if !t.State.CanReceive() || t.State < model.Established || s.Flags&(model.SYN|model.RST|model.ACK) != model.ACK || t.Snd.Nxt.Less(s.Ack) || stale {
		return s
	}
	p := piece{s.Seq, s.Seq + model.Seq(s.Len), s.Has(model.FIN)}
	if edge := t.Rcv.Nxt + model.Seq(t.Rcv.Wnd); edge.Less(p.end) {
		p.end, p.fin = edge, false
	}
	within := func(o piece) bool { return o.start.AtMost(p.start) && p.end.AtMost(o.end) }
	switch {
	case !p.start.Less(p.end) && !p.fin:
		return s
	case p.start.Less(t.Rcv.Nxt) && s.Len > 0:
		q.twice(piece{start: p.start, end: min2(p.end, t.Rcv.Nxt)}, reportsDouble)
	case s.Len > 0 && slices.ContainsFunc(q.list, within):
		q.twice(p, reportsDouble)
	}
	if t.Rcv.Nxt.Less(p.start) {
		q.list = slices.Insert(q.join(&p), 0, p)
		return s
	}
	if p.end.Less(t.Rcv.Nxt) {
		return s
	}
	q.list = q.join(&p)
	if n := p.end.From(s.Seq); n < 60000 {
		s.Len = uint16(n)
	}
	if p.fin {
		s.Flags |= model.FIN
	}
	return s
}

func min2(a, b model.Seq) model.Seq {
	if a.Less(b) {
		return a
	}
	return b
}

func (q *pieces) twice(p piece, reports bool) {
	if reports {
		q.double = &p
	}
}

// join extends a piece by all that it touches, and returns the others.
func (q *pieces) join(p *piece) (others []piece) {
	for again := true; again; {
		again, others = false, nil
		for _, o := range q.list {
			if p.end.Less(o.start) || o.end.Less(p.start) {
				others = append(others, o)
				continue
			}
			again = again || o.start.Less(p.start) || p.end.Less(o.end)
			if o.start.Less(p.start) {
				p.start = o.start
			}
			if p.end.Less(o.end) {
				p.end = o.end
			}
			p.fin = p.fin || o.fin
		}
	}
	return others
}

// prune drops what is in order by now.
func (q *pieces) prune(next model.Seq) {
	q.list = slices.DeleteFunc(q.list, func(p piece) bool { return p.end.AtMost(next) })
}

// blocks returns the edges of the SACK blocks of an ACK: the data that arrived twice, then the pieces, the latest first. There is
// room for four blocks, or for three with timestamps. withFin: a block includes the number of a FIN.
func (q *pieces) blocks(t model.TCB, withFin bool) (edges []uint32) {
	q.prune(t.Rcv.Nxt)
	most := 4
	if t.Is(model.TSOK) {
		most = 3
	}
	if q.double != nil {
		edges = append(edges, uint32(q.double.start), uint32(q.double.end))
		q.double = nil
	}
	for _, p := range q.list {
		if p.fin && withFin {
			p.end++
		}
		if len(edges) < 2*most && p.start != p.end {
			edges = append(edges, uint32(p.start), uint32(p.end))
		}
	}
	return edges
}
