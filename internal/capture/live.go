package capture

import (
	"slices"
	"time"

	"github.com/tcpcheck/tcpcheck/internal/wire"
)

// ranks is a list of live connections, the one silent for longest first.
type ranks struct{ oldest, newest *conn }

func (r *ranks) remove(c *conn) {
	if c.older != nil {
		c.older.newer = c.newer
	} else {
		r.oldest = c.newer
	}
	if c.newer != nil {
		c.newer.older = c.older
	} else {
		r.newest = c.older
	}
	c.older, c.newer = nil, nil
}

func (r *ranks) append(c *conn) {
	c.older = r.newest
	if r.newest != nil {
		r.newest.newer = c
	} else {
		r.oldest = c
	}
	r.newest = c
}

// The lists of judge.ranks.
const (
	brief = iota
	lasting
)

// rank moves c, which has just had a segment, to the end of its list.
func (j *judge) rank(c *conn) {
	r := &j.ranks[lasting]
	if c.dead() || !c.mutual() {
		r = &j.ranks[brief]
	}
	if c.rank == r && r.newest == c {
		return
	}
	if c.rank != nil {
		c.rank.remove(c)
	}
	c.rank = r
	r.append(c)
}

// mutual reports whether both ends have sent something. An unanswered SYN, of which scans send millions, is dropped sooner
// than a connection.
func (c *conn) mutual() bool { return c.self || c.sides[A].seen && c.sides[B].seen || !c.fresh }

func (j *judge) end(key wire.Flow, c *conn) {
	delete(j.live, key)
	if c.rank != nil {
		c.rank.remove(c)
		c.rank = nil
	}
	c.finish()
	j.sum.Connections++
	j.sum.Opened[c.out.Opened]++
	j.sum.Closed[c.out.Ending()]++
	j.sum.Impossible += c.out.Count(Impossible)
	j.sum.Doubt += c.out.Count(Doubt)
	j.sum.Octets += c.out.Octets[A] + c.out.Octets[B]
	for _, r := range c.out.Found {
		j.sum.Found.add(r)
	}
	j.emit(&c.out)
}

// key is that of judge.live.
func (c *conn) key() wire.Flow {
	return keyOf(wire.Flow{Src: c.out.Sockets[A], Dst: c.out.Sockets[B]})
}

// finish ends all connections, in the order in which they began.
func (j *judge) finish() {
	var rest []*conn
	for _, c := range j.live {
		rest = append(rest, c)
	}
	slices.SortFunc(rest, func(a, b *conn) int { return a.number - b.number })
	for _, c := range rest {
		j.end(c.key(), c)
	}
}

// maxLeap is how far the clock of a capture goes on at once. A single packet further on has a
// wrong time, for which no connection is given up.
const maxLeap = time.Hour

// sweep ends what has been silent for long enough.
func (j *judge) sweep(now time.Time) {
	leap := now.Sub(j.now)
	if leap <= 0 || leap > maxLeap && !j.ahead && !j.now.IsZero() {
		j.ahead = leap > maxLeap
		return
	}
	j.now, j.ahead = now, false
	for i, wait := range [...]time.Duration{brief: j.o.TwoMSL, lasting: j.o.Idle} {
		for c := j.ranks[i].oldest; c != nil && now.Sub(c.last) >= wait; c = j.ranks[i].oldest {
			if i == lasting {
				j.sum.Idle++
			}
			j.end(c.key(), c)
		}
	}
}

// evict makes room for one more connection. Ended and unopened ones are dropped first, then the others; of each, the one
// without a segment for the longest time.
func (j *judge) evict() {
	c := j.ranks[brief].oldest
	if c == nil {
		c = j.ranks[lasting].oldest
	}
	if !c.dead() {
		j.sum.Evicted++
	}
	j.end(c.key(), c)
}
