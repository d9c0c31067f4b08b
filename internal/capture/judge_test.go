package capture

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

const (
	syn = model.SYN
	ack = model.ACK
	fin = model.FIN
	rst = model.RST
	psh = model.PSH
)

// list is a source of segments written down in a test: half a second apart.
type list struct {
	counts
	ps []Packet
}

func (l *list) Format() string { return "list" }

func (l *list) Next() (Packet, error) {
	if l.packets == len(l.ps) {
		return Packet{}, io.EOF
	}
	l.packets++
	return l.ps[l.packets-1], nil
}

// shut gives the last segment a window of 0.
func (l *list) shut() *list { l.ps[len(l.ps)-1].Seg.Wnd = 0; return l }

// numbered gives the packets of each end an IPv4 identification.
func (l *list) numbered() *list {
	last := map[bool]uint16{false: 6, true: 600}
	for i := range l.ps {
		from := l.ps[i].Flow == flowAB
		last[from]++
		l.ps[i].ID = last[from]
	}
	return l
}

// without takes out the segment with an index.
func (l *list) without(i int) *list { l.ps = slices.Delete(l.ps, i, i+1); return l }

func (l *list) add(from Side, seq, ackNo model.Seq, f model.Flags, n uint16) *list {
	p := Packet{Number: len(l.ps) + 1, Flow: flowAB, Seg: model.Segment{Seq: seq, Ack: ackNo, Flags: f, Len: n, Wnd: 1000}}
	p.Time = time.Unix(1000, 0).Add(time.Duration(len(l.ps)) * time.Second / 2)
	if from == B {
		p.Flow = p.Flow.Reverse()
	}
	l.ps = append(l.ps, p)
	return l
}

// established is the handshake of A, from 100, with B, from 300.
func established() *list {
	return new(list).add(A, 100, 0, syn, 0).add(B, 300, 101, syn|ack, 0).add(A, 101, 301, ack, 0)
}

// closedByA is a connection that A closed first.
func closedByA() *list {
	return established().add(A, 101, 301, fin|ack, 0).add(B, 301, 102, ack, 0).add(B, 301, 102, fin|ack, 0).add(A, 102, 302, ack, 0)
}

func judged(t *testing.T, l *list) (conns []*Connection, sum Summary) {
	t.Helper()
	sum, err := Judge(l, Options{}, func(c *Connection) { conns = append(conns, c) })
	if err != nil {
		t.Fatal(err)
	}
	return conns, sum
}

func draw(conns []*Connection) string {
	var b strings.Builder
	for _, c := range conns {
		_ = c.Write(&b)
	}
	return b.String()
}

// timed gives every segment of the list a timestamp.
func timed(l *list) *list {
	for i := range l.ps {
		s := &l.ps[i].Seg
		s.Opts, s.TSVal, s.TSEcr = s.Opts|model.OptTimestamps, uint32(1000+i), uint32(999+i)
	}
	return l
}

