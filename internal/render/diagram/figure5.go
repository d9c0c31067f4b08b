package diagram

import (
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
)

// Arrow is a change of state with its cause and what is done about it.
type Arrow struct {
	From, To      model.State
	Event, Output string
}

// Figure5 is every arrow of RFC 9293 Figure 5, as it is labelled there.
var Figure5 = []Arrow{
	{model.Closed, model.Listen, "passive OPEN", "create TCB"},
	{model.Closed, model.SynSent, "active OPEN", "create TCB, snd SYN"},
	{model.Listen, model.Closed, "CLOSE", "delete TCB"},
	{model.Listen, model.SynReceived, "rcv SYN", "snd SYN,ACK"},
	{model.Listen, model.SynSent, "SEND", "snd SYN"},
	{model.SynSent, model.Closed, "CLOSE", "delete TCB"},
	{model.SynSent, model.SynReceived, "rcv SYN", "snd SYN,ACK"},
	{model.SynSent, model.Established, "rcv SYN,ACK", "snd ACK"},
	{model.SynReceived, model.Listen, "rcv RST", "x"},
	{model.SynReceived, model.Established, "rcv ACK of SYN", "x"},
	{model.SynReceived, model.FinWait1, "CLOSE", "snd FIN"},
	{model.Established, model.FinWait1, "CLOSE", "snd FIN"},
	{model.Established, model.CloseWait, "rcv FIN", "snd ACK"},
	{model.FinWait1, model.FinWait2, "rcv ACK of FIN", "x"},
	{model.FinWait1, model.Closing, "rcv FIN", "snd ACK"},
	{model.FinWait2, model.TimeWait, "rcv FIN", "snd ACK"},
	{model.Closing, model.TimeWait, "rcv ACK of FIN", "x"},
	{model.CloseWait, model.LastAck, "CLOSE", "snd FIN"},
	{model.LastAck, model.Closed, "rcv ACK of FIN", "x"},
	{model.TimeWait, model.Closed, "Timeout=2MSL", "delete TCB"},
}

// Kind is how an arrow stands to Figure 5.
type Kind uint8

// Drawn in the figure; Noted by its notes 1 to 3 or by erratum 8710; Undrawn: nowhere there.
const (
	Drawn Kind = iota
	Noted
	Undrawn
)

func (k Kind) String() string { return [...]string{"drawn", "noted", "undrawn"}[k] }

// classify compares an arrow with the figure, and says where what it does not draw comes from.
func classify(a Arrow) (k Kind, why string) {
	for _, f := range Figure5 {
		if f == a {
			if a.From == model.SynReceived && a.To == model.Listen {
				return Drawn, "note 1: after a passive OPEN"
			}
			return Drawn, ""
		}
	}
	switch {
	case a.Event == "rcv RST" && (a.To == model.Closed || a.To == model.Listen):
		return Noted, "note 3"
	case strings.Contains(a.Output, "snd RST") && a.To == model.TimeWait:
		return Noted, "note 3"
	case a.From == model.FinWait1 && a.To == model.TimeWait:
		return Noted, "note 2"
	case a.From == model.SynReceived && a.To == model.Listen && a.Event == "rcv SYN":
		return Noted, "erratum 8710"
	}
	return Undrawn, ""
}
