package gvisor

import (
	"bytes"
	"fmt"
	"io"
	"net/netip"

	"gvisor.dev/gvisor/pkg/syserr"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/waiter"

	"golang.org/x/sys/unix"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/conform/stacks/built"
	"github.com/tcpcheck/tcpcheck/model"
)

// New is a netstack with one socket. It has no socket until the first Reset.
func New() (conform.Peer, error) { return &peer{}, nil }

type peer struct {
	stack         *netstack
	local, remote netip.AddrPort

	sock     tcpip.Endpoint // the user's: a listener until its connection is accepted; nil: none
	released bool           // the user has closed it, and hears no more of it
	listens  bool
	backlog  int            // of a listener that goes on; 0: it is closed when a connection is accepted
	listener tcpip.Endpoint // that one, once the user's connection is accepted
	said     map[conform.Signal]bool
	ended    bool   // the peer of the connection has closed, as a read would tell
	sent     uint32 // octets that the user has sent
}

func (p *peer) Hello() conform.Hello {
	return conform.Hello{Name: "gvisor", Version: version, Virtual: true, Tells: true, Backlog: true}
}

// version is that of the netstack that is built in.
var version = built.Version(tcp.NewProtocol)

func (p *peer) Close() error {
	if p.stack != nil {
		p.stack.Destroy()
		p.stack = nil
	}
	return nil
}

func (p *peer) Reset(local, remote netip.AddrPort) error {
	p.Close()
	s, err := newStack(local.Addr(), p.probe)
	if err != nil {
		return err
	}
	*p = peer{stack: s, local: local, remote: remote}
	return nil
}

// probe sees each segment of a connection that is open, when it has been processed.
func (p *peer) probe(s *tcp.TCPEndpointState) { p.ended = s.RcvBufState.RcvClosed }

func (p *peer) Do(in conform.Input) (conform.Reaction, error) {
	var r conform.Reaction
	if p.stack == nil {
		return r, fmt.Errorf("%v before the first reset", in.Op)
	}
	defer func() {
		if x := recover(); x != nil {
			p.stack = nil // it holds locks for ever, and can not be taken down
			panic(x)
		}
	}()
	start := elapsed(p.stack.clock)
	switch in.Op {
	case conform.Packet:
		p.stack.inject(in.Bytes)
	case conform.Sleep:
		p.stack.clock.Advance(in.For)
	default:
		r.Text, r.Error = p.call(in)
	}
	p.stack.settle()
	p.accept()
	r.Signals = p.signals()
	r.State, r.Gone = p.state()
	r.Packets = p.stack.wire.take(start)
	return r, nil
}

// call carries out a call of the user, and returns the text that it brought and the name of its error.
func (p *peer) call(in conform.Input) (text []byte, failed string) {
	if in.Op == conform.Listen || in.Op == conform.Connect {
		return nil, name(p.open(in))
	}
	if p.sock == nil || p.released {
		return nil, "EBADF"
	}
	ends := in.Op == conform.Close || in.Op == conform.Release || in.Op == conform.Abort
	if s, _ := p.state(); ends && p.listens && s == model.SynReceived {
		return nil, "ENOTCONN" // the connection is not handed over yet, so that there is no call for it
	}
	var err tcpip.Error
	switch in.Op {
	case conform.Send:
		err = p.send(in.N)
	case conform.Receive:
		text, err = p.receive(in.N)
	case conform.Close:
		if p.listens { // shutdown for writing means nothing to a listener
			p.release()
			break
		}
		err = p.sock.Shutdown(tcpip.ShutdownWrite)
	case conform.Release:
		p.release()
	case conform.Abort:
		p.sock.SocketOptions().SetLinger(tcpip.LingerOption{Enabled: true})
		p.release()
	}
	return text, name(err)
}

// open makes a socket if there is none, or only a dead one, and opens it.
func (p *peer) open(in conform.Input) tcpip.Error {
	if _, gone := p.state(); gone {
		if p.sock != nil && !p.released {
			p.release()
		}
		sock, err := p.stack.NewEndpoint(tcp.ProtocolNumber, ipv4.ProtocolNumber, &waiter.Queue{})
		if err != nil {
			return err
		}
		if err := sock.Bind(full(p.local)); err != nil {
			sock.Close()
			return err
		}
		p.sock, p.released, p.listens, p.ended, p.sent = sock, false, false, false, 0
		p.said = make(map[conform.Signal]bool)
	}
	if in.Op == conform.Connect {
		return p.sock.Connect(full(p.remote))
	}
	const usual = 8 // with less than two, gVisor answers with cookies
	backlog := usual
	if in.N > 0 {
		backlog = in.N
	}
	err := p.sock.Listen(backlog)
	if err == nil {
		p.listens, p.backlog = true, in.N
	}
	return err
}

