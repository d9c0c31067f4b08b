package capture

import (
	"fmt"
	"strings"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// look is the input of a rule: a segment t from x to y, and everything before it.
type look struct {
	c        *conn
	t        model.Segment
	x, y     *side
	from     Side // the side of x
	relative bool // the numbers look relative
	mute     bool // the text will not be read
	at       time.Time
	damaged  bool // not all of its options could be read
	number   int  // of its packet
	ttl      uint8
}

// say formats a text with numbers, in which {x} and {y} are the names of the two ends. It returns nothing if the remark is
// only counted, as most are in long connections.
func (l *look) say(form string, n ...model.Seq) string {
	if l.mute {
		return ""
	}
	args := make([]any, len(n))
	for i := range n {
		args[i] = n[i]
	}
	names := strings.NewReplacer("{x}", l.from.String(), "{y}", (1 - l.from).String())
	return fmt.Sprintf(names.Replace(form), args...)
}

// rules are those that may say "impossible" or "doubt", in the order of their remarks.
var rules = [...]func(*look) (string, string){
	controlBits, neverSent, acknowledges, synAck, afterFin, resetNumber, beyondWindow,
	tooEarly, afterReset, belowInitial, notItsSyn, untimed, relativeNumbers,
}

// verdicts asks all the rules.
func (l *look) verdicts(rs []Remark) []Remark {
	for _, rule := range rules {
		if name, text := rule(l); name != "" {
			r := remark(name, text)
			r.excuse(l.missing(name))
			rs = append(rs, r)
		}
	}
	return rs
}

// controlBits: §3.1 has the ACK bit always on once a connection is opened; only a SYN that
// opens and a RST go without. No paragraph of §3.10 sends SYN with RST.
func controlBits(l *look) (string, string) {
	switch f := l.t.Flags; {
	case f&(model.SYN|model.RST) == model.SYN|model.RST:
		return "syn-rst", "no endpoint sends SYN and RST together"
	case f == 0:
		return "no-control", "no control bit is set"
	case f&(model.SYN|model.RST|model.ACK) == 0:
		return "no-ack", "only a SYN or a RST may be without ACK"
	}
	return "", ""
}

// neverSent: an ACK of something outside the capture proves nothing, since the capture may lack it. It does if the peer shows
// later that it has sent nothing there: by an empty segment at its old SND.NXT, which answers such an ACK (§3.10.7.4, step
// 5), or by a SYN at that number or above it.
func neverSent(l *look) (string, string) {
	t, x, y := l.t, l.x, l.y
	if t.Has(model.SYN) && !t.Has(model.RST) && !x.synSeen && y.acks && l.c.missedSyn && y.ackMin.AtMost(t.Seq) {
		return "ack-of-never-sent", l.say("{y} acknowledged %d before, and {x} begins at %d only now", y.ackMin, t.Seq)
	}
	d := &x.doubted
	if !d.set || t.Flags&(model.SYN|model.RST|model.FIN|model.ACK) != model.ACK || t.Len > 0 || t.Seq != d.nxt {
		return "", ""
	}
	echoes := d.stamped && t.Opts&model.OptTimestamps != 0 && t.TSEcr == d.tsVal
	known := !d.at.IsZero()
	soon := known && l.at.Sub(d.at) < soonerThanKeepAlive
	later := known && l.at.Sub(d.at) >= laterThanSkew && !x.copyOf(t) // else a late copy of an earlier one
	if d.ack == d.nxt+1 {                                             // it may be a keep-alive, which stands one below SND.NXT (§3.8.4), but for one that comes at once
		echoes, later = echoes && soon, false
	}
	if !echoes && !later {
		return "", ""
	}
	d.set = false
	return "ack-of-never-sent", l.say("{x} answers from %d: it has sent nothing of what {y} acknowledged with %d", t.Seq, d.ack)
}

// soonerThanKeepAlive is how soon a segment follows on another that cannot be a keep-alive: hosts wait for whole seconds.
const soonerThanKeepAlive = 500 * time.Millisecond

// laterThanSkew is how far apart two segments of different directions are if their order in the capture is that on the wire.
const laterThanSkew = 200 * time.Millisecond

// acknowledges: RCV.NXT, which every ACK carries, is never above what the peer has sent.
func acknowledges(l *look) (string, string) {
	t, y := l.t, l.y
	if !t.Has(model.ACK) || t.Flags&(model.RST|model.SYN) != 0 {
		return "", ""
	}
	switch {
	case y.seen && y.nxt.Less(t.Ack) && (y.synSeen || y.fresh):
		return "ack-of-unsent", l.say(
			"acknowledges %d, but the capture has nothing from {y} from %d on: it missed that, or has it later, or {y} never sent it", t.Ack, y.nxt)
	case y.seen && y.nxt.Less(t.Ack):
		return "ack-unseen", l.say("acknowledges %d, but the capture has nothing from {y} from %d on", t.Ack, y.nxt)
	case y.synSeen && !y.far && t.Ack.AtMost(y.iss):
		return "below-initial", l.say("acknowledges %d, below {y}'s first sequence number %d: of an earlier connection?", t.Ack, y.iss+1)
	}
	return "", ""
}

// synAck: the ACK of a SYN,ACK is SEG.SEQ+1 of the SYN, or above, by the data that came with it.
func synAck(l *look) (string, string) {
	if !l.t.Has(model.SYN|model.ACK) || l.t.Has(model.RST) || !l.y.synSeen || l.y.far {
		return "", ""
	}
	if l.y.iss.Less(l.t.Ack) && l.t.Ack.AtMost(l.y.nxt) {
		return "", ""
	}
	return "syn-ack-wrong", l.say("acknowledges %d, but an ACK of {y}'s SYN would be %d", l.t.Ack, l.y.iss+1)
}

// afterFin: a FIN is the last number of its direction, and keeps its number when sent again.
// A keep-alive may put its octet on the FIN's own number (§3.8.4).
func afterFin(l *look) (string, string) {
	t, x := l.t, l.x
	if !x.finSeen || t.Flags&(model.RST|model.SYN) != 0 || t.Len == 1 && t.Seq == x.fin && !t.Has(model.FIN) {
		return "", ""
	}
	switch {
	case t.Len > 0 && x.fin.Less(t.TextSeq()+model.Seq(t.Len)):
		return "text-after-fin", l.say("data at %d, but {x}'s FIN was at %d", t.TextSeq()+model.Seq(t.Len)-1, x.fin)
	case t.Has(model.FIN) && t.End()-1 != x.fin:
		return "fin-moved", l.say("a FIN at %d, but {x}'s FIN was at %d", t.End()-1, x.fin)
	}
	return "", ""
}

// resetNumber: a RST carries SND.NXT (ABORT), or the ACK of the segment that it answers, or zero and an ACK if that segment
// had none. The rule checks a range, not the one number.
func resetNumber(l *look) (string, string) {
	t, x, y := l.t, l.x, l.y
	if !t.Has(model.RST) || t.Has(model.SYN) || !l.c.fresh || !y.seen {
		return "", ""
	}
	if !x.seen && y.bareSyn && !y.acks { // in SYN-SENT the ACK decides, and SEQ is not looked at (§3.10.7.3, first and second)
		switch {
		case !t.Has(model.ACK):
			return "rst-ack", l.say("a RST without an ACK: {y} ignores it in SYN-SENT")
		case t.Ack.AtMost(y.iss) || y.nxt.Less(t.Ack):
			return "rst-ack", l.say("a RST that acknowledges %d, and the ACK of {y}'s SYN is %d: {y} ignores it", t.Ack, y.iss+1)
		}
	}
	own := x.seen && x.low.AtMost(t.Seq) && t.Seq.AtMost(x.nxt)
	answer := y.acks && y.ackMin.AtMost(t.Seq) && t.Seq.AtMost(y.ackMax)
	zero := t.Has(model.ACK) && t.Seq == 0 && y.seen && y.low.Less(t.Ack) && t.Ack.AtMost(y.nxt)
	if own || answer || zero {
		return "", ""
	}
	return "rst-number", l.say("a RST at %d, which is neither a sequence number of {x} nor one that {y} acknowledged: a guess?", t.Seq)
}

// beyondWindow: data goes up to SND.UNA+SND.WND, and one octet further as a probe (§3.8.6.1);
// a FIN needs no room in the model. A segment that is older than the last window update moves
// SND.UNA and leaves SND.WND (step 5), so that an honest sender may pass every right edge
// that it was offered: only the widest window above the latest ACK is a bound for certain.
func beyondWindow(l *look) (string, string) {
	t, y := l.t, l.y
	end := t.TextSeq() + model.Seq(t.Len)
	if t.Len == 0 || t.Flags&(model.SYN|model.RST) != 0 || !y.edgeKnown || end.AtMost(y.edge) || t.Len == 1 && end == y.edge+1 {
		return "", ""
	}
	if bound := y.ackMax + model.Seq(y.maxWnd); end.AtMost(bound + 1) {
		return "beyond-edge", l.say(
			"data up to %d, beyond the right edge %d, but within an old window above a new SND.UNA", end-1, y.edge)
	}
	return "beyond-window", l.say("data up to %d, but {y} never offered a window beyond %d", end-1, y.edge-1)
}

// tooEarly: data waits until the connection is ESTABLISHED, that is until the SYN is acknowledged.
func tooEarly(l *look) (string, string) {
	if l.t.Len == 0 || l.t.Flags&(model.SYN|model.RST) != 0 || !l.x.synSeen || !l.y.fresh || l.x.far {
		return "", ""
	}
	if l.y.acks && l.x.iss.Less(l.y.ackMax) || !l.y.seen && l.x.acks {
		return "", ""
	}
	return "text-before-established", l.say("data before {y} acknowledged {x}'s SYN: Fast Open, or the capture missed the ACK")
}

// afterReset: an endpoint that has sent a RST on a synchronized connection has no connection.
func afterReset(l *look) (string, string) {
	if !l.x.rstFinal || l.t.Flags&(model.RST|model.SYN) != 0 || l.x.copyOf(l.t) {
		return "", ""
	}
	l.x.rstFinal = false
	return "on-after-rst", l.say("{x} continues after its RST: that RST, or this segment, is not its own, or its SYN cookies have opened the connection again")
}

func belowInitial(l *look) (string, string) {
	if !l.x.synSeen || l.x.far || l.t.Has(model.RST) || l.x.iss.AtMost(l.t.Seq) {
		return "", ""
	}
	return "below-initial", l.say("SEQ %d is below {x}'s initial sequence number %d: of an earlier connection?", l.t.Seq, l.x.iss)
}

// notItsSyn: an endpoint that opens a new connection has lost the old one, and cannot continue it.
func notItsSyn(l *look) (string, string) {
	if l.x.lost == 0 || l.t.Flags&(model.RST|model.SYN) != 0 || l.x.copyOf(l.t) {
		return "", ""
	}
	n := l.x.lost
	if l.x.late(l.t, l.y) == "" {
		l.x.lost = 0
	}
	return "syn-not-own", l.say("{x} continues the old connection, so the SYN of packet %d was not its own", model.Seq(n))
}

// untimed: once both SYNs have had the timestamps option, every segment but a RST carries it (RFC 7323 §3.2).
func untimed(l *look) (string, string) {
	if !l.x.synTimed || !l.y.synTimed || l.damaged || l.t.Flags&(model.RST|model.SYN) != 0 || l.t.Opts&model.OptTimestamps != 0 {
		return "", ""
	}
	return "no-timestamp", l.say("both SYNs offered timestamps, and this segment of {x} has none: its receiver may drop it")
}

func relativeNumbers(l *look) (string, string) {
	if !l.relative || l.c.relative {
		return "", ""
	}
	l.c.relative = true
	return "relative-numbers", "the numbers seem relative to a handshake that is not shown (print with -S)"
}
