package gvisor_test

// What was found in gVisor's netstack, each as a program that needs nothing but gVisor: one stack with one address, on a link
// that is a channel, with gVisor's own manual clock. Every program gives the same in the version that is pinned
// (v0.0.0-20260122175437-89a5d21be8f0) and in the newest that we have tried (v0.0.0-20260905035102-160fafc42237); what only
// the first has is in fixed_test.go. What RFC 9293 asks for stands in the comment. With a version that does otherwise a test fails,
// and the table of deviations and docs/FINDINGS.md are to be changed.

import (
	"bytes"
	"fmt"
	"math/rand"
	"strings"
	"time"

	"gvisor.dev/gvisor/pkg/buffer"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/checksum"
	"gvisor.dev/gvisor/pkg/tcpip/faketime"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/link/channel"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/waiter"
)

const (
	ack = header.TCPFlagAck
	syn = header.TCPFlagSyn
	fin = header.TCPFlagFin
)

var (
	ours   = tcpip.FullAddress{Addr: tcpip.AddrFrom4([4]byte{192, 0, 2, 2}), Port: 1000}
	theirs = tcpip.FullAddress{Addr: tcpip.AddrFrom4([4]byte{192, 0, 2, 1}), Port: 80}
)

// host is a stack with one endpoint, whose peer begins at 5000. ISS is the endpoint's own initial number.
type host struct {
	stack *stack.Stack
	clock *faketime.ManualClock
	link  *channel.Endpoint
	ep    tcpip.Endpoint
	iss   uint32
}

// connecting has sent its SYN.
func connecting() *host {
	h := &host{clock: faketime.NewManualClock(), link: channel.New(1000, 1500, "")}
	h.stack = stack.New(stack.Options{
		NetworkProtocols:   []stack.NetworkProtocolFactory{ipv4.NewProtocol},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol},
		Clock:              h.clock,
		RandSource:         rand.NewSource(1),
	})
	const nic = 1
	check(h.stack.CreateNIC(nic, h.link))
	check(h.stack.AddProtocolAddress(nic, tcpip.ProtocolAddress{Protocol: ipv4.ProtocolNumber,
		AddressWithPrefix: ours.Addr.WithPrefix()}, stack.AddressProperties{}))
	h.stack.SetRouteTable([]tcpip.Route{{Destination: header.IPv4EmptySubnet, NIC: nic}})
	ep, err := h.stack.NewEndpoint(tcp.ProtocolNumber, ipv4.ProtocolNumber, &waiter.Queue{})
	check(err)
	check(ep.Bind(ours))
	if _, started := ep.Connect(theirs).(*tcpip.ErrConnectStarted); !started {
		panic("connect did not start")
	}
	h.ep = ep
	h.sent(func(t header.TCP) { h.iss = t.SequenceNumber() })
	return h
}

// established has opened it.
func established() *host {
	h := connecting()
	h.arrives(syn|ack, 5000, h.iss+1, "")
	h.sent(func(header.TCP) {})
	return h
}

// arrives hands in a segment, and lets the stack do all that it does without time passing.
func (h *host) arrives(flags header.TCPFlags, seq, ack uint32, text string) {
	b := make([]byte, header.IPv4MinimumSize+header.TCPMinimumSize, 1500)
	ip, t := header.IPv4(b), header.TCP(b[header.IPv4MinimumSize:])
	length := uint16(header.TCPMinimumSize + len(text))
	ip.Encode(&header.IPv4Fields{TotalLength: header.IPv4MinimumSize + length, TTL: 64, Protocol: uint8(tcp.ProtocolNumber),
		SrcAddr: theirs.Addr, DstAddr: ours.Addr})
	ip.SetChecksum(^ip.CalculateChecksum())
	t.Encode(&header.TCPFields{SrcPort: theirs.Port, DstPort: ours.Port, SeqNum: seq, AckNum: ack, Flags: flags,
		DataOffset: header.TCPMinimumSize, WindowSize: 8000})
	sum := header.PseudoHeaderChecksum(tcp.ProtocolNumber, theirs.Addr, ours.Addr, length)
	t.SetChecksum(^t.CalculateChecksum(checksum.Checksum([]byte(text), sum)))
	p := stack.NewPacketBuffer(stack.PacketBufferOptions{Payload: buffer.MakeWithData(append(b, text...))})
	defer p.DecRef()
	h.link.InjectInbound(ipv4.ProtocolNumber, p)
	h.settle()
}

// settle waits for the goroutines of the stack.
func (h *host) settle() {
	for range 3 {
		h.stack.Pause()
		h.stack.Resume()
		h.clock.RunImmediatelyScheduledJobs()
	}
}

// sent hands over each segment that was sent.
func (h *host) sent(each func(header.TCP)) {
	for p := h.link.Read(); p != nil; p = h.link.Read() {
		each(header.TCP(header.IPv4(p.ToView().AsSlice()).Payload()))
		p.DecRef()
	}
}

