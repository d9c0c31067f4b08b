package question

import (
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// kind is the type of an expression.
type kind uint8

const (
	truth   kind = iota // true or false
	integer             // a count, a number of octets, a number of ticks
	seq                 // a sequence number, which wraps: ==, !=, and + or - an integer; - another one gives an integer
	state               // the state of an endpoint
	side                // "A" or "B"
)

func (k kind) String() string {
	return [...]string{"true or false", "an integer", "a sequence number", "a state", `"A" or "B"`}[k]
}

// env is what one evaluation reads.
type env struct {
	w    *netfake.World
	wire []netfake.Packet
	seg  *netfake.Packet // the segment in hand, in any, all, none and count
}

// value is a compiled expression. Every kind is evaluated to an int64: 1 is true, states and sides are their numbers in
// packages model and netfake, and a sequence number is its 32 bits.
type value func(*env) int64

// name is something that an expression can name.
type name struct {
	Path  string // "snd.una" of an endpoint; "clock"
	Means string
	kind  kind
}

// Name describes one name for the documentation.
type Name struct {
	Path  string `json:"name"`
	Takes string `json:"takes"`
	Means string `json:"means"`
}

type peerName struct {
	name
	get func(*netfake.Peer) int64
}

type worldName struct {
	name
	get func(*netfake.World) int64
}

type segmentName struct {
	name
	get func(*netfake.Packet) int64
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func ofPeer(path string, k kind, means string, get func(p *netfake.Peer) int64) peerName {
	return peerName{name{path, means, k}, get}
}

// peerNames are those of an endpoint; A. or B. stands before them.
var peerNames = []peerName{
	ofPeer("state", state, "the state of the endpoint, such as \"TIME-WAIT\"", func(p *netfake.Peer) int64 { return int64(p.TCB.State) }),
	ofPeer("iss", seq, "the initial send sequence number", func(p *netfake.Peer) int64 { return int64(p.TCB.Iss) }),
	ofPeer("irs", seq, "the initial receive sequence number", func(p *netfake.Peer) int64 { return int64(p.TCB.Irs) }),
	ofPeer("snd.una", seq, "SND.UNA, the oldest unacknowledged number", func(p *netfake.Peer) int64 { return int64(p.TCB.Snd.Una) }),
	ofPeer("snd.nxt", seq, "SND.NXT, the next number to send", func(p *netfake.Peer) int64 { return int64(p.TCB.Snd.Nxt) }),
	ofPeer("snd.wnd", integer, "SND.WND, the send window", func(p *netfake.Peer) int64 { return int64(p.TCB.Snd.Wnd) }),
	ofPeer("rcv.nxt", seq, "RCV.NXT, the next number expected", func(p *netfake.Peer) int64 { return int64(p.TCB.Rcv.Nxt) }),
	ofPeer("rcv.wnd", integer, "RCV.WND, the receive window", func(p *netfake.Peer) int64 { return int64(p.TCB.Rcv.Wnd) }),
	ofPeer("unsent", integer, "octets that the user gave to SEND and that were never sent", func(p *netfake.Peer) int64 { return int64(p.TCB.Unsent) }),
	ofPeer("unread", integer, "octets that wait for a RECEIVE", func(p *netfake.Peer) int64 { return int64(p.TCB.Unread) }),
	ofPeer("passive", truth, "the connection began with a passive OPEN", func(p *netfake.Peer) int64 { return bit(p.TCB.Is(model.Passive)) }),
	ofPeer("closeAsked", truth, "the user has called CLOSE", func(p *netfake.Peer) int64 { return bit(p.TCB.Is(model.CloseAsked)) }),
	ofPeer("finSent", truth, "the FIN was sent", func(p *netfake.Peer) int64 { return bit(p.TCB.Is(model.FinSent)) }),
	ofPeer("incarnation", integer, "the present connection or the last one, counted from 1; 0: none yet", func(p *netfake.Peer) int64 { return int64(p.Inc) }),
	ofPeer("sent", integer, "octets that the user sent in this connection", func(p *netfake.Peer) int64 { return int64(p.Sent) }),
	ofPeer("received", integer, "octets accepted in this connection", func(p *netfake.Peer) int64 { return int64(p.Got) }),
	ofPeer("delivered", integer, "octets of this connection that the other side has accepted", func(p *netfake.Peer) int64 { return int64(p.Taken) }),
	ofPeer("timer", integer, "ticks left in TIME-WAIT or FIN-WAIT-2, of the quiet time, or until the retransmission timer must have fired", func(p *netfake.Peer) int64 { return int64(p.Timer) }),
	ofPeer("activeOpens", integer, "active OPENs that the user has left", func(p *netfake.Peer) int64 { return int64(p.Actives) }),
	ofPeer("passiveOpens", integer, "passive OPENs that the user has left", func(p *netfake.Peer) int64 { return int64(p.Passive) }),
	ofPeer("crashes", integer, "crashes that are left", func(p *netfake.Peer) int64 { return int64(p.Crashes) }),
}

var worldNames = []worldName{
	{name{"clock", "ticks since the start; the scenario has to limit them by net.ticks", integer}, func(w *netfake.World) int64 { return int64(w.Clock) }},
	{name{"losses", "losses that a bag with a limit has left", integer}, func(w *netfake.World) int64 { return int64(w.Losses) }},
	{name{"dups", "duplications that a bag with a limit has left", integer}, func(w *netfake.World) int64 { return int64(w.Dups) }},
}

func flagOf(path, means string, f model.Flags) segmentName {
	return segmentName{name{path, means, truth}, func(p *netfake.Packet) int64 { return bit(p.Seg.Has(f)) }}
}

// segmentNames are those of a segment in the network; a dot stands before them.
var segmentNames = []segmentName{
	{name{"to", "the endpoint that it goes to, \"A\" or \"B\"", side}, func(p *netfake.Packet) int64 { return int64(p.Dst) }},
	flagOf("syn", "it has SYN", model.SYN), flagOf("fin", "it has FIN", model.FIN), flagOf("rst", "it has RST", model.RST),
	flagOf("hasAck", "it has ACK", model.ACK),
	{name{"seq", "SEG.SEQ", seq}, func(p *netfake.Packet) int64 { return int64(p.Seg.Seq) }},
	{name{"ack", "SEG.ACK", seq}, func(p *netfake.Packet) int64 { return int64(p.Seg.Ack) }},
	{name{"len", "octets of data", integer}, func(p *netfake.Packet) int64 { return int64(p.Seg.Len) }},
	{name{"age", "ticks since it was sent", integer}, func(p *netfake.Packet) int64 { return int64(p.Age) }},
	{name{"old", "it was sent before the start", truth}, func(p *netfake.Packet) int64 { return bit(p.Old()) }},
}

// Names lists everything that an expression can name.
func Names() (list []Name) {
	add := func(prefix string, n name) { list = append(list, Name{prefix + n.Path, n.kind.String(), n.Means}) }
	for _, n := range peerNames {
		add("A.", n.name)
	}
	for _, n := range worldNames {
		add("", n.name)
	}
	list = append(list,
		Name{`fault("foreign-data")`, truth.String(), "this fault has happened; the scenario has to watch it"},
		Name{"before(x, y)", truth.String(), "the sequence number x is below y (RFC 9293 §3.4)"},
		Name{"x - y", integer.String(), "how far the sequence number x is above y; negative if it is below"},
		Name{"x + 1", seq.String(), "the sequence number that is so much above x; also x - 1"},
		Name{"any(wire, .syn)", truth.String(), "a segment in the network has a property; also all, none (what an attacker sends arrives at once, and is never in it)"},
		Name{"count(wire, .rst)", integer.String(), "how many segments in the network have it"})
	for _, n := range segmentNames {
		add(".", n.name)
	}
	return list
}
