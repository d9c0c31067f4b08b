// Package lneto puts github.com/soypat/lneto, a TCP for small devices in pure Go, under test: in process and in virtual time.
//
// What is driven is the stack as its users put it together, from lneto's own types only: an internet.StackIPv4, over it an
// internet.StackPorts, over it one tcp.Conn, which holds the tcp.Handler and that the tcp.ControlBlock. tcp.RTO is its loss
// recovery. Not the ControlBlock alone, since a host of ours around it would decide what is sent, and what it did wrong could
// not be told from lneto's doing. All that is ours is the loop that every user of lneto has to write: hand
// a packet in, take packets out until there are no more; and when time passes, do so again at NextDeadline.
// So whatever a packet is answered with, and every state, is lneto's.
package lneto

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"time"

	"github.com/soypat/lneto"
	"github.com/soypat/lneto/internet"
	"github.com/soypat/lneto/tcp"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/conform/stacks/built"
	"github.com/tcpcheck/tcpcheck/model"
)

// Version is that of the lneto that is built in.
var Version = built.Version(tcp.NewFrame)

const (
	mtu    = 1500
	buffer = 1000 // octets, each way: less than a segment may bear, so that every edge of the window can be met
	queue  = 64   // segments that were sent and may have to be sent again
	// issStep is between initial numbers, of which all lie in the upper half: some of lneto's checks ask that much. None is half
	// the circle from a number of the classes.
	issStep = 1 << 20
)

// New is a stack with nothing open.
func New() conform.Peer { return &peer{} }

type peer struct {
	now           int64 // nanoseconds
	iss           tcp.Value
	local, remote netip.AddrPort
	ip            *internet.StackIPv4
	ports         *internet.StackPorts
	conn          *tcp.Conn
	sent          uint32    // octets that the user gave us
	before        tcp.State // what the user knows of
}

func (p *peer) Hello() conform.Hello {
	return conform.Hello{Name: "lneto", Version: Version, Virtual: true, Tells: true}
}

func (p *peer) Close() error { return nil }

// Reset builds the stack anew.
func (p *peer) Reset(local, remote netip.AddrPort) error {
	if !local.Addr().Is4() || !remote.Addr().Is4() {
		return conform.Refusal(fmt.Sprintf("expected two IPv4 addresses, got %v and %v", local, remote))
	}
	*p = peer{now: p.now, iss: p.iss, local: local, remote: remote}
	return p.build()
}

// nextIss is the initial number of the next connection: the caller of lneto chooses it.
func (p *peer) nextIss() tcp.Value {
	p.iss = 3<<30 | (p.iss+issStep)%(1<<29)&^(issStep-1) | issStep/2
	return p.iss
}

func (p *peer) build() error {
	p.ip, p.ports, p.conn = new(internet.StackIPv4), new(internet.StackPorts), new(tcp.Conn)
	p.before = tcp.StateClosed
	err := p.ip.Reset(new(lneto.Validator), 1)
	p.ip.SetAddr4(p.local.Addr().As4())
	return errors.Join(err, p.ports.ResetTCP(1), p.ip.Register4(p.ports), p.conn.Configure(tcp.ConnConfig{
		RxBuf: make([]byte, buffer), TxBuf: make([]byte, buffer), TxPacketQueueSize: queue,
		RWBackoff:    func(uint) time.Duration { return lneto.BackoffFlagNop },
		LossRecovery: new(tcp.RTO), Nanotime: func() int64 { return p.now },
	}))
}

// Do carries out an input. A panic of lneto is an error of the reaction, and ends what there was.
func (p *peer) Do(in conform.Input) (r conform.Reaction, err error) {
	defer func() {
		if x := recover(); x != nil {
			r.Error, r.State, r.Gone = fmt.Sprint("panic: ", x), model.Closed, true
			err = p.build()
		}
	}()
	start := p.now
	switch in.Op {
	case conform.Packet:
		p.ip.Demux(in.Bytes, 0) // its error is for the log of the loop, and changes nothing
	case conform.Sleep:
		p.sleep(&r, in.For)
	default:
		if err := p.call(&r, in); err != nil {
			r.Error = err.Error()
		}
	}
	p.drain(&r, start)
	p.listenToSignals(&r, in.Op)
	state := p.conn.State()
	r.Gone = state == tcp.StateClosed
	var ok bool
	if r.State, ok = model.ParseState(state.String()); !ok {
		return r, fmt.Errorf("lneto: expected a state of RFC 9293, got %q", state)
	}
	return r, nil
}

