package mapper

import (
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/learn/mealy"
)

func TestNotations(t *testing.T) {
	for _, c := range []struct{ input, output, wantInput, want string }{
		{"SYN(V,V,0)", "ACK+RST(ZERO,NEXT,0)", "SYN(V,V,0)", "RST+ACK(ZERO,V,0)"},
		{"CONNECT", "SYN(FRESH,ZERO,0)", "CONNECT", "SYN(V,V,0)"},
		{"RCV", "TIMEOUT", "RECEIVE", "TIMEOUT"},
		{"closeconnection", "ack+fin(NEXT,NEXT,0)", "CLOSE", "FIN+ACK(V,V,0)"},
		{"SYN(INVALID,ZERO,0)", "nil", "SYN(INV,V,0)", "TIMEOUT"},
		{"PSH,ACK(VALID,VALID,1)", "ACK(NEXT,NEXT,0)", "ACK+PSH(V,V,1)", "ACK(V,V,0)"},
		{"ACK-PSH(V,V,1)", "ACK(NEXT,CURRENT,0)", "ACK+PSH(V,V,1)", "ACK(V,CURR,0)"}, // the data is not acknowledged
		{"ACK(V,V,0)", "ACK(NEXT,CURRENT,0)", "ACK(V,V,0)", "ACK(V,V,0)"},            // there was nothing to acknowledge
		{"ACK+PSH(INV,V,1)", "ACK(CURRENT,CURRENT,0)", "ACK+PSH(INV,V,1)", "ACK(V,V,0)"},
		{"SYN(V,V,0)", "ACK+SYN(CURRENT,NEXT,0)", "SYN(V,V,0)", "SYN+ACK(CURR,V,0)"}, // sent again
		{"SEND", "PSH+ACK(NEXT,CURRENT,1);FIN+ACK(NEXT,CURRENT,0)", "SEND", "ACK+PSH(V,V,1)|FIN+ACK(V,V,0)"},
		{"RST(V,V,0)", "", "RST(V,V,0)", "TIMEOUT"},
		{"knock", "who is there", "knock", "who is there"},
		{"SYN+SYN(V,V,0)", "LOUD(V,V,0)", "SYN+SYN(V,V,0)", "LOUD(V,V,0)"}, // no flags of TCP: left as it is
	} {
		in := inputName(c.input)
		if in != c.wantInput {
			t.Errorf("%s: %s, want %s", c.input, in, c.wantInput)
		}
		if got := outputName(in, c.output); got != c.want {
			t.Errorf("%s to %s: %s, want %s", c.output, c.input, got, c.want)
		}
	}
}

// asLearned writes a word of ours as learners do.
func asLearned(input, output string) string {
	in, _ := parse(input)
	var words []string
	for _, word := range strings.Split(output, "|") {
		f, ok := parse(word)
		if !ok {
			words = append(words, word)
			continue
		}
		flags := []string{}
		for i := range f.flags {
			flags = append(flags, f.flags[len(f.flags)-1-i])
		}
		switch {
		case f.has("SYN") && f.seq == "CURR":
			f.seq = "CURRENT"
		case f.has("SYN"):
			f.seq = "FRESH"
		case f.seq == "V":
			f.seq = "NEXT"
		}
		switch {
		case !f.has("ACK"):
			f.ack = "ZERO"
		case f.ack == "CURR", f.ack == "V" && !in.spans():
			f.ack = "CURRENT"
		case f.ack == "V":
			f.ack = "NEXT"
		}
		f.flags = flags
		words = append(words, f.word())
	}
	return strings.Join(words, "|")
}

// A machine of ours in the words of learners is equivalent to itself, whatever its policies.
func TestLearnedNotationIsRead(t *testing.T) {
	calls := map[string]string{"RECEIVE": "RCV", "CLOSE": "CLOSECONNECTION"}
	for name, set := range policies {
		c := tiny
		set(&c)
		ours := machine(t, c, Options{})
		theirs, err := New(c, Options{}).Machine()
		if err != nil {
			t.Fatal(err)
		}
		spell := func(word string) string {
			if to, ok := calls[word]; ok {
				return to
			}
			return word
		}
		ends := map[string]string{}
		for from, to := range calls {
			ends[to] = from
		}
		if err := theirs.Respell(spell, func(input, output string) string {
			if from, ok := ends[input]; ok {
				input = from
			}
			return asLearned(input, output)
		}); err != nil {
			t.Fatal(err)
		}
		if mealy.Compare(ours, theirs).First == nil {
			t.Errorf("policy %d: the words are the same before they are read", name)
		}
		if err := Respell(theirs); err != nil {
			t.Fatal(err)
		}
		if d := mealy.Compare(ours, theirs).First; d != nil {
			t.Errorf("policy %d: %v: %v, learned %v", name, d.Word, d.A, d.B)
		}
	}
}

// Where a machine closes its connection and its listener by two calls, only the first is our CLOSE.
func TestTwoCloses(t *testing.T) {
	m := &mealy.Machine{States: []string{"s"}, Inputs: []string{"CLOSE", "CLOSECONNECTION"}, Edges: [][]mealy.Edge{{{Output: "TIMEOUT"}, {Output: "TIMEOUT"}}}}
	if err := Respell(m); err != nil || m.Inputs[0] != "CLOSELISTENER" || m.Inputs[1] != "CLOSE" {
		t.Errorf("%v %v", m.Inputs, err)
	}
	m = &mealy.Machine{States: []string{"s"}, Inputs: []string{"RCV", "RECV"}, Edges: [][]mealy.Edge{{{Output: "TIMEOUT"}, {Output: "TIMEOUT"}}}}
	if err := Respell(m); err == nil || !strings.Contains(err.Error(), `found an input "RECEIVE" already`) {
		t.Error(err)
	}
}
