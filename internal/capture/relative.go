package capture

import (
	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// numbers turns relative numbers back into absolute ones. Without -S tcpdump prints a SYN as
// it is, and later segments less the initial numbers; it does not say which it prints, so
// that of the two readings the one nearer to what is due is taken.
type numbers map[wire.Flow]origin

// origin is where one direction of a connection began, and what number is due.
type origin struct {
	base, due model.Seq
	relative  bool // nothing absolute was ever printed
}

const (
	maxOrigins    = 1 << 16
	looksRelative = 1 << 20 // an absolute number is below it once in 4096 connections
)

func (n numbers) resolve(p *Packet) {
	if len(n) >= maxOrigins {
		clear(n) // better a doubt about relative numbers than memory without bound
	}
	own, back := p.Flow, p.Flow.Reverse()
	s := &p.Seg
	if s.Has(model.SYN) {
		n[own] = origin{base: s.Seq, due: s.End()}
		if !s.Has(model.ACK) {
			delete(n, back)
		}
		return
	}
	o, known := n[own]
	if !known && !p.NoSeq && s.Has(model.ACK) {
		o = origin{base: s.Seq, due: s.Seq}
		o.relative = s.Seq < looksRelative && s.Ack < looksRelative
		if o.relative {
			o = origin{relative: true}
		}
		known = true
	}
	if known && !p.NoSeq {
		if !o.relative && !(s.Has(model.RST) && s.Seq == 0) {
			s.Seq = o.nearest(s.Seq)
		}
		o.due = o.due.Max(s.End())
		n[own] = o
	}
	p.Relative = known && o.relative
	if !s.Has(model.ACK) {
		return
	}
	switch q, seen := n[back]; {
	case seen && !q.relative:
		s.Ack = q.nearest(s.Ack)
	case !seen && o.relative:
		n[back] = origin{relative: true}
	case !seen:
		n[back] = origin{base: s.Ack - 1, due: s.Ack}
	}
}

func (o origin) nearest(n model.Seq) model.Seq {
	if distance(o.base+n, o.due) < distance(n, o.due) {
		return o.base + n
	}
	return n
}

func distance(a, b model.Seq) uint32 { return min(a.From(b), b.From(a)) }
