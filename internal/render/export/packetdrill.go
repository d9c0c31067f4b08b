package export

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Unfaithful is the error of a run that no script brings about, and why.
type Unfaithful struct {
	Step int
	Why  string
}

func (e *Unfaithful) Error() string {
	return fmt.Sprintf("step %d cannot be said in packetdrill's language: %s; no script was written", e.Step, e.Why)
}

// The wait that a host is given for TIME-WAIT, and the pause in which it ends: that of Linux, whatever that of the run is.
const timeWait, pause = 60 * time.Second, 61 * time.Second

// mostAgain is how often a host sends something again before it may give up: tcp_syn_retries of Linux.
const mostAgain = 6

// perTick is how many ticks a second has here: so many that no host sends anything again because a run takes long.
const perTick = 100

// Packetdrill writes the run as a script in which endpoint me (netfake.A or B) is under test: one that packetdrill reads, and that
// tcpcheck packetdrill passes with the policies that its comment names. What the language cannot say is an *Unfaithful, and
// nothing is written.
func Packetdrill(w io.Writer, sys *netfake.System, run []netfake.Transition, me int) error {
	sc := sys.Scenario()
	s := &script{me: me, sc: &sc, base: sc.Peer[1-me].Base, iss: sc.Peer[me].Base, listener: none, fd: none, next: 3}
	tcp := sc.Peer[me].TCP
	s.note("%s under test, in a run of %d steps; a tick is %v", netfake.PeerName(me), len(run), time.Second/perTick)
	s.note("tcpcheck: profile=rfc9293 time-wait=%v own-rst=ack%s", timeWait, differing(tcp))
	when, notes := times(run), ladder.Origins(run)
	if tcp.Timestamps {
		s.lines = append(s.lines, "`sysctl -q net.ipv4.tcp_timestamps=1 net.ipv4.tcp_sack=0 net.ipv4.tcp_window_scaling=0`")
	}
	if sc.Start == netfake.StartEstablished {
		s.open()
	}
	for i := range run {
		s.at = when[i]/perTick + s.paused
		s.step(&run[i], strings.Trim(notes[i], "()"))
	}
	switch {
	case s.bad != nil:
		return s.bad
	case !s.begun:
		return &Unfaithful{len(run), "nothing happens at " + netfake.PeerName(me) + ", and packetdrill reads no empty script"}
	}
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, "--tolerance_usecs=100000")
	for _, l := range s.lines {
		fmt.Fprintln(b, l)
	}
	return b.Flush()
}

// differing lists the policies of a host that are not the base model's, each after a blank.
func differing(c model.Config) (names string) {
	for _, p := range model.Policies {
		if v := p.Get(c); v != 0 {
			names += " " + p.Name + "=" + p.Values[v]
		}
	}
	return names
}

// none is no descriptor.
const none = -1

// script collects the lines.
type script struct {
	me           int
	sc           *netfake.Scenario
	lines        []string
	at           time.Duration // of the step at hand
	clock        time.Duration // of the last line
	paused       time.Duration // added to the times of the run
	begun        bool          // there is a line
	again        int           // how often something was sent again
	any          bool          // the next packet comes when the host's timer fires
	base         model.Seq     // from which SEQ of what is injected counts
	based        bool
	iss          model.Seq // from which SEQ of what is sent counts
	named        bool      // a SYN of ours has its number on this socket,
	shown        bool      // and was sent
	active       bool      // the socket sent it first
	met          bool      // and was answered by a SYN,ACK
	listener, fd int
	next         int // descriptor
	bad          *Unfaithful
}

func (s *script) note(format string, args ...any) {
	s.lines = append(s.lines, "// "+fmt.Sprintf(format, args...))
}

// line adds an event of the step at hand.
func (s *script) line(format string, args ...any) {
	after := "+0"
	if d := s.at - s.clock; d > 0 && s.begun {
		after = "+" + strconv.FormatFloat(d.Round(time.Microsecond).Seconds(), 'f', -1, 64)
	}
	text := fmt.Sprintf(format, args...)
	if s.any && strings.HasPrefix(text, ">") {
		after, s.any = "*", false
	}
	s.clock, s.begun = max(s.clock, s.at), true
	s.lines = append(s.lines, after+" "+text)
}

// cannot notes what cannot be said; the first of it is the error.
func (s *script) cannot(m *netfake.Transition, why string) {
	s.note("step %d: %s: this cannot be said here", m.N, why)
	if s.bad == nil {
		s.bad = &Unfaithful{m.N, why}
	}
}

// step writes what the endpoint under test sees of a step.
func (s *script) step(m *netfake.Transition, note string) {
	w := &m.To.Peer[s.me]
	switch {
	case m.Action.Kind == netfake.Tick:
		return
	case m.Side() != s.me:
		return // the other's, or on its way there
	case m.Action.Kind == netfake.Lose:
		s.note("step %d: lost on the way: %v", m.N, m.Packet)
		return
	case arrives(m):
		s.inject(m, m.Packet.Seg, note)
		if !m.Stepped {
			s.cannot(m, "the host keeps quiet and takes no segment")
		}
	default:
		s.call(m)
	}
	if !m.Stepped {
		return
	}
	if t := m.After; t.State >= model.SynSent && (m.Before.State < model.SynSent || t.Iss != m.Before.Iss) {
		if s.named {
			s.cannot(m, "the number of a second SYN of ours on the same pair of sockets, which packetdrill counts from the first one")
		}
		s.iss, s.named = t.Iss, true
	}
	for _, p := range sent(m) {
		s.expect(m, p.Seg)
	}
	s.told(m)
	if s.fd != none && m.Before.State > model.Listen && w.State() <= model.Listen {
		s.line("close(%d) = 0", s.fd)
		s.fd = none
	}
	if s.listener != none && w.State() == model.Closed {
		s.line("close(%d) = 0", s.listener)
		s.listener = none
	}
}

