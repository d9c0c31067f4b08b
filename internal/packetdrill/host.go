package packetdrill

import (
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tcpcheck/tcpcheck/internal/timed"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/properties/hosts"
)

// Host configures the model: a system's policies, its timers, and its choices.
type Host struct {
	Profile    string
	Config     model.Config
	Timers     timed.Timers
	Claims     Claims
	MTU        uint16
	IPv6       bool
	Space      uint32        // octets of the receive buffer if the script does not set it
	Rounds     bool          // the buffer becomes a multiple of the MSS when the peer's SYN arrives
	Doubles    bool          // getsockopt reports twice the size that was set: half is for the system's own use, socket(7)
	TailProbes bool          // if SACK was agreed, data is sent again before the timeout (RFC 8985 §7)
	Delays     time.Duration // how long an ACK of data may be delayed; the system decides when
	NoECN      bool          // a SYN that asks for ECN is answered like any other
	Ways       Ways
	maxSocket  uint64 // kern.ipc.maxsockbuf
	settings   []string
	named      []string // the words of an exported script's comment about its host
}

// Claims says which choices of a host the profile determines, besides the MSS, which follows from the MTU (RFC 9293 §3.7.1).
// The others are taken from the script.
type Claims struct{ Scale, Window bool }

// Profiles are the systems whose scripts can be run.
var Profiles = []string{"linux", "freebsd", "rfc9293"}

// backoff returns the time from the first transmission to the end of the wait after n retransmissions. Each wait is twice as
// long as the one before, and at most longest.
func backoff(n int, rto, longest time.Duration) (sum time.Duration) {
	for range n + 1 {
		sum += rto
		rto = min(2*rto, longest)
	}
	return sum
}

// newHost returns a host of a profile. Round trips are measured; the limits below are those of the systems.
//
// Linux: TCP_RTO_MIN of 200 ms, which bounds the variation, TCP_RTO_MAX of 120 s, six SYNs sent again (tcp_syn_retries) after the linear ones and
// 15 segments (tcp_retries2). FreeBSD: tcp(4), a least RTO of 30 ms with a slop of 200 ms, 64 s at most, and 75 s for a SYN
// (net.inet.tcp.keepinit). RFC 9293: RFC 6298 by the letter.
func newHost(name string) (*Host, error) {
	h := &Host{Profile: name, Timers: timed.RFC(), Config: model.Default(), MTU: 1500}
	h.Config.WScale = 7
	h.Config.WindowScale, h.Config.SACKPermitted = h.releases(), h.releases() // RFC 9293 asks for neither
	t := &h.Timers
	switch name {
	case "linux":
		// tcp_rmem; socket(7) for what getsockopt says of a buffer.
		h.Doubles, h.TailProbes = true, true
		h.Ways = Ways{PawsOneOlder: true, OwnRstAcks: true, HidesWait: true, ReopenAbove: 65537,
			DelaysAcks: true, ReportsDouble: true, SacksFin: true, DropsSynText: true, SynAgain: 10 * ms, AckFirst: true}
		h.Delays = 200 * ms // TCP_DELACK_MAX
	case "freebsd":
		// tcp(4); tcp_mss() for the buffer, syncache_respond() for the window and the scale.
		h.Claims, h.Space, h.Rounds = Claims{true, true}, 65536, true
		h.Ways = Ways{TimeWaitCheck: true, SynCache: true, ForgetFin: true, RepeatsFin: true, OldFin: true, OwnRstAcks: true,
			ReportsDouble: true, FlushesUnread: true}
		h.Delays = 100 * ms // net.inet.tcp.delacktime, long 100 ms
		h.setMaxSocket(2 << 20)
	}
	if err := h.configure(); err != nil {
		return nil, err
	}
	switch name {
	case "linux":
		t.MinRTO, t.MinVar, t.MaxRTO = 200*ms, 200*ms, 2*time.Minute
		t.SynLinear = 4 // tcp_syn_linear_timeouts, since Linux 6.5
		t.SynGiveUp, t.GiveUp = t.RTO*4+backoff(6, t.RTO, t.MaxRTO), backoff(15, t.MinRTO, t.MaxRTO)
	case "freebsd":
		t.MinRTO, t.MinVar, t.MaxRTO, t.Slop = 30*ms, 0, 64*time.Second, 200*ms
		t.SynGiveUp = 75 * time.Second
	default:
		t.MinRTO, t.MinVar = time.Second, t.Stamp
	}
	return h, nil
}

