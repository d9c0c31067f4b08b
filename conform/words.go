package conform

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
)

// A sentPattern is what an entry says of the segments of one answer, such as "RST,ACK SEQ=SND.NXT ACK=RCV.NXT". An
// empty one is the word "nothing".
type sentPattern []segmentPattern

// segmentPattern is one segment. A field that is not said may be anything.
type segmentPattern struct {
	flags string
	seq   []string // places
	ack   []string
	len   []string // numbers of octets, or MODEL
}

// places are the names of numbers in want and got. SND.NXT, SND.UNA, ISS and RCV.NXT are those of the model before the
// input; SEG is the input; MODEL is the number of the model's segment in the same place. One of them can be followed by
// +N or -N.
type places struct {
	before model.TCB
	iss    model.Seq
	input  model.Segment
	want   []model.Segment
}

var seqPlaces = []string{"SND.NXT", "SND.UNA", "SEG.ACK", "0", "ISS", "MODEL"}

var ackPlaces = []string{"RCV.NXT", "SEG.SEQ+SEG.LEN", "SEG.SEQ", "0", "MODEL"}

const modelPlace = "MODEL"

// number is the number at the place, for the nth segment; ok is false if there is none.
func (p *places) number(place string, n int, field func(model.Segment) uint32) (x uint32, ok bool) {
	switch place {
	case "SND.NXT":
		return uint32(p.before.Snd.Nxt), p.before.State > model.Listen
	case "SND.UNA":
		return uint32(p.before.Snd.Una), p.before.State > model.Listen
	case "ISS":
		return uint32(p.iss), true
	case "RCV.NXT":
		return uint32(p.before.Rcv.Nxt), p.before.State >= model.SynReceived
	case "SEG.ACK":
		return uint32(p.input.Ack), p.input.Has(model.ACK)
	case "SEG.SEQ":
		return uint32(p.input.Seq), p.input != model.Segment{}
	case "SEG.SEQ+SEG.LEN":
		return uint32(p.input.End()), p.input != model.Segment{}
	case modelPlace:
		if n < len(p.want) {
			return field(p.want[n]), true
		}
		return 0, false
	}
	return 0, place == "0"
}

func seqOf(s model.Segment) uint32 { return uint32(s.Seq) }
func ackOf(s model.Segment) uint32 { return uint32(s.Ack) }
func lenOf(s model.Segment) uint32 { return uint32(s.Len) }

// parseSent reads a word of want or got.
func parseSent(text string) (sentPattern, error) {
	if text == "nothing" {
		return sentPattern{}, nil
	}
	var p sentPattern
	for _, word := range strings.Fields(text) {
		key, values, isField := strings.Cut(word, "=")
		if !isField {
			if !isFlags(word) {
				return nil, fmt.Errorf("found %q in %q, expected nothing, or flags like RST,ACK or no-flag", word, text)
			}
			p = append(p, segmentPattern{flags: word})
			continue
		}
		if len(p) == 0 {
			return nil, fmt.Errorf("found %q in %q, expected flags before it", word, text)
		}
		if err := p[len(p)-1].take(key, strings.Split(values, "|")); err != nil {
			return nil, fmt.Errorf("found %q in %q, %w", word, text, err)
		}
	}
	return p, nil
}

func isFlags(word string) bool {
	for f := range model.Flags(1 << 6) {
		if flagsName(f) == word {
			return true
		}
	}
	return false
}

func (s *segmentPattern) take(key string, values []string) error {
	var names []string
	switch key {
	case "SEQ":
		s.seq, names = values, seqPlaces
	case "ACK":
		s.ack, names = values, ackPlaces
	case "LEN":
		s.len, names = values, []string{modelPlace}
	default:
		return fmt.Errorf("expected SEQ=, ACK= or LEN=")
	}
	for _, v := range values {
		_, _, ok := splitPlace(v, names)
		if _, err := strconv.ParseUint(v, 10, 16); !ok && !(key == "LEN" && err == nil) {
			return fmt.Errorf("expected one of %s", strings.Join(names, ", ")) // with +N or -N
		}
	}
	return nil
}

// splitPlace takes apart "RCV.NXT+100".
func splitPlace(text string, names []string) (place string, offset int32, ok bool) {
	if slices.Contains(names, text) {
		return text, 0, true
	}
	i := strings.LastIndexAny(text, "+-")
	if i < 0 || !slices.Contains(names, text[:i]) {
		return "", 0, false
	}
	n, err := strconv.ParseInt(text[i:], 10, 32)
	return text[:i], int32(n), err == nil
}

