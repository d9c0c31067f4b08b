package conform

import (
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
)

// Severity is how much a difference matters to the users of a stack. Reports have the worst first.
type Severity string

// Severities are all of them, the worst first.
var Severities = []Severity{WrongData, WrongConnection, WrongState, WrongSegment, OtherForm}

// WrongData: the user gets other data, or another number of octets.
// WrongConnection: a connection opens or ends where it must not, or the reverse, or the user is told so.
// WrongState: the stack is in another state of the same connection.
// WrongSegment: it sends another segment, one more, or none; or it does not answer a call.
// OtherForm: it sends a RST with an ACK where the model sends one without, or the reverse.
const (
	WrongData       Severity = "wrong data"
	WrongConnection Severity = "wrong connection"
	WrongState      Severity = "wrong state"
	WrongSegment    Severity = "wrong segment"
	OtherForm       Severity = "other form"
)

// wrongText is what a Seen says if the user got other octets than those that were sent.
const wrongText = "the data that the user got is not what was sent"

func (s Severity) rank() int { return slices.Index(Severities, s) }

// severity is that of the worst thing in which the two answers differ.
func (l *Line) severity() Severity {
	worst := OtherForm
	for _, x := range l.Differs {
		if s := l.severityOf(x); s.rank() < worst.rank() {
			worst = s
		}
	}
	return worst
}

func (l *Line) severityOf(differs string) Severity {
	switch differs {
	case differsText:
		return WrongData
	case differsSignals:
		return WrongConnection
	case differsState:
		if connected(l.Want.State) != connected(l.Got.State) {
			return WrongConnection
		}
		return WrongState
	case differsSends:
		if l.Got.Wrong == wrongText {
			return WrongData
		}
		if l.Got.Wrong == "" && bareForm(l.Want.flags()) == bareForm(l.Got.flags()) && l.Want.flags() != l.Got.flags() {
			return OtherForm
		}
	}
	return WrongSegment
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
