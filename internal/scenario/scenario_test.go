package scenario

import (
	"context"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// drawFile draws a file that goes together, by drawing a value for each key.
func drawFile(t *rapid.T) File {
	f := Default()
	for i := range keys {
		k := &keys[i]
		if k.get == nil || !rapid.Bool().Draw(t, "say "+k.path) {
			continue
		}
		var v any
		switch k.kind {
		case integer, budget:
			v = rapid.Int64Range(k.min, min(k.max, 3)).Draw(t, k.path)
			if k.path == "A.base" || k.path == "B.base" {
				v = rapid.Int64Range(k.min, k.max).Draw(t, k.path)
			}
			if k.min == 1 { // rcv-buf
				v = rapid.Int64Range(1, 255).Draw(t, k.path)
			}
			if k.kind == budget && rapid.Bool().Draw(t, "unlimited") {
				v = unlimited
			}
		case boolean:
			v = rapid.Bool().Draw(t, k.path)
		case word:
			v = rapid.SampledFrom(k.names).Draw(t, k.path)
		case words:
			list := []any{}
			for _, n := range append([]string{"agreement"}, k.names...) {
				if (k.names == nil) == (n == "agreement") && rapid.Bool().Draw(t, n) {
					list = append(list, n)
				}
			}
			v = list
		case numbers:
			v = []any{int64(0), rapid.Int64Range(k.min, k.max).Draw(t, k.path)}
		case segments:
			continue
		}
		if e := k.take(&f, v); e != nil {
			t.Fatalf("%s refused %v: %v", k.path, v, e)
		}
	}
	if n := &f.Scenario.Net; n.MSL == 0 {
		n.Ticks, n.FirstAck = 0, false // they belong to a clock
	}
	if n := &f.Scenario.Net; n.Losses != 0 || n.Dups != 0 || n.InOrder || n.NoPrematureRetransmission {
		n.Bag = true
	}
	if n := &f.Scenario.Net; n.Bag {
		n.FirstAck = false // it belongs to a set
	}
	for i := range f.Scenario.Peer { // options that the joint world refuses
		f.Scenario.Peer[i].TCP.WindowScale, f.Scenario.Peer[i].TCP.SACKPermitted = false, false
	}
	for _, key := range []string{"stale", "attacker"} {
		for range rapid.IntRange(0, 3).Draw(t, key) {
			if err := f.Add(key, drawSegment(t, &f)); err != nil {
				t.Fatal(err)
			}
		}
	}
	f.complete()
	if f.check(nil) != nil {
		t.Skip("does not go together")
	}
	return f
}

func drawSegment(t *rapid.T, f *File) string {
	p := netfake.Packet{Dst: rapid.IntRange(0, 1).Draw(t, "dst")}
	bases := [2]model.Seq{f.Scenario.Peer[0].Base, f.Scenario.Peer[1].Base}
	around := func(side int) model.Seq {
		return bases[side] + model.Seq(rapid.IntRange(-netfake.Below, netfake.Above).Draw(t, "number"))
	}
	p.Seg = model.Segment{Seq: around(1 - p.Dst), Len: rapid.Uint16Range(0, 15).Draw(t, "len"), Wnd: rapid.Uint16Range(0, 255).Draw(t, "wnd")}
	for _, bit := range []model.Flags{model.SYN, model.FIN, model.RST, model.PSH} {
		if rapid.Bool().Draw(t, bit.String()) {
			p.Seg.Flags |= bit
		}
	}
	if p.Seg.Flags == 0 || rapid.Bool().Draw(t, "ACK") {
		p.Seg.Flags |= model.ACK
		p.Seg.Ack = around(p.Dst)
	}
	if p.Seg.Has(model.RST | model.ACK) {
		p.Seg.Seq = 0
	}
	return formatSegment(f, p)
}

func TestParseIsTheInverseOfFormat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFile(t)
		text := Format(f)
		back, err := Parse("drawn", text, nil)
		if err != nil {
			t.Fatalf("a file that Format wrote is refused: %v\n%s", err, text)
		}
		if !reflect.DeepEqual(back, f) {
			t.Fatalf("(-want +got)\n%s\n%s", cmp.Diff(f, back), text)
		}
	})
}

