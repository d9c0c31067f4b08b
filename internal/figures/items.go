package figures

import (
	"fmt"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
)

var events = map[string]model.Event{
	"open":                   {Kind: model.OpenActive, Remote: true},
	"open nowhere":           {Kind: model.OpenActive},
	"passive open":           {Kind: model.OpenPassive},
	"close":                  {Kind: model.Close},
	"abort":                  {Kind: model.Abort},
	"status":                 {Kind: model.Status},
	"retransmission timeout": {Kind: model.RetransmissionTimeout},
	"user timeout":           {Kind: model.UserTimeout},
	"2 msl":                  {Kind: model.TimeWaitTimeout},
}

// parseItem reads one column of a line without a segment.
func parseItem(text string) (item, error) {
	it := item{text: text}
	quoted := strings.TrimPrefix(text, "no ")
	switch {
	case strings.HasPrefix(text, "(") && strings.HasSuffix(text, ")"):
		return it, it.happening(strings.ToLower(text[1 : len(text)-1]))
	case len(quoted) > 2 && quoted[0] == '"' && quoted[len(quoted)-1] == '"':
		if quoted != text {
			it.notHeard = quoted[1 : len(quoted)-1]
		} else {
			it.heard = quoted[1 : len(quoted)-1]
		}
		return it, nil
	}
	if name, value, ok := strings.Cut(text, "="); ok {
		n, err := number(value, 32)
		if _, known := variables[name]; !known || err != nil {
			return it, fmt.Errorf("no variable %q", text)
		}
		it.variable, it.value = name, n
		return it, nil
	}
	state, ok := model.ParseState(text)
	if !ok {
		return it, fmt.Errorf("neither an event, nor a state, nor what a user hears: %q", text)
	}
	it.state = wantState{state, true}
	return it, nil
}

// happening reads an event: the text between the parentheses, in lower case.
func (it *item) happening(text string) error {
	if text == "reboot" {
		it.reboot = true
		return nil
	}
	if e, ok := events[text]; ok {
		it.event = &e
		return nil
	}
	words := strings.Fields(text)
	if len(words) < 2 || len(words) > 3 || len(words) == 3 && (words[0] == "receive" || words[2] != "urgent") {
		return fmt.Errorf("no event (%s)", text)
	}
	n, err := number(words[1], 32)
	if err != nil {
		return fmt.Errorf("(%s) wants a number, not %q", words[0], words[1])
	}
	switch words[0] {
	case "send":
		it.event = &model.Event{Kind: model.Send, N: n, Urgent: len(words) == 3}
	case "receive":
		it.event = &model.Event{Kind: model.Receive, N: n}
	case "clock":
		it.clock = &n
	default:
		return fmt.Errorf("no event (%s)", text)
	}
	return nil
}

var variables = map[string]func(model.TCB) uint32{
	"SND.UNA": func(t model.TCB) uint32 { return uint32(t.Snd.Una) },
	"SND.NXT": func(t model.TCB) uint32 { return uint32(t.Snd.Nxt) },
	"SND.WND": func(t model.TCB) uint32 { return t.Snd.Wnd },
	"RCV.NXT": func(t model.TCB) uint32 { return uint32(t.Rcv.Nxt) },
	"RCV.WND": func(t model.TCB) uint32 { return t.Rcv.Wnd },
}

// hears lists what an output reports to the user: the signals, the reply to a call, and how much data was delivered or
// acknowledged.
func hears(e model.Event, o model.Output) []string {
	var all []string
	for bit := model.Signal(1); bit != 0; bit <<= 1 {
		if o.Signals&bit != 0 {
			all = append(all, bit.String())
		}
	}
	if e.Kind < model.SegmentArrives {
		all = append(all, o.Reply.String())
	}
	if o.Delivered > 0 {
		all = append(all, fmt.Sprintf("%d octets", o.Delivered))
	}
	if o.Acked > 0 {
		all = append(all, fmt.Sprintf("%d octets acknowledged", o.Acked))
	}
	if o.Timer == model.StartTimer {
		all = append(all, "2 MSL begins")
	}
	if o.Answered {
		all = append(all, "probe answered")
	}
	return all
}
