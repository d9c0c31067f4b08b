package packetdrill

import (
	"fmt"
	"maps"
	"net/netip"
	"time"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// socket is the socket of a file descriptor.
type socket struct {
	local     netip.AddrPort
	bound     bool
	listening bool
	queue     []*endpoint // open connections that wait for accept
	ep        *endpoint   // its connection, if it has one
	nonblock  bool
	abort     bool             // SO_LINGER with a time of 0
	lingers   time.Duration    // SO_LINGER with a time: close() waits for the ACK of the FIN
	options   map[string]int64 // what setsockopt has set
	shutRead  bool
	shutWrite bool
	told      bool // a connect() that did not block has reported success
}

// outcome is the result of a call, or that it has not returned yet (blocks).
type outcome struct {
	n      int64
	errno  string
	blocks bool
	differ string // how the value written into an argument differs from the script's
	wrote  bool   // it put data into the send buffer
}

func fails(errno string) (outcome, error) { return outcome{n: -1, errno: errno}, nil }

// invocation is a call in progress. again: it has blocked before.
type invocation struct {
	*Call
	since time.Duration
	again bool
	dont  bool // MSG_DONTWAIT

	closed *socket // the socket of a close() that may still wait
}

// syscalls are the known calls. Calls that do the same differ in the places of their arguments.
var syscalls map[string]func(*world, *invocation) (outcome, error)

func init() { // not a literal, since poll refers to the others
	syscalls = map[string]func(*world, *invocation) (outcome, error){
		"socket": (*world).socket, "bind": (*world).bind, "listen": (*world).listen, "connect": (*world).connect,
		"accept": (*world).accept, "close": (*world).close, "shutdown": (*world).shutdown,
		"fcntl": (*world).fcntl, "ioctl": (*world).ioctl, "poll": (*world).poll,
		"getsockopt": (*world).getsockopt, "setsockopt": (*world).setsockopt,
		"read": reads(2, 0), "recv": reads(2, 3), "recvfrom": reads(2, 3), "readv": reads(1, 0), "recvmsg": reads(1, 2),
		"write": writes(2, 0), "send": writes(2, 3), "sendto": writes(2, 3), "writev": writes(1, 0), "sendmsg": writes(1, 2),
	}
}

// call executes a call, or continues one that blocked.
func (w *world) call(c *invocation) (outcome, error) {
	f, ok := syscalls[c.Name]
	if !ok {
		return outcome{}, unsupported("the call " + c.Name + "()")
	}
	if _, open := w.fds[c.fd()]; !open && !(c.again && c.Name == "close") && c.Name != "socket" && c.Name != "poll" {
		return outcome{}, failure{fmt.Sprintf("no open socket of the script has the descriptor %d", c.fd())}
	}
	o, err := f(w, c)
	if o.blocks && err == nil {
		if s, ok := w.fds[c.fd()]; ok && (s.nonblock || c.dont) {
			return fails("EAGAIN")
		}
	}
	return o, err
}

// of returns the socket of a call.
func (w *world) of(c *invocation) *socket { return w.fds[c.fd()] }

// socket makes a socket. Its descriptor is the one in the script, since systems differ in where they begin.
func (w *world) socket(c *invocation) (outcome, error) {
	kind, proto := c.words(1), c.words(2)
	s := &socket{options: map[string]int64{}}
	for _, k := range kind {
		switch k {
		case "SOCK_STREAM", "SOCK_CLOEXEC":
		case "SOCK_NONBLOCK":
			s.nonblock = true
		default:
			return outcome{}, unsupported("a socket of kind " + k)
		}
	}
	for _, p := range proto {
		if p != "IPPROTO_TCP" {
			return outcome{}, unsupported("a socket of protocol " + p)
		}
	}
	w.current, w.bare, w.unseen = wire.Flow{}, false, false // packets without ports are of the newest socket, as in packetdrill
	return w.open(c, s)
}

// open gives a socket the descriptor that the script expects, or else the next free one.
func (w *world) open(c *invocation, s *socket) (outcome, error) {
	fd := int64(3)
	if c.Result.Kind == Int && c.Result.N >= 0 {
		fd = c.Result.N
	}
	if c.Result.Kind == Int && w.fds[fd] != nil {
		return outcome{}, unsupported(fmt.Sprintf("descriptor %d for a second socket while the first is open", fd))
	}
	for w.fds[fd] != nil {
		fd++
	}
	w.fds[fd] = s
	return outcome{n: fd}, nil
}

func (w *world) bind(c *invocation) (outcome, error) {
	s := w.of(c)
	if s.bound {
		return fails("EINVAL")
	}
	at := netip.AddrPortFrom(w.local, c.port(1, w.bindPort))
	if l := w.listener(at); l != nil {
		return fails("EADDRINUSE")
	}
	s.local, s.bound = at, true
	return outcome{}, nil
}

func (w *world) listen(c *invocation) (outcome, error) {
	s := w.of(c)
	switch {
	case s.ep != nil:
		return fails("EINVAL")
	}
	if !s.bound {
		w.port++
		s.local, s.bound = netip.AddrPortFrom(w.local, w.port), true
	}
	s.listening = true
	w.port++
	w.current, w.bare, w.unseen = wire.Flow{Src: s.local, Dst: netip.AddrPortFrom(w.remote, w.port)}, false, false
	return outcome{}, nil
}

// connect: a call that does not block returns EINPROGRESS first, EALREADY meanwhile, 0 once, and then EISCONN.
func (w *world) connect(c *invocation) (outcome, error) {
	s := w.of(c)
	switch {
	case s.listening:
		return fails("EISCONN")
	case s.ep == nil || s.ep.gone && !s.ep.opened && s.ep.err == "" && !c.again:
		return w.begin(c, s)
	case s.ep.err != "":
		return fails(s.ep.tell())
	case s.ep.opened && (c.again || !s.told && s.nonblock):
		s.told = true
		return outcome{}, nil
	case s.ep.opened:
		return fails("EISCONN")
	case s.nonblock:
		return fails("EALREADY")
	}
	return outcome{blocks: true}, nil
}

// begin executes the active OPEN.
func (w *world) begin(c *invocation, s *socket) (outcome, error) {
	if !s.bound {
		w.port++
		s.local, s.bound = netip.AddrPortFrom(w.local, w.port), true
	}
	ep, err := w.end(wire.Flow{Src: s.local, Dst: netip.AddrPortFrom(w.remote, c.port(1, w.connectPort))})
	if err != nil {
		return outcome{}, err
	}
	if !ep.gone {
		return fails("EADDRNOTAVAIL") // the pair of sockets is in use, if only in TIME-WAIT
	}
	if err := ep.reset(); err != nil {
		return outcome{}, err
	}
	s.ep, w.current, w.bare, w.unseen = ep, ep.flow, false, false
	ep.active = true
	s.keepAlive()
	r, err := w.do(ep, conform.Input{Op: conform.Connect})
	switch {
	case err != nil:
		return outcome{}, err
	case r.Error != "" && r.Error != "EINPROGRESS":
		return fails(errno(r.Error, "ECONNREFUSED"))
	case s.nonblock:
		return fails("EINPROGRESS")
	}
	return outcome{blocks: true}, nil
}

// errno returns the stack's name of an error, if it is the name of an errno.
func errno(name, otherwise string) string {
	if len(name) > 1 && name[0] == 'E' && isLetter(name[1]) && name[1] < 'a' {
		return name
	}
	return otherwise
}

func (w *world) accept(c *invocation) (outcome, error) {
	l := w.of(c)
	switch {
	case !l.listening:
		return fails("EINVAL")
	case len(l.queue) == 0:
		return outcome{blocks: true}, nil
	}
	s := &socket{ep: l.queue[0], local: l.local, bound: true, options: map[string]int64{}, abort: l.abort}
	l.queue = l.queue[1:]
	s.ep.accepted = true
	maps.Copy(s.options, l.options)
	delete(s.options, "SO_RCVBUF")
	s.keepAlive()
	return w.open(c, s)
}

// close closes a socket: CLOSE of RFC 9293, after which the systems accept no more data, or ABORT with SO_LINGER of 0.
func (w *world) close(c *invocation) (outcome, error) {
	if c.again {
		return w.lingers(c), nil
	}
	s := w.of(c)
	c.closed = s
	delete(w.fds, c.fd())
	if s.listening {
		return outcome{}, w.unlisten(s)
	}
	op := conform.Close
	switch {
	case s.ep == nil || s.ep.gone:
		return outcome{}, nil
	case s.abort:
		op = conform.Abort
	case w.host.releases():
		op = conform.Release
		// SHLD-3: a close with unread data sends a RST. A stack does so itself; §3.10.4 has a half-duplex close only in ESTABLISHED.
		if p, ok := s.ep.peer.(unreading); ok && p.Unread() > 0 && !w.host.Ways.FlushesUnread {
			op = conform.Abort
		} else if ok && p.Unread() > 0 {
			if _, err := w.do(s.ep, conform.Input{Op: conform.Receive, N: p.Unread()}); err != nil {
				return outcome{}, err
			}
		}
	}
	if _, err := w.do(s.ep, conform.Input{Op: op}); err != nil || op == conform.Abort {
		return outcome{}, err
	}
	return w.lingers(c), nil
}

// lingers waits in close() until the FIN is acknowledged, or for the time of SO_LINGER: Linux, inet_release(), whether the socket
// blocks or not. No RST is sent at the end; measured.
func (w *world) lingers(c *invocation) outcome {
	s := c.closed
	switch s.ep.state {
	case model.FinWait1, model.Closing, model.LastAck:
		return outcome{blocks: s.ep.tells && w.now < c.since+s.lingers}
	}
	return outcome{}
}

// unlisten ends the connections that were not accepted: established ones are reset, the others forgotten.
func (w *world) unlisten(s *socket) (err error) {
	for _, ep := range w.ends {
		switch {
		case err != nil || ep.listener != s || ep.gone || ep.accepted:
			continue
		case ep.opened:
			_, err = w.do(ep, conform.Input{Op: conform.Abort})
		case w.sys.One: // it still has the listening socket
			_, err = w.do(ep, conform.Input{Op: conform.Release})
		default:
			err = ep.reset()
		}
	}
	return err
}

func (w *world) shutdown(c *invocation) (outcome, error) {
	s := w.of(c)
	switch {
	case s.ep == nil || s.ep.gone || !s.ep.opened && s.ep.state != model.SynReceived && s.ep.tells:
		return fails("ENOTCONN")
	}
	how := c.words(1)
	if len(how) != 1 {
		return fails("EINVAL")
	}
	switch how[0] {
	case "SHUT_RD", "0":
		s.shutRead = true
		return outcome{}, nil
	case "SHUT_WR", "1":
	case "SHUT_RDWR", "2":
		s.shutRead = true
	default:
		return fails("EINVAL")
	}
	if s.shutWrite {
		return outcome{}, nil
	}
	s.shutWrite = true
	_, err := w.do(s.ep, conform.Input{Op: conform.Close})
	return outcome{}, err
}
