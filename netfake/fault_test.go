package netfake

import (
	"testing"

	"github.com/tcpcheck/tcpcheck/model"
)

const allFaults Fault = 1<<NumFaults - 1

// watched starts a scenario, changed as given, in which every fault is watched for.
func watched(t *testing.T, sc Scenario, changes ...func(*Scenario)) *play {
	t.Helper()
	for _, change := range changes {
		change(&sc)
	}
	sc.Watch = allFaults
	return newPlay(t, sc)
}

func bent(m model.Mutant) func(*Scenario) { return tcp(func(c *model.Config) { c.Mutant = m }) }

func tcp(set func(*model.Config)) func(*Scenario) {
	return func(sc *Scenario) {
		for i := range sc.Peer {
			set(&sc.Peer[i].TCP)
		}
	}
}

func twoSegments(c *model.Config) { c.Handshake = model.TwoSegments }

// leftovers is a listener at B with an old SYN, text and FIN on the wire, and an old ACK of B's number.
func leftovers() Scenario {
	sc := calling()
	sc.Stale = []Packet{
		to(B, model.Segment{Seq: 90, Flags: model.SYN, Wnd: 4}),
		to(B, model.Segment{Seq: 91, Ack: 301, Flags: model.ACK, Wnd: 4}),
		to(B, model.Segment{Seq: 91, Ack: 291, Flags: model.ACK | model.PSH, Len: 1, Wnd: 4}),
		to(B, model.Segment{Seq: 91, Ack: 291, Flags: model.FIN | model.ACK, Wnd: 4}),
	}
	return sc
}

const (
	oldSyn  = "<SEQ=90><CTL=SYN>"
	oldAck  = "<SEQ=91><ACK=301><CTL=ACK>"
	oldText = "<SEQ=91><ACK=291><DATA=1><CTL=PSH,ACK>"
	oldFin  = "<SEQ=91><ACK=291><CTL=FIN,ACK>"
)

func TestForeignTextAndFin(t *testing.T) {
	for segment, fault := range map[string]Fault{oldText: ForeignData, oldFin: ForeignFin} {
		p := watched(t, leftovers(), tcp(twoSegments))
		p.do(B, OpenPassive)
		p.deliver(B, oldSyn, segment)
		p.faults("two segments take what follows an old SYN", GhostConnection|fault)
		p = watched(t, leftovers())
		p.do(B, OpenPassive)
		p.deliver(B, oldSyn, segment)
		p.faults("three segments reset it", 0)
	}
	p := watched(t, connected())
	p.do(A, Send, Close)
	p.deliver(B, octet1, "<SEQ=102><ACK=301><CTL=FIN,ACK>")
	p.faults("the peer's own text and FIN", 0)
}

func TestForeignAck(t *testing.T) {
	p := watched(t, leftovers())
	p.do(B, OpenPassive)
	p.deliver(B, oldSyn, oldAck)
	p.states("an old ACK of the number used again completes the handshake", model.Closed, model.Established)
	p.faults("an old ACK moves SND.UNA", ForeignAck|GhostConnection)
	p = watched(t, leftovers())
	p.open(syn, synAck, ack)
	p.faults("the peer's own ACKs", 0)
}

// An ACK that ends LAST-ACK moves SND.UNA too, though the TCB is deleted with it.
func TestForeignAckEndsLastAck(t *testing.T) {
	blind := func(sc *Scenario) {
		sc.Attacker = []Packet{to(B, model.Segment{Seq: 102, Ack: 302, Flags: model.ACK, Wnd: 4})}
	}
	lastAck := func() *play {
		p := watched(t, connected(), blind)
		p.do(A, Close)
		p.deliver(B, finA)
		p.do(B, Close)
		return p
	}
	p := lastAck()
	p.take(Inject, B, "")
	p.states("the attacker's ACK ends LAST-ACK", model.FinWait1, model.Closed)
	p.faults("it is not the peer's", ForeignAck)
	p = lastAck()
	p.deliver(A, finB)
	p.deliver(B, ackA)
	p.states("the peer's ACK ends LAST-ACK", model.TimeWait, model.Closed)
	p.faults("it is the peer's", 0)
}

// Who resets gives up what it sent, and SND.UNA moves. Only an ACK that was taken counts, and it does even so.
func TestForeignAckAndAReset(t *testing.T) {
	resets := tcp(func(c *model.Config) { c.RstIssuerTimeWait, c.HalfDuplexClose, c.Attacks = true, true, model.RFC793 })
	after := func(seg model.Segment) *play {
		p := watched(t, connected(), resets, func(sc *Scenario) { sc.Attacker = []Packet{to(A, seg)} })
		p.do(A, Send, Close)
		p.take(Inject, A, "")
		return p
	}
	p := after(model.Segment{Seq: 301, Ack: 103, Flags: model.SYN | model.ACK, Wnd: 4})
	p.states("a SYN in the window resets before its ACK is looked at", model.TimeWait, model.Established)
	p.faults("a SYN resets", ForeignReset)
	p = after(model.Segment{Seq: 301, Ack: 102, Flags: model.ACK, Len: 1, Wnd: 4})
	p.states("data that comes after CLOSE is reset", model.TimeWait, model.Established)
	p.faults("its ACK was taken before", ForeignAck)
}

