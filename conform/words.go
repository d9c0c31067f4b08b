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
	more  bool     // the word "...": one or more of these, and nothing after them
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

// number is the number at the place, for the nth segment. ok is false if there is none.
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
		if n := len(p); n > 0 && p[n-1].more {
			return nil, fmt.Errorf("found %q in %q, expected the word ... to be the last", word, text)
		}
		if word == "..." && len(p) > 0 {
			p[len(p)-1].more = true
			continue
		}
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

// splitPlace splits "RCV.NXT+100" into the place and the number.
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

// covers reports whether the segments match the pattern.
func (p sentPattern) covers(sent []model.Segment, at *places) bool {
	if len(sent) < len(p) || len(sent) > len(p) && (len(p) == 0 || !p[len(p)-1].more) {
		return false
	}
	for n, s := range sent {
		if !p[min(n, len(p)-1)].covers(s, n, at) {
			return false
		}
	}
	return true
}

func (x *segmentPattern) covers(s model.Segment, n int, at *places) bool {
	return flagsName(s.Flags) == x.flags && among(x.seq, n, uint32(s.Seq), seqPlaces, at, seqOf) &&
		(!s.Has(model.ACK) || among(x.ack, n, uint32(s.Ack), ackPlaces, at, ackOf)) &&
		(slices.Contains(x.len, fmt.Sprint(s.Len)) || among(x.len, n, uint32(s.Len), []string{modelPlace}, at, lenOf))
}

// among reports whether the number is at one of the places, or no place is given.
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

// mostPlaces is the maximum number of places in a drafted field. A field that needs more is left open.
const mostPlaces = 4

// sort is the part of a difference that a drafted pattern describes: the flags, and the places of the numbers.
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

// sentSort is the flags of what was sent. Retransmissions by a timer are one sort, whatever their number.
func (l *Line) sentSort() string {
	sent := l.Got.Sent
	if l.Step.Op != Sleep || len(sent) == 0 || slices.ContainsFunc(sent, func(s model.Segment) bool { return s.Flags != sent[0].Flags }) {
		return l.Got.flags()
	}
	return flagsName(sent[0].Flags) + " ..."
}

// draftSent are the patterns for what was sent in these lines.
func draftSent(lines []Line) (list []string) {
	sorts := map[string][]Line{}
	for _, l := range lines {
		sorts[l.sentSort()] = append(sorts[l.sentSort()], l)
	}
	for sort, lines := range sorts {
		list = append(list, draftSort(sort, lines))
	}
	slices.Sort(list)
	return list
}

// evidence is the nth segment of a line.
type evidence struct {
	at   *places
	sent model.Segment
	n    int
}

// draftSort is the pattern for lines of one sort.
func draftSort(sort string, lines []Line) string {
	var words []string
	flags := strings.Fields(sort)
	for n, word := range flags {
		if word == "..." || word == "nothing" {
			words = append(words, word)
			continue
		}
		var list []evidence
		for i := range lines {
			l := &lines[i]
			for k, s := range l.Got.Sent {
				if k == n || flags[len(flags)-1] == "..." {
					list = append(list, evidence{l.places(), s, k})
				}
			}
		}
		words = append(words, word)
		if text := draftPlaces(list, seqPlaces, seqOf); text != "" {
			words = append(words, "SEQ="+text)
		}
		if list[0].sent.Has(model.ACK) {
			if text := draftPlaces(list, ackPlaces, ackOf); text != "" {
				words = append(words, "ACK="+text)
			}
		}
		if text := draftLengths(list); text != "" {
			words = append(words, "LEN="+text)
		}
	}
	return strings.Join(words, " ")
}

// draftPlaces finds a small set of places that covers every segment.
func draftPlaces(list []evidence, names []string, field func(model.Segment) uint32) string {
	var found []string
	covers := func(text string, e evidence) bool {
		return among([]string{text}, e.n, field(e.sent), names, e.at, field)
	}
	for left := list; len(left) > 0; {
		best, most := "", 0
		for _, text := range candidates(left[0], names, field) {
			votes := 0
			for _, e := range left {
				if covers(text, e) {
					votes++
				}
			}
			if votes > most {
				best, most = text, votes
			}
		}
		if best == "" || len(found) == mostPlaces {
			return ""
		}
		found = append(found, best)
		left = slices.DeleteFunc(slices.Clone(left), func(e evidence) bool { return covers(best, e) })
	}
	return strings.Join(found, "|")
}

// candidates are the places themselves, and then places near the number of the first segment.
func candidates(first evidence, names []string, field func(model.Segment) uint32) (list []string) {
	list = slices.Clone(names)
	for _, place := range names {
		base, ok := first.at.number(place, first.n, field)
		if d := int32(field(first.sent) - base); ok && place != "0" && d != 0 && d > -1<<16 && d < 1<<16 {
			list = append(list, fmt.Sprintf("%s%+d", place, d))
		}
	}
	return list
}

// draftLengths names the length of segments if it is that of the model's, or nothing, or one octet. Any other length
// follows from how much the user has sent.
func draftLengths(list []evidence) string {
	var lengths []string
	same, few := true, true
	for _, e := range list {
		same = same && e.n < len(e.at.want) && e.at.want[e.n].Len == e.sent.Len
		few = few && e.sent.Len <= 1
		if text := fmt.Sprint(e.sent.Len); !slices.Contains(lengths, text) {
			lengths = append(lengths, text)
		}
	}
	switch {
	case few:
		return strings.Join(lengths, "|")
	case same:
		return modelPlace
	}
	return ""
}
