package packetdrill

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/golden"
	"github.com/tcpcheck/tcpcheck/model"
)

// change is one thing that a step asserts, asserted otherwise. free says why a script need not fail by it.
type change struct {
	what string
	to   Step
	free string
}

// changes are all of a step, each alone.
func changes(st Step, first bool) (list []change) {
	add := func(what, free string, a Action) {
		to := st
		to.Action = a
		list = append(list, change{what, to, free})
	}
	switch a := st.Action.(type) {
	case *Packet:
		if a.Inbound {
			return nil
		}
		if !st.Time.Any {
			later := st
			by := max(700*ms, st.Time.From/2)
			later.Time.From, later.Time.To = st.Time.From+by, st.Time.To+by
			list = append(list, change{"time", later, ""})
		}
		return append(list, packetChanges(st, a, first)...)
	case *Call:
		c := *a
		c.Result.N += 1000
		free := ""
		if a.Name == "socket" || a.Name == "accept" {
			free = "the number of a descriptor is a name that later lines use"
		}
		add("result", free, &c)
		if a.Errno != "" {
			c := *a
			c.Errno = "EDOM"
			add("errno", "", &c)
		}
		for i, e := range a.Args {
			if v, ok := number(e); a.Name == "getsockopt" && i == 3 && ok {
				c := *a
				c.Args = slices.Clone(a.Args)
				c.Args[i] = Expr{Kind: List, Sub: []Expr{{Kind: Int, N: v + 7}}}
				add("value", "", &c)
			}
		}
	case *Code:
		if strings.Contains(a.Text, "==") {
			add("state", "", &Code{strings.Replace(a.Text, "==", "!=", 1)})
		}
	case *Command:
		if looks.MatchString(a.Text) {
			more := counts.ReplaceAllString(regexp.MustCompile(`grep \d+$`).ReplaceAllString(a.Text, "grep 77"), "-eq 77")
			if more == a.Text {
				more = strings.NewReplacer("TIME_WAIT", "LAST_ACK", "syn-recv", "last-ack").Replace(a.Text)
			}
			add("count", "", &Command{more})
		}
	}
	return list
}

// packetChanges are those of a packet that must be sent. first: no packet was expected before it.
func packetChanges(st Step, p *Packet, first bool) (list []change) {
	add := func(what, free string, do func(*Packet)) {
		q := *p
		q.Opts = slices.Clone(p.Opts)
		for i := range q.Opts {
			q.Opts[i].Args = slices.Clone(q.Opts[i].Args)
		}
		do(&q)
		to := st
		to.Action = &q
		list = append(list, change{what, to, free})
	}
	for _, f := range []model.Flags{model.SYN, model.FIN, model.RST, model.PSH, model.ACK, model.URG} {
		add("flag "+f.String(), "", func(q *Packet) { q.Flags ^= f })
	}
	if !p.AnySeq {
		free := ""
		if p.Flags&model.SYN != 0 {
			free = "the number of a SYN is a name that later lines count from"
		}
		add("sequence number", free, func(q *Packet) { q.Seq++ })
	}
	add("length", "", func(q *Packet) { q.Len++ })
	add("acknowledgment", "", func(q *Packet) { q.Ack.N++ })
	add("urgent pointer", "", func(q *Packet) { q.Urg++ })
	if p.Win.Set {
		add("window", "", func(q *Packet) { q.Win.N ^= 1 })
	}
	if p.AnyOpts {
		return list
	}
	add("padding", "", func(q *Packet) { q.Opts = append(q.Opts, TCPOption{Name: "nop", Known: true}) })
	for i, o := range p.Opts {
		add("option left out", "", func(q *Packet) { q.Opts = slices.Delete(q.Opts, i, i+1) })
		if i > 0 && o.Name != p.Opts[i-1].Name {
			add("order of options", "", func(q *Packet) { q.Opts[i], q.Opts[i-1] = q.Opts[i-1], q.Opts[i] })
		}
		for j := range o.Args {
			what, free := "value of "+o.Name, ""
			if o.Name == "TS" {
				what = []string{"TS val", "TS ecr"}[j]
				if j == 0 && first {
					free = "the first timestamp is a name that later lines count from"
				}
			}
			add(what, free, func(q *Packet) { q.Opts[i].Args[j].N += 5000 })
		}
	}
	return list
}

// leftOut are the lines that expect a packet, each left out alone. What the last one expects nobody looks for.
func leftOut(sc *Script, at int) (list []change) {
	p, ok := sc.Steps[at].Action.(*Packet)
	if !ok || p.Inbound {
		return nil
	}
	free := "no later line expects a packet of its connection"
	for _, st := range sc.Steps[at+1:] {
		if c, ok := st.Action.(*Call); ok && c.Name == "socket" {
			break
		}
		if q, ok := st.Action.(*Packet); ok && !q.Inbound && (p.Flow == nil) == (q.Flow == nil) && (p.Flow == nil || *p.Flow == *q.Flow) {
			free = ""
		}
	}
	if sc.Steps[at].Time.From >= 500*ms && free == "" {
		free = "without it less time passes, and it is sent after the end or at the time of another line"
	}
	return []change{{"line left out", Step{}, free}}
}

// TestEveryAssertionCounts changes each thing that one of our scripts asserts, one at a time: no changed script may pass, but for
// those that packetdrill's language leaves free. The counts are pinned.
func TestEveryAssertionCounts(t *testing.T) {
	type count struct{ changed, free, unnoticed int }
	counts := map[string]*count{}
	for _, path := range stored(t) {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		profile := strings.Split(path, "/")[1]
		sc, err := Parse(path, src, profile)
		if err != nil {
			t.Fatal(err)
		}
		seen := false
		for i, st := range sc.Steps {
			list := append(changes(st, !seen), leftOut(sc, i)...)
			if p, ok := st.Action.(*Packet); ok && !p.Inbound {
				seen = true
			}
			for _, c := range list {
				n := counts[c.what]
				if n == nil {
					n = &count{}
					counts[c.what] = n
				}
				changed := *sc
				changed.Steps = slices.Clone(sc.Steps)
				if c.what == "line left out" {
					changed.Steps = slices.Delete(changed.Steps, i, i+1)
				} else {
					changed.Steps[i] = c.to
				}
				res, err := changed.run(src, Model(), Options{Profile: profile})
				if err != nil {
					t.Fatal(err)
				}
				n.changed++
				switch {
				case c.free != "":
					n.free++
				case res.Verdict != Fail:
					n.unnoticed++
					t.Errorf("%s:%d: %s changed: %s %s %v", path, st.Pos.Line, c.what, res.Verdict, res.Place(), res.What)
				}
			}
		}
	}
	var b strings.Builder
	total := count{}
	for what, n := range counts {
		total.changed, total.free = total.changed+n.changed, total.free+n.free
		fmt.Fprintf(&b, "%-20s %5d changed, %4d of them free\n", what, n.changed, n.free)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	slices.Sort(lines)
	lines = append(lines, fmt.Sprintf("%-20s %5d changed, %4d of them free; all others fail", "in all", total.changed, total.free), "")
	golden.Check(t, "testdata/assertions.txt", strings.Join(lines, "\n"))
}
