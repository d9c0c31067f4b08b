package terminal

import (
	"bytes"
	"strings"
	"testing"
)

func TestFit(t *testing.T) {
	for _, c := range []struct{ claim, text, want string }{
		{"a line that fits stays", "  a   line\n", "  a   line\n"},
		{"a sentence goes on further in", "  " + strings.Repeat("words ", 9) + "end\n", "  words words words words words words\n    words words words end\n"},
		{"an entry goes on below its text", "  name   a text that is longer than the terminal is\n", "  name   a text that is longer than the\n         terminal is\n"},
		{"a table with a late column", "one         two          three         four\n", "one         two          three\n  four\n"},
		{"a word that is too long", strings.Repeat("x", 50) + " y\nz\n", strings.Repeat("x", 50) + "\n  y\nz\n"},
		{"colours have no width", "\x1b[31m" + strings.Repeat("x", 39) + "\x1b[0m\n", "\x1b[31m" + strings.Repeat("x", 39) + "\x1b[0m\n"},
		{"a prompt", "Enter: next > ", "Enter: next > "},
	} {
		var b bytes.Buffer
		w := &Checked{Writer: &b, Fit: &Fit{Columns: 40}}
		if n, err := w.Write([]byte(c.text)); n != len(c.text) || err != nil || b.String() != c.want {
			t.Errorf("%s: %d, %v, %q, want %q", c.claim, n, err, b.String(), c.want)
		}
	}
}

// A line may come in pieces.
func TestFitInPieces(t *testing.T) {
	var b bytes.Buffer
	w := &Checked{Writer: &b, Fit: &Fit{Columns: 20}}
	for _, piece := range []string{"  first ", "and second", " and third", "\nnext\n"} {
		w.Write([]byte(piece))
	}
	if want := "  first and second\n    and third\nnext\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}
