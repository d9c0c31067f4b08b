package capture

import (
	"strings"
	"testing"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// An opening from B while A is in TIME-WAIT is judged by the numbers and timestamps in the capture, and the pause is
// compared with 2MSL and with Linux's TIME-WAIT.
func TestReuseIsJudgedByItsNumbers(t *testing.T) {
	for _, c := range []struct {
		claim        string
		seq          model.Seq
		old, new     uint32 // timestamps; 0: none
		after        time.Duration
		relative     bool
		want, within string
	}{
		{"a number above", 302, 0, 0, time.Second, false, "MAY-2 allows the new SYN, because its number 302 is above the old ones, up to 301", "within Linux's TIME-WAIT (60s)"},
		{"the number of the old FIN", 301, 0, 0, time.Second, false, "MAY-2 does not allow the new SYN, because its number 301 is not above the old ones, up to 301", ""},
		{"a number below, half the circle away", 302 + 1<<31, 0, 0, time.Second, false, "does not allow", ""},
		{"a number below, later than Linux waits", 200, 0, 0, 68 * time.Second, false, "does not allow", "within 2MSL (4m0s), but after Linux's TIME-WAIT (60s)"},
		{"a newer timestamp and a number below", 200, 5, 6, time.Second, false, "allows the new SYN, because its timestamp 6 is above the last one, 5", ""},
		{"an older timestamp and a number above", 400, 5, 4, time.Second, false, "does not allow the new SYN, because its timestamp 4 is below the last one, 5", ""},
		{"the same timestamp", 400, 5, 5, time.Second, false, "because its number 400 is above", ""},
		{"relative numbers", 0, 0, 0, time.Second, true, "the capture does not show whether the new SYN is above the old numbers", ""},
	} {
		l := closedByA()
		stamp := func(p *Packet, v uint32) {
			if v > 0 {
				p.Seg.Opts, p.Seg.TSVal = p.Seg.Opts|model.OptTimestamps, v
			}
		}
		for i := range l.ps {
			stamp(&l.ps[i], c.old)
		}
		last := l.ps[len(l.ps)-1].Time
		l.add(B, c.seq, 0, syn, 0)
		p := &l.ps[len(l.ps)-1]
		stamp(p, c.new)
		p.Time, p.Relative = last.Add(c.after), c.relative
		conns, _ := judged(t, l)
		text := strings.Join(strings.Fields(draw(conns)), " ")
		if !strings.Contains(text, c.want) || !strings.Contains(text, c.within) || strings.Contains(text, "allowed if") {
			t.Errorf("%s: lacks %q or %q:\n%s", c.claim, c.want, c.within, draw(conns))
		}
	}
}
