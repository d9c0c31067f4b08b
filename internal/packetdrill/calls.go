package packetdrill

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/model"
)

// The arguments of calls.

// arg returns an argument, or an ellipsis if there is none.
func (c *invocation) arg(i int) Expr {
	if i >= len(c.Args) {
		return Expr{Kind: Ellipsis}
	}
	return c.Args[i]
}

// fd returns the descriptor, or -1.
func (c *invocation) fd() int64 {
	if e := c.arg(0); e.Kind == Int {
		return e.N
	}
	return -1
}

// words returns the names that | joins in an argument. A number other than 0 counts as a name.
func (c *invocation) words(i int) []string { return words(c.arg(i)) }

func words(e Expr) (list []string) {
	switch e.Kind {
	case Word:
		return []string{e.Name}
	case Int:
		if e.N != 0 {
			return []string{strconv.FormatInt(e.N, 10)}
		}
	case Or:
		for _, sub := range e.Sub {
			list = append(list, words(sub)...)
		}
	}
	return list
}

// number returns a value, or the value in [ ].
func number(e Expr) (int64, bool) {
	if e.Kind == List && len(e.Sub) == 1 {
		e = e.Sub[0]
	}
	return e.N, e.Kind == Int
}

// member returns a field of a struct.
func member(e Expr, name string) (Expr, bool) {
	for _, f := range e.Sub {
		if f.Kind == Field && f.Name == name {
			return f.Sub[0], true
		}
	}
	return Expr{}, false
}

// port returns the port in {sin_port = htons(80)}.
func (c *invocation) port(i int, otherwise uint16) uint16 {
	for _, name := range []string{"sin_port", "sin6_port"} {
		if f, ok := member(c.arg(i), name); ok && f.Kind == Apply && len(f.Sub) == 1 && f.Sub[0].Kind == Int {
			return uint16(f.Sub[0].N)
		}
	}
	return otherwise
}

// octets returns how much a call reads or writes: a number, or the sum of the lengths in an iovec or a msghdr.
func octets(e Expr) (int64, error) {
	switch {
	case e.Kind == Int && e.N >= 0 && e.N < 1<<31:
		return e.N, nil
	case e.Kind == List:
		var sum int64
		for _, v := range e.Sub {
			if v.Kind != Struct || len(v.Sub) < 2 || v.Sub[1].Kind != Int || v.Sub[1].N < 0 || v.Sub[1].N >= 1<<31 {
				return 0, unsupported("an iovec that is not a list of {..., length}")
			}
			sum += v.Sub[1].N
		}
		return sum, nil
	}
	if control, ok := member(e, "msg_control"); ok && len(control.Sub) > 0 {
		return 0, unsupported("msg_control")
	}
	if iov, ok := member(e, "msg_iov"); ok {
		return octets(iov)
	}
	return 0, unsupported("a length below 0, or none")
}

// quietFlags are flags of send and recv without an effect here, and MSG_DONTWAIT.
var quietFlags = []string{"MSG_NOSIGNAL", "MSG_EOR", "MSG_WAITALL", "MSG_DONTWAIT"}

// flags reads the flags of a call. at is their argument; 0: the call has none.
func (c *invocation) flags(at int, more ...string) (peek bool, err error) {
	if at == 0 {
		return false, nil
	}
	for _, f := range c.words(at) {
		if !slices.Contains(quietFlags, f) && !slices.Contains(more, f) {
			return false, unsupported("the flag " + f)
		}
		c.dont = c.dont || f == "MSG_DONTWAIT"
		peek = peek || f == "MSG_PEEK"
	}
	return peek, nil
}

// unreading is a peer that knows how much data its user has not read.
type unreading interface{ Unread() int }

func (s *socket) unread() (int, error) {
	if p, ok := s.ep.peer.(unreading); ok {
		return p.Unread(), nil
	}
	return 0, unsupported("how much data is unread: the stack does not report it")
}

// reads returns the implementation of a call that reads. The arguments say where the length and the flags are.
func reads(length, flags int) func(*world, *invocation) (outcome, error) {
	return func(w *world, c *invocation) (outcome, error) {
		s := w.of(c)
		n, err := octets(c.arg(length))
		if err != nil {
			return outcome{}, err
		}
		peek, err := c.flags(flags, "MSG_PEEK")
		if err != nil {
			return outcome{}, err
		}
		if s.ep == nil || !s.ep.opened && s.ep.gone && s.ep.err == "" {
			return fails("ENOTCONN")
		}
		got, err := w.receive(s, int(n), peek)
		if got > 0 && c.null(1) {
			return fails("EFAULT")
		}
		return w.read(s, got, n, err)
	}
}

// receive reads data from the socket, or (peek) only returns how much there is.
func (w *world) receive(s *socket, n int, peek bool) (int, error) {
	if peek {
		have, err := s.unread()
		return min(have, n), err
	}
	r, err := w.do(s.ep, conform.Input{Op: conform.Receive, N: n})
	return len(r.Text), err
}

// read returns the outcome of a read of n octets, of which got were there.
func (w *world) read(s *socket, got int, n int64, err error) (outcome, error) {
	switch ep := s.ep; {
	case err != nil:
		return outcome{}, err
	case got > 0 || n == 0:
		return outcome{n: int64(got)}, nil
	case ep.err != "":
		return fails(ep.tell())
	case ep.ended || s.shutRead || ep.opened && ep.gone && ep.tells:
		return outcome{}, nil
	}
	return outcome{blocks: true}, nil
}

