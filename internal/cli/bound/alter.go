package bound

import (
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties/bounds"
)

// counted are the kinds of old segment, as --count names them.
var counted = []struct {
	name  string
	fault netfake.Fault
}{
	{"data", netfake.ForeignData}, {"fin", netfake.ForeignFin}, {"ack", netfake.ForeignAck},
	{"rst", netfake.ForeignReset}, {"last-ack", netfake.LastAckReset},
}

// alter applies the flags to the scenarios of a question. The known answers no longer apply then.
func (m *options) alter(q *bounds.Bound) error {
	if len(m.count) > 0 {
		q.Faults, q.Expect, q.Never = 0, nil, false
	}
	for _, name := range m.count {
		i := slices.IndexFunc(counted, func(k struct {
			name  string
			fault netfake.Fault
		}) bool {
			return k.name == strings.TrimSpace(name)
		})
		if i < 0 {
			return exit.Usagef("--count: found %q, expected some of data, fin, ack, rst, last-ack", name)
		}
		q.Faults |= counted[i].fault
	}
	if len(m.Changes) == 0 {
		return nil
	}
	q.Expect, q.Never = nil, false
	for _, at := range q.Small {
		if err := m.keepHands(q, at); err != nil {
			return err
		}
	}
	plain := q.Scenario
	changed := func(at []int, value int) (netfake.Scenario, error) {
		file := scenario.File{Scenario: plain(at, value)}
		for _, c := range m.Changes {
			for _, k := range c.Keys {
				if err := file.Set(k, c.Value); err != nil {
					return file.Scenario, exit.Usagef("--%s: %v", c.Flag, err)
				}
			}
		}
		if err := file.Finish(nil); err != nil {
			return file.Scenario, exit.Usagef("bound %s %s, %s: %v", q.Topic, q.Name, q.Place(at), err)
		}
		return file.Scenario, nil
	}
	for _, at := range q.Small {
		if _, err := changed(at, 0); err != nil {
			return err
		}
	}
	q.Scenario = func(at []int, value int) netfake.Scenario {
		sc, err := changed(at, value)
		if err != nil {
			panic("BUG: " + err.Error())
		}
		return sc
	}
	return nil
}

// keepHands refuses to change a key that the question itself or its grid sets: the answer would then be
// about other values than it says.
func (m *options) keepHands(q *bounds.Bound, at []int) error {
	base := settingsOf(q.Scenario(at, 1))
	check := func(what string, other netfake.Scenario) error {
		values := settingsOf(other)
		for _, c := range m.Changes {
			for _, k := range c.Keys {
				if k == "watch" || k == "always" {
					return exit.Usagef("--%s %s: expected --count, which sets what counts as a fault", c.Flag, k)
				}
				for _, key := range eachEnd(k) {
					if base[key] != values[key] {
						return exit.Usagef("--%s: bound %s %s sets %s itself, by %s: expected another key", c.Flag, q.Topic, q.Name, key, what)
					}
				}
			}
		}
		return nil
	}
	for _, v := range []int{0, 2} { // 0 may be a case of its own
		if err := check(q.Symbol, q.Scenario(at, v)); err != nil {
			return err
		}
	}
	for i, p := range q.Axes {
		next := slices.Clone(at)
		next[i]++
		if err := check("--"+p.Flag, q.Scenario(next, 1)); err != nil {
			return err
		}
	}
	return nil
}

// settingsOf returns the values of a scenario by the paths of its keys, without those at their defaults.
func settingsOf(sc netfake.Scenario) map[string]string {
	values, table := map[string]string{}, ""
	for line := range strings.Lines(string(scenario.Format(scenario.File{Scenario: sc}))) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			table = strings.Trim(line, "[]") + "."
		} else if key, value, ok := strings.Cut(line, " = "); ok {
			values[table+key] = value
		}
	}
	return values
}

// eachEnd returns the keys of A and B for a key of both ends, or else the key itself.
func eachEnd(key string) []string {
	if rest, ok := strings.CutPrefix(key, "both."); ok {
		return []string{"A." + rest, "B." + rest}
	}
	return []string{key}
}
