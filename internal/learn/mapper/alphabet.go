package mapper

import (
	"fmt"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
)

// Class is where a number lies, relative to the expected one.
type Class string

// The classes. An input has V, INV, WIN, OLD or FAR, an output V, CURR, OLD, INV or ZERO.
const (
	Valid   Class = "V"
	invalid Class = "INV"
	Within  Class = "WIN"
	Old     Class = "OLD"
	far     Class = "FAR"
	current Class = "CURR"
	Zero    Class = "ZERO"
)

// Distances between numbers. What is invalid lies beyond any window and any earlier connection; a
// fresh initial number lies beyond what the last connection used, and before what is invalid.
const (
	beyond = 1 << 20
	fresh  = 100
)

// offsets are where the numbers of an input lie.
var offsets = map[Class]model.Seq{Valid: 0, Within: 1, Old: ^model.Seq(0), invalid: beyond, far: ^model.Seq(beyond - 1)}

// Input is one thing that can be done to the endpoint: an event that is no arrival, or a segment.
type Input struct {
	Name     string
	kind     model.EventKind
	flags    model.Flags
	seq, ack Class
	text     uint16
}

// Timeout is the answer of an endpoint that sends nothing.
const Timeout = "TIMEOUT"

// calls are what the user does, by the names that sockets and learners have for it.
var calls = []Input{
	{Name: "LISTEN", kind: model.OpenPassive}, {Name: "CONNECT", kind: model.OpenActive}, {Name: "SEND", kind: model.Send},
	{Name: "RECEIVE", kind: model.Receive}, {Name: "CLOSE", kind: model.Close}, {Name: "ABORT", kind: model.Abort},
}

// timers are the inputs that make timers fire.
var timers = []Input{
	{Name: "RETRANSMIT", kind: model.RetransmissionTimeout}, {Name: "GIVE-UP", kind: model.UserTimeout},
	{Name: "TIME-WAIT-OVER", kind: model.TimeWaitTimeout},
}

// kind is a kind of segment.
type kind struct {
	flags model.Flags
	text  uint16
}

// alphabet lists the inputs: calls, timers, and each kind of segment with all classes of its numbers.
func alphabet(buffer uint32, o Options) []Input {
	list := append([]Input{}, calls...)
	if o.Timers {
		list = append(list, timers...)
	}
	kinds := []kind{{model.SYN, 0}, {model.SYN | model.ACK, 0}, {model.ACK, 0}, {model.ACK | model.PSH, 1},
		{model.FIN | model.ACK, 0}, {model.RST, 0}, {model.RST | model.ACK, 0}}
	seqs, acks := []Class{Valid, invalid}, []Class{Valid, invalid}
	if o.Fine {
		seqs, acks = append(seqs, Within, Old), append(acks, Old, far)
		// A windowful straddles the window's edge unless its number is the next.
		kinds = append(kinds, kind{model.ACK | model.PSH, uint16(buffer)}, kind{model.SYN, 1}, kind{model.FIN, 0})
	}
	for _, k := range kinds {
		for _, seq := range seqs {
			for _, ack := range acks {
				if k.flags&model.ACK != 0 || ack == Valid {
					list = append(list, Input{word(k.flags, seq, ack, k.text), model.SegmentArrives, k.flags, seq, ack, k.text})
				}
			}
		}
	}
	return list
}

// word names a segment.
func word(flags model.Flags, seq, ack Class, text uint16) string {
	return fmt.Sprintf("%s(%s,%s,%d)", flagNames(flags), seq, ack, text)
}

// flagNames spells the flags as learners do: SYN+ACK.
func flagNames(f model.Flags) string {
	var names []string
	for _, bit := range []model.Flags{model.SYN, model.FIN, model.RST, model.ACK, model.PSH, model.URG} {
		if f&bit != 0 {
			names = append(names, bit.String())
		}
	}
	return strings.Join(names, "+")
}
