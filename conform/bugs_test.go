package conform_test

import (
	"fmt"
	"net/netip"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/internal/golden"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/timed"
	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// bug is a semantic bug of the kind that studies of TCP stacks describe. It is planted in the model as a stack.
type bug struct {
	area, does, clause string
	plant              func(s *sick)
	why                string // why nothing finds it
}

// sick is a stack with a bug.
type sick struct {
	config model.Config
	timers timed.Timers
	before func(m *memory, t *model.TCB, e *model.Event)                         // what a step begins with
	after  func(m *memory, was model.TCB, e model.Event, now *model.TCB, o *out) // and what it comes to
	read   func(packet []byte) []byte                                            // what it sees of a packet; nil: nothing
	answer func(m *memory, in conform.Input, r *conform.Reaction)                // of the whole stack
	host   func(p *patient, in conform.Input) (conform.Reaction, error)          // in place of the whole stack
}

// memory is what a bug remembers, over the end of a connection, too. Reset empties it.
type memory struct {
	n       int
	on      bool
	seq     model.Seq
	tcb     model.TCB
	packets []conform.Sent
	flow    wire.Flow // of the first connection; Reset sets it
	lives   int       // connections that were opened
}

type out = model.Output

func (s sick) open() (conform.Peer, error) {
	p := &patient{sick: s, memory: new(memory), Peer: conform.Machine(s.config, s.timers, 1000)}
	conform.SetStep(p.Peer, p.step)
	return p, nil
}

// patient is the peer with the bug.
type patient struct {
	conform.Peer
	sick
	*memory
}

func (p *patient) step(c model.Config, t model.TCB, e model.Event) (model.TCB, model.Output) {
	if (e.Kind == model.OpenActive || e.Kind == model.OpenPassive) && t.State == model.Closed {
		p.lives++
	}
	if p.before != nil {
		p.before(p.memory, &t, &e)
	}
	now, o := model.Step(c, t, e)
	if p.after != nil {
		p.after(p.memory, t, e, &now, &o)
	}
	return now, o
}

func (p *patient) Reset(local, remote netip.AddrPort) error {
	*p.memory = memory{flow: wire.Flow{Src: local, Dst: remote}}
	return p.Peer.Reset(local, remote)
}

func (p *patient) Do(in conform.Input) (conform.Reaction, error) {
	if in.Op == conform.Packet && p.read != nil {
		if in.Bytes = p.read(in.Bytes); in.Bytes == nil {
			in = conform.Input{Op: conform.Sleep}
		}
	}
	if p.host != nil {
		return p.host(p, in)
	}
	r, err := p.Peer.Do(in)
	if p.answer != nil {
		p.answer(p.memory, in, &r)
	}
	return r, err
}

// drop removes the segments of an output for which the condition holds.
func drop(o *out, gone func(s model.Segment) bool) {
	n := uint8(0)
	for _, s := range o.Sent() {
		if !gone(s) {
			o.Segs[n] = s
			n++
		}
	}
	o.NSegs = n
}

func all(model.Segment) bool      { return true }
func hasFin(s model.Segment) bool { return s.Has(model.FIN) }
func bare(s model.Segment) bool   { return s.Span() == 0 && s.Flags == model.ACK }
func isAgain(e model.Event) bool  { return e.Kind == model.RetransmissionTimeout }
func arrives(e model.Event) bool  { return e.Kind == model.SegmentArrives }
func silence(e *model.Event)      { *e = model.Event{Kind: model.Status} }
func becomes(s model.State, f func(m *memory, t *model.TCB, e *model.Event)) func(*memory, *model.TCB, *model.Event) {
	return func(m *memory, t *model.TCB, e *model.Event) {
		if t.State == s && arrives(*e) {
			f(m, t, e)
		}
	}
}

// change alters each packet of an answer. The stack's own packets are well formed.
func change(r *conform.Reaction, f func(p *wire.Packet)) {
	for i := range r.Packets {
		p, err := wire.Decode(r.Packets[i].Bytes)
		if err != nil {
			panic(err)
		}
		f(&p)
		if r.Packets[i].Bytes, err = wire.Encode(p.Seg, p.Flow, p.Payload); err != nil {
			panic(err)
		}
	}
}

func bugs() (list []bug) {
	for _, more := range [][]bug{bugsOfRetransmission(), bugsOfReset(), bugsOfWindow(), bugsOfFin(), bugsOfSyn(), bugsOfAck(), bugsOfOptions(), bugsOfSockets()} {
		list = append(list, more...)
	}
	return list
}

// found is how a bug was found.
type found struct{ pair, walk string }

// steps of the walks, each of which has about 30.
const bugSteps = 30_000

func (b *bug) open() func() (conform.Peer, error) {
	s := sick{config: model.Default(), timers: timed.RFC()}
	s.config.RcvBuf, s.config.Timestamps, s.config.WindowScale = 1000, true, true // quickly full
	b.plant(&s)
	return s.open
}

// search looks for a bug with all pairs, and with walks alone.
func search(t *testing.T, b bug) (f found) {
	o := conform.Options{First: true, NoAdapterCheck: true, Cover: conform.CoverPlaces}
	for _, o.Cover = range []conform.Cover{conform.CoverPlaces, conform.CoverAll} {
		for pair, change := range check(t, b.open(), o).Differences {
			if change != conform.NotReached {
				f.pair = pair
			}
		}
		if f.pair != "" {
			break
		}
	}
	o.Pairs, o.Steps, o.Seed = noPair, bugSteps, 1
	if r := check(t, b.open(), o); len(r.Findings) > 0 {
		f.walk = fmt.Sprintf("%s, walk %d", prose.Count(len(r.Findings[0].Script), "step"), r.Walks)
	}
	return f
}

// again looks only where the table says that the bug is found.
func again(t *testing.T, b bug, pinned found) bool {
	o := conform.Options{First: true, NoAdapterCheck: true}
	if pinned.pair != "" {
		o.Pairs = regexp.MustCompile("^" + regexp.QuoteMeta(pinned.pair) + "$")
	} else {
		_, number, _ := strings.Cut(pinned.walk, ", walk ")
		n, err := strconv.Atoi(number)
		if err != nil {
			return false
		}
		o.Pairs, o.Steps, o.Seed = noPair, 30*n, 1
	}
	return len(check(t, b.open(), o).Findings) > 0
}

// Every planted bug is found by pairs or by walks, but for those of which the list says why not. With -update, and with
// TCPCHECK_LONG, everything is searched; else only the place at which docs/BUGS.md says that a bug is found.
func TestPlantedBugs(t *testing.T) {
	t.Parallel()
	if golden.Updating() || golden.Long() {
		golden.Check(t, "../docs/BUGS.md", bugTable(t))
		return
	}
	text, err := os.ReadFile("../docs/BUGS.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]found{}
	for _, line := range strings.Split(string(text), "\n") {
		if c := strings.Split(line, " | "); len(c) == 4 {
			rows[strings.TrimPrefix(c[0], "| ")] = found{c[2], strings.TrimSuffix(c[3], " |")}
		}
	}
	for _, x := range bugs() {
		row, ok := rows[prose.Cell(x.does)]
		if row.pair == noPairShows {
			row.pair = ""
		}
		if !ok || x.why == "" && !again(t, x, row) {
			t.Errorf("%s: not found at %+v (go test -run PlantedBugs -update)", x.does, row)
		}
	}
}

const noPairShows = "**none**"

func bugTable(t *testing.T) string {
	var b strings.Builder
	b.WriteString(bugsHead)
	area, pairs, walks, never := "", 0, 0, 0
	list := bugs()
	for _, x := range list {
		f := search(t, x)
		if nothing := f == (found{}); nothing != (x.why != "") {
			t.Errorf("%s: found %+v; %s", x.does, f, x.why)
		}
		if x.area != area {
			area = x.area
			fmt.Fprintf(&b, "\n## %s\n\n| bug | clause | first pair that shows it | random walks: shortest script |\n|---|---|---|---|\n", area)
		}
		switch {
		case f.pair != "":
			pairs++
		case f.walk != "":
			walks++
			f.pair = noPairShows
		default:
			never++
			f.pair = "never: " + x.why
		}
		if f.walk == "" {
			f.walk = "none"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", prose.Cell(x.does), x.clause, prose.Cell(f.pair), f.walk)
	}
	fmt.Fprintf(&b, "\nOf %d bugs %d are found by pairs, %d more by walks only, and %d never.\n", len(list), pairs, walks, never)
	return b.String()
}

const bugsHead = `# Planted bugs

Studies of TCP stacks describe semantic bugs: the stack does not crash, but it does something else than RFC 9293. Each row
is a bug of such a kind. It is planted in the model, which then runs as the stack under test. The third column is the
first pair of a situation and an input that shows it. The last column is for random walks alone (30,000 steps of seed 1):
how long the shortened script is, and which walk found it. A bug that only walks find needs a history that no pair has,
such as a second connection on the same socket.

` + "`go test ./conform -run PlantedBugs -update`" + ` writes this table.
`