// Each row ends with a segment that is not honest, or that needs an excuse.
func TestWhatCannotHaveBeenSent(t *testing.T) {
	tests := []struct {
		claim string
		l     *list
		rule  string
	}{
		{"nobody acknowledges what was never sent", established().add(B, 301, 150, ack, 0), "ack-of-unsent"},
		{"who answers from the old number has not sent it", established().add(A, 101, 301, ack|psh, 10).add(B, 301, 150, ack, 0).add(A, 111, 301, ack, 0), "ack-of-never-sent"},
		{"nobody acknowledges a SYN that comes later, with another number", new(list).add(A, 100, 0, syn, 0).add(A, 101, 301, ack, 0).add(B, 900, 101, syn|ack, 0), "ack-of-never-sent"},
		{"a SYN,ACK acknowledges the SYN", new(list).add(A, 100, 0, syn, 0).add(B, 300, 100, syn|ack, 0), "syn-ack-wrong"},
		{"a SYN,ACK acknowledges no more than the SYN", new(list).add(A, 100, 0, syn, 0).add(B, 300, 102, syn|ack, 0), "syn-ack-wrong"},
		{"only SYN and RST go without ACK", established().add(A, 101, 0, psh, 5), "no-ack"},
		{"a FIN bears an ACK", established().add(A, 101, 0, fin, 0), "no-ack"},
		{"a segment has a control bit", established().add(A, 101, 0, 0, 5), "no-control"},
		{"SYN and RST never go together", established().add(A, 101, 0, syn|rst, 0), "syn-rst"},
		{"no text follows a FIN", established().add(A, 101, 301, fin|ack, 0).add(A, 102, 301, psh|ack, 5), "text-after-fin"},
		{"a FIN keeps its number", established().add(A, 101, 301, fin|ack, 0).add(A, 105, 301, fin|ack, 0), "fin-moved"},
		{"a RST bears a number of the connection", established().add(B, 9999, 0, rst, 0), "rst-number"},
		{"a RST for a SYN acknowledges the SYN", new(list).add(A, 100, 0, syn, 0).add(B, 0, 77, rst|ack, 0), "rst-ack"},
		{"a RST for a SYN has an ACK", new(list).add(A, 100, 0, syn, 0).add(B, 0, 0, rst, 0), "rst-ack"},
		{"text stays in the window", established().add(A, 101, 301, ack, 900).add(A, 1001, 301, ack, 900), "beyond-window"},
		{"who resets an open connection sends no more in it", established().add(A, 101, 301, rst|ack, 0).add(A, 101, 301, psh|ack, 5), "on-after-rst"},
		{"who goes on has not opened anew", established().add(A, 900, 0, syn, 0).add(B, 301, 101, ack, 0).add(A, 101, 301, psh|ack, 5), "syn-not-own"},
		{"TIME-WAIT sends no text", closedByA().add(A, 100, 302, psh|ack, 1), "no-state"},
		{"SYN-SENT sends no ACK of its own SYN's peer before it hears of it", established().add(B, 301, 101, fin|ack, 0).add(A, 101, 302, syn|ack, 0), "no-state"},

		{"a timestamp that is missing is doubtful", timed(established()).add(A, 101, 301, ack, 0), "no-timestamp"},
		{"text before ESTABLISHED is doubtful", new(list).add(A, 100, 0, syn, 0).add(B, 300, 101, syn|ack, 0).add(B, 301, 101, psh|ack, 5), "text-before-established"},
		{"a SYN in mid-connection is doubtful", established().add(A, 900, 0, syn, 0), "syn-in-connection"},
		{"a number below the first is doubtful", established().add(A, 50, 301, ack, 0), "below-initial"},
	}
	for _, tt := range tests {
		conns, _ := judged(t, tt.l)
		last := conns[len(conns)-1]
		s := last.Segments[len(last.Segments)-1]
		found := false
		for _, r := range s.Remarks {
			found = found || r.Rule == tt.rule
		}
		if !found {
			t.Errorf("%s: want %s on the last segment of\n%s", tt.claim, tt.rule, draw(conns))
		}
	}
}