// sleep stops wherever lneto wants to be asked what it has to send.
func (p *peer) sleep(r *conform.Reaction, d time.Duration) {
	start := p.now
	end := start + int64(d)
	for {
		at := p.conn.InternalHandler().NextDeadline()
		if at <= p.now || at > end {
			break
		}
		p.now = at
		p.drain(r, start)
	}
	p.now = end
}

// drain takes out what lneto has to send.
func (p *peer) drain(r *conform.Reaction, start int64) {
	for {
		b := make([]byte, mtu)
		n, _ := p.ip.Encapsulate(b, 0, 0) // an error without a packet is for the log of the loop
		if n == 0 {
			return
		}
		r.Packets = append(r.Packets, conform.Sent{After: time.Duration(p.now - start), Bytes: b[:n]})
	}
}

// call is a call of the user; none may block.
func (p *peer) call(r *conform.Reaction, in conform.Input) error {
	switch in.Op {
	case conform.Listen:
		return p.open(p.conn.OpenListen(p.local.Port(), p.nextIss()))
	case conform.Connect:
		return p.open(p.conn.OpenActive(p.local.Port(), p.remote, p.nextIss()))
	case conform.Send:
		return p.send(in.N)
	case conform.Receive:
		return p.receive(r, in.N)
	case conform.Close:
		return p.conn.Close()
	case conform.Release:
		if err := p.conn.CloseRead(); err != nil {
			return err
		}
		p.conn.Close() // its error is that it was called before, and the socket is released all the same
		return nil
	case conform.Abort:
		if p.conn.State().IsClosed() {
			return net.ErrClosed
		}
		p.conn.Abort()
		return nil
	}
	return fmt.Errorf("no such call: %v", in.Op)
}

func (p *peer) open(err error) error {
	if err != nil {
		return err
	}
	p.sent = 0
	return p.ports.Register(p.conn)
}

func (p *peer) send(n int) error {
	text := make([]byte, n)
	for i := range text {
		text[i] = conform.Octet(p.sent + uint32(i))
	}
	room := min(n, p.conn.FreeOutput()) // more would block
	taken, err := p.conn.Write(text[:room])
	p.sent += uint32(taken)
	if err == nil && taken < n {
		err = fmt.Errorf("room for %d octets of %d", taken, n)
	}
	return err
}

func (p *peer) receive(r *conform.Reaction, n int) error {
	b := make([]byte, n)
	if p.conn.SetReadDeadline(time.Unix(1, 0)) == nil { // long past: what is there, and no waiting
		defer p.conn.SetReadDeadline(time.Time{})
	}
	n, err := p.conn.Read(b)
	r.Text = append(r.Text, b[:n]...)
	if err == io.EOF || errors.Is(err, os.ErrDeadlineExceeded) {
		return nil
	}
	return err
}

// listenToSignals tells what a user hears who looks at the state after each input. lneto does not say why a connection is
// closed: it only does so by itself when a packet arrives.
func (p *peer) listenToSignals(r *conform.Reaction, op conform.Op) {
	before, after := p.before, p.conn.State()
	p.before = after
	if before.IsPreestablished() && (after == tcp.StateEstablished || after == tcp.StateCloseWait) {
		r.Signals = append(r.Signals, conform.Opened)
	}
	switch after {
	case tcp.StateCloseWait, tcp.StateLastAck, tcp.StateClosing, tcp.StateTimeWait:
		if before.IsPreestablished() || before.RxDataOpen() {
			r.Signals = append(r.Signals, conform.End)
		}
	case tcp.StateClosed:
		switch {
		case op != conform.Packet: // the user's own doing
		case before == tcp.StateSynRcvd:
			r.Signals = append(r.Signals, conform.Refused)
		case before == tcp.StateSynSent || before.RxDataOpen() || before == tcp.StateCloseWait:
			r.Signals = append(r.Signals, conform.Reset)
		}
	}
}
