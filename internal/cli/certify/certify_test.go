package certify_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/cli/certificate"
	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/report"
)

// wrote makes the certificate of a theorem's scenario with flags, and returns the file and the report.
func wrote(t *testing.T, flags ...string) (file, report string, status int) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "it.cert")
	status, report, stderr := clitest.Run(t, append([]string{"explore", "--certificate", file}, flags...)...)
	if stderr != "" {
		t.Fatalf("%v: %s", flags, stderr)
	}
	return file, report, status
}

// What explore writes certify accepts, and says how much it checked. A certificate of another theorem it refuses.
func TestCertifyAcceptsWhatExploreWrites(t *testing.T) {
	file, report, status := wrote(t, "--theorem", "agreement")
	var states int
	if _, after, _ := strings.Cut(report, "The certificate has "); status != exit.OK || after == "" {
		t.Fatalf("status %d:\n%s", status, report)
	} else if _, err := fmt.Sscanf(after, "%d states", &states); err != nil || states < 100 {
		t.Fatalf("%d states, %v:\n%s", states, err, report)
	}
	status, out, stderr := clitest.Run(t, "certify", file, "--theorem", "agreement")
	for _, want := range []string{"CERTIFIED\n", "of theorem agreement: always agreement", fmt.Sprintf("%d states were checked, and ", states), "witness reached: A in its second incarnation is open with B"} {
		if !strings.Contains(out, want) {
			t.Errorf("the report lacks %q:\n%s", want, out)
		}
	}
	if status != exit.OK || stderr != "" {
		t.Errorf("status %d, %q", status, stderr)
	}
	status, out, _ = clitest.Run(t, "certify", file, "--theorem", "agreement/two segments")
	if status != exit.Violated || !strings.Contains(out, "REFUSED") || !strings.Contains(out, `A.tcp.handshake: found "three", expected "two"; B.tcp`) {
		t.Errorf("of another theorem: status %d:\n%s", status, out)
	}
	if status, out, _ = clitest.Run(t, "certify", file, "--scenario"); status != exit.OK || !strings.Contains(out, "[A.user]\nactive = 2\n") {
		t.Errorf("the scenario: status %d:\n%s", status, out)
	}
}

func TestCertifyJSON(t *testing.T) {
	file, _, _ := wrote(t, "--theorem", "crash-quiet-time", "--set", "A.quiet-time=3")
	status, out, _ := clitest.Run(t, "certify", file, "--json")
	var r report.Certified
	if err := json.Unmarshal([]byte(out), &r); err != nil || status != exit.OK || r.Verdict != "CERTIFIED" || r.States != r.Claimed || r.Transitions == 0 ||
		r.Name != "theorem crash-quiet-time, changed" || len(r.Always) != 1 || len(r.Witnesses) != 1 {
		t.Errorf("status %d, %v: %s", status, err, out)
	}
}

// Only a VERIFIED has a certificate; otherwise nothing is written, and it is said why.
func TestNoCertificateWithoutVerified(t *testing.T) {
	for why, flags := range map[string][]string{
		"the answer is VIOLATED":              {"--theorem", "agreement/two segments"},
		"the answer is UNKNOWN":               {"--theorem", "agreement", "--max-states", "100"},
		"the answer is BOUNDED":               {"--theorem", "agreement", "--max-depth", "3"},
		"which a set of states cannot prove":  {"--theorem", "close-closes"},
		"so none is verified":                 {"--set", "always=[]"},
		`"without": "the answer is VIOLATED"`: {"--theorem", "agreement/two segments", "--json"},
		`"without": "the answer is BOUNDED"`:  {"--theorem", "agreement", "--max-depth", "3", "--json"},
	} {
		file, report, _ := wrote(t, flags...)
		if _, err := os.Stat(file); err == nil || !strings.Contains(report, why) {
			t.Errorf("%v: a file: %v; expected %q:\n%s", flags, err == nil, why, report)
		}
	}
}

// Where invariants are asked as well as what happens eventually, the certificate is of the invariants, and it is said.
func TestACertificateIsOfInvariantsOnly(t *testing.T) {
	file, report, _ := wrote(t, "--theorem", "agreement", "--possible", "A=ESTABLISHED")
	if _, err := os.Stat(file); err != nil || !strings.Contains(report, "It does not cover what happens eventually") {
		t.Errorf("%v:\n%s", err, report)
	}
}