// Each row ends with a segment that deserves a note.
func TestNotes(t *testing.T) {
	text := func() *list { return established().add(A, 101, 301, ack, 10) }
	tests := []struct {
		claim string
		l     *list
		rule  string
	}{
		{"a SYN again", new(list).add(A, 100, 0, syn, 0).add(A, 100, 0, syn, 0), "syn-repeated"},
		{"text again", text().add(A, 101, 301, psh|ack, 10), "retransmission"},
		{"a gap", established().add(A, 111, 301, ack, 10), "gap"},
		{"a gap filled", established().add(A, 111, 301, ack, 10).add(A, 101, 301, ack, 10), "out-of-order"},
		{"a keep-alive", established().add(B, 300, 101, ack, 0), "keep-alive"},
		{"a shut window", text().add(B, 301, 111, ack, 0).shut(), "zero-window"},
		{"a probe", text().add(B, 301, 111, ack, 0).shut().add(A, 111, 301, ack, 1), "window-probe"},
		{"a window filled", established().add(A, 101, 301, ack, 1000), "window-full"},
		{"an ACK repeated", text().add(B, 301, 101, ack, 0).add(B, 301, 101, ack, 0), "duplicate-ack"},
		{"an old ACK", text().add(B, 301, 111, ack, 0).add(B, 301, 101, ack, 0), "old-ack"},
		{"a challenge", established().add(A, 110, 0, rst, 0).add(B, 301, 101, ack, 0), "challenge-ack"},
		{"a reset", established().add(A, 101, 0, rst, 0), "reset"},
		{"a refusal", new(list).add(A, 100, 0, syn, 0).add(B, 0, 101, rst|ack, 0), "refused"},
	}
	for _, tt := range tests {
		conns, _ := judged(t, tt.l)
		last := conns[len(conns)-1]
		s := last.Segments[len(last.Segments)-1]
		if len(s.Remarks) == 0 || s.Remarks[0].Rule != tt.rule {
			t.Errorf("%s: want %s on the last segment of\n%s", tt.claim, tt.rule, draw(conns))
		}
	}
}

func TestOpeningsAndClosings(t *testing.T) {
	crossed := new(list).add(A, 100, 0, syn, 0).add(B, 300, 0, syn, 0).add(A, 100, 301, syn|ack, 0).add(B, 300, 101, syn|ack, 0)
	both := func() *list { return established().add(A, 101, 301, fin|ack, 0).add(B, 301, 101, fin|ack, 0) }
	tests := []struct {
		claim                          string
		l                              *list
		opened, closed, by, timeWaiter string
	}{
		{"Figure 6", established(), OpenedThree, ClosedNever, "", "nobody"},
		{"Figure 7", crossed, openedSimultaneous, ClosedNever, "", "nobody"},
		{"a SYN unanswered", new(list).add(A, 100, 0, syn, 0), openedNoAnswer, closedNotOpened, "", "nobody"},
		{"a SYN,ACK unanswered", new(list).add(A, 100, 0, syn, 0).add(B, 300, 101, syn|ack, 0), openedPartly, closedNotOpened, "", "nobody"},
		{"four segments", new(list).add(A, 100, 0, syn, 0).add(B, 300, 101, ack, 0).add(B, 300, 0, syn, 0).add(A, 101, 301, ack, 0), openedFour, ClosedNever, "", "nobody"},
		{"a capture from the middle", new(list).add(A, 101, 301, psh|ack, 5), openedBefore, ClosedNever, "", "B undetermined"},
		{"Figure 12", closedByA(), OpenedThree, closedFour, "A", "A"},
		{"Figure 13", both().add(A, 102, 302, ack, 0).add(B, 302, 102, ack, 0), OpenedThree, closedSimultaneous, "both", "A perhaps and B perhaps"},
		{"one FIN", established().add(B, 301, 101, fin|ack, 0), OpenedThree, closedOneWay, "B", "nobody"},
		{"B closes first", established().add(B, 301, 101, fin|ack, 0).add(A, 101, 302, fin|ack, 0).add(B, 302, 102, ack, 0), OpenedThree, closedThree, "B", "B"},
		{"the last ACK is missing", established().add(A, 101, 301, fin|ack, 0).add(B, 301, 102, fin|ack, 0), OpenedThree, closedUnfinished, "A", "A perhaps"},
		{"a RST in vain", established().add(B, 350, 0, rst, 0).add(A, 101, 301, psh|ack, 5).add(B, 301, 106, psh|ack, 5).add(A, 106, 306, fin|ack, 0).add(B, 306, 107, fin|ack, 0).add(A, 107, 307, ack, 0), OpenedThree, closedThree, "A", "A perhaps"},
		{"an old FIN, of a connection before", established().add(B, 301, 101, psh|ack, 5).add(A, 101, 306, ack, 0).add(B, 50, 20, fin|ack, 0).add(A, 101, 306, ack, 0), OpenedThree, ClosedNever, "", "nobody"},
		{"a RST by B", established().add(B, 301, 0, rst, 0), OpenedThree, ClosedReset, "B", "nobody"},
	}
	for _, tt := range tests {
		conns, _ := judged(t, tt.l)
		c := conns[len(conns)-1]
		got := [4]string{c.Opened, c.Closed, c.ClosedBy, c.TimeWait}
		if want := [4]string{tt.opened, tt.closed, tt.by, tt.timeWaiter}; got != want || len(conns) != 1 {
			t.Errorf("%s: want %q\ngot %q\n%s", tt.claim, want, got, draw(conns))
		}
	}
}

