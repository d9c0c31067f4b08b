package packetdrill

// What is decided before the first step: the options at the head, and what is taken from the script.

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// named returns the words of a comment "// tcpcheck: profile=rfc9293 handshake=two time-wait=60s own-rst=ack", in which an
// exported script describes its host.
func named(src []byte) []string {
	_, rest, ok := strings.Cut(string(src), "// tcpcheck: ")
	if !ok {
		return nil
	}
	line, _, _ := strings.Cut(rest, "\n")
	return strings.Fields(line)
}

// profileOf finds out by the comment, or by the names of the sysctls, which system a script is for.
func profileOf(src []byte) string {
	for _, word := range named(src) {
		if name, ok := strings.CutPrefix(word, "profile="); ok && slices.Contains(Profiles, name) {
			return name
		}
	}
	for _, name := range []string{"net.inet.", "kern.ipc.", "kern.timecounter.", "kldload", "TCP_FUNCTION_BLK", "TCPS_"} {
		if strings.Contains(string(src), name) {
			return "freebsd"
		}
	}
	return "linux"
}

// idleOptions are options at the head without an effect here: they configure packetdrill's network cards, wire and output.
var idleOptions = []string{
	"gateway_ip", "gateway_linkaddr", "local_linkaddr", "netmask_ip", "speed", "send_omit_free", "verbose", "no_cleanup", "tun_dev",
	"define", "code_command", "code_format", "code_sockopt", "mss", "local_linklocal_ip", "gateway_linklocal_ip", "persistent_tun_dev", "init_scripts", "debug", "dry_run",
}

func (r *runner) option(o Option) error {
	address := func(a *netip.Addr) error {
		got, err := netip.ParseAddr(o.Value)
		if err != nil {
			return unsupported("--" + o.Name + "=" + o.Value + ", which is not an address")
		}
		*a = got
		return nil
	}
	switch n, err := strconv.Atoi(o.Value); {
	case o.Name == "ip_version" && o.Value == "ipv6":
		r.local, r.remote = netip.MustParseAddr("fd3d:fa7b:d17d::1"), netip.MustParseAddr("2001:db8::1")
		r.host.IPv6 = true
	case o.Name == "ip_version" && strings.HasPrefix(o.Value, "ipv4"):
	case o.Name == "bind_port" && err == nil && 0 < n && n < 1<<16:
		r.bindPort = uint16(n)
	case o.Name == "connect_port" && err == nil && 0 < n && n < 1<<16:
		r.connectPort = uint16(n)
	case o.Name == "local_ip":
		return address(&r.local)
	case o.Name == "remote_ip":
		return address(&r.remote)
	case o.Name == "tolerance_usecs" && err == nil && n >= 0:
		r.tolerance = time.Duration(n) * time.Microsecond
	case o.Name == "mtu" && err == nil && 100 < n && n < 1<<16:
		r.host.MTU = uint16(n)
	case o.Name == "tcp_ts_tick_usecs" && err == nil && 0 <= n && n <= 1000000:
		r.tick = time.Duration(n) * time.Microsecond
	case o.Name == "tolerance_percent":
		p, err := strconv.ParseFloat(o.Value, 64)
		if err != nil || p < 0 || p > 100 {
			return unsupported("--tolerance_percent=" + o.Value)
		}
		r.percent = p
	case slices.Contains(idleOptions, o.Name):
	default:
		return unsupported("--" + o.Name)
	}
	return nil
}

// adopt takes from the script what a host may choose and the profile does not determine: the window scale, and the size of
// the window, which the first segment after the SYN shows, or a SYN without a scale.
func (r *runner) adopt() {
	c, claims := &r.host.Config, r.host.Claims
	var theirs, ours TCPOption // the window scales that both ends offer
	for _, st := range r.sc.Steps {
		p, ok := st.Action.(*Packet)
		switch {
		case !ok || p.Flags&model.RST != 0:
		case p.Inbound:
			if i := p.option("wscale"); i >= 0 {
				theirs = p.Opts[i]
			}
		case p.Flags&model.SYN != 0:
			if i := p.option("wscale"); i >= 0 && p.Opts[i].Args[0].N <= 14 {
				ours = p.Opts[i]
				if !claims.Scale {
					c.WScale = uint8(ours.Args[0].N)
				}
			}
			if p.Win.N > 0 && !claims.Window {
				c.RcvBuf, r.adopted = p.Win.N, true
			}
		case p.Win.N > 0 && !claims.Window:
			c.RcvBuf, r.adopted = p.Win.N, true
			if theirs.Known && ours.Known {
				c.RcvBuf <<= c.WScale
			}
			return
		}
	}
}

// option returns the index of an option, or -1.
func (p *Packet) option(name string) int {
	return slices.IndexFunc(p.Opts, func(o TCPOption) bool { return o.Name == name && o.Known })
}
