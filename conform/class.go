package conform

import (
	"fmt"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
)

// Class is a kind of segment, told by where its numbers lie as the receiver sees them. The same class is another segment in
// each connection, and means the same.
type Class struct {
	Flags  model.Flags
	Seq    SeqPlace
	Ack    AckPlace // of no meaning without the flag ACK
	Text   TextSize
	Window Window
}

// SeqPlace is where SEG.SEQ lies. Where no RCV.NXT is known yet, it is taken to be the harness's first number.
type SeqPlace uint8

// The places of SEG.SEQ, the usual one first.
const (
	SeqExact    SeqPlace = iota // RCV.NXT
	SeqBefore                   // RCV.NXT-1
	SeqInside                   // ten further than RCV.NXT, if that is in the window
	SeqLast                     // RCV.NXT+RCV.WND-1
	SeqAfter                    // RCV.NXT+RCV.WND
	SeqFarOld                   // a quarter of the circle before RCV.NXT
	SeqFarAhead                 // a quarter of the circle after it
)

// AckPlace is where SEG.ACK lies. Where nothing has been sent yet, SND.UNA and SND.NXT are taken to be zero.
type AckPlace uint8

// The places of SEG.ACK, the usual one first.
const (
	AckNxt      AckPlace = iota // SND.NXT
	AckUna                      // SND.UNA
	AckBetween                  // half of what is under way, if that is more than one number
	AckAbove                    // SND.NXT+1
	AckBelow                    // SND.UNA-1
	AckFarOld                   // a quarter of the circle before SND.UNA
	AckFarAhead                 // a quarter of the circle after SND.NXT
)

// TextSize is how much text there is.
type TextSize uint8

// The sizes of text. TextFill is used to lead to a state, and is sent until the window is shut.
const (
	TextNone TextSize = iota
	TextSome          // 100 octets
	TextMore          // up to ten octets beyond the window, if one segment takes that
	TextFill          // as much as the window takes, if one segment takes it
)

// Window is what the segment says of the harness's own window.
type Window uint8

// The windows.
const (
	WindowOpen Window = iota
	WindowShut
)

// The harness's numbers: its first one, its window, how much text is some, and the most text in a segment, with which a packet
// passes where 1500 octets do.
const (
	ourIss    model.Seq = 300
	ourWindow           = 8000
	someText            = 100
	mostText            = 1400
	quarter             = 1 << 30
)

var (
	seqNames    = []string{"exact", "before", "inside", "last", "after", "far-old", "far-ahead"}
	ackNames    = []string{"nxt", "una", "between", "above", "below", "far-old", "far-ahead"}
	textNames   = []string{"none", "some", "more", "fill"}
	windowNames = []string{"open", "shut"}
)

func (c Class) String() string {
	var b strings.Builder
	b.WriteString(flagsName(c.Flags))
	fmt.Fprintf(&b, " seq=%s", seqNames[c.Seq])
	if c.Flags&model.ACK != 0 {
		fmt.Fprintf(&b, " ack=%s", ackNames[c.Ack])
	}
	if c.Text != TextNone {
		fmt.Fprintf(&b, " text=%s", textNames[c.Text])
	}
	if c.Window != WindowOpen {
		fmt.Fprintf(&b, " window=%s", windowNames[c.Window])
	}
	return b.String()
}

func flagsName(f model.Flags) string {
	if f == 0 {
		return "no-flag"
	}
	return f.String()
}

// segment is the segment of the class for an endpoint with this TCB; ok is false where there is none.
func (c Class) segment(t model.TCB) (s model.Segment, ok bool) {
	next, wnd := ourIss, uint32(1000)
	if t.State >= model.SynReceived {
		next, wnd = t.Rcv.Nxt, t.Rcv.Wnd
	}
	s = model.Segment{Flags: c.Flags, Wnd: ourWindow}
	if c.Window == WindowShut {
		s.Wnd = 0
	}
	switch c.Seq {
	case SeqExact:
		s.Seq = next
	case SeqBefore:
		s.Seq = next - 1
	case SeqInside:
		s.Seq, ok = next+10, wnd > 10
		if !ok {
			return s, false
		}
	case SeqLast:
		s.Seq = next + model.Seq(wnd) - 1
	case SeqAfter:
		s.Seq = next + model.Seq(wnd)
	case SeqFarOld:
		s.Seq = next - quarter
	case SeqFarAhead:
		s.Seq = next + quarter
	}
	if c.Flags&model.ACK != 0 {
		if s.Ack, ok = c.Ack.number(t.Snd.Una, t.Snd.Nxt); !ok {
			return s, false
		}
	}
	if c.Flags&model.SYN != 0 {
		s.Opts, s.MSS = model.OptMSS, mostText
	}
	if c.Flags&model.URG != 0 {
		s.Up = 1
	}
	s.Len, ok = c.Text.octets((next + model.Seq(wnd)).From(s.TextSeq()))
	return s, ok
}

func (a AckPlace) number(una, nxt model.Seq) (n model.Seq, ok bool) {
	switch a {
	case AckNxt:
		return nxt, true
	case AckUna:
		return una, true
	case AckBetween:
		return una + (nxt-una)/2, nxt-una >= 2
	case AckAbove:
		return nxt + 1, true
	case AckBelow:
		return una - 1, true
	case AckFarOld:
		return una - quarter, true
	case AckFarAhead:
		return nxt + quarter, true
	}
	panic("BUG: unhandled AckPlace")
}

// octets is how much text a segment has that begins so far before the window's end.
func (x TextSize) octets(left uint32) (n uint16, ok bool) {
	switch x {
	case TextNone:
		return 0, true
	case TextSome:
		return someText, true
	case TextMore:
		return uint16(left + 10), left <= mostText-10
	case TextFill:
		return uint16(min(left, mostText)), left > 0 && left < quarter
	}
	panic("BUG: unhandled TextSize")
}

// flagSets are the combinations of control bits that are tried. PSH and URG change nothing of what is compared, and stand in
// one of them.
var flagSets = []model.Flags{
	model.ACK, model.SYN, model.SYN | model.ACK, model.FIN | model.ACK, model.RST, model.RST | model.ACK, 0, model.FIN,
	model.SYN | model.FIN, model.SYN | model.RST, model.SYN | model.FIN | model.ACK, model.PSH | model.URG | model.ACK,
}

// Classes is the table of segment classes: every combination of flags, SEG.SEQ, SEG.ACK and text, and each exact one with
// a shut window.
func Classes() (list []Class) {
	for _, flags := range flagSets {
		acks := AckPlace(len(ackNames))
		if flags&model.ACK == 0 {
			acks = 1
		}
		for seq := range SeqPlace(len(seqNames)) {
			for ack := range acks {
				for text := TextNone; text <= TextMore; text++ {
					list = append(list, Class{Flags: flags, Seq: seq, Ack: ack, Text: text})
				}
				if seq == SeqExact && ack <= AckBetween {
					list = append(list, Class{Flags: flags, Seq: seq, Ack: ack, Window: WindowShut})
				}
			}
		}
	}
	return list
}
