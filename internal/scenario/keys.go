package scenario

import (
	"math"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// keys is every key in the order in which Format writes them. A key of "both" sets that of A
// and of B, and is never written.
var keys = makeKeys()

var byPath = func() map[string]*key {
	m := map[string]*key{}
	for i := range keys {
		m[keys[i].path] = &keys[i]
	}
	return m
}()

var (
	startNames = []string{"closed", "established"}
	wireNames  = []string{"set", "bag"}
	isnNames   = []string{"fixed", "fresh", "clock", "arbitrary"}
)

func makeKeys() []key {
	net := func(f *File) *netfake.Network { return &f.Scenario.Net }
	all := []key{
		choice("start", startNames, func(f *File) *netfake.Start { return &f.Scenario.Start }),
		{path: "watch", kind: words, names: netfake.FaultNames[:],
			get: func(f *File) any { return f.Scenario.Watch.Names() },
			set: func(f *File, v any) { f.Scenario.Watch = watch(v.([]string)) }},
		texts("always", func(f *File) *[]string { return &f.Always }),
		texts("reach", func(f *File) *[]string { return &f.Reach }),
		texts("leads-to", func(f *File) *[]string { return &f.LeadsTo }),
		segmentList("stale", func(f *File) *[]netfake.Packet { return &f.Scenario.Stale }),
		segmentList("leftover", func(f *File) *[]netfake.Packet { return &f.Scenario.Leftover }),
		segmentList("attacker", func(f *File) *[]netfake.Packet { return &f.Scenario.Attacker }),
		{path: "net.wire", kind: word, names: wireNames,
			get: func(f *File) any {
				if net(f).Bag {
					return "bag"
				}
				return "set"
			},
			set: func(f *File, v any) { net(f).Bag = v == "bag" }},
		whole("net.msl", 0, netfake.MaxTicks, func(f *File) *int { return &net(f).MSL }),
		budgetOf("net.losses", func(f *File) *int { return &net(f).Losses }),
		budgetOf("net.dups", func(f *File) *int { return &net(f).Dups }),
		flag("net.in-order", func(f *File) *bool { return &net(f).InOrder }),
		whole("net.ticks", 0, netfake.MaxWait, func(f *File) *int { return &net(f).Ticks }),
		flag("net.no-premature-retransmission", func(f *File) *bool { return &net(f).NoPrematureRetransmission }),
		flag("net.first-ack", func(f *File) *bool { return &net(f).FirstAck }),
	}
	for _, name := range []string{"both", "A", "B"} {
		all = append(all, hostKeys(name)...)
	}
	return all
}

// hostKeys are the keys of one host, or of both.
func hostKeys(name string) []key {
	i := netfake.A
	if name == netfake.PeerName(netfake.B) {
		i = netfake.B
	}
	h := func(f *File) *netfake.Host { return &f.Scenario.Peer[i] }
	u := func(f *File) *netfake.User { return &h(f).User }
	list := []key{
		whole("base", 0, math.MaxUint32, func(f *File) *model.Seq { return &h(f).Base }),
		whole("rcv-buf", 1, 255, func(f *File) *uint32 { return &h(f).TCP.RcvBuf }),
		whole("mss", 0, math.MaxUint16, func(f *File) *uint16 { return &h(f).TCP.MSS }),
		whole("window-shift", 0, 14, func(f *File) *uint8 { return &h(f).TCP.WScale }),
		whole("time-wait", 0, netfake.MaxWait, func(f *File) *int { return &h(f).TimeWait }),
		flag("reuse", func(f *File) *bool { return &h(f).Reuse.On }),
		whole("reuse-after", 0, netfake.MaxWait, func(f *File) *int { return &h(f).Reuse.After }),
		whole("timestamp-offset", 0, 55, func(f *File) *int { return &h(f).TimestampOffset }),
		whole("give-up", 0, netfake.MaxTicks, func(f *File) *int { return &h(f).GiveUp }),
		whole("fin-wait-2", 0, 200, func(f *File) *int { return &h(f).FinWait2 }),
		whole("rto", 0, netfake.MaxTicks, func(f *File) *int { return &h(f).RTO }),
		whole("timers-within", 0, netfake.MaxTicks, func(f *File) *int { return &h(f).TimersWithin }),
		whole("quiet-time", 0, netfake.MaxWait, func(f *File) *int { return &h(f).QuietTime }),
		whole("reopen-delay", 0, netfake.MaxWait, func(f *File) *int { return &h(f).ReopenDelay }),
		whole("timestamp-granularity", 0, netfake.MaxWait, func(f *File) *int { return &h(f).TimestampGranularity }),
		choice("isn.policy", isnNames, func(f *File) *netfake.IsnPolicy { return &h(f).Isn.Policy }),
		{path: "isn.choices", kind: numbers, max: netfake.Above,
			get: func(f *File) any { return offsets(h(f).Isn.Choices) },
			set: func(f *File, v any) { h(f).Isn.Choices = choices(v.([]int64)) }},
		whole("isn.rate", 0, netfake.Above, func(f *File) *int { return &h(f).Isn.Rate }),
		whole("user.active", 0, netfake.MaxIncarnations, func(f *File) *int { return &u(f).Active }),
		whole("user.passive", 0, netfake.MaxIncarnations, func(f *File) *int { return &u(f).Passive }),
		flag("user.listens", func(f *File) *bool { return &u(f).Listens }),
		whole("user.accepts", 0, netfake.MaxIncarnations, func(f *File) *int { return &u(f).Accepts }),
		whole("user.octets", 0, netfake.MaxOctets, func(f *File) *int { return &u(f).Octets }),
		flag("user.close", func(f *File) *bool { return &u(f).Close }),
		flag("user.close-before-established", func(f *File) *bool { return &u(f).CloseBeforeEstablished }),
		flag("user.closes-second", func(f *File) *bool { return &u(f).ClosesSecond }),
		flag("user.abort", func(f *File) *bool { return &u(f).Abort }),
		flag("user.reopen-only-after-normal-close", func(f *File) *bool { return &u(f).ReopenOnlyAfterNormalClose }),
		flag("user.timeout", func(f *File) *bool { return &u(f).UserTimeout }),
		whole("user.active-incarnations", 0, netfake.MaxIncarnations, func(f *File) *int { return &u(f).ActiveIncarnations }),
		whole("user.crashes", 0, 3, func(f *File) *int { return &u(f).Crashes }),
	}
	for _, p := range model.Policies {
		list = append(list, policy(p, func(f *File) *model.Config { return &h(f).TCP }))
	}
	list = append(list, mutant(func(f *File) *model.Mutant { return &h(f).TCP.Mutant }))
	for j := range list {
		list[j].path = name + "." + list[j].path
		if name == "both" {
			list[j].set = twice(list[j].set)
			list[j].get = nil
		}
	}
	return list
}

// twice makes a setter of A's one of A's and B's.
func twice(set func(*File, any)) func(*File, any) {
	return func(f *File, v any) {
		p := &f.Scenario.Peer
		p[netfake.A], p[netfake.B] = p[netfake.B], p[netfake.A]
		set(f, v)
		p[netfake.A], p[netfake.B] = p[netfake.B], p[netfake.A]
		set(f, v)
	}
}
