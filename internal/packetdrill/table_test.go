package packetdrill

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The answers that RFC 9293 §3.10.7 decides, written down by hand from its text, state by state and class of segment by class.
// The scripts in testdata/rfc9293/states are printed from here; what the machine says has no part in it.

// situation is a state and the shortest way to it. R is RCV.NXT, S SND.NXT and U SND.UNA as the script counts them; fd is the
// descriptor that the user reads from, 0 if none.
type situation struct {
	name, state string
	R, S, U     uint32
	fd          int
	way         string
}

const (
	wayListen = `0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
`
	waySynSent = `0 socket(..., SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP) = 3
+0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)
+0 > S 0:0(0) <...>
`
	wayOpen = wayListen + `+0 < S 0:0(0) win 8000 <mss 1000>
+0 > S. 0:0(0) ack 1 <...>
+.01 < . 1:1(0) ack 1 win 8000
+0 accept(3, ..., ...) = 4
+0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0
+0 < P. 1:11(10) ack 1 win 8000
+0 > . 1:1(0) ack 11
+0 read(4, ..., 100) = 10
+0 write(4, ..., 10) = 10
+0 > P. 1:11(10) ack 11
+.01 < . 11:11(0) ack 11 win 8000
`
	wayFin      = "+0 < F. 11:11(0) ack 11 win 8000\n+0 > . 11:11(0) ack 12\n"
	wayShutdown = "+0 shutdown(4, SHUT_WR) = 0\n+0 > F. 11:11(0) ack 11\n"
)

var situations = []situation{
	{"closed", "CLOSED", 0, 0, 0, 0, wayListen + "+0 close(3) = 0\n"},
	{"listen", "LISTEN", 0, 0, 0, 0, wayListen},
	{"syn-sent", "SYN-SENT", 500, 1, 0, 3, waySynSent},
	{"syn-received-passive", "SYN-RECEIVED", 1, 1, 0, 0,
		wayListen + "+0 < S 0:0(0) win 8000 <mss 1000>\n+0 > S. 0:0(0) ack 1 <...>\n"},
	{"syn-received-active", "SYN-RECEIVED", 1, 1, 0, 3,
		waySynSent + "+.01 < S 0:0(0) win 8000 <mss 1000>\n+0 > S. 0:0(0) ack 1 <...>\n"},
	{"established", "ESTABLISHED", 11, 11, 11, 4, wayOpen},
	{"fin-wait-1", "FIN-WAIT-1", 11, 12, 11, 4, wayOpen + wayShutdown},
	{"fin-wait-2", "FIN-WAIT-2", 11, 12, 12, 4, wayOpen + wayShutdown + "+.01 < . 11:11(0) ack 12 win 8000\n"},
	{"close-wait", "CLOSE-WAIT", 12, 11, 11, 4, wayOpen + wayFin},
	{"closing", "CLOSING", 12, 12, 11, 4, wayOpen + wayShutdown + "+.01 < F. 11:11(0) ack 11 win 8000\n+0 > . 12:12(0) ack 12\n"},
	{"last-ack", "LAST-ACK", 12, 12, 11, 4, wayOpen + wayFin + "+0 shutdown(4, SHUT_WR) = 0\n+0 > F. 11:11(0) ack 12\n"},
	{"time-wait", "TIME-WAIT", 12, 12, 12, 4, wayOpen + wayShutdown +
		"+.01 < F. 11:11(0) ack 12 win 8000\n+0 > . 12:12(0) ack 12\n"},
}

// row is a class of segments: flags, SEQ, LEN and ACK, and the answers by situation.
//
// An answer is what is sent: - nothing, ack <SEQ=SND.NXT><ACK=RCV.NXT>, rst <SEQ=SEG.ACK>, rst0 <SEQ=0><ACK=SEG.SEQ+SEG.LEN>,
// synack; then perhaps +n, by how much RCV.NXT moves, the state that is entered, and what the user reads next: =10 octets,
// =reset, =refused, =any if nothing is said of it. "? reason" is a pair that RFC 9293 does not decide.
type row struct {
	class, segment, clause, does string
	answers                      map[string]string // by names of situations, several between blanks; "" the others
}

const (
	received = "syn-received-passive syn-received-active"
	taking   = "established fin-wait-1 fin-wait-2" // states that take text
	ended    = "close-wait closing last-ack time-wait"
	a6       = "? contradiction A6: TIME-WAIT is said to acknowledge whatever arrives, for the sake of a repeated FIN"
	opens    = "? its ACK of ISS is no ACK of our SYN: see ack-old"
	fin2     = "? text that nobody takes any more stands before a second FIN: RFC 9293 does not say whether the FIN is then in order"
)