// print says what was sent, its SEQ counted from ISS, its flags by their first letters, and the state.
func (h *host) print(what string) {
	said := []string{}
	h.sent(func(t header.TCP) {
		said = append(said, fmt.Sprintf("sends <SEQ=%d><ACK=%d>[%s]", t.SequenceNumber()-h.iss, t.AckNumber(), strings.ReplaceAll(t.Flags().String(), " ", "")))
	})
	said = append(said, tcp.EndpointState(h.ep.State()).String())
	fmt.Printf("%s: %s\n", what, strings.Join(said, ", "))
}

// read returns what the user gets.
func (h *host) read() string {
	var b bytes.Buffer
	if _, err := h.ep.Read(&b, tcpip.ReadOptions{}); err != nil {
		return err.String()
	}
	return b.String()
}

func check(err tcpip.Error) {
	if err != nil {
		panic(err.String())
	}
}

// After a simultaneous open an ACK with any number opens the connection, and its data is delivered: the number is
// checked only where there is a listener (connect.go, synRcvdState). RFC 9293 §3.10.7.4, fifth, SYN-RECEIVED: unless
// SND.UNA < SEG.ACK =< SND.NXT, a RST is sent.
func Example_anyAckOpens() {
	h := connecting()
	h.arrives(syn, 5000, 0, "")
	h.print("a SYN arrives")
	h.arrives(ack, 5001, h.iss+12345678, "evil!")
	h.print("an ACK of ISS+12345678 arrives")
	fmt.Printf("the user reads %q\n", h.read())
	// Output:
	// a SYN arrives: sends <SEQ=0><ACK=5001>[SA], SYN-RCVD
	// an ACK of ISS+12345678 arrives: sends <SEQ=1><ACK=5006>[A], ESTABLISHED
	// the user reads "evil!"
}

// Data is accepted although its segment acknowledges what was never sent, and a segment without data that does so is not
// answered. RFC 9293 §3.10.7.4, fifth, ESTABLISHED: send an ACK, drop the segment. Whoever injects data has to hit
// the window, and need not know what was acknowledged.
func Example_dataWithAnAckOfTheUnsent() {
	h := established()
	h.arrives(ack, 5001, h.iss+100000, "")
	h.print("an ACK of ISS+100000 arrives")
	h.arrives(ack, 5001, h.iss+100000, "evil!")
	h.print("the same with data")
	fmt.Printf("the user reads %q\n", h.read())
	// Output:
	// an ACK of ISS+100000 arrives: ESTABLISHED
	// the same with data: sends <SEQ=1><ACK=5006>[A], ESTABLISHED
	// the user reads "evil!"
}

// One wrong ACK in SYN-SENT starts the backoff of the SYN anew at 2 microseconds: it is answered by a RST, and the SYN is sent
// again after 2, 6, 14, 30 ... microseconds (connect.go, synSentState, sets the timer to tcpMinTimeout, which overwrites the
// timeout that each expiry doubles). The number need not be guessed. RFC 9293 §3.10.7.3, first: a RST, and the segment is
// dropped; §3.8.1 (RFC 6298 §5.5): the timeout is doubled each time. Linux sends one quick SYN, too; its constant is
// two jiffies, and its backoff goes on.
func Example_synBackoffBeginsAgain() {
	h := connecting()
	h.clock.Advance(10 * time.Millisecond)
	h.arrives(ack, 7777, h.iss+100, "")
	h.print("an ACK of ISS+100 arrives")
	start, times := h.clock.NowMonotonic(), []time.Duration{}
	for h.clock.NowMonotonic().Sub(start) < time.Millisecond {
		h.clock.Advance(time.Microsecond)
		h.settle()
		h.sent(func(t header.TCP) { times = append(times, h.clock.NowMonotonic().Sub(start)) })
	}
	fmt.Println("SYNs in the next millisecond, after", times)
	// Output:
	// an ACK of ISS+100 arrives: sends <SEQ=100><ACK=0>[R], SYN-SENT
	// SYNs in the next millisecond, after [2µs 6µs 14µs 30µs 62µs 126µs 254µs 510µs]
}

// A FIN that comes ahead of its turn is lost when the gap is filled: two segments that change places on the way are
// enough. The FIN that the peer sends again is taken. RFC 9293 §3.10.7.4, first: it SHOULD be held (SHLD-31).
func Example_heldFinIsLost() {
	h := established()
	h.arrives(fin|ack, 5011, h.iss+1, "")
	h.print("a FIN behind ten octets arrives")
	h.arrives(ack, 5001, h.iss+1, "abcdefghij")
	h.print("the ten octets arrive")
	// Output:
	// a FIN behind ten octets arrives: sends <SEQ=1><ACK=5001>[A], ESTABLISHED
	// the ten octets arrive: sends <SEQ=1><ACK=5011>[A], ESTABLISHED
}
