package serve

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/internal/render/sequence"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// actionID names an action in a link: deliver.B.2, or arbitrary numbers with their choice, active-OPEN.A.0.1.
func actionID(a netfake.Action) string {
	id := strings.ReplaceAll(a.Kind.String(), " ", "-") + "." + netfake.PeerName(int(a.Peer))
	if a.Index > 0 || a.Choice > 0 {
		id += fmt.Sprintf(".%d", a.Index)
	}
	if a.Choice > 0 {
		id += fmt.Sprintf(".%d", a.Choice)
	}
	return id
}

// parseAction reads what actionID wrote.
func parseAction(id string) (a netfake.Action, err error) {
	parts := strings.Split(id, ".")
	wrong := fmt.Errorf("found %.60q, expected an action such as deliver.B.2", id)
	if len(parts) < 2 || len(parts) > 4 {
		return a, wrong
	}
	known := false
	for a.Kind = netfake.Tick; a.Kind <= netfake.EndTimeWait; a.Kind++ {
		if known = strings.ReplaceAll(a.Kind.String(), " ", "-") == parts[0]; known {
			break
		}
	}
	switch parts[1] {
	case netfake.PeerName(netfake.A):
	case netfake.PeerName(netfake.B):
		a.Peer = netfake.B
	default:
		known = false
	}
	for i, to := range []*uint8{&a.Index, &a.Choice} {
		if len(parts) <= i+2 {
			break
		}
		n, err := strconv.ParseUint(parts[i+2], 10, 8)
		known = known && err == nil
		*to = uint8(n)
	}
	if !known {
		return a, wrong
	}
	return a, nil
}

// group is a part of what can happen now.
type group struct {
	Title   string   `json:"title"`
	Actions []choice `json:"actions"`
}

// choice is one action that can be taken.
type choice struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Then  string `json:"then,omitempty"` // what comes of it
}

// The groups, in the order of the page.
const (
	userA = iota
	userB
	toA
	toB
	clock
	old
	attacker
)

var groupTitles = []string{userA: "A's user", userB: "B's user", toA: "Network, to A", toB: "Network, to B", clock: "Clock and timers", old: "Old segments", attacker: "Attacker"}

// groups lists the actions that are possible in a state.
func groups(sys *netfake.System, s netfake.State) []group {
	all := make([]group, len(groupTitles))
	for t := range sys.Transitions(s) {
		at := groupOf(t)
		all[at].Actions = append(all[at].Actions, choice{ID: actionID(t.Action), Label: actionLabel(t), Then: outcome(t)})
	}
	list := []group{}
	for i, g := range all {
		if g.Title = groupTitles[i]; len(g.Actions) > 0 {
			list = append(list, g)
		}
	}
	return list
}

func groupOf(t *netfake.Transition) int {
	switch kind := t.Action.Kind; {
	case t.Arrival() && t.Packet.Inc == netfake.Attacker:
		return attacker
	case t.Arrival() && t.Packet.Inc == netfake.Before:
		return old
	case t.Arrival():
		return toA + t.Packet.Dst
	case kind == netfake.Tick || kind >= netfake.Retransmit:
		return clock
	}
	return userA + t.Side()
}

func actionLabel(t *netfake.Transition) string {
	to := netfake.PeerName(t.Side())
	text := ladder.Event(t)
	switch seg := sequence.Label(t.Packet.Seg, false); t.Action.Kind {
	case netfake.Tick:
		text = "a tick passes"
	case netfake.Deliver:
		text = fmt.Sprintf("deliver %s → %s", seg, to)
	case netfake.DeliverKeep:
		text = fmt.Sprintf("deliver %s → %s, and keep a copy", seg, to)
	case netfake.Inject:
		text = fmt.Sprintf("%s → %s", seg, to)
	case netfake.Lose:
		text = fmt.Sprintf("lose %s → %s", seg, to)
	case netfake.Retransmit, netfake.GiveUp, netfake.EndTimeWait:
		text = to + ": " + text
	}
	if t.Action.Choice > 0 {
		text += fmt.Sprintf(" (initial number %d)", t.To.Peer[t.Side()].TCB.Iss)
	}
	return text
}

// outcome says in a few words what comes of a step.
func outcome(t *netfake.Transition) string {
	if t.Action.Kind == netfake.Tick || t.Action.Kind == netfake.Lose {
		return ""
	}
	var words []string
	me := t.Side()
	if before, after := t.From.Peer[me].State(), t.To.Peer[me].State(); before != after {
		words = append(words, fmt.Sprintf("%s becomes %s", netfake.PeerName(me), after))
	}
	for _, p := range t.Sent {
		words = append(words, "sends "+sequence.Label(p.Seg, false))
	}
	if len(words) == 0 && t.Arrival() && t.From.Peer[me].TCB == t.To.Peer[me].TCB {
		return "changes nothing"
	}
	return strings.Join(words, "; ")
}
