package conform

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// Seen is what an observer outside can see of the answer of an endpoint to an input.
type Seen struct {
	Sent    []model.Segment // what is compared of each: SEQ, ACK, four flags, the length of the text
	State   model.State
	Signals []Signal // sorted
	Text    int      // octets that the user got
	Error   string   // of a call, or of a stack that died
	Wrong   string   // what is wrong with a packet or an octet, whatever the model does
	Detail  string   // of Wrong: which packet or octet
}

// What can differ. Fails: the stack could not go on.
const (
	differsSends   = "sends"
	differsState   = "state"
	differsSignals = "signals"
	differsText    = "text"
	differsReply   = "reply"
	differsFails   = "fails"
)

var kindsOfDifference = []string{differsSends, differsState, differsSignals, differsText, differsReply, differsFails}

// compared has only those fields of a segment that are compared.
func compared(s model.Segment) model.Segment {
	c := model.Segment{Seq: s.Seq, Len: s.Len, Flags: s.Flags & (model.SYN | model.FIN | model.RST | model.ACK)}
	if s.Has(model.ACK) {
		c.Ack = s.Ack
	}
	return c
}

// joined joins contiguous segments with data or a FIN: the sender chooses how to divide data into segments (§3.7).
func joined(list []model.Segment) (out []model.Segment) {
	for _, s := range list {
		if n := len(out); n > 0 {
			last := &out[n-1]
			plain := last.Flags == model.ACK && s.Flags&^model.FIN == model.ACK && last.Ack == s.Ack
			if plain && s.Span() > 0 && last.End() == s.Seq && int(last.Len)+int(s.Len) <= 65535 {
				last.Len += s.Len
				last.Flags |= s.Flags
				continue
			}
		}
		out = append(out, s)
	}
	return out
}

// sentBy is what the model sent, with the fields that are compared.
func sentBy(outs []model.Output) (list []model.Segment) {
	for i := range outs {
		for _, s := range outs[i].Sent() {
			list = append(list, compared(s))
		}
	}
	return joined(list)
}

// arrived is a packet of the stack, decoded.
type arrived struct {
	whole model.Segment
	text  []byte
	bits  bits
	after time.Duration
}

// decode decodes the packets of the stack. wrong names what no stack may send.
func decode(packets []Sent, flow wire.Flow) (list []arrived, wrong, detail string) {
	for _, p := range packets {
		d, err := wire.Decode(p.Bytes)
		switch {
		case err != nil:
			wrong, detail = wrongPacket, err.Error()
		case d.Flow != flow:
			wrong, detail = wrongSockets, fmt.Sprintf("%v, expected %v", d.Flow, flow)
		case d.Checksum != wire.Good:
			wrong, detail = wrongChecksum, fmt.Sprint(d.Seg)
		default:
			list = append(list, arrived{d.Seg, d.Payload, bitsOf(p.Bytes), p.After})
		}
	}
	return list, wrong, detail
}

// falseOctet looks for an octet that differs from the octet of the stream at its place. The stream begins after ISS.
// An octet before that belongs to a keep-alive, and may have any value.
func falseOctet(list []arrived, iss model.Seq) (detail string, found bool) {
	for _, a := range list {
		at := a.whole.TextSeq().From(iss + 1)
		for i, b := range a.text {
			if n := at + uint32(i); int32(n) >= 0 && b != Octet(n) {
				return fmt.Sprintf("octet %d of the stream is %d, expected %d", n, b, Octet(n)), true
			}
		}
	}
	return "", false
}

// told sorts signals. Refused counts as reset, because sockets report as ECONNREFUSED what §3.10.7.3 calls a connection
// reset.
func told(list []Signal) []Signal {
	list = slices.Clone(list)
	for i := range list {
		if list[i] == Refused {
			list[i] = Reset
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// toldBy are the signals to the user of the model.
func toldBy(outs []model.Output) (list []Signal) {
	for _, o := range outs {
		for _, x := range heard {
			if o.Signals&x.signal != 0 {
				list = append(list, x.says)
			}
		}
	}
	return told(list)
}

// issOf is the initial number that a stack has chosen, if it has sent a SYN.
func issOf(list []arrived) (iss model.Seq, ok bool) {
	for _, a := range list {
		if a.whole.Has(model.SYN) {
			return a.whole.Seq, true
		}
	}
	return 0, false
}

// tell prints what was seen. Numbers are relative to the first one of each direction.
func (s Seen) tell(from bases) string {
	var parts []string
	for _, seg := range s.Sent {
		parts = append(parts, from.sent(seg))
	}
	if len(parts) == 0 {
		parts = append(parts, "nothing sent")
	}
	for _, x := range s.Signals {
		parts = append(parts, fmt.Sprintf("%q", x))
	}
	if s.Text > 0 {
		parts = append(parts, fmt.Sprintf("%d octets received", s.Text))
	}
	if s.Wrong != "" {
		parts = append(parts, "("+s.Wrong+choose(s.Detail == "", "", ": "+s.Detail)+")")
	}
	if s.Error != "" {
		parts = append(parts, "("+s.Error+")")
	}
	return strings.Join(append(parts, s.State.String()), ", ")
}

// flags are the flags of the segments that were sent, in order: the word for them in a table.
func (s Seen) flags() string {
	if len(s.Sent) == 0 {
		return "nothing"
	}
	var words []string
	for _, seg := range s.Sent {
		words = append(words, flagsName(seg.Flags))
	}
	return strings.Join(words, " ")
}

// bases are the first sequence numbers of the two directions.
type bases struct{ stack, harness model.Seq }

// sent prints a segment of the stack.
func (b bases) sent(s model.Segment) string { return relative(s, b.stack, b.harness) }

// received prints a segment of the harness.
func (b bases) received(s model.Segment) string { return relative(s, b.harness, b.stack) }

// relative prints a segment. Its numbers are relative to the given ones if they are near them.
func relative(s model.Segment, own, other model.Seq) string {
	s.Seq = near(s.Seq, own)
	s.Ack = near(s.Ack, other)
	return s.String()
}

func near(n, base model.Seq) model.Seq {
	if d := n - base; d < 1<<20 {
		return d
	}
	return n
}