func (p *peer) release() {
	p.sock.Close()
	p.released = true
}

// send writes the next octets of the stream; what the buffer does not take is told as EAGAIN.
func (p *peer) send(n int) tcpip.Error {
	text := make([]byte, n)
	for i := range text {
		text[i] = conform.Octet(p.sent + uint32(i))
	}
	r := bytes.NewReader(text)
	for r.Len() > 0 {
		n, err := p.sock.Write(r, tcpip.WriteOptions{})
		p.sent += uint32(n)
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *peer) receive(n int) ([]byte, tcpip.Error) {
	var text bytes.Buffer
	for text.Len() < n {
		w := &tcpip.LimitedWriter{W: &text, N: int64(n - text.Len())}
		if _, err := p.sock.Read(w, tcpip.ReadOptions{}); err != nil {
			if _, none := err.(*tcpip.ErrWouldBlock); none || text.Len() > 0 {
				return text.Bytes(), nil
			}
			return nil, err
		}
	}
	return text.Bytes(), nil
}

// accept takes the first connection that comes, and closes the listener, so that no other is taken. If the listener
// goes on, it takes that of the harness's own socket, and before it only those that are in front of it.
func (p *peer) accept() {
	if !p.listens || p.released {
		return
	}
	if s, _ := p.state(); p.backlog > 0 && !s.Synchronized() {
		return
	}
	for {
		var from tcpip.FullAddress
		conn, _, err := p.sock.Accept(&from)
		if err != nil {
			return
		}
		if p.backlog == 0 {
			p.sock.Close()
			p.sock, p.listens = conn, false
			p.stack.settle()
			return
		}
		if from.Addr == address(p.remote) && from.Port == p.remote.Port() {
			p.listener, p.sock, p.listens = p.sock, conn, false
			return
		}
	}
}

// state is that of the user's socket; of a listener, that of the connection which it is about to take.
func (p *peer) state() (s model.State, gone bool) {
	if p.sock == nil {
		return model.Closed, true
	}
	sock := stack.TransportEndpoint(p.sock.(*tcp.Endpoint))
	if p.listens {
		id := stack.TransportEndpointID{
			LocalAddress: address(p.local), LocalPort: p.local.Port(),
			RemoteAddress: address(p.remote), RemotePort: p.remote.Port(),
		}
		if found := p.stack.FindTransportEndpoint(ipv4.ProtocolNumber, tcp.ProtocolNumber, id, nic); found != nil {
			sock = found
		}
	}
	s = states[tcp.EndpointState(sock.(*tcp.Endpoint).State())]
	if s == model.Closed && p.listener != nil {
		s = model.Listen
	}
	return s, s == model.Closed
}

var states = map[tcp.EndpointState]model.State{
	tcp.StateListen: model.Listen, tcp.StateSynSent: model.SynSent, tcp.StateSynRecv: model.SynReceived,
	tcp.StateEstablished: model.Established, tcp.StateFinWait1: model.FinWait1, tcp.StateFinWait2: model.FinWait2,
	tcp.StateCloseWait: model.CloseWait, tcp.StateClosing: model.Closing, tcp.StateLastAck: model.LastAck,
	tcp.StateTimeWait: model.TimeWait,
}

// signals are what the user hears that it has not heard yet.
func (p *peer) signals() (heard []conform.Signal) {
	if p.sock == nil || p.released {
		return nil
	}
	say := func(s conform.Signal, now bool) {
		if now && !p.said[s] {
			p.said[s] = true
			heard = append(heard, s)
		}
	}
	s, _ := p.state()
	say(conform.Opened, s.Synchronized())
	say(conform.End, p.ended)
	switch p.sock.(*tcp.Endpoint).LastError().(type) {
	case *tcpip.ErrConnectionReset, *tcpip.ErrAborted: // ErrAborted: a RST in CLOSE-WAIT, EPIPE
		say(conform.Reset, true)
	case *tcpip.ErrConnectionRefused:
		say(conform.Refused, true)
	case *tcpip.ErrTimeout:
		say(conform.TimedOut, true)
	}
	return heard
}

// name is the errno's name of an error. That a connect has been started is none.
func name(err tcpip.Error) string {
	switch err.(type) {
	case nil, *tcpip.ErrConnectStarted:
		return ""
	case *tcpip.ErrClosedForReceive:
		return io.EOF.Error()
	}
	return unix.ErrnoName(unix.Errno(syserr.TranslateNetstackError(err).ToLinux()))
}

func address(a netip.AddrPort) tcpip.Address { return tcpip.AddrFrom4(a.Addr().As4()) }

func full(a netip.AddrPort) tcpip.FullAddress {
	return tcpip.FullAddress{Addr: address(a), Port: a.Port()}
}
