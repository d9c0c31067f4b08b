package capture

import (
	"encoding/binary"
	"fmt"
	"io"
	"net/netip"
	"testing"
	"time"

	"github.com/gopacket/gopacket/layers"

	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

var lossy = traffic{conns: 200, live: 20, text: 20000, mss: 1000, loss: 50, v6: true, step: time.Millisecond}

// judgedSome judges those packets of honest endpoints that were captured.
func judgedSome(t *testing.T, captured func(i int, p Packet) bool) ([]*Connection, Summary) {
	t.Helper()
	l := new(list)
	for i, p := range lossy.packets() {
		if captured(i, p) {
			l.ps = append(l.ps, p)
		}
	}
	return judged(t, l)
}

// A capture of one direction shows nothing impossible, and is no unanswered SYN.
func TestOneDirection(t *testing.T) {
	for _, server := range []bool{true, false} {
		_, sum := judgedSome(t, func(_ int, p Packet) bool { return (p.Flow.Src.Port() == 80) == server })
		if sum.Impossible > 0 || sum.Opened[openedUnseen] != sum.Found.find("one-direction") || sum.Opened[openedUnseen] < 150 {
			t.Errorf("from the server %v: one direction is told, and nothing impossible, got %+v", server, sum)
		}
	}
}

func (t Tally) find(rule string) (n int) {
	for _, r := range t {
		if r.Rule == rule {
			n += r.Count
		}
	}
	return n
}

func TestCaptureFromTheMiddle(t *testing.T) {
	for _, skip := range []int{1, 100, 5000, 9999} {
		if _, sum := judgedSome(t, func(i int, _ Packet) bool { return i >= skip }); sum.Impossible > 0 {
			t.Errorf("%d packets were missed, and nothing is impossible, got %+v", skip, sum)
		}
	}
}

// What an end acknowledges, and the other goes on from, was sent though the capture does not show
// it; if the other goes back, it was not.
func TestGapsAreDoubts(t *testing.T) {
	text := func() *list { return established().add(A, 101, 301, ack, 10).add(B, 301, 121, ack, 0) }
	for _, tt := range []struct {
		claim             string
		l                 *list
		impossible, doubt int
		gap               bool
	}{
		{"an ACK of a segment that is missing", text().add(A, 121, 301, ack, 10), 0, 1, true},
		{"an ACK of what is sent later, or again", text().add(A, 111, 301, ack, 10), 0, 1, false},
		{"an ACK that is answered from the old number", text().add(A, 111, 301, ack, 0), 1, 1, false},
		{"a gap that is acknowledged", text().add(A, 131, 301, ack, 10).add(B, 301, 141, ack, 0).add(B, 301, 999, ack, 0), 0, 2, true},
	} {
		conns, sum := judged(t, tt.l)
		if sum.Impossible != tt.impossible || sum.Doubt != tt.doubt || (sum.Found.find("capture-gap") == 1) != tt.gap {
			t.Errorf("%s: want %d impossible, %d doubtful, got %+v\n%s", tt.claim, tt.impossible, tt.doubt, sum, draw(conns))
		}
	}
}

// generated is a source that makes packets as they are asked for.
type generated struct {
	counts
	next func(n int) (Packet, bool)
}

func (g *generated) Format() string { return "generated" }

func (g *generated) Next() (Packet, error) {
	p, ok := g.next(g.packets)
	if !ok {
		return p, io.EOF
	}
	g.packets++
	p.Number = g.packets
	return p, nil
}

// longTalk is an established connection over which A sends n segments of 65,000 octets.
func longTalk(n int) *generated {
	opening := established().ps
	return &generated{next: func(i int) (Packet, bool) {
		p := Packet{Flow: flowAB, Time: time.Unix(1000, int64(i)*1e6)}
		k := (i - len(opening)) / 2
		sent := model.Seq(101) + model.Seq(uint32(uint64(k)*65000))
		switch {
		case i < len(opening):
			p = opening[i]
			p.Seg.Opts, p.Seg.WScale, p.Seg.Wnd = model.OptWindowScale, 7, 65535
			if i == 2 {
				p.Seg.Opts = 0
			}
		case k >= n:
			p.Seg = model.Segment{Seq: sent, Ack: 301, Flags: rst | ack}
			return p, i == len(opening)+2*n
		case (i-len(opening))%2 == 0:
			p.Seg = model.Segment{Seq: sent, Ack: 301, Flags: ack, Len: 65000, Wnd: 65535}
		default:
			p.Flow = flowAB.Reverse()
			p.Seg = model.Segment{Seq: 301, Ack: sent + 65000, Flags: ack, Wnd: 65535}
		}
		return p, true
	}}
}

// A connection that goes around the circle of sequence numbers twice leaves no doubt.
func TestNumbersThatGoAround(t *testing.T) {
	const n = 1<<33/65000 + 1000
	var c *Connection
	sum, err := Judge(longTalk(n), Options{Segments: 10}, func(last *Connection) { c = last })
	if err != nil || sum.Connections != 1 || sum.Impossible+sum.Doubt > 0 || c.Octets != [2]uint64{n * 65000, 0} ||
		c.Ending() != "reset, by A in ESTABLISHED" {
		t.Errorf("%d octets and no doubt, got %+v, %v\n%s", n*65000, sum, err, draw([]*Connection{c}))
	}
}

// A segment of a connection that is open costs no memory.
func TestNoAllocationPerSegment(t *testing.T) {
	allocations := func(n int) float64 {
		return testing.AllocsPerRun(1, func() {
			_, _ = Judge(longTalk(n), Options{Keep: func(wire.Flow) bool { return false }}, func(*Connection) {})
		})
	}
	if few, many := allocations(1000), allocations(20000); many > few+5 {
		t.Errorf("as many allocations for 40,000 segments as for 2,000, got %v and %v", many, few)
	}
}

// scan is n SYNs to as many ports and hosts, a millisecond apart, without an answer.
func scan(n int) *generated {
	return &generated{next: func(i int) (Packet, bool) {
		p := Packet{Flow: flowAB, Time: time.Unix(1000, int64(i)*1e6), Seg: model.Segment{Seq: 7, Flags: syn}}
		p.Flow.Dst = netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 80)
		return p, i < n
	}}
}

