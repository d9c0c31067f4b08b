package question

import "github.com/tcpcheck/tcpcheck/netfake"

// counted are the names of numbers that are part of a state in some scenarios only. Elsewhere they would always be 0, and
// a question would get an answer about a number that nobody counts.
var counted = map[string]struct {
	in   func(*netfake.Network) bool
	keys string // of a scenario that counts it
}{
	"clock":  {func(n *netfake.Network) bool { return n.Ticks > 0 }, "net.ticks from 1: otherwise the clock is no part of a state"},
	"losses": {func(n *netfake.Network) bool { return n.Bag && n.Losses != netfake.Unlimited }, "net.wire bag and a number in net.losses"},
	"dups":   {func(n *netfake.Network) bool { return n.Bag && n.Dups != netfake.Unlimited }, "net.wire bag and a number in net.dups"},
	"timer":  {timed, "net.msl from 1: otherwise there are no ticks"},
	".age":   {timed, "net.msl from 1: otherwise there are no ticks"},
}

func timed(n *netfake.Network) bool { return n.MSL > 0 }

// count notes that the expression reads a name.
func (c *compiler) count(name string) {
	if _, ok := counted[name]; ok {
		c.counts = append(c.counts, name)
	}
}

// Uncounted returns a name that the question reads and whose number a scenario with this network does not count, and
// what the scenario needs; or nothing.
func (q Question) Uncounted(n *netfake.Network) (name, needs string) {
	for _, name := range q.counts {
		if c := counted[name]; !c.in(n) {
			return name, c.keys
		}
	}
	return "", ""
}
