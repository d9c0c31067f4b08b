package script

// What is settled before the first step: the options of the head, and what is taken from the script.

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// profileOf tells by the names of its sysctls which system a script is for.
func profileOf(src []byte) string {
	for _, name := range []string{"net.inet.", "kern.ipc.", "TCPS_"} {
		if strings.Contains(string(src), name) {
			return "freebsd"
		}
	}
	return "linux"
}

// idleOptions are lines of the head that mean nothing here: the network cards, the wire and the printing of packetdrill.
var idleOptions = []string{
	"gateway_ip", "gateway_linkaddr", "local_linkaddr", "netmask_ip", "speed", "tolerance_percent", "send_omit_free", "verbose",
	"define", "code_command", "code_format", "code_sockopt", "tcp_ts_tick_usecs", "non_fatal", "persistent_tun_dev",
}

func (r *runner) option(o Option) error {
	address := func(a *netip.Addr) error {
		got, err := netip.ParseAddr(o.Value)
		if err != nil {
			return unsupported("--" + o.Name + "=" + o.Value + ", which is no address")
		}
		*a = got
		return nil
	}
	switch n, err := strconv.Atoi(o.Value); {
	case o.Name == "ip_version" && o.Value == "ipv6":
		r.local, r.remote = netip.MustParseAddr("fd3d:fa7b:d17d::1"), netip.MustParseAddr("2001:db8::1")
	case o.Name == "ip_version" && strings.HasPrefix(o.Value, "ipv4"):
	case o.Name == "local_ip":
		return address(&r.local)
	case o.Name == "remote_ip":
		return address(&r.remote)
	case o.Name == "tolerance_usecs" && err == nil && n >= 0:
		r.tolerance = time.Duration(n) * time.Microsecond
	case o.Name == "mss" && err == nil && 0 < n && n < 1<<16:
		r.host.Config.MSS = uint16(n)
	case o.Name == "mtu" && err == nil && 100 < n && n < 1<<16:
		r.host.Config.MSS = uint16(n - 40)
	case slices.Contains(idleOptions, o.Name):
	default:
		return unsupported("--" + o.Name)
	}
	return nil
}

// adopt takes from the script what a host may choose: the MSS, the window scale and the size of the window, which the first
// segment after the SYN shows as it is, and a SYN without a scale.
func (r *runner) adopt() {
	c := &r.host.Config
	var scales [2]uint32 // theirs and ours, and one more if there is any
	mss := false
	for _, st := range r.sc.Steps {
		p, ok := st.Action.(*Packet)
		switch {
		case !ok || p.Flags&model.RST != 0:
		case p.Flags&model.SYN != 0:
			for _, o := range p.Opts {
				if o.Name == "wscale" && o.Known {
					scales[one(!p.Inbound)] = 1 + min(o.Args[0].N, 14)
				}
				if o.Name == "mss" && o.Known && !p.Inbound && !o.Args[0].Any && !mss {
					c.MSS, mss = uint16(o.Args[0].N), true
				}
			}
			if !p.Inbound && p.Win.N > 0 {
				c.RcvBuf, r.adopted = p.Win.N, true
			}
		case !p.Inbound && p.Win.N > 0:
			c.RcvBuf, r.adopted = p.Win.N, true
			if scales[0] > 0 && scales[1] > 0 {
				c.RcvBuf <<= scales[1] - 1
			}
			return
		}
		if scales[1] > 0 {
			c.WScale = uint8(scales[1] - 1)
		}
	}
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