// RFC 9293 §3.5.1, Figure 9: A crashes, opens again, and finds the old connection at B.
func TestHalfOpenRecovery(t *testing.T) {
	l := established().
		add(A, 400, 0, syn, 0).add(B, 301, 101, ack, 0).add(A, 101, 0, rst, 0).
		add(A, 400, 0, syn, 0).add(B, 700, 401, syn|ack, 0).add(A, 401, 701, ack, 0)
	conns, sum := judged(t, l)
	if len(conns) != 2 || conns[1].Opened != OpenedThree || sum.Impossible != 0 || sum.Doubt == 0 {
		t.Errorf("the recovery is two connections, doubtful and not impossible, got %+v\n%s", sum, draw(conns))
	}
}

func TestReuseOfSockets(t *testing.T) {
	tests := []struct {
		claim string
		from  Side
		wait  time.Duration
		rule  string
		says  string
	}{
		{"the end that waits is called again", B, time.Second, "reused", "was in TIME-WAIT: MAY-2 allows"},
		{"the end that waits cannot call", A, time.Second, "open-in-time-wait", "could not OPEN"},
		{"after 2MSL nothing is amiss", A, 5 * time.Minute, "reused", "more than 2MSL"},
	}
	for _, tt := range tests {
		l := closedByA().add(tt.from, 5000, 0, syn, 0)
		last := &l.ps[len(l.ps)-1]
		last.Time = l.ps[len(l.ps)-2].Time.Add(tt.wait)
		conns, _ := judged(t, l)
		if tt.wait > 4*time.Minute && len(conns) == 2 && len(conns[1].Remarks) == 0 {
			continue // the old one was swept away before
		}
		if len(conns) != 2 || len(conns[1].Remarks) != 1 || conns[1].Remarks[0].Rule != tt.rule || !strings.Contains(conns[1].Remarks[0].Text, tt.says) {
			t.Errorf("%s: want %s, %q\n%s", tt.claim, tt.rule, tt.says, draw(conns))
		}
	}
}

func TestBounds(t *testing.T) {
	l := established()
	for i := range 50 {
		l.add(A, model.Seq(101+i), 301, psh|ack, 1)
	}
	var conns []*Connection
	sum, err := Judge(l, Options{Segments: 10}, func(c *Connection) { conns = append(conns, c) })
	if err != nil || len(conns[0].Segments) != 10 || conns[0].Elided != 43 || conns[0].Total != 53 {
		t.Errorf("ten segments are kept and the rest counted, got %d, %d, %v", len(conns[0].Segments), conns[0].Elided, err)
	}
	many := new(list)
	for i := range 20 {
		many.add(A, 100, 0, syn, 0)
		p := &many.ps[i]
		p.Flow.Src = netipPort(p.Flow.Src, uint16(5000+i))
	}
	conns = nil
	sum, err = Judge(many, Options{Live: 4}, func(c *Connection) { conns = append(conns, c) })
	if err != nil || sum.Connections != 20 || sum.Evicted != 16 || len(conns) != 20 {
		t.Errorf("four connections live at a time, the oldest gives way: %+v %v", sum, err)
	}
	if fmt.Sprint(conns[0].Sockets[A].Port(), conns[19].Sockets[A].Port()) != "5000 5019" {
		t.Errorf("they come in the order in which they began")
	}
}