// settle sets what follows from the options of a script.
func (h *Host) settle() {
	headers := uint16(40)
	if h.IPv6 {
		headers = 60
	}
	h.Config.MSS = h.MTU - headers
	if h.Space > 0 {
		h.Config.RcvBuf = h.Space
	}
}

// setMaxSocket sets kern.ipc.maxsockbuf. FreeBSD's scale is the least with which a window of 65535 reaches it.
func (h *Host) setMaxSocket(n uint64) {
	h.maxSocket, h.Config.WScale = n, 0
	for h.Config.WScale < 14 && uint64(65535)<<h.Config.WScale < n {
		h.Config.WScale++
	}
}

// setReadMemory sets tcp_rmem, from which the scale of Linux follows (tcp_select_initial_window).
func (h *Host) setReadMemory(value string) error {
	var least, usual, most uint64
	if _, err := fmt.Sscan(value, &least, &usual, &most); err != nil {
		return unsupported("net.ipv4.tcp_rmem=" + value + ", which should be three numbers")
	}
	const maxRead = 212992 // net.core.rmem_max
	h.Config.WScale = uint8(min(max(bits.Len64(max(most, maxRead))-16, 0), 14))
	h.Claims.Scale = true
	return nil
}

const ms = time.Millisecond

// configure sets the policies from the profile and the settings on top of it.
func (h *Host) configure() error {
	p, err := hosts.ByName(h.Profile)
	if err != nil {
		return err
	}
	s, _, err := p.With(h.settings)
	if err != nil {
		return err
	}
	old := h.Config
	h.Config = s.TCP
	h.Config.RcvBuf, h.Config.MSS, h.Config.WScale = old.RcvBuf, old.MSS, old.WScale
	h.Config.WindowScale, h.Config.SACKPermitted = old.WindowScale, old.SACKPermitted
	h.Config.HalfDuplexClose = false // only once the socket is closed: see conform.Release
	h.Timers.TimeWait, h.Timers.FinWait2 = s.TimeWait, s.FinWait2
	if s.Fast {
		h.Timers.FinWait2 = s.FastAfter
	}
	for _, word := range h.named {
		if err := h.name(word); err != nil {
			return err
		}
	}
	return nil
}

// name applies a word of an exported script's comment.
func (h *Host) name(word string) error {
	key, value, _ := strings.Cut(word, "=")
	if p, ok := model.PolicyByName(key); ok {
		if i, known := p.Index(value); known {
			p.Set(&h.Config, i)
			return nil
		}
	}
	wait, err := time.ParseDuration(value)
	switch {
	case key == "profile":
	case key == "time-wait" && err == nil && wait > 0:
		h.Timers.TimeWait = wait
	case word == "own-rst=ack":
		h.Ways.OwnRstAcks = true
	default:
		return unsupported("the comment that names the host: " + word)
	}
	return nil
}

// releases reports whether a socket accepts no more data after close().
func (h *Host) releases() bool { return h.Profile != "rfc9293" }