var early = []row{
	{"rst", "R 5 0", "§3.10.7.1 to §3.10.7.3", "a RST without ACK is dropped", map[string]string{"": "-"}},
	{"rst-ack-old", "R. 5 0 S-1", "§3.10.7.1 to §3.10.7.3, first", "a RST whose ACK is not of our SYN is dropped",
		map[string]string{"": "-"}},
	{"rst-ack", "R. 5 0 S", "§3.10.7.1 to §3.10.7.3, second", "SYN-SENT takes a RST that acknowledges its SYN",
		map[string]string{"": "-", "syn-sent": "- CLOSED =refused"}},
	{"ack-old", ". R 0 S-1", "§3.10.7.1; §3.10.7.2, second; §3.10.7.3, first", "an ACK that acknowledges nothing of ours is reset",
		map[string]string{"": "rst"}},
	{"ack-of-unsent", ". R 0 S+1", "§3.10.7.1; §3.10.7.2, second; §3.10.7.3, first", "an ACK of what was not sent is reset",
		map[string]string{"": "rst"}},
	{"ack-exact", ". R 0 S", "§3.10.7.3, fifth", "a segment without SYN is dropped, though its ACK be good",
		map[string]string{"syn-sent": "-", "": "rst"}},
	{"syn-ack-old", "S. 0 0 S-1", "§3.10.7.1; §3.10.7.2, second; §3.10.7.3, first",
		"a SYN,ACK that acknowledges nothing of ours is reset",
		map[string]string{"": "rst"}},
	{"syn-ack-of-unsent", "S. 0 0 S+1", "§3.10.7.1; §3.10.7.2, second; §3.10.7.3, first",
		"a SYN,ACK of what was not sent is reset",
		map[string]string{"": "rst"}},
	{"syn-ack", "S. 0 0 S", "§3.10.7.3, fourth", "our SYN is acknowledged: the connection is established",
		map[string]string{"syn-sent": "ack ESTABLISHED", "": "rst"}},
	{"syn-ack-with-text", "SP. 0 10 S", "§3.10.7.3, fourth", "text on the SYN,ACK is taken by the sixth step and those after it",
		map[string]string{"syn-sent": "ack +10 ESTABLISHED =10", "": "rst"}},
	{"syn-ack-with-fin", "SF. 0 0 S", "§3.10.7.3, fourth", "a FIN on the SYN,ACK is taken by the eighth step",
		map[string]string{"syn-sent": "ack +1 CLOSE-WAIT", "": "rst"}},
	{"syn", "S 0 0", "§3.10.7.1; §3.10.7.2, third; §3.10.7.3, fourth", "a SYN opens",
		map[string]string{"closed": "rst0", "": "synack SYN-RECEIVED"}},
	{"syn-with-text", "SP 0 10", "§3.10.7.1; §3.10.7.2, third; §3.10.7.3, fourth",
		"text on a SYN waits until the connection is established",
		map[string]string{"closed": "rst0", "": "synack SYN-RECEIVED"}},
	{"text-without-ack", "P 5 10", "§3.10.7.1; §3.10.7.2, fourth; §3.10.7.3, fifth",
		"neither SYN nor ACK: dropped, and reset by CLOSED",
		map[string]string{"closed": "rst0", "": "-"}},
	{"fin-without-ack", "F 5 0", "§3.10.7.1; §3.10.7.2, fourth; §3.10.7.3, fifth",
		"neither SYN nor ACK: dropped, and reset by CLOSED",
		map[string]string{"closed": "rst0", "": "-"}},
	{"fin-exact", "F. 5 0 S", "§3.10.7.1; §3.10.7.2, second; §3.10.7.3, fifth", "a FIN is not looked at before the SYN was seen",
		map[string]string{"syn-sent": "-", "": "rst"}},
}

