package capture

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"time"

	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// Options are the bounds of a judgement. The zero value of each means its default.
type Options struct {
	TwoMSL   time.Duration // how long TIME-WAIT lasts; 4 minutes (RFC 9293 §3.4.2: MSL is 2)
	Idle     time.Duration // a connection that is silent for this time is reported as it is; 2 hours (§3.8.4)
	Segments int           // segments without remarks that are kept of one connection, for its ladder; 1000
	Live     int           // connections followed at a time; 65536
	// Ladders is how many connections may have a ladder; 1000. When more have begun, no connection has one, and only
	// doubtful segments are kept.
	Ladders int
	Keep    func(wire.Flow) bool // the connections whose ladders are wanted; nil: all
}

// Summary is what was read and judged.
type Summary struct {
	Format       string         `json:"format"`
	Packets      int            `json:"packets"` // or lines
	Segments     int            `json:"segments"`
	Skipped      map[string]int `json:"skipped,omitempty"`
	BadChecksums int            `json:"badChecksums"` // normal if a network card computes them
	Connections  int            `json:"connections"`
	Opened       map[string]int `json:"opened"`
	Closed       map[string]int `json:"closed"` // by Connection.Ending
	Impossible   int            `json:"impossible"`
	Doubt        int            `json:"doubt"`
	Found        Tally          `json:"found,omitempty"`   // all remarks, the worst first
	Idle         int            `json:"idle,omitempty"`    // connections reported because they were silent for Idle
	Evicted      int            `json:"evicted,omitempty"` // connections given up because Live was reached
	Octets       uint64         `json:"octets"`            // Connection.Octets of all connections
}

// judge is the table of live connections.
type judge struct {
	o         Options
	live      map[wire.Flow]*conn
	ranks     [2]ranks // brief: over, or not open yet, to be forgotten after TwoMSL; lasting: after Idle
	started   int
	ladders   int // connections that had one
	emit      func(*Connection)
	sum       Summary
	now       time.Time
	strayICMP int       // ICMP errors about no connection that is alive
	ahead     bool      // the packet before was far ahead of now
	since     time.Time // when the first packet was captured
}

func newJudge(o Options, emit func(*Connection)) *judge {
	o.TwoMSL, o.Idle = orDefault(o.TwoMSL, 4*time.Minute), orDefault(o.Idle, 2*time.Hour)
	o.Segments, o.Live, o.Ladders = orDefault(o.Segments, 1000), orDefault(o.Live, 1<<16), orDefault(o.Ladders, 1000)
	j := &judge{o: o, live: map[wire.Flow]*conn{}, emit: emit}
	j.sum.Opened, j.sum.Closed = map[string]int{}, map[string]int{}
	return j
}

// Judge reads src to its end and calls emit for each connection when it is over, or when
// another takes its sockets, or at the end. An error of the source comes after all that was
// read before it has been judged; without any TCP the error is errNoTCP.
func Judge(src Source, o Options, emit func(*Connection)) (Summary, error) {
	j := newJudge(o, emit)
	j.sum.Format = src.Format()
	var failed error
	for {
		p, err := src.Next()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				failed = err
			}
			break
		}
		if p.ICMP != nil {
			j.icmp(p)
			continue
		}
		j.sum.Segments++
		if p.BadChecksum {
			j.sum.BadChecksums++
		}
		j.take(p)
	}
	j.finish()
	j.sum.Packets, j.sum.Skipped = src.Packets(), src.Skipped()
	if j.strayICMP > 0 {
		j.sum.Skipped = maps.Clone(j.sum.Skipped)
		if j.sum.Skipped == nil {
			j.sum.Skipped = map[string]int{}
		}
		j.sum.Skipped["ICMP error about a connection that is not in the capture"] = j.strayICMP
	}
	j.sum.Found.sort()
	if failed == nil && j.sum.Segments == 0 {
		failed = fmt.Errorf("%w: %d packets of %s", errNoTCP, j.sum.Packets, j.sum.Format)
	}
	return j.sum, failed
}

func orDefault[T int | time.Duration](v, d T) T {
	if v <= 0 {
		return d
	}
	return v
}

// keyOf is the same for both directions.
func keyOf(f wire.Flow) wire.Flow {
	if f.Dst.Compare(f.Src) < 0 {
		return f.Reverse()
	}
	return f
}

