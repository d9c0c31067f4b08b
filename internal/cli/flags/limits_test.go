package flags_test

import (
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
)

func TestByteSizes(t *testing.T) {
	for text, want := range map[string]flags.Bytes{"0": 0, "1000B": 1000, "2000000": 2e6, "1KiB": 1024, "1.5GiB": 3 << 29, "2GB": 2e9, "7 MB": 7e6} {
		var got flags.Bytes
		if err := got.Set(text); err != nil || got != want {
			t.Errorf("%s: got %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "GiB", "-1", "1e99", "NaN", "1QB", "4", "1000000"} {
		if err := new(flags.Bytes).Set(text); err == nil {
			t.Errorf("%q is no amount of memory", text)
		}
	}
}
