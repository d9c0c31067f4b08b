package hosts

import "strings"

// unmodelled are settings that are known by name and that no search asks about, each group with what it does and where to
// read about it. Names stand without their prefix; a name that ends with * stands for all that begin like it.
var unmodelled = []struct {
	prefix, names, does, source string
}{
	{"net.ipv4.tcp_", "keepalive_time keepalive_intvl keepalive_probes",
		"when an idle connection is probed, and after how many unanswered probes it ends; only sockets with SO_KEEPALIVE", ipSysctl + "; RFC 9293 §3.8.4"},
	{"net.ipv4.tcp_", "abort_on_overflow",
		"1: a full accept queue answers with a RST; 0: the last ACK of the handshake is dropped, and the client believes that it is connected", ipSysctl},
	{"net.ipv4.tcp_", "max_syn_backlog syncookies",
		"what a listener does when many handshakes are unfinished: with SYN cookies it keeps no state, and options are lost", ipSysctl + "; RFC 4987"},
	{"net.core.", "somaxconn netdev_max_backlog", "how long the accept queue and the queue of received packets can be", "Linux, net.rst"},
	{"net.ipv4.tcp_", "mem",
		"above its limits closed sockets are reset or dropped, without FIN-WAIT-2 and without TIME-WAIT", ipSysctl},
	{"net.ipv4.tcp_", "retries1 rto_max_ms rto_min_us syn_linear_timeouts thin_linear_timeouts frto",
		"when segments are retransmitted, and so how long R is", ipSysctl + "; RFC 6298"},
	{"net.ipv4.tcp_", "fastopen fastopen_key fastopen_blackhole_timeout_sec",
		"TCP Fast Open: data on a SYN is delivered before the handshake ends, and so perhaps twice", ipSysctl + "; RFC 7413"},
	{"net.ipv4.tcp_", "window_scaling rmem wmem adv_win_scale app_win moderate_rcvbuf shrink_window workaround_signed_windows",
		"how large windows are; the model has windows of a few octets, and no search asks about large ones", ipSysctl + "; RFC 7323"},
	{"net.core.", "rmem_default rmem_max wmem_default wmem_max optmem_max", "how large socket buffers are", "Linux, net.rst"},
	{"net.ipv4.tcp_", "sack dsack fack comp_sack_* ecn* early_retrans recovery reordering max_reordering congestion_control allowed_congestion_control " +
		"available_congestion_control slow_start_after_idle pacing_* limit_output_bytes autocorking notsent_lowat tso_* min_tso_segs min_rtt_wlen low_latency " +
		"no_metrics_save no_ssthresh_metrics_save plb_* pingpong_thresh backlog_ack_defer reflect_tos retrans_collapse stdurg",
		"loss recovery, congestion control and when data and ACKs are sent, which are out of scope here", ipSysctl},
	{"net.ipv4.tcp_", "base_mss min_snd_mss mtu_probing mtu_probe_floor probe_interval probe_threshold",
		"the size of segments, and the discovery of the path MTU", ipSysctl + "; RFC 4821"},
	{"net.ipv4.tcp_", "early_demux ehash_entries child_ehash_entries available_ulp fwmark_accept l3mdev_accept migrate_req",
		"how the system finds a socket, and which one", ipSysctl},
	{"net.ipv4.", "ip_local_port_range ip_local_reserved_ports ip_autobind_reuse ip_unprivileged_port_start",
		"which local ports connect() takes, and so how soon a pair of sockets is used again", ipSysctl},
	{"net.netfilter.", "nf_conntrack_*",
		"the connection tracking of a firewall or NAT: how long it remembers a connection in each state, and what it drops; a box in the middle is not in the model", "Linux, nf_conntrack-sysctl.rst"},
	{"net.ipv4.vs.", "*", "the load balancer IPVS: to which server a connection goes, and when its entry ends; it is not in the model", "Linux, ipvs-sysctl.rst"},
	{"net.inet.tcp.", "*", "a setting of FreeBSD's TCP that no search asks about", tcp4},
	{"net.inet.ip.portrange.", "*", "which local ports connect() takes, and so how soon a pair of sockets is used again", "FreeBSD, ip(4)"},
	{"kern.ipc.", "somaxconn soacceptqueue maxsockbuf maxsockets", "how long the accept queue can be, and how large socket buffers are", "FreeBSD, tuning(7)"},
	{"", "MaxUserPort TcpMaxConnectRetransmissions KeepAliveTime KeepAliveInterval TcpMaxConnectResponseRetransmissions TcpNumConnections EnableDynamicBacklog",
		"a setting of Windows that no search asks about", registry},
	{"", "TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_LINGER2 TCP_DEFER_ACCEPT SO_REUSEADDR SO_REUSEPORT TCP_NODELAY TCP_FASTOPEN",
		"an option of one socket that no search asks about", "POSIX, setsockopt; tcp(7)"},
}

const notAsked = "no search asks about it"

// unmodelledSetting finds a setting that is known and not asked. The prefix may be left out.
func unmodelledSetting(profile, name string) (Setting, bool) {
	for _, g := range unmodelled {
		if os := systemOf(g.prefix); os != "" && os != profile {
			continue
		}
		rest, full := strings.CutPrefix(name, g.prefix)
		for n := range strings.FieldsSeq(g.names) {
			beginning, family := strings.CutSuffix(n, "*")
			short := !full && g.prefix != "" && (name == n || name == lastPart(g.prefix)+n)
			if full && (rest == n || family && strings.HasPrefix(rest, beginning) && rest != "") || short {
				if !full {
					name = g.prefix + n
				}
				return Setting{Name: name, Does: notAsked, Omits: g.does, Source: g.source, set: left}, true
			}
		}
	}
	return Setting{}, false
}

// systemOf is the profile whose settings have the prefix; "": any has.
func systemOf(prefix string) string {
	switch {
	case strings.HasPrefix(prefix, "net.inet.") || strings.HasPrefix(prefix, "kern."):
		return "freebsd"
	case strings.HasPrefix(prefix, "net."):
		return "linux"
	}
	return ""
}

// lastPart is what a prefix has behind its last dot: tcp_ of net.ipv4.tcp_.
func lastPart(prefix string) string { return prefix[strings.LastIndex(prefix, ".")+1:] }

// touches reports whether a name is that of a setting of TCP, or of what is near to it; the others of a system's list are
// about something else.
func touches(name string) bool {
	for _, p := range []string{"net.ipv4.tcp_", "net.inet.tcp.", "net.inet6.tcp6.", "net.netfilter.nf_conntrack_tcp_", "net.ipv4.vs."} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}
