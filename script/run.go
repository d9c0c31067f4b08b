package script

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/wire"
)

// Verdict is what became of a script.
type Verdict string

// The verdicts. Unsupported: something in it is not known here, or is left out. Broken: it cannot be read.
const (
	Pass        Verdict = "PASS"
	Fail        Verdict = "FAIL"
	Unsupported Verdict = "UNSUPPORTED"
	Broken      Verdict = "ERROR"
)

// Result is what became of a script, and where.
type Result struct {
	File     string        `json:"file"`
	Verdict  Verdict       `json:"verdict"`
	Line     int           `json:"line,omitempty"`
	Column   int           `json:"column,omitempty"`
	Expected string        `json:"expected,omitempty"` // the statement, or what should stand there
	Got      string        `json:"got,omitempty"`
	What     string        `json:"what,omitempty"` // that is not supported
	Profile  string        `json:"profile,omitempty"`
	Notes    []string      `json:"notes,omitempty"` // what was passed over
	Lasted   time.Duration `json:"virtual_ns"`      // on the script's own clock
}

// failure is an error: something came that was not expected, or did not come.
type failure struct{ got string }

func (f failure) Error() string { return f.got }

// runner carries out one script.
type runner struct {
	world
	sc        *Script
	src       []string // its lines
	tolerance time.Duration
	before    time.Duration // the time of the step before
	blocked   []*blocked
	line      int
	doubts    []Result
	notes     []string
}

// blocked is a call that has not returned.
type blocked struct {
	invocation
	line int
	end  time.Duration
}

// Options are what the caller of a run says.
type Options struct {
	Profile   string        // one of Profiles; empty: by the script
	Tolerance time.Duration // 0: 4 ms, unless the script says otherwise
}

// Run reads a script and carries it out. An error is one of the system: it cannot be driven any further.
func Run(name string, src []byte, sys *System, o Options) (Result, error) {
	sc, err := Parse(name, src)
	var e *Error
	if errors.As(err, &e) {
		return Result{File: name, Verdict: Broken, Line: e.Pos.Line, Column: e.Pos.Col, Expected: e.Expected, Got: e.Found}, nil
	}
	if o.Profile == "" {
		o.Profile = profileOf(src)
	}
	h, err := NewHost(o.Profile)
	if err != nil {
		return Result{}, err
	}
	r := &runner{sc: sc, src: strings.Split(string(src), "\n"), tolerance: 4 * ms}
	r.world = world{sys: sys, host: h, fds: map[int64]*socket{}, port: 49151,
		local: netip.MustParseAddr("192.168.0.1"), remote: netip.MustParseAddr("192.0.2.1")}
	res := r.run(o)
	if res.Verdict == "" {
		return res, errors.New(res.Got)
	}
	res.File, res.Profile, res.Notes, res.Lasted = name, o.Profile, r.notes, r.now
	return res, nil
}

// profileOf tells by the names of its sysctls which system a script is for.
func profileOf(src []byte) string {
	for _, name := range []string{"net.inet.", "kern.ipc.", "TCPS_"} {
		if strings.Contains(string(src), name) {
			return "freebsd"
		}
	}
	return "linux"
}

// run carries out the steps. A Result without a verdict is an error of the system.
func (r *runner) run(o Options) Result {
	for _, opt := range r.sc.Options {
		if err := r.option(opt); err != nil {
			return r.result(err, opt.Pos.Line)
		}
	}
	if o.Tolerance > 0 {
		r.tolerance = o.Tolerance
	}
	r.adopt()
	for _, st := range r.sc.Steps {
		r.line = st.Pos.Line
		if err := r.step(st); err != nil {
			return r.result(err, r.line)
		}
	}
	for len(r.blocked) > 0 {
		if err := r.wait(r.blocked[0].end + r.tolerance); err != nil {
			return r.result(err, r.line)
		}
	}
	if len(r.doubts) > 0 {
		return r.doubts[0]
	}
	return Result{Verdict: Pass}
}

// result turns the error that ended a script into its verdict.
func (r *runner) result(err error, line int) Result {
	var u unsupported
	var f failure
	switch {
	case errors.As(err, &u):
		return Result{Verdict: Unsupported, Line: line, What: string(u)}
	case errors.As(err, &f):
		return Result{Verdict: Fail, Line: line, Expected: strings.TrimSpace(r.src[line-1]), Got: f.got}
	}
	return Result{Line: line, Got: fmt.Sprintf("%s:%d: %v", r.sc.Name, line, err)}
}

