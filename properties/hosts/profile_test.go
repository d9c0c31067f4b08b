package hosts

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

func settings(t *testing.T, profile string, list ...string) Settings {
	t.Helper()
	p, err := ByName(profile)
	if err != nil {
		t.Fatal(err)
	}
	s, _, err := p.With(list)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Setting a setting to its default changes nothing, in every profile that has it.
func TestDefaultsChangeNothing(t *testing.T) {
	for _, p := range Profiles() {
		for _, k := range For(p.Name) {
			got := settings(t, p.Name, fmt.Sprintf("%s=%d", k.Name, k.Default))
			if got != p.Settings {
				t.Errorf("%s: %s=%d: got %+v, want %+v", p.Name, k.Name, k.Default, got, p.Settings)
			}
		}
	}
}

// A setting that is said to be mapped to nothing changes nothing, and every other one changes something.
func TestWhatASettingDoesIsWhatItSays(t *testing.T) {
	for _, p := range Profiles() {
		for _, k := range For(p.Name) {
			if k.Source == "" || k.Does == "" || k.Default < k.Min || k.Default > k.Max {
				t.Errorf("%s: no source, no meaning, or a default out of range", k.Name)
			}
			changes := false
			for n := k.Min; n <= min(k.Max, k.Min+3); n++ {
				s := p.Settings
				s.Reuse, s.TCP.Timestamps = true, p.Settings.TCP.Timestamps
				was := s
				k.set(&s, n)
				changes = changes || s != was
			}
			if says := !strings.HasPrefix(k.Does, nothing); says != changes {
				t.Errorf("%s: %q, and it changes something: %v", k.Name, k.Does, changes)
			}
		}
	}
}

// Each setting does to the host what the table says: which lines of its description it adds, and which
// policies it takes away. Every setting has a row.
func TestMappings(t *testing.T) {
	rows := []struct{ profile, setting, adds string }{
		{"linux", "net.ipv4.tcp_rfc1337=1", "policy rst-in-time-wait=ignore"},
		{"linux", "tcp_rfc1337=1", "policy rst-in-time-wait=ignore"},
		{"linux", "tcp_tw_reuse=1", "connect() may take the place of TIME-WAIT after 1s, with an initial sequence number above all those used before"},
		{"linux", "tcp_tw_reuse=2", ""},
		{"linux", "tcp_tw_reuse=1 tcp_tw_reuse_delay=50", "connect() may take the place of TIME-WAIT after 50ms, with an initial sequence number above all those used before"},
		{"linux", "tcp_tw_reuse=1 tcp_timestamps=0", "no connection takes the place of TIME-WAIT, because the old connection had no timestamps; no policy timestamps=on"},
		{"linux", "tcp_tw_recycle=1", "TIME-WAIT lasts 700ms; a host with older timestamps than the last ones of its address is not answered"},
		{"linux", "tcp_tw_recycle=1 tcp_timestamps=0", "nothing is recycled, because there are no timestamps; no policy timestamps=on"},
		{"linux", "tcp_fin_timeout=5", "a closed socket is given up after 5s of FIN-WAIT-2"},
		{"linux", "tcp_fin_timeout=0", "a closed socket is given up after 700ms of FIN-WAIT-2"},
		{"linux", "tcp_max_tw_buckets=0", "TIME-WAIT lasts 0s; a closed socket is given up after 1ms of FIN-WAIT-2"},
		{"linux", "tcp_max_tw_buckets=0 tcp_fin_timeout=5", "TIME-WAIT lasts 0s; a closed socket is given up after 1ms of FIN-WAIT-2"},
		{"linux", "tcp_max_orphans=0", "ABORT in place of CLOSE"},
		{"linux", "tcp_max_orphans=5", ""},
		{"linux", "TCP_USER_TIMEOUT=3000", "the user timeout is 3s, and counts behind a zero window, too"},
		{"linux", "SO_KEEPALIVE=1", "policy keep-alive=on"},
		{"linux", "tcp_orphan_retries=1", "a FIN is retransmitted for up to 1.4s (R)"},
		{"linux", "tcp_orphan_retries=15", "a FIN is retransmitted for up to 15m24.6s (R)"},
		{"linux", "tcp_challenge_ack_limit=1", ""},
		{"linux", "tcp_retries2=3", ""},
		{"linux", "tcp_synack_retries=1", ""},
		{"linux", "tcp_syn_retries=1", ""},
		{"linux", "tcp_invalid_ratelimit=1", ""},
		{"linux", "SO_LINGER=0", "ABORT in place of CLOSE"},
		{"linux", "SO_LINGER=10", ""},
		{"freebsd", "net.inet.tcp.msl=5000", "TIME-WAIT lasts 10s"},
		{"freebsd", "net.inet.tcp.rfc1323=0", "no policy timestamps=on"},
		{"freebsd", "net.inet.tcp.blackhole=1", ""},
		{"freebsd", "net.inet.tcp.blackhole=2", "policy silent-when-closed=on"},
		{"freebsd", "net.inet.tcp.nolocaltimewait=1", "TIME-WAIT lasts 0s"},
		{"freebsd", "net.inet.tcp.insecure_rst=1", "policy attacks=rst-rfc793"},
		{"freebsd", "net.inet.tcp.insecure_rst=1 net.inet.tcp.insecure_syn=0", "policy attacks=rst-rfc793"},
		{"freebsd", "net.inet.tcp.insecure_syn=1", "policy attacks=syn-rfc793"},
		{"freebsd", "net.inet.tcp.insecure_syn=1 net.inet.tcp.insecure_rst=1", "policy attacks=rfc793"},
		{"freebsd", "net.inet.tcp.insecure_syn=1 net.inet.tcp.insecure_rst=1 net.inet.tcp.insecure_syn=0", "policy attacks=rst-rfc793"},
		{"freebsd", "net.inet.tcp.insecure_syn=1 net.inet.tcp.insecure_syn=0", ""},
		{"freebsd", "net.inet.tcp.isn_reseed_interval=60", "initial sequence numbers may be reused"},
		{"freebsd", "net.inet.tcp.finwait2_timeout=5000", ""},
		{"freebsd", "net.inet.tcp.finwait2_timeout=5000 net.inet.tcp.fast_finwait2_recycle=1", "a closed socket is given up after 5s of FIN-WAIT-2"},
		{"windows", "TcpTimedWaitDelay=30", "TIME-WAIT lasts 30s"},
		{"windows", "TcpMaxDataRetransmissions=2", "a FIN is retransmitted for up to 2.1s (R)"},
		{"windows", "Tcp1323Opts=3", "policy timestamps=on"},
		{"rfc9293", "SO_LINGER=0", "ABORT in place of CLOSE"},
	}
	for _, k := range KnownSettings() {
		short := k.Name[strings.LastIndex(k.Name, ".")+1:]
		if !slices.ContainsFunc(rows, func(r struct{ profile, setting, adds string }) bool { return strings.Contains(r.setting, short+"=") }) {
			t.Errorf("properties/hosts/profile_test.go: no row of TestMappings sets %s", k.Name)
		}
	}
	for _, c := range rows {
		normal, s := settings(t, c.profile), settings(t, c.profile, strings.Fields(c.setting)...)
		before, after := normal.Describe(), s.Describe()
		var added []string
		for _, line := range after {
			if !slices.Contains(before, line) {
				added = append(added, line)
			}
		}
		for _, line := range before {
			if strings.HasPrefix(line, "policy ") && !slices.Contains(after, line) {
				added = append(added, "no "+line)
			}
		}
		if got := strings.Join(added, "; "); got != c.adds {
			t.Errorf("%s %s: adds %q, want %q", c.profile, c.setting, got, c.adds)
		}
	}
}

// A setting that is known and not asked changes nothing, says what it does, and is told from one that is not known.
func TestSettingsThatAreNotAsked(t *testing.T) {
	for _, c := range []struct{ profile, name, full string }{
		{"linux", "tcp_syncookies", "net.ipv4.tcp_syncookies"}, {"linux", "net.ipv4.tcp_ecn_fallback", "net.ipv4.tcp_ecn_fallback"},
		{"linux", "nf_conntrack_tcp_be_liberal", ""}, {"linux", "net.netfilter.nf_conntrack_tcp_be_liberal", "net.netfilter.nf_conntrack_tcp_be_liberal"},
		{"linux", "net.ipv4.vs.conn_reuse_mode", "net.ipv4.vs.conn_reuse_mode"}, {"linux", "net.inet.tcp.syncookies", ""},
		{"freebsd", "net.inet.tcp.syncookies", "net.inet.tcp.syncookies"}, {"windows", "KeepAliveTime", "KeepAliveTime"}, {"linux", "net.ipv4.tcp_no_such", ""},
	} {
		p, err := ByName(c.profile)
		if err != nil {
			t.Fatal(err)
		}
		s, changes, err := p.With([]string{c.name + "=4096 1"})
		if c.full == "" {
			if err == nil {
				t.Errorf("%s: %s is taken as %v, want an error", c.profile, c.name, changes)
			}
			continue
		}
		if err != nil || len(changes) != 1 || changes[0].Setting.Name != c.full || changes[0].Setting.Asked() || changes[0].Setting.Omits == "" || s != p.Settings {
			t.Errorf("%s: %s: %v, %+v", c.profile, c.name, err, changes)
		}
	}
	for _, c := range []struct {
		setting string
		asked   bool
	}{
		{"tcp_max_tw_buckets=5000", false}, {"tcp_max_tw_buckets=262144", true}, {"tcp_max_tw_buckets=0", true},
		{"tcp_max_orphans=5", false}, {"tcp_max_orphans=0", true}, {"tcp_retries2=3", false}, {"tcp_retries2=0", false}, {"tcp_retries2=15", true},
	} {
		p, err := ByName("linux")
		if err != nil {
			t.Fatal(err)
		}
		if _, changes, err := p.With([]string{c.setting}); err != nil || len(changes) != 1 || changes[0].Setting.Asked() != c.asked {
			t.Errorf("%s: %v, %+v, want asked %v", c.setting, err, changes, c.asked)
		}
	}
	for _, p := range Profiles() {
		for _, k := range For(p.Name) {
			if !k.Asked() {
				t.Errorf("%s is in the table and not asked", k.Name)
			}
		}
	}
}

func TestListedReadsSysctl(t *testing.T) {
	p, err := ByName("linux")
	if err != nil {
		t.Fatal(err)
	}
	list, unknown, others, err := p.Listed(strings.NewReader("# a comment\n\nkernel.hostname = x\nnet.ipv4.tcp_rfc1337 = 1\n" +
		"net.ipv4.tcp_rmem = 4096\t131072\t6291456\nnet.ipv4.tcp_no_such = 1\nvalue of several lines\n"))
	if err != nil || !slices.Equal(list, []string{"net.ipv4.tcp_rfc1337=1", "net.ipv4.tcp_rmem=4096 131072 6291456"}) ||
		!slices.Equal(unknown, []string{"net.ipv4.tcp_no_such"}) || others != 2 {
		t.Errorf("%q, unknown %q, %d others, %v", list, unknown, others, err)
	}
}

func TestUnusableSettings(t *testing.T) {
	p, _ := ByName("linux")
	for _, c := range []struct{ setting, want string }{
		{"net.inet.tcp.msl=5000", "profile linux has no setting of this name, expected one of net.ipv4.tcp_rfc1337"},
		{"tcp_rfc1337=2", `net.ipv4.tcp_rfc1337: found "2", expected a whole number from 0 to 1`},
		{"tcp_rfc1337=yes", `expected a whole number from 0 to 1`},
		{"tcp_rfc1337", "expected name=value"},
		{"=1", "expected name=value"},
	} {
		if _, _, err := p.With([]string{c.setting}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.setting, err, c.want)
		}
	}
	if _, err := ByName("plan9"); err == nil || !strings.Contains(err.Error(), "linux, freebsd, windows, rfc793, rfc9293") {
		t.Errorf("got %v", err)
	}
}

