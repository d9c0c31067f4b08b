package hosts

import (
	"fmt"
	"time"

	"github.com/tcpcheck/tcpcheck/netfake"
)

// Shortest is the shortest time that a premise may be: shorter ones than a tick of the timestamp clock mean nothing.
const Shortest = stampTick

// Premises are what every row of advice presumes.
var Premises = []string{
	"The network loses, duplicates, reorders and delays without limit; timers may fire early.",
	"Unless a row says how long the peer retransmits its FIN, the close is finished within half an MSL.",
	"The application opens a connection again only after a normal close (with SO_LINGER 0: after the ABORT), on the same pair of sockets.",
	"The peer closes before my host gives up FIN-WAIT-2, except in rows about that.",
	"If a new connection takes the place of TIME-WAIT, the peer has closed second.",
	"In rows about a client that comes again nothing is lost, and timers are on time.",
	"Rows about old segments are searched without timestamps first and, if something is lost, with them.",
}

// The longest R and the longest wait that a scenario can count, in ticks.
const (
	longestR    = 14
	longestWait = 200
)

// Apply puts the settings into a scenario of another origin: policies on both hosts, times in ticks where the scenario
// has a clock, with MSL/net.msl for a tick. It tells what it has done. Times are rounded against the guarantees: R up, TIME-WAIT down.
func (s *Settings) Apply(sc *netfake.Scenario) (notes []string) {
	note := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	for i := range sc.Peer {
		h := &sc.Peer[i]
		s.configure(&h.TCP)
		h.Reuse.On = s.reuses()
		if s.Linger {
			h.User.Abort = h.User.Abort || h.User.Close
			h.User.Close = false
		}
		if s.Reseeded && h.Isn.Policy == netfake.Fresh {
			h.Isn = netfake.SameNumbers()
		}
	}
	if s.TCP.Timestamps && sc.Net.MSL > 0 {
		note("with timestamps the clock is part of the state, and a search without a violation is BOUNDED at 200 ticks; --set both.tcp.timestamps=off switches them off")
	}
	if sc.Net.MSL == 0 {
		note("the scenario has no clock, so lengths of time are not modelled")
		return notes
	}
	tick := s.MSL / time.Duration(sc.Net.MSL)
	wait, r := min(floor(s.wait(), tick), longestWait), ceil(s.GiveUp, tick)
	note("a tick is %v: MSL %d, TIME-WAIT %d (of %v, rounded down), R %d (of %v, rounded up)",
		short(tick), sc.Net.MSL, wait, short(s.wait()), r, short(s.GiveUp))
	orphan := 0
	if d := s.orphan(); d > 0 {
		orphan = min(max(floor(d, tick), 1), longestWait)
		note("FIN-WAIT-2 of a closed socket %d (of %v, rounded down, at least 1)", orphan, short(d))
	}
	if r > longestR {
		note("R is too long to be counted, so an end without an answer never gives up")
		r = 0
	}
	for i := range sc.Peer {
		h := &sc.Peer[i]
		h.TimeWait, h.FinWait2, h.Reuse.After = wait, orphan, floor(s.ReuseAfter, tick)
		if h.GiveUp > 0 { // a host of the scenario that never gives up goes on so
			h.GiveUp = r
		}
	}
	return notes
}

// Entry is a profile as a list shows it.
type Entry struct {
	Name          string         `json:"name"`
	Title         string         `json:"statement"`
	Means         []string       `json:"default"`
	Sources       []string       `json:"sources"`
	Omits         []string       `json:"leftOut"`
	KnownSettings []SettingEntry `json:"settings"`
}

// SettingEntry is a setting as a list shows it.
type SettingEntry struct {
	Name   string `json:"name"`
	Takes  string `json:"takes"`
	Does   string `json:"statement"`
	Omits  string `json:"leftOut,omitempty"`
	Source string `json:"source"`
}

// Table lists every profile with its settings.
func Table() (list []Entry) {
	for _, p := range Profiles() {
		e := Entry{p.Name, p.Title, p.Settings.Describe(), p.Sources, p.Omits, nil}
		for _, k := range For(p.Name) {
			takes := fmt.Sprintf("%d to %d", k.Min, k.Max)
			if k.Unit != "" {
				takes += " " + k.Unit
			}
			e.KnownSettings = append(e.KnownSettings, SettingEntry{k.Name, fmt.Sprintf("%s, default %d", takes, k.Default), k.Does, k.Omits, k.Source})
		}
		list = append(list, e)
	}
	return list
}
