package netfake

import (
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
)

// The two endpoints.
const (
	A = 0
	B = 1
)

// Scenario is a closed system: where it starts, two hosts, an adversary, and what is observed. All times are in
// ticks of one clock. Without a clock (Net.MSL is 0) the values of times do not matter: what may happen after a time
// may happen at any moment.
type Scenario struct {
	Start Start
	Peer  [2]Host
	Adversary
	Observed
}

// Host is one endpoint and the program that uses it.
type Host struct {
	Protocol
	User User
}

// Protocol says what the TCP of a host does by itself: its policies, its generator of initial sequence numbers, and
// its timers.
type Protocol struct {
	TCP  model.Config
	Isn  Isn
	Base model.Seq // all sequence numbers of this side are near this number (see Below, Above)

	TimeWait  int   // ticks of TIME-WAIT; RFC 9293 §3.6.1 asks for two MSL
	Reuse     Reuse // whether an active OPEN may replace a connection in TIME-WAIT
	GiveUp    int   // ticks without an acknowledgment after which it gives up: R2 of §3.8.3; 0: never
	FinWait2  int   // ticks after which it may give up FIN-WAIT-2; 0: never, as in RFC 9293
	QuietTime int   // ticks of silence after a crash (§3.4.3)

	RTO          int // ticks after the last transmission at which the retransmission timer is due; 0: it is never due, and may fire at any time
	TimersWithin int // a timer fires within this number of ticks of being due; 1: in the tick in which it is due; 0: as late as it likes

	ReopenDelay          int // ticks of the same silence after each connection or attempt to connect, whatever its end
	TimestampOffset      int // the value of its timestamp clock (RFC 7323) at the start
	TimestampGranularity int // ticks between two steps of its timestamp clock (RFC 7323 §5.4); 0: one
}

// Reuse lets an active OPEN of the same pair of sockets end TIME-WAIT and begin a new incarnation, as Linux's
// tcp_tw_reuse does. RFC 9293 §3.10.1 does not allow this: in TIME-WAIT the connection still exists.
type Reuse struct {
	On    bool
	After int // ticks since TIME-WAIT began, or began anew
}

// User is the program. It makes the calls that its fields allow, in any order and at any time. The calls are those
// of RFC 9293 §3.9.1.
type User struct {
	Active                     int  // the number of active OPENs
	Passive                    int  // the number of passive OPENs
	Listens                    bool // it listens at once whenever the host has no connection and is not quiet
	Accepts                    int  // a listener is closed when it returns to LISTEN after this number of SYNs; 0: after the first
	Octets                     int  // octets SENT in each incarnation, one SEND each
	Close                      bool // it may CLOSE once the connection is synchronized
	CloseBeforeEstablished     bool // it may also CLOSE before that
	Abort                      bool // it may ABORT
	ClosesSecond               bool // it CLOSEs only after the peer has closed
	ActiveIncarnations         int  // it SENDs and CLOSEs only in this number of incarnations, from the first on; 0: in all
	ReopenOnlyAfterNormalClose bool // its second and later OPENs are possible only after a normal close
	Crashes                    int  // how often the host may crash and lose its memory
	UserTimeout                bool // the user timeout may expire whenever something is unacknowledged
}

// Start is the pair of states in which the two endpoints begin.
type Start uint8

// StartClosed: no connection yet. StartEstablished: both ends are ESTABLISHED, in incarnation 1.
const (
	StartClosed Start = iota
	StartEstablished
)

// Adversary says what the network may do, and which segments may arrive that neither host sent.
type Adversary struct {
	Net      Network
	Stale    []Packet // segments of earlier incarnations that the network holds at the start
	Leftover []Packet // the same in any number of copies: each may arrive any number of times until it is MSL old
	Attacker []Packet // segments that an attacker who does not see the traffic may send, any of them at any time
}

// Observed says what is recorded of a run. It does not change what the hosts or the network do.
type Observed struct {
	Watch Fault // the faults to record
}

// Network says what the network may do. It is a set or a bag. A set holds each segment that was sent until it is
// MSL old, and delivers it any number of times or never. A bag delivers each copy once.
type Network struct {
	Bag      bool // the network is a bag
	MSL      int  // ticks that a segment lives (§3.4.2); 0: forever, and there is no clock
	Losses   int  // bag: the number of segments that may be lost, or Unlimited
	Dups     int  // bag: the number of deliveries that may leave a copy behind, or Unlimited
	InOrder  bool // bag: segments of one direction arrive in the order in which they were sent
	FirstAck bool // set: the first ACK of each FIN arrives before it is MSL old
	Ticks    int  // the number of ticks after which the clock stops; 0: it never stops

	// bag: the timers that retransmit or probe expire only when no segment is on the wire in either direction
	NoPrematureRetransmission bool
}

// AwaitsDelivery reports whether, in a scenario with a clock, time sometimes has to wait until a segment arrives. A
// bag whose losses are limited delivers before a segment is too old. A set with FirstAck does so for the first ACK
// of a FIN.
func (n *Network) AwaitsDelivery() bool { return n.Bag && n.Losses != Unlimited || n.FirstAck }

// Unlimited is the value of a budget that has no limit.
const Unlimited = -1

// IsnPolicy says how initial sequence numbers are chosen (§3.4.1).
type IsnPolicy uint8

// Fixed: always the first of Choices. Fresh: above every number that this side used before. Clock: Base +
// Rate*(ticks since the start). Arbitrary: any of Choices.
const (
	Fixed IsnPolicy = iota
	Fresh
	Clock
	Arbitrary
)

// Isn is a generator of initial sequence numbers.
type Isn struct {
	Policy  IsnPolicy
	Choices []uint8 // of Fixed and Arbitrary: offsets from Base
	Rate    int     // of Clock: numbers per tick
}

// Policies lists the policies of model.Policies that a scenario can give its hosts. The window scale and
// SACK-permitted are missing, because a joint state has no room for them.
var Policies = slices.DeleteFunc(slices.Clone(model.Policies), func(p model.Policy) bool {
	var c model.Config
	p.Set(&c, 1)
	return c.WindowScale || c.SACKPermitted
})

// Limits of the encoding. New refuses a scenario beyond them.
const (
	MaxIncarnations = 12  // of each endpoint
	MaxTicks        = 14  // of MSL and GiveUp, which are counted for each segment and each endpoint, and of RTO and TimersWithin
	MaxWait         = 200 // ticks of any other time
	MaxOctets       = 15  // that a user sends, or that a segment has
	Below           = 64  // sequence numbers run from Base-Below
	Above           = 191 // to Base+Above

	maxHad      = 8   // incarnations of the other side that can be noted as earlier peers
	maxInjected = 256 // segments of Leftover and Attacker, which an action names by one byte
)

// lateness is for how many ticks after it is due a timer may fail to fire. A timer that may be as late as it likes
// counts no such ticks.
func (p *Protocol) lateness() int { return max(p.TimersWithin-1, 0) }

// timed reports whether the scenario has a clock.
func (sc *Scenario) timed() bool { return sc.Net.MSL > 0 }

// PeerName returns "A" or "B".
func PeerName(p int) string { return string(rune('A' + p)) }
