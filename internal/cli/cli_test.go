package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/internal/report/documents"
)

// asked are command lines with --json for each command that has it, short ones that print as much as they can.
// DIR is a directory with a saved run, a certificate, two Mealy machines, a script and a report of
// conform.
var asked = map[string][]string{
	"advise":      {"--only last-ack --sysctl tcp_tw_reuse=1", "--list", "--only blind-rst --premises"},
	"bound":       {"time-wait last-ack b-to-a-unbounded --msl 2"},
	"capture":     {"../capture/testdata/close.pcap", "../capture/testdata/three.pcap --summary"},
	"certify":     {"DIR/example.cert"},
	"claims":      {"client-ignores three-segments ports"},
	"compare":     {"DIR/a.dot DIR/b.dot", "DIR/a.dot DIR/a.dot --all"},
	"conform":     {"--list", "--stack model --policy attacks=rfc793 --pairs ^ESTABLISHED/active: --steps 100", "--stack model --baseline DIR/old.json --pairs ^CLOSED: --steps 0"},
	"explore":     {"--handshake two --keep-going --always agreement", "--keys", "--fields --coverage --certificate DIR/other.cert", "--theorem close-closes"},
	"hazards":     {"20", "--list"},
	"matrix":      {"--rows handshake=two --columns old-syn --no-cache"},
	"mutants":     {"--dialogues-only", "syn-rcvd-any-ack --max-states 10"},
	"packetdrill": {"DIR/a.pkt"},
	"replay":      {"DIR/run.json", "DIR/run.json --step 1"},
	"saturate":    {"blind-data --max-states 2000"},
	"simulate":    {"--theorem two-segments-ghost", "--runs 100"},
	"survey":      {"early-close --changes 0 --all"},
	"verify":      {"three-segments-idle two-segments-ghost --coverage --certify", "--list", "blind-syn --premises", "--dialogues"},
	"why":         {"two-way"},
}

func run(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = Run(t.Context(), args, nil, &out, &errs)
	return status, out.String(), errs.String()
}

// valid checks documents, one after the other, against the schema of a command, and that none is null.
func valid(t *testing.T, command, text string) {
	t.Helper()
	encoded, err := json.Marshal(documents.Schema(command))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(encoded))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("schema.json")
	if err != nil {
		t.Fatalf("%s: %v", command, err)
	}
	if strings.Contains(text, "null") {
		t.Errorf("%s: something is null", command)
	}
	for dec := json.NewDecoder(strings.NewReader(text)); dec.More(); {
		var doc json.RawMessage
		if err := dec.Decode(&doc); err != nil {
			t.Fatalf("%s: %v\n%.300s", command, err, text)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
		if err == nil {
			err = compiled.Validate(value)
		}
		if err != nil {
			t.Errorf("%s: %v\n%.600s", command, err, doc)
		}
	}
}

