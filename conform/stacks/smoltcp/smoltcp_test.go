package smoltcp

import (
	"bytes"
	"errors"
	"os/exec"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/conform/stacks/rig"
)

func TestTheVersionIsTheOneThatIsBuilt(t *testing.T) {
	lock, err := source.ReadFile("Cargo.lock")
	if err != nil {
		t.Fatal(err)
	}
	p := start(t)
	defer p.Close()
	if want := "name = \"smoltcp\"\nversion = \"" + p.Hello().Version + "\"\n"; !strings.Contains(string(lock), want) {
		t.Errorf("the program says %q, which is not in Cargo.lock", p.Hello().Version)
	}
}

func TestWithoutCargoOrCratesItIsUnavailable(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Run("no crates", func(t *testing.T) {
		if _, err := exec.LookPath("cargo"); err != nil {
			t.Skip(err)
		}
		t.Setenv("CARGO_HOME", t.TempDir())
		t.Setenv("CARGO_NET_OFFLINE", "true")
		if _, err := New(); !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "cargo fetch") {
			t.Error(err)
		}
	})
	t.Run("no cargo", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		if _, err := New(); !errors.Is(err, ErrUnavailable) || !errors.Is(err, exec.ErrNotFound) {
			t.Error(err)
		}
	})
}

// What the program is asked wrong it tells, with the number of the request, and ends with status 2.
func TestWrongRequestsAreTold(t *testing.T) {
	start(t).Close()
	program, err := build()
	if err != nil {
		t.Fatal(err)
	}
	for request, want := range map[string]string{
		"dance":              "expected a request of PROTOCOL.md",
		"send x":             "expected a number",
		"packet 4":           "expected octets in hexadecimal",
		"packet 4\u00e9":     "expected octets in hexadecimal",
		"sleep 1.5":          "expected a number",
		"reset 192.0.2.2:80": "expected reset LOCAL REMOTE",
	} {
		cmd := exec.Command(program)
		cmd.Stdin = strings.NewReader("hello\n" + request + "\n")
		var said bytes.Buffer
		cmd.Stderr = &said
		var exit *exec.ExitError
		if err := cmd.Run(); !errors.As(err, &exit) || exit.ExitCode() != 2 ||
			!strings.Contains(said.String(), "request 2, ") || !strings.Contains(said.String(), want) {
			t.Errorf("%q: got %v, %q; want %q", request, err, said.String(), want)
		}
	}
}

// start starts the program, or skips the test.
func start(t *testing.T) conform.Peer {
	p, err := New()
	if errors.Is(err, ErrUnavailable) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// What docs/FINDINGS.md says of smoltcp 0.14.0, each as a script. RFC 9293 asks for something else: in the first two for a
// FIN at CLOSE whose own number is ISS+1, and the state FIN-WAIT-1; in the third for an ACK of 1301, since 460 octets and the FIN
// lie beyond the window.
func TestFindings(t *testing.T) {
	p := start(t)
	defer p.Close()
	r := rig.Rig{Peer: p}
	const open = `
		listen => LISTEN
		-> SYN 300 => SYN-RECEIVED; <- SYN,ACK 0 301`
	for name, script := range map[string]string{
		"CLOSE in SYN-RECEIVED sends no FIN if the ACK of the SYN comes first": open + `
			close => FIN-WAIT-1
			-> ACK 301 1 => FIN-WAIT-2
			sleep 600s => FIN-WAIT-2`,
		"else the FIN has the number of the SYN, and the ACK of the SYN counts as that of the FIN": open + `
			close => FIN-WAIT-1
			sleep 1s => FIN-WAIT-1; <- 1s FIN,ACK 0 301
			-> ACK 301 1 => FIN-WAIT-2`,
		"a FIN beyond the window is taken although the data before it was cut off": open + `
			-> ACK 301 1 => ESTABLISHED opened
			-> FIN,ACK 301 1 1460 => CLOSE-WAIT end; <- ACK 1 1302
			receive 2000 => CLOSE-WAIT takes 1000`,
	} {
		t.Run(name, func(t *testing.T) { r.Play(t, script) })
	}
}
