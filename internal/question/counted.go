package question

import "github.com/tcpcheck/tcpcheck/netfake"

// counted are the names of what is part of a state in some scenarios only. Elsewhere a number would always be 0, and the
// network would lack segments; so a question would get an answer about what nobody counts.
var counted = map[string]struct {
	in   func(*netfake.Scenario) bool
	keys string // of a scenario that counts it
}{
	"clock":  {func(s *netfake.Scenario) bool { return s.Net.Ticks > 0 }, "net.ticks from 1: otherwise the clock is no part of a state"},
	"losses": {func(s *netfake.Scenario) bool { return s.Net.Bag && s.Net.Losses != netfake.Unlimited }, "net.wire bag and a number in net.losses"},
	"dups":   {func(s *netfake.Scenario) bool { return s.Net.Bag && s.Net.Dups != netfake.Unlimited }, "net.wire bag and a number in net.dups"},
	"timer":  {timed, "net.msl from 1: otherwise there are no ticks"},
	".age":   {timed, "net.msl from 1: otherwise there are no ticks"},
	"wire":   {func(s *netfake.Scenario) bool { return len(s.Leftover) == 0 }, "no leftover: it is open how many copies are in the network; stale has one of each"},
}

func timed(s *netfake.Scenario) bool { return s.Net.MSL > 0 }

// count notes that the expression reads a name.
func (c *compiler) count(name string) {
	if _, ok := counted[name]; ok {
		c.counts = append(c.counts, name)
	}
}

// Uncounted returns a name that the question reads and the scenario does not count, and what the scenario needs; or
// nothing.
func (q Question) Uncounted(s *netfake.Scenario) (name, needs string) {
	for _, name := range q.counts {
		if c := counted[name]; !c.in(s) {
			return name, c.keys
		}
	}
	return "", ""
}