// Whatever field netfake.Scenario has or gets, a file can say it.
func TestEveryFieldHasAKey(t *testing.T) {
	silent := string(Format(Default()))
	var walk func(path string, at func(*File) reflect.Value)
	walk = func(path string, at func(*File) reflect.Value) {
		f := Default()
		v := at(&f)
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				walk(path+"."+v.Type().Field(i).Name, func(f *File) reflect.Value { return at(f).Field(i) })
			}
			return
		case reflect.Array:
			for i := range v.Len() {
				walk(path+"."+netfake.PeerName(i), func(f *File) reflect.Value { return at(f).Index(i) })
			}
			return
		case reflect.Slice:
			v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
		case reflect.Bool:
			v.SetBool(!v.Bool())
		case reflect.Int:
			v.SetInt(v.Int() + 1)
		default:
			v.SetUint(v.Uint() + 1)
		}
		if string(Format(f)) == silent {
			t.Errorf("%s: a change of it does not show in the file", path)
		}
	}
	walk("Scenario", func(f *File) reflect.Value { return reflect.ValueOf(&f.Scenario).Elem() })
}

// A reader may take away the mark of a comment before any key of the example.
func TestEveryKeyOfTheExampleIsRead(t *testing.T) {
	text := strings.Replace(Example(), `wire = "set"`, `wire = "bag"`, 1)
	off := regexp.MustCompile(`(?m)^# ([a-z-]+ += )`)
	if n := len(off.FindAllString(text, -1)); n < 6 {
		t.Errorf("%d keys in comments, expected at least 6", n)
	}
	if _, err := Parse("example", off.ReplaceAll([]byte(text), []byte("$1")), []string{"no-ghost-connection", "no-foreign-data", "agreement"}); err != nil {
		t.Error(err)
	}
}

func TestExampleRunsQuickly(t *testing.T) {
	f, err := Parse("example", []byte(Example()), []string{"no-ghost-connection", "no-foreign-data", "agreement"})
	if err != nil {
		t.Fatal(err)
	}
	sys, err := netfake.New(f.Scenario)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Second)
	defer stop()
	r := explore.Run(ctx, sys, explore.Options[netfake.State, netfake.Action]{Cut: netfake.CutOff})
	if r.Verdict != explore.Verified {
		t.Errorf("the example's space: %v %s, want all of it within 2 s", r.Verdict, r.Reason)
	}
}

