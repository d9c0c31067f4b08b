// Package collect makes a certificate of a search: it translates the states that package explore found into states of
// package twin.
//
// A state of netfake omits what nothing reads; the twin keeps it.  So one state of the search can stand for several
// states of the twin.  They are collected along the edges of the search: where the search took a step, the twin takes
// the same one.  What the search did not find is not in the certificate.  If netfake and the twin behave differently,
// the certificate is wrong there, and package certify refuses it.
package collect

import (
	"context"
	"fmt"
	"slices"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/certify"
	"github.com/tcpcheck/tcpcheck/internal/twin"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Graph is what a search of a whole system has found.
type Graph = explore.Graph[netfake.State, netfake.Action]

// pair is a state that was found, and one of the twin that lies over it.
type pair struct{ node, twin uint32 }

// collector carries the twin along the edges of a graph.
type collector struct {
	sys   *netfake.System
	graph *Graph
	world *twin.World
	set   *certify.Set
	node  []uint32          // for each state of the twin, the first that it lies over
	more  map[pair]struct{} // and the others
	todo  []pair
}

// States collects the states of the twin over those of a graph of sys, which must not be reduced. Now and then it calls
// progress, which may be nil, with how many there are so far.
func States(ctx context.Context, sys *netfake.System, g *Graph, progress func(states int)) (*certify.Set, error) {
	c := newCollector(sys, g)
	if err := c.run(ctx, progress); err != nil {
		return nil, err
	}
	return c.set, nil
}

func newCollector(sys *netfake.System, g *Graph) *collector {
	return &collector{sys: sys, graph: g, world: twin.New(sys.Scenario()), set: certify.NewSet(), more: map[pair]struct{}{}}
}

func (c *collector) run(ctx context.Context, progress func(states int)) error {
	first := c.world.Init()
	c.add(c.sys.Init()[0], c.world.Encode(nil, &first))
	var e expansion
	for n := 0; len(c.todo) > 0; n++ {
		if n%1024 == 0 {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if progress != nil {
				progress(c.set.Len())
			}
		}
		p := c.todo[len(c.todo)-1]
		c.todo = c.todo[:len(c.todo)-1]
		if err := c.expand(p, &e); err != nil {
			return err
		}
	}
	return c.covered()
}

// expansion is what expand reuses.
type expansion struct {
	from, to twin.State
	actions  []netfake.Action
	next     []netfake.State
	code     []byte
}

// expand takes every step of netfake from a pair, and the twin takes the same.
func (c *collector) expand(p pair, e *expansion) error {
	s := c.graph.Node(int(p.node)).State
	if err := c.world.Decode(&e.from, c.set.Code(int(p.twin))); err != nil {
		return err
	}
	w := c.sys.Unpack(s)
	wire := w.Wire(c.sys)
	e.actions = c.sys.Actions(e.actions[:0], s)
	e.next = c.sys.Expand(e.next[:0], &s, e.actions)
	for i, a := range e.actions {
		act, ok := c.same(wire, &e.from, a)
		if !ok {
			return fmt.Errorf("the twin does not know what netfake does: %v, in the state %s", a, c.world.Describe(&e.from))
		}
		e.to.Set(&e.from)
		c.world.Step(&e.to, act)
		e.code = c.world.Encode(e.code[:0], &e.to)
		c.add(e.next[i], e.code)
	}
	return nil
}

// add notes a state of the twin over a state of netfake, if the search found that one.
func (c *collector) add(s netfake.State, code []byte) {
	node, ok := c.graph.Find(s)
	if !ok {
		return // the certificate will lack it
	}
	i, fresh := c.set.Add(code)
	p := pair{uint32(node), uint32(i)}
	if fresh {
		c.node = append(c.node, p.node)
	} else if c.node[i] == p.node {
		return
	} else if _, ok := c.more[p]; ok {
		return
	} else {
		c.more[p] = struct{}{}
	}
	c.todo = append(c.todo, p)
}

// covered reports what the search found and the twin did not come to.
func (c *collector) covered() error {
	over := make([]bool, c.graph.Len())
	for _, node := range c.node {
		over[node] = true
	}
	for p := range c.more {
		over[p.node] = true
	}
	if i := slices.Index(over, false); i >= 0 {
		return fmt.Errorf("state %d of those that the search found cannot be reached step by step", i)
	}
	return nil
}

// same is an action of netfake as the twin has it.
func (c *collector) same(wire []netfake.Packet, s *twin.State, a netfake.Action) (act twin.Action, ok bool) {
	act = twin.Action{Kind: a.Kind, Side: int(a.Peer), Letter: int(a.Index), Draw: int(a.Choice)}
	switch a.Kind {
	case netfake.Deliver, netfake.DeliverKeep, netfake.Lose:
		before := 0 // of the same direction
		for i := range wire[:a.Index] {
			if wire[i].Dst == wire[a.Index].Dst {
				before++
			}
		}
		act.Letter, ok = c.letter(s, &wire[a.Index], before)
		return act, ok
	}
	return act, true
}

// letter finds a packet on the wire of the twin. Where the order counts it is the one with as many before it.
func (c *collector) letter(s *twin.State, p *netfake.Packet, before int) (i int, ok bool) {
	inOrder := c.sys.Scenario().Net.InOrder
	for i := range s.Wire {
		l := &s.Wire[i]
		if l.To != p.Dst {
			continue
		}
		if inOrder {
			if before--; before >= 0 {
				continue
			}
		}
		if s.Now-l.Sent == p.Age && l.From == p.Inc && l.For == p.To && sameSegment(&l.Seg, &p.Seg) {
			return i, true
		}
	}
	return 0, false
}

// sameSegment compares what netfake keeps of a segment.
func sameSegment(x, y *model.Segment) bool {
	return x.Flags == y.Flags && x.Seq == y.Seq && x.Ack == y.Ack && x.Len == y.Len && x.Wnd == y.Wnd &&
		x.Opts&model.OptTimestamps == y.Opts&model.OptTimestamps && x.TSVal == y.TSVal && x.TSEcr == y.TSEcr
}
