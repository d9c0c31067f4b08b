package packetdrill

import (
	"strconv"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// plainOptions are options on which no result depends: they change when data is sent, who may bind, the size of the send
// buffer, or marks for routers, which are not checked.
var plainOptions = map[string]bool{
	"SO_REUSEADDR": true, "SO_REUSEPORT": true, "TCP_NODELAY": true, "TCP_QUICKACK": true, "SO_PRIORITY": true,
	"IP_TOS": true, "IPV6_TCLASS": true, "SO_SNDTIMEO": true, "SO_MARK": true, "TCP_NOTSENT_LOWAT": true,
	"IP_MTU_DISCOVER": true, "TCP_CONGESTION": true, "SO_OOBINLINE": true, "IPV6_V6ONLY": true, "SO_NOSIGPIPE": true,
	"SO_DEBUG": true, "SO_TIMESTAMP": true, "SO_TIMESTAMPING": true, "SO_ZEROCOPY": true, "SO_BUSY_POLL": true,
	"TCP_LOG": true, "TCP_LOGID": true, "TCP_FUNCTION_BLK": true, "TCP_SAVE_SYN": true,
}

// option returns the name of a call's option.
func (c *invocation) option() string {
	if names := c.words(2); len(names) == 1 {
		return names[0]
	}
	return "an option that is not named"
}

func (w *world) setsockopt(c *invocation) (outcome, error) {
	s := w.of(c)
	name := c.option()
	n, isNumber := number(c.arg(3))
	early := s.ep == nil // a connection takes its settings when it begins
	switch {
	case name == "SO_LINGER":
		return s.linger(c.arg(3))
	case plainOptions[name]:
	case !isNumber || n < 0 || n > 1<<30:
		return outcome{}, unsupported("setsockopt " + name + " with such a value")
	case w.sys.One && !(name == "SO_KEEPALIVE" && n == 0):
		return outcome{}, unsupported("setsockopt " + name + ": stack " + w.sys.Name + " has its own settings")
	case name == "SO_KEEPALIVE" || name == "TCP_KEEPIDLE" || name == "TCP_KEEPINTVL" || name == "TCP_KEEPCNT":
		s.options[name] = n
		s.keepAlive()
		return outcome{}, nil
	case name == "SO_SNDBUF":
		n = w.host.buffer(n, minSend)
	case name == "SO_RCVBUF" && early:
		if !w.adopted || !w.host.releases() {
			w.host.Config.RcvBuf = uint32(n)
			w.host.Claims.Window = w.host.Claims.Window || !w.host.releases() // RCV.WND is what the script sets
		}
		n = w.host.buffer(n, minReceive)
	case name == "TCP_MAXSEG" && early && n < 1<<16:
		w.host.Config.MSS = uint16(n)
	case name == "TCP_KEEPINIT" && early:
		w.host.Timers.SynGiveUp = time.Duration(n) * time.Second
	case name == "TCP_USER_TIMEOUT" && early:
		w.host.Timers.GiveUp, w.host.Timers.SynGiveUp = time.Duration(n)*ms, time.Duration(n)*ms
	default:
		return outcome{}, unsupported("setsockopt " + name)
	}
	s.options[name] = n
	return outcome{}, nil
}

// The least buffer sizes of Linux (SOCK_MIN_SNDBUF, SOCK_MIN_RCVBUF), and the largest that a script may set without
// privileges (net.core.wmem_max, rmem_max); measured.
const minSend, minReceive, maxBuffer = 4608, 2304, 212992

// buffer returns what getsockopt reports for a buffer that was set to n octets.
func (h *Host) buffer(n, least int64) int64 {
	if !h.Doubles {
		return n
	}
	return max(2*min(n, maxBuffer), least)
}

// living is a peer that can probe an idle connection (RFC 9293 §3.8.4).
type living interface {
	KeepAlive(idle, interval time.Duration, probes int)
}

// keepAlive sets whether and how the connection of a socket is probed. Linux and FreeBSD have the same defaults, except for the
// count of 9 and 8, which no script waits for.
func (s *socket) keepAlive() {
	p, ok := living(nil), false
	if s.ep != nil {
		p, ok = s.ep.peer.(living)
	}
	if !ok {
		return
	}
	get := func(name string, otherwise int64) int64 {
		if n, ok := s.options[name]; ok {
			return n
		}
		return otherwise
	}
	idle := time.Duration(get("TCP_KEEPIDLE", 7200)) * time.Second
	if get("SO_KEEPALIVE", 0) == 0 {
		idle = 0
	}
	p.KeepAlive(idle, time.Duration(get("TCP_KEEPINTVL", 75))*time.Second, int(get("TCP_KEEPCNT", 9)))
}

// linger: with {onoff=1, linger=0} close() is an ABORT. With a time, close() waits that long for the ACK of the FIN.
func (s *socket) linger(e Expr) (outcome, error) {
	var v [2]Expr
	for i, names := range [][]string{{"onoff", "l_onoff"}, {"linger", "l_linger"}} {
		for _, name := range names {
			if f, ok := member(e, name); ok {
				v[i] = f
			}
		}
	}
	on, ok := number(v[0])
	wait, ok2 := number(v[1])
	if !ok || !ok2 || wait < 0 || wait > 1<<20 {
		return outcome{}, unsupported("SO_LINGER other than {onoff=, linger=}")
	}
	if s.abort, s.lingers = on != 0 && wait == 0, 0; on != 0 {
		s.lingers = time.Duration(wait) * time.Second
	}
	return outcome{}, nil
}

func (w *world) getsockopt(c *invocation) (outcome, error) {
	s := w.of(c)
	name := c.option()
	if name == "SO_ERROR" {
		e := ""
		if s.ep != nil {
			if e = s.ep.tell(); e == "" {
				e, s.ep.soft = s.ep.soft, ""
			}
		}
		return outcome{differ: compareErrno(c.arg(3), e, w.host.Profile)}, nil
	}
	if name == "TCP_INFO" {
		return s.info(w, c.arg(3))
	}
	n, ok := s.options[name]
	if name == "SO_RCVBUF" && !w.sys.One && w.host.Space > 0 {
		switch { // the default, or the size that was rounded for the connection
		case s.ep != nil && s.ep.buffer > 0:
			n, ok = int64(s.ep.buffer), true
		case !ok:
			n, ok = int64(w.host.Space), true
		}
	}
	if !ok {
		return outcome{}, unsupported("getsockopt " + name)
	}
	return outcome{differ: compare(c.arg(3), n)}, nil
}

// info compares TCP_INFO, of which only the state is known.
func (s *socket) info(w *world, e Expr) (outcome, error) {
	if e.Kind == List && len(e.Sub) == 1 {
		e = e.Sub[0]
	}
	for _, f := range e.Sub {
		if f.Kind == Field && f.Name != "tcpi_state" && f.Sub[0].Kind != Ellipsis {
			return outcome{}, unsupported("TCP_INFO: " + f.Name)
		}
	}
	text, ok := member(e, "tcpi_state")
	if !ok || text.Kind == Ellipsis {
		return outcome{}, nil
	}
	name := text.Name
	if text.Kind == Int {
		name = strconv.FormatInt(text.N, 10)
	}
	want, known := stateOf(name, w.host.Profile)
	if !known {
		return outcome{}, unsupported("TCP_INFO: the state " + name)
	}
	got, err := w.stateOfSocket(s)
	if err != nil {
		return outcome{}, err
	}
	if got != want {
		return outcome{differ: "expected tcpi_state " + want.String() + ", got " + got.String()}, nil
	}
	return outcome{}, nil
}

// stateOfSocket returns the state of a socket in TCP_INFO.
func (w *world) stateOfSocket(s *socket) (model.State, error) {
	switch {
	case s.listening:
		return model.Listen, nil
	case s.ep == nil:
		return model.Closed, nil
	case !s.ep.tells:
		return 0, unsupported("states: the stack does not report them")
	case s.ep.state == model.TimeWait && w.host.Ways.HidesWait:
		return model.Closed, nil
	}
	return s.ep.state, nil
}

// errnos are the numbers of SO_ERROR by system.
var errnos = map[string]map[string]int64{
	"linux": {"": 0, "EPIPE": 32, "ECONNRESET": 104, "ETIMEDOUT": 110, "ECONNREFUSED": 111, "EHOSTUNREACH": 113,
		"ENETUNREACH": 101, "ENOPROTOOPT": 92, "EOPNOTSUPP": 95},
	"freebsd": {"": 0, "EPIPE": 32, "ECONNRESET": 54, "ETIMEDOUT": 60, "ECONNREFUSED": 61, "EHOSTUNREACH": 65,
		"ENETUNREACH": 51, "ENOPROTOOPT": 42, "EOPNOTSUPP": 45},
}

// compareErrno is compare for an errno, which the script gives as a name or as the system's number. The profile rfc9293 uses
// the numbers of Linux.
func compareErrno(e Expr, got, system string) string {
	if e.Kind == List && len(e.Sub) == 1 && e.Sub[0].Kind == Word {
		if want := e.Sub[0].Name; want != got {
			return "expected [" + want + "], got [" + got + "]"
		}
		return ""
	}
	table, ok := errnos[system]
	if !ok {
		table = errnos["linux"]
	}
	if differ := compare(e, table[got]); differ != "" {
		return differ + " " + got
	}
	return ""
}