func TestWhatIsRefused(t *testing.T) {
	for _, c := range []struct{ claim, text, want string }{
		{"a word that is none", "start = \"clsed\"", `f:1: start: found "clsed", expected one of closed, established`},
		{"an unknown key", "\n[A]\nuser.actve = 1", `f:3: A.user.actve: found an unknown key, expected one of active, passive, listens, accepts,`},
		{"an unknown table", "[C]\nx = 1", `f:2: C.x: found an unknown key, expected one of start, watch,`},
		{"a key without a name", "\"\" = 1", `f: "": found an unknown key, expected one of start, watch,`},
		{"an empty unknown table", "[A.usr]", `f:1: A.usr: found an unknown key, expected one of base, rcv-buf,`},
		{"a value for a table", "net = 3", `f:1: net: found a value, expected a table`},
		{"a table for a value", "[start]", `f:1: start: found a table, expected one of closed, established`},
		{"a number out of range", "[A]\nrcv-buf = 256", `f:2: A.rcv-buf: found 256, expected a whole number from 1 to 255`},
		{"a fraction", "[A]\nmss = 1.5", `f:2: A.mss: found 1.5, expected a whole number from 0 to 65535`},
		{"a number for a word", "[both.tcp]\nhandshake = 2", `f:2: both.tcp.handshake: found 2, expected one of three, one, two,`},
		{"an unknown fault", "watch = [\n \"ghost\"]", `f:2: watch: found "ghost", expected a list of foreign-data,`},
		{"an unknown invariant", "always = [\"agrement\"]", `f:1: always: found agrement, expected one of agreement, no-foreign-data`},
		{"an invariant that could not fail", "watch = []\nalways = [\"no-foreign-data\"]", `f:1: watch: found nothing, expected foreign-data among it`},
		{"a segment far from its base", "stale = [\n\"A->B <SEQ=90><CTL=SYN>\",\n\"A->B <SEQ=9><CTL=SYN>\"]", `f:3: stale: found <SEQ=9>, expected a number from 36 to 291, around A.base`},
		{"a segment without direction", "stale = [\"<SEQ=90><CTL=SYN>\"]", `it begins with "<SEQ=90><CTL=SYN>", not with A->B or B->A`},
		{"a control bit that is none", "stale = [\"A->B <SEQ=90><CTL=SN>\"]", `"SN" is none of SYN, FIN, RST, PSH, ACK`},
		{"an ACK bit without number", "stale = [\"A->B <SEQ=90><CTL=ACK>\"]", `<ACK=...> and the control bit ACK go together`},
		{"text that the wire cannot hold", "stale = [\"A->B <SEQ=90><DATA=16><CTL=PSH>\"]", `<DATA=16> is not a whole number from 0 to 15`},
		{"a budget of a set", "[net]\nlosses = 1", `f:1: net.wire: found set, expected bag`},
		{"too many opens", "[A]\nuser = { active = 5, passive = 2, accepts = 4 }", `f:2: A.user.active: found 13 connections in all, expected at most 12`},
		{"a clock that stands still", "[net]\nmsl = 2\n[B.isn]\npolicy = \"clock\"", `B.isn.rate: found 0, expected a whole number from 1 to 191: by how much`},
		{"a clock where there are no ticks", "[B.isn]\npolicy = \"clock\"\nrate = 1", `f:2: B.isn.policy: found clock, and no ticks, expected a net.msl above 0`},
		{"arbitrary numbers without any", "[B.isn]\npolicy = \"arbitrary\"", `f:1: B.isn.choices: found nothing, expected a list of offsets`},
		{"a question twice", "always = [\"x: true\", \"x: true\"]", `f:1: always: found x: true twice, expected each name once`},
		{"a question about a clock that no state has", "always = [\"early: clock < 5\"]\n[net]\nmsl = 2", `f:1: always: found clock, expected net.ticks from 1`},
		{"losses that nobody counts", "reach = [\"lost: losses == 0\"]\n[net]\nwire = \"bag\"\nlosses = \"unlimited\"", `f:1: reach: found losses, expected net.wire bag and a number in net.losses`},
		{"duplicates of a set", "leads-to = [\"x: true => dups > 0\"]", `f:1: leads-to: found dups, expected net.wire bag and a number in net.dups`},
		{"a timer without ticks", "always = [\"x: A.timer == 0\"]", `f:1: always: found timer, expected net.msl from 1`},
		{"a network with copies that nobody counts", "always = [\"x: none(wire, .old)\"]\nleftover = [\"A->B <SEQ=101><CTL=RST>\"]", `f:1: always: found wire, expected no leftover`},
		{"ages without ticks", "always = [\"x: all(wire, .age == 0)\"]", `f:1: always: found .age, expected net.msl from 1`},
		{"no TOML", "start = \"closed\nx", `f:1: not TOML: basic strings cannot have new lines`},
		{"keys within an inline table", "[A]\nuser = { # with a comment = and a line\n  active = 1,\n  passive = true }", `f:4: A.user.passive: found true, expected a whole number from 0 to 12`},
		{"a value that looks like a key", "stale = [\n\"A.mss = 1\"]\n[A]\nmss = true", `f:4: A.mss: found true, expected a whole number from 0 to 65535`},
		{"a key twice", "start = \"closed\"\nstart = \"closed\"", `f:2: not TOML: key start is already defined`},
	} {
		_, err := Parse("f", []byte(c.text), []string{"agreement", "no-foreign-data"})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v\nwant %s", c.claim, err, c.want)
		}
	}
}

