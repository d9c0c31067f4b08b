package packetdrill

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// Pos is a position in a script. Both numbers count from 1.
type Pos struct {
	Line int `json:"line"`
	Col  int `json:"column"`
}

// Error reports why a script cannot be read.
type Error struct {
	File     string
	Pos      Pos
	Expected string
	Found    string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: expected %s, found %s", e.File, e.Pos.Line, e.Pos.Col, e.Expected, e.Found)
}

// Script is a parsed file.
type Script struct {
	Name    string
	Options []Option
	Steps   []Step
}

// Option is a line --name=value at the head of a script.
type Option struct {
	Pos         Pos
	Name, Value string
}

// Step is one statement with its time. Only a command that begins or ends a script has no time.
type Step struct {
	Pos     Pos
	Time    Time
	Untimed bool
	Action  Action
}

// Time says when something happens: at From, between From and To (Range), or at any time (Any).
// A call that blocks returns at End. Relative times count from the step before.
type Time struct {
	Any      bool
	Relative bool
	Range    bool
	From, To time.Duration
	Blocks   bool
	End      time.Duration
}

// Action is a *Call, *Packet, *ICMP, *Command, *Code or *Unknown.
type Action interface{ isAction() }

// Call is a system call, and what it must return.
type Call struct {
	Name   string
	Args   []Expr
	Result Expr   // an Int
	Errno  string // ECONNRESET
}

// Packet is a TCP segment that arrives, or one that must be sent.
type Packet struct {
	Inbound  bool
	Flow     *Ports      // if the script names them
	Flags    model.Flags // the six control bits
	Other    string      // the other letters of the flags, of ECN: E, W, A and digits
	AnySeq   bool        // ...(10)
	Absolute bool        // 5:15(10)!
	Seq      uint32
	Len      uint16
	Ack, Win Number
	Urg      uint16
	AnyOpts  bool // <...>
	Opts     []TCPOption
	IP       string // the text in brackets before the flags: ect0, ttl 64
	UDP      bool   // /udp(1 > 2): TCP over UDP
}

// Ports are the two ends of a packet. An address that the script leaves out is invalid.
type Ports struct{ Src, Dst netip.AddrPort }

// Number is a field of a header. Set: the script has it. Any: it is "...". Absolute: "!" follows it.
type Number struct {
	Set, Any, Absolute bool
	N                  uint32
}

// TCPOption is an option by its name in the script, with its numbers: mss 1460, TS val 1 ecr 0, sack 1:2.
type TCPOption struct {
	Name  string
	Args  []Number
	Raw   string // as written
	Known bool   // the package implements it
}

// Command is shell code in back-quotes.
type Command struct{ Text string }

// Code is Python code in %{ }%.
type Code struct{ Text string }

// Unknown is a statement that can be skipped but not executed.
type Unknown struct{ What string }

func (*Call) isAction()    {}
func (*Packet) isAction()  {}
func (*Command) isAction() {}
func (*Code) isAction()    {}
func (*Unknown) isAction() {}

// ExprKind is a kind of Expr.
type ExprKind uint8

// The kinds. A Field is name = value in a Struct, an Apply name(args), an Or a|b.
const (
	Ellipsis ExprKind = iota
	Int
	Word
	Text
	List
	Struct
	Field
	Apply
	Or
)

// Expr is an argument of a call.
type Expr struct {
	Kind ExprKind
	N    int64
	Name string // Word, Text, Field, Apply
	Sub  []Expr
}