// The certificate can go to stdout; then the report makes room.
func TestCertificateToStdout(t *testing.T) {
	status, out, stderr := clitest.Run(t, "explore", "--theorem", "blind-data", "--certificate", "-")
	if status != exit.OK || !strings.HasPrefix(out, "tcpcheck certificate 1\n") || !strings.Contains(stderr, "VERIFIED") {
		t.Errorf("status %d, %.80q, %s", status, out, stderr)
	}
}

func TestCertifyStatuses(t *testing.T) {
	file, _, _ := wrote(t, "--theorem", "blind-data")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, data []byte) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	bent := append([]byte(nil), data...)
	bent[len(bent)-1] ^= 1
	for _, c := range []struct {
		claim  string
		args   []string
		status int
		want   string // on either stream
	}{
		{"a byte changed", []string{write("bent", bent)}, exit.Violated, "the file was changed or cut short"},
		{"cut short", []string{write("cut", data[:len(data)-9])}, exit.Violated, "the file was changed or cut short"},
		{"another kind of file", []string{write("other", []byte("start = \"closed\"\n"))}, exit.Usage, "found \"start = "},
		{"no file", []string{filepath.Join(t.TempDir(), "none")}, exit.Usage, "expected a certificate"},
		{"two files", []string{file, file}, exit.Usage, "expected one file"},
		{"no such theorem", []string{file, "--theorem", "none"}, exit.Usage, "expected one of"},
		{"a theorem without a scenario", []string{file, "--theorem", "machine-is-total"}, exit.Usage, "has no scenario"},
		{"fewer than no workers", []string{file, "--workers", "-1"}, exit.Usage, "expected a whole number"},
		{"contradicting flags", []string{file, "--json", "--scenario"}, exit.Usage, "at most one"},
	} {
		status, out, stderr := clitest.Run(t, append([]string{"certify"}, c.args...)...)
		if status != c.status || !strings.Contains(out+stderr, c.want) {
			t.Errorf("%s: status %d, expected %d and %q:\n%s%s", c.claim, status, c.status, c.want, out, stderr)
		}
	}
}

func TestCertifyInterrupted(t *testing.T) {
	file, _, _ := wrote(t, "--theorem", "blind-data")
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if status, _, _ := clitest.RunIn(ctx, nil, "certify", file); status != exit.Incomplete {
		t.Errorf("status %d, expected %d", status, exit.Incomplete)
	}
}

// verify --certify certifies what holds, and says of the rest why not.
func TestVerifyCertify(t *testing.T) {
	status, out, stderr := clitest.Run(t, "verify", "--certify", "agreement", "two-segments-ghost", "close-closes", "sequence-shift")
	for _, want := range []string{
		"  certified: ", " that hold; ", "not certified: close-closes: " + certificate.Eventual,
		"not certified: 1 answer: the question is not about the states of one scenario",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the report lacks %q:\n%s", want, out)
		}
	}
	if status != exit.OK || stderr != "" {
		t.Errorf("status %d, %q", status, stderr)
	}
	_, out, _ = clitest.Run(t, "verify", "--certify", "--json", "agreement")
	var doc report.Theorems
	if err := json.Unmarshal([]byte(out), &doc); err != nil || len(doc.Theorems) != 1 || doc.Theorems[0].Certificate == nil || doc.Theorems[0].Certificate.States < 100 ||
		doc.Theorems[0].Certificate.Refused+doc.Theorems[0].Certificate.Without != "" {
		t.Errorf("%v: %s", err, out)
	}
	if _, out, _ = clitest.Run(t, "verify", "agreement"); strings.Contains(out, "certified") {
		t.Errorf("nobody asked for certificates:\n%s", out)
	}
}

// A certificate of a file with a condition of its user's own in reach leaves that out, and certify accepts it.
func TestCertificateWithoutOwnConditions(t *testing.T) {
	own := filepath.Join(t.TempDir(), "own.toml")
	text := "start = \"established\"\nalways = [\"no-foreign-data\"]\nreach = [\"up: A.state == \\\"ESTABLISHED\\\"\"]\n"
	if err := os.WriteFile(own, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	file, told, _ := wrote(t, own)
	if !strings.Contains(told, "It does not have the conditions of your own") {
		t.Errorf("the report does not say what is left out:\n%s", told)
	}
	if status, out, stderr := clitest.Run(t, "certify", file); status != exit.OK {
		t.Errorf("status %d: %s%s", status, out, stderr)
	}
}
