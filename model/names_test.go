package model

import (
	"reflect"
	"testing"
)

// TestStates: a state is found by the RFC's spelling of it.
func TestStates(t *testing.T) {
	for s := range State(NumStates) {
		if got, ok := ParseState(s.String()); !ok || got != s {
			t.Errorf("%v is read as %v", s, got)
		}
	}
	if _, ok := ParseState("SYN-SENDING"); ok {
		t.Error("there is no such state")
	}
}

// TestPoliciesSetAndGet: a policy sets its own field to each of its values, and no other; the
// zero Config is the first value of each.
func TestPoliciesSetAndGet(t *testing.T) {
	names := map[string]bool{}
	for _, p := range Policies {
		if names[p.Name] || p.Means == "" || p.Source == "" || p.Reason == "" {
			t.Errorf("%s wants a name of its own, a meaning, a source and a reason", p.Name)
		}
		names[p.Name] = true
		if found, ok := PolicyByName(p.Name); !ok || found.Name != p.Name {
			t.Errorf("%s is not found", p.Name)
		}
		for v, value := range p.Values {
			var c Config
			p.Set(&c, v)
			if i, ok := p.Index(value); !ok || i != v || p.Get(c) != v {
				t.Errorf("%s=%s is lost", p.Name, value)
			}
			p.Set(&c, 0)
			if c != (Config{}) {
				t.Errorf("%s=%s sets more than itself", p.Name, value)
			}
		}
	}
}

// TestEveryFieldOfConfigHasARow: a field that is no policy is one of four, and each policy sets another field.
func TestEveryFieldOfConfigHasARow(t *testing.T) {
	rows := map[string]string{"RcvBuf": "a size", "MSS": "a size", "WScale": "a size", "Mutant": "no policy"}
	for _, p := range Policies {
		var c Config
		p.Set(&c, 1)
		for v, i := reflect.ValueOf(c), 0; i < v.NumField(); i++ {
			if name := v.Type().Field(i).Name; !v.Field(i).IsZero() {
				if rows[name] != "" {
					t.Errorf("model/config.go: policy %s sets %s, which is %s", p.Name, name, rows[name])
				}
				rows[name] = "set by " + p.Name
			}
		}
	}
	for v, i := reflect.TypeFor[Config](), 0; i < v.NumField(); i++ {
		if name := v.Field(i).Name; rows[name] == "" {
			t.Errorf("model/config.go: no row of Policies sets field %s", name)
		}
	}
}

// TestMutantsAreNamed: every mutant has a name of its own, says what it does, and changes something.
func TestMutantsAreNamed(t *testing.T) {
	names := map[string]bool{}
	for m, about := range Mutants {
		if about.Name == "" || about.Does == "" || names[about.Name] || Mutant(m).String() != about.Name {
			t.Errorf("mutant %d: %+v", m, about)
		}
		if (len(about.Edits) == 0) != (Mutant(m) == None) {
			t.Errorf("%s changes %d places of the source", about.Name, len(about.Edits))
		}
		names[about.Name] = true
	}
}

// TestSegmentString: a segment prints as in the figures.
func TestSegmentString(t *testing.T) {
	for want, s := range map[string]Segment{
		"<SEQ=100><CTL=SYN>":                      {Seq: 100, Flags: SYN},
		"<SEQ=100><ACK=300><CTL=SYN,ACK>":         {Seq: 100, Ack: 300, Flags: SYN | ACK},
		"<SEQ=1><ACK=2><DATA=10><CTL=PSH,ACK>":    {Seq: 1, Ack: 2, Len: 10, Flags: PSH | ACK},
		"<SEQ=0><ACK=2><CTL=RST,ACK>":             {Ack: 2, Flags: RST | ACK},
		"<SEQ=1><ACK=2><CTL=FIN,ACK,URG><TS=3,4>": {Seq: 1, Ack: 2, Flags: FIN | ACK | URG, Opts: OptTimestamps, TSVal: 3, TSEcr: 4},
	} {
		if got := s.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
