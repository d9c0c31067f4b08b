package lneto_test

// What was found in lneto v0.3.2, each as a program that needs nothing but lneto: tcp.Handler is what every tcp.Conn consists
// of, and octets that arrive are all that happens to it. The outputs are those of v0.3.2; what RFC 9293 asks for
// stands in the comment. In August 2026 the sources of package tcp in lneto's repository were the same. With a version that does
// otherwise these tests fail, and the table of deviations and docs/FINDINGS.md are to be changed.

import (
	"fmt"
	"time"

	"github.com/soypat/lneto"
	"github.com/soypat/lneto/internet"
	"github.com/soypat/lneto/tcp"
)

// handler is a tcp.Handler that listens, and the numbers of its peer, which starts at 300; its own start at 100.
type handler struct{ tcp.Handler }

func listening() *handler {
	h := new(handler)
	check(h.SetBuffers(make([]byte, 1000), make([]byte, 1000), 8))
	check(h.OpenListen(80, 100))
	return h
}

func established() *handler {
	h := listening()
	h.arrives(tcp.FlagSYN, 300, 0)
	h.sends()
	h.arrives(tcp.FlagACK, 301, 101)
	return h
}

// arrives hands in a segment, and says what is thought of it.
func (h *handler) arrives(flags tcp.Flags, seq, ack tcp.Value) {
	b := make([]byte, 20)
	f, err := tcp.NewFrame(b)
	check(err)
	f.SetSourcePort(4000)
	f.SetDestinationPort(80)
	f.SetSegment(tcp.Segment{SEQ: seq, ACK: ack, WND: 1000, Flags: flags}, 5)
	fmt.Printf("<SEQ=%d><ACK=%d>%v arrives: ", seq, ack, flags)
	defer func() {
		if x := recover(); x != nil {
			fmt.Println("panic:", x)
		}
	}()
	if err := h.Recv(b); err != nil {
		fmt.Print("(", err, ") ")
	}
	fmt.Println(h.State())
}

