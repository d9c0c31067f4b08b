package conform

import (
	"net/netip"
	"slices"
	"time"

	"github.com/tcpcheck/tcpcheck/internal/timed"
	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// Machine returns the model as a stack under test, in virtual time. Its first initial number is iss, and each later
// one is 2^20 higher, also that of a connection which follows another one on the same sockets. So runs are the same each time.
func Machine(c model.Config, timers timed.Timers, iss model.Seq) Peer {
	c.ManualReceive = true
	return &machine{config: c, timers: timers, iss: iss}
}

const issStep = 1 << 20

type machine struct {
	config model.Config
	timers timed.Timers
	iss    model.Seq
	conn   timed.Conn
	flow   wire.Flow // of what we send
	read   uint32    // octets handed to the user
	above  model.Seq // if a SYN ends TIME-WAIT, the next initial number is this much above SND.NXT; 0: it is chosen as usual
	ended  bool      // the user was informed that the peer sends no more; this is signalled only once
	beside hosted    // what else the host has
	left   uint32    // octets that were not handed over when the connection ended
}

func (m *machine) Hello() Hello {
	return Hello{Name: "model", Version: "RFC9293", Virtual: true, Tells: true, Backlog: true}
}

func (m *machine) Close() error { return nil }

func (m *machine) copy() *machine {
	x := *m
	x.beside.list = slices.Clone(m.beside.list)
	for i, other := range x.beside.list {
		x.beside.list[i] = other.copy()
	}
	return &x
}

func (m *machine) Reset(local, remote netip.AddrPort) error {
	m.conn = timed.Conn{Config: m.config, Timers: m.timers, Now: m.conn.Now, Step: m.conn.Step}
	m.flow = wire.Flow{Src: local, Dst: remote}
	m.iss += issStep
	m.read, m.left, m.beside = 0, 0, hosted{}
	return nil
}

func (m *machine) Do(in Input) (Reaction, error) {
	var r Reaction
	start, before := m.conn.Now, m.conn.TCB.State
	m.left = m.outlives(in.Op)
	switch in.Op {
	case Sleep:
		var failed error
		m.conn.Advance(start+in.For, func(_ model.EventKind, o model.Output) {
			if err := m.tell(&r, m.conn.Now-start, o); err != nil {
				failed = err
			}
		})
		m.renew(before)
		m.passBeside(&r, start)
		return m.end(r), failed
	case Packet:
		p, err := wire.Decode(in.Bytes)
		if err != nil {
			return r, err
		}
		switch {
		case p.Checksum == wire.Bad:
			return m.end(r), nil
		case p.Flow != m.flow.Reverse():
			return m.arrivesBeside(r, p)
		}
		return m.do(r, model.Event{Kind: model.SegmentArrives, Seg: p.Seg})
	case Receive:
		return m.receive(r, uint32(in.N))
	case Listen, Connect:
		if m.conn.TCB.State == model.Closed {
			m.conn.Config, m.conn.Orphan = m.config, false // this is another socket than the one that was released
			m.beside.backlog = in.N
		}
	case Release:
		return m.release(r)
	}
	if before == model.Listen && (in.Op == Close || in.Op == Abort) {
		m.beside.backlog = 0
	}
	return m.do(r, model.Event{Kind: calls[in.Op], N: uint32(in.N), Remote: in.Op == Connect})
}

// release closes the socket. It also releases a socket that was shut for writing before. That this is then a second
// CLOSE (§3.10.4) is not reported to the user.
func (m *machine) release(r Reaction) (Reaction, error) {
	there := m.conn.TCB.State != model.Closed
	if m.conn.TCB.State == model.Listen {
		m.beside.backlog = 0
	}
	m.conn.Config.HalfDuplexClose, m.conn.Orphan = true, true
	r, err := m.do(r, model.Event{Kind: model.Close})
	if there {
		r.Error = ""
	}
	return r, err
}

// receive hands over at most n octets. Data from before the peer's FIN stays available until the user has read it: the
// buffer belongs to the host and outlives the connection.
func (m *machine) receive(r Reaction, n uint32) (Reaction, error) {
	n = min(n, m.unread())
	for i := range n {
		r.Text = append(r.Text, Octet(m.read+i))
	}
	m.read += n
	switch t := &m.conn.TCB; t.State {
	case model.Closed:
		m.left -= n
	case model.Closing, model.LastAck, model.TimeWait:
		t.Unread -= n
	default:
		return m.do(r, model.Event{Kind: model.Receive, N: n})
	}
	return m.end(r), nil
}

// outlives is how many octets still wait for the user if this input ends the connection: those from before the peer's
// FIN, unless the user aborts, or opens again. A RST or a timeout before the FIN flushes the queues (§3.10.7.4, second;
// §3.10.8).
func (m *machine) outlives(op Op) uint32 {
	switch s := m.conn.TCB.State; {
	case op == Abort, op == Release, op == Listen, op == Connect, s != model.Closed && s != model.LastAck && s != model.TimeWait:
		return 0
	}
	return m.unread()
}

// unread is how many octets wait for the user.
func (m *machine) unread() uint32 {
	if m.conn.TCB.State == model.Closed {
		return m.left
	}
	return m.conn.TCB.Unread
}

// Unread is how many octets wait for the user.
func (m *machine) Unread() int { return int(m.unread()) }

// Resize changes the size of the receive buffer.
func (m *machine) Resize(octets uint32) {
	if t := &m.conn.TCB; t.State > model.Listen {
		t.Rcv.Wnd += octets - m.conn.Config.RcvBuf
	}
	m.conn.Config.RcvBuf = octets
}

// ReopenAbove sets by how much the initial number of a connection that replaces TIME-WAIT is above SND.NXT.
func (m *machine) ReopenAbove(step model.Seq) { m.above = step }

// KeepAlive makes the stack probe an idle connection: first after the time idle, then at an interval, and this many
// times before it is given up. With idle 0 there are no probes.
func (m *machine) KeepAlive(idle, interval time.Duration, probes int) {
	m.conn.Config.KeepAlive = idle > 0
	m.conn.Timers.KeepIdle, m.conn.Timers.KeepInterval, m.conn.Timers.KeepProbes = idle, interval, probes
	m.conn.Heard()
}

// Hurry sets when the SYN is retransmitted for the first time. It has no effect if that has happened, or with 0.
func (m *machine) Hurry(after time.Duration) {
	if after > 0 {
		m.conn.HurrySyn(after)
	}
}

// TCB is the state of the connection.
func (m *machine) TCB() model.TCB { return m.conn.TCB }

// Next is the time until the next timer fires. It reports false if no timer runs.
func (m *machine) Next() (time.Duration, bool) {
	at, _, ok := m.conn.Next()
	return at - m.conn.Now, ok
}

var calls = map[Op]model.EventKind{
	Listen: model.OpenPassive, Connect: model.OpenActive, Send: model.Send, Close: model.Close, Abort: model.Abort,
}

func (m *machine) do(r Reaction, e model.Event) (Reaction, error) {
	e.Iss = m.iss
	if m.above > 0 && m.conn.TCB.State == model.TimeWait {
		e.Iss = m.conn.TCB.Snd.Nxt + m.above
	}
	before := m.conn.TCB.State
	for _, o := range m.conn.Do(e) {
		if err := m.tell(&r, 0, o); err != nil {
			return r, err
		}
	}
	m.renew(before)
	return m.end(r), nil
}

// renew changes the next initial number once a connection is over.
func (m *machine) renew(before model.State) {
	if before > model.Listen && m.conn.TCB.State <= model.Listen {
		m.iss += issStep
	}
}

func (m *machine) end(r Reaction) Reaction {
	if m.conn.TCB.State <= model.SynReceived && m.left == 0 {
		m.read, m.ended = 0, false // what arrives now belongs to another connection
	}
	m.relisten()
	r.State, r.Gone = m.conn.TCB.State, m.conn.TCB.State == model.Closed
	return r
}

// tell adds an output of the model to the reaction.
func (m *machine) tell(r *Reaction, after time.Duration, o model.Output) error {
	for _, s := range o.Sent() {
		text := make([]byte, s.Len)
		for i := range text {
			text[i] = Octet(s.TextSeq().From(m.conn.TCB.Iss+1) + uint32(i))
		}
		b, err := wire.Encode(s, m.flow, text)
		if err != nil {
			return err
		}
		r.Packets = append(r.Packets, Sent{After: after, Bytes: b})
	}
	for _, x := range heard {
		if o.Signals&x.signal == 0 || x.says == End && m.ended {
			continue
		}
		m.ended = m.ended || x.says == End
		r.Signals = append(r.Signals, x.says)
	}
	if o.Reply != model.OK {
		r.Error = o.Reply.String()
	}
	return nil
}

var heard = []struct {
	signal model.Signal
	says   Signal
}{
	{model.Opened, Opened}, {model.ConnectionReset, Reset}, {model.ConnectionRefused, Refused}, {model.TimedOut, TimedOut},
	{model.ConnectionClosing, End},
}
