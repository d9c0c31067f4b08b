package ladder

import (
	"bufio"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// The columns. A segment that is wider than its column is broken between two of its fields.
const (
	widest      = 100 // and the usual width, where no terminal says otherwise
	narrowest   = 80
	numberWidth = 5
	tickWidth   = 5
	stateWidth  = 13
	arrowWidth  = 4
)

// columns is the width of a page on a terminal of so many columns; 0 means that there is no terminal.
func columns(terminal int) int {
	if terminal == 0 {
		return widest
	}
	return max(narrowest, min(widest, terminal))
}

// segmentWidth is what a segment may take of a page.
func segmentWidth(page int) int {
	return page - numberWidth - tickWidth - 2*stateWidth - 2*arrowWidth - 1
}

type style string

const (
	usual  style = ""
	quiet  style = "\x1b[36m"
	speech style = "\x1b[33m"
	alarm  style = "\x1b[1;31m"
	faint  style = "\x1b[2m"
	reset        = "\x1b[0m"
)

type printer struct {
	b      *bufio.Writer
	color  bool
	timed  bool
	width  int // of the page
	middle int
	line   strings.Builder
	col    int
	tick   int // the last one printed, plus one
}

// cell appends text, padded to n columns. Blanks at the end of a line are never written.
func (p *printer) cell(n int, s style, text string) {
	pad := strings.Repeat(" ", max(n-utf8.RuneCountInString(text), 0))
	p.col += utf8.RuneCountInString(text) + len(pad)
	if p.color && s != usual && strings.TrimSpace(text) != "" {
		text = string(s) + text + reset
	}
	p.line.WriteString(text + pad)
}

func (p *printer) flush() {
	fmt.Fprintln(p.b, strings.TrimRight(p.line.String(), " "))
	p.line.Reset()
	p.col = 0
}

func (p *printer) left() int {
	if p.timed {
		return numberWidth + tickWidth
	}
	return numberWidth
}

func (p *printer) right() int { return p.left() + stateWidth + 2*arrowWidth + p.middle + 1 }

func (p *printer) heading() {
	p.cell(p.left(), usual, "")
	p.cell(p.right()-p.left(), usual, "TCP Peer A")
	p.cell(0, usual, "TCP Peer B")
	p.flush()
	p.flush()
}

// number starts a line: the step, and the tick if it is another than above.
func (p *printer) number(r *row) {
	text := ""
	if r.n > 0 {
		text = fmt.Sprintf("%3d.", r.n)
	}
	p.cell(numberWidth, faint, text)
	if !p.timed {
		return
	}
	text = ""
	if r.n > 0 && r.tick+1 != p.tick {
		p.tick = r.tick + 1
		text = fmt.Sprintf("t=%d", r.tick)
	}
	p.cell(tickWidth, faint, text)
}

func (p *printer) row(r *row) {
	p.number(r)
	if r.note != "" {
		p.note(r)
		return
	}
	lines := broken(r.segment, p.width)
	for i, l := range lines {
		if i > 0 {
			p.cell(p.left()+stateWidth+arrowWidth, usual, "")
			p.cell(0, usual, l)
			p.flush()
			continue
		}
		p.cell(stateWidth, usual, r.states[0])
		p.cell(arrowWidth, faintDots(r.arrows[0]), r.arrows[0])
		p.cell(p.middle+1, r.style, l)
		p.cell(arrowWidth-1, faintDots(r.arrows[1]), r.arrows[1])
		p.cell(0, usual, " "+r.states[1])
		p.flush()
	}
}

func faintDots(arrow string) style {
	if arrow == "..." {
		return faint
	}
	return usual
}

// note writes what belongs to one side, or as near to it as it fits.
func (p *printer) note(r *row) {
	if r.side == netfake.B {
		at := min(p.right(), p.width-utf8.RuneCountInString(r.note))
		p.cell(at-p.col, usual, "")
	}
	p.cell(0, r.style, r.note)
	p.flush()
}

// broken cuts a segment that is too wide between two of its fields.
func broken(segment string, page int) []string {
	lines := []string{""}
	for _, f := range strings.SplitAfter(segment, ">") {
		last := &lines[len(lines)-1]
		if len(*last)+len(f) > segmentWidth(page) {
			lines = append(lines, "")
			last = &lines[len(lines)-1]
		}
		*last += f
	}
	return lines
}

// end writes what each side holds, and which invariant is broken.
func (p *printer) end(w *netfake.World, o Options) {
	p.flush()
	for i := range w.Peer {
		p.paragraph(usual, holds(i, &w.Peer[i]))
	}
	if w.Cut != netfake.NotCut {
		p.paragraph(alarm, "The run is cut off here: "+w.Cut.String()+".")
	}
	if o.Violated == "" {
		return
	}
	text := o.Violated + " does not hold"
	for _, why := range []string{o.Why, o.Part} {
		if why != "" {
			text += ": " + why
		}
	}
	p.flush()
	p.paragraph(alarm, text+".")
}

// holds writes an endpoint's variables with the names of the RFC.
func holds(me int, q *netfake.Peer) string {
	t := &q.TCB
	text := fmt.Sprintf("%-3s%s", incarnation(me, q.Inc), t.State)
	if q.Inc == 0 {
		text = fmt.Sprintf("%-3s%s", netfake.PeerName(me), t.State)
	}
	if t.State >= model.SynSent {
		text += fmt.Sprintf(" SND.UNA=%d SND.NXT=%d", t.Snd.Una, t.Snd.Nxt)
	}
	if t.State >= model.SynReceived {
		text += fmt.Sprintf(" RCV.NXT=%d ISS=%d IRS=%d with %s", t.Rcv.Nxt, t.Iss, t.Irs, incarnation(1-me, q.RemoteInc))
	}
	return text
}

// paragraph writes text in lines of at most the width.
func (p *printer) paragraph(s style, text string) {
	for _, line := range prose.Lines(text, p.width, "   ") {
		p.cell(0, s, line)
		p.flush()
	}
}
