package conform_test

import (
	"regexp"
	"slices"
	"testing"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/internal/golden"
	"github.com/tcpcheck/tcpcheck/internal/timed"
	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// faults make one stack of several faults, each of which alters the answer to an input.
type faults struct {
	conform.Peer
	list []func(in conform.Input, r *conform.Reaction)
}

func (x *faults) Do(in conform.Input) (conform.Reaction, error) {
	r, err := x.Peer.Do(in)
	for _, fault := range x.list {
		fault(in, &r)
	}
	return r, err
}

// at alters what is sent in answer to an input for which the condition holds.
func at(when func(in conform.Input, s model.Segment) bool, f func(p *wire.Packet) (keep bool)) func(conform.Input, *conform.Reaction) {
	return func(in conform.Input, r *conform.Reaction) {
		var s model.Segment
		if in.Op == conform.Packet {
			p, err := wire.Decode(in.Bytes)
			if err != nil {
				return
			}
			s = p.Seg
		}
		if !when(in, s) {
			return
		}
		var kept []conform.Sent
		for _, packet := range r.Packets {
			p, err := wire.Decode(packet.Bytes)
			if err != nil {
				panic(err)
			}
			if !f(&p) {
				continue
			}
			if packet.Bytes, err = wire.Encode(p.Seg, p.Flow, p.Payload); err != nil {
				panic(err)
			}
			kept = append(kept, packet)
		}
		r.Packets = kept
	}
}

func nothing(*wire.Packet) bool { return false }

func called(op conform.Op) func(conform.Input, model.Segment) bool {
	return func(in conform.Input, _ model.Segment) bool { return in.Op == op }
}

func came(is func(s model.Segment) bool) func(conform.Input, model.Segment) bool {
	return func(in conform.Input, s model.Segment) bool { return in.Op == conform.Packet && is(s) }
}

// A fault that only shows behind another one is found, and marked so. Without the first fault, it is found by itself.
func TestAFaultIsFoundBehindAnother(t *testing.T) {
	t.Parallel()
	farOld := func(s model.Segment) bool { return int32(s.Seq-300) < -1000 }
	data := func(s model.Segment) bool { return s.Len == 100 && s.Flags == model.ACK && !farOld(s) }
	syn := func(s model.Segment) bool { return s.Flags == model.SYN }
	otherOctets := func(p *wire.Packet) bool {
		for i := range p.Payload {
			p.Payload[i]++
		}
		return true
	}
	higher := func(p *wire.Packet) bool { p.Seg.Ack += 50; return true }
	otherSeq := func(p *wire.Packet) bool { p.Seg.Seq += 9; return true }
	policy := func(name string) model.Config {
		c := model.Default()
		if err := conform.ParsePolicies(&c, []string{name}); err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, x := range []struct {
		what          string
		config        model.Config
		pairs         string
		first, second func(conform.Input, *conform.Reaction)
		hides, want   string // the names of the two findings
	}{
		{"a segment is missing, and then data is false", model.Default(), "^ESTABLISHED/active: ACK seq=far-old ack=nxt$",
			at(came(farOld), nothing), at(called(conform.Send), otherOctets), "sends-nothing-not-ack", "sends-data-that-its-user-did-not-send"},
		{"a segment is missing, and then an ACK is too high", model.Default(), "^FIN-WAIT-2: ACK seq=far-old ack=nxt$",
			at(came(farOld), nothing), at(came(data), higher), "sends-nothing-not-ack", "sends-ack-with-a-higher-ack"},
		{"the RST of ABORT is missing, and then a RST has another SEQ", model.Default(), "^ESTABLISHED/active: abort$",
			at(called(conform.Abort), nothing), at(came(data), otherSeq), "sends-nothing-not-rst", "sends-rst-with-another-seq"},
		{"a RST has a PSH on the way, and then an ACK is too high", model.Default(), "^FIN-WAIT-2: ACK seq=far-old ack=nxt$",
			at(came(farOld), func(p *wire.Packet) bool { p.Seg.Flags |= model.PSH; return true }), at(came(data), higher),
			"sends-a-segment-with-psh-and-without-data", "sends-ack-with-a-higher-ack"},
		{"a policy, and then a RST has another SEQ", policy("attacks=rfc793"), "^ESTABLISHED/active: RST seq=inside$",
			nil, at(came(data), otherSeq), "sends-nothing-not-ack-goes-to-closed", "sends-rst-with-another-seq"},
		{"the path: the SYN,ACK has a PSH, and then an ACK is too high", model.Default(), "^ESTABLISHED/passive: ACK seq=exact ack=nxt text=some$",
			at(came(syn), func(p *wire.Packet) bool { p.Seg.Flags |= model.PSH; return true }), at(came(data), higher),
			"sends-a-segment-with-psh-and-without-data", "sends-ack-with-a-higher-ack"},
	} {
		open := func(list ...func(conform.Input, *conform.Reaction)) func() (conform.Peer, error) {
			list = slices.DeleteFunc(list, func(f func(conform.Input, *conform.Reaction)) bool { return f == nil })
			return func() (conform.Peer, error) {
				return &faults{conform.Machine(x.config, timed.RFC(), 1000), list}, nil
			}
		}
		o := conform.Options{NoAdapterCheck: true, Pairs: regexp.MustCompile(x.pairs)}
		named := func(r *conform.Report, name string) *conform.Finding {
			i := slices.IndexFunc(r.Findings, func(f conform.Finding) bool { return f.Name == name })
			if i < 0 {
				t.Fatalf("%s: no finding %s: %s", x.what, name, text(t, r))
			}
			return &r.Findings[i]
		}
		both := check(t, open(x.first, x.second), o)
		if f := named(both, x.hides); f.Pairs != 1 || len(f.Behind) > 0 || len(both.Findings) != 2 {
			t.Errorf("%s: %s", x.what, text(t, both))
		}
		if f := named(both, x.want); !slices.Equal(f.Behind, []string{x.hides}) || f.Later != 1 || f.Pairs != 0 {
			t.Errorf("%s: not behind it: %s", x.what, text(t, both))
		}
		if one := check(t, open(x.first), o); len(one.Findings) != 1 {
			t.Errorf("%s: the first alone: %s", x.what, text(t, one))
		}
	}
}

// What a fault hides is what is reached once it is removed.
func TestAFaultHidesThePairsBehindIt(t *testing.T) {
	t.Parallel()
	o := conform.Options{NoAdapterCheck: true, Cover: conform.CoverPlaces, Pairs: regexp.MustCompile("^(SYN-RECEIVED/simultaneous|CLOSE-WAIT): ")}
	c := model.Default()
	c.NoSimultaneousOpen = true
	with, without := check(t, opener(c), o), check(t, opener(model.Default()), o)
	hidden := 0
	for _, f := range with.Findings {
		hidden += f.Hides
	}
	reached := 0
	for pair, change := range with.Differences {
		if change == conform.NotReached && without.Differences[pair] == "" {
			reached++
		}
	}
	if hidden < 150 || hidden != reached || !without.OK() || with.Agree+with.NotApplicable != without.Chosen-hidden {
		t.Errorf("hides %d pairs, of which %d are reached without it: %s", hidden, reached, text(t, with))
	}
}

// A fault alone has no finding behind it: what only follows from it is not reported. The bugs are those that once had one.
func TestOneFaultIsNotTwo(t *testing.T) {
	t.Parallel()
	delicate := []string{
		"a SYN is sent again with another initial number", "a window that opens does not start the sender again", "an old segment sets the window",
		"the SYN,ACK of a simultaneous open begins at ISS+1", "an ACK of what was never sent is taken", "an old ACK moves SND.UNA back",
		"a segment without the agreed timestamp is taken",
	}
	o := conform.Options{NoAdapterCheck: true, Cover: conform.CoverPlaces, Parallel: 2}
	for _, b := range bugs() {
		if !golden.Long() && !slices.Contains(delicate, b.does) {
			continue
		}
		for _, f := range check(t, b.open(), o).Findings {
			if len(f.Behind) > 0 {
				t.Errorf("%s: %s, seen behind %v\n%s", b.does, f.Change, f.Behind, conform.ScriptText(f.Script))
			}
		}
	}
}