// The figures that ip-sysctl.rst names for the defaults: 924.6 s for tcp_retries2, 63 s for tcp_synack_retries and 127 s for
// tcp_syn_retries.
func TestBackoff(t *testing.T) {
	for _, c := range []struct {
		n    int
		rto  time.Duration
		want string
	}{{15, linuxRTO, "15m24.6s"}, {8, linuxRTO, "1m42.2s"}, {5, synRTO, "1m3s"}, {6, synRTO, "2m7s"}} {
		if got := linuxBackoff(c.n, c.rto).String(); got != c.want {
			t.Errorf("%d retransmissions from %v: %s, want %s", c.n, c.rto, got, c.want)
		}
	}
	// Linux 6.18, a round trip of 40 ms: with tcp_orphan_retries=1 a FIN went out after 0, 0.24 and 0.73 s, and its socket was gone
	// after 1.69 s.
	for n, want := range map[int]string{1: "1.4s", 5: "25.4s", 6: "51s", 7: "51s", 8: "1m42.2s", 15: "15m24.6s"} {
		if got := linuxOrphan(n).String(); got != want {
			t.Errorf("tcp_orphan_retries=%d: %s, want %s", n, got, want)
		}
	}
}

// What the two grids promise about moments in continuous time.
func TestGridsRoundTheRightWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ms := func(name string, least int) time.Duration {
			return time.Duration(rapid.IntRange(least, 1000).Draw(t, name)) * time.Millisecond
		}
		l := lengths{msl: ms("msl", 1), giveUp: ms("r", 1), wait: ms("wait", 0)}
		tick := ms("tick", 1)
		first := ms("first", 0)
		later := first + ms("after", 0)
		ticks := int(later/tick) - int(first/tick)
		c, r := l.covering(tick), l.realizable(tick)
		switch gap := later - first; {
		case gap < l.msl && ticks > c.MSL-1:
			t.Fatalf("delivered at age %v, %d ticks, of %+v", gap, ticks, c)
		case gap < l.giveUp && ticks > c.GiveUp-1:
			t.Fatalf("sent again at age %v, %d ticks, of %+v", gap, ticks, c)
		case gap >= l.wait && ticks < c.TimeWait: // c.TimeWait is maxWait at most, and less is no harm
			t.Fatalf("TIME-WAIT over after %v, %d ticks, of %+v", gap, ticks, c)
		}
		if time.Duration(r.MSL-1)*tick >= l.msl || time.Duration(r.TimeWait)*tick < l.wait || time.Duration(r.GiveUp)*tick > l.giveUp {
			t.Fatalf("%+v cannot be made of %+v", r, l)
		}
	})
}

