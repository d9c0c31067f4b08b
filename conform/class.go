package conform

import (
	"fmt"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
)

// Class is a kind of segment. A class says where the numbers of the segment lie as the receiver sees them. So the
// same class is a different segment in each connection, with the same meaning. A Class is made by [Classes], and read by
// its String, which tables and --pairs use: "FIN,ACK seq=inside ack=nxt text=some".
type Class struct {
	flags  model.Flags
	seq    seqPlace
	ack    ackPlace // of no meaning without the flag ACK
	text   textSize
	window windowState
	form   form
	at     socketPair
}

// seqPlace is where SEG.SEQ lies. Where no RCV.NXT is known yet, it is taken to be the harness's first number.
type seqPlace uint8

// The places of SEG.SEQ, the usual one first.
const (
	seqExact    seqPlace = iota // RCV.NXT
	seqBefore                   // RCV.NXT-1
	seqInside                   // ten further than RCV.NXT, if that is in the window
	seqLast                     // RCV.NXT+RCV.WND-1
	seqAfter                    // RCV.NXT+RCV.WND
	seqFarOld                   // 2^30 before RCV.NXT
	seqFarAhead                 // 2^30 after it
	seqAgain                    // 100 before RCV.NXT: the last 100 octets that came
)

// ackPlace is where SEG.ACK lies. Where nothing has been sent yet, SND.UNA and SND.NXT are taken to be zero.
type ackPlace uint8

// The places of SEG.ACK, the usual one first.
const (
	ackNxt      ackPlace = iota // SND.NXT
	ackUna                      // SND.UNA
	ackBetween                  // the middle between SND.UNA and SND.NXT, if they are more than one number apart
	ackAbove                    // SND.NXT+1
	ackBelow                    // SND.UNA-1
	ackFarOld                   // 2^30 before SND.UNA
	ackFarAhead                 // 2^30 after SND.NXT
)

// textSize is how much data there is.
type textSize uint8

// The sizes of text. textFill is used to lead to a state, and is sent until the window is shut.
const (
	textNone textSize = iota
	textSome          // 100 octets
	textMore          // up to ten octets beyond the window, if one segment takes that
	textFill          // as much as the window takes, if one segment takes it
	textFew           // 10 octets: the data that is missing before a segment at the place "inside"
)

// windowState is what the segment says of the harness's own window.
type windowState uint8

// The windows.
const (
	windowOpen windowState = iota
	windowShut
	windowSmall // 50, less than textSome
)

// The numbers of the harness: its first sequence number, its window, the size of textSome, and the largest size of data
// in a segment, with which a packet fits into 1500 octets.
const (
	ourIss      model.Seq = 300
	ourWindow             = 8000
	someText              = 100
	fewText               = 10
	smallWindow           = 50
	mostText              = 1400
	quarter               = 1 << 30
)

var (
	seqNames    = []string{"exact", "before", "inside", "last", "after", "far-old", "far-ahead", "again"}
	ackNames    = []string{"nxt", "una", "between", "above", "below", "far-old", "far-ahead"}
	textNames   = []string{"none", "some", "more", "fill", "few"}
	windowNames = []string{"open", "shut", "small"}
)

// ClassWords explains the words of a Class, in the order in which they stand there: "seq=before" and what it means.
func ClassWords() (list [][2]string) {
	for _, d := range []struct {
		key          string
		names, means []string
	}{
		{"seq", seqNames, []string{"RCV.NXT", "RCV.NXT-1", "RCV.NXT+10", "the last number of the window", "the first number behind the window",
			"2^30 below RCV.NXT", "2^30 above RCV.NXT", "the last 100 octets that came, once more"}},
		{"ack", ackNames, []string{"SND.NXT", "SND.UNA", "between SND.UNA and SND.NXT", "SND.NXT+1", "SND.UNA-1", "2^30 below SND.UNA", "2^30 above SND.NXT"}},
		{"text", textNames, []string{"no data", "100 octets of data", "data up to ten octets behind the window", "data that fills the window", "10 octets of data, which fill a gap"}},
		{"window", windowNames, []string{"SEG.WND is 8000", "SEG.WND is 0", "SEG.WND is 50"}},
		{"form", formNames, formMeans},
		{"at", socketNames, socketMeans},
	} {
		for i, n := range d.names {
			list = append(list, [2]string{d.key + "=" + n, d.means[i]})
		}
	}
	return list
}

func (c Class) String() string {
	var b strings.Builder
	b.WriteString(flagsName(c.flags))
	fmt.Fprintf(&b, " seq=%s", seqNames[c.seq])
	if c.flags&model.ACK != 0 {
		fmt.Fprintf(&b, " ack=%s", ackNames[c.ack])
	}
	if c.text != textNone {
		fmt.Fprintf(&b, " text=%s", textNames[c.text])
	}
	if c.window != windowOpen {
		fmt.Fprintf(&b, " window=%s", windowNames[c.window])
	}
	if c.form != formPlain {
		fmt.Fprintf(&b, " form=%s", formNames[c.form])
	}
	if c.at != atOwn {
		fmt.Fprintf(&b, " at=%s", socketNames[c.at])
	}
	return b.String()
}

