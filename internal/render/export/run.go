package export

import (
	"fmt"
	"slices"
	"time"

	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// moment is one step of a run, when it happens, and what is said about it.
type moment struct {
	netfake.Transition
	at   time.Duration
	line ladder.Step
}

// arrives reports whether a segment came to an endpoint.
func (m *moment) arrives() bool { return m.Arrival() && m.Action.Kind != netfake.Lose }

// follow carries the run out. It fails at an action that is not enabled.
func follow(sys *netfake.System, run netfake.Run) ([]moment, error) {
	steps, err := sys.Replay(run)
	if err != nil {
		return nil, err
	}
	lines := ladder.Describe(sys, steps)
	most, inTick := 1, map[int]int{}
	for _, t := range steps {
		inTick[t.Tick]++
		most = max(most, inTick[t.Tick])
	}
	apart := min(time.Millisecond, (time.Second / time.Duration(most+1)).Truncate(time.Microsecond))
	list := make([]moment, len(steps))
	tick, n := -1, 0
	for i, t := range steps {
		if t.Tick != tick {
			tick, n = t.Tick, 0
		}
		list[i] = moment{t, time.Duration(tick)*time.Second + time.Duration(n)*apart, lines[i]}
		n++
		// The world keeps no option but these two, so that a SYN arrives with no other.
		for k := range t.Sent {
			t.Sent[k].Seg.Opts &= model.OptMSS | model.OptTimestamps
		}
	}
	return list, nil
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
func passing(list []moment, at Point) (all []seen) {
	foreign := map[netfake.Packet]bool{}
	for i := range list {
		m := &list[i]
		p := m.Packet
		first := p // of those that no endpoint of the run sent
		first.Age = 0
		shown := string(at) == netfake.PeerName(p.Dst)
		if at == AtWire {
			shown = p.Old() && !foreign[first]
		}
		if m.arrives() && shown {
			foreign[first] = true
			all = append(all, seen{p, m.at, fmt.Sprintf("step %d: %v arrives at %s", m.line.N, p, m.line.At) + noted(m.line.Note)})
		}
		for k, p := range m.Sent {
			if at == AtWire || string(at) != netfake.PeerName(p.Dst) {
				after := time.Duration(k+1) * time.Microsecond
				all = append(all, seen{p, m.at + after, fmt.Sprintf("step %d: %v is sent at %q by %s", m.line.N, p, m.line.Event, m.line.At)})
			}
		}
	}
	return all
}

func noted(note string) string {
	if note == "" {
		return ""
	}
	return " (" + note + ")"
}
