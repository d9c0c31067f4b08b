package capture

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"github.com/gopacket/gopacket/layers"

	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// traffic is many connections between endpoints of package model, on a wire that may lose and
// repeat segments; what passes is handed to emit in the order in which it passes.
type traffic struct {
	conns    int           // how many in all
	live     int           // of them at a time
	text     uint32        // octets that each side sends
	mss      uint16        //
	loss     int           // one in so many segments is lost behind the point of capture, and sent again; 0: none
	v6       bool          // every other connection is of IPv6
	plain    bool          // every connection is opened, used, and closed by A; else any ending, refusals too
	step     time.Duration // between two segments
	emit     func(Packet)
	rng      *rand.Rand
	number   int
	at       time.Time
	accepted int // connections that were opened by three segments
}

// talk is one of the connections.
type talk struct {
	w      *traffic
	flow   wire.Flow
	config [2]model.Config
	tcb    [2]model.TCB
	queue  []inFlight
	script []call
	tries  int // timeouts since text arrived; there is no hope after five
}

type inFlight struct {
	to  Side
	seg model.Segment
}

// call is a user's call, or a timeout, that comes when nothing is in flight.
type call struct {
	by Side
	model.Event
}

func (w *traffic) run() {
	w.rng = rand.New(rand.NewPCG(1, 2))
	w.at = time.Unix(1000, 0)
	var live []*talk
	for begun := 0; begun < w.conns || len(live) > 0; {
		if begun < w.conns && len(live) < w.live {
			live = append(live, w.talk(begun))
			begun++
		}
		i := w.rng.IntN(len(live))
		if !live[i].next() {
			live[i] = live[len(live)-1]
			live = live[:len(live)-1]
		}
	}
}

// talk begins connection n. Sockets are used again by every 60,000th.
func (w *traffic) talk(n int) *talk {
	k := &talk{w: w}
	src, dst := netip.AddrFrom4([4]byte{10, 0, byte(n >> 16), byte(n >> 8)}), netip.AddrFrom4([4]byte{192, 0, 2, 1})
	if w.v6 && n%2 == 1 {
		a := [16]byte{0: 0x20, 1: 1, 2: 0xd, 3: 0xb8, 15: 1}
		dst = netip.AddrFrom16(a)
		a[4], a[5] = byte(n>>16), byte(n>>8)
		src = netip.AddrFrom16(a)
	}
	k.flow = wire.Flow{Src: netip.AddrPortFrom(src, uint16(5000+n%60000)), Dst: netip.AddrPortFrom(dst, 80)}
	for i := range k.config {
		c := model.Default()
		c.MSS, c.Timestamps, c.WindowScale, c.WScale, c.RcvBuf = w.mss, true, true, 3, 1<<18
		k.config[i] = c
	}
	on := func(by Side, kind model.EventKind, n uint32) {
		k.script = append(k.script, call{by, model.Event{Kind: kind, N: n, Remote: true}})
	}
	ending := 0
	if !w.plain {
		ending = n % 8
	}
	if ending != 1 { // else refused
		on(B, model.OpenPassive, 0)
	}
	on(A, model.OpenActive, 0)
	for rest := w.text; rest > 0 && ending != 1; rest -= min(rest, 1<<15) {
		on(A, model.Send, min(rest, 1<<15))
		on(B, model.Send, min(rest, 1<<15))
	}
	switch ending {
	case 3:
		on(A, model.Abort, 0)
	case 4:
		on(B, model.Abort, 0)
	case 5:
		on(B, model.Close, 0)
		on(A, model.Close, 0)
	case 6: // still open
	default:
		on(A, model.Close, 0)
		on(B, model.Close, 0)
	}
	return k
}

// next lets one thing happen, and reports whether more can.
func (k *talk) next() bool {
	if len(k.queue) > 0 {
		f := k.queue[0]
		k.queue = k.queue[1:]
		if k.w.loss > 0 && k.w.rng.IntN(k.w.loss) == 0 {
			return true
		}
		if f.seg.Len > 0 {
			k.tries = 0
		}
		k.event(f.to, model.Event{Kind: model.SegmentArrives, Seg: f.seg})
		return true
	}
	for i := range k.tcb {
		if t := k.tcb[i]; k.tries < 5 && (t.Unacked() || t.Unsent > 0) {
			k.tries++
			before := k.w.number
			k.event(Side(i), model.Event{Kind: model.RetransmissionTimeout})
			if k.w.number > before {
				return true
			}
		}
	}
	if len(k.script) == 0 {
		return false
	}
	c := k.script[0]
	k.script = k.script[1:]
	k.event(c.by, c.Event)
	return true
}