func flagsName(f model.Flags) string {
	if f == 0 {
		return "no-flag"
	}
	return f.String()
}

// segment is the segment of the class for an endpoint with this TCB. ok is false if there is none.
func (c Class) segment(t model.TCB) (s model.Segment, ok bool) {
	next, wnd := ourIss, uint32(1000)
	if t.State >= model.SynReceived {
		next, wnd = t.Rcv.Nxt, t.Rcv.Wnd
	}
	s = model.Segment{Flags: c.flags, Wnd: ourWindow}
	switch c.window {
	case windowShut:
		s.Wnd = 0
	case windowSmall:
		s.Wnd = smallWindow
	}
	switch c.seq {
	case seqExact:
		s.Seq = next
	case seqBefore:
		s.Seq = next - 1
	case seqInside:
		s.Seq, ok = next+10, wnd > 10
		if !ok {
			return s, false
		}
	case seqLast:
		s.Seq = next + model.Seq(wnd) - 1
	case seqAfter:
		s.Seq = next + model.Seq(wnd)
	case seqFarOld:
		s.Seq = next - quarter
	case seqFarAhead:
		s.Seq = next + quarter
	case seqAgain:
		s.Seq = next - someText
		if c.text != textSome || c.flags&model.SYN != 0 || t.State < model.SynReceived || next.From(t.Irs) <= someText {
			return s, false // fewer octets have arrived so far
		}
	}
	if c.flags&model.ACK != 0 {
		if s.Ack, ok = c.ack.number(t.Snd.Una, t.Snd.Nxt); !ok {
			return s, false
		}
	}
	if c.flags&model.SYN != 0 {
		s.Opts, s.MSS = model.OptMSS, mostText
	}
	if c.flags&model.URG != 0 {
		s.Up = 1
	}
	if c.text == textFew && !outOfOrder(t) {
		return s, false // there is no gap to fill
	}
	s.Len, ok = c.text.octets((next + model.Seq(wnd)).From(s.TextSeq()))
	return s, c.form.options(&s, t) && ok
}

func (a ackPlace) number(una, nxt model.Seq) (n model.Seq, ok bool) {
	switch a {
	case ackNxt:
		return nxt, true
	case ackUna:
		return una, true
	case ackBetween:
		return una + (nxt-una)/2, nxt-una >= 2
	case ackAbove:
		return nxt + 1, true
	case ackBelow:
		return una - 1, true
	case ackFarOld:
		return una - quarter, true
	case ackFarAhead:
		return nxt + quarter, true
	}
	panic("BUG: unhandled AckPlace")
}

// octets is how much data a segment has that begins at this distance before the end of the window.
func (x textSize) octets(left uint32) (n uint16, ok bool) {
	switch x {
	case textNone:
		return 0, true
	case textSome:
		return someText, true
	case textMore:
		return uint16(left + 10), left <= mostText-10
	case textFill:
		return uint16(min(left, mostText)), left > 0 && left < quarter
	case textFew:
		return fewText, true
	}
	panic("BUG: unhandled TextSize")
}

// flagSets are the combinations of control bits that are tried. PSH and URG change nothing that is compared, and are in
// one of them.
var flagSets = []model.Flags{
	model.ACK, model.SYN, model.SYN | model.ACK, model.FIN | model.ACK, model.RST, model.RST | model.ACK, 0, model.FIN,
	model.SYN | model.FIN, model.SYN | model.RST, model.SYN | model.FIN | model.ACK, model.PSH | model.URG | model.ACK,
}

// Classes returns the table of segment classes: every combination of flags, SEG.SEQ, SEG.ACK and length of data, each
// exact one with a window of zero or a small one, and ordinary segments in another form.
func Classes() (list []Class) {
	for _, flags := range flagSets {
		acks := ackPlace(len(ackNames))
		if flags&model.ACK == 0 {
			acks = 1
		}
		for seq := range seqPlace(len(seqNames)) {
			for ack := range acks {
				for text := textNone; text <= textMore; text++ {
					list = append(list, Class{flags: flags, seq: seq, ack: ack, text: text})
				}
				if seq == seqExact && ack <= ackBetween {
					list = append(list, Class{flags: flags, seq: seq, ack: ack, window: windowShut})
				}
			}
		}
	}
	list = append(list, Class{flags: model.ACK, text: textFew}, Class{flags: model.ACK, window: windowSmall},
		Class{flags: model.SYN | model.ACK, window: windowSmall})
	return append(list, otherForms()...)
}
