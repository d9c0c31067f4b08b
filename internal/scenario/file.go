package scenario

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/question"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// File is the content of a scenario file.
type File struct {
	Scenario netfake.Scenario
	Always   []string // names of invariants, and invariants of one's own as package question reads them
	Reach    []string // conditions of one's own that some state fulfils
	LeadsTo  []string // pairs of conditions of one's own, of which the first leads to the second
}

// Default returns the content of an empty scenario file: two closed endpoints with small buffers and fresh initial
// numbers around 100 and 300, users that do nothing, a set for a wire, and no clock.
func Default() File { return File{Scenario: netfake.TwoHosts()} }

// faultOf finds the fault that an invariant "no-<fault>" is about, or the faults that a question names.
func faultOf(invariant string) netfake.Fault {
	if question.Is(invariant) {
		q, _ := question.Parse(invariant)
		return q.Faults
	}
	name, _ := strings.CutPrefix(invariant, "no-")
	f, err := netfake.ParseFault(name)
	if err != nil || name == invariant {
		return 0
	}
	return f
}

// Ask adds an invariant, and records the fault that the invariant is about.
func (f *File) Ask(invariant string) {
	if !slices.Contains(f.Always, invariant) {
		f.Always = append(slices.Clip(f.Always), invariant)
	}
	f.Scenario.Watch |= faultOf(invariant)
}

// complete fills in what depends on more than one key.
func (f *File) complete() {
	sc := &f.Scenario
	for i := range sc.Peer {
		if isn := &sc.Peer[i].Isn; isn.Policy == netfake.Fixed && len(isn.Choices) == 0 {
			isn.Choices = []uint8{0}
		}
	}
	for _, list := range []*[]netfake.Packet{&sc.Stale, &sc.Leftover, &sc.Attacker} {
		*list = slices.Clone(*list)
		for i := range *list {
			p := &(*list)[i]
			if p.Seg.Wnd == senders {
				p.Seg.Wnd = uint16(sc.Peer[1-p.Dst].TCP.RcvBuf)
			}
		}
	}
}

// Finish sets what follows from the other settings, and reports the first contradiction in the file. invariants are
// the names that it may use; nil allows every name.
func (f *File) Finish(invariants []string) error {
	f.complete()
	if e := f.check(invariants); e != nil {
		return e
	}
	if _, err := netfake.New(f.Scenario); err != nil {
		return &Error{Found: err.Error()}
	}
	return nil
}

// check looks for what netfake would refuse, or would cut off at once, and can name the key.
func (f *File) check(invariants []string) *Error {
	sc := &f.Scenario
	for i, name := range f.Always {
		switch {
		case slices.Contains(f.Always[:i], name):
			return &Error{Key: "always", Text: name, Found: name + " twice", Expected: "each name once"}
		case question.Is(name) && invariants != nil && !slices.Contains(invariants, name):
			q, err := question.Parse(name)
			if err != nil {
				return wrong("always", name, err)
			}
			if e := f.unkept("always", name, q); e != nil {
				return e
			}
		case invariants != nil && !slices.Contains(invariants, name):
			return &Error{Key: "always", Text: name, Found: name, Expected: oneOf(invariants)}
		case faultOf(name)&^sc.Watch != 0:
			return &Error{Key: "watch", Found: cmp.Or(sc.Watch.String(), "nothing"),
				Expected: strings.TrimPrefix(name, "no-") + " among it, since always has " + name + ", which could not fail otherwise"}
		}
	}
	if e := f.checkQuestions(); e != nil {
		return e
	}
	if !sc.Net.Bag && (sc.Net.InOrder || sc.Net.Losses != 0 || sc.Net.Dups != 0) {
		return &Error{Key: "net.wire", Found: "set", Expected: "bag, to which losses, dups and in-order belong"}
	}
	for i, h := range sc.Peer {
		name := netfake.PeerName(i)
		if n := h.User.Active + h.User.Passive*max(h.User.Accepts, 1); n > netfake.MaxIncarnations {
			return &Error{Key: name + ".user.active", Found: number(n) + " connections in all", Expected: "at most " + number(netfake.MaxIncarnations)}
		}
		if h.Isn.Policy == netfake.Arbitrary && len(h.Isn.Choices) == 0 {
			return &Error{Key: name + ".isn.choices", Found: "nothing", Expected: "a list of offsets from " + name + ".base"}
		}
		if h.Isn.Policy == netfake.Clock && sc.Net.MSL == 0 {
			return &Error{Key: name + ".isn.policy", Text: "clock", Found: "clock, and no ticks", Expected: "a net.msl above 0: without it there is no clock"}
		}
		if h.Isn.Policy == netfake.Clock && h.Isn.Rate == 0 {
			return &Error{Key: name + ".isn.rate", Found: "0", Expected: fmt.Sprintf("a whole number from 1 to %d: by how much the clock of initial numbers moves in a tick", netfake.Above)}
		}
	}
	for _, l := range []struct {
		key  string
		list []netfake.Packet
	}{{"stale", sc.Stale}, {"leftover", sc.Leftover}, {"attacker", sc.Attacker}} {
		for _, p := range l.list {
			if e := f.checkSegment(l.key, p); e != nil {
				return e
			}
		}
	}
	return nil
}

// checkQuestions looks for errors in the questions of one's own.
func (f *File) checkQuestions() *Error {
	for _, text := range f.Reach {
		q, err := question.Parse(text)
		if err != nil || !question.Is(text) {
			return wrong("reach", text, err)
		}
		if e := f.unkept("reach", text, q); e != nil {
			return e
		}
	}
	for _, text := range f.LeadsTo {
		from, to, err := question.ParseLeadsTo(text)
		if err != nil || !question.Is(text) {
			return wrong("leads-to", text, err)
		}
		for _, q := range []question.Question{from, to} {
			if e := f.unkept("leads-to", text, q); e != nil {
				return e
			}
		}
	}
	return nil
}

// unkept is the error of a question that reads what no state of this scenario holds: faults that are not watched, or a
// number that is not counted.
func (f *File) unkept(key, text string, q question.Question) *Error {
	if q.Faults&^f.Scenario.Watch != 0 {
		return &Error{Key: "watch", Found: cmp.Or(f.Scenario.Watch.String(), "nothing"), Expected: q.Faults.String() + " among it, since " + key + " asks for it"}
	}
	if name, needs := q.Uncounted(&f.Scenario); name != "" {
		return &Error{Key: key, Text: text, Found: name, Expected: needs}
	}
	return nil
}

// wrong is the error of a question.
func wrong(key, text string, err error) *Error {
	var at *question.Error
	if !question.Is(text) || !errors.As(err, &at) {
		return &Error{Key: key, Text: text, Found: text, Expected: "a name, a colon and an expression: waits: A.state == \"TIME-WAIT\""}
	}
	return &Error{Key: key, Text: at.Text, Column: at.Column, Found: at.Found, Expected: at.Expected}
}

// Differences lists the keys whose values in f and g differ, each with both values.
func (f *File) Differences(g *File) (lines []string) {
	for i := range keys {
		k := &keys[i]
		if k.get == nil {
			continue
		}
		if mine, other := formatValue(k, k.get(f)), formatValue(k, k.get(g)); mine != other {
			lines = append(lines, fmt.Sprintf("%s: found %s, expected %s", k.path, mine, other))
		}
	}
	return lines
}
