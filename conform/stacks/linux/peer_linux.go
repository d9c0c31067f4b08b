package linux

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"runtime"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/model"
)

// New is the kernel with one socket, if the system lets us have a namespace (errRefused if not).
func New() (conform.Peer, error) {
	p := &peer{work: make(chan func()), tun: -1, sock: -1}
	go p.run()
	if err := p.Reset(netip.MustParseAddrPort("192.0.2.2:80"), netip.MustParseAddrPort("192.0.2.1:4000")); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

type peer struct {
	work          chan func() // what the thread in the namespace is to do
	local, remote netip.AddrPort
	tun           int // the other end of the device; -1: none
	sock          int // the user's: a listener until its connection is accepted; -1: none, or it was closed
	listens       bool
	backlog       int   // of a listener that goes on; 0: it is closed when a connection is accepted
	beside        []int // that listener, and connections that came before the user's
	said          map[conform.Signal]bool
	sent          uint32 // octets that the user has sent
}

// run does the work on a thread of its own, which is in the namespace and so can not be used for anything else afterwards.
func (p *peer) run() {
	runtime.LockOSThread()
	for f := range p.work {
		f()
	}
}

func (p *peer) onThread(f func() error) (err error) {
	done := make(chan struct{})
	p.work <- func() { err = f(); close(done) }
	<-done
	return err
}

func (p *peer) Hello() conform.Hello {
	var u unix.Utsname
	unix.Uname(&u)
	return conform.Hello{Name: "linux", Version: unix.ByteSliceToString(u.Release[:]), Tells: true, Backlog: true}
}

func (p *peer) Close() error {
	p.closeAll()
	close(p.work)
	return nil
}

func (p *peer) closeAll() {
	for _, fd := range []*int{&p.sock, &p.tun} {
		if *fd >= 0 {
			unix.Close(*fd)
		}
		*fd = -1
	}
	for _, fd := range p.beside {
		unix.Close(fd)
	}
	p.beside = nil
}

func (p *peer) Reset(local, remote netip.AddrPort) error {
	p.closeAll()
	p.local, p.remote = local, remote
	p.listens, p.backlog, p.said, p.sent = false, 0, nil, 0
	return p.onThread(func() (err error) { p.tun, err = enter(local.Addr()); return err })
}

func (p *peer) Do(in conform.Input) (r conform.Reaction, err error) {
	err = p.onThread(func() error { r, err = p.do(in); return err })
	return r, err
}

func (p *peer) do(in conform.Input) (r conform.Reaction, err error) {
	start := time.Now()
	if in.Op != conform.Sleep { // What was sent since the last input is a timer's, and no answer to this one.
		if _, err := collect(p.tun, start, start); err != nil {
			return r, err
		}
	}
	var until time.Time
	switch in.Op {
	case conform.Packet:
		// The kernel refuses what is no IP packet at all; that is no answer to what it means.
		if _, err := unix.Write(p.tun, in.Bytes); err != nil && !errors.Is(err, unix.EINVAL) {
			return r, fmt.Errorf("write to %s: %w", device, err)
		}
	case conform.Sleep:
		until = start.Add(in.For)
	default:
		r.Text, r.Error, err = p.call(in)
		if err != nil {
			return r, err
		}
	}
	if r.Packets, err = collect(p.tun, start, until); err != nil {
		return r, err
	}
	p.accept()
	r.State, r.Gone, err = stateOf(p.local, p.remote)
	if err == nil {
		r.Signals, err = p.signals(r.State)
	}
	return r, err
}

// call carries out a call of the user, and returns the text that it brought and the name of its error.
func (p *peer) call(in conform.Input) (text []byte, failed string, err error) {
	var refused error
	switch in.Op {
	case conform.Listen, conform.Connect:
		refused, err = p.open(in)
		return nil, name(refused), err
	}
	if p.sock < 0 {
		return nil, unix.ErrnoName(unix.EBADF), nil
	}
	ends := in.Op == conform.Close || in.Op == conform.Release || in.Op == conform.Abort
	switch s, _, err := stateOf(p.local, p.remote); {
	case err != nil:
		return nil, "", err
	case ends && p.listens && s == model.SynReceived:
		return nil, unix.ErrnoName(unix.ENOTCONN), nil // it is not handed over yet, so that there is no call for it
	}
	switch in.Op {
	case conform.Send:
		refused = p.send(in.N)
	case conform.Receive:
		text, refused = p.receive(in.N)
	case conform.Close:
		if p.listens { // shutdown for writing means nothing to a listener
			p.release()
			break
		}
		refused = unix.Shutdown(p.sock, unix.SHUT_WR)
	case conform.Release:
		p.release()
	case conform.Abort:
		refused = unix.SetsockoptLinger(p.sock, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1})
		p.release()
	}
	return text, name(refused), nil
}