func guarantee(t *testing.T, name string) Guarantee {
	t.Helper()
	for _, g := range Guarantees() {
		if g.Name == name {
			return g
		}
	}
	t.Fatalf("no guarantee %s", name)
	return Guarantee{}
}

var limits = properties.Settings{MaxMem: 1 << 30, Timeout: 2 * time.Minute}

// asker is shared by the tests, which ask some scenarios more than once.
var asker = Asker{Set: limits}

// In continuous time a peer's LAST-ACK is spared by a wait of R, since no RST finds it in LAST-ACK later than that; old
// FINs are kept out by R+MSL. No answer contradicts that, and only those close to it are open.
func TestAnswersAgreeWithTheBoundInContinuousTime(t *testing.T) {
	for _, c := range []struct {
		guarantee string
		msl, r    int64
		bound     int64
		percents  []int64
	}{
		{"last-ack-patient", 30, 30, 30, []int64{10, 50, 70, 90, 110, 150, 200, 300}},
		{"last-ack-patient", 30, 100, 100, []int64{10, 50, 70, 90, 110, 150, 200, 300}},
		{"last-ack-patient", 120, 60, 60, []int64{10, 50, 70, 90, 110, 200, 300}},
		{"peer-fin-patient", 30, 15, 45, []int64{30, 60, 140, 200}},
		{"peer-fin-patient", 30, 30, 60, []int64{30, 60, 200}},
	} {
		for _, percent := range c.percents {
			s := settings(t, "rfc9293")
			s.TCP.RstInTimeWait = model.IgnoreRst
			s.MSL, s.GiveUp, s.TimeWait = seconds(c.msl), seconds(c.r), seconds(c.bound)*time.Duration(percent)/100
			got, err := asker.Ask(t.Context(), guarantee(t, c.guarantee), s)
			if err != nil {
				t.Fatal(err)
			}
			want := properties.Holds
			if s.TimeWait < seconds(c.bound) {
				want = properties.Fails
			}
			close := percent > 70 && percent < 200
			if got.Conclusion != want && !(close && got.Conclusion == properties.Open) {
				t.Errorf("%s, MSL %d s, R %d s, TIME-WAIT %v: %v (%s), want %v", c.guarantee, c.msl, c.r, s.TimeWait, got.Conclusion, got.Why, want)
			}
		}
	}
}

