package hosts

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/model"
)

// Setting is one thing that an operator can set: a sysctl, a registry value, a socket option.
type Setting struct {
	Name     string
	Profiles []string
	Unit     string // of its number; empty for a switch or a count
	Min, Max int64
	Default  int64
	Does     string // in the machine, or in a scenario
	Omits    string // what the mapping leaves out
	Source   string
	// Unasked says what a value does about which no search asks. Empty: the searches ask about every value.
	Unasked string
	set     func(*Settings, int64)
}

const (
	ipSysctl = "Linux, ip-sysctl.rst"
	tcp4     = "FreeBSD, tcp(4)"
	registry = "Windows, TCP/IP registry values"
	maxCount = 1<<31 - 1
	nothing  = "nothing"
)

var (
	linux   = []string{"linux"}
	freebsd = []string{"freebsd"}
	windows = []string{"windows"}
)

func millis(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

func seconds(n int64) time.Duration { return time.Duration(n) * time.Second }

// left is a setting that the machine has nothing for.
func left(*Settings, int64) {}

// KnownSettings is every setting that is known, mapped or not.
func KnownSettings() []Setting {
	return append(append(linuxSettings(), otherSettings()...), Setting{
		Name: "SO_KEEPALIVE", Profiles: Names(), Max: 1, Default: 0,
		Does:   "1: policy keep-alive=on: an idle connection is probed",
		Omits:  "when the first probe is sent (tcp_keepalive_time, 2 h on Linux), and that a connection ends after some probes without an answer",
		Source: "POSIX, setsockopt; RFC 9293 §3.8.4",
		set:    func(s *Settings, n int64) { s.TCP.KeepAlive = n == 1 },
	}, Setting{
		Name: "TCP_USER_TIMEOUT", Profiles: linux, Unit: "ms", Max: maxCount, Default: 0,
		Does:  "above 0: a connection ends when data waits for so long, also if the peer answers each probe of its zero window; measured",
		Omits: "that it replaces R, and that it ends an idle connection whose keep-alives are not answered", Source: "Linux, tcp(7); RFC 9293 §3.8.6.1, MUST-37",
		set: func(s *Settings, n int64) { s.UserTimeout = millis(n) },
	}, Setting{
		Name: "SO_LINGER", Profiles: Names(), Min: -1, Max: 65535, Default: -1, Unit: "s",
		Does:   "0: ABORT in place of CLOSE; -1: off",
		Omits:  "a time above 0: close() waits up to so long, and Linux then goes on without a reset, as measured; it counts as off",
		Source: "POSIX, setsockopt; RFC 9293 §3.10.5",
		set:    func(s *Settings, n int64) { s.Linger = n == 0 },
	})
}

func linuxSettings() []Setting {
	return []Setting{{
		Name: "net.ipv4.tcp_rfc1337", Max: 1, Default: 0,
		Does:  "1: policy rst-in-time-wait=ignore (fix F1 of RFC 1337)",
		Omits: "FIN-WAIT-2 of a closed socket, which an exact RST still ends (measured)", Source: ipSysctl + "; RFC 1337 §3",
		set: func(s *Settings, n int64) {
			s.TCP.RstInTimeWait = []model.RstInTimeWait{model.ObeyRst, model.IgnoreRst}[n]
		},
	}, {
		Name: "net.ipv4.tcp_timestamps", Max: 2, Default: 1,
		Does:  "0: policy timestamps=off, and with it no tcp_tw_reuse and no tcp_tw_recycle",
		Omits: "the random offset of each connection (1), or none (2)", Source: ipSysctl + "; RFC 7323",
		set: func(s *Settings, n int64) { s.TCP.Timestamps = n != 0 },
	}, {
		Name: "net.ipv4.tcp_tw_reuse", Max: 2, Default: 2,
		Does:  "1: an active OPEN may take the place of a connection in TIME-WAIT, with a sequence number above all those used before; needs timestamps",
		Omits: "2, which is for connections of the host with itself, counts as 0; a program that binds its port takes the place of TIME-WAIT at once, whatever this says (row last-ack-bound); the new number is the next one, where Linux leaves a gap of 65,537", Source: ipSysctl,
		set: func(s *Settings, n int64) { s.Reuse = n == 1 },
	}, {
		Name: "net.ipv4.tcp_tw_reuse_delay", Unit: "ms", Max: 60_000, Default: 1000,
		Does:  "how long TIME-WAIT must have lasted before an OPEN may take its place",
		Omits: "a program that binds its port, which does not wait (row last-ack-bound)", Source: ipSysctl,
		set: func(s *Settings, n int64) { s.ReuseAfter = millis(n) },
	}, {
		Name: "net.ipv4.tcp_tw_recycle", Max: 1, Default: 0,
		Does:  "1: TIME-WAIT lasts 3.5 RTO (0.7 s), and a SYN with an older timestamp than its address had is dropped; needs timestamps",
		Omits: "removed in Linux 4.12", Source: "Linux, ip-sysctl.txt before 4.12",
		set: func(s *Settings, n int64) { s.Recycle = n == 1 },
	}, {
		Name: "net.ipv4.tcp_max_tw_buckets", Max: maxCount, Default: 262_144,
		Does:  "0: no TIME-WAIT, and a closed socket does not stay in FIN-WAIT-2; above 0: no change in the model",
		Omits: "a full table, with which a connection also ends without TIME-WAIT; the default depends on memory", Source: ipSysctl,
		Unasked: "when so many connections are in TIME-WAIT, the next one gets no TIME-WAIT and no FIN-WAIT-2; what is lost then is the answer to tcp_max_tw_buckets=0",
		set: func(s *Settings, n int64) {
			s.NoTable = n == 0
		},
	}, {
		Name: "net.ipv4.tcp_max_orphans", Max: maxCount, Default: 262_144,
		Does:  "0: ABORT in place of CLOSE, because a closed socket is reset; above 0: no change in the model",
		Omits: "more closed sockets than this number, which are reset as well; the default depends on memory", Source: ipSysctl + "; tcp_check_oom()",
		Unasked: "when so many closed sockets are not finished, the next one is reset; what is lost then is the answer to tcp_max_orphans=0",
		set:     func(s *Settings, n int64) { s.Linger = s.Linger || n == 0 },
	}, {
		Name: "net.ipv4.tcp_fin_timeout", Unit: "s", Max: maxCount, Default: 60,
		Does:  "how long a closed socket stays in FIN-WAIT-2, at least 3.5 RTO (0.7 s); not the length of TIME-WAIT, which is a constant",
		Omits: "a socket that was shut down but not closed, which has no such timer; TCP_LINGER2", Source: ipSysctl + "; tcp_fin_time()",
		set: func(s *Settings, n int64) { s.FinWait2 = max(seconds(n), recycledWait) },
	}, {
		Name: "net.ipv4.tcp_orphan_retries", Max: 30, Default: 0,
		Does:  "how long a closed socket retransmits its FIN (R): RTO of 0.2 s, doubled each time, at most 120 s; 0 means 8, and 1 to 6 mean one more, as measured",
		Omits: "a longer round trip, which makes R longer (see --peer-gives-up)", Source: ipSysctl + "; TCP_RTO_MIN, TCP_RTO_MAX",
		set: func(s *Settings, n int64) {
			if n == 0 {
				n = 8
			}
			s.GiveUp = linuxOrphan(int(n))
		},
	}, {
		Name: "net.ipv4.tcp_retries2", Max: 100, Default: 15,
		Does:  nothing + ", because R in a scenario is that of a closed socket",
		Omits: "a socket that was shut down but not closed retransmits its FIN for 924.6 s by default (see --peer-gives-up)", Source: ipSysctl, set: left,
		Unasked: "how long an open connection retransmits before it ends with an error",
	}, {
		Name: "net.ipv4.tcp_synack_retries", Max: 255, Default: 5,
		Does:  nothing + ", because SYN-RECEIVED may last forever in the scenarios, which allows more",
		Omits: fmt.Sprintf("its end after %v", linuxBackoff(5, synRTO)), Source: ipSysctl, set: left,
	}, {
		Name: "net.ipv4.tcp_syn_retries", Max: 127, Default: 6,
		Does:  nothing + ", because SYN-SENT may last forever in the scenarios, which allows more",
		Omits: fmt.Sprintf("its end after %v", linuxBackoff(6, synRTO)), Source: ipSysctl, set: left,
	}, {
		Name: "net.ipv4.tcp_challenge_ack_limit", Max: maxCount, Default: maxCount,
		Does:  nothing + ", because for both ends a challenge ACK that is not sent is the same as one that the network loses",
		Omits: "a limit of 0, and what an attacker learns from a limit (CVE-2016-5696), because a host here has one connection", Source: ipSysctl + "; RFC 5961 §7", set: left,
	}, {
		Name: "net.ipv4.tcp_invalid_ratelimit", Unit: "ms", Max: maxCount, Default: 500,
		Does:  nothing + ", because every answer is sent and the network may lose it",
		Omits: "the limit", Source: ipSysctl, set: left,
	}}
}

func otherSettings() []Setting {
	return []Setting{{
		Name: "net.inet.tcp.msl", Profiles: freebsd, Unit: "ms", Min: 0, Max: maxCount, Default: 30_000,
		Does:  "TIME-WAIT lasts twice this time",
		Omits: "the life of segments in the network, which --msl sets", Source: tcp4,
		set: func(s *Settings, n int64) { s.TimeWait = 2 * millis(n) },
	}, {
		Name: "net.inet.tcp.nolocaltimewait", Profiles: freebsd, Max: 1, Default: 0,
		Does:  "1: no TIME-WAIT",
		Omits: "that it applies only to connections of the host with itself; ask only about these. In recent versions the default is 1", Source: tcp4,
		set: func(s *Settings, n int64) {
			if n == 1 {
				s.TimeWait = 0
			}
		},
	}, {
		Name: "net.inet.tcp.blackhole", Profiles: freebsd, Max: 3, Default: 0,
		Does:  "2, 3: policy silent-when-closed=on",
		Omits: "1, which ignores only SYNs and counts as 0; the difference between local and other hosts", Source: "FreeBSD, blackhole(4)",
		set: func(s *Settings, n int64) { s.TCP.SilentWhenClosed = n >= 2 },
	}, {
		Name: "net.inet.tcp.rfc1323", Profiles: freebsd, Max: 3, Default: 1,
		Does: "0, 2: policy timestamps=off", Omits: "the window scale", Source: tcp4 + "; RFC 7323",
		set: func(s *Settings, n int64) { s.TCP.Timestamps = n == 1 || n == 3 },
	}, {
		Name: "net.inet.tcp.insecure_rst", Profiles: freebsd, Max: 1, Default: 0,
		Does: "1: policy attacks=rst-rfc793, or attacks=rfc793 with insecure_syn", Source: tcp4 + "; RFC 5961 §3",
		set: func(s *Settings, n int64) { weaken(s, n, model.RstRFC793, model.SynRFC793) },
	}, {
		Name: "net.inet.tcp.insecure_syn", Profiles: freebsd, Max: 1, Default: 0,
		Does: "1: policy attacks=syn-rfc793, or attacks=rfc793 with insecure_rst", Source: tcp4 + "; RFC 5961 §4",
		set: func(s *Settings, n int64) { weaken(s, n, model.SynRFC793, model.RstRFC793) },
	}, {
		Name: "net.inet.tcp.isn_reseed_interval", Profiles: freebsd, Unit: "s", Max: maxCount, Default: 0,
		Does:  "above 0: initial sequence numbers may be reused, because their secret changes",
		Omits: "how likely that is", Source: tcp4 + "; RFC 6528 §3",
		set: func(s *Settings, n int64) { s.Reseeded = n > 0 },
	}, {
		Name: "net.inet.tcp.fast_finwait2_recycle", Profiles: freebsd, Max: 1, Default: 0,
		Does:  "1: a closed socket stays in FIN-WAIT-2 for finwait2_timeout, and not for 10 minutes",
		Omits: "keepidle and related settings, from which the 10 minutes follow", Source: tcp4,
		set: func(s *Settings, n int64) { s.Fast = n == 1 },
	}, {
		Name: "net.inet.tcp.finwait2_timeout", Profiles: freebsd, Unit: "ms", Min: 1, Max: maxCount, Default: 60_000,
		Does: "how long a closed socket stays in FIN-WAIT-2, with fast_finwait2_recycle", Source: tcp4,
		set: func(s *Settings, n int64) { s.FastAfter = millis(n) },
	}, {
		Name: "TcpTimedWaitDelay", Profiles: windows, Unit: "s", Min: 30, Max: 300, Default: 120,
		Does: "how long TIME-WAIT lasts", Source: registry,
		set: func(s *Settings, n int64) { s.TimeWait = seconds(n) },
	}, {
		Name: "TcpMaxDataRetransmissions", Profiles: windows, Max: 20, Default: 5,
		Does:  "how long a FIN is retransmitted (R): RTO of 0.3 s, doubled each time",
		Omits: "a longer round trip, which makes R longer (see --peer-gives-up)", Source: registry,
		set: func(s *Settings, n int64) { s.GiveUp = doubling(int(n), windowsRTO) },
	}, {
		Name: "Tcp1323Opts", Profiles: windows, Max: 3, Default: 0,
		Does: "2, 3: policy timestamps=on", Omits: "the window scale", Source: registry,
		set: func(s *Settings, n int64) { s.TCP.Timestamps = n >= 2 },
	}}
}

// weaken sets or takes back one of the two checks of RFC 5961, whatever the other is.
func weaken(s *Settings, n int64, this, other model.Attacks) {
	weak := s.TCP.Attacks == model.RFC793 || s.TCP.Attacks == other
	switch {
	case n == 1 && weak:
		s.TCP.Attacks = model.RFC793
	case n == 1:
		s.TCP.Attacks = this
	case weak:
		s.TCP.Attacks = other
	default:
		s.TCP.Attacks = model.RFC5961
	}
}

// Asked reports whether the answers are about the setting: it changes what is searched, or what is searched allows each of
// its values. Of one that is only known by name nothing is said.
func (k *Setting) Asked() bool { return k.Does != notAsked }

// For lists the settings of a profile.
func For(profile string) (list []Setting) {
	for _, k := range KnownSettings() {
		if k.Profiles == nil {
			k.Profiles = linux
		}
		if slices.Contains(k.Profiles, profile) {
			list = append(list, k)
		}
	}
	return list
}

// setting finds a setting of a profile. The part of its name that all of its kind have may be left out: tcp_rfc1337.
func oneSetting(profile, name string) (Setting, error) {
	var names []string
	for _, k := range For(profile) {
		if k.Name == name || strings.HasSuffix(k.Name, "."+name) {
			return k, nil
		}
		names = append(names, k.Name)
	}
	short := make([]string, len(names))
	for i, n := range names {
		short[i] = n[strings.LastIndexByte(n, '.')+1:]
	}
	if i := slices.Index(short, prose.Nearest(name[strings.LastIndexByte(name, '.')+1:], short)); i >= 0 {
		return Setting{}, fmt.Errorf("%s: profile %s has no setting of this name; did you mean %s?", name, profile, names[i])
	}
	return Setting{}, fmt.Errorf("%s: profile %s has no setting of this name, expected one of %s", name, profile, strings.Join(names, ", "))
}

func (k *Setting) parse(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < k.Min || n > k.Max {
		return 0, fmt.Errorf("found %q, expected a whole number from %d to %d", text, k.Min, k.Max)
	}
	return n, nil
}