// open makes a socket if there is none, or only a dead one, and opens it.
func (p *peer) open(in conform.Input) (refused, err error) {
	_, gone, err := stateOf(p.local, p.remote)
	if err != nil {
		return nil, err
	}
	if gone {
		p.release()
		if p.sock, err = unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0); err != nil {
			return nil, err
		}
		// What is sent goes out at once, as far as the window lets it: RFC 9293's SEND without Nagle's algorithm.
		if err := unix.SetsockoptInt(p.sock, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1); err != nil {
			return nil, err
		}
		// Urgent text is text (RFC 6093 §4): it is not taken out of the stream.
		if err := unix.SetsockoptInt(p.sock, unix.SOL_SOCKET, unix.SO_OOBINLINE, 1); err != nil {
			return nil, err
		}
		p.listens, p.sent, p.said = false, 0, make(map[conform.Signal]bool)
		if err := unix.Bind(p.sock, sockaddr(p.local)); err != nil {
			return err, nil
		}
	}
	if p.sock < 0 {
		return unix.EADDRINUSE, nil // a socket that the user has closed is still there
	}
	if in.Op == conform.Connect {
		return unix.Connect(p.sock, sockaddr(p.remote)), nil
	}
	const usual = 8
	backlog := usual
	if in.N > 0 {
		backlog = in.N
	}
	if refused = unix.Listen(p.sock, backlog); refused == nil {
		p.listens, p.backlog = true, in.N
	}
	return refused, nil
}

func (p *peer) release() {
	if p.sock >= 0 {
		unix.Close(p.sock)
	}
	p.sock, p.listens = -1, false
}

// send writes the next octets of the stream; what the buffer does not take is told as EAGAIN.
func (p *peer) send(n int) error {
	text := make([]byte, n)
	for i := range text {
		text[i] = conform.Octet(p.sent + uint32(i))
	}
	for len(text) > 0 {
		n, err := unix.SendmsgN(p.sock, text, nil, nil, unix.MSG_NOSIGNAL)
		if err != nil {
			return err
		}
		p.sent += uint32(n)
		text = text[n:]
	}
	return nil
}

// receive reads what is there. One read stops before urgent text.
func (p *peer) receive(n int) ([]byte, error) {
	text := make([]byte, n)
	for got := 0; ; {
		n, err := unix.Read(p.sock, text[got:])
		got += max(n, 0)
		switch {
		case n > 0 && got < len(text):
			continue
		case got > 0 || err == unix.EAGAIN:
			return text[:got], nil
		case err != nil:
			return nil, err
		case len(text) > 0:
			return nil, io.EOF
		}
		return nil, nil
	}
}

// accept takes the first connection that comes, and closes the listener, so that no other is taken. If the listener
// goes on, it takes that of the harness's own socket, and before it only those that are in front of it.
func (p *peer) accept() {
	if !p.listens {
		return
	}
	if s, _, err := stateOf(p.local, p.remote); p.backlog > 0 && (err != nil || !s.Synchronized()) {
		return
	}
	for {
		conn, from, err := unix.Accept4(p.sock, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
		if err != nil {
			return
		}
		if p.backlog == 0 {
			p.release()
			p.sock = conn
			return
		}
		if a, ok := from.(*unix.SockaddrInet4); ok && a.Addr == p.remote.Addr().As4() && a.Port == int(p.remote.Port()) {
			p.beside = append(p.beside, p.sock)
			p.sock, p.listens = conn, false
			return
		}
		p.beside = append(p.beside, conn)
	}
}

// signals are what the user hears that it has not heard yet.
func (p *peer) signals(state model.State) (heard []conform.Signal, err error) {
	if p.sock < 0 {
		return nil, nil
	}
	say := func(s conform.Signal) {
		if !p.said[s] {
			p.said[s] = true
			heard = append(heard, s)
		}
	}
	if state.Synchronized() {
		say(conform.Opened)
	}
	errno, err := unix.GetsockoptInt(p.sock, unix.SOL_SOCKET, unix.SO_ERROR)
	if err != nil {
		return heard, fmt.Errorf("SO_ERROR: %w", err)
	}
	switch unix.Errno(errno) {
	case 0:
	case unix.ECONNRESET, unix.EPIPE: // EPIPE: a RST in CLOSE-WAIT
		say(conform.Reset)
	case unix.ECONNREFUSED:
		say(conform.Refused)
	case unix.ETIMEDOUT:
		say(conform.TimedOut)
	default:
		return heard, fmt.Errorf("SO_ERROR: expected an error of a connection, got %w", unix.Errno(errno))
	}
	ready := []unix.PollFd{{Fd: int32(p.sock), Events: unix.POLLRDHUP}}
	if _, err := unix.Poll(ready, 0); err != nil {
		return heard, err
	}
	// A connection that failed reads as ended, too; the user has heard why.
	failed := p.said[conform.Reset] || p.said[conform.Refused] || p.said[conform.TimedOut]
	if ready[0].Revents&unix.POLLRDHUP != 0 && !failed {
		say(conform.End)
	}
	return heard, nil
}

// name is the errno's name of an error. That a connect goes on is none.
func name(err error) string {
	var errno unix.Errno
	switch {
	case err == nil, err == unix.EINPROGRESS:
		return ""
	case errors.As(err, &errno):
		return unix.ErrnoName(errno)
	}
	return err.Error()
}

func sockaddr(a netip.AddrPort) unix.Sockaddr {
	return &unix.SockaddrInet4{Addr: a.Addr().As4(), Port: int(a.Port())}
}
