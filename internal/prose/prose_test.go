package prose_test

import (
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/prose"
)

func TestSparklines(t *testing.T) {
	for _, c := range []struct {
		numbers []int
		width   int
		want    string
	}{
		{nil, 5, ""}, {[]int{0, 0}, 5, "  "}, {[]int{1, 2, 4, 8}, 4, "▁▂▄█"}, {[]int{1, 8, 0, 4}, 2, "█▄"},
	} {
		if got := prose.Sparkline(c.numbers, c.width); got != c.want {
			t.Errorf("%v: %q, want %q", c.numbers, got, c.want)
		}
	}
}

// On a narrow terminal paragraphs are broken at its width; a long indent leaves room for some words.
func TestATerminal(t *testing.T) {
	const text = "one two three four five six seven eight nine ten eleven twelve"
	if got := prose.Wrap(text, 96, "  "); got != text {
		t.Errorf("without a terminal: got %q, want %q", got, text)
	}
	prose.OnTerminal(30)
	if got, want := prose.Wrap(text, 96, "  "), "one two three four five six\n  seven eight nine ten eleven\n  twelve"; got != want {
		t.Errorf("30 columns: got %q, want %q", got, want)
	}
	if got := prose.Wrap("many words beside a long indent", 96, strings.Repeat(" ", 28)); strings.Count(got, "\n") != 1 {
		t.Errorf("beside a long indent: %q", got)
	}
	if got, want := prose.Reflow("a paragraph of the help\nin two lines\n\n  and a list\n  in two", 96), "a paragraph of the help in\ntwo lines\n\n  and a list\n  in two"; got != want {
		t.Errorf("reflowed: %q, want %q", got, want)
	}
	prose.OnTerminal(0)
	if got := prose.Reflow("two\nlines", 96); got != "two\nlines" {
		t.Errorf("without a terminal: %q", got)
	}
}

func TestATableIsAsWideAsItsCells(t *testing.T) {
	var b strings.Builder
	prose.Table(&b, " ", "<>", []string{"name", "count", "why"}, []string{"é", "12", ""}, nil, []string{"longer", "3", "because"})
	want := " name    count  why\n é          12\n\n longer      3  because\n"
	if b.String() != want {
		t.Errorf("got\n%s, want\n%s", b.String(), want)
	}
	b.Reset()
	prose.Entry(&b, "  ", 5, "ab", "one two three", 14)
	if want := "  ab    one\n        two\n        three\n"; b.String() != want {
		t.Errorf("got\n%s, want\n%s", b.String(), want)
	}
}