func TestEveryJSONFollowsTheSchema(t *testing.T) {
	dir := t.TempDir()
	for _, args := range []string{"explore --handshake two --save DIR/run.json", "explore --certificate DIR/example.cert", "graph mealy -o DIR/a.dot",
		"graph mealy -o DIR/b.dot --set both.tcp.attacks=rfc793"} {
		if status, _, errs := run(t, strings.Fields(strings.ReplaceAll(args, "DIR", dir))...); status > exit.Violated {
			t.Fatal(args, errs)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "a.pkt"), []byte("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 close(7) = 0\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	_, old, _ := run(t, "conform", "--json", "--stack", "model", "--pairs", "^CLOSED:", "--steps", "0", "--policy", "silent-when-closed=on")
	if err := os.WriteFile(filepath.Join(dir, "old.json"), []byte(old), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, cmd := range newRoot().Commands() {
		lines := asked[cmd.Name()]
		if has := cmd.Flags().Lookup("json") != nil; has != (len(lines) > 0) || has != (len(documents.Schema(cmd.Name())["anyOf"].([]map[string]any)) > 1) {
			t.Errorf("%s: has --json: %v, and it is not so in this test or in the schema", cmd.Name(), has)
		}
		for _, line := range lines {
			args := append([]string{cmd.Name(), "--json"}, strings.Fields(strings.ReplaceAll(line, "DIR", dir))...)
			_, out, errs := run(t, args...)
			if out == "" {
				t.Errorf("%s prints nothing, and %s", args, errs)
			}
			valid(t, cmd.Name(), out)
		}
	}
}

// Each package with a constructor is a command of the same name, and the README shows each command.
func TestEveryCommandIsThereAndInTheReadme(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, cmd := range newRoot().Commands() {
		names[cmd.Name()] = true
		if cmd.Name() != "completion" && cmd.Name() != "help" && !strings.Contains(string(readme), "tcpcheck "+cmd.Name()) {
			t.Errorf("README.md: no line with tcpcheck %s", cmd.Name())
		}
	}
	files, err := filepath.Glob("*/*.go")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files of commands: %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if dir := filepath.Dir(file); bytes.Contains(text, []byte("func New() *cobra.Command")) && !names[dir] {
			t.Errorf("internal/cli/cli.go: no group has %s.New", dir)
		}
	}
}

func TestErrorsAsJSON(t *testing.T) {
	for _, args := range []string{"verify no-such --json", "explore --json --workers -1", "hazards --json -1", "capture --json no/such/file", "replay --json"} {
		status, out, errs := run(t, strings.Fields(args)...)
		var doc report.Error
		if err := json.Unmarshal([]byte(errs), &doc); err != nil || status != exit.Usage || doc.Error.Status != status || doc.Error.Message == "" || out != "" {
			t.Errorf("%s: status %d, %v: %s", args, status, err, errs)
			continue
		}
		valid(t, doc.Command, errs)
	}
}

// full is an output on a full device.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestInputThatCannotBeUsed(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.toml")
	if err := os.WriteFile(empty, []byte("\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"explore", "--theorem", ""}, "--theorem: found nothing"},
		{[]string{"explore", empty}, "found an empty file"},
		{[]string{"help", "nonsense"}, "help nonsense: found no such command"},
		{[]string{"completion", "tcsh"}, `unknown command "tcsh"`},
		{[]string{"explore", "--theorem", "two-segmens-old-data"}, "did you mean two-segments-old-data?"},
		{[]string{"verify", "three-segment-idle"}, "did you mean three-segments-idle?"},
		{[]string{"hazards", "-1"}, `found "-1", expected a number from 0`},
		{[]string{"explore", "--fair", "none"}, "expected --leads-to as well"},
		{[]string{"explore", "--mem", "0.0001KiB"}, "expected an amount"},
		{[]string{"explore", "--mem", "4"}, `--mem: found "4", which is 4 bytes; expected an amount with a unit, like 4GiB`},
		{[]string{"explore", "--hanshake", "two"}, "found no flag --hanshake; did you mean --handshake?"},
		{[]string{"explore", "--zzzzzzzzz"}, "unknown flag: --zzzzzzzzz"},
		{[]string{"advise", "--only", "last-akc"}, "--only last-akc: found no such name among 27; did you mean last-ack?"},
		{[]string{"advise", "--sysctl", "tcp_tw_reus=1"}, "did you mean net.ipv4.tcp_tw_reuse?"},
		{[]string{"verify", "--workers", "1000000"}, "expected a whole number from 0 to 4096"},
		{[]string{"explore", "--dot", "-", "--json"}, "each writes to stdout"},
		{[]string{"schema", "graph"}, "expected a command with --json"},
	} {
		if status, _, errs := run(t, c.args...); status != exit.Usage || !strings.Contains(errs, c.want) {
			t.Errorf("%q: status %d, %s; want %q", c.args, status, errs, c.want)
		}
	}
	for _, args := range []string{"explore --example", "verify --list", "capture --json ../capture/testdata/close.pcap", "schema"} {
		if status := Run(t.Context(), strings.Fields(args), nil, full{}, new(bytes.Buffer)); status != exit.Usage {
			t.Errorf("%s with a closed output: status %d, want %d", args, status, exit.Usage)
		}
	}
}

func TestHelpIsGroupedAndTheSameTomorrow(t *testing.T) {
	_, out, _ := run(t, "--help")
	for _, want := range []string{"Start here:\n", "Ask your own question:\n", "For operators:\n", "For authors of TCP stacks:\n", "For other tools:\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("help lacks %q:\n%s", want, out)
		}
	}
	if strings.Contains(out, "Additional Commands") {
		t.Errorf("a command has no group:\n%s", out)
	}
	_, out, _ = run(t, "explore", "--help")
	for _, want := range []string{"\nQuestion:\n", "\nScenario:\n", "\nNetwork:\n", "\nSearch and its limits:\n", "\nOutput:\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("the flags of explore lack the group %q:\n%s", want, out)
		}
	}
	if strings.Contains(out, "(default 0s)") || strings.Contains(out, "GiB)") {
		t.Errorf("a default is of this minute:\n%s", out)
	}
}

// Every command's help fits a page of 100 columns, and its flags are in groups if they are many.
func TestHelpIsNarrow(t *testing.T) {
	for _, cmd := range newRoot().Commands() {
		_, out, _ := run(t, cmd.Name(), "--help")
		for line := range strings.Lines(out) {
			if n := len([]rune(line)); n > 101 {
				t.Errorf("%s --help: a line of %d columns: %s", cmd.Name(), n-1, line)
			}
		}
		if n := strings.Count(out, "\n      --"); n > 17 && strings.Contains(out, "\nFlags:\n") {
			t.Errorf("%s --help: %d flags in one list", cmd.Name(), n)
		}
	}
}