// doubt notes that the script cannot pass, but goes on.
func (r *runner) doubt(what string) {
	r.doubts = append(r.doubts, Result{Verdict: Unsupported, Line: r.line, What: what})
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

// step carries out one statement.
func (r *runner) step(st Step) error {
	t := st.Time
	from, to, end := t.From, t.To, t.End
	if t.Relative {
		from, to, end = r.before+from, r.before+to, r.before+end
	}
	if t.Any {
		from, to = r.now, r.now
	}
	if p, ok := st.Action.(*Packet); ok && !p.Inbound {
		at, err := r.expect(p, t, from, to)
		r.before = from
		if t.Any || t.From != t.To {
			r.before = at
		}
		return err
	}
	r.before = from
	if err := r.wait(from); err != nil {
		return err
	}
	switch a := st.Action.(type) {
	case *Packet:
		if err := r.arrive(a); err != nil {
			return err
		}
	case *Call:
		if err := r.invoke(a, t, end); err != nil {
			return err
		}
	case *Command:
		return r.command(a.Text)
	case *Code:
		return r.code(a.Text)
	case *Unknown:
		return unsupported(kind(a.What))
	}
	return r.settle()
}

// kind is the sort of an unknown statement: its first two words.
func kind(what string) string {
	words := strings.Fields(what)
	return strings.Join(words[:min(2, len(words))], " ")
}

// flow is that of a packet, as our end sends.
func (r *runner) flow(p *Packet) (wire.Flow, error) {
	if p.Flow == nil {
		if r.current == (wire.Flow{}) {
			return r.current, unsupported("a packet before any socket that listens or connects")
		}
		return r.current, nil
	}
	ours, theirs := p.Flow.Src, p.Flow.Dst
	if p.Inbound {
		ours, theirs = theirs, ours
	}
	complete := func(a netip.AddrPort, otherwise netip.Addr) netip.AddrPort {
		if a.Addr().IsValid() {
			return a
		}
		return netip.AddrPortFrom(otherwise, a.Port())
	}
	return wire.Flow{Src: complete(ours, r.local), Dst: complete(theirs, r.remote)}, nil
}

func (r *runner) arrive(p *Packet) error {
	if strings.ContainsAny(p.Other, "A0123456789") {
		return unsupported("ECN: the flags " + p.Other)
	}
	flow, err := r.flow(p)
	if err != nil {
		return err
	}
	ep, err := r.end(flow)
	if err != nil {
		return err
	}
	s, err := ep.segment(p)
	if err != nil {
		return err
	}
	ep.hears(s, slices.ContainsFunc(p.Opts, func(o TCPOption) bool { return o.Name == "sack" }))
	return r.deliver(flow.Reverse(), s)
}

func (r *runner) invoke(c *Call, t Time, end time.Duration) error {
	b := &blocked{invocation: invocation{Call: c, since: r.now}, line: r.line, end: end}
	if !t.Blocks {
		b.end = r.now
	}
	r.blocked = append(r.blocked, b)
	return nil
}

// wait lets time pass up to a moment.
func (r *runner) wait(to time.Duration) error {
	if err := r.settle(); err != nil {
		return err
	}
	for r.now < to {
		if err := r.step1(to); err != nil {
			return err
		}
	}
	return nil
}

// step1 lets time pass up to a moment or to the next thing that happens, calls that are due included.
func (r *runner) step1(to time.Duration) error {
	for _, b := range r.blocked {
		for _, at := range []time.Duration{b.end, b.end + r.tolerance} {
			if r.now < at {
				to = min(to, at)
			}
		}
	}
	if err := r.tick(to); err != nil {
		return err
	}
	return r.settle()
}

// settle lets the calls that blocked go on, and judges those that return.
func (r *runner) settle() error {
	for i := 0; i < len(r.blocked); i++ {
		b := r.blocked[i]
		o, err := r.call(&b.invocation)
		b.again = true
		if !o.blocks || err != nil {
			r.blocked = slices.Delete(r.blocked, i, i+1)
			i--
		}
		line := r.line
		r.line = b.line
		switch {
		case err != nil:
			return err
		case o.blocks && r.now >= b.end+r.tolerance || o.blocks && b.end == b.since:
			return failure{"the call has not returned at " + showTime(r.now)}
		case !o.blocks:
			if err := r.returned(b, o); err != nil {
				return err
			}
		}
		r.line = line
	}
	return nil
}

// returned judges a call that returned now.
func (r *runner) returned(b *blocked, o outcome) error {
	c := b.Call
	got := fmt.Sprint(o.n)
	if o.errno != "" {
		got += " " + o.errno
	}
	same := func(a, b string) bool { return a == b || a == "EWOULDBLOCK" && b == "EAGAIN" }
	switch {
	case c.Result.Kind == Int && (c.Result.N != o.n || c.Errno != "" && !same(c.Errno, o.errno)):
		return failure{got}
	case o.differ != "":
		return failure{o.differ}
	case r.now < b.end-r.tolerance || r.now > b.end+r.tolerance:
		return failure{fmt.Sprintf("%s at %s already", got, showTime(r.now))}
	}
	return nil
}
