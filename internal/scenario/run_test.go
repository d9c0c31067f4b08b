package scenario

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/netfake"
)

// ghost is a run in which two segments open a connection towards nobody.
func ghost(t *testing.T) Run {
	t.Helper()
	f, err := Parse("example", []byte(Example()), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Set("both.tcp.handshake", "two"); err != nil {
		t.Fatal(err)
	}
	sys, err := netfake.New(f.Scenario)
	if err != nil {
		t.Fatal(err)
	}
	run := netfake.Run{Actions: []netfake.Action{{Kind: netfake.OpenPassive, Peer: netfake.B}}}
	s := sys.Step(sys.Init()[0], run.Actions[0])
	for _, a := range sys.Actions(nil, s) {
		if sys.Step(s, a).Faults()&netfake.GhostConnection != 0 {
			run.Actions = append(run.Actions, a)
			return Run{File: f, Violated: "no-ghost-connection", Steps: sys.MustReplay(run)}
		}
	}
	t.Fatal("no second step makes a ghost connection")
	return Run{}
}

func ghostFree(string) (func(*netfake.System, netfake.State) bool, bool) {
	return func(_ *netfake.System, s netfake.State) bool { return s.Faults()&netfake.GhostConnection == 0 }, true
}

func saved(t *testing.T, r Run) string {
	t.Helper()
	var b bytes.Buffer
	if err := SaveRun(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestLoadIsTheInverseOfSave(t *testing.T) {
	r := ghost(t)
	back, err := LoadRun("r.json", []byte(saved(t, r)), ghostFree)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, r) {
		t.Errorf("got %+v\nwant %+v", back, r)
	}
}

func TestAnEditedRunIsRefused(t *testing.T) {
	text := saved(t, ghost(t))
	for _, c := range []struct{ claim, old, new, want string }{
		{"another version", `"version": 2`, `"version": 1`, "version: found 1, expected 2"},
		{"another format", `"tcpcheck run"`, `"run"`, `format: found "run", expected "tcpcheck run"`},
		{"an unknown member", `"version"`, `"verse": 1, "version"`, "unknown field"},
		{"another policy", `"two"`, `"three"`, "step 2 leads to another state than the file says: found "},
		{"a policy that is none", `"two"`, `"tow"`, `found "tow", expected one of three`},
		{"another invariant", `"violated": "no-ghost-connection"`, `"violated": "no-foreign-fin"`, "expected one of those that the scenario asks for"},
		{"a step that cannot happen", `"do": "passive OPEN"`, `"do": "CLOSE"`, "step 1: CLOSE at B /0 is not possible there"},
		{"a step that is none", `"do": "passive OPEN"`, `"do": "OPEN"`, `do: found "OPEN", expected one of tick, deliver`},
		{"an edited state", `"state": "5e42fe9ec5e33187"`, `"state": "5e42fe9ec5e33188"`, "step 2 leads to another state than the file says: found 5e42fe9ec5e33187, expected 5e42fe9ec5e33188"},
		{"an endpoint that is none", `"peer": "B"`, `"peer": "C"`, `peer: found "C", expected A or B`},
		{"no JSON", "{", "[", "found what is not JSON"},
	} {
		edited := strings.ReplaceAll(text, c.old, c.new)
		if edited == text {
			t.Fatalf("%s: nothing to edit in\n%s", c.claim, text)
		}
		_, err := LoadRun("r.json", []byte(edited), ghostFree)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v\nwant %s", c.claim, err, c.want)
		}
	}
}

func TestARunThatViolatesNothingIsRefused(t *testing.T) {
	r := ghost(t)
	r.Steps = r.Steps[:1]
	_, err := LoadRun("r.json", []byte(saved(t, r)), ghostFree)
	if err == nil || !strings.Contains(err.Error(), "no-ghost-connection, which holds in the state that the 1 steps lead to") {
		t.Errorf("got %v", err)
	}
}

// FuzzLoadRun: no file makes LoadRun panic.
func FuzzLoadRun(f *testing.F) {
	f.Add([]byte(`{"format": "tcpcheck run", "version": 2, "scenario": {"A": {"user": {"active": 1}}}, "steps": [{"do": "active OPEN", "peer": "A", "state": ""}]}`))
	f.Fuzz(func(_ *testing.T, data []byte) {
		_, _ = LoadRun("f", data, ghostFree)
	})
}
