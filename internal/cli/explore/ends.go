package explore

import (
	"slices"

	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// terminals lists the counts of states without an action, the largest first.
func terminals(r *properties.Result) (list []report.End) {
	for _, e := range r.Ends {
		list = append(list, report.End{States: e.Name, Count: int(e.States)})
	}
	slices.SortStableFunc(list, func(a, b report.End) int { return b.Count - a.Count })
	return list
}

func pair(sys *netfake.System, s netfake.State) string {
	w := sys.Unpack(s)
	return w.Peer[netfake.A].State().String() + " / " + w.Peer[netfake.B].State().String()
}
