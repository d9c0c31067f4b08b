package packetdrill

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// Verdict is the result of a script in a word.
type Verdict string

// The verdicts. Unsupported: the script needs something that is not modelled. Broken: it cannot be read.
const (
	Pass        Verdict = "PASS"
	Fail        Verdict = "FAIL"
	Unsupported Verdict = "UNSUPPORTED"
	Broken      Verdict = "ERROR"
)

// Result is the result of a script, with the place that decided it.
type Result struct {
	File     string        `json:"file"`
	Verdict  Verdict       `json:"verdict"`
	Line     int           `json:"line,omitempty"`
	Column   int           `json:"column,omitempty"`
	Expected string        `json:"expected,omitempty"` // the statement, or what the language expects there
	Got      string        `json:"got,omitempty"`
	What     string        `json:"what,omitempty"` // that is not supported
	Profile  string        `json:"profile,omitempty"`
	Known    string        `json:"known,omitempty"`    // why it does not pass, from the table of deviations
	Notes    []string      `json:"notes,omitempty"`    // what was skipped
	Granted  []string      `json:"granted,omitempty"`  // differences that leniency granted, by line
	Lasted   time.Duration `json:"virtualNanoseconds"` // by the script's clock
}

// failure is the error of a script that fails: something unexpected was sent or returned, or nothing was.
type failure struct{ got string }

func (f failure) Error() string { return f.got }

// runner runs one script.
type runner struct {
	world
	sc        *Script
	src       []string // its lines
	tolerance time.Duration
	percent   float64       // as a share of the time since the step before
	tick      time.Duration // of our timestamp clock, from the script; 0: timestamps are not compared
	lenient   bool
	lastFrom  time.Duration // the time of the step before, in the script
	blocked   []*blocked
	line      int
	doubts    []Result
	notes     []string
	granted   []string
}

// Options are the settings of a run.
type Options struct {
	Profile   string        // one of Profiles; empty: by the script
	Tolerance time.Duration // 0: what the script says, else 4 ms or an eighth of the time since the step before, as in packetdrill
	Lenient   bool          // grant what RFC 9293 leaves to a stack
	Defines   []string      // NAME=VALUE, as --define in the script
}

// Run reads a script and runs it. If the stack ends meanwhile, the script fails. An error means that the stack could not be
// started again.
func Run(name string, src []byte, sys *System, o Options) (Result, error) {
	if o.Profile == "" {
		o.Profile = profileOf(src)
	}
	sc, err := Parse(name, src, o.Profile, o.Defines...)
	if e, ok := errors.AsType[*Error](err); ok {
		return Result{File: name, Profile: o.Profile, Verdict: Broken, Line: e.Pos.Line, Column: e.Pos.Col, Expected: e.Expected, Got: e.Found}, nil
	}
	return sc.run(src, sys, o)
}

// run runs a script that was read from src.
func (sc *Script) run(src []byte, sys *System, o Options) (Result, error) {
	h, err := newHost(o.Profile)
	if err != nil {
		return Result{}, err
	}
	r := &runner{sc: sc, src: strings.Split(string(src), "\n"), tolerance: 4 * ms, percent: 12.5, lenient: o.Lenient}
	r.world = world{sys: sys, host: h, fds: map[int64]*socket{}, port: 49151,
		bindPort: 8080, connectPort: 8080,
		local: netip.MustParseAddr("192.168.0.1"), remote: netip.MustParseAddr("192.0.2.1")}
	if sys.One {
		r.local = netip.MustParseAddr("192.0.2.2") // a stack may have only one network, with both ends in it
	}
	res := r.run(o)
	res.Profile = o.Profile
	if res.Verdict == "" && sys.again == nil {
		return res, errors.New(res.Got)
	} else if res.Verdict == "" {
		res.Verdict = Fail
		if err := sys.again(); err != nil {
			return res, err
		}
	}
	res.File, res.Notes, res.Granted, res.Lasted = sc.Name, r.notes, r.granted, r.now
	return res, nil
}

