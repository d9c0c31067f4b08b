package figures

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
)

var header = regexp.MustCompile(`^(figure|title|claim|policy|policy A|policy B|A|B|pairs|words): *(.*)$`)

// header carries out one line of the header.
func (s *Script) header(key, value string, given *[2]bool) error {
	switch key {
	case "figure", "title":
		s.Title = value
	case "claim":
		s.Claim = strings.TrimSpace(s.Claim + " " + value)
	case "policy":
		if err := s.ends[0].policies(value); err != nil {
			return err
		}
		return s.ends[1].policies(value)
	case "policy A":
		return s.ends[0].policies(value)
	case "policy B":
		return s.ends[1].policies(value)
	case "pairs", "words":
		return s.hides(key, value)
	case "A":
		given[0] = true
		return s.ends[0].begin(value)
	case "B":
		given[1] = true
		if value == "A" {
			s.self = true
			return nil
		}
		return s.ends[1].begin(value)
	}
	return nil
}

// hides reads "ts-recent=after-ack is not seen: no segment bears timestamps".
func (s *Script) hides(by, text string) error {
	choice, why, ok := strings.Cut(text, " is not seen: ")
	if !ok || why == "" {
		return fmt.Errorf("expected POLICY=VALUE is not seen: REASON")
	}
	if s.hidden == nil {
		s.hidden = map[[2]string]string{}
	}
	s.hidden[[2]string{by, choice}] = why
	return new(end).policies(choice)
}

// NotSeen lists the values of policies that those who see an endpoint from outside cannot tell from the first value, each
// with the reason: by is "pairs" for the pairs of package conform, and "words" for those of model learning.
func NotSeen(by string) map[string]string {
	list := map[string]string{}
	for _, s := range All() {
		for k, why := range s.hidden {
			if k[0] == by {
				list[k[1]] = why
			}
		}
	}
	return list
}

func (e *end) policies(text string) error {
	for _, w := range strings.Fields(text) {
		name, value, _ := strings.Cut(w, "=")
		if p, ok := model.PolicyByName(name); ok {
			i, ok := p.Index(value)
			if !ok {
				return fmt.Errorf("policy %s has no value %q", name, value)
			}
			p.Set(&e.config, i)
			continue
		}
		n, err := number(value, 32)
		if err != nil {
			return fmt.Errorf("no policy %q", w)
		}
		switch name {
		case "buffer":
			e.config.RcvBuf = n
		case "mss":
			e.config.MSS = uint16(n)
		case "wscale":
			e.config.WScale = uint8(n)
		default:
			return fmt.Errorf("no policy %q", name)
		}
	}
	return nil
}

// begin reads "ESTABLISHED snd=100 rcv=300". A connection that is there from the start has
// all that it sent acknowledged, and a peer with a full window.
func (e *end) begin(text string) error {
	words := strings.Fields(text)
	if len(words) == 0 {
		return fmt.Errorf("no state to begin in")
	}
	var t model.TCB
	switch words[0] {
	case "CLOSED":
	case "LISTEN":
		t = model.TCB{State: model.Listen, Marks: model.Passive}
	case "ESTABLISHED":
		t = model.TCB{State: model.Established, MSS: 1460}
		t.Snd.Wnd, t.Snd.MaxWnd = 65535, 65535
	default:
		return fmt.Errorf("a script cannot begin in %q", words[0])
	}
	for _, w := range words[1:] {
		if err := e.setting(&t, w); err != nil {
			return err
		}
	}
	e.tcb = t
	return nil
}

func (e *end) setting(t *model.TCB, w string) error {
	name, value, _ := strings.Cut(w, "=")
	if name == "remote" {
		t.Marks |= model.RemoteKnown
		return nil
	}
	var ns []uint32
	for _, v := range strings.Split(value, ",") {
		n, err := number(v, 32)
		if err != nil {
			return fmt.Errorf("%s wants numbers, not %q", name, value)
		}
		ns = append(ns, n)
	}
	seq := model.Seq(ns[0])
	switch name {
	case "iss":
		for _, n := range ns {
			e.iss = append(e.iss, model.Seq(n))
		}
	case "clock":
		e.clock = ns[0]
	case "snd":
		t.Iss, t.Snd.Una, t.Snd.Nxt, t.Snd.Wl2 = seq-1, seq, seq, seq
	case "rcv":
		t.Irs, t.Rcv.Nxt, t.Rcv.Up, t.Snd.Wl1, t.TS.LastAckSent = seq-1, seq, seq, seq, seq
	case "ts":
		t.Marks |= model.TSOK
		t.TS.Recent = ns[0]
	default:
		return fmt.Errorf("no setting %q", name)
	}
	return nil
}