var late = []row{
	{"text-old", "P. R-1 1 U", "§3.10.7.4, first", "outside the window: an ACK, and nothing else", map[string]string{"": "ack"}},
	{"text-beyond", "P. R+100000 10 U", "§3.10.7.4, first", "outside the window: an ACK, and nothing else",
		map[string]string{"": "ack"}},
	{"ack-beyond", ". R+100000 0 S", "§3.10.7.4, first", "outside the window: an ACK, and nothing else, though its ACK be good",
		map[string]string{"": "ack"}},
	{"fin-old", "F. R-1 0 U", "§3.10.7.4, first", "a FIN that came before is acknowledged again", map[string]string{"": "ack"}},
	{"syn-old", "S R-1 0", "§3.10.7.4, first", "a SYN outside the window is answered as any other segment",
		map[string]string{"": "ack"}},
	{"rst-old", "R R-1 0", "§3.10.7.4, first", "a RST outside the window is dropped", map[string]string{"": "-"}},
	{"rst-beyond", "R R+100000 0", "§3.10.7.4, first", "a RST outside the window is dropped", map[string]string{"": "-"}},
	{"text-straddling", "P. R-5 10 U", "§3.10.7.4, first and seventh", "what came before is trimmed off, the rest taken",
		map[string]string{received: opens, taking: "ack +5 =5",
			"": "? text after a FIN, of which a part is old: ignored, and perhaps acknowledged"}},
	{"rst-exact", "R R 0", "§3.10.7.4, second", "a RST with the very number that is expected ends the connection", rstExact},
	{"rst-ack-exact", "R. R 0 U", "§3.10.7.4, second", "the ACK of a RST is not looked at here", rstExact},
	{"rst-in-window", "R R+1000 0", "§3.10.7.4, second (RFC 5961 §3.2)", "a RST with another number in the window is challenged",
		map[string]string{"": "ack"}},
	{"syn-exact", "S R 0", "§3.10.7.4, fourth (RFC 5961 §4.2)", "a SYN is challenged", synIn},
	{"syn-in-window", "S R+10 0", "§3.10.7.4, fourth (RFC 5961 §4.2)", "a SYN is challenged", synIn},
	{"syn-ack-in-window", "S. R+10 0 U", "§3.10.7.4, fourth (RFC 5961 §4.2)", "a SYN is challenged", synIn},
	{"text-without-ack", "P R 10", "§3.10.7.4, fifth", "a segment without ACK is dropped", map[string]string{"": "-"}},
	{"fin-without-ack", "F R 0", "§3.10.7.4, fifth", "a segment without ACK is dropped", map[string]string{"": "-"}},
	{"ack-of-unsent", ". R 0 S+1", "§3.10.7.4, fifth; §3.5.2, third group, which names TIME-WAIT",
		"an ACK of what was not sent is answered, by a RST if we are not yet synchronized",
		map[string]string{received: "rst", "": "ack"}},
	{"ack-old", ". R 0 U-5", "§3.10.7.4, fifth", "an ACK of what was acknowledged already is ignored",
		map[string]string{received: "? see ack-of-iss: there is nothing below it", "time-wait": a6, "": "-"}},
	{"ack-of-iss", ". R 0 0", "§3.10.7.4, fifth", "an ACK of ISS is of no SYN: SND.UNA < SEG.ACK is asked for",
		map[string]string{received: "rst", "time-wait": a6, "": "-"}},
	{"ack-exact", ". R 0 S", "§3.10.7.4, fifth", "the ACK of all that was sent", map[string]string{received: "- ESTABLISHED",
		"fin-wait-1": "- FIN-WAIT-2", "closing": "- TIME-WAIT", "last-ack": "- CLOSED", "time-wait": a6, "": "-"}},
	{"urgent", "PU. R 10 U", "§3.10.7.4, sixth and seventh", "urgent text is text",
		map[string]string{received: opens, taking: "ack +10 =any", "": "- =any"}}, // sockets may read up to the urgent octet only
	{"text-exact", "P. R 10 U", "§3.10.7.4, seventh", "text in order is taken and acknowledged; after a FIN it is ignored",
		map[string]string{received: opens, taking: "ack +10 =10", "": "-"}},
	{"text-and-ack", "P. R 10 S", "§3.10.7.4, fifth and seventh", "the ACK of all that was sent, with text", map[string]string{
		received: "ack +10 ESTABLISHED =10", "fin-wait-1": "ack +10 FIN-WAIT-2 =10", "established fin-wait-2": "ack +10 =10",
		"closing": "- TIME-WAIT", "last-ack": "- CLOSED", "": "-"}},
	{"text-out-of-order", "P. R+100 10 U", "§3.10.7.4, seventh (MAY-13)",
		"text out of order is not taken yet; what is missing is told",
		map[string]string{received: opens, taking: "ack", "": "-"}},
	{"fin-exact", "F. R 0 U", "§3.10.7.4, eighth", "a FIN in order ends what the peer sends", map[string]string{received: opens,
		"established": "ack +1 CLOSE-WAIT", "fin-wait-1": "ack +1 CLOSING", "fin-wait-2": "ack +1 TIME-WAIT",
		"closing": "-", "": "ack +1"}}, // a second FIN is counted; CLOSING ignores what does not acknowledge its own
	{"fin-and-ack", "F. R 0 S", "§3.10.7.4, fifth and eighth", "the ACK of all that was sent, with a FIN", map[string]string{
		received: "ack +1 CLOSE-WAIT", "established": "ack +1 CLOSE-WAIT", "fin-wait-1 fin-wait-2": "ack +1 TIME-WAIT",
		"closing": "ack +1 TIME-WAIT", "last-ack": "- CLOSED", "": "ack +1"}},
	{"fin-with-text", "FP. R 10 U", "§3.10.7.4, seventh and eighth", "the FIN follows the text of its segment",
		map[string]string{received: opens,
			"established": "ack +11 CLOSE-WAIT =10", "fin-wait-1": "ack +11 CLOSING =10", "fin-wait-2": "ack +11 TIME-WAIT =10",
			"closing": "-", "": fin2}},
	{"fin-out-of-order", "F. R+100 0 U", "§3.10.7.4, first and eighth", "a FIN waits for the text that precedes it",
		map[string]string{received: opens, taking: "ack", "": "-"}},
}