// covers reports whether the segments are as the pattern says.
func (p sentPattern) covers(sent []model.Segment, at *places) bool {
	if len(p) != len(sent) {
		return false
	}
	for n, s := range sent {
		x := p[n]
		if flagsName(s.Flags) != x.flags || !among(x.seq, n, uint32(s.Seq), seqPlaces, at, seqOf) ||
			s.Has(model.ACK) && !among(x.ack, n, uint32(s.Ack), ackPlaces, at, ackOf) ||
			!slices.Contains(x.len, fmt.Sprint(s.Len)) && !among(x.len, n, uint32(s.Len), []string{modelPlace}, at, lenOf) {
			return false
		}
	}
	return true
}

// among reports whether the number is at one of the places, or no place is said.
func among(list []string, n int, x uint32, names []string, at *places, field func(model.Segment) uint32) bool {
	if list == nil {
		return true
	}
	for _, text := range list {
		place, offset, ok := splitPlace(text, names)
		if !ok {
			continue
		}
		if base, ok := at.number(place, n, field); ok && base+uint32(offset) == x {
			return true
		}
	}
	return false
}

// mostPlaces is how many places a drafted field names at most. One that needs more is left open.
const mostPlaces = 4

// sort is what a drafted pattern sees of a difference: the flags, and the places at which the numbers are.
func (l *Line) sort() string {
	var b strings.Builder
	at := l.places()
	fmt.Fprint(&b, l.Want.flags(), " > ", l.Got.flags())
	for n, s := range l.Got.Sent {
		fmt.Fprint(&b, " ", s.Len, n < len(l.Want.Sent) && l.Want.Sent[n].Len == s.Len)
		for _, x := range []struct {
			names []string
			field func(model.Segment) uint32
		}{{seqPlaces, seqOf}, {ackPlaces, ackOf}} {
			for _, place := range x.names {
				if base, ok := at.number(place, n, x.field); ok {
					d := int32(x.field(s) - base)
					fmt.Fprint(&b, " ", max(min(d, 1<<16), -1<<16))
				}
			}
		}
	}
	return b.String()
}

// draftSent is the pattern of what was sent in all of these lines, which have the same flags.
func draftSent(lines []Line) string {
	first := lines[0].Got.Sent
	if len(first) == 0 {
		return "nothing"
	}
	var words []string
	for n, s := range first {
		words = append(words, flagsName(s.Flags))
		if list := draftPlaces(lines, n, seqPlaces, seqOf); list != "" {
			words = append(words, "SEQ="+list)
		}
		if s.Has(model.ACK) {
			if list := draftPlaces(lines, n, ackPlaces, ackOf); list != "" {
				words = append(words, "ACK="+list)
			}
		}
		if list := draftLengths(lines, n); list != "" {
			words = append(words, "LEN="+list)
		}
	}
	return strings.Join(words, " ")
}

// draftPlaces names as few places as cover the nth segment of every line.
func draftPlaces(lines []Line, n int, names []string, field func(model.Segment) uint32) string {
	var found []string
	left := lines
	for len(left) > 0 {
		votes, best := map[string]int{}, ""
		for _, text := range candidates(left, n, names, field) {
			for _, l := range left {
				if among([]string{text}, n, field(l.Got.Sent[n]), names, l.places(), field) {
					votes[text]++
				}
			}
			if best == "" || votes[text] > votes[best] {
				best = text
			}
		}
		if best == "" || len(found) == mostPlaces {
			return ""
		}
		found = append(found, best)
		left = slices.DeleteFunc(slices.Clone(left), func(l Line) bool {
			return among([]string{best}, n, field(l.Got.Sent[n]), names, l.places(), field)
		})
	}
	return strings.Join(found, "|")
}

// candidates are the places themselves, and then places near the number of the first line.
func candidates(lines []Line, n int, names []string, field func(model.Segment) uint32) (list []string) {
	list = slices.Clone(names)
	l := lines[0]
	for _, place := range names {
		base, ok := l.places().number(place, n, field)
		if d := int32(field(l.Got.Sent[n]) - base); ok && place != "0" && d != 0 && d > -1<<16 && d < 1<<16 {
			list = append(list, fmt.Sprintf("%s%+d", place, d))
		}
	}
	return list
}

// draftLengths names the length of the nth segment if it is that of the model's, or nothing, or one octet. Any other
// length follows from how much the user has sent.
func draftLengths(lines []Line, n int) string {
	var list []string
	same, few := true, true
	for _, l := range lines {
		got := l.Got.Sent[n].Len
		same = same && n < len(l.Want.Sent) && l.Want.Sent[n].Len == got
		few = few && got <= 1
		if text := fmt.Sprint(got); !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	switch {
	case few:
		return strings.Join(list, "|")
	case same:
		return modelPlace
	}
	return ""
}
