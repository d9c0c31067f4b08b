package hosts

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// Settings is what an operator has made of a host. Lengths of time are real ones; Grid turns them into ticks.
type Settings struct {
	TCP         model.Config  // its policies; buffers and MSS are those of the scenario
	MSL         time.Duration // how long a segment may live in the network: a premise, whatever the host believes
	TimeWait    time.Duration
	GiveUp      time.Duration // how long a host at most repeats its FIN (R)
	Reuse       bool          // connect() may take over a connection in TIME-WAIT
	ReuseAfter  time.Duration
	Recycle     bool          // the historical tcp_tw_recycle
	FinWait2    time.Duration // how long a closed socket stays in FIN-WAIT-2; 0: for ever, as in RFC 9293
	Fast        bool          // FreeBSD's fast_finwait2_recycle: FastAfter in place of FinWait2
	FastAfter   time.Duration
	Linger      bool          // SO_LINGER with a time of 0: ABORT in place of CLOSE
	BoundReuses bool          // connect() from a bound port takes over TIME-WAIT at once, whatever Reuse is; needs timestamps
	ResetsLate  bool          // data that comes after close() is answered by a RST, also where the policy half-duplex-close is off
	NoTable     bool          // a closed socket is forgotten at once, and has no FIN-WAIT-2 and no TIME-WAIT
	UserTimeout time.Duration // TCP_USER_TIMEOUT; 0: none
	Reseeded    bool          // the secret of the initial numbers changes: they are not above those used before
}

// Profile is a host as it comes.
type Profile struct {
	Name     string
	Title    string
	Settings Settings
	Sources  []string
	Omits    []string // what of the system the machine does not have
}

// policies sets policies of the machine by name: "reopen=rfc6191".
func policies(list ...string) (c model.Config) {
	for _, text := range list {
		name, value, _ := strings.Cut(text, "=")
		p, ok := model.PolicyByName(name)
		i, known := p.Index(value)
		if !ok || !known {
			panic("BUG: no policy " + text)
		}
		p.Set(&c, i)
	}
	return c
}

// Profiles is every profile.
func Profiles() []Profile {
	return []Profile{{
		Name: "linux", Title: "Linux with its defaults",
		Settings: Settings{
			TCP: policies("timestamps=on", "ack-range=recent", "reopen=rfc6191", "time-wait-restart=answer",
				"dup-syn=syn-ack", "half-duplex-close=on", "second-fin=ignored", "ts-recent=after-ack", "reopen-above=rcv-nxt", "rst-stamp=own"),
			MSL: 30 * time.Second, TimeWait: 60 * time.Second, GiveUp: linuxOrphan(8), ReuseAfter: time.Second,
			FinWait2: time.Minute, BoundReuses: true, ResetsLate: true,
		},
		Sources: []string{
			"TIME-WAIT of 60 s: TCP_TIMEWAIT_LEN, a constant in the source; that the MSL is half of it is our reading",
			"sysctls: Documentation/networking/ip-sysctl.rst",
			"checks of RFC 5961; RFC 6191 for a SYN in TIME-WAIT; a RST ends TIME-WAIT unless tcp_rfc1337 is set",
			"initial sequence numbers: RFC 6528, a hash and a clock of 64 ns",
		},
		Omits: []string{
			"a socket that was shut down but not closed has no timer for FIN-WAIT-2; the one of tcp_fin_timeout is for closed sockets",
			"an ACK that TIME-WAIT does not answer restarts it, and a SYN that it answers does not; the model has both the other way round",
			"a SYN in TIME-WAIT with a too old timestamp is answered by an ACK; by RFC 6191 it is dropped silently, except in rows about a client that comes again",
			"the limit on challenge ACKs; SYN cookies, Fast Open",
		},
	}, {
		Name: "freebsd", Title: "FreeBSD with its defaults",
		Settings: Settings{
			TCP: policies("timestamps=on", "rst-in-time-wait=ignore", "reopen=later-syn", "reopen-above=rcv-nxt", "dup-syn=syn-ack", "second-fin=ignored"),
			MSL: 30 * time.Second, TimeWait: 60 * time.Second, GiveUp: 100 * time.Second,
			FinWait2: 10 * time.Minute, FastAfter: time.Minute, ResetsLate: true,
		},
		Sources: []string{
			"net.inet.tcp.msl of 30 s, TIME-WAIT of twice that: tcp(4)",
			"RST ignored in TIME-WAIT, and a SYN above RCV.NXT opens a new connection: tcp_timewait.c",
			"giving up after 100 s: RFC 9293 §3.8.3 (R2); the system's own count is not modelled",
			"FIN-WAIT-2 as long as unanswered keep-alives would last, 8 times 75 s: TP_MAXIDLE in tcp_input.c",
		},
		Omits: []string{
			"a socket that was shut down but not closed has no timer for FIN-WAIT-2",
			"RFC 5961 §5 (old ACKs are accepted, however old); the RST that answers data after close()",
			"the limit on challenge ACKs; the cookies of the SYN cache, Fast Open",
		},
	}, {
		Name: "windows", Title: "Windows as documented",
		Settings: Settings{
			TCP: policies("dup-syn=syn-ack"),
			MSL: 60 * time.Second, TimeWait: 120 * time.Second, GiveUp: doubling(5, windowsRTO),
		},
		Sources: []string{
			"TcpTimedWaitDelay, TcpMaxDataRetransmissions, Tcp1323Opts: the TCP/IP registry values as documented",
			"TIME-WAIT of 120 s is that of recent systems; the documents of 2000 and 2003 say 240 s",
		},
		Omits: []string{
			"what is not documented (RST and SYN in TIME-WAIT, the checks of RST, SYN and ACK); it is as in RFC 9293",
			"Fast Open, a timer for FIN-WAIT-2, changes of TIME-WAIT under load",
		},
	}, {
		Name: "rfc793", Title: "RFC 793",
		Settings: Settings{
			TCP: policies("attacks=rfc793"),
			MSL: 2 * time.Minute, TimeWait: 4 * time.Minute, GiveUp: 5 * time.Minute,
		},
		Sources: []string{"RFC 793 §3.3 (MSL of two minutes), §3.5, §3.8 (five minutes of user timeout), §3.9 (RST and SYN in the window)"},
		Omits:   []string{"the errors of RFC 793 that RFC 1122 §4.2.2.20 corrects: the model has the corrections"},
	}, {
		Name: "rfc9293", Title: "RFC 9293",
		Settings: Settings{
			MSL: 2 * time.Minute, TimeWait: 4 * time.Minute, GiveUp: 100 * time.Second,
		},
		Sources: []string{"RFC 9293 §3.4.2 (MSL), §3.6.1 (2MSL), §3.8.3 (R2 of at least 100 s), §3.10.7.4"},
		Omits:   []string{"options: timestamps are off unless --set switches them on"},
	}}
}

