package study

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Axis is something that rows may change. A row that does not name it has its first value.
type Axis struct {
	Name   string
	Says   string
	Values []string
	set    func(sc *netfake.Scenario, value int)
}

// Choice is one axis at one of its values.
type Choice struct{ Axis, Value string }

// Row is a combination of policies: those that it names, and the first value of every other axis.
type Row struct {
	Name string
	Set  []Choice
	Base int // the row with which it is compared; -1: it is such a row itself
}

// DefaultRows are blocks of rows: one change at a time, with numbers that are fresh and with numbers
// used again; and how long to wait where nothing else protects and no RST ends the wait.
var DefaultRows = []string{
	"isn=fresh+reused,handshake=one+two+four/time-wait/rst-in-time-wait/time-wait-restart/attacks=rfc793/ack-range/quiet/network/timestamps",
	"isn=reused,rst-in-time-wait=ignore,time-wait",
}

// Axes returns every axis: what the world does, then every policy of the model that the joint world can express.
func Axes() []Axis {
	axes := []Axis{
		{"isn", "initial sequence numbers: above all those used before, those of the old connection again, drawn from two of which one was used, or from a clock",
			[]string{"fresh", "reused", "drawn", "clock"}, setNumbers},
		{"peer-gives-up", "ticks after which an endpoint stops retransmitting: as in the guarantee, or never",
			[]string{"own", "never"}, eachHost(func(_ *netfake.Scenario, h *netfake.Host, v int) {
				if v == 1 {
					h.GiveUp = 0
				}
			})},
		{"time-wait", "R+MSL-1 ticks (R: until the peer gives up, or else MSL), one MSL, or none", []string{"full", "msl", "none"}, setTimeWait},
		{"quiet", "quiet time after a crash: one MSL, or none", []string{"msl", "none"}, eachHost(func(sc *netfake.Scenario, h *netfake.Host, v int) {
			h.QuietTime = [...]int{sc.Net.MSL, 0}[v]
		})},
		{"network", "as in the guarantee, or one that loses one segment and reorders, or one that loses one and keeps the order",
			[]string{"own", "loses-one", "in-order"}, setNetwork},
	}
	for _, p := range netfake.Policies {
		axes = append(axes, Axis{p.Name, p.Source + ": " + p.Reason, p.Values, eachHost(func(_ *netfake.Scenario, h *netfake.Host, v int) {
			p.Set(&h.TCP, v)
		})})
	}
	var mutants []string
	for _, m := range model.Mutants {
		mutants = append(mutants, m.Name)
	}
	return append(axes, Axis{"mutant", "a mutant: one changed check of the model, to see which guarantees notice", mutants, eachHost(func(_ *netfake.Scenario, h *netfake.Host, v int) {
		h.TCP.Mutant = model.Mutant(v)
	})})
}

func eachHost(set func(*netfake.Scenario, *netfake.Host, int)) func(*netfake.Scenario, int) {
	return func(sc *netfake.Scenario, v int) {
		for i := range sc.Peer {
			set(sc, &sc.Peer[i], v)
		}
	}
}

// setNumbers chooses the generator of initial numbers. Where numbers are used again, those of the
// old segments are the ones: they move so that each side's old connection began at its base.
func setNumbers(sc *netfake.Scenario, v int) {
	isn := [...]netfake.Isn{
		{Policy: netfake.Fresh},
		{Policy: netfake.Fixed, Choices: []uint8{0}},
		{Policy: netfake.Arbitrary, Choices: []uint8{0, 30}},
		{Policy: netfake.Clock, Rate: 1},
	}[v]
	for i := range sc.Peer {
		if isn.Policy == netfake.Fixed || isn.Policy == netfake.Arbitrary {
			properties.UseNumbersAgain(sc, i)
		}
		sc.Peer[i].Isn = isn
	}
}

// setTimeWait counts in the scenario's own MSL and R. Without a clock a wait has no length.
func setTimeWait(sc *netfake.Scenario, v int) {
	r := max(sc.Peer[netfake.A].GiveUp, sc.Peer[netfake.B].GiveUp)
	if r == 0 {
		r = sc.Net.MSL
	}
	wait := [...]int{max(r+sc.Net.MSL-1, 0), sc.Net.MSL, 0}[v]
	if sc.Net.MSL == 0 {
		wait = 0
	}
	for i := range sc.Peer {
		sc.Peer[i].TimeWait = wait
	}
}

func setNetwork(sc *netfake.Scenario, v int) {
	if v > 0 {
		sc.Net = netfake.Network{Bag: true, MSL: sc.Net.MSL, Losses: 1, NoPrematureRetransmission: true, InOrder: v == 2}
	}
}