// Near the receiver a capture shows what the network lost, copied and overtook before it. Each row ends with a segment of an
// honest endpoint, seen too late or after something that the capture lacks; the last three with one that cannot be explained so.
func TestWhatWasOvertaken(t *testing.T) {
	closed := func() *list {
		return established().add(A, 101, 301, psh|ack, 5).add(A, 106, 301, fin|ack, 0).add(B, 301, 107, fin|ack, 0).add(A, 107, 302, ack, 0)
	}
	reset := func() *list { return established().add(A, 101, 301, rst|ack, 0) }
	late := func() *list { return established().add(B, 0, 101, rst|ack, 0).add(B, 301, 101, psh|ack, 5) }
	tests := []struct {
		claim string
		l     *list
		grade Grade
	}{
		{"an ACK of before, though its end is CLOSED", closed().add(B, 302, 0, rst, 0).add(B, 301, 106, ack, 0), Note},
		{"text from before a RST", reset().add(A, 101, 301, psh|ack, 5), Doubt},
		{"a RST whose text was lost", established().add(A, 150, 0, rst, 0), Doubt},
		{"a copy of the SYN met the listener again", closed().add(B, 7000, 101, syn|ack, 0), Doubt},
		{"Fast Open, and the SYN,ACK was lost", new(list).add(A, 100, 0, syn, 40).add(B, 301, 141, psh|ack, 40), Doubt},
		{"a RST beyond the window, after text that is missing", established().add(A, 9999, 0, rst, 0), Doubt},
		{"a SYN,ACK by the one that opened, of a connection that is missing", closed().add(A, 7000, 301, syn|ack, 0), Doubt},
		{"text beyond the window, whose update is missing", established().add(A, 1101, 301, psh|ack, 5), Doubt},

		{"the same, but offload put the segment together", func() *list {
			l := established().add(A, 101, 301, psh|ack, 900).add(A, 1001, 301, psh|ack, 900).add(B, 301, 1101, ack, 0).shut().numbered()
			l.ps[4].Merged = true
			return l
		}(), Doubt},

		{"an ACK of before its RST, after a RST for a SYN that was too early",
			late().add(A, 101, 306, psh|ack, 5).add(B, 306, 0, rst, 0).add(B, 306, 106, ack, 0), Doubt},
		{"data after a late RST for a SYN that was too early",
			established().add(B, 301, 101, psh|ack, 5).add(B, 0, 101, rst|ack, 0).add(A, 101, 306, psh|ack, 5).add(B, 306, 106, ack, 0), Note},
		{"data after a SYN that an earlier connection left in the network", established().add(A, 50, 0, syn, 0).add(B, 301, 101, psh|ack, 5).add(A, 101, 306, ack, 0), Doubt},

		{"the same, after longer than a segment lives", established().add(A, 50, 0, syn, 0).at(msl).add(B, 301, 101, psh|ack, 5).at(msl).add(A, 101, 306, ack, 0).at(msl), Impossible},
		{"it acknowledges what came after its RST", reset().add(B, 301, 101, psh|ack, 5).add(A, 101, 306, psh|ack, 5), Impossible},
		{"a RST beyond the window, below which its sender continues", established().add(A, 9999, 0, rst, 0).add(A, 101, 301, psh|ack, 5), Impossible},
		{"text beyond the window, of which its receiver takes a part and offers no more",
			established().add(A, 101, 301, psh|ack, 900).add(A, 1001, 301, psh|ack, 900).add(B, 301, 1101, ack, 0).shut().numbered(), Impossible},
		{"the same, where a packet of the receiver is missing",
			established().add(A, 101, 301, psh|ack, 900).add(A, 1001, 301, psh|ack, 900).add(B, 301, 901, ack, 0).add(B, 301, 1101, ack, 0).shut().numbered().without(5), Doubt},
	}
	for _, tt := range tests {
		conns, sum := judged(t, tt.l)
		got := Note
		if sum.Doubt > 0 {
			got = Doubt
		}
		if sum.Impossible > 0 {
			got = Impossible
		}
		if got != tt.grade {
			t.Errorf("%s: want %s\ngot %s\n%s", tt.claim, tt.grade, got, draw(conns))
		}
	}
}

