package export

import (
	"fmt"
	"slices"
	"time"

	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// arrives reports whether a segment came to an endpoint.
func arrives(t *netfake.Transition) bool { return t.Arrival() && t.Action.Kind != netfake.Lose }

// times are when the steps happen.
func times(run []netfake.Transition) []time.Duration {
	most, inTick := 1, map[int]int{}
	for _, t := range run {
		inTick[t.Tick]++
		most = max(most, inTick[t.Tick])
	}
	apart := min(time.Millisecond, (time.Second / time.Duration(most+1)).Truncate(time.Microsecond))
	list := make([]time.Duration, len(run))
	for i, t := range run {
		list[i] = time.Duration(t.Tick) * time.Second
		if i > 0 && run[i-1].Tick == t.Tick {
			list[i] = list[i-1] + apart
		}
	}
	return list
}

// sent are the segments of a step. The world keeps no option but these two, so that a SYN arrives
// with no other.
func sent(t *netfake.Transition) []netfake.Packet {
	list := slices.Clone(t.Sent)
	for i := range list {
		list[i].Seg.Opts &= model.OptMSS | model.OptTimestamps
	}
	return list
}

// Point is where a run is looked at.
type Point string

// The points.
const (
	AtA    Point = "A"
	AtB    Point = "B"
	AtWire Point = "wire"
)

// Points are all of them.
var Points = []Point{AtA, AtB, AtWire}

// ParsePoint finds a point by its name.
func ParsePoint(name string) (Point, error) {
	if !slices.Contains(Points, Point(name)) {
		return "", fmt.Errorf("found %q, expected one of A, B, wire", name)
	}
	return Point(name), nil
}

// seen is a segment that passes a point.
type seen struct {
	netfake.Packet
	at      time.Duration
	comment string
}

// passing lists the segments that pass a point, in order.
func passing(run []netfake.Transition, at Point) (all []seen) {
	when, notes := times(run), ladder.Origins(run)
	foreign := map[netfake.Packet]bool{}
	for i := range run {
		t := &run[i]
		p := t.Packet
		first := p // of those that no endpoint of the run sent
		first.Age = 0
		shown := string(at) == netfake.PeerName(p.Dst)
		if at == AtWire {
			shown = p.Old() && !foreign[first]
		}
		side := netfake.PeerName(t.Side())
		if arrives(t) && shown {
			foreign[first] = true
			all = append(all, seen{p, when[i], fmt.Sprintf("step %d: %v arrives at %s", t.N, p, side) + noted(notes[i])})
		}
		for k, p := range sent(t) {
			if at == AtWire || string(at) != netfake.PeerName(p.Dst) {
				after := time.Duration(k+1) * time.Microsecond
				all = append(all, seen{p, when[i] + after, fmt.Sprintf("step %d: %v is sent at %q by %s", t.N, p, ladder.Event(t), side)})
			}
		}
	}
	return all
}

func noted(note string) string {
	if note == "" {
		return ""
	}
	return " " + note
}
