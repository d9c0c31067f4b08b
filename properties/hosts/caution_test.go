package hosts

import (
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/properties"
)

// How long TIME-WAIT keeps a client out agrees with what was measured on Linux: not at all above the old numbers, 1 s below
// them, and as long as TIME-WAIT with tcp_rfc1337=1.
func TestWhatCautionCosts(t *testing.T) {
	for _, c := range []struct {
		guarantee, profile, settings string
		want                         properties.Conclusion
		why                          string
	}{
		{"comes-again", "linux", "", properties.Holds, "all searched"},
		{"comes-again", "linux", "tcp_rfc1337=1", properties.Holds, "all searched"},
		{"comes-again-below", "linux", "", properties.Holds, "it may take up to 1s"},
		{"comes-again-below", "linux", "tcp_rfc1337=1", properties.Fails, "it may take up to 1m1s"},
		{"comes-again-below", "linux", "tcp_rfc1337=1 tcp_max_tw_buckets=0", properties.Holds, "it may take up to 1s"},
		{"comes-again-below", "freebsd", "", properties.Fails, "it may take up to 1m1s"},
		{"comes-again-below", "freebsd", "net.inet.tcp.msl=5000", properties.Fails, "it may take up to 11s"},
		{"comes-again", "rfc9293", "", properties.Holds, "it may take up to 2.4s"},
		{"last-ack-bound", "linux", "", properties.Fails, "a new connection takes the place of TIME-WAIT"},
		{"last-ack-bound", "linux", "tcp_timestamps=0", properties.Holds, ""},
	} {
		got, err := asker.Ask(t.Context(), guarantee(t, c.guarantee), settings(t, c.profile, strings.Fields(c.settings)...))
		if err != nil {
			t.Fatal(err)
		}
		if got.Conclusion != c.want || !strings.Contains(got.Why, c.why) {
			t.Errorf("%s %s %s: %v (%s), want %v (%s)", c.guarantee, c.profile, c.settings, got.Conclusion, got.Why, c.want, c.why)
		}
	}
}