// Memory grows with the connections that live, not with the capture, and there is a bound on those.
func TestLiveConnectionsAreBounded(t *testing.T) {
	for _, tt := range []struct {
		o       Options
		most    int
		evicted int
	}{
		{Options{TwoMSL: 5 * time.Second}, 5000, 0},
		{Options{Live: 300}, 300, 30000 - 300},
	} {
		j := newJudge(tt.o, func(*Connection) {})
		most := 0
		for src := scan(30000); ; {
			p, err := src.Next()
			if err != nil {
				break
			}
			j.take(p)
			most = max(most, len(j.live))
		}
		j.finish()
		if most != tt.most || j.sum.Connections != 30000 || j.sum.Evicted != tt.evicted || j.ranks[brief].oldest != nil {
			t.Errorf("%+v: at most %d at a time, %d given up, got %d, %+v", tt.o, tt.most, tt.evicted, most, j.sum)
		}
	}
}

// A connection that is silent for two hours is told and forgotten; one packet with a time of the
// far future makes no connection silent.
func TestIdleConnections(t *testing.T) {
	for _, tt := range []struct {
		claim string
		ahead int // packets from the future
		idle  int
	}{{"one wrong time", 1, 0}, {"a capture that goes on a day later", 2, 1}} {
		l := established()
		for i := range tt.ahead {
			l.add(A, 1, 0, syn, 0)
			p := &l.ps[len(l.ps)-1]
			p.Flow.Src = netipPort(p.Flow.Src, uint16(6000+i))
			p.Time = p.Time.Add(24 * time.Hour)
		}
		_, sum := judged(t, l)
		if sum.Idle != tt.idle || sum.Connections != 1+tt.ahead {
			t.Errorf("%s: %d told for silence, got %+v", tt.claim, tt.idle, sum)
		}
	}
}

// Of more connections than may have a ladder none keeps one, but the doubtful segments.
func TestLaddersOfManyConnections(t *testing.T) {
	l := established().add(B, 301, 150, ack, 0)
	for i := range 3 {
		l.add(A, 100, 0, syn, 0)
		p := &l.ps[len(l.ps)-1]
		p.Flow.Src = netipPort(p.Flow.Src, uint16(6000+i))
	}
	for ladders, want := range map[int]string{3: "1 0 0 0", 4: "4 1 1 1"} {
		kept := ""
		sum, err := Judge(&list{ps: l.ps}, Options{Ladders: ladders}, func(c *Connection) {
			kept += fmt.Sprint(" ", len(c.Segments))
			if c.Elided+len(c.Segments) != c.Total {
				t.Errorf("what is not kept is counted, got %d and %d of %d", len(c.Segments), c.Elided, c.Total)
			}
		})
		if err != nil || kept[1:] != want || sum.Doubt != 1 {
			t.Errorf("%d ladders: segments kept %s, got%s; %+v", ladders, want, kept, sum)
		}
	}
}

// Packets of which the capture kept the headers only are judged as whole ones.
func TestSnapshotLength(t *testing.T) {
	ps := mixed.packets()
	want, wantSum := judgedAll(t, &list{ps: ps})
	b := pcapOf(binary.BigEndian, 0xa1b2c3d4, layers.LinkTypeEthernet)
	for _, p := range ps {
		packet := linkHeaders[0].on(t, p)
		start := len(b)
		b = pcapRecord(binary.BigEndian, b, p.Time, time.Microsecond, packet[:min(len(packet), 96)])
		binary.BigEndian.PutUint32(b[start+12:], uint32(len(packet)))
	}
	got, sum := judgedAll(t, openBytes(t, b))
	if got != want || sum.Impossible+sum.Doubt > 0 || sum.Octets != wantSum.Octets {
		t.Errorf("96 octets of each packet say the same, got %+v, want %+v", sum, wantSum)
	}
}
