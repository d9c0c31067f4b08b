package conform_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/model"
)

func table(t *testing.T, text string) *conform.Table {
	t.Helper()
	table, err := conform.ParseTable("table.toml", text)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// A stack with two ways of its own: one is a policy of the machine, the other a bent check.
func odd() func() (conform.Peer, error) {
	c := model.Default()
	c.DupSyn = model.DupSynSynAck
	c.Mutant = model.ClosedAnswersRst
	return opener(c)
}

const oddTable = `
stack = "model"
policies = ["dup-syn=syn-ack"]

[[deviation]]
name = "rst-for-rst"
what = "CLOSED answers a RST with a RST"
clause = "RFC 9293 §3.10.7.1"
seen = "RFC9293"
in = ["CLOSED", "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT", "TIME-WAIT"]
on = ["RST|RST,ACK|SYN,RST", "RST|RST,ACK|SYN,RST at=closed-port|other-address|second"]
differs = ["sends"]
want = ["nothing"]
got = ["RST", "RST,ACK"]
then = "go on"
`

// ack-too is an entry that is never needed.
var unusedEntry = strings.NewReplacer("rst-for-rst", "ack-too", `"RST|RST,ACK|SYN,RST", "RST|RST,ACK|SYN,RST at=closed-port|other-address|second"`, `"ACK"`).
	Replace(oddTable[strings.Index(oddTable, "[["):])

func TestATableCoversWhatItSays(t *testing.T) {
	r := check(t, odd(), conform.Options{Table: table(t, oddTable), Steps: 500})
	if !r.OK() || len(r.Entries) != 1 || r.Known == 0 || r.Known > r.Entries[0].Times {
		t.Fatal(text(t, r))
	}
	if n := len(r.Entries[0].Script); n != 1 {
		t.Errorf("the script has %d steps, expected one: a RST", n)
	}
	if !strings.Contains(text(t, r), "known: rst-for-rst") {
		t.Error(text(t, r))
	}
}

func TestWhatNoEntryCoversIsUnexplained(t *testing.T) {
	narrow := strings.Replace(oddTable, "RST|RST,ACK|SYN,RST", "RST|RST,ACK", 1)
	r := check(t, odd(), conform.Options{Table: table(t, narrow), Pairs: regexp.MustCompile("^CLOSED")})
	if r.OK() || r.Unexplained == 0 || len(r.Findings) != 1 || !slices.Equal(r.Findings[0].Inputs, []string{"SYN,RST"}) {
		t.Error(text(t, r))
	}
}

// unused are the names of what nothing needed.
func unused(r *conform.Report) (names []string) {
	for _, u := range r.Unused {
		names = append(names, u.Name)
	}
	return names
}

func TestAnEntryThatNoLongerHappensFails(t *testing.T) {
	r := check(t, odd(), conform.Options{Table: table(t, oddTable+unusedEntry)})
	if r.OK() || !slices.Equal(unused(r), []string{"ack-too"}) {
		t.Error(text(t, r))
	}
	part := conform.Options{Table: table(t, oddTable+unusedEntry), Pairs: regexp.MustCompile("^LISTEN")}
	if r := check(t, odd(), part); !r.OK() { // what was left out might have needed it
		t.Error(text(t, r))
	}
	// A policy that the stack does not follow where it matters: no pair needs it.
	r = check(t, odd(), conform.Options{Table: table(t, strings.Replace(oddTable, "]", `, "data-on-syn=on"]`, 1))})
	if r.OK() || !slices.Equal(unused(r), []string{"data-on-syn=on"}) {
		t.Error(text(t, r))
	}
}

// An entry with a script is judged by that, whatever pairs there are, and the report has the shortest that it contains.
func TestAScriptTellsWhetherAnEntryStillHappens(t *testing.T) {
	for script, happens := range map[string]bool{
		`["RST seq=exact"]`: true,
		`["listen", "sleep 3s", "abort", "receive 1400", "send 100", "RST,ACK seq=exact ack=nxt"]`: true,
		`["ACK seq=exact ack=nxt"]`:                       false, // it answers as it should
		`["listen", "RST seq=exact"]`:                     false, // not in LISTEN
		`["RST seq=exact", "listen"]`:                     false, // not the last
		`["RST seq=exact", "ACK seq=inside ack=between"]`: false, // there is no such segment
	} {
		o := conform.Options{Table: table(t, oddTable+"script = "+script), Pairs: regexp.MustCompile("^no pair$")}
		r := check(t, odd(), o)
		if r.OK() != happens || slices.Equal(unused(r), []string{"rst-for-rst"}) == happens {
			t.Errorf("%s: %s", script, text(t, r))
		}
		if happens && len(r.Entries[0].Script) != 1 {
			t.Errorf("%s: a script of %d steps, expected one: a RST", script, len(r.Entries[0].Script))
		}
	}
}

// A stack that has no release is told so once: one entry, and text that comes afterwards is no difference.
func TestAReleaseThatIsRefusedIsNotTaken(t *testing.T) {
	open := func() (conform.Peer, error) { return keeps{machine()}, nil }
	o := conform.Options{Cover: conform.CoverPlaces, Steps: 3000, Seed: 1}
	if r := check(t, open, o); r.OK() || !slices.Equal(r.Findings[0].Inputs, []string{"release"}) || r.Findings[0].Change != "refuses the call (no such call)" {
		t.Error(text(t, r))
	}
	o.Table = table(t, `
stack = "model"
[[deviation]]
name = "no-release"
what = "there is no such call"
clause = "RFC 9293 §3.6.1, MAY-1"
seen = "RFC9293"
in = ["LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT"]
on = ["release"]
differs = ["reply"]
then = "go on"
`)
	if r := check(t, open, o); !r.OK() || len(r.Entries) != 1 {
		t.Error(text(t, r))
	}
}

// keeps is a stack without release.
type keeps struct{ conform.Peer }

func (k keeps) Do(in conform.Input) (conform.Reaction, error) {
	refused := ""
	if in.Op == conform.Release {
		in, refused = conform.Input{Op: conform.Sleep}, "no such call"
	}
	r, err := k.Peer.Do(in)
	if refused != "" {
		r.Error = refused
	}
	return r, err
}

// An entry with policies follows the stack: the model goes on as such a machine would.
func TestAnEntryWithPoliciesIsFollowed(t *testing.T) {
	c := model.Default()
	c.Reopen = model.ReopenLaterSyn
	r := check(t, opener(c), conform.Options{Table: table(t, `
stack = "model"
[[deviation]]
name = "reopens"
what = "a later SYN opens a new incarnation straight from TIME-WAIT"
clause = "RFC 9293 §3.6.1, MAY-2"
seen = "RFC9293"
in = ["TIME-WAIT"]
on = ["SYN seq=exact|inside|last|after|far-ahead"]
differs = ["sends", "state"]
policies = ["reopen=later-syn"]
`), Steps: 500})
	if !r.OK() || len(r.Entries) != 1 {
		t.Error(text(t, r))
	}
}

func TestATableThatSaysNothingNarrowIsRefused(t *testing.T) {
	inClosed := strings.NewReplacer(`, "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT", "TIME-WAIT"`, "",
		`, "RST|RST,ACK|SYN,RST at=closed-port|other-address|second"`, "").Replace(oddTable)
	for change, want := range map[[2]string]string{
		{`on = ["RST|RST,ACK|SYN,RST"]`, `on = ["*"]`}:           "an entry that covers every segment says nothing",
		{`on = ["RST|RST,ACK|SYN,RST"]`, ``}:                     "on: found nothing, expected one or more inputs",
		{`["RST|RST,ACK|SYN,RST"]`, `["RST seq=middle"]`}:        "expected some of exact|before|inside",
		{`["RST|RST,ACK|SYN,RST"]`, `["RST place=exact"]`}:       "expected seq=, ack=, text=, window=, form= or at=",
		{`["RST|RST,ACK|SYN,RST"]`, `["dance"]`}:                 "expected *, a call of",
		{`in = ["CLOSED"]`, ``}:                                  "in: found nothing, expected one or more states",
		{`in = ["CLOSED"]`, `in = ["OPEN"]`}:                     `found "OPEN", expected a state of RFC 9293`,
		{`differs = ["sends"]`, `differs = ["everything"]`}:      `differs: found "everything"`,
		{`differs = ["sends"]`, `differs = ["state"]`}:           "since the states differ",
		{`clause = "RFC 9293 §3.10.7.1"`, `clause = " "`}:        "clause: found nothing",
		{`then = "go on"`, `then = "stop"`}:                      `then: found "stop", expected "end" or "go on"`,
		{`then = "go on"`, `after = "x"`}:                        `found key "deviation.after"`,
		{`then = "go on"`, `script = ["dance"]`}:                 "script: found \"dance\" in \"dance\", expected *, a call of",
		{`then = "go on"`, `script = ["send"]`}:                  `script: found "send"`,
		{`then = "go on"`, `script = ["sleep 90s"]`}:             `in the spelling of a report, like "sleep 1m30s"`,
		{`then = "go on"`, `script = ["RST|SYN seq=exact"]`}:     `in the spelling of a report, like "RST seq=exact"`,
		{`"dup-syn=syn-ack"`, `"dup-syn=twice"`}:                 "expected one of the values [ack syn-ack]",
		{`"dup-syn=syn-ack"`, `"mood=good"`}:                     "expected NAME=VALUE with a policy of the model",
		{`stack = "model"`, `stack = model`}:                     "table.toml",
		{`got = ["RST", "RST,ACK"]`, oddTable[len(oddTable)/4:]}: "table.toml",
	} {
		text := strings.Replace(inClosed, change[0], change[1], 1)
		if _, err := conform.ParseTable("table.toml", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", change[1], err, want)
		}
	}
}

// A stack that dies has its say in the report, and is started again.
func TestAStackThatDiesIsReported(t *testing.T) {
	open := func() (conform.Peer, error) { return dies{machine()}, nil }
	r := check(t, open, conform.Options{Pairs: regexp.MustCompile("^LAST-ACK: (SYN|RST)")})
	if r.OK() || r.Agree == 0 || len(r.Findings) != 1 || r.Findings[0].Change != "fails: panic: at the RST" || r.Findings[0].Severity != conform.Crash {
		t.Error(text(t, r))
	}
}

// dies is a stack that panics at a RST.
type dies struct{ conform.Peer }

func (d dies) Do(in conform.Input) (conform.Reaction, error) {
	if in.Op == conform.Packet && in.Bytes[20+13]&byte(model.RST) != 0 {
		panic("at the RST")
	}
	return d.Peer.Do(in)
}

// A stack that does not tell its state is known by what it does.
func TestASilentStackIsToldByWhatItDoes(t *testing.T) {
	silent := func(c model.Config) func() (conform.Peer, error) {
		return func() (conform.Peer, error) { p, err := opener(c)(); return mute{p}, err }
	}
	if r := check(t, silent(model.Default()), conform.Options{Steps: 500, Cover: conform.CoverPlaces}); !r.OK() {
		t.Error(text(t, r))
	}
	c := model.Default()
	c.Mutant = model.LastAckAnyAck
	r := check(t, silent(c), conform.Options{Pairs: regexp.MustCompile("^LAST-ACK")})
	if r.OK() || r.Findings[0].Change == "" {
		t.Error(text(t, r))
	}
}

type mute struct{ conform.Peer }

func (m mute) Hello() conform.Hello { h := m.Peer.Hello(); h.Tells = false; return h }

func (m mute) Do(in conform.Input) (conform.Reaction, error) {
	r, err := m.Peer.Do(in)
	r.State, r.Gone = model.Closed, false
	return r, err
}

// The drafts of the entries cover what was found.
func TestTheDraftCoversWhatWasFound(t *testing.T) {
	o := conform.Options{Cover: conform.CoverPlaces}
	r := check(t, odd(), o)
	var b strings.Builder
	if err := r.WriteDraft(&b); err != nil || len(r.Findings) == 0 {
		t.Fatal(err, len(r.Findings))
	}
	o.Table = table(t, b.String())
	if again := check(t, odd(), o); !again.OK() || len(again.Entries) != len(r.Findings) {
		t.Error(b.String(), text(t, again))
	}
}

// Several files are one table, in whatever order, and they are of one stack: that which runs.
func TestSeveralFilesAreOneTable(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return file
	}
	a, b := write("a.toml", oddTable), write("b.toml", "stack = \"model\"\n"+unusedEntry)
	for _, files := range [][]string{{a, b}, {b, a}} {
		table, err := conform.ReadTable(files[0], files[1])
		if err != nil || len(table.Deviations) != 2 || table.Deviations[0].Name != "rst-for-rst" || len(table.Policies) != 1 {
			t.Errorf("%v: %v", err, table)
		}
	}
	other := write("c.toml", "stack = \"other\"\n"+unusedEntry)
	if _, err := conform.ReadTable(other, a); err == nil || !strings.Contains(err.Error(), `c.toml: found stack "other", expected "model" as in`) {
		t.Errorf("got %v", err)
	}
	table, err := conform.ReadTable(other)
	if err != nil {
		t.Fatal(err)
	}
	_, err = conform.Check(t.Context(), odd(), conform.Options{Table: table})
	if err == nil || !strings.Contains(err.Error(), `found stack = "other", expected "model"`) {
		t.Errorf("got %v", err)
	}
}

// What no longer happens is reported with what happens now.
func TestWhatHappensNowIsReported(t *testing.T) {
	other := strings.Replace(oddTable, `got = ["RST", "RST,ACK"]`, `got = ["ACK"]`, 1)
	r := check(t, odd(), conform.Options{Table: table(t, other)})
	if len(r.Unused) != 1 || !strings.Contains(r.Unused[0].What, "CLOSED answers a RST with a RST") || !strings.HasPrefix(r.Unused[0].Now, "it sends RST") {
		t.Errorf("%+v", r.Unused)
	}
}