// file is the scenario of a column under the policies of the row. What the users do, what is under
// way and what the attacker sends stays the column's. When a user reads is his own business too.
func (r Row) file(c Column) scenario.File {
	f := scenario.File{Scenario: c.Scenario, Always: slices.Clone(c.asked()), Reach: slices.Clone(c.reach), LeadsTo: slices.Clone(c.leadsTo)}
	for _, ax := range Axes() {
		value, named := r.value(ax)
		if named || ax.Name != "manual-receive" {
			ax.set(&f.Scenario, value)
		}
	}
	return f
}

func (r Row) value(ax Axis) (value int, named bool) {
	for _, s := range r.Set {
		if s.Axis == ax.Name {
			return slices.Index(ax.Values, s.Value), true
		}
	}
	return 0, false
}

// factor is a part of what a row names: one setting of each is taken.
type factor struct {
	settings [][]Choice
	singles  bool // one change at a time, and none first
}

// ParseRows reads a choice of rows: factors with commas between, of which every combination is a
// row. A factor is an axis, with all its values or with those after "=" (a+b); or axes with
// slashes between, of which one is changed at a time, after a row in which none is.
func ParseRows(text string) ([]Row, error) {
	var factors []factor
	seen := map[string]bool{}
	for part := range strings.SplitSeq(text, ",") {
		names := strings.Split(part, "/")
		f := factor{singles: len(names) > 1}
		if f.singles {
			f.settings = append(f.settings, nil)
		}
		for _, name := range names {
			list, err := settings(strings.TrimSpace(name), f.singles)
			if err != nil {
				return nil, err
			}
			axis, _, _ := strings.Cut(strings.TrimSpace(name), "=")
			if seen[axis] {
				return nil, fmt.Errorf("%q: found %s twice, expected each axis once", text, axis)
			}
			seen[axis] = true
			for _, s := range list {
				f.settings = append(f.settings, []Choice{s})
			}
		}
		factors = append(factors, f)
	}
	return product(factors), nil
}

// settings reads an axis with its values. Where one is changed at a time the first value is no change.
func settings(text string, singles bool) (list []Choice, err error) {
	name, values, said := strings.Cut(text, "=")
	axes := Axes()
	i := slices.IndexFunc(axes, func(ax Axis) bool { return ax.Name == name })
	if i < 0 {
		var names []string
		for _, ax := range axes {
			names = append(names, ax.Name)
		}
		return nil, fmt.Errorf("found %q, expected one of %s", name, strings.Join(names, ", "))
	}
	chosen := axes[i].Values
	if said {
		chosen = strings.Split(values, "+")
	}
	for _, v := range chosen {
		s := Choice{name, v}
		switch {
		case !slices.Contains(axes[i].Values, v):
			return nil, fmt.Errorf("%s: found %q, expected some of %s, with + between", name, v, strings.Join(axes[i].Values, ", "))
		case slices.Contains(list, s):
			return nil, fmt.Errorf("%s: found %s twice, expected each value once", name, v)
		case singles && v == axes[i].Values[0]:
		default:
			list = append(list, s)
		}
	}
	return list, nil
}

// product makes a row of every combination. Each is compared with the one that changes nothing of
// the factors of single changes; without such factors, with the first.
func product(factors []factor) []Row {
	type draft struct{ set, kept []Choice }
	drafts := []draft{{}}
	anySingles := false
	for _, f := range factors {
		anySingles = anySingles || f.singles
		var more []draft
		for _, d := range drafts {
			for _, s := range f.settings {
				n := draft{append(slices.Clone(d.set), s...), d.kept}
				if !f.singles {
					n.kept = append(slices.Clone(d.kept), s...)
				}
				more = append(more, n)
			}
		}
		drafts = more
	}
	rows := make([]Row, len(drafts))
	for i, d := range drafts {
		rows[i] = Row{Name: rowName(d.set), Set: d.set, Base: 0}
		if anySingles {
			rows[i].Base = slices.IndexFunc(drafts, func(o draft) bool { return slices.Equal(o.set, d.kept) })
		}
		if rows[i].Base == i {
			rows[i].Base = -1
		}
	}
	return rows
}

func rowName(set []Choice) string {
	var parts []string
	for _, s := range set {
		parts = append(parts, s.Axis+"="+s.Value)
	}
	if parts == nil {
		return "nothing changed"
	}
	return strings.Join(parts, " ")
}

// JoinRows puts blocks of rows below each other.
func JoinRows(blocks ...[]Row) (rows []Row) {
	for _, b := range blocks {
		at := len(rows)
		for _, r := range b {
			if r.Base >= 0 {
				r.Base += at
			}
			rows = append(rows, r)
		}
	}
	return rows
}