// writes returns the implementation of a call that writes.
func writes(length, flags int) func(*world, *invocation) (outcome, error) {
	return func(w *world, c *invocation) (outcome, error) {
		s := w.of(c)
		n, err := octets(c.arg(length))
		if err != nil {
			return outcome{}, err
		}
		if _, err := c.flags(flags); err != nil {
			return outcome{}, err
		}
		if n > 0 && s.ep != nil && s.ep.opened && !s.shutWrite && c.null(1) {
			return fails("EFAULT")
		}
		o, err := w.write(s, int(n))
		o.wrote = true
		return o, err
	}
}

// null reports whether an argument is NULL.
func (c *invocation) null(i int) bool { e := c.arg(i); return e.Kind == Word && e.Name == "NULL" }

func (w *world) write(s *socket, n int) (outcome, error) {
	none := "EPIPE"
	if w.host.Profile == "freebsd" {
		none = "ENOTCONN"
	}
	switch ep := s.ep; {
	case ep == nil:
		return fails(none)
	case ep.err != "":
		return fails(ep.tell())
	case s.shutWrite || ep.opened && ep.gone && ep.tells:
		return fails("EPIPE")
	case !ep.opened && ep.gone:
		return fails(none)
	case !ep.opened:
		return outcome{blocks: true}, nil
	}
	r, err := w.do(s.ep, conform.Input{Op: conform.Send, N: n})
	if err != nil {
		return outcome{}, err
	}
	if r.Error != "" {
		return fails(errno(r.Error, "EPIPE"))
	}
	return outcome{n: int64(n)}, nil
}

func (w *world) fcntl(c *invocation) (outcome, error) {
	s := w.of(c)
	switch cmd := c.words(1); {
	case slices.Equal(cmd, []string{"F_GETFL"}):
		const readWrite, linuxNonblock, freebsdNonblock = 2, 0x800, 4
		n := int64(readWrite)
		if s.nonblock && w.host.Profile == "freebsd" {
			n |= freebsdNonblock
		} else if s.nonblock {
			n |= linuxNonblock
		}
		return outcome{n: n}, nil
	case slices.Equal(cmd, []string{"F_SETFL"}):
		s.nonblock = slices.Contains(c.words(2), "O_NONBLOCK")
		return outcome{}, nil
	}
	return outcome{}, unsupported(fmt.Sprintf("fcntl %v", c.words(1)))
}

// ioctl returns how much data is unread (SIOCINQ, FIONREAD).
func (w *world) ioctl(c *invocation) (outcome, error) {
	s := w.of(c)
	cmd := c.words(1)
	if !slices.Equal(cmd, []string{"SIOCINQ"}) && !slices.Equal(cmd, []string{"FIONREAD"}) || s.ep == nil {
		return outcome{}, unsupported(fmt.Sprintf("ioctl %v", cmd))
	}
	n, err := s.unread()
	return outcome{differ: compare(c.arg(2), int64(n))}, err
}

// compare says how a value that a call wrote differs from the one in the script. It is empty if they are equal.
func compare(e Expr, got int64) string {
	if want, ok := number(e); ok && want != got {
		return fmt.Sprintf("expected [%d], got [%d]", want, got)
	}
	return ""
}

// poll returns which descriptors are ready. With a timeout it blocks until one is.
func (w *world) poll(c *invocation) (outcome, error) {
	var o outcome
	for _, e := range c.arg(0).Sub {
		fd, ok := member(e, "fd")
		events, ok2 := member(e, "events")
		if !ok || !ok2 || fd.Kind != Int {
			return outcome{}, unsupported("poll() of something other than {fd=, events=, revents=}")
		}
		ready, err := w.ready(fd.N)
		if err != nil {
			return outcome{}, err
		}
		ready = slices.DeleteFunc(ready, func(name string) bool {
			return name != "POLLERR" && name != "POLLHUP" && name != "POLLNVAL" && !slices.Contains(words(events), name)
		})
		if len(ready) > 0 {
			o.n++
		}
		want, ok := member(e, "revents")
		if names := words(want); ok && want.Kind != Ellipsis && !sameNames(names, ready) {
			o.differ = fmt.Sprintf("expected revents=%v, got %v", names, ready)
		}
	}
	if wait, ok := number(c.arg(2)); ok && o.n == 0 && (wait < 0 || w.now < c.since+time.Duration(wait)*ms) {
		return outcome{blocks: true}, nil
	}
	return o, nil
}

func sameNames(a, b []string) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(n string) bool { return !slices.Contains(b, n) })
}

// ready returns the events of poll for a descriptor, as POSIX defines them.
func (w *world) ready(fd int64) (names []string, err error) {
	s, ok := w.fds[fd]
	switch {
	case !ok:
		return []string{"POLLNVAL"}, nil
	case s.listening && len(s.queue) > 0:
		return []string{"POLLIN", "POLLRDNORM"}, nil
	case s.listening:
		return nil, nil
	case s.ep == nil:
		return []string{"POLLOUT", "POLLHUP"}, nil
	}
	n, err := s.unread()
	over := s.ep.gone && s.ep.tells
	add := func(on bool, list ...string) {
		if on {
			names = append(names, list...)
		}
	}
	add(n > 0 || s.ep.ended || s.shutRead || over, "POLLIN", "POLLRDNORM")
	add(s.ep.ended || s.shutRead || over, "POLLRDHUP")
	add(s.ep.opened || over, "POLLOUT", "POLLWRNORM")
	add(s.ep.err != "", "POLLERR")
	add(over || s.ep.ended && s.shutWrite || s.ep.state == model.TimeWait, "POLLHUP")
	return names, err
}
