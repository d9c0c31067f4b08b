package twin

import (
	"encoding/binary"
	"errors"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Encode appends the encoding of s. Two states have the same one if and only if nothing that can happen tells them
// apart by their times and by the order of their letters: times are told from the present, those that nothing waits
// for are left out, and letters are put in an order of their own where the order of sending does not count.
func (w *World) Encode(dst []byte, s *State) []byte {
	w.arrange(s)
	c := coder{b: dst}
	w.code(&c, s)
	return c.b
}

// Decode is the inverse of Encode.
func (w *World) Decode(s *State, b []byte) error {
	*s = State{Wire: s.Wire[:0]}
	c := coder{b: b, reads: true}
	w.code(&c, s)
	if c.bad || len(c.b) > 0 {
		return errCode
	}
	return nil
}

var errCode = errors.New("found what is not the encoding of a state")

// someTime is the present of a decoded state where no clock is read. It is later than all that is remembered.
const someTime = 1000

// mostLetters is more than any wire holds; a longer one is not decoded.
const mostLetters = 1 << 12

// coder writes variables to b, or reads them from b.
type coder struct {
	b     []byte
	reads bool
	bad   bool // what was read is no encoding
}

// number codes a whole number.
func number[T ~int | ~uint8 | ~uint16 | ~uint32](c *coder, p *T) {
	if !c.reads {
		c.b = binary.AppendVarint(c.b, int64(*p))
		return
	}
	v, n := binary.Varint(c.b)
	if n <= 0 || int64(T(v)) != v {
		c.bad = true
		return
	}
	*p, c.b = T(v), c.b[n:]
}

// seq codes a sequence number as its distance from a base.
func (c *coder) seq(p *model.Seq, base model.Seq) {
	d := int(int32(*p - base))
	number(c, &d)
	*p = base + model.Seq(d)
}

// since codes a past time, or never.
func (c *coder) since(p *int, now int) {
	age := 0
	if *p != never {
		age = 1 + now - *p
	}
	number(c, &age)
	if *p = never; age > 0 {
		*p = 1 + now - age
	}
}

// until codes a time to come; how long it is past does not matter.
func (c *coder) until(p *int, now int) {
	left := max(*p-now, 0)
	number(c, &left)
	*p = now + left
}

// due codes when a timer of a host is due. How late it is matters only until it must have fired.
func (c *coder) due(p *int, now int, h *netfake.Host) {
	late := max(h.TimersWithin-1, 0)
	*p += late
	c.until(p, now)
	*p -= late
}

func (c *coder) yes(p *bool) {
	n := 0
	if *p {
		n = 1
	}
	number(c, &n)
	*p = n == 1
	c.bad = c.bad || n > 1
}

// readsClock reports whether anything depends on how many ticks have passed since the start.
func (w *World) readsClock() bool {
	if w.sc.Net.Ticks > 0 {
		return true
	}
	for me := range w.sc.Peer {
		if h := &w.sc.Peer[me]; h.Isn.Policy == netfake.Clock || h.TCP.Timestamps {
			return true
		}
	}
	return false
}

// code codes a state.
func (w *World) code(c *coder, s *State) {
	if w.clock {
		number(c, &s.Now)
	} else if w.timed() && len(w.sc.Leftover) > 0 { // only whether they are too old counts
		now := min(s.Now, w.sc.Net.MSL)
		number(c, &now)
		if c.reads {
			s.Now = now
		}
		if c.reads && now >= w.sc.Net.MSL {
			s.Now = someTime
		}
	} else if c.reads {
		s.Now = someTime
	}
	number(c, &s.Losses)
	number(c, &s.Dups)
	number(c, &s.Faults)
	for me := range s.Side {
		w.codeSide(c, s, me)
	}
	n := len(s.Wire)
	number(c, &n)
	if c.bad || n < 0 || n > mostLetters {
		c.bad = true
		return
	}
	for i := range n {
		if c.reads {
			s.Wire = append(s.Wire, Letter{})
		}
		w.codeLetter(c, &s.Wire[i], s.Now)
	}
}

func (w *World) codeSide(c *coder, s *State, me int) {
	h, side := &w.sc.Peer[me], &s.Side[me]
	codeTCB(c, &side.TCB, h.Base, w.sc.Peer[1-me].Base)
	number(c, &side.Active)
	number(c, &side.Passive)
	number(c, &side.Accepts)
	number(c, &side.Crashes)
	c.yes(&side.Clean)
	number(c, &side.Inc)
	number(c, &side.PeerInc)
	number(c, &side.Sent)
	number(c, &side.Got)
	number(c, &side.Theirs)
	number(c, &side.Has)
	number(c, &side.Had)
	if h.Isn.Policy == netfake.Fresh {
		c.seq(&side.Used, h.Base)
	}
	st := side.TCB.State
	if w.timed() && st == model.Closed {
		c.until(&side.Quiet, s.Now)
	}
	if w.timed() && st == model.TimeWait {
		c.due(&side.WaitEnds, s.Now, h)
	}
	if w.timed() && st == model.FinWait2 {
		c.due(&side.OrphanEnds, s.Now, h)
	}
	if c.reads {
		side.TextSince, side.FinSince, side.FinHeard, side.ResendsAt = never, never, never, never
	}
	if h.RTO > 0 {
		waits := side.ResendsAt != never
		if c.yes(&waits); waits {
			c.due(&side.ResendsAt, s.Now, h)
			c.bad = c.bad || side.ResendsAt < 0 // no timer is due before the start
		}
	}
	if h.GiveUp > 0 {
		c.since(&side.TextSince, s.Now)
		c.since(&side.FinSince, s.Now)
		c.yes(&side.Spared)
	}
	if w.sc.Net.FirstAck {
		c.since(&side.FinHeard, s.Now)
	}
}

// codeTCB codes every variable of an endpoint.
func codeTCB(c *coder, t *model.TCB, mine, theirs model.Seq) {
	number(c, &t.State)
	number(c, &t.Marks)
	c.seq(&t.Iss, mine)
	c.seq(&t.Snd.Una, mine)
	c.seq(&t.Snd.Nxt, mine)
	c.seq(&t.Snd.Wl1, theirs)
	c.seq(&t.Snd.Wl2, mine)
	c.seq(&t.Snd.Up, mine)
	number(c, &t.Snd.Wnd)
	number(c, &t.Snd.MaxWnd)
	c.seq(&t.Irs, theirs)
	c.seq(&t.Rcv.Nxt, theirs)
	c.seq(&t.Rcv.Up, theirs)
	number(c, &t.Rcv.Wnd)
	number(c, &t.TS.Recent)
	c.seq(&t.TS.LastAckSent, theirs)
	for i := range t.Held {
		p := &t.Held[i]
		c.seq(&p.Seq, theirs)
		number(c, &p.Len)
		number(c, &p.Flags)
		number(c, &p.Ghost)
	}
	c.seq(&t.Old.SndNxt, mine)
	c.seq(&t.Old.RcvNxt, theirs)
	number(c, &t.Old.TSRecent)
	number(c, &t.Unsent)
	number(c, &t.Unread)
	number(c, &t.Wanted)
	number(c, &t.MSS)
	number(c, &t.SndShift)
	number(c, &t.RcvShift)
	number(c, &t.SynText)
}

func (w *World) codeLetter(c *coder, l *Letter, now int) {
	number(c, &l.To)
	if l.To != a && l.To != b {
		c.bad, l.To = true, a
	}
	p := &l.Seg
	c.seq(&p.Seq, w.sc.Peer[1-l.To].Base)
	c.seq(&p.Ack, w.sc.Peer[l.To].Base)
	number(c, &p.TSVal)
	number(c, &p.TSEcr)
	number(c, &p.Len)
	number(c, &p.Wnd)
	number(c, &p.Up)
	number(c, &p.MSS)
	number(c, &p.Flags)
	number(c, &p.Opts)
	number(c, &p.WScale)
	number(c, &l.From)
	number(c, &l.For)
	p.Ghost = label(l.From, l.For)
	c.since(&l.Sent, now)
}

// arrange puts the letters in order: by direction, and where the order of sending does not count by what they say.
func (w *World) arrange(s *State) {
	for i := 1; i < len(s.Wire); i++ {
		for k := i; k > 0 && w.before(&s.Wire[k], &s.Wire[k-1]); k-- {
			s.Wire[k], s.Wire[k-1] = s.Wire[k-1], s.Wire[k]
		}
	}
}

// before is that order.
func (w *World) before(x, y *Letter) bool {
	if x.To != y.To {
		return x.To < y.To
	}
	if w.sc.Net.InOrder || *x == *y {
		return false
	}
	p, q := &x.Seg, &y.Seg
	for _, d := range [...]int64{
		int64(p.Flags) - int64(q.Flags), int64(p.Seq) - int64(q.Seq), int64(p.Ack) - int64(q.Ack), int64(p.Len) - int64(q.Len),
		int64(x.From) - int64(y.From), int64(x.For) - int64(y.For), int64(x.Sent) - int64(y.Sent),
		int64(p.Wnd) - int64(q.Wnd), int64(p.TSVal) - int64(q.TSVal), int64(p.TSEcr) - int64(q.TSEcr),
		int64(p.Opts) - int64(q.Opts), int64(p.MSS) - int64(q.MSS), int64(p.Up) - int64(q.Up), int64(p.WScale) - int64(q.WScale),
	} {
		if d != 0 {
			return d < 0
		}
	}
	return false
}