// take judges p, and ends what has been over, or silent, for long enough.
func (j *judge) take(p Packet) {
	if j.since.IsZero() {
		j.since = p.Time
	}
	j.sweep(p.Time)
	j.rank(j.assign(p))
}

// assign finds the connection of p, or begins one, or begins the next one on the same sockets.
func (j *judge) assign(p Packet) *conn {
	key := keyOf(p.Flow)
	c := j.live[key]
	if c == nil {
		c = j.begin(key, p)
		c.take(p)
		return c
	}
	from := c.from(p)
	x, y := c.pair(from)
	switch {
	case c.answersPending(p):
		// The SYN in mid-connection was answered: it has begun a new connection.
		syn := *c.pending
		next := j.renew(key, c, syn, remark("tcb-lost",
			"the peer answers the new SYN: "+c.from(syn).String()+" had lost the connection"))
		next.take(syn)
		next.take(p)
		return next
	case p.Seg.Has(model.SYN|model.ACK) && !p.Seg.Has(model.RST) && x.synSeen && x.iss != p.Seg.Seq && j.over(c, p):
		// Another connection, whose SYN is not in the capture.
		next := j.renew(key, c, p, j.reuse(c, p, from))
		next.take(p)
		return next
	case p.Seg.Flags&(model.SYN|model.ACK|model.RST) != model.SYN || x.seen && x.iss == p.Seg.Seq:
	case !x.seen && !x.rst && (c.fresh || y.acks && p.Seg.End() == y.ackMin): // both open at once
	case x.states&(setOf(model.Closed, model.Listen, model.TimeWait)) != 0 || c.dead():
		next := j.renew(key, c, p, j.reuse(c, p, from))
		next.take(p)
		return next
	default:
		if !c.notSent(p, p.Seg, from) {
			c.hold(p, from)
		}
		return c
	}
	if p.Seg.Has(model.SYN|model.ACK) && x.synSeen && x.iss != p.Seg.Seq && x.states.Has(model.Listen) {
		c.answerAnew(from)
	}
	c.take(p)
	return c
}

// icmp takes an ICMP error, and puts it beside the segment that it is about.
func (j *judge) icmp(p Packet) {
	c := j.live[keyOf(p.Flow)]
	if c == nil {
		j.strayICMP++
		return
	}
	from := c.from(p)
	r := remark("icmp-error", fmt.Sprintf("%v answers this with an ICMP error in packet %d: %s", p.ICMP.From, p.Number, p.ICMP.Meaning))
	c.icmp[from] = true
	for i := len(c.out.Segments) - 1; i >= 0; i-- {
		if s := &c.out.Segments[i]; s.From == from && s.Seg.Seq == p.ICMP.Seq {
			s.Remarks = append(s.Remarks, r)
			c.out.Found.add(RuleCount{r.Rule, r.Grade, 1})
			return
		}
	}
	r.Text = fmt.Sprintf("%v answers a segment of %v with an ICMP error in packet %d: %s", p.ICMP.From, from, p.Number, p.ICMP.Meaning)
	c.out.tell(r)
}

// over reports whether no end of c can still answer: c has ended, or was silent for 2MSL.
func (j *judge) over(c *conn, p Packet) bool {
	return c.dead() || !p.Time.IsZero() && !c.last.IsZero() && p.Time.Sub(c.last) >= j.o.TwoMSL
}

// answerAnew forgets the numbers of x, which went back to LISTEN and answers the SYN again, with a new initial number
// (RFC 9293 §3.10.7.2).
func (c *conn) answerAnew(from Side) {
	x, y := c.pair(from)
	*x = side{fresh: x.fresh, rst: x.rst, states: x.states}
	y.acks, y.edgeKnown, y.maxWnd = false, false, 0
	c.again = true
}

// msl is how long the network may keep a segment (RFC 9293 §3.4.2).
const msl = 2 * time.Minute

// hold keeps a SYN in mid-connection until the answer shows what it was. Its numbers do not count as numbers of the
// connection.
func (c *conn) hold(p Packet, from Side) {
	x, y := c.pair(from)
	c.pending = &p
	x.lost, x.lostHeard = p.Number, y.nxt
	x.lostOld = p.Time.IsZero() || p.Time.Sub(c.out.Start) < msl
	x.states |= setOf(model.SynSent)
	x.note(p.Seg, p.ID, p.Time)
	c.record(p, p.Seg, from, []Remark{remark("syn-in-connection",
		from.String()+" opens again without a close: it has lost the connection (crash, user timeout), or the SYN is not its own")})
	c.prev, c.prevFrom, c.last = p.Seg, from, p.Time
}