// sysctl sets a system's variable. A variable without a counterpart in the model is unsupported, unless no result
// depends on it.
func (h *Host) sysctl(name, value string) error {
	var n int
	if set, ok := timeouts[name]; ok {
		if _, err := fmt.Sscan(value, &n); err != nil || n < 0 || n > 1<<20 {
			return unsupported(fmt.Sprintf("%s=%s, expected a number up to 2^20", name, value))
		}
		set(&h.Timers, n)
		return nil
	}
	if set, ok := options[name]; ok {
		if value != "0" && value != "1" {
			return unsupported(name + "=" + value)
		}
		set(&h.Config, value == "1")
		return nil
	}
	switch {
	case name == "net.ipv4.tcp_rmem" && h.Profile == "linux":
		return h.setReadMemory(value)
	case name == "net.ipv4.tcp_dsack":
		h.Ways.ReportsDouble = value != "0"
		return nil
	case name == "net.ipv4.tcp_early_retrans":
		h.TailProbes = value != "0"
		return nil
	case name == "net.inet.tcp.ecn.enable" || name == "net.ipv4.tcp_ecn":
		if h.NoECN = value == "0"; !h.NoECN && value != "2" {
			return unsupported(name + "=" + value + ": a host that asks for ECN")
		}
		return nil
	case name == "net.inet.tcp.drop_synfin" && (value == "0" || value == "1"):
		h.Ways.DropSynFin = value == "1"
		return nil
	}
	if set, ok := amounts[name]; ok {
		n, err := strconv.ParseUint(value, 10, 32)
		if err != nil {
			return unsupported(name + "=" + value + ", which should be a number below 2^32")
		}
		set(h, n)
		return nil
	}
	if v, ok := given[name]; ok && v == value || isIndifferent(name) {
		return nil
	}
	for _, k := range hosts.For(h.Profile) {
		if k.Name != name || strings.HasPrefix(k.Does, "nothing") {
			continue
		}
		h.settings = append(h.settings, name+"="+value)
		if err := h.configure(); err != nil {
			return unsupported(err.Error())
		}
		if name == "net.inet.tcp.rfc1323" {
			h.Config.WindowScale = value == "1" || value == "2" // the profile leaves it out
		}
		return nil
	}
	return unsupported("sysctl " + name)
}

// timeouts are sysctls that limit retransmissions, or the time of a wait.
var timeouts = map[string]func(*timed.Timers, int){
	"net.ipv4.tcp_syn_retries": func(t *timed.Timers, n int) {
		t.SynGiveUp = t.RTO*time.Duration(t.SynLinear) + backoff(n, t.RTO, t.MaxRTO)
	},
	"net.ipv4.tcp_syn_linear_timeouts": func(t *timed.Timers, n int) {
		t.SynGiveUp += t.RTO * time.Duration(n-t.SynLinear)
		t.SynLinear = n
	},
	"net.ipv4.tcp_synack_retries": func(t *timed.Timers, n int) { t.SynGiveUp = backoff(n, t.RTO, t.MaxRTO) },
	"net.inet.tcp.keepinit":       func(t *timed.Timers, n int) { t.SynGiveUp = time.Duration(n) * ms },
	"net.inet.tcp.rexmit_initial": func(t *timed.Timers, n int) { t.RTO = time.Duration(n) * ms },
	"net.inet.tcp.rexmit_slop":    func(t *timed.Timers, n int) { t.Slop = time.Duration(n) * ms },
	"net.inet.tcp.rexmit_min":     func(t *timed.Timers, n int) { t.MinRTO = time.Duration(n) * ms },
	"net.ipv4.tcp_retries2":       func(t *timed.Timers, n int) { t.GiveUp = backoff(n, t.MinRTO, t.MaxRTO) },
}

// amounts are sysctls that are numbers of octets.
var amounts = map[string]func(*Host, uint64){
	"kern.ipc.maxsockbuf":    func(h *Host, n uint64) { h.setMaxSocket(n) },
	"net.inet.tcp.recvspace": func(h *Host, n uint64) { h.Space, h.Config.RcvBuf = uint32(n), uint32(n) },
}

// options are sysctls that turn options of TCP on and off.
var options = map[string]func(*model.Config, bool){
	"net.ipv4.tcp_window_scaling": func(c *model.Config, on bool) { c.WindowScale = on },
	"net.ipv4.tcp_sack":           func(c *model.Config, on bool) { c.SACKPermitted = on },
	"net.inet.tcp.sack.enable":    func(c *model.Config, on bool) { c.SACKPermitted = on },
}

