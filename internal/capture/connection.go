package capture

import (
	"encoding/json"
	"net/netip"
	"strings"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// States is a set of states, those that fit what was seen.
type States uint16

func setOf(states ...model.State) (s States) {
	for _, st := range states {
		s |= 1 << st
	}
	return s
}

// Has reports whether st is in the set.
func (s States) Has(st model.State) bool { return s&(1<<st) != 0 }

// Only reports whether st is all that is in the set.
func (s States) Only(st model.State) bool { return s == 1<<st }

func (s States) each(f func(model.State)) {
	for st := range model.State(model.NumStates) {
		if s.Has(st) {
			f(st)
		}
	}
}

// String joins the states: "SYN-RECEIVED|ESTABLISHED".
func (s States) String() string {
	var names []string
	s.each(func(st model.State) { names = append(names, st.String()) })
	if names == nil {
		return "?"
	}
	return strings.Join(names, "|")
}

// MarshalJSON writes the set as a list of the RFC's names.
func (s States) MarshalJSON() ([]byte, error) {
	names := []string{}
	s.each(func(st model.State) { names = append(names, st.String()) })
	return json.Marshal(names)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *States) UnmarshalJSON(b []byte) error {
	var names []string
	if err := json.Unmarshal(b, &names); err != nil {
		return err
	}
	*s = 0
	for _, n := range names {
		if st, ok := model.ParseState(n); ok {
			*s |= 1 << st
		}
	}
	return nil
}

// Grade is how grave a remark is.
type Grade string

// Note: worth knowing. Doubt: honest endpoints do this only after something the capture does
// not show. Impossible: if the capture is complete, no endpoint that follows RFC 9293 sent it.
const (
	Note       Grade = "note"
	Doubt      Grade = "doubt"
	Impossible Grade = "impossible"
)

// Remark is one thing to say about a segment or a connection.
type Remark struct {
	Grade Grade  `json:"grade"`
	Rule  string `json:"rule"` // a short name: "retransmission", "ack-of-unsent"
	RFC   string `json:"rfc"`  // where the verdict comes from: "RFC 9293 §3.10.7.4"
	Text  string `json:"text"`
}

// Side is one of the two endpoints; the one whose segment is seen first is A.
type Side int

// A and B.
const (
	A Side = iota
	B
)

func (s Side) String() string { return string(rune('A' + s)) }

// MarshalText writes "A" or "B".
func (s Side) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads it.
func (s *Side) UnmarshalText(b []byte) error {
	*s = A
	if string(b) == "B" {
		*s = B
	}
	return nil
}

// SegmentSeen is one segment of a connection and what is inferred from it.
type SegmentSeen struct {
	Number  int           `json:"number"`
	Time    time.Duration `json:"time"` // since the connection's first segment
	From    Side          `json:"from"`
	Segment string        `json:"segment"` // <SEQ=..><ACK=..><CTL=..>
	RelSeq  uint32        `json:"relSeq"`  // SEG.SEQ less the sender's initial number
	RelAck  uint32        `json:"relAck"`
	Window  uint32        `json:"window"` // scaled, if the scale is known
	States  [2]States     `json:"states"` // after it, of A and of B
	Remarks []Remark      `json:"remarks,omitempty"`

	Seg model.Segment `json:"-"`
}

// Connection is one incarnation of one pair of sockets.
type Connection struct {
	Sockets  [2]netip.AddrPort `json:"sockets"`
	First    int               `json:"firstPacket"` // the number of its first packet in the capture
	Start    time.Time         `json:"start,omitzero"`
	Duration time.Duration     `json:"duration"`            // from its first packet to its last; 0 without times
	RTT      time.Duration     `json:"handshake,omitempty"` // from its last SYN to the SYN,ACK, where it was captured
	Opened   string            `json:"opened"`              // one of the Opened... words
	Closed   string            `json:"closed"`              // one of the Closed... words
	ClosedBy string            `json:"closedBy,omitempty"`
	ResetIn  States            `json:"resetIn,omitzero"` // the possible states of the sender of the first RST before it
	States   [2]States         `json:"states"`           // at the end
	TimeWait string            `json:"timeWait"`         // "A", "B perhaps", "A undetermined", "nobody", or two with "and"
	Segments []SegmentSeen     `json:"segments"`
	Elided   int               `json:"elided,omitempty"` // segments that are counted only, see Options
	Total    int               `json:"total"`
	Octets   [2]uint64         `json:"octets"`  // octets of data of each side in the capture, each counted once
	Spanned  [2]uint64         `json:"spanned"` // numbers between its SYN and its FIN; more than Octets if some are missing
	Remarks  []Remark          `json:"remarks,omitempty"`
	Found    Tally             `json:"found,omitempty"` // all remarks, those on segments too
}

// The words of Connection.Opened.
const (
	OpenedThree        = "three segments"
	openedMerged       = "three segments, data on the third"
	openedFour         = "four segments"
	openedSimultaneous = "simultaneously"
	openedSelf         = "with itself"
	openedBefore       = "before the capture began"
	openedUnseen       = "yes, but only one direction was captured"
	openedGap          = "yes, but a SYN is not in the capture"
	openedRefused      = "not: refused"
	openedIgnored      = "not: answered by a RST that does not acknowledge the SYN"
	openedNoAnswer     = "not: no answer"
	openedICMP         = "not: answered by an ICMP error"
	openedOld          = "not: the peer still has an earlier connection"
	openedPartly       = "not: the handshake is unfinished"
)

// The words of Connection.Closed.
const (
	closedFour         = "four segments"
	closedThree        = "three segments"
	closedHalf         = "four segments, data sent after the first FIN (half-close)"
	closedSimultaneous = "simultaneously"
	ClosedReset        = "reset"
	closedAfterReset   = "reset after both FINs"
	ClosedNever        = "still open"
	closedOneWay       = "still open in one direction"
	closedUnfinished   = "both FINs sent, the last one not acknowledged"
	closedNotOpened    = "never open"
)

// OpenedWords and ClosedWords are all that Connection.Opened and Connection.Closed can be.
var (
	OpenedWords = []string{OpenedThree, openedMerged, openedFour, openedSimultaneous, openedSelf, openedBefore, openedUnseen,
		openedGap, openedRefused, openedIgnored, openedNoAnswer, openedICMP, openedOld, openedPartly}
	ClosedWords = []string{closedFour, closedThree, closedHalf, closedSimultaneous, ClosedReset, closedAfterReset, ClosedNever,
		closedOneWay, closedUnfinished, closedNotOpened}
)

// Count returns how many remarks of a grade the connection has.
func (c *Connection) Count(g Grade) int { return c.Found.count(g) }

// tell adds a remark on the connection as a whole.
func (c *Connection) tell(r Remark) {
	c.Remarks = append(c.Remarks, r)
	c.Found.add(RuleCount{r.Rule, r.Grade, 1})
}

func (s *SegmentSeen) doubtful() bool {
	for _, r := range s.Remarks {
		if r.Grade != Note {
			return true
		}
	}
	return false
}

// Ending is how the connection was closed, and by whom: "four segments, A first".
func (c *Connection) Ending() string {
	switch {
	case c.ClosedBy == "":
		return c.Closed
	case c.Closed == ClosedReset || c.Closed == closedAfterReset:
		return c.Closed + ", by " + c.ClosedBy + " in " + shorten(c.ResetIn)
	case c.ClosedBy == "both":
		return c.Closed
	}
	return c.Closed + ", " + c.ClosedBy + " first"
}
