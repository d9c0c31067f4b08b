package lwip

import (
	"errors"
	"testing"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/conform/stacks/rig"
)

// The stack differs from the model in what the table says, and in nothing else; and in all that it says.
func TestAgainstTheModel(t *testing.T) {
	start(t).Close()
	rig.Compare(t, New, "deviations.toml", conform.Options{Steps: 5000}, 1)
}

func TestWithoutItsSourceItIsUnavailable(t *testing.T) {
	t.Setenv("LWIP", t.TempDir())
	if _, err := New(); !errors.Is(err, ErrUnavailable) {
		t.Error(err)
	}
}

// start starts the program, or skips the test where lwIP cannot be had.
func start(t *testing.T) conform.Peer {
	t.Helper()
	p, err := New()
	if errors.Is(err, ErrUnavailable) {
		t.Skip("skipped: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}
