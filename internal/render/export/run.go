package export

import (
	"fmt"
	"slices"
	"time"

	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// moment is one step of a run, with what it did.
type moment struct {
	netfake.Happening
	action        netfake.Action
	at            time.Duration
	line          ladder.Step
	before, after netfake.World
}

// arrival reports whether a segment came to an endpoint.
func (m *moment) arrival() bool {
	switch m.action.Kind {
	case netfake.Deliver, netfake.DeliverKeep, netfake.Inject:
		return true
	}
	return false
}

// follow carries the run out. It fails at an action that is not enabled.
func follow(sys *netfake.System, run []netfake.Action) ([]moment, error) {
	lines, err := ladder.Steps(sys, run)
	if err != nil {
		return nil, err
	}
	most, inTick := 1, map[int]int{}
	for _, l := range lines {
		inTick[l.Tick]++
		most = max(most, inTick[l.Tick])
	}
	apart := min(time.Millisecond, (time.Second / time.Duration(most+1)).Truncate(time.Microsecond))
	s := sys.Init()[0]
	var list []moment
	tick, n := -1, 0
	for i, a := range run {
		if lines[i].Tick != tick {
			tick, n = lines[i].Tick, 0
		}
		m := moment{action: a, line: lines[i], before: sys.Unpack(s), at: time.Duration(tick)*time.Second + time.Duration(n)*apart}
		n++
		w := m.before
		sys.Apply(&w, a, &m.Happening)
		s = sys.Step(s, a)
		m.after = sys.Unpack(s)
		// The world keeps no option but these two, so that a SYN arrives with no other.
		for k := range m.Sent {
			m.Sent[k].Seg.Opts &= model.OptMSS | model.OptTimestamps
		}
		list = append(list, m)
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
		if m.arrival() && shown {
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