func TestEveryErrorIsReportedInOrder(t *testing.T) {
	_, err := Parse("f", []byte("[B]\nmss = true\n[A]\nmss = true\n[net]\nmsl = 99\n"), nil)
	want := `f:2: B.mss: found true, expected a whole number from 0 to 65535
f:4: A.mss: found true, expected a whole number from 0 to 65535
f:6: net.msl: found 99, expected a whole number from 0 to 14`
	if got := err.Error(); got != want {
		t.Error(cmp.Diff(want, got))
	}
}

func TestBothIsAAndB(t *testing.T) {
	f, err := Parse("f", []byte("[B]\nmss = 7\n[both]\nmss = 5\ntcp.timestamps = true\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	p := f.Scenario.Peer
	if p[0].TCP.MSS != 5 || p[1].TCP.MSS != 7 || !p[0].TCP.Timestamps || !p[1].TCP.Timestamps {
		t.Errorf("[both] sets both, and [B] says what differs, wherever they stand: got %+v", p)
	}
}

// FuzzParse: no file makes Parse panic, and what it takes can be written and read again.
func FuzzParse(f *testing.F) {
	f.Add(Example())
	f.Add("stale = [\"B->A <SEQ=0><ACK=91><CTL=RST,ACK>\"]\n[net]\nmsl = 2")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := Parse("f", []byte(text), nil)
		if err != nil {
			return
		}
		back, err := Parse("f", Format(file), nil)
		if err != nil || !reflect.DeepEqual(back, file) {
			t.Fatalf("%v\n%s", err, cmp.Diff(file, back))
		}
	})
}

// Every key has a meaning, and no meaning is without a key.
func TestEveryKeyHasAMeaning(t *testing.T) {
	used := map[string]bool{}
	for _, k := range Keys() {
		if k.Means == "" || k.Takes == "" {
			t.Errorf("%s means %q and takes %q", k.Path, k.Means, k.Takes)
		}
		used[k.Means] = true
	}
	for path, text := range means {
		if !used[text] {
			t.Errorf("%s is no key", path)
		}
	}
}

// What a profile sets in a scenario is written to its file, and read back.
func TestReuseStampAndTicksAreKept(t *testing.T) {
	f := Default()
	f.Scenario.Net.MSL, f.Scenario.Net.Ticks = 2, 3
	f.Scenario.Peer[netfake.A].Reuse = netfake.Reuse{On: true, After: 1}
	f.Scenario.Peer[netfake.B].TimestampOffset = 4
	got, err := Parse("file", Format(f), nil)
	if err != nil || !reflect.DeepEqual(got.Scenario, f.Scenario) {
		t.Errorf("%v: got %+v, want %+v", err, got.Scenario, f.Scenario)
	}
}

func TestDifferencesNameTheKeysAndBothValues(t *testing.T) {
	f, g := Default(), Default()
	if list := f.Differences(&g); list != nil {
		t.Errorf("a file differs from itself: %v", list)
	}
	for path, value := range map[string]string{"net.msl": "2", "B.tcp.handshake": "two"} {
		if err := g.Set(path, value); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"net.msl: found 0, expected 2", `B.tcp.handshake: found "three", expected "two"`}
	if diff := cmp.Diff(want, f.Differences(&g)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A file means what its words say: a round trip cannot see a key that stands for another in both directions.
func TestAFileMeansWhatItSays(t *testing.T) {
	f := Default()
	for key, value := range map[string]string{
		"net.wire": "bag", "net.losses": "1", "net.dups": "2", "stale": `["A->B <SEQ=90><CTL=SYN>", "B->A <SEQ=290><CTL=SYN>"]`,
	} {
		if err := f.Set(key, value); err != nil {
			t.Fatal(err)
		}
	}
	sc := &f.Scenario
	if !sc.Net.Bag || sc.Net.Losses != 1 || sc.Net.Dups != 2 {
		t.Errorf("got %+v, want a bag with 1 loss and 2 duplicates", sc.Net)
	}
	if sc.Stale[0].Dst != netfake.B || sc.Stale[0].Seg.Seq != 90 || sc.Stale[1].Dst != netfake.A || sc.Stale[1].Seg.Seq != 290 {
		t.Errorf("got %+v, want <SEQ=90> to B and <SEQ=290> to A", sc.Stale)
	}
}
