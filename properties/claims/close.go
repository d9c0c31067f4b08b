package claims

import (
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

func closeClaims() []Claim {
	return append(append(sideClaims(), finClaims()...), mergeClaims()...)
}

// sideClaims are of who closes, by which segments, and through which states.
func sideClaims() []Claim {
	return []Claim{{
		ID: "either-closes", Sources: []string{"001", "003"}, Expect: Holds,
		Says: "Either side may begin the close.",
		Evidence: []Piece{
			{"", "A closes while B is ESTABLISHED", reached(ending, states(model.FinWait1, model.Established), question{})},
			{"", "B closes while A is ESTABLISHED", reached(ending, states(model.Established, model.FinWait1), question{})},
		},
		Right: "Either side may begin the close, and both may at once.",
	}, {
		ID: "four-segments", Sources: everyone, Expect: Holds,
		Says: "A close is FIN(seq=u); ACK(seq=v, ack=u+1); FIN,ACK(seq=w, ack=u+1); ACK(seq=u+1, ack=w+1).",
		Evidence: []Piece{
			{"", "with u = 100 and v = w = 300", script("rfc9293-12-normal-close")},
			{"", "with w = v + 20, because data follows the first FIN", script("half-close")},
		},
		Right: "This is true if one side closes after the other's FIN was acknowledged; the first FIN carries an ACK, too.",
	}, {
		ID: "closer-states", Sources: []string{"001", "003", "004"}, Expect: Qualified,
		Says: "The closer goes through ESTABLISHED, FIN-WAIT-1, FIN-WAIT-2, TIME-WAIT and CLOSED.",
		Evidence: []Piece{
			{"the other closes second, and everything arrives in order", "A goes through no other states", never(orderly, leaves(a, closerWay...), states(model.TimeWait, model.Closed))},
			{"both may close at the same time", "A goes through no other states", never(ending, leaves(a, closerWay...), question{})},
			{"the ACK of its FIN is lost", "A does not go from FIN-WAIT-1 to TIME-WAIT", never(endingSecond, goes(a, model.FinWait1, model.TimeWait), question{})},
		},
		Right: "There are three ways from FIN-WAIT-1 to TIME-WAIT: through FIN-WAIT-2 if the ACK of the FIN arrives first, through CLOSING if the peer's FIN does, and directly if both are in one segment.",
	}, {
		ID: "other-states", Sources: []string{"003", "004"}, Expect: Holds,
		Says:     "The other side goes through ESTABLISHED, CLOSE-WAIT, LAST-ACK and CLOSED.",
		Evidence: []Piece{{"", "B, which closes second, goes through no other states, whatever is lost or repeated", never(endingSecond, leaves(b, otherWay...), question{name: "B CLOSED", state: func(w *netfake.World) bool { return w.Peer[b].State() == model.Closed }})}},
		Right:    "A side that closes after it has received the other's FIN goes this way; a side that closes before that goes through FIN-WAIT-1.",
	}, {
		ID: "client-last-ack", Sources: []string{"001"}, Expect: Refuted,
		Says: "When the server, which closes second, sends its FIN, the client enters LAST-ACK.",
		Evidence: []Piece{
			{"", "A, which closes first, reaches LAST-ACK", reached(endingSecond, question{name: "A LAST-ACK", state: func(w *netfake.World) bool { return w.Peer[a].State() == model.LastAck }}, states(model.TimeWait, model.LastAck))},
		},
		Right: "The side that sends the second FIN enters LAST-ACK, here the server; the client enters TIME-WAIT when that FIN arrives.",
	}}
}

// finClaims are of what a FIN is, and of what goes on after the first.
func finClaims() []Claim {
	return []Claim{{
		ID: "fin-takes-a-number", Sources: []string{"001", "002", "003"}, Expect: Holds,
		Says: "A FIN takes one sequence number, that after the last byte sent.",
		Evidence: []Piece{
			{"", "no FIN has another number than ISS + 1 + octets sent, and SND.NXT is one more", never(life, question{name: "a FIN with another number", step: finElsewhere}, states(model.FinWait1, model.Established))},
			{"", "a side that accepts a FIN expects the number after it", never(life, question{name: "a FIN that is not counted", step: finUncounted}, states(model.FinWait1, model.CloseWait))},
		},
		Right: "This is true, and so its acknowledgment differs from that of the last byte.",
	}, {
		ID: "half-close", Sources: []string{"001", "003", "004"}, Expect: Holds,
		Says: "After the first FIN the other direction still carries data, so that w may exceed v.",
		Evidence: []Piece{
			{"", "A receives data in FIN-WAIT-2", reached(endingSecond, question{name: "A receives data in FIN-WAIT-2", step: func(st *netfake.Transition) bool {
				return arrived(st, a) && st.Before.State == model.FinWait2 && textTaken(st) > 0
			}}, question{})},
			{"", "v = 300, w = 320", script("half-close")},
		},
		Right: "This is true as long as the closer still reads: one that cannot (half-duplex close) answers such data with a RST.",
	}, {
		ID: "fin-wait-2-only-receives", Sources: []string{"004"}, Expect: Qualified,
		Says: "In FIN-WAIT-2 the closer only receives.",
		Evidence: []Piece{
			{"the sentence is about data and FINs", "A sends none in FIN-WAIT-2", never(endingSecond, question{name: "A sends text or a FIN in FIN-WAIT-2", step: sendsInFinWait2(1)}, states(model.FinWait2, model.CloseWait))},
			{"the sentence is about segments", "A sends none in FIN-WAIT-2", never(endingSecond, question{name: "A sends a segment in FIN-WAIT-2", step: sendsInFinWait2(0)}, question{})},
		},
		Right: "In FIN-WAIT-2 the closer sends no data any more, but it acknowledges what arrives.",
	}}
}

// mergeClaims are of how many segments a close takes, and of how it ends.
func mergeClaims() []Claim {
	return []Claim{{
		ID: "always-four", Sources: []string{"001"}, Expect: Refuted,
		Says: "Because each direction closes by itself, a close takes four segments.",
		Evidence: []Piece{
			{"", "no segment both acknowledges a FIN and carries the other one", never(endingSecond, goes(a, model.FinWait1, model.TimeWait), states(model.FinWait1, model.LastAck))},
		},
		Right: "Each direction closes by itself, but one segment can carry the ACK of the one FIN and the other FIN: three to four segments, without losses.",
	}, {
		ID: "three-merge", Sources: []string{"002"}, Expect: Qualified,
		Says: "When nothing is left to send, the second and the third segment merge, and the close takes three.",
		Evidence: []Piece{
			{"the first ACK of the FIN is lost, or withheld until the other user has closed", "one segment moves FIN-WAIT-1 to TIME-WAIT", reached(endingSecond, goes(a, model.FinWait1, model.TimeWait), question{})},
			{"the FIN is acknowledged when it arrives", "no side that has nothing to send acknowledges a FIN without sending its own", never(endingSecond, question{name: "B has nothing to send, and acknowledges A's FIN by itself", step: finAckedAlone}, question{})},
		},
		Right: "They merge if the second user calls CLOSE before the ACK of the first FIN is sent (or if that ACK is lost). The user's CLOSE decides this, and not whether anything is left to send.",
	}, {
		ID: "handshake-merges", Sources: []string{"001"}, Expect: Qualified,
		Says: "The server may merge its ACK and its SYN because it has nothing to wait for: therefore three segments open and four close.",
		Evidence: []Piece{
			{"", "ACK and SYN are merged in the handshake", script("rfc9293-06-three-way")},
			{"the second user closes after the FIN was acknowledged", "the close takes four", script("rfc9293-12-normal-close")},
			{"the second user closes before an ACK of the FIN arrives", "the close does not take three", counterScript("close-in-three-segments")},
		},
		Right: "A close may take three segments as well. In an opening, merging does more than save a segment: a SYN that does not say what it answers can be mistaken for the answer to another (theorem four-segments-apart).",
	}, {
		ID: "server-closes-at-once", Sources: []string{"001", "003", "004"}, Expect: Holds,
		Says: "When the last ACK arrives the passive closer is CLOSED at once.",
		Evidence: []Piece{
			{"", "no ACK of its FIN that reaches B in LAST-ACK leaves it in another state than CLOSED", never(endingSecond, question{name: "B stays after the last ACK", step: func(st *netfake.Transition) bool {
				s := st.Event.Seg
				return arrived(st, b) && st.Before.State == model.LastAck && s.Flags == model.ACK && s.Ack == st.Before.Snd.Nxt && s.Seq == st.Before.Rcv.Nxt && st.After.State != model.Closed
			}}, states(model.TimeWait, model.LastAck))},
			{"", "that ACK moves it to CLOSED", reached(endingSecond, goes(b, model.LastAck, model.Closed), question{})},
		},
		Right: "This is true; whether the last ACK arrives is another question.",
	}, {
		ID: "simultaneous", Expect: Refuted,
		Says: "One side closes first and the other second (that both send a FIN at once, and the state CLOSING, are nowhere mentioned).",
		Evidence: []Piece{
			{"", "A and B are not both in CLOSING", never(ending, states(model.Closing, model.Closing), states(model.FinWait1, model.FinWait1))},
		},
		Right: "Both sides may send a FIN before either has received the other's. Each then goes from FIN-WAIT-1 to TIME-WAIT in one of three ways: through CLOSING, " +
			"through FIN-WAIT-2 if the ACK of its FIN overtakes the other's FIN, or directly if one segment is both.",
		RightBy: []Piece{
			{"", "both in CLOSING", reached(ending, states(model.Closing, model.Closing), question{})},
			{"", "A in FIN-WAIT-2 while B is in CLOSING", reached(ending, states(model.FinWait2, model.Closing), question{})},
			{"", "A goes from FIN-WAIT-1 directly to TIME-WAIT while B is in CLOSING", reached(ending, question{name: "A goes straight to TIME-WAIT, and B is in CLOSING", step: func(st *netfake.Transition) bool {
				return by(st, a) && st.Before.State == model.FinWait1 && st.After.State == model.TimeWait && st.From.Peer[b].State() == model.Closing
			}}, question{})},
			{"", "no other way leads from FIN-WAIT-1 to TIME-WAIT", never(ending, question{name: "A comes to TIME-WAIT another way", step: func(st *netfake.Transition) bool {
				from := st.Before.State
				return by(st, a) && from != st.After.State && st.After.State == model.TimeWait && from != model.Closing && from != model.FinWait2 && from != model.FinWait1
			}}, states(model.TimeWait, model.TimeWait))},
		},
	}}
}

// everyone is all explanations.
var everyone = []string{"000", "001", "002", "003", "004"}

var (
	closerWay = []arrow{{model.Established, model.FinWait1}, {model.FinWait1, model.FinWait2}, {model.FinWait2, model.TimeWait}, {model.TimeWait, model.Closed}}
	otherWay  = []arrow{{model.Established, model.CloseWait}, {model.CloseWait, model.LastAck}, {model.LastAck, model.Closed}}
)

// finElsewhere: a FIN leaves that does not follow the last octet sent, or is not counted by its sender.
func finElsewhere(st *netfake.Transition) bool {
	for _, p := range st.Sent {
		if !p.Seg.Has(model.FIN) {
			continue
		}
		me := 1 - p.Dst
		number := p.Seg.Seq + model.Seq(p.Seg.Len)
		last := st.After.Iss + 1 + model.Seq(st.To.Peer[me].Sent)
		if number != last || st.After.Snd.Nxt != last+1 {
			return true
		}
	}
	return false
}

// finUncounted: a FIN is taken, and RCV.NXT is not the number after it.
func finUncounted(st *netfake.Transition) bool {
	for _, h := range st.Output.Taken() {
		if h.Flags&model.FIN != 0 && st.After.State.Synchronized() && st.After.Rcv.Nxt != h.Seq+model.Seq(h.Len)+1 {
			return true
		}
	}
	return false
}

func textTaken(st *netfake.Transition) (n int) {
	for _, h := range st.Output.Taken() {
		n += int(h.Len)
	}
	return n
}

// sendsInFinWait2: A sends a segment that takes so many numbers or more, and is in FIN-WAIT-2 before and after.
func sendsInFinWait2(span uint32) func(*netfake.Transition) bool {
	return func(st *netfake.Transition) bool {
		if !by(st, a) || st.Before.State != model.FinWait2 || st.After.State != model.FinWait2 {
			return false
		}
		for _, p := range st.Sent {
			if p.Seg.Span() >= span {
				return true
			}
		}
		return false
	}
}

// finAckedAlone: B, which has sent all that its user will ever send, takes a FIN and answers without one.
func finAckedAlone(st *netfake.Transition) bool {
	return arrived(st, b) && st.Before.State == model.Established && st.After.State == model.CloseWait && st.To.Peer[b].Sent == 1 &&
		!st.After.Unacked() && len(st.Sent) == 1 && !st.Sent[0].Seg.Has(model.FIN)
}
