package trace

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"sort"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/wire"
)

// Options are the bounds of a judgement. The zero value of each means its default.
type Options struct {
	TwoMSL   time.Duration // how long TIME-WAIT lasts; 4 minutes (RFC 9293 §3.4.2: MSL is 2)
	Segments int           // unremarkable segments kept of one connection; 1000
	Live     int           // connections followed at a time; 16384
}

// Summary is what was read and judged.
type Summary struct {
	Format       string         `json:"format"`
	Packets      int            `json:"packets"` // or lines
	Segments     int            `json:"segments"`
	Skipped      map[string]int `json:"skipped,omitempty"`
	BadChecksums int            `json:"badChecksums"` // ordinary where a network card computes them
	Connections  int            `json:"connections"`
	Opened       map[string]int `json:"opened"`
	Closed       map[string]int `json:"closed"`
	Impossible   int            `json:"impossible"`
	Doubt        int            `json:"doubt"`
	Evicted      int            `json:"evicted"` // connections given up because Live was reached
}

// judge is the table of live connections.
type judge struct {
	o       Options
	live    map[wire.Flow]*conn
	order   map[*conn]int
	started int
	emit    func(*Connection)
	sum     Summary
	swept   time.Time
	since   int // segments since then
}

// Judge reads src to its end and calls emit for each connection when it is over, or when
// another takes its sockets, or at the end. An error of the source comes after all that was
// read before it has been judged; without any TCP the error is ErrNoTCP.
func Judge(src Source, o Options, emit func(*Connection)) (Summary, error) {
	o.TwoMSL, o.Segments, o.Live = orDefault(o.TwoMSL, 4*time.Minute), orDefault(o.Segments, 1000), orDefault(o.Live, 1<<14)
	j := &judge{o: o, live: map[wire.Flow]*conn{}, order: map[*conn]int{}, emit: emit}
	j.sum.Format = src.Format()
	j.sum.Opened, j.sum.Closed = map[string]int{}, map[string]int{}
	var failed error
	for {
		p, err := src.Next()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				failed = err
			}
			break
		}
		j.sum.Segments++
		if p.BadChecksum {
			j.sum.BadChecksums++
		}
		j.take(p)
		j.sweep(p.Time)
	}
	j.flush(func(*conn) bool { return true })
	j.sum.Packets, j.sum.Skipped = src.Packets(), src.Skipped()
	if failed == nil && j.sum.Segments == 0 {
		failed = fmt.Errorf("%w: %d packets of %s", ErrNoTCP, j.sum.Packets, j.sum.Format)
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

// take finds the connection of p, or begins one, or begins the next one on the same sockets.
func (j *judge) take(p Packet) {
	key := keyOf(p.Flow)
	c := j.live[key]
	if c == nil {
		j.begin(key, p).take(p)
		return
	}
	from := c.from(p)
	x, y := c.pair(from)
	switch {
	case c.answersPending(p):
		// The SYN in mid-connection was answered: it has begun a new connection.
		syn := *c.pending
		j.renew(key, c, syn, remark("tcb-lost", "the peer answers the new SYN: "+c.from(syn).String()+" had lost the connection")).take(syn)
		j.live[key].take(p)
		return
	case p.Seg.Flags&(model.SYN|model.ACK|model.RST) != model.SYN || x.seen && x.iss == p.Seg.Seq:
	case !x.seen && !x.rst && (c.fresh || y.acks && p.Seg.End() == y.ackMin): // both open at once
	case x.states&(setOf(model.Closed, model.Listen, model.TimeWait)) != 0 || c.dead():
		j.renew(key, c, p, j.reuse(c, p, from)).take(p)
		return
	default:
		c.hold(p, from)
		return
	}
	if p.Seg.Has(model.SYN|model.ACK) && x.synSeen && x.iss != p.Seg.Seq && x.states.Has(model.Listen) {
		c.answerAnew(from)
	}
	c.take(p)
}

// answerAnew forgets the numbers of x, who went back to LISTEN and answers the SYN once more,
// with an initial number of now (RFC 9293 §3.10.7.2).
func (c *conn) answerAnew(from Side) {
	x, y := c.pair(from)
	*x = side{fresh: x.fresh, rst: x.rst, states: x.states}
	y.acks, y.edgeKnown, y.maxWnd = false, false, 0
	c.again = true
}

// hold keeps a SYN in mid-connection, until the answer tells what it was. Its numbers are not
// counted among those of the connection.
func (c *conn) hold(p Packet, from Side) {
	x, _ := c.pair(from)
	c.pending = &p
	x.lost = p.Number
	x.states |= setOf(model.SynSent)
	c.record(p, p.Seg, from, []Remark{remark("syn-in-connection",
		from.String()+" opens again without having closed: it has lost the connection (crash, user timeout), or the SYN is not its own")})
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
	c := newConn(p, j.o.Segments)
	if p.Relative {
		j.pointOut(c, p)
	}
	j.live[key] = c
	j.started++
	j.order[c] = j.started
	return c
}

// renew ends c and begins the next incarnation with its SYN.
func (j *judge) renew(key wire.Flow, c *conn, syn Packet, r Remark) *conn {
	j.end(key, c)
	next := j.begin(key, syn)
	next.again = syn.Time.IsZero() || syn.Time.Sub(c.last) < j.o.TwoMSL
	next.out.Remarks = append(next.out.Remarks, r)
	return next
}

// reuse is the remark on a new incarnation: whose TIME-WAIT it cuts short, if any.
func (j *judge) reuse(c *conn, p Packet, from Side) Remark {
	waits := func(s Side) bool { return c.side(s).states.Has(model.TimeWait) }
	age := "after an unknown time"
	if !p.Time.IsZero() && !c.last.IsZero() {
		d := p.Time.Sub(c.last)
		age = d.Round(time.Microsecond).String() + " after the last segment of the one before"
		if d >= j.o.TwoMSL {
			return remark("reused", "the sockets are used again, "+age+": more than 2MSL")
		}
	}
	within := fmt.Sprintf("the sockets are used again, %s, within 2MSL (%v; Linux waits 60s)", age, j.o.TwoMSL)
	switch {
	case waits(from) && c.side(from).states.Only(model.TimeWait):
		return remark("open-in-time-wait", within+": by "+from.String()+", who was in TIME-WAIT and could not OPEN")
	case waits(1-from) && c.side(1-from).states.Only(model.TimeWait):
		return remark("reused", within+", while "+(1-from).String()+" of it was in TIME-WAIT: allowed if the new SYN is above the old numbers")
	case waits(A) || waits(B):
		return remark("reused", within+", while one end of it may have been in TIME-WAIT")
	}
	return remark("reused", "the sockets are used again, "+age+"; nobody was in TIME-WAIT")
}

// maxNeighbours bounds the search of pointOut: it is meant for short texts.
const maxNeighbours = 100

// pointOut says to which connection a line with relative numbers does not belong, though it
// follows on it and is between the same hosts.
func (j *judge) pointOut(c *conn, p Packet) {
	if len(j.live) > maxNeighbours {
		return
	}
	var near *conn
	for _, o := range j.live {
		if sameHosts(o.out.Sockets, p.Flow) && (near == nil || j.order[o] > j.order[near]) {
			near = o
		}
	}
	if near == nil {
		return
	}
	c.out.Remarks = append(c.out.Remarks, remark("other-ports", fmt.Sprintf(
		"not part of the connection %v, %v before it, though between the same hosts: a connection is a pair of sockets, and a port differs",
		near.out.Sockets[A], near.out.Sockets[B])))
}

func sameHosts(s [2]netip.AddrPort, f wire.Flow) bool {
	a, b, src, dst := s[A].Addr(), s[B].Addr(), f.Src.Addr(), f.Dst.Addr()
	return a == src && b == dst || a == dst && b == src
}

func (j *judge) end(key wire.Flow, c *conn) {
	delete(j.live, key)
	delete(j.order, c)
	c.finish()
	j.sum.Connections++
	j.sum.Opened[c.out.Opened]++
	j.sum.Closed[c.out.Closed]++
	j.sum.Impossible += c.out.Count(Impossible)
	j.sum.Doubt += c.out.Count(Doubt)
	j.emit(&c.out)
}

// flush ends the connections that match, in the order in which they began.
func (j *judge) flush(match func(*conn) bool) {
	var keys []wire.Flow
	for k, c := range j.live {
		if match(c) {
			keys = append(keys, k)
		}
	}
	sort.Slice(keys, func(a, b int) bool { return j.order[j.live[keys[a]]] < j.order[j.live[keys[b]]] })
	for _, k := range keys {
		j.end(k, j.live[k])
	}
}

// sweep ends what has been over for 2MSL; now and then, since it looks at all that lives.
func (j *judge) sweep(now time.Time) {
	j.since++
	if now.Sub(j.swept) < 10*time.Second || j.since < len(j.live) {
		return
	}
	j.swept, j.since = now, 0
	j.flush(func(c *conn) bool { return c.dead() && now.Sub(c.last) >= j.o.TwoMSL })
}

// evict makes room: what is over goes, and if that is little, the quarter that began first.
func (j *judge) evict() {
	j.flush((*conn).dead)
	over := len(j.live) - j.o.Live*3/4
	if over <= 0 {
		return
	}
	began := make([]int, 0, len(j.order))
	for _, n := range j.order {
		began = append(began, n)
	}
	sort.Ints(began)
	last := began[over-1]
	j.flush(func(c *conn) bool { return j.order[c] <= last })
	j.sum.Evicted += over
}
