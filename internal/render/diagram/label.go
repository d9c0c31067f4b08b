package diagram

import (
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
)

// event names a cause as Figure 5 does: by the control bits of the segment that mattered.
func event(t *model.Transition) string {
	switch t.Event.Kind {
	case model.SegmentArrives:
		return "rcv " + received(t)
	case model.TimeWaitTimeout:
		return "Timeout=2MSL"
	case model.OpenPassive, model.OpenActive, model.Send, model.Receive, model.Close, model.Abort, model.Status,
		model.UserTimeout, model.RetransmissionTimeout:
		return t.Event.Kind.String()
	}
	panic("BUG: unhandled event " + t.Event.Kind.String())
}

// received names a segment by what it does: RST, SYN, FIN taken, ACK of our SYN or of our FIN.
func received(t *model.Transition) string {
	before, s := &t.Before, t.Event.Seg
	switch {
	case s.Has(model.RST):
		return "RST"
	case s.Has(model.SYN | model.ACK):
		return "SYN,ACK"
	case s.Has(model.SYN):
		return "SYN"
	}
	var parts []string
	for _, h := range t.Output.Taken() {
		switch {
		case h.Flags&model.FIN == 0:
		case s.Has(model.FIN):
			parts = append(parts, "FIN")
		default:
			parts = append(parts, "text before a FIN that is held")
		}
	}
	if s.Has(model.ACK) && before.State >= model.SynSent && before.Snd.Una.Less(s.Ack) && s.Ack.AtMost(before.Snd.Nxt) {
		if before.Snd.Una == before.Iss {
			parts = append(parts, "ACK of SYN")
		}
		if before.Is(model.FinSent) && s.Ack == before.Snd.Nxt {
			parts = append(parts, "ACK of FIN")
		}
	}
	if parts == nil && before.State == model.SynReceived && t.After.State > before.State {
		parts = []string{"ACK of SYN"} // an acknowledgment of it came before, unmerged
	}
	if parts == nil {
		return s.Flags.String()
	}
	return strings.Join(parts, ", ")
}

// output names what is done as Figure 5 does; x is nothing.
func output(t *model.Transition) string {
	var parts []string
	if t.Event.Kind != model.SegmentArrives {
		switch {
		case t.Before.State == model.Closed && t.After.State != model.Closed:
			parts = append(parts, "create TCB")
		case t.Before.State != model.Closed && t.After.State == model.Closed:
			parts = append(parts, "delete TCB")
		}
	}
	for _, s := range t.Output.Sent() {
		parts = append(parts, "snd "+sent(s))
	}
	if parts == nil {
		return "x"
	}
	return strings.Join(parts, ", ")
}

func sent(s model.Segment) string {
	switch {
	case s.Has(model.RST):
		return "RST"
	case s.Has(model.SYN | model.ACK):
		return "SYN,ACK"
	case s.Has(model.SYN):
		return "SYN"
	case s.Has(model.FIN):
		return "FIN"
	case s.Len > 0:
		return "text"
	}
	return "ACK"
}
