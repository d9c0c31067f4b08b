package packetdrill

import (
	"slices"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/model"
)

// ICMP is an ICMP error about a segment of ours: < icmp unreachable host_unreachable [1:11(10)].
type ICMP struct {
	Type, Code string
	Seq        uint32 // of that segment
}

func (*ICMP) isAction() {}

// icmp reads what follows the word. It returns false if the package does not implement it.
func (s *scanner) icmp() (*ICMP, bool) {
	s.skip()
	m := &ICMP{Type: s.while(isWord)}
	s.skip()
	if !isLetter(s.peek()) {
		return m, false
	}
	m.Code = s.while(isWord)
	if s.skip(); m.Type != "unreachable" || !s.take("[") {
		return m, false // mtu, id, udp
	}
	if s.skip(); !isDigit(s.peek()) {
		return m, false
	}
	var p Packet
	s.sequence(&p)
	s.expect("]", "] after the numbers of the segment")
	m.Seq = p.Seq
	return m, true
}

// unreachables has the errno of each code, and whether it aborts a connection by RFC 9293 §3.9.2.2.
var unreachables = map[string]struct {
	errno string
	hard  bool
}{
	"net_unreachable": {"ENETUNREACH", false}, "host_unreachable": {"EHOSTUNREACH", false}, "source_route_failed": {"EOPNOTSUPP", false},
	"protocol_unreachable": {"ENOPROTOOPT", true}, "port_unreachable": {"ECONNREFUSED", true},
	"no_route": {"ENETUNREACH", false}, "address_unreachable": {"EHOSTUNREACH", false},
}

// report delivers an ICMP error. It is ignored if its number is not in flight (RFC 5927 §4.1). Linux: tcp_v4_err() ends an
// attempt to connect by each error, and reports it as SO_ERROR of an open connection, which goes on; measured with Linux 6.18.
// FreeBSD: tcp_ctlinput() ends an attempt to connect by a hard error with ECONNREFUSED, and ignores the others at first. RFC 9293:
// a hard error SHOULD abort (SHLD-26), and no soft one may (MUST-56).
func (r *runner) report(m *ICMP) error {
	u, ok := unreachables[m.Code]
	if !ok {
		return unsupported("ICMP: " + m.Type + " " + m.Code)
	}
	ep := r.find(r.current)
	if ep == nil || ep.gone {
		return nil
	}
	if r.sys.One {
		return unsupported("ICMP, which the line format does not have")
	}
	about := model.Seq(m.Seq) + ep.iss
	if flight := ep.next.From(ep.una); about.From(ep.una) >= flight {
		return nil
	}
	opening := ep.state == model.SynSent || ep.state == model.SynReceived
	aborts := u.hard
	switch r.host.Profile {
	case "linux":
		if aborts = opening; !opening {
			ep.soft = u.errno
		}
	case "freebsd":
		aborts = u.hard && ep.state == model.SynSent
		u.errno = "ECONNREFUSED"
	}
	if !aborts {
		return nil
	}
	if _, err := r.do(ep, conform.Input{Op: conform.Abort}); err != nil {
		return err
	}
	ep.err = u.errno
	ep.sent = slices.DeleteFunc(ep.sent, func(s sent) bool { return opening && s.seg.Has(model.RST) && s.at == r.now })
	return nil
}
