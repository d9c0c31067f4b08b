package conform

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/tcpcheck/tcpcheck/model"
)

// TB is the part of testing.TB that Test needs.
type TB interface {
	Helper()
	Context() context.Context
	Log(...any)
	Error(...any)
	Fatal(...any)
}

// Test checks a stack in a Go test. The test fails if there is an unexplained difference, or an entry of the table
// that no longer happens.
func Test(t TB, open func() (Peer, error), o Options) *Report {
	t.Helper()
	r, err := Check(t.Context(), open, o)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := r.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	if !r.OK() {
		t.Error(b.String())
	} else {
		t.Log(b.String())
	}
	return r
}

// WriteDraft writes an entry of a table for each kind of unexplained difference. A person should then find out what
// each is, describe it in the entry, and join entries that have the same reason.
func (r *Report) WriteDraft(w io.Writer) error {
	for i, k := range slices.Concat(r.Kinds, r.Random) {
		l := k.Script[len(k.Script)-1]
		d := Deviation{
			Name: fmt.Sprintf("draft-%d", i+1), What: "it " + k.Change, Clause: "???", Seen: r.Version,
			In: []string{k.From}, On: []string{l.Step.String()}, Differs: l.Differs, To: []string{l.Got.State.String()},
		}
		if l.Step.Op == Packet {
			d.On = []string{k.hull()}
		}
		if slices.Contains(l.Differs, differsSends) {
			d.Want, d.Got = []string{l.Want.flags()}, []string{l.Got.flags()}
		}
		if i >= len(r.Kinds) { // at random: no pair may show it
			for _, l := range k.Script {
				d.Script = append(d.Script, l.Step.String())
			}
		}
		if err := toml.NewEncoder(w).Encode(map[string][]Deviation{"deviation": {d}}); err != nil {
			return err
		}
	}
	return nil
}

// hull is the least pattern that covers all segments of a kind.
func (k Kind) hull() string {
	var seqs, acks, texts, windows []string
	add := func(list *[]string, x string) {
		if !slices.Contains(*list, x) {
			*list = append(*list, x)
		}
	}
	for _, s := range k.steps {
		add(&seqs, seqNames[s.Class.seq])
		if s.Class.flags&model.ACK != 0 {
			add(&acks, ackNames[s.Class.ack])
		}
		add(&texts, textNames[s.Class.text])
		add(&windows, windowNames[s.Class.window])
	}
	words := []string{k.Input}
	for _, x := range []struct {
		key  string
		list []string
		all  int
	}{
		{"seq", seqs, len(seqNames)}, {"ack", acks, len(ackNames)},
		{"text", texts, int(textFill)}, {"window", windows, len(windowNames)},
	} {
		if n := len(x.list); n > 0 && n < x.all {
			words = append(words, x.key+"="+strings.Join(x.list, "|"))
		}
	}
	return strings.Join(words, " ")
}
