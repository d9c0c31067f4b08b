package capture

import (
	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// numbers turns relative numbers back into absolute ones. Without -S tcpdump prints the numbers of a SYN as they are, and
// later ones relative to the initial numbers. It does not say which it prints, so the reading that is nearer to the expected
// number is used. The first number that fits only one reading decides for the whole text.
type numbers struct {
	origins map[wire.Flow]origin
	printed printed
	small   bool // a SYN had a number that looks relative, so that small numbers say nothing
}

// printed is how a text prints its numbers.
type printed uint8

const (
	eitherWay printed = iota
	absolute          // as tcpdump -S prints them
	relative          // less the initial number
)

// origin is where one direction of a connection began, and what number is due.
type origin struct {
	base, due model.Seq
	relative  bool // nothing absolute was ever printed
}

const (
	maxOrigins    = 1 << 16
	looksRelative = 1 << 20 // an absolute number is below it once in 4096 connections
)

func (all *numbers) resolve(p *Packet) {
	if all.origins == nil {
		all.origins = map[wire.Flow]origin{}
	}
	n := all.origins
	if len(n) >= maxOrigins {
		clear(n) // rather a doubt about relative numbers than unbounded memory
	}
	own, back := p.Flow, p.Flow.Reverse()
	s := &p.Seg
	if q, seen := n[back]; seen && !q.relative && s.Flags&(model.ACK|model.SYN) == model.ACK {
		s.Ack = all.nearest(q, s.Ack)
	}
	if s.Has(model.SYN) {
		all.small = all.small || s.Seq < looksRelative
		n[own] = origin{base: s.Seq, due: s.End()}
		if !s.Has(model.ACK) {
			delete(n, back)
		}
		return
	}
	o, known := n[own]
	if !known && !p.NoSeq && s.Has(model.ACK) {
		o = origin{base: s.Seq, due: s.Seq}
		_, answered := n[back] // then the text has the connection from its SYN on
		o.relative = !(all.printed == absolute && all.small) && !answered && s.Seq < looksRelative && s.Ack < looksRelative
		if o.relative {
			o = origin{relative: true}
		}
		known = true
	}
	if known && !p.NoSeq {
		if !o.relative && !(s.Has(model.RST) && s.Seq == 0) {
			s.Seq = all.nearest(o, s.Seq)
		}
		o.due = o.due.Max(s.End())
		n[own] = o
	}
	p.Relative = known && o.relative
	if !s.Has(model.ACK) {
		return
	}
	switch _, seen := n[back]; {
	case !seen && o.relative:
		n[back] = origin{relative: true}
	case !seen:
		n[back] = origin{base: s.Ack - 1, due: s.Ack}
	}
}

func (all *numbers) nearest(o origin, n model.Seq) model.Seq {
	asRelative, asAbsolute := distance(o.base+n, o.due), distance(n, o.due)
	if all.printed == eitherWay {
		switch {
		case asAbsolute == 0 && asRelative != 0:
			all.printed = absolute
		case asRelative == 0 && asAbsolute != 0:
			all.printed = relative
		case o.base < looksRelative: // the two are too near to each other
		case asAbsolute < looksRelative/16 && asRelative > looksRelative/2:
			all.printed = absolute
		case asRelative < looksRelative/16 && asAbsolute > looksRelative/2:
			all.printed = relative
		}
	}
	if all.printed == relative || all.printed == eitherWay && asRelative < asAbsolute && asRelative < 16*looksRelative {
		return o.base + n
	}
	return n
}

func distance(a, b model.Seq) uint32 { return min(a.From(b), b.From(a)) }
