package conform

import (
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
)

// Severity is how much a difference matters to the users of a stack. Reports have the worst first.
type Severity string

// Severities are all of them, the worst first.
var Severities = []Severity{Crash, WrongData, OpenToAttack, Stuck, WrongConnection, WrongState, WrongSegment, OtherForm}

// Crash: the stack dies, or does not answer any more.
// WrongData: the user gets or sends other data, or another number of octets.
// OpenToAttack: a segment that a blind attacker can send opens, ends or feeds a connection: its SEQ or ACK is not that
// of the connection, or it has no ACK, and the model refuses it.
// Stuck: nothing is sent again, or a state is never left.
// WrongConnection: a connection opens or ends where it must not, or the reverse, or the user is told so.
// WrongState: the stack is in another state of the same connection.
// WrongSegment: it sends another segment, one more, or none; or it does not answer a call.
// OtherForm: it sends a RST with an ACK where the model sends one without, or the reverse; or a PSH without data.
const (
	Crash           Severity = "crash"
	WrongData       Severity = "wrong data"
	OpenToAttack    Severity = "open to attack"
	Stuck           Severity = "stuck"
	WrongConnection Severity = "wrong connection"
	WrongState      Severity = "wrong state"
	WrongSegment    Severity = "wrong segment"
	OtherForm       Severity = "other form"
)

// What a Seen says of a packet that is wrong in itself, or if the user got other octets than those that were sent, or the peer other ones than the user sent.
const (
	wrongPacket   = "a packet that cannot be read"
	wrongSockets  = "a packet with other sockets"
	wrongChecksum = "a packet with a wrong checksum"

	wrongText  = "data that its peer did not send"
	wrongOctet = "data that its user did not send"
)

func (s Severity) rank() int { return slices.Index(Severities, s) }

// severity is that of the worst thing in which the two answers differ.
func (l *Line) severity() Severity {
	worst := OtherForm
	if l.blind() {
		worst = OpenToAttack
	}
	for _, x := range l.Differs {
		if s := l.severityOf(x); s.rank() < worst.rank() {
			worst = s
		}
	}
	return worst
}

func (l *Line) severityOf(differs string) Severity {
	switch differs {
	case differsFails:
		return Crash
	case differsText:
		return WrongData
	case differsSignals:
		return WrongConnection
	case differsState:
		switch {
		case l.Step.Op == Sleep && l.Want.State == model.Closed:
			return Stuck
		case connected(l.Want.State) != connected(l.Got.State):
			return WrongConnection
		}
		return WrongState
	case differsSends:
		switch {
		case l.Got.Wrong == wrongPSH:
			return OtherForm
		case l.Got.Wrong == wrongText || l.Got.Wrong == wrongOctet:
			return WrongData
		case l.Step.Op == Sleep && len(l.Got.Sent) == 0 && l.Got.Wrong == "":
			return Stuck
		case l.Got.Wrong == "" && bareForm(l.Want.flags()) == bareForm(l.Got.flags()) && l.Want.flags() != l.Got.flags():
			return OtherForm
		}
	}
	return WrongSegment
}

// blind reports whether a segment that needs no exact number opens, ends or feeds a connection, while the model refuses
// it.
func (l *Line) blind() bool {
	c := l.Step.Class
	if l.Got.Wrong == wrongSameISS || l.Got.Wrong == wrongNearISS {
		return true
	}
	guessed := c.at == atOwn && c.seq == seqExact && c.flags&model.ACK != 0 && c.ack <= ackBetween
	if l.Step.Op != Packet || guessed || l.From < model.SynReceived || l.Want.State != l.From || len(l.Want.Signals) > 0 {
		return false
	}
	ends := l.Got.State == model.Closed || slices.Contains(l.Got.Signals, Reset)
	opens := !connected(l.From) && connected(l.Got.State) || slices.Contains(l.Got.Signals, Opened)
	return ends || opens || acknowledgesMore(l.Want.Sent, l.Got.Sent)
}

// acknowledgesMore reports whether the last ACK that was sent covers more than the last one that was wanted.
func acknowledgesMore(want, got []model.Segment) bool {
	last := func(list []model.Segment) (ack model.Seq, ok bool) {
		for _, s := range list {
			if s.Has(model.ACK) {
				ack, ok = s.Ack, true
			}
		}
		return ack, ok
	}
	w, asked := last(want)
	g, came := last(got)
	return asked && came && w.Less(g)
}

// connected reports whether there is a synchronized connection.
func connected(s model.State) bool { return s >= model.Established }

// bareForm is what is sent without the ACK of a RST.
func bareForm(flags string) string {
	if flags == (model.RST | model.ACK).String() {
		return model.RST.String()
	}
	return flags
}