// run executes the steps. A Result without a verdict is an error of the system.
func (r *runner) run(o Options) Result {
	if words := named([]byte(strings.Join(r.src, "\n"))); slices.Contains(words, "profile="+r.host.Profile) && !r.sys.One {
		r.host.named = words
		if err := r.host.configure(); err != nil {
			return r.result(err, 1)
		}
	}
	for _, opt := range r.sc.Options {
		if err := r.option(opt); err != nil {
			return r.result(err, opt.Pos.Line)
		}
	}
	if o.Tolerance > 0 {
		r.tolerance, r.percent = o.Tolerance, 0
	}
	r.host.settle()
	r.adopt()
	for _, st := range r.sc.Steps {
		r.line = st.Pos.Line
		if err := r.step(st); err != nil {
			return r.result(err, r.line)
		}
	}
	for len(r.blocked) > 0 {
		if err := r.wait(r.blocked[0].latest(r)); err != nil {
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
	return Result{Line: line, Expected: strings.TrimSpace(r.src[line-1]), Got: "stack " + r.sys.Name + " cannot be driven: " + err.Error()}
}

// doubt records that the script cannot pass, and lets it continue.
func (r *runner) doubt(what string) {
	r.doubts = append(r.doubts, Result{Verdict: Unsupported, Line: r.line, What: what})
}

// grant records a difference that leniency allows.
func (r *runner) grant(what string) {
	if what != "" {
		r.granted = append(r.granted, fmt.Sprintf("line %d: %s", r.line, what))
	}
}

// step executes one statement. A relative time counts from the end of the step before.
func (r *runner) step(st Step) error {
	t := st.Time
	from, to, end := t.From, t.To, t.End
	if t.Relative {
		from, to, end = r.now+from, r.now+to, r.now+end
	}
	defer func() { r.lastFrom = from }()
	if p, ok := st.Action.(*Packet); ok && !p.Inbound {
		return r.expect(p, t, from, to)
	}
	if err := r.wait(from); err != nil {
		return err
	}
	switch a := st.Action.(type) {
	case *Packet:
		if err := r.arrive(a); err != nil {
			return err
		}
	case *ICMP:
		if err := r.report(a); err != nil {
			return err
		}
	case *Call:
		r.invoke(a, t, end)
	case *Command:
		return r.command(a.Text)
	case *Code:
		return r.code(a.Text)
	case *Unknown:
		return unsupported(kind(a.What))
	}
	return r.settle()
}

// kind names an unknown statement by its first two words.
func kind(what string) string {
	words := strings.Fields(what)
	return strings.Join(words[:min(2, len(words))], " ")
}

// flow returns the flow of a packet, in the direction in which we send.
func (r *runner) flow(p *Packet) (wire.Flow, error) {
	if p.Flow == nil {
		if r.current == (wire.Flow{}) { // to a port at which nobody listens
			r.port++
			r.current = wire.Flow{Src: netip.AddrPortFrom(r.local, r.bindPort), Dst: netip.AddrPortFrom(r.remote, r.port)}
			r.bare, r.unseen = true, len(r.fds) > 0 && r.host.Profile == "linux"
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
	switch {
	case p.UDP:
		return unsupported("TCP over UDP")
	case strings.ContainsAny(p.Other, "A0123456789"):
		return unsupported("ECN: the flags " + p.Other)
	case p.Flags&model.SYN != 0 && strings.Contains(p.Other, "E") && strings.Contains(p.Other, "W") && !r.host.NoECN:
		return unsupported("ECN: a SYN with ECE and CWR, which the host answers")
	}
	flow, err := r.flow(p)
	if err != nil {
		return err
	}
	ep, err := r.end(flow)
	if err != nil {
		return err
	}
	if r.host.Profile == "freebsd" && !ep.hasIrs && r.bare && flow == r.current {
		q := *p // FreeBSD's packetdrill uses relative numbers only after the first packet to such a port
		q.Absolute = true
		ep.arrives(p)
		p = &q
	}
	ep.arrives(p)
	s, err := ep.segment(p, r.lenient)
	if err != nil {
		return err
	}
	ep.hears(s, slices.ContainsFunc(p.Opts, func(o TCPOption) bool { return o.Name == "sack" }))
	return r.deliver(flow.Reverse(), s)
}
