package conform

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// pattern is a set of inputs: a call, a sleep, or segments by their flags and by where their numbers lie.
type pattern struct {
	call  string        // "close", "send", "sleep 3s"; empty for segments
	flags []model.Flags // nil: any
	seq   []string
	ack   []string
	text  []string
	wnd   []string
	form  []string // nil: any but a wrong checksum
	at    []string // nil: own
}

// parsePattern reads "close", "sleep 3s", or "RST|RST,ACK seq=inside|last ack=nxt text=none window=open". A field that
// is not given may have any value. At least one must be given.
func parsePattern(text string) (p pattern, err error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return p, fmt.Errorf("found nothing, expected an input")
	}
	if slices.Contains(opNames[:], words[0]) && words[0] != Packet.String() {
		p.call = strings.Join(words, " ")
		return p, nil
	}
	if words[0] != "*" {
		for _, name := range strings.Split(words[0], "|") {
			i := slices.IndexFunc(flagSets, func(f model.Flags) bool { return flagsName(f) == name })
			if i < 0 {
				return p, fmt.Errorf("found %q in %q, expected *, a call of %v, or flags like SYN,ACK or no-flag", name, text, opNames)
			}
			p.flags = append(p.flags, flagSets[i])
		}
	}
	places := map[string]struct {
		into  *[]string
		names []string
	}{"seq": {&p.seq, seqNames}, "ack": {&p.ack, ackNames}, "text": {&p.text, textNames}, "window": {&p.wnd, windowNames}, "form": {&p.form, formNames},
		"at": {&p.at, socketNames}}
	for _, word := range words[1:] {
		key, values, _ := strings.Cut(word, "=")
		place, ok := places[key]
		if !ok {
			return p, fmt.Errorf("found %q in %q, expected seq=, ack=, text=, window=, form= or at=", word, text)
		}
		for _, v := range strings.Split(values, "|") {
			if !slices.Contains(place.names, v) {
				return p, fmt.Errorf("found %q in %q, expected some of %s", word, text, strings.Join(place.names, "|"))
			}
			*place.into = append(*place.into, v)
		}
	}
	if p.flags == nil && p.seq == nil && p.ack == nil && p.text == nil {
		return p, fmt.Errorf("found %q, expected flags, seq=, ack= or text=: an entry that covers every segment says nothing", text)
	}
	return p, nil
}

// covers reports whether the pattern includes the step.
func (p pattern) covers(s Step) bool {
	if s.Op != Packet || p.call != "" {
		return s.Op != Packet && (p.call == s.Op.String() || p.call == s.String())
	}
	c := s.Class
	among := func(list []string, x string) bool { return list == nil || slices.Contains(list, x) }
	return (p.flags == nil || slices.Contains(p.flags, c.flags)) && among(p.seq, seqNames[c.seq]) &&
		(p.ack == nil || c.flags&model.ACK != 0 && among(p.ack, ackNames[c.ack])) &&
		among(p.text, textNames[c.text]) && among(p.wnd, windowNames[c.window]) &&
		(p.form == nil && c.form != formChecksum || slices.Contains(p.form, formNames[c.form])) &&
		(p.at == nil && c.at == atOwn || slices.Contains(p.at, socketNames[c.at]))
}

// parseStep reads an input as Step.String prints it: "close", "send 100", "sleep 3s", "ACK seq=exact ack=nxt text=some".
func parseStep(text string) (s Step, err error) {
	p, err := parsePattern(text)
	if err != nil {
		return s, err
	}
	if p.call == "" {
		s = arrives(p.class())
	} else if s, err = parseCall(p.call); err != nil {
		return s, fmt.Errorf("found %q: %w", text, err)
	}
	if s.String() != text {
		return s, fmt.Errorf("found %q, expected one input in the spelling of a report, like %q", text, s)
	}
	return s, nil
}

func parseCall(text string) (s Step, err error) {
	word, argument, _ := strings.Cut(text, " ")
	s.Op = Op(slices.Index(opNames[:], word))
	switch s.Op {
	case Listen:
		if argument != "" {
			s.N, err = strconv.Atoi(argument)
		}
	case Send, Receive:
		s.N, err = strconv.Atoi(argument)
	case Sleep:
		s.For, err = time.ParseDuration(argument)
	}
	return s, err
}

// class is the first class of the pattern. Fields that are not given have their usual values.
func (p pattern) class() (c Class) {
	first := func(list, names []string) int {
		if len(list) == 0 {
			return 0
		}
		return slices.Index(names, list[0])
	}
	if len(p.flags) > 0 {
		c.flags = p.flags[0]
	}
	c.seq, c.ack = seqPlace(first(p.seq, seqNames)), ackPlace(first(p.ack, ackNames))
	c.text, c.window = textSize(first(p.text, textNames)), windowState(first(p.wnd, windowNames))
	c.form, c.at = form(first(p.form, formNames)), socketPair(first(p.at, socketNames))
	return c
}