var rstExact = map[string]string{
	"syn-received-passive": "- LISTEN", "syn-received-active": "- CLOSED =refused", "time-wait": "- CLOSED",
	"closing last-ack": "- CLOSED =any", // contradiction A7: the user is told, or not
	"":                 "- CLOSED =reset",
}

var synIn = map[string]string{"syn-received-passive": "- LISTEN", "": "ack"}

// rows are the classes of a situation.
func (s *situation) rows() []row {
	if s.state == "CLOSED" || s.state == "LISTEN" || s.state == "SYN-SENT" {
		return early
	}
	return late
}

func (r *row) answer(name string) string {
	for names, a := range r.answers {
		if slices.Contains(strings.Fields(names), name) {
			return a
		}
	}
	return r.answers[""]
}

var variable = regexp.MustCompile(`^[RSU]`)

// value is a number, or one of R, S, U with something added or taken away; modulo 2^32.
func (s *situation) value(text string) uint32 {
	base := map[string]uint32{"R": s.R, "S": s.S, "U": s.U, "": 0}[variable.FindString(text)]
	rest := variable.ReplaceAllString(text, "")
	if rest == "" {
		return base
	}
	n, err := strconv.ParseInt(rest, 10, 64)
	if err != nil {
		panic("BUG: " + text)
	}
	return base + uint32(n)
}

// tcpInfo are the states that TCP_INFO of a socket has on every system, by packetdrill's names for them. Linux says
// CLOSED of a socket whose connection is in TIME-WAIT.
var tcpInfo = map[string]string{
	"SYN-SENT": "TCP_SYN_SENT", "SYN-RECEIVED": "TCP_SYN_RECV", "ESTABLISHED": "TCP_ESTABLISHED", "FIN-WAIT-1": "TCP_FIN_WAIT1",
	"FIN-WAIT-2": "TCP_FIN_WAIT2", "CLOSE-WAIT": "TCP_CLOSE_WAIT", "CLOSING": "TCP_CLOSING", "LAST-ACK": "TCP_LAST_ACK",
}

