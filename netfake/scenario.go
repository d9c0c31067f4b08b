package netfake

import "github.com/tcpcheck/tcpcheck/model"

// The two endpoints.
const (
	A = 0
	B = 1
)

// Scenario is a closed system: two endpoints, their users, and the network between them.
type Scenario struct {
	Peer     [2]Host
	Net      Network
	Start    Start
	Stale    []Packet // segments of earlier incarnations that the network still holds
	Leftover []Packet // the same in any number of copies: each may arrive again and again until it is MSL old
	Attacker []Packet // segments that an attacker off the path may send, any of them at any time
	Watch    Fault    // the faults to be recorded; others are not looked for
}

// Host is one endpoint with its user and its generator of initial numbers.
type Host struct {
	TCP                  model.Config
	User                 User
	Isn                  Isn
	Base                 model.Seq // the number around which all numbers of this side lie
	TimeWait             int       // ticks
	TimestampOffset      int       // what its timestamp clock shows at the start
	Reuse                Reuse     // may an active OPEN take over a connection in TIME-WAIT?
	GiveUp               int       // ticks after which what is unacknowledged is given up (R); 0: never
	FinWait2             int       // ticks after which FIN-WAIT-2 may be given up; 0: never, as in RFC 9293
	QuietTime            int       // ticks of silence after a crash (§3.4.3)
	ReopenDelay          int       // ticks of the same silence after each connection or attempt, however it ended
	TimestampGranularity int       // ticks of the world to one of its timestamp clock (RFC 7323 §5.4); 0: one
}

// Reuse lets an active OPEN of the same pair of sockets end TIME-WAIT and begin a new incarnation in its place, as
// Linux's tcp_tw_reuse does. RFC 9293 §3.10.1 refuses it: in TIME-WAIT the connection exists.
type Reuse struct {
	On    bool
	After int // ticks since TIME-WAIT began, or began anew
}

// User is a program: what the user of an endpoint does, in any order and at any time.
type User struct {
	Active                     int  // how many active OPENs
	Passive                    int  // how many passive OPENs
	Accepts                    int  // a listener is closed when it is back in LISTEN after so many SYNs; 0: the first
	Octets                     int  // octets SENT in each incarnation, one SEND each
	Close                      bool // may CLOSE once the connection is synchronized
	CloseBeforeEstablished     bool // may CLOSE before that as well
	Abort                      bool // may ABORT
	ClosesSecond               bool // CLOSEs only when the peer has closed
	ActiveIncarnations         int  // SENDs and CLOSEs in so many first incarnations only; 0: in every one
	ReopenOnlyAfterNormalClose bool // OPENs again only after a normal close, or a first time
	Crashes                    int  // how often the host may crash and lose its memory
	UserTimeout                bool // the user timeout may strike at any time while something is unacknowledged
}

// Start is where the two endpoints begin.
type Start uint8

// StartClosed: no connection yet. StartEstablished: both ESTABLISHED, in incarnation 1.
const (
	StartClosed Start = iota
	StartEstablished
)

// Network is what the adversary may do.
type Network struct {
	Bag                       bool // each copy is delivered once; else the wire is a set, and duplicates at will
	MSL                       int  // ticks that a segment lives; 0: for ever, and there is no clock
	Losses                    int  // bag: how many segments may be lost; Unlimited, or 0 for none
	Dups                      int  // bag: how many deliveries may leave a copy behind
	NoPrematureRetransmission bool // no timer fires early: a side sends again only when nothing is under way either way
	InOrder                   bool // bag: segments of one direction arrive in the order of their sending
	FirstAck                  bool // set: the first ACK of each FIN arrives, before it is too old
	Ticks                     int  // so many ticks pass in all; 0: without end
}

// AwaitsDelivery reports whether time can have to wait for a segment to arrive, where there is a clock: a bag that may
// not lose at will delivers before a segment is too old, and so does a set for the first ACK of a FIN.
func (n *Network) AwaitsDelivery() bool { return n.Bag && n.Losses != Unlimited || n.FirstAck }

// Unlimited is a budget without end.
const Unlimited = -1

// IsnPolicy is how initial sequence numbers are chosen (§3.4.1).
type IsnPolicy uint8

// Fixed: always the first of Choices. Fresh: above every number that this side used before.
// Clock: Base + Rate*(ticks since the start). Arbitrary: any of Choices.
const (
	Fixed IsnPolicy = iota
	Fresh
	Clock
	Arbitrary
)

// Isn is a generator of initial numbers. Choices are offsets from Base.
type Isn struct {
	Policy  IsnPolicy
	Choices []uint8
	Rate    int
}

// Limits of the encoding; a scenario beyond them is refused.
const (
	MaxIncarnations = 12  // of each endpoint
	MaxTicks        = 14  // of MSL and GiveUp, which are counted for each segment and each endpoint
	MaxWait         = 200 // ticks of any other time
	MaxOctets       = 15  // that a user sends, or that are in a segment
	Below           = 64  // sequence numbers run from Base-Below
	Above           = 191 // to Base+Above

	maxHad      = 8   // incarnations of the other side that can be noted as earlier peers
	maxInjected = 256 // segments of Leftover and Attacker, which an action names by one byte
)

// timed reports whether the scenario has a clock.
func (sc *Scenario) timed() bool { return sc.Net.MSL > 0 }

// PeerName is A or B.
func PeerName(p int) string { return string(rune('A' + p)) }