// call writes what the user or a timer does.
func (s *script) call(m *netfake.Transition) {
	state := m.From.Peer[s.me].State()
	switch m.Action.Kind {
	case netfake.OpenPassive:
		s.listener = s.socket()
		s.listen()
	case netfake.OpenActive:
		if m.Event.N > 0 {
			s.cannot(m, "text goes out on the SYN")
		}
		if state != model.Closed {
			s.cannot(m, "an active OPEN takes over a "+state.String())
		}
		s.connect()
	case netfake.Retransmit:
		s.note("step %d: %s", m.N, m.Action.Kind)
		s.any = true
		if s.again++; s.again > mostAgain {
			s.cannot(m, "more is sent again than a host sends before it gives up")
		}
	case netfake.EndTimeWait:
		s.note("step %d: %s", m.N, m.Action.Kind)
		s.at, s.paused = s.at+pause, s.paused+pause
	case netfake.Crash:
		s.cannot(m, "the host crashes and forgets everything")
	case netfake.GiveUp:
		s.cannot(m, "the user timeout strikes")
	default:
		s.use(m, state)
	}
}

// use writes a call of a user with a connection or a listener.
func (s *script) use(m *netfake.Transition, state model.State) {
	if s.fd == none {
		if state != model.Listen { // which is closed when the step is over
			s.cannot(m, m.Action.Kind.String()+" in "+state.String()+", where no socket was accepted yet")
		}
		return
	}
	switch m.Action.Kind {
	case netfake.Send:
		if state < model.Established {
			s.cannot(m, "SEND in "+state.String())
			return
		}
		s.line("write(%d, ..., %d) = %d", s.fd, m.Event.N, m.Event.N)
	case netfake.Close:
		switch {
		case s.sc.Peer[s.me].TCP.HalfDuplexClose: // a user who has closed reads no more
			s.line("close(%d) = 0", s.fd)
			s.fd = none
		case state > model.SynSent: // else the descriptor is closed when the step is over
			s.line("shutdown(%d, SHUT_WR) = 0", s.fd)
		}
	case netfake.Abort: // the descriptor is closed when the step is over
		if m.To.Peer[s.me].State() != model.Closed {
			s.cannot(m, "ABORT leads to "+m.To.Peer[s.me].State().String())
		}
		s.line("setsockopt(%d, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0", s.fd)
		if len(m.Sent) > 0 {
			s.line("close(%d) = 0", s.fd)
			s.fd = none
		}
	}
}

// told writes what the user is informed of: that the connection is open, data, and how it ended.
func (s *script) told(m *netfake.Transition) {
	signals := m.Output.Signals
	if signals&model.Opened != 0 && s.fd == none && s.listener != none {
		s.fd = s.next
		s.next++
		s.line("accept(%d, ..., ...) = %d", s.listener, s.fd)
	}
	if s.fd == none {
		return
	}
	if n := m.Output.Delivered; n > 0 {
		s.line("read(%d, ..., %d) = %d", s.fd, n, n)
	}
	if signals&model.ConnectionClosing != 0 && m.After.Unread == 0 {
		s.line("read(%d, ..., 1) = 0", s.fd)
	}
	switch {
	case signals&(model.ConnectionReset|model.ConnectionRefused) == 0 || !arrives(m):
	case m.Before.State < model.Established:
		s.line("read(%d, ..., 1) = -1 ECONNREFUSED (Connection refused)", s.fd)
	case m.Before.State.CanReceive():
		s.line("read(%d, ..., 1) = -1 ECONNRESET (Connection reset by peer)", s.fd)
	default:
		s.note("step %d: the user hears of a reset", m.N)
	}
}

// listen makes a listener whose accept() does not block.
func (s *script) listen() {
	s.line("fcntl(%d, F_SETFL, O_RDWR|O_NONBLOCK) = 0", s.listener)
	s.line("bind(%d, ..., ...) = 0", s.listener)
	s.line("listen(%d, 1) = 0", s.listener)
}

// connect opens a socket actively.
func (s *script) connect() {
	s.fd, s.active = s.socket(), true
	s.line("fcntl(%d, F_SETFL, O_RDWR|O_NONBLOCK) = 0", s.fd)
	s.line("connect(%d, ..., ...) = -1 EINPROGRESS (Operation now in progress)", s.fd)
}

// socket opens one: packetdrill counts anew from its numbers.
func (s *script) socket() int {
	fd := s.next
	s.next++
	s.based, s.named, s.shown, s.active, s.met = false, false, false, false, false
	s.line("socket(..., SOCK_STREAM, IPPROTO_TCP) = %d", fd)
	s.line("setsockopt(%d, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0", fd)
	return fd
}