// An ACK for a RST and the same RST for the ACK, again and again, is called a loop; one challenge that is answered is none.
func TestALoopOfAckAndRst(t *testing.T) {
	round := func(l *list) *list { return l.add(A, 101, 501, ack, 0).add(B, 501, 0, rst, 0) }
	once := round(established().add(B, 501, 0, rst, 0))
	for rounds, l := range map[int]*list{1: once, 3: round(round(round(established().add(B, 501, 0, rst, 0))))} {
		conns, sum := judged(t, l)
		if (sum.Found.find("ack-rst-loop") == 1) != (rounds > 1) {
			t.Errorf("%d rounds:\n%s", rounds, draw(conns))
		}
	}
}

// What a capture shows around a RST tells its causes apart.
func TestCausesOfARst(t *testing.T) {
	for want, l := range map[string]*list{
		"still under way or unread":              established().add(A, 101, 301, ack|psh, 10).add(B, 301, 101, rst|ack, 0),
		"data reached it after it had closed":    established().add(B, 301, 101, fin|ack, 0).add(A, 101, 302, ack|psh, 10).add(B, 302, 0, rst, 0),
		"or it no longer knows the connection":   established().add(B, 301, 101, rst|ack, 0),
		"it aborted after A's FIN (SO_LINGER wi": established().add(A, 101, 301, ack|psh, 10).add(B, 301, 111, ack, 0).add(A, 111, 301, fin|ack, 0).add(B, 301, 112, rst|ack, 0),
	} {
		conns, _ := judged(t, l)
		s := conns[0].Segments[len(conns[0].Segments)-1]
		if len(s.Remarks) != 1 || s.Remarks[0].Rule != "reset" || !strings.Contains(s.Remarks[0].Text, want) {
			t.Errorf("want %q, got %+v", want, s.Remarks)
		}
	}
}

// What has another explanation proves nothing: a keep-alive after an octet that the capture lacks, a late copy of an earlier
// ACK, a SYN,ACK that comes again after data that the capture lacks.
func TestWhatProvesNothing(t *testing.T) {
	for claim, l := range map[string]*list{
		"a timed keep-alive": timed(established().add(A, 101, 301, ack|psh, 10).add(B, 301, 112, ack, 0).add(A, 111, 301, ack, 0)),
		"a keep-alive":       established().add(A, 101, 301, ack|psh, 10).add(B, 301, 112, ack, 0).add(A, 111, 301, ack, 0),
		"a late copy":        established().add(B, 301, 150, ack, 0).add(A, 101, 301, ack, 0),
		"a SYN,ACK again":    new(list).add(A, 100, 0, syn, 0).add(A, 101, 401, ack, 0).add(B, 300, 101, syn|ack, 0),
		"answered too early": established().add(A, 101, 301, ack|psh, 10).add(B, 301, 150, ack, 0).at(100*time.Millisecond).add(A, 111, 301, ack, 0).at(-400 * time.Millisecond),
	} {
		if conns, sum := judged(t, l); sum.Impossible > 0 {
			t.Errorf("%s:\n%s", claim, draw(conns))
		}
	}
}

// at moves the last segment of the list in time.
func (l *list) at(by time.Duration) *list {
	p := &l.ps[len(l.ps)-1]
	p.Time = p.Time.Add(by)
	return l
}