func (c *conn) answersPending(p Packet) bool {
	return c.pending != nil && p.Flow == c.pending.Flow.Reverse() && p.Seg.Has(model.ACK) &&
		p.Seg.Flags&(model.SYN|model.RST) != 0 && p.Seg.Ack == c.pending.Seg.End()
}

// dead reports whether a RST has ended the connection, or both FINs are acknowledged.
func (c *conn) dead() bool {
	a, b := c.side(A), c.side(B)
	return a.rst || b.rst || a.ackedFin && b.ackedFin
}

func (j *judge) begin(key wire.Flow, p Packet) *conn {
	if len(j.live) >= j.o.Live {
		j.evict()
	}
	limit := 0
	if j.o.Keep == nil || j.o.Keep(p.Flow) {
		if j.ladders++; j.ladders <= j.o.Ladders {
			limit = j.o.Segments
		}
	}
	if j.ladders == j.o.Ladders+1 {
		for _, c := range j.live {
			c.forgetLadder()
		}
		j.ladders++ // once is enough
	}
	c := newConn(p, limit)
	c.since = j.since
	if p.Relative {
		j.pointOut(c, p)
	}
	j.related(c, p)
	j.started++
	c.number = j.started
	j.live[key] = c
	return c
}

// renew ends c and begins the next incarnation with its SYN.
func (j *judge) renew(key wire.Flow, c *conn, syn Packet, r Remark) *conn {
	j.end(key, c)
	next := j.begin(key, syn)
	next.again = syn.Time.IsZero() || syn.Time.Sub(c.last) < j.o.TwoMSL
	for i := range next.oldWait {
		next.oldWait[i] = c.side(c.sideOf(next.out.Sockets[i])).states.Only(model.TimeWait)
	}
	next.out.tell(r)
	return next
}

// reuse returns the remark on a new incarnation: whose TIME-WAIT it ends early, if any.
func (j *judge) reuse(c *conn, p Packet, from Side) Remark {
	waits := func(s Side) bool { return c.side(s).states.Has(model.TimeWait) }
	within := fmt.Sprintf("the sockets are reused, after an unknown time, perhaps within 2MSL (%v)", j.o.TwoMSL)
	age := "after an unknown time"
	if !p.Time.IsZero() && !c.last.IsZero() {
		d := p.Time.Sub(c.last)
		age = d.Round(time.Microsecond).String() + " after the last segment of the one before"
		if d >= j.o.TwoMSL {
			return remark("reused", "the sockets are reused, "+age+": more than 2MSL")
		}
		within = "the sockets are reused, " + age + ", " + lateness(d, j.o.TwoMSL)
	}
	switch {
	case waits(from) && c.side(from).states.Only(model.TimeWait):
		return remark("open-in-time-wait", within+": by "+from.String()+", which was in TIME-WAIT and could not OPEN")
	case waits(1-from) && c.side(1-from).states.Only(model.TimeWait):
		return remark("reused", within+", while "+(1-from).String()+
			" of it was in TIME-WAIT: "+admitted(c.side(from), p))
	case waits(A) || waits(B):
		return remark("reused", within+", while one end of it may have been in TIME-WAIT")
	}
	return remark("reused", "the sockets are reused, "+age+"; no end was in TIME-WAIT")
}

// maxNeighbours bounds the search of pointOut: it is meant for short texts.
const maxNeighbours = 100

// pointOut remarks that a line with relative numbers does not belong to the connection before it, although the hosts are
// the same.
func (j *judge) pointOut(c *conn, p Packet) {
	if len(j.live) > maxNeighbours {
		return
	}
	var near *conn
	for _, o := range j.live {
		if sameHosts(o.out.Sockets, p.Flow) && (near == nil || o.number > near.number) {
			near = o
		}
	}
	if near == nil {
		return
	}
	c.out.tell(remark("other-ports", fmt.Sprintf(
		"not part of the connection %v, %v before it: the hosts are the same, but a port differs, and a connection is a pair of sockets",
		near.out.Sockets[A], near.out.Sockets[B])))
}

func sameHosts(s [2]netip.AddrPort, f wire.Flow) bool {
	a, b, src, dst := s[A].Addr(), s[B].Addr(), f.Src.Addr(), f.Dst.Addr()
	return a == src && b == dst || a == dst && b == src
}