// sends takes out what there is to send.
func (h *handler) sends() {
	for {
		b := make([]byte, 1000)
		n, err := h.Send(b)
		if n == 0 {
			if err != nil {
				fmt.Println("sends nothing:", err)
			}
			return
		}
		f, err := tcp.NewFrame(b[:n])
		check(err)
		s := f.Segment(len(f.Payload()))
		fmt.Printf("sends <SEQ=%d><ACK=%d>%v: %v\n", s.SEQ, s.ACK, s.Flags, h.State())
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// Two packets that arrive before lneto is asked what it has to send: the second, a segment in TIME-WAIT whose number is exactly
// RCV.NXT, without SYN and RST, ends the program. The peer knows that number: an ordinary close in which it sends one ACK
// too many is enough. Others would have to guess it. RFC 9293 §3.10.7.4 has an answer to each segment in TIME-WAIT; none of
// them is to stop.
func Example_panicInTimeWait() {
	h := established()
	check(h.Close())
	h.sends()
	h.arrives(tcp.FlagFIN|tcp.FlagACK, 301, 102)
	h.arrives(tcp.FlagACK, 302, 102)
	// Output:
	// <SEQ=300><ACK=0>[SYN] arrives: SYN-RECEIVED
	// sends <SEQ=100><ACK=301>[SYN,ACK]: SYN-RECEIVED
	// <SEQ=301><ACK=101>[ACK] arrives: ESTABLISHED
	// sends <SEQ=101><ACK=301>[FIN,ACK]: FIN-WAIT-1
	// <SEQ=301><ACK=102>[FIN,ACK] arrives: TIME-WAIT
	// <SEQ=302><ACK=102>[ACK] arrives: panic: unexpected recv state:TIME-WAIT
}

// The state machine by itself does so without any hurry: tcp.ControlBlock.Recv has no case for TIME-WAIT.
func Example_panicOfTheControlBlock() {
	defer func() { fmt.Println("panic:", recover()) }()
	var b tcp.ControlBlock
	check(b.Open(100, 1000))
	for _, s := range []tcp.Segment{
		{SEQ: 300, Flags: tcp.FlagSYN, WND: 1000}, {SEQ: 301, ACK: 101, Flags: tcp.FlagACK, WND: 1000},
		{SEQ: 301, ACK: 102, Flags: tcp.FlagFIN | tcp.FlagACK, WND: 1000}, {SEQ: 302, ACK: 102, Flags: tcp.FlagACK, WND: 1000},
	} {
		fmt.Println(s, "arrives in", b.State())
		check(b.Recv(s))
		if b.State() == tcp.StateEstablished {
			check(b.Close())
		}
		for out, ok := b.PendingSegment(0); ok; out, ok = b.PendingSegment(0) {
			check(b.Send(out))
		}
	}
	// Output:
	// SEG [SYN] ACK=0 SEQ=300 WND=1000 arrives in LISTEN
	// SEG [ACK] ACK=101 SEQ=301 WND=1000 arrives in SYN-RECEIVED
	// SEG [FIN,ACK] ACK=102 SEQ=301 WND=1000 arrives in FIN-WAIT-1
	// SEG [ACK] ACK=102 SEQ=302 WND=1000 arrives in TIME-WAIT
	// panic: unexpected recv state:TIME-WAIT
}

// The acknowledgment of the peer's FIN is taken for that of our own: CLOSING goes to TIME-WAIT when it sends. RFC 9293
// §3.10.7.4, fifth, CLOSING: only an ACK that covers our FIN does that. If our FIN (SEQ 101) was lost it is never sent
// again, and the peer waits for it in FIN-WAIT-2.
func Example_closingEndsByOwnAck() {
	h := established()
	check(h.Close())
	h.sends()
	h.arrives(tcp.FlagFIN|tcp.FlagACK, 301, 101)
	h.sends()
	// Output:
	// <SEQ=300><ACK=0>[SYN] arrives: SYN-RECEIVED
	// sends <SEQ=100><ACK=301>[SYN,ACK]: SYN-RECEIVED
	// <SEQ=301><ACK=101>[ACK] arrives: ESTABLISHED
	// sends <SEQ=101><ACK=301>[FIN,ACK]: FIN-WAIT-1
	// <SEQ=301><ACK=101>[FIN,ACK] arrives: CLOSING
	// sends <SEQ=102><ACK=302>[ACK]: TIME-WAIT
	// sends nothing: use of closed network connection
}

// Any ACK ends LAST-ACK. RFC 9293 §3.10.7.4, fifth, LAST-ACK: only that of our FIN. Here it is one that the peer sent
// before it had seen our data and the FIN; if those are lost now nobody sends them again.
func Example_lastAckEndsByAnyAck() {
	h := established()
	_, err := h.Write([]byte("precious"))
	check(err)
	h.arrives(tcp.FlagFIN|tcp.FlagACK, 301, 101)
	h.sends()
	h.arrives(tcp.FlagACK, 302, 101)
	// Output:
	// <SEQ=300><ACK=0>[SYN] arrives: SYN-RECEIVED
	// sends <SEQ=100><ACK=301>[SYN,ACK]: SYN-RECEIVED
	// <SEQ=301><ACK=101>[ACK] arrives: ESTABLISHED
	// <SEQ=301><ACK=101>[FIN,ACK] arrives: CLOSE-WAIT
	// sends <SEQ=101><ACK=302>[PSH,ACK]: CLOSE-WAIT
	// sends <SEQ=109><ACK=302>[FIN,ACK]: LAST-ACK
	// <SEQ=302><ACK=101>[ACK] arrives: (use of closed network connection) CLOSED
}

// Ten segments from outside the window end a connection, without a RST and without a word to the peer, if none that is
// accepted comes between them. Whoever knows the two sockets can send them while the connection is idle, and need not guess a
// number. The limit is deliberate (maxChallengeRejects in control.go). RFC 9293 §3.10.7.4, first: each is answered by an
// ACK and dropped; §3.5.2, third group: the connection remains in the same state.
func Example_tenUnacceptableSegments() {
	h := established()
	for h.State() != tcp.StateClosed {
		h.sends()
		h.arrives(tcp.FlagACK, 1<<30, 101)
	}
	// Output:
	// <SEQ=300><ACK=0>[SYN] arrives: SYN-RECEIVED
	// sends <SEQ=100><ACK=301>[SYN,ACK]: SYN-RECEIVED
	// <SEQ=301><ACK=101>[ACK] arrives: ESTABLISHED
	// <SEQ=1073741824><ACK=101>[ACK] arrives: (reject in/out seg: seq not in snd/rcv.wnd) ESTABLISHED
	// sends <SEQ=101><ACK=301>[ACK]: ESTABLISHED
	// <SEQ=1073741824><ACK=101>[ACK] arrives: (reject in/out seg: seq not in snd/rcv.wnd) ESTABLISHED
	// sends <SEQ=101><ACK=301>[ACK]: ESTABLISHED
	// <SEQ=1073741824><ACK=101>[ACK] arrives: (reject in/out seg: seq not in snd/rcv.wnd) ESTABLISHED
	// sends <SEQ=101><ACK=301>[ACK]: ESTABLISHED
	// <SEQ=1073741824><ACK=101>[ACK] arrives: (reject in/out seg: seq not in snd/rcv.wnd) ESTABLISHED
	// sends <SEQ=101><ACK=301>[ACK]: ESTABLISHED
	// <SEQ=1073741824><ACK=101>[ACK] arrives: (reject in/out seg: seq not in snd/rcv.wnd) ESTABLISHED
	// sends <SEQ=101><ACK=301>[ACK]: ESTABLISHED
	// <SEQ=1073741824><ACK=101>[ACK] arrives: (reject in/out seg: seq not in snd/rcv.wnd) ESTABLISHED
	// sends <SEQ=101><ACK=301>[ACK]: ESTABLISHED
	// <SEQ=1073741824><ACK=101>[ACK] arrives: (reject in/out seg: seq not in snd/rcv.wnd) ESTABLISHED
	// sends <SEQ=101><ACK=301>[ACK]: ESTABLISHED
	// <SEQ=1073741824><ACK=101>[ACK] arrives: (reject in/out seg: seq not in snd/rcv.wnd) ESTABLISHED
	// sends <SEQ=101><ACK=301>[ACK]: ESTABLISHED
	// <SEQ=1073741824><ACK=101>[ACK] arrives: (reject in/out seg: seq not in snd/rcv.wnd) ESTABLISHED
	// sends <SEQ=101><ACK=301>[ACK]: ESTABLISHED
	// <SEQ=1073741824><ACK=101>[ACK] arrives: (use of closed network connection) CLOSED
}

// A RST is obeyed in SYN-SENT whatever it acknowledges. RFC 9293 §3.10.7.3, first and second: one whose ACK is not
// acceptable, or that has none, is dropped.
func Example_anyResetInSynSent() {
	h := new(handler)
	check(h.SetBuffers(make([]byte, 1000), make([]byte, 1000), 8))
	check(h.OpenActive(80, 4000, 100))
	h.sends()
	h.arrives(tcp.FlagRST, 0, 0)
	// Output:
	// sends <SEQ=100><ACK=0>[SYN]: SYN-SENT
	// <SEQ=0><ACK=0>[RST] arrives: (use of closed network connection) CLOSED
}

// Conn.Close does nothing in LISTEN, since Conn.Encapsulate does not ask the Handler as long as there is no remote address;
// the Handler alone would go to CLOSED. RFC 9293 §3.10.4, LISTEN: delete the TCB.
func Example_closeInListen() {
	ip, ports, conn := new(internet.StackIPv4), new(internet.StackPorts), new(tcp.Conn)
	check(ip.Reset(new(lneto.Validator), 1))
	ip.SetAddr4([4]byte{192, 0, 2, 2})
	check(ports.ResetTCP(1))
	check(ip.Register4(ports))
	check(conn.Configure(tcp.ConnConfig{RxBuf: make([]byte, 1000), TxBuf: make([]byte, 1000), TxPacketQueueSize: 8,
		RWBackoff: func(uint) time.Duration { return lneto.BackoffFlagNop }}))
	check(conn.OpenListen(80, 100))
	check(ports.Register(conn))
	check(conn.Close())
	n, err := ip.Encapsulate(make([]byte, 1500), 0, 0)
	fmt.Println("after CLOSE", n, "octets to send", err, conn.State())

	h := listening()
	check(h.Close())
	h.sends()
	fmt.Println("the Handler alone:", h.State())
	// Output:
	// after CLOSE 0 octets to send <nil> LISTEN
	// the Handler alone: CLOSED
}

// A keep-alive gets no answer, so that a peer that asks whether we live concludes that we do not. RFC 9293 §3.10.7.4,
// first: a segment before the window is answered by an ACK (§3.8.4). One with an octet of garbage gets its answer.
func Example_keepAliveWithoutAnswer() {
	h := established()
	h.arrives(tcp.FlagACK, 300, 101)
	h.sends()
	// Output:
	// <SEQ=300><ACK=0>[SYN] arrives: SYN-RECEIVED
	// sends <SEQ=100><ACK=301>[SYN,ACK]: SYN-RECEIVED
	// <SEQ=301><ACK=101>[ACK] arrives: ESTABLISHED
	// <SEQ=300><ACK=101>[ACK] arrives: ESTABLISHED
}