// A profile changes a scenario's policies, and its times by the length of a tick.
func TestApply(t *testing.T) {
	th, _ := properties.ByName("wait-keeps-old-fin-out")
	sc := th.Scenario()
	sc.Net.MSL = 3
	s := settings(t, "linux", "tcp_rfc1337=1", "SO_LINGER=0")
	notes := strings.Join(s.Apply(&sc), "\n")
	h := sc.Peer[netfake.A]
	if h.TimeWait != 6 || h.FinWait2 != 6 || sc.Peer[netfake.B].GiveUp != 11 || h.GiveUp != 0 || h.User.Close || !h.User.Abort || !h.TCP.Timestamps || h.TCP.RcvBuf != 4 {
		t.Errorf("got %+v", h)
	}
	if !strings.Contains(notes, "a tick is 10s: MSL 3, TIME-WAIT 6 (of 1m0s, rounded down), R 11 (of 1m42.2s, rounded up)") ||
		!strings.Contains(notes, "FIN-WAIT-2 of a closed socket 6 (of 1m0s, rounded down, at least 1)") {
		t.Errorf("notes:\n%s", notes)
	}
}

// Where the wait is too short for the numbers alone, timestamps keep old text out, if the peer closes second; without them it gets in.
func TestTimestampsKeepOldTextOut(t *testing.T) {
	g := guarantee(t, "own-text")
	change := g.Change
	g.Change = func(sc *netfake.Scenario, s *Settings) {
		change(sc, s)
		sc.Peer[b].User.ClosesSecond = true
	}
	for _, stamps := range []bool{true, false} {
		s := settings(t, "linux", "tcp_rfc1337=1")
		s.TimeWait, s.TCP.Timestamps = time.Second, stamps
		got, err := asker.Ask(t.Context(), g, s)
		if err != nil {
			t.Fatal(err)
		}
		want := map[bool]properties.Conclusion{true: properties.Holds, false: properties.Fails}[stamps]
		if got.Conclusion != want || stamps != strings.Contains(got.Why, "kept by the timestamps alone") {
			t.Errorf("timestamps %v: %v (%s), want %v", stamps, got.Conclusion, got.Why, want)
		}
	}
}

