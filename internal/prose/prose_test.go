package prose_test

import (
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
