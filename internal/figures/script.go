package figures

import "github.com/tcpcheck/tcpcheck/model"

// Script is a parsed dialogue.
type Script struct {
	Name  string // of its file, without the extension
	Title string // "RFC 9293 Figure 6"
	Claim string
	Text  string // as it was read

	ends   [2]end
	hidden map[[2]string]string // see NotSeen
	self   bool                 // both columns are one endpoint
	lines  []line
}

// end is how one side begins.
type end struct {
	config model.Config
	tcb    model.TCB
	iss    []model.Seq
	clock  uint32
}

// line is one line of the body: either a segment, or items.
type line struct {
	number int // in the file
	text   string
	states [2]wantState
	move   *move
	items  []item
}

type wantState struct {
	state model.State
	given bool
}

// move is a segment on its way. From or to may be the network.
type move struct {
	from, to place
	origin   origin
	pattern  pattern
}

type place uint8

const (
	atA place = iota
	atB
	inNetwork
	nowhere
)

// origin is where a segment comes from that arrives out of the network.
type origin uint8

const (
	waiting origin = iota // it was sent before, and waits
	again                 // a copy of one that was seen before
	written               // from outside: as the line says
)

// item is something in one column of a line without a segment.
type item struct {
	side place
	text string
	// One of the following is set.
	event    *model.Event
	reboot   bool
	clock    *uint32
	heard    string
	notHeard string
	variable string
	value    uint32
	state    wantState
}