// What a change of settings does to the guarantees, pinned: only these rows are other than the default's.
func TestAdvice(t *testing.T) {
	const cheap = "fresh-numbers peer-fin last-ack last-ack-patient late-close orphan-ends time-wait-rst time-wait-syn delivered old-syn blind-rst blind-syn blind-data last-ack-told crash-told second-host comes-again comes-again-below last-ack-bound time-wait-syn-above delivered-busy idle-crash-told shut-window wrapped-text"
	for _, c := range []struct{ profile, setting, want string }{
		{"linux", "", ""},
		{"linux", "tcp_rfc1337=1", "peer-fin fails→holds, time-wait-rst fails→holds, comes-again-below holds→fails"},
		{"linux", "tcp_timestamps=0", "last-ack-bound fails→holds, wrapped-text holds→fails"},
		{"linux", "SO_KEEPALIVE=1", "idle-crash-told fails→holds"},
		{"linux", "TCP_USER_TIMEOUT=3000", "shut-window holds→fails"},
		{"linux", "tcp_rfc1337=1 tcp_tw_reuse=1", "last-ack holds→fails, time-wait-rst fails→holds, comes-again-below holds→fails"},
		{"linux", "tcp_tw_reuse=1", "last-ack holds→fails"},
		{"linux", "tcp_tw_reuse=1 tcp_timestamps=0", "last-ack-bound fails→holds, wrapped-text holds→fails"},
		{"linux", "tcp_tw_reuse=2", ""},
		{"linux", "tcp_fin_timeout=5", "late-close holds→fails"},
		{"linux", "tcp_fin_timeout=30", ""},
		{"linux", "tcp_max_tw_buckets=0", "last-ack holds→fails, late-close holds→fails"},
		{"linux", "tcp_orphan_retries=5", "last-ack-patient fails→holds"},
		{"linux", "tcp_tw_recycle=1", "last-ack holds→fails, second-host holds→fails"},
		{"linux", "tcp_tw_recycle=1 tcp_timestamps=0", "last-ack-bound fails→holds, wrapped-text holds→fails"},
		{"linux", "SO_LINGER=0", "last-ack holds→vacuous, last-ack-patient fails→vacuous, late-close holds→vacuous, orphan-ends holds→vacuous, time-wait-rst fails→vacuous, time-wait-syn holds→vacuous, delivered holds→fails, last-ack-told holds→vacuous, last-ack-bound fails→vacuous, time-wait-syn-above fails→vacuous"},
		{"freebsd", "", ""},
		{"freebsd", "net.inet.tcp.finwait2_timeout=5000", ""},
		{"freebsd", "net.inet.tcp.finwait2_timeout=5000 net.inet.tcp.fast_finwait2_recycle=1", "late-close holds→fails"},
		{"freebsd", "net.inet.tcp.msl=7200000", "last-ack-patient fails→holds"},
		{"freebsd", "net.inet.tcp.msl=1000", "peer-fin holds→fails, last-ack holds→fails, last-ack-bound holds→fails"},
		{"freebsd", "net.inet.tcp.blackhole=2", "last-ack-patient fails→holds, last-ack-told holds→fails, crash-told holds→fails"},
		{"freebsd", "net.inet.tcp.insecure_rst=1", "blind-rst holds→fails"},
		{"freebsd", "net.inet.tcp.insecure_syn=1", "blind-syn holds→fails"},
		{"windows", "TcpTimedWaitDelay=30", "last-ack holds→fails, last-ack-patient holds→open, last-ack-bound holds→fails"},
		{"windows", "TcpMaxDataRetransmissions=10", "last-ack-patient holds→fails"},
	} {
		p, err := ByName(c.profile)
		if err != nil {
			t.Fatal(err)
		}
		var gs []Guarantee
		for name := range strings.FieldsSeq(cheap) {
			gs = append(gs, guarantee(t, name))
		}
		rows, err := asker.Advise(t.Context(), gs, p.Settings, settings(t, c.profile, strings.Fields(c.setting)...))
		if err != nil {
			t.Fatal(err)
		}
		var changed []string
		for _, r := range rows {
			if r.Changed() {
				changed = append(changed, fmt.Sprintf("%s %v→%v", r.Guarantee.Name, r.Default.Conclusion, r.Mine.Conclusion))
			}
		}
		if got := strings.Join(changed, ", "); got != c.want {
			t.Errorf("%s %s:\n got %s\nwant %s", c.profile, c.setting, got, c.want)
		}
	}
}

