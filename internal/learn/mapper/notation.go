package mapper

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/learn/mealy"
)

// otherNames are the names that learners give to calls, and to no answer, in capitals.
var otherNames = map[string]string{
	"RCV": "RECEIVE", "RECV": "RECEIVE", "READ": "RECEIVE", "SND": "SEND", "WRITE": "SEND", "OPEN": "CONNECT",
	"CLOSECONNECTION": "CLOSE", "CLOSECLIENT": "CLOSE", "SHUTDOWN": "CLOSE",
	"NIL": Timeout, "NONE": Timeout, "NULL": Timeout, "SILENCE": Timeout, "NO-RESPONSE": Timeout, "-": Timeout,
}

// listenerClose is the name for CLOSE if a machine has CLOSECONNECTION as well: then CLOSE closes the listener.
const listenerClose = "CLOSELISTENER"

// segmentWord is FLAGS(SEQ,ACK,LENGTH), with flags joined by one of + , - & and in any order.
var segmentWord = regexp.MustCompile(`^([A-Za-z]+(?:[+,&-][A-Za-z]+)*)\(\s*([A-Za-z-]+)\s*,\s*([A-Za-z-]+)\s*,\s*([0-9]+)\s*\)$`)

// flagOrder is the order of flags in a word of ours.
var flagOrder = []string{"SYN", "FIN", "RST", "ACK", "PSH", "URG"}

// fields are the parts of a segment's word.
type fields struct {
	flags    []string
	seq, ack string
	length   string
}

func (f fields) has(flag string) bool { return slices.Contains(f.flags, flag) }

func (f fields) word() string {
	return strings.Join(f.flags, "+") + "(" + f.seq + "," + f.ack + "," + f.length + ")"
}

// spans reports whether the segment takes sequence numbers.
func (f fields) spans() bool { return f.has("SYN") || f.has("FIN") || f.length != "0" }

// parse reads a segment's word in any of the notations.
func parse(word string) (f fields, ok bool) {
	m := segmentWord.FindStringSubmatch(strings.TrimSpace(word))
	if m == nil {
		return f, false
	}
	for _, flag := range strings.FieldsFunc(strings.ToUpper(m[1]), func(c rune) bool { return strings.ContainsRune("+,&-", c) }) {
		if !slices.Contains(flagOrder, flag) || f.has(flag) {
			return f, false
		}
		f.flags = append(f.flags, flag)
	}
	slices.SortFunc(f.flags, func(a, b string) int { return slices.Index(flagOrder, a) - slices.Index(flagOrder, b) })
	f.seq, f.ack, f.length = strings.ToUpper(m[2]), strings.ToUpper(m[3]), m[4]
	return f, true
}

// inputName is an input in the words of this package. What is in no known notation stays as it is.
func inputName(word string) string {
	f, ok := parse(word)
	if !ok {
		return callName(word)
	}
	for _, number := range []*string{&f.seq, &f.ack} {
		switch *number {
		case "VALID", "NEXT", "FRESH":
			*number = string(Valid)
		case "INVALID":
			*number = string(invalid)
		}
	}
	if !f.has("ACK") {
		f.ack = string(Valid)
	}
	return f.word()
}

func callName(word string) string {
	if name, ok := otherNames[strings.ToUpper(strings.TrimSpace(word))]; ok {
		return name
	}
	return word
}

// outputName is an answer to this input in the words of this package. Other notations say of SEQ that it is FRESH (a new
// initial number), NEXT, CURRENT (that of the last segment; without data it is NEXT, too) or ZERO, and of ACK that it
// is NEXT (it covers what the input brought), CURRENT (it does not) or ZERO. That CURRENT is another number than NEXT shows
// only where the input brings something; and a field that the flags leave out has no meaning.
func outputName(input, output string) string {
	in, _ := parse(input)
	brings := in.spans() && in.seq == string(Valid)
	var words []string
	for _, word := range strings.FieldsFunc(output, func(c rune) bool { return c == '|' || c == ';' }) {
		f, ok := parse(word)
		if !ok {
			words = append(words, callName(strings.TrimSpace(word)))
			continue
		}
		switch f.seq {
		case "FRESH", "NEXT", "VALID":
			f.seq = string(Valid)
		case "CURRENT":
			f.seq = string(Valid)
			if f.has("SYN") {
				f.seq = string(current) // the SYN again
			}
		case "INVALID":
			f.seq = string(invalid)
		}
		switch f.ack {
		case "NEXT", "VALID":
			f.ack = string(Valid)
		case "CURRENT":
			f.ack = string(Valid)
			if brings {
				f.ack = string(current)
			}
		case "INVALID":
			f.ack = string(invalid)
		}
		if !f.has("ACK") {
			f.ack = string(Valid)
		}
		words = append(words, f.word())
	}
	if len(words) == 0 {
		return Timeout
	}
	return strings.Join(words, "|")
}

// Respell gives a machine in one of the notations of learners the words of this package: the order of flags, the names of
// numbers, of calls, and of no answer. Words of no known notation stay.
func Respell(m *mealy.Machine) error {
	if slices.Contains(m.Inputs, "CLOSECONNECTION") && slices.Contains(m.Inputs, "CLOSE") {
		if err := m.Rename(map[string]string{"CLOSE": listenerClose}); err != nil {
			return err
		}
	}
	return m.Respell(inputName, outputName)
}