func (k *talk) event(i Side, e model.Event) {
	e.Iss, e.Now = model.Seq(k.w.rng.Uint32()), uint32(k.w.number)
	t, o := model.Step(k.config[i], k.tcb[i], e)
	if k.tcb[i].State != t.State && t.State == model.Established && i == A {
		k.w.accepted++
	}
	k.tcb[i] = t
	for _, s := range o.Sent() {
		flow := k.flow
		if i == B {
			flow = flow.Reverse()
		}
		k.w.number++
		k.w.at = k.w.at.Add(k.w.step)
		k.w.emit(Packet{Number: k.w.number, Time: k.w.at, Flow: flow, Seg: s})
		k.queue = append(k.queue, inFlight{1 - i, s})
	}
}

// packets is the traffic as a list.
func (w traffic) packets() (ps []Packet) {
	w.emit = func(p Packet) { ps = append(ps, p) }
	w.run()
	return ps
}

// pcap is the traffic as a capture of Ethernet.
func (w traffic) pcap(t testing.TB) (b []byte, packets int) {
	b = pcapOf(binary.LittleEndian, 0xa1b2c3d4, layers.LinkTypeEthernet)
	w.emit = func(p Packet) {
		b = pcapRecord(binary.LittleEndian, b, p.Time, time.Microsecond, linkHeaders[0].on(t, p))
		packets++
	}
	w.run()
	return b, packets
}

// The generator does what it says: its endpoints are honest, and every ending comes about.
func TestTraffic(t *testing.T) {
	l := &list{ps: traffic{conns: 80, live: 10, text: 5000, mss: 1000, loss: 20, v6: true, step: time.Millisecond}.packets()}
	_, sum := judged(t, l)
	if sum.Connections != 80 || sum.Impossible+sum.Doubt > 0 {
		t.Errorf("80 connections without a doubt, got %+v", sum)
	}
	for _, closed := range []string{"reset, by B in ESTABLISHED", ClosedNever, closedNotOpened, "four segments, B first"} {
		if sum.Closed[closed] == 0 {
			t.Errorf("some are closed by %q, got %v", closed, sum.Closed)
		}
	}
}

var benchmarks = []struct {
	name string
	traffic
}{
	{"bulk", traffic{conns: 16, live: 8, text: 1 << 21, mss: 1448, plain: true, step: time.Microsecond}},
	{"lossy", traffic{conns: 16, live: 8, text: 1 << 20, mss: 1448, loss: 100, plain: true, step: time.Microsecond}},
	{"small", traffic{conns: 2000, live: 200, text: 1000, mss: 100, v6: true, step: time.Microsecond}},
	{"short", traffic{conns: 10000, live: 500, text: 10, mss: 1000, v6: true, step: time.Microsecond}},
}

// BenchmarkCapture reads and judges captures that lie in memory.
func BenchmarkCapture(b *testing.B) {
	for _, bench := range benchmarks {
		b.Run(bench.name, func(b *testing.B) {
			capture, packets := bench.pcap(b)
			b.SetBytes(int64(len(capture)))
			b.ReportAllocs()
			b.ResetTimer()
			for b.Loop() {
				judgeForBench(b, capture)
			}
			b.ReportMetric(float64(packets)*float64(b.N)/b.Elapsed().Seconds(), "packets/s")
		})
	}
}

// BenchmarkRead reads the same without judging.
func BenchmarkRead(b *testing.B) {
	for _, bench := range benchmarks {
		b.Run(bench.name, func(b *testing.B) {
			capture, packets := bench.pcap(b)
			b.SetBytes(int64(len(capture)))
			b.ReportAllocs()
			b.ResetTimer()
			for b.Loop() {
				readForBench(b, capture)
			}
			b.ReportMetric(float64(packets)*float64(b.N)/b.Elapsed().Seconds(), "packets/s")
		})
	}
}

func readForBench(b *testing.B, capture []byte) {
	src := openBytes(b, capture)
	for {
		if _, err := src.Next(); err == io.EOF {
			return
		} else if err != nil {
			b.Fatal(err)
		}
	}
}

func judgeForBench(b *testing.B, capture []byte) {
	o := Options{Keep: func(wire.Flow) bool { return false }}
	if _, err := Judge(openBytes(b, capture), o, func(*Connection) {}); err != nil {
		b.Fatal(err)
	}
}

func openBytes(t testing.TB, b []byte) Source {
	t.Helper()
	src, err := Open(bytes.NewReader(b), "input")
	if err != nil {
		t.Fatal(err)
	}
	return src
}