// Every guarantee holds of a careful host without timestamps, and there is a change that loses it.
func TestEveryGuaranteeCanBeLost(t *testing.T) {
	lose := map[string]func(*Settings){
		"fresh-numbers":    func(s *Settings) { s.Reseeded, s.TimeWait = true, 0 },
		"own-text":         func(s *Settings) { s.TimeWait = 0 },
		"peer-text":        func(s *Settings) { s.TimeWait = 0 },
		"peer-fin":         func(s *Settings) { s.TimeWait = 0 },
		"peer-fin-patient": func(s *Settings) { s.GiveUp = 4 * s.TimeWait },
		"last-ack":         func(s *Settings) { s.TimeWait = 0 },
		"last-ack-patient": func(s *Settings) { s.GiveUp = 4 * s.TimeWait },
		"late-close":       func(s *Settings) { s.FinWait2 = s.MSL / 8 },
		"orphan-ends":      func(s *Settings) { s.FinWait2 = 0 },
		"time-wait-rst":    func(s *Settings) { s.TCP.RstInTimeWait = model.ObeyRst },
		"time-wait-syn":    func(s *Settings) { s.TCP.Reopen = model.ReopenAnySyn },
		"delivered":        func(s *Settings) { s.Linger = true },
		"old-syn":          func(s *Settings) { s.TCP.Handshake = model.TwoSegments },
		"blind-rst":        func(s *Settings) { s.TCP.Attacks = model.RFC793 },
		"blind-syn":        func(s *Settings) { s.TCP.Attacks = model.RFC793 },
		"blind-data":       func(s *Settings) { s.TCP.AckRange = model.AnyOldAck },
		"last-ack-told":    func(s *Settings) { s.TCP.SilentWhenClosed = true },
		"crash-told":       func(s *Settings) { s.TCP.SilentWhenClosed = true },
		"second-host":      func(s *Settings) { s.Recycle, s.TCP.Timestamps = true, true },

		"comes-again":         func(s *Settings) { s.TCP.RstInTimeWait = model.IgnoreRst },
		"comes-again-below":   func(s *Settings) { s.TCP.RstInTimeWait = model.IgnoreRst },
		"last-ack-bound":      func(s *Settings) { s.BoundReuses, s.TCP.Timestamps = true, true },
		"time-wait-syn-above": func(s *Settings) { s.TCP.Attacks = model.RFC793 },
		"delivered-busy":      func(s *Settings) { s.ResetsLate = true },
		"idle-crash-told":     func(s *Settings) { s.TCP.KeepAlive = false },
		"wrapped-text":        func(s *Settings) { s.TCP.Timestamps = false },
		"shut-window":         func(s *Settings) { s.UserTimeout = time.Second },
	}
	careless := map[string]func(*Settings){ // what is careful elsewhere loses these
		"comes-again":       func(s *Settings) { s.TCP.RstInTimeWait = model.ObeyRst },
		"comes-again-below": func(s *Settings) { s.TCP.RstInTimeWait = model.ObeyRst },
		"idle-crash-told":   func(s *Settings) { s.TCP.KeepAlive = true },
		"wrapped-text":      func(s *Settings) { s.TCP.Timestamps = true },
	}
	careful := settings(t, "rfc9293")
	careful.TCP.RstInTimeWait, careful.TCP.AckRange = model.IgnoreRst, model.RecentAck
	careful.GiveUp, careful.FinWait2 = careful.MSL/2, careful.MSL
	for _, g := range Guarantees() {
		careful := careful
		if change := careless[g.Name]; change != nil {
			change(&careful)
		}
		changed := careful
		if g.Cost.Sees == "" || g.Cost.Likely == "" || g.Cost.Instead == "" {
			t.Errorf("%s: it does not say what it means if it is lost", g.Name)
		}
		if lose[g.Name] == nil {
			t.Errorf("%s: no change loses it", g.Name)
			continue
		}
		lose[g.Name](&changed)
		for _, c := range []struct {
			s    Settings
			want properties.Conclusion
		}{{careful, properties.Holds}, {changed, properties.Fails}} {
			got, err := asker.Ask(t.Context(), g, c.s)
			if err != nil {
				t.Fatal(err)
			}
			if got.Conclusion != c.want {
				t.Errorf("%s: %v (%s), want %v", g.Name, got.Conclusion, got.Why, c.want)
			}
		}
	}
}

// A run with timestamps counts if it fits into the times: not if a tick of it has to be a TIME-WAIT longer than segments live.
func TestARunWithTimestampsHasToFit(t *testing.T) {
	tick := properties.Run{{}, {Action: netfake.Action{Kind: netfake.Tick}}}
	atOnce := properties.Run{{}, {Action: netfake.Action{Kind: netfake.Close}}}
	g, s := guarantee(t, "peer-fin"), settings(t, "linux", "tcp_tw_reuse=1") // TIME-WAIT 60 s, MSL 30 s, R 15 s
	for _, c := range []struct {
		run         properties.Run
		reuse, want bool
	}{{atOnce, false, true}, {tick, false, false}, {tick, true, true}} {
		if got := g.lasts(s, c.reuse, c.run); got != c.want {
			t.Errorf("%v, reuse %v: %v, want %v", c.run[1].Action.Kind, c.reuse, got, c.want)
		}
	}
}