// given are sysctls with the only value that the model implements: it has no Fast Open, no SYN cookies and no probing of
// the MTU.
var given = map[string]string{
	"net.ipv4.tcp_fastopen": "0", "net.ipv4.tcp_syncookies": "0",
	"net.ipv4.tcp_abort_on_overflow": "0", "net.ipv4.tcp_mtu_probing": "0", "net.ipv4.tcp_fwmark_accept": "0",
	"net.ipv4.tcp_thin_linear_timeouts": "0", "net.ipv4.tcp_stdurg": "0", "net.ipv4.tcp_comp_sack_delay_ns": "0",
	"net.inet.tcp.fastopen.server_enable": "0", "net.inet.tcp.fastopen.client_enable": "0",
	"net.inet.tcp.tso":              "0",
	"net.inet.tcp.always_keepalive": "0", "net.inet.tcp.rexmit_drop_options": "0", "net.inet.tcp.nolocaltimewait": "0",
	"net.inet.tcp.tolerate_missing_ts": "0", "net.inet.tcp.insecure_ack": "0", "net.inet.tcp.icmp_may_rst": "0",
	"net.inet.tcp.pmtud_blackhole_detection": "0",
}

// indifferent are sysctls on which no result depends: sizes of buffers, which are the host's choice, congestion control,
// loss recovery, and limits of answers.
var indifferent = map[string]bool{
	"net.ipv4.tcp_wmem": true, "net.core.rmem_max": true, "net.core.wmem_max": true,
	"net.ipv4.tcp_congestion_control": true, "net.ipv4.tcp_slow_start_after_idle": true, "net.ipv4.tcp_moderate_rcvbuf": true,
	"net.ipv4.tcp_invalid_ratelimit": true, "net.ipv4.tcp_challenge_ack_limit": true, "net.core.somaxconn": true,
	"net.ipv4.tcp_max_syn_backlog": true, "net.ipv4.tcp_mem": true, "net.core.optmem_max": true, "net.ipv4.tcp_adv_win_scale": true,
	"net.inet.tcp.cc.algorithm": true, "net.inet.tcp.hostcache.purgenow": true, "net.inet.tcp.hostcache.enable": true,
	"kern.timecounter.alloweddeviation": true, "net.inet.tcp.initcwnd_segments": true, "net.inet.tcp.abc_l_var": true,
	"net.ipv4.tcp_min_tso_segs": true, "net.ipv4.tcp_tso_win_divisor": true, "net.ipv4.tcp_limit_output_bytes": true,
	"net.ipv4.tcp_notsent_lowat": true, "net.ipv4.tcp_app_win": true, "net.ipv4.tcp_reordering": true, "net.ipv4.tcp_recovery": true,
	"net.ipv4.tcp_frto": true, "net.ipv4.tcp_pacing_ss_ratio": true,
	"kern.ipc.somaxconn": true, "net.inet.tcp.sendspace": true, "net.inet.tcp.delacktime": true, "net.inet.tcp.syncookies": true,
	"net.inet.tcp.syncookies_only": true,
	"net.inet.tcp.delayed_ack":     true, "net.ipv4.tcp_no_metrics_save": true, "net.ipv4.tcp_autocorking": true,
	"net.inet.tcp.path_mtu_discovery": true, "net.inet.tcp.recvbuf_auto": true, "net.inet.tcp.sendbuf_auto": true, "net.inet.icmp.icmplim": true,
}

// indifferentTrees are the beginnings of names that are indifferent unless they are named elsewhere.
var indifferentTrees = []string{
	"net.inet.tcp.hostcache.", "net.inet.tcp.cc.", "net.inet.tcp.rack.", "net.inet.tcp.bbr.", "net.inet.tcp.log_", "net.inet.tcp.functions_",
	"net.inet.tcp.rfc3", "net.inet.ip.", "net.inet6.ip6.", "net.link.", "kern.", "net.ipv4.route.", "net.ipv4.conf.", "net.core.",
}

func isIndifferent(name string) bool {
	return indifferent[name] || slices.ContainsFunc(indifferentTrees, func(tree string) bool { return strings.HasPrefix(name, tree) })
}

// unsupported is the error for something in a script that this package does not implement.
type unsupported string

func (u unsupported) Error() string { return string(u) }
