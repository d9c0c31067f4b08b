// Command alternatingbit checks the alternating bit protocol (Bartlett, Scantlebury, Wilkinson, CACM 1969): over channels
// that keep the order, but lose and duplicate, one bit is enough to deliver every message once and in order.
//
//	go run ./explore/examples/alternatingbit               VERIFIED
//	go run ./explore/examples/alternatingbit -reorder      a run in which the bit is not enough
package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/explore/command"
)

const (
	messages = 4 // that are to be delivered
	room     = 2 // packets in a channel
)

// packet is a message, or an acknowledgment of one, with its bit.
type packet struct {
	used    bool
	bit     uint8
	message uint8
}

// channel holds packets from the oldest on.
type channel [room]packet

func (c channel) String() string {
	var list []string
	for _, q := range c {
		if q.used {
			list = append(list, fmt.Sprintf("bit %d of message %d", q.bit, q.message))
		}
	}
	return "[" + strings.Join(list, ", ") + "]"
}

type state struct {
	Sent, Delivered uint8 // messages
	Wrong           bool  // a message was delivered twice, or not in its turn
	Data, Acks      channel
}

// protocol is the system. reorder lets any packet of a channel arrive.
type protocol struct{ reorder bool }

func (protocol) Init() []state { return []state{{}} }

// action is what happens: to packet number i of a channel, if it is about one.
type action struct {
	what string
	i    int
}

func (a action) String() string {
	if a.i < 0 {
		return a.what
	}
	return fmt.Sprintf("%s %d", a.what, a.i)
}

func (p protocol) Actions(dst []action, s state) []action {
	if s.Sent < messages && s.Data.put(packet{}) != nil {
		dst = append(dst, action{"send", -1}) // again and again, until its acknowledgment comes
	}
	for _, c := range []struct {
		name    string
		packets channel
	}{{"data", s.Data}, {"ack", s.Acks}} {
		for i, q := range c.packets {
			if q.used && (i == 0 || p.reorder) {
				dst = append(dst, action{c.name + " arrives", i}, action{c.name + " is lost", i})
				if c.packets.put(q) != nil {
					dst = append(dst, action{c.name + " is duplicated", i})
				}
			}
		}
	}
	return dst
}

func (p protocol) Step(s state, a action) state {
	switch a.what {
	case "send":
		s.Data = *s.Data.put(packet{true, s.Sent % 2, s.Sent})
	case "data arrives":
		q := s.Data.take(a.i)
		if q.bit == s.Delivered%2 { // it is the one that is awaited, as far as its bit says
			s.Wrong = s.Wrong || q.message != s.Delivered
			s.Delivered++
		}
		if acks := s.Acks.put(packet{true, q.bit, q.message}); acks != nil { // else it is lost
			s.Acks = *acks
		}
	case "ack arrives":
		if q := s.Acks.take(a.i); q.bit == s.Sent%2 {
			s.Sent++
		}
	case "data is lost":
		s.Data.take(a.i)
	case "ack is lost":
		s.Acks.take(a.i)
	case "data is duplicated":
		s.Data = *s.Data.put(s.Data[a.i])
	case "ack is duplicated":
		s.Acks = *s.Acks.put(s.Acks[a.i])
	}
	return s
}

// put returns the channel with q behind the others; nil if there is no room.
func (c channel) put(q packet) *channel {
	for i := range c {
		if !c[i].used {
			c[i] = q
			return &c
		}
	}
	return nil
}

// take removes packet i.
func (c *channel) take(i int) packet {
	q := c[i]
	copy(c[i:], c[i+1:])
	c[room-1] = packet{}
	return q
}

func question() explore.Options[state, action] {
	return explore.Options[state, action]{
		Always: []explore.Predicate[state]{
			{Name: "each message is delivered once and in order", Holds: func(s state) bool { return !s.Wrong }},
		},
		Sometimes: []explore.Predicate[state]{
			{Name: "all messages are delivered", Holds: func(s state) bool { return s.Delivered == messages }},
		},
	}
}

func main() {
	var p protocol
	if i := slices.Index(os.Args, "-reorder"); i > 0 {
		p.reorder = true
		os.Args = slices.Delete(os.Args, i, i+1)
	}
	command.Main("alternatingbit", p, question(), explore.RunStyle[state, action]{})
}
