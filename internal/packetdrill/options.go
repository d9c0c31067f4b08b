package packetdrill

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
)

// option is an option of a segment that was sent, with its numbers.
type option struct {
	name string
	args []uint32
}

func (o option) String() string {
	switch o.name {
	case "TS":
		return fmt.Sprintf("TS val %d ecr %d", o.args[0], o.args[1])
	case "sack":
		words := []string{o.name}
		for i := 0; i+1 < len(o.args); i += 2 {
			words = append(words, fmt.Sprintf("%d:%d", o.args[i], o.args[i+1]))
		}
		return strings.Join(words, " ")
	}
	return strings.Join(append([]string{o.name}, strings.Fields(strings.Trim(fmt.Sprint(o.args), "[]"))...), " ")
}

// size returns the number of octets of an option.
func (o option) size() int {
	if o.name == "sack" {
		return 2 + 4*len(o.args)
	}
	return shapes[o.name].size
}

// layout returns the options of a segment in a system's order, with its padding: FreeBSD's tcp_addoptions(), or Linux's
// tcp_options_write(). The RFCs leave both open, except for two nop before timestamps (RFC 7323, Appendix A). The profile
// rfc9293 does as Linux.
func layout(system string, s model.Segment, blocks []uint32) (list []option) {
	has := func(o model.Options) bool { return s.Opts&o != 0 }
	pad := func(name string, n int) {
		for range n {
			list = append(list, option{name: name})
		}
	}
	add := func(name string, args ...uint32) { list = append(list, option{name, args}) }
	if has(model.OptMSS) {
		add("mss", uint32(s.MSS))
	}
	scale := func() {
		if has(model.OptWindowScale) {
			pad("nop", 1)
			add("wscale", uint32(s.WScale))
		}
	}
	if system == "freebsd" {
		scale()
	}
	if has(model.OptSACKPermitted) && !has(model.OptTimestamps) && system != "freebsd" {
		pad("nop", 2)
	}
	if has(model.OptSACKPermitted) {
		add("sackOK")
	}
	if has(model.OptTimestamps) {
		if !has(model.OptSACKPermitted) {
			pad("nop", 2)
		}
		add("TS", s.TSVal, s.TSEcr)
	}
	if system != "freebsd" {
		scale()
	}
	if len(blocks) > 0 {
		pad("nop", 2)
		add("sack", blocks...)
	}
	n := 0
	for _, o := range list {
		n += o.size()
	}
	pad("eol", -n&3)
	return list
}

// optionsOf reads the options of an IP packet with a TCP segment, in their order.
func optionsOf(packet []byte) (list []option) {
	at := 40
	if packet[0]>>4 == 4 {
		at = int(packet[0]&15) * 4
	}
	b := packet[at:]
	b = b[20 : int(b[12]>>4)*4]
	names := map[byte]string{0: "eol", 1: "nop", 2: "mss", 3: "wscale", 4: "sackOK", 5: "sack", 8: "TS"}
	for len(b) > 0 {
		o := option{name: names[b[0]]}
		if b[0] <= 1 {
			list, b = append(list, o), b[1:]
			continue
		}
		if len(b) < 2 || b[1] < 2 || int(b[1]) > len(b) {
			return append(list, option{name: "malformed"})
		}
		v := b[2:b[1]]
		if o.name == "" {
			o.name = fmt.Sprintf("gen-%d", b[0])
		}
		for o.name == "sack" || o.name == "TS" {
			if len(v) < 4 {
				break
			}
			o.args, v = append(o.args, binary.BigEndian.Uint32(v)), v[4:]
		}
		if o.name == "mss" || o.name == "wscale" {
			n := uint32(0)
			for _, c := range v {
				n = n<<8 | uint32(c)
			}
			o.args = []uint32{n}
		}
		list, b = append(list, o), b[b[1]:]
	}
	return list
}

// padding reports whether an option is only padding.
func (o option) padding() bool { return o.name == "nop" || o.name == "eol" }

// differsInOptions compares the options with their order, padding and values. With leniency order and padding are granted.
func (n *numbers) differsInOptions(p *Packet, s sent, by *rules) (d difference) {
	if p.AnyOpts {
		return d
	}
	want, got := p.Opts, s.opts
	same := func() bool {
		return slices.EqualFunc(want, got, func(w TCPOption, g option) bool { return w.Name == g.name && len(w.Args) == len(g.args) })
	}
	if !same() && by.lenient {
		d.granted = "the order and the padding of options"
		want = slices.DeleteFunc(slices.Clone(want), func(o TCPOption) bool { return o.Name == "nop" || o.Name == "eol" })
		got = slices.DeleteFunc(slices.Clone(got), option.padding)
		slices.SortStableFunc(want, func(a, b TCPOption) int { return strings.Compare(a.Name, b.Name) })
		slices.SortStableFunc(got, func(a, b option) int { return strings.Compare(a.name, b.name) })
	}
	if !same() {
		return difference{hard: "options"}
	}
	for i, o := range want {
		for j, a := range o.Args {
			v := got[i].args[j]
			switch {
			case a.Any:
			case o.Name == "TS" && j == 0:
				if late := int64(int32(v - n.stampLive - a.N + n.stampName)); by.tick > 0 && !by.lenient && max(late, -late)*int64(by.tick) > int64(by.stampTolerance) {
					return difference{hard: "timestamp"}
				}
			case o.Name == "TS":
				if v != a.N {
					return difference{hard: "echo of the timestamp"}
				}
			case o.Name == "sack":
				if v != uint32(model.Seq(a.N)+n.theirs(0)) {
					return difference{hard: "SACK blocks"}
				}
			case v != a.N && o.Name == "mss":
				d = by.host(d, by.mss, "the MSS")
			case v != a.N:
				d = by.host(d, by.scale, "the window scale")
			}
		}
	}
	return d
}