func TestForeignReset(t *testing.T) {
	with := func(seg model.Segment) func(*Scenario) {
		return func(sc *Scenario) { sc.Attacker = []Packet{to(B, seg)} }
	}
	rst := model.Segment{Seq: 101, Flags: model.RST}
	blindSyn := model.Segment{Seq: 102, Flags: model.SYN, Wnd: 4}
	p := watched(t, connected(), with(rst))
	p.take(Inject, B, "")
	p.faults("a blind RST with the exact number", ForeignReset)
	rst.Seq = 102
	p = watched(t, connected(), with(rst))
	p.take(Inject, B, "")
	p.faults("another number in the window is challenged", 0)

	p = watched(t, connected(), with(blindSyn))
	p.take(Inject, B, "")
	p.faults("a blind SYN is challenged", 0)
	p = watched(t, connected(), with(blindSyn), tcp(func(c *model.Config) { c.Attacks = model.RFC793 }))
	p.take(Inject, B, "")
	p.faults("by RFC 793 it resets", ForeignReset)

	p = watched(t, connected(), func(sc *Scenario) { sc.Peer[A].User.Abort = true })
	p.do(A, Abort)
	p.deliver(B, "<SEQ=101><CTL=RST>")
	p.states("A's ABORT resets B", model.Closed, model.Closed)
	p.faults("the peer's own RST", 0)
}

func TestGhostConnection(t *testing.T) {
	p := watched(t, leftovers(), tcp(twoSegments))
	p.do(B, OpenPassive)
	p.deliver(B, oldSyn)
	p.faults("nobody asks for the connection", GhostConnection)
	p = watched(t, calling(), tcp(twoSegments))
	p.do(B, OpenPassive)
	p.do(A, OpenActive)
	p.deliver(B, syn)
	p.states("two segments open at once", model.SynSent, model.Established)
	p.faults("A asks for it", 0)
	p = watched(t, calling(), tcp(twoSegments), func(sc *Scenario) { sc.Peer[A].User.Abort = true })
	p.do(B, OpenPassive)
	p.do(A, OpenActive, Abort)
	p.deliver(B, syn)
	p.faults("A does not ask any more", GhostConnection)
}

func TestWrongOctet(t *testing.T) {
	for m, fault := range map[model.Mutant]Fault{model.None: 0, model.TextOutOfOrder: WrongOctet} {
		p := watched(t, connected(), bent(m))
		p.do(A, Send, Send)
		p.deliver(B, octet2)
		p.faults("the second octet comes first, "+m.String(), fault)
	}
}

func TestLostOctet(t *testing.T) {
	for m, fault := range map[model.Mutant]Fault{model.None: 0, model.FinOutOfOrder: LostOctet} {
		p := watched(t, connected(), bent(m))
		p.do(A, Send, Close)
		p.deliver(B, "<SEQ=102><ACK=301><CTL=FIN,ACK>")
		p.faults("the FIN comes before the text, "+m.String(), fault)
	}
	for m, fault := range map[model.Mutant]Fault{model.None: 0, model.AnyAckIsOfFin: LostOctet} {
		p := watched(t, connected(), bent(m))
		p.do(A, Send, Close)
		p.do(B, Close)
		p.deliver(A, "<SEQ=301><ACK=101><CTL=FIN,ACK>")
		p.faults("an ACK of nothing is told as a normal close, "+m.String(), fault)
	}
}

func TestSilentEnd(t *testing.T) {
	for silent, fault := range map[bool]Fault{false: LastAckReset, true: LastAckReset | SilentEnd} {
		p := watched(t, connected(), tcp(func(c *model.Config) { c.SilentLateRst = silent }),
			func(sc *Scenario) { sc.Peer[A].User.Abort = true })
		p.do(A, Close)
		p.deliver(B, finA)
		p.do(B, Close)
		p.do(A, Abort)
		p.deliver(B, "<SEQ=102><CTL=RST>")
		p.states("a RST ends LAST-ACK", model.Closed, model.Closed)
		p.faults("and whether the user is told is a policy", fault)
	}
}

func TestLastAckReset(t *testing.T) {
	for _, lost := range []bool{false, true} {
		p := watched(t, connected())
		p.do(A, Close)
		p.deliver(B, finA)
		p.do(B, Close)
		p.deliver(A, finB)
		if !lost {
			p.deliver(B, ackA)
			p.faults("the last ACK arrives", 0)
			continue
		}
		p.do(A, EndTimeWait)
		p.deliver(A, finB)
		p.deliver(B, "<SEQ=102><CTL=RST>")
		p.faults("the FIN again finds no connection", LastAckReset)
	}
}

func TestTimeWaitReset(t *testing.T) {
	for policy, fault := range map[model.RstInTimeWait]Fault{model.ObeyRst: TimeWaitReset | ForeignReset, model.IgnoreRst: 0} {
		p := watched(t, connected(), tcp(func(c *model.Config) { c.RstInTimeWait = policy }), func(sc *Scenario) {
			sc.Attacker = []Packet{to(A, model.Segment{Seq: 302, Flags: model.RST})}
		})
		p.do(A, Close)
		p.deliver(B, finA)
		p.do(B, Close)
		p.deliver(A, finB)
		p.take(Inject, A, "")
		p.faults("a RST that fits, in TIME-WAIT", fault)
	}
}

// A scenario records what it watches for, and nothing else.
func TestOnlyWatchedFaultsAreRecorded(t *testing.T) {
	sc := leftovers()
	sc.Peer[B].TCP.Handshake = model.TwoSegments
	sc.Watch = ForeignFin
	p := newPlay(t, sc)
	p.do(B, OpenPassive)
	p.deliver(B, oldSyn, oldText)
	p.faults("foreign text is not watched for", 0)
}