// print writes the script of a pair.
func (s *situation) print(r *row) string {
	var b strings.Builder
	fmt.Fprintf(&b, "// %s in %s: %s.\n// RFC 9293 %s.\n\n%s", r.class, strings.ReplaceAll(s.name, "-", " "), r.does, r.clause,
		s.way)
	assert := func(state string) {
		if name, ok := tcpInfo[state]; ok && s.fd > 0 {
			fmt.Fprintf(&b, "+0 %%{ assert tcpi_state == %s }%%\n", name)
		}
	}
	assert(s.state)
	f := strings.Fields(r.segment)
	seq, n := s.value(f[1]), s.value(f[2])
	end, ack := seq+n, uint32(0)
	fmt.Fprintf(&b, "\n+.01 < %s %d:%d(%d)", f[0], seq, seq+n, n)
	if len(f) > 3 {
		ack = s.value(f[3])
		fmt.Fprintf(&b, " ack %d", ack)
	}
	b.WriteString(" win 8000")
	if strings.Contains(f[0], "U") {
		b.WriteString(" urg 5")
	}
	for _, c := range f[0] {
		if c == 'S' || c == 'F' {
			end++
		}
	}
	a := newAnswer(s, r.answer(s.name))
	if strings.Contains(f[0], "S") && !strings.Contains(f[0],
		"R") && s.R == 0 || s.name == "syn-sent" && (a.state == "ESTABLISHED" ||
		a.state == "SYN-RECEIVED" || a.state == "CLOSE-WAIT") {
		a.rcv = seq + 1 + a.moves
	}
	if s.name == "syn-received-active" && strings.HasPrefix(f[0], "S.") {
		a.base = seq // packetdrill takes the first SYN,ACK for that which opens the connection, and counts from it
	}
	b.WriteString("\n" + a.sent(ack, end))
	assert(a.state)
	b.WriteString(a.user(s) + a.probe())
	return b.String()
}

// answer is an answer of the table, with the numbers after it.
type answer struct {
	sends, state, reads string
	rcv, snd, moves     uint32
	base                uint32 // what numbers of the peer count from
}

func newAnswer(s *situation, text string) *answer {
	f := strings.Fields(text)
	a := &answer{sends: f[0], state: s.state, rcv: s.R, snd: s.S}
	for _, w := range f[1:] {
		switch w[0] {
		case '+':
			n, _ := strconv.Atoi(w[1:])
			a.moves = uint32(n)
			a.rcv += a.moves
		case '=':
			a.reads = w[1:]
		default:
			a.state = w
		}
	}
	return a
}

func (a *answer) sent(ack, end uint32) string {
	switch a.sends {
	case "ack":
		return fmt.Sprintf("+0 > . %d:%d(0) ack %d\n", a.snd, a.snd, a.rcv-a.base)
	case "rst":
		return fmt.Sprintf("+0 > R %d:%d(0)\n", ack, ack)
	case "rst0":
		return fmt.Sprintf("+0 > R. 0:0(0) ack %d\n", end)
	case "synack":
		a.snd = 1
		return fmt.Sprintf("+0 > S. 0:0(0) ack %d <...>\n", a.rcv)
	}
	return ""
}

// user is what the user sees of it.
func (a *answer) user(s *situation) string {
	if s.fd == 0 {
		return ""
	}
	read := func(result string) string { return fmt.Sprintf("+0 read(%d, ..., 100) = %s\n", s.fd, result) }
	const again, over = "-1 EAGAIN (Resource temporarily unavailable)", "0"
	switch {
	case a.reads == "any":
		return ""
	case a.reads == "reset":
		return read("-1 ECONNRESET (Connection reset by peer)")
	case a.reads == "refused":
		return read("-1 ECONNREFUSED (Connection refused)")
	case a.state == "ESTABLISHED" || a.state == "FIN-WAIT-1" || a.state == "FIN-WAIT-2":
		if a.reads != "" {
			return read(a.reads) + read(again)
		}
		return read(again)
	case a.state == "SYN-SENT" || a.state == "SYN-RECEIVED":
		return read(again)
	case a.reads != "":
		return read(a.reads) + read(over)
	}
	return read(over)
}

// probe is a segment whose answer is certain: it shows SND.NXT and RCV.NXT, and that nothing else was sent before it.
func (a *answer) probe() string {
	switch a.state {
	case "CLOSED", "LISTEN", "SYN-SENT":
		return "\n+.01 < . 77:77(0) ack 88 win 8000\n+0 > R 88:88(0)\n"
	}
	return fmt.Sprintf("\n+.01 < . 900000:900000(0) ack 1 win 8000\n+0 > . %d:%d(0) ack %d\n", a.snd, a.snd, a.rcv-a.base)
}

// scripts are all scripts of the table by their path, and how many pairs are left undecided.
func scripts(t *testing.T) (files map[string]string, undecided int) {
	files = map[string]string{}
	for i := range situations {
		s := &situations[i]
		for _, r := range s.rows() {
			if strings.HasPrefix(r.answer(s.name), "?") {
				undecided++
				continue
			}
			path := s.name + "/" + r.class + ".pkt"
			if files[path] != "" {
				t.Fatalf("two rows make %s", path)
			}
			files[path] = s.print(&r)
		}
	}
	return files, undecided
}
