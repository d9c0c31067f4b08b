package gvisor

import (
	"fmt"
	"math/rand"
	"net/netip"
	"sync"
	"time"

	"gvisor.dev/gvisor/pkg/buffer"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/faketime"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/link/channel"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"

	"github.com/tcpcheck/tcpcheck/conform"
)

const (
	nic = 1
	mtu = 1500
)

// netstack is one stack with one interface, its clock and what it has sent.
type netstack struct {
	*stack.Stack
	clock *faketime.ManualClock
	wire  *wire
}

// newStack makes a stack that owns the address; probe sees the state of a connection after each of its segments.
func newStack(local netip.Addr, probe tcp.TCPProbeFunc) (*netstack, error) {
	if !local.Is4() {
		return nil, conform.Refusal(fmt.Sprintf("expected an IPv4 address, got %v", local))
	}
	clock := faketime.NewManualClock()
	rng := &seeded{r: rand.New(rand.NewSource(1))}
	s := stack.New(stack.Options{
		NetworkProtocols:   []stack.NetworkProtocolFactory{ipv4.NewProtocol},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocolProbe(probe)},
		Clock:              clock,
		RandSource:         rng,
		SecureRNG:          rng,
	})
	// An answer that is left out because another was given just before would make what is seen depend on what came before.
	if err := s.SetOption(stack.TCPInvalidRateLimitOption(0)); err != nil {
		return nil, fmt.Errorf("the rate of ACKs of invalid segments: %v", err)
	}
	w := &wire{Endpoint: channel.New(0, mtu, ""), clock: clock}
	if err := s.CreateNIC(nic, w); err != nil {
		return nil, fmt.Errorf("an interface: %v", err)
	}
	addr := tcpip.ProtocolAddress{
		Protocol:          ipv4.ProtocolNumber,
		AddressWithPrefix: tcpip.AddrFrom4(local.As4()).WithPrefix(),
	}
	if err := s.AddProtocolAddress(nic, addr, stack.AddressProperties{}); err != nil {
		return nil, fmt.Errorf("address %v: %v", local, err)
	}
	s.SetRouteTable([]tcpip.Route{{Destination: header.IPv4EmptySubnet, NIC: nic}})
	return &netstack{Stack: s, clock: clock, wire: w}, nil
}

// settle returns when the stack has done all that it does without time passing. A goroutine of the stack can be paused
// only when nothing waits for it; but one that was paused first may get work from one that was paused later. A segment is
// handed on once at most, from a listener to its connection or from a closed connection to a listener, so three rounds do.
func (s *netstack) settle() {
	for range 3 {
		s.Pause()
		s.Resume()
		s.clock.RunImmediatelyScheduledJobs()
	}
}

// inject lets an IP packet arrive.
func (s *netstack) inject(packet []byte) {
	p := stack.NewPacketBuffer(stack.PacketBufferOptions{Payload: buffer.MakeWithData(packet)})
	defer p.DecRef()
	s.wire.InjectInbound(ipv4.ProtocolNumber, p)
}

// wire is a link that keeps what is sent, each packet with the moment.
type wire struct {
	*channel.Endpoint
	clock *faketime.ManualClock
	mu    sync.Mutex
	sent  []conform.Sent // After is the time since the stack was made
}

// WritePackets implements stack.LinkEndpoint.
func (w *wire) WritePackets(list stack.PacketBufferList) (int, tcpip.Error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range list.AsSlice() {
		view := p.ToView()
		w.sent = append(w.sent, conform.Sent{After: elapsed(w.clock), Bytes: append([]byte(nil), view.AsSlice()...)})
		view.Release()
	}
	return list.Len(), nil
}

// take returns what was sent since it was asked last, each with the time since start.
func (w *wire) take(start time.Duration) []conform.Sent {
	w.mu.Lock()
	defer w.mu.Unlock()
	sent := w.sent
	w.sent = nil
	for i := range sent {
		sent[i].After -= start
	}
	return sent
}

// elapsed is the time since the clock was made.
func elapsed(c *faketime.ManualClock) time.Duration {
	return c.NowMonotonic().Sub(tcpip.MonotonicTime{})
}

// seeded is a source of numbers that are the same each time, for many goroutines.
type seeded struct {
	mu sync.Mutex
	r  *rand.Rand
}

// Int63 implements rand.Source.
func (s *seeded) Int63() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.r.Int63()
}

// Seed implements rand.Source.
func (s *seeded) Seed(seed int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.r.Seed(seed)
}

// Read implements io.Reader.
func (s *seeded) Read(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.r.Read(b)
}