// ByName finds a profile.
func ByName(name string) (Profile, error) {
	for _, p := range Profiles() {
		if p.Name == name {
			return p, nil
		}
	}
	return Profile{}, fmt.Errorf("found %q, expected one of %s", name, strings.Join(Names(), ", "))
}

// Names lists the profiles.
func Names() (names []string) {
	for _, p := range Profiles() {
		names = append(names, p.Name)
	}
	return names
}

// Change is one value of a setting as an operator set it.
type Change struct {
	Setting Setting
	Value   string
}

// Listed reads what "sysctl -a" prints, a line "name = value" or "name: value" for each setting, and returns those for With:
// settings of TCP, and of what is near to it. It returns the names of TCP settings that it does not know, and how many lines
// are about something else.
func (p Profile) Listed(r io.Reader) (list, unknown []string, others int, err error) {
	in := bufio.NewScanner(r)
	in.Buffer(nil, 1<<20)
	for n := 1; in.Scan(); n++ {
		line := strings.TrimSpace(in.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		i := strings.IndexAny(line, "=:")
		if i < 1 {
			others++ // a value of several lines
			continue
		}
		name, value := strings.TrimSpace(line[:i]), strings.Join(strings.Fields(line[i+1:]), " ")
		_, failed := oneSetting(p.Name, name)
		_, known := unmodelledSetting(p.Name, name)
		switch {
		case failed == nil || known && touches(name):
			list = append(list, name+"="+value)
		case touches(name):
			unknown = append(unknown, name)
		default:
			others++
		}
	}
	return list, unknown, others, in.Err()
}

// With sets settings, each "name=value", on top of a profile, in their order.
func (p Profile) With(list []string) (s Settings, changes []Change, err error) {
	s = p.Settings
	for _, text := range list {
		name, value, ok := strings.Cut(text, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !ok || name == "" {
			return s, nil, fmt.Errorf("found %q, expected name=value", text)
		}
		k, err := oneSetting(p.Name, name)
		if other, known := unmodelledSetting(p.Name, name); err != nil && known {
			changes = append(changes, Change{other, value})
			continue
		}
		if err != nil {
			return s, nil, err
		}
		n, err := k.parse(value)
		if err != nil {
			return s, nil, fmt.Errorf("%s: %w", k.Name, err)
		}
		k.set(&s, n)
		if k.Unasked != "" && n != k.Default && (n > 0 || strings.HasPrefix(k.Does, nothing)) {
			k.Does, k.Omits = notAsked, k.Unasked
		}
		changes = append(changes, Change{k, value})
	}
	return s, changes, nil
}

// reuses reports whether connect() may really take over TIME-WAIT: Linux asks for timestamps on the old connection.
func (s *Settings) reuses() bool { return s.Reuse && s.TCP.Timestamps }

// recycles likewise.
func (s *Settings) recycles() bool { return s.Recycle && s.TCP.Timestamps }

// wait is how long TIME-WAIT lasts.
func (s *Settings) wait() time.Duration {
	if s.NoTable {
		return 0
	}
	if s.recycles() {
		return min(s.TimeWait, recycledWait)
	}
	return s.TimeWait
}

// orphan is how long a closed socket stays in FIN-WAIT-2; 0: for ever.
func (s *Settings) orphan() time.Duration {
	if s.NoTable {
		return Shortest
	}
	if s.Fast {
		return s.FastAfter
	}
	return s.FinWait2
}

// The times that retransmission is reckoned from: the shortest that the systems use. With a longer one a host
// goes on for longer.
const (
	linuxRTO     = 200 * time.Millisecond // TCP_RTO_MIN
	synRTO       = time.Second            // RFC 6298 §2
	linuxRTOMax  = 120 * time.Second      // TCP_RTO_MAX
	windowsRTO   = 300 * time.Millisecond
	recycledWait = 7 * linuxRTO / 2 // 3.5 RTO: TIME-WAIT with tcp_tw_recycle, and the least that tcp_fin_timeout can be
)

// linuxBackoff is how long it takes from the first sending until n retransmissions have gone unanswered: RTO, 2 RTO,
// 4 RTO and so on, none longer than TCP_RTO_MAX.
func linuxBackoff(n int, rto time.Duration) (sum time.Duration) {
	for range n + 1 {
		sum += rto
		rto = min(2*rto, linuxRTOMax)
	}
	return sum
}

// linuxOrphan is how long a closed socket retransmits its FIN with n in tcp_orphan_retries. Linux counts the time of n
// retransmissions from the first retransmission on, and gives up when the timer next fires (ip-sysctl.rst: a lower bound). The
// timer is a little longer than linuxRTO, because it counts the round trip.
func linuxOrphan(n int) time.Duration {
	const rto = linuxRTO + time.Millisecond
	k := n
	for linuxBackoff(k, rto)-rto < linuxBackoff(n, linuxRTO) {
		k++
	}
	return linuxBackoff(k, linuxRTO)
}

// doubling is the same without a longest one.
func doubling(n int, rto time.Duration) time.Duration { return rto * (1<<(n+1) - 1) }

// Describe lists what the settings mean for the machine and the scenario, a line for each thing.
func (s *Settings) Describe() (lines []string) {
	for _, p := range model.Policies {
		if v := p.Get(s.TCP); v != 0 {
			lines = append(lines, "policy "+p.Name+"="+p.Values[v])
		}
	}
	lines = append(lines, fmt.Sprintf("TIME-WAIT lasts %v", s.wait()), fmt.Sprintf("a FIN is retransmitted for up to %v (R)", s.GiveUp),
		fmt.Sprintf("segments live for less than %v (MSL)", s.MSL))
	if d := s.orphan(); d > 0 {
		lines = append(lines, fmt.Sprintf("a closed socket is given up after %v of FIN-WAIT-2", d))
	}
	add := func(on bool, text string) {
		if on {
			lines = append(lines, text)
		}
	}
	add(s.reuses(), fmt.Sprintf("connect() may take the place of TIME-WAIT after %v, with an initial sequence number above all those used before", s.ReuseAfter))
	add(s.Reuse && !s.reuses(), "no connection takes the place of TIME-WAIT, because the old connection had no timestamps")
	add(s.recycles(), "a host with older timestamps than the last ones of its address is not answered")
	add(s.Recycle && !s.recycles(), "nothing is recycled, because there are no timestamps")
	add(s.BoundReuses && s.TCP.Timestamps, "connect() from a port that the program has bound takes the place of TIME-WAIT at once")
	add(s.UserTimeout > 0, fmt.Sprintf("the user timeout is %v, and counts behind a zero window, too", s.UserTimeout))
	add(s.Linger, "ABORT in place of CLOSE")
	add(s.Reseeded, "initial sequence numbers may be reused")
	return slices.Clip(lines)
}
