package claims

import (
	"fmt"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/fixture"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

func handshakeClaims() []Claim {
	return append(segmentClaims(), countClaims()...)
}

// segmentClaims are of what the three segments are, and of who checks what in them.
func segmentClaims() []Claim {
	return []Claim{{
		ID: "three-segments", Sources: everyone, Expect: Holds,
		Says:     "A connection is opened by SYN(seq=J); SYN,ACK(seq=K, ack=J+1); ACK(seq=J+1, ack=K+1).",
		Evidence: []Piece{{"", "with J = 100 and K = 300", script("rfc9293-06-three-way")}},
		Right:    "So it is where one side opens and the other listens.",
	}, {
		ID: "handshake-states", Sources: []string{"001", "003", "004"}, Expect: Holds,
		Says: "The client goes through CLOSED, SYN-SENT, ESTABLISHED, the server through LISTEN, SYN-RECEIVED, ESTABLISHED.",
		Evidence: []Piece{
			{"", "a client that opens takes no other way, whatever is lost or repeated", never(calling(model.ThreeSegments),
				leaves(a, arrow{model.Closed, model.SynSent}, arrow{model.SynSent, model.Established}, arrow{model.SynSent, model.Closed}), states(model.Established, model.Established))},
			{"", "a server that listens takes no other way, but back", never(calling(model.ThreeSegments),
				leaves(b, arrow{model.Closed, model.Listen}, arrow{model.Listen, model.SynReceived}, arrow{model.SynReceived, model.Established},
					arrow{model.SynReceived, model.Listen}), states(model.Established, model.Established))},
		},
		Right: "So it is where one side opens and the other listens. If both open, a side goes from SYN-SENT by SYN-RECEIVED, or straight to ESTABLISHED if the other's SYN,ACK overtakes its SYN.",
		RightBy: []Piece{
			{"", "if both open, A goes from SYN-SENT to SYN-RECEIVED", reached(fixture.Crossing, goes(a, model.SynSent, model.SynReceived), question{})},
			{"", "and both can be in SYN-RECEIVED", reached(fixture.Crossing, states(model.SynReceived, model.SynReceived), question{})},
			{"", "or A goes from SYN-SENT straight to ESTABLISHED", reached(fixture.Crossing, goes(a, model.SynSent, model.Established), question{})},
			{"", "A takes no other way", never(fixture.Crossing, leaves(a, arrow{model.Closed, model.SynSent}, arrow{model.SynSent, model.SynReceived}, arrow{model.SynSent, model.Established},
				arrow{model.SynReceived, model.Established}, arrow{model.SynSent, model.Closed}, arrow{model.SynReceived, model.Closed}), states(model.Established, model.Established))},
		},
	}, {
		ID: "client-checks", Sources: []string{"001", "003"}, Expect: Qualified,
		Says: "The client goes on only if ACK is set and the ACK is J+1.",
		Evidence: []Piece{
			{"no SYN without ACK comes to it", "A leaves SYN-SENT on no other segment, with old ones under way", never(haunted, question{name: "A goes on without the ACK of its SYN", step: goesOn(a, model.SynSent)}, states(model.Established, model.SynReceived))},
			{"the other side opens too", "A leaves SYN-SENT on no other segment", never(fixture.Crossing, question{name: "A goes on without the ACK of its SYN", step: goesOn(a, model.SynSent)}, question{})},
		},
		Right: "The client is ESTABLISHED only by an acceptable ACK of its SYN (J+1, or more if the SYN bore text); a SYN without ACK takes it to SYN-RECEIVED.",
	}, {
		ID: "server-checks", Sources: []string{"001", "003"}, Expect: Qualified,
		Says: "The server goes on only if ACK is set and the ACK is K+1.",
		Evidence: []Piece{
			{"its user waits for ESTABLISHED", "B leaves SYN-RECEIVED forward by nothing else, with old segments under way", never(haunted, question{name: "B goes on without the ACK of its SYN", step: goesOn(b, model.SynReceived)}, states(model.Established, model.Established))},
			{"its user may CLOSE before", "B leaves SYN-RECEIVED forward by nothing else", never(func() netfake.Scenario {
				sc := haunted()
				sc.Peer[b].User.CloseBeforeEstablished = true
				return sc
			}, question{name: "B goes on without the ACK of its SYN", step: goesOn(b, model.SynReceived)}, question{})},
		},
		Right: "SYN-RECEIVED becomes ESTABLISHED only by an ACK of K+1, but a CLOSE takes it to FIN-WAIT-1, which takes text (theorem early-close-old-data).",
	}, {
		ID: "third-seq", Sources: []string{"004"}, Expect: Refuted,
		Says:     "The third segment carries seq = K+1.",
		Evidence: []Piece{{"", "with J = 100 and K = 300 the third has seq = 301", claimed(thirdSeq)}},
		Right:    "The third segment carries seq = J+1 and ack = K+1: each side counts its own octets.",
	}, {
		ID: "third-from-second", Sources: []string{"002"}, Expect: Qualified,
		Says: "The third segment's seq is the second's ack, and its ack is the second's seq plus 1.",
		Evidence: []Piece{
			{"the second bears no text and no FIN", "A answers a SYN,ACK that opens by no other numbers", never(haunted, question{name: "a third segment with other numbers", step: oddThird}, states(model.Established, model.SynReceived))},
			{"the second bears text and a FIN", "its answer acknowledges no more than its SYN", counterScript("syn-ack-with-text-and-fin")},
		},
		Right: "The third segment's seq is the second's ack, and its ack is the number after all that the second bears: its seq plus 1 if that is the SYN alone.",
	}, {
		ID: "third-carries-data", Sources: []string{"000"}, Expect: Refuted,
		Says: "The third segment may already carry data, and the SYN may not.",
		Evidence: []Piece{
			{"", "text on the third segment", script("data-on-third-segment")},
			{"", "text on the SYN cannot be played", counterScript("data-on-syn")},
		},
		Right: "The third may, and so may the SYN: text on it is held back, not delivered, until the connection is ESTABLISHED.",
	}, {
		ID: "allocates-on-syn", Sources: []string{"000"}, Expect: Holds,
		Says: "The server sets aside the connection's variables when the SYN comes, before the client has proved anything.",
		Evidence: []Piece{{"", "B holds a TCB for an old SYN, while A has never opened", reached(deserted(model.ThreeSegments), question{name: "a TCB for nobody", state: func(w *netfake.World) bool {
			q := &w.Peer[b]
			return q.State() == model.SynReceived && q.RemoteInc == netfake.Before && w.Peer[a].State() == model.Closed && w.Peer[a].Inc == 0
		}}, question{})}},
		Right: "The machine of RFC 9293 does; a server can also put what it must remember into its own initial number (SYN cookies), which this machine does not know.",
	}, {
		ID: "exchange-window", Sources: []string{"001"}, Expect: Holds,
		Says: "The handshake also exchanges the windows and the MSS.",
		Evidence: []Piece{
			{"", "the window of the SYN,ACK is what A sends by", script("syn-ack-sets-window")},
			{"", "and the MSS that each SYN announces is kept", computed(keepsMSS)},
			{"", "a SYN carries both over the wire", computed(func(model.Config) (bool, string) { return synOptions() })},
		},
		Right: "So it does; the window of a SYN is never scaled, and the MSS is the most that its sender is willing to receive in one segment.",
	}, {
		ID: "client-first", Sources: []string{"004"}, Expect: Holds,
		Says: "The client is ESTABLISHED before the server is, at a time when the server cannot know that its reply arrived.",
		Evidence: []Piece{
			{"", "the server is never ESTABLISHED with a client that still waits for its reply", never(calling(model.ThreeSegments), serverFirst, states(model.Established, model.Established))},
			{"", "the client is ESTABLISHED while the server is in SYN-RECEIVED", reached(calling(model.ThreeSegments), states(model.Established, model.SynReceived), question{})},
		},
		Right: "So it is where one side opens and the other listens.",
	}}
}

// countClaims are of how many segments it must be.
func countClaims() []Claim {
	return []Claim{{
		ID: "one-way-fails", Sources: []string{"003"}, Expect: Holds,
		Says: "With the first segment alone, a client that goes on without an answer waits in vain or sends in vain.",
		Evidence: []Piece{
			{"", "with one segment, lost once, the server that listens never hears of the client, which is ESTABLISHED", leads(lossyCall(model.OneSegment), heard, explore.Violated)},
			{"", "with three the server hears of the client at last, or the client is told", leads(lossyCall(model.ThreeSegments), heard, explore.Verified)},
			{"", "and an old SYN opens a connection for nobody", theorem("one-segment-ghost", explore.Violated)},
		},
		Right: "So it is, and the server is deceived as well: an old SYN, and old text after it, is taken.",
	}, {
		ID: "two-way-stale-syn", Sources: []string{"001"}, Expect: Qualified,
		Says: "With two segments, a delayed duplicate SYN of a finished connection makes the server open a connection that no client wants, and wait for ever.",
		Evidence: []Piece{
			{"", "the old SYN opens a connection for nobody", theorem("two-segments-ghost", explore.Violated)},
			{"the server's reply or the RST that it draws is lost", "the server does not come out of it", leads(staleTwo(netfake.Unlimited), outOfIt, explore.Violated)},
			{"all that is sent arrives", "the server does not come out of it", leads(staleTwo(0), outOfIt, explore.Violated)},
		},
		Right: "It opens such a connection; the client's host answers the server's reply by a RST, which ends it, and only if that exchange is lost does the server wait for ever.",
	}, {
		ID: "two-way-server-unsure", Sources: []string{"004"}, Expect: Holds,
		Says: "With two segments the server cannot know whether its reply arrived.",
		Evidence: []Piece{
			{"", "the server is ESTABLISHED, and its client still waits", reached(calling(model.TwoSegments), serverFirst, question{})},
			{"", "the server is ESTABLISHED, and so is its client", reached(calling(model.TwoSegments), states(model.Established, model.Established), question{})},
			{"", "if its reply is lost once the server sends it no more", theorem("two-segments-unconfirmed", explore.Violated)},
		},
		Right: "So it is: it is in the same state in both cases, and does not send its number again.",
	}, {
		ID: "two-way-only-wastes", Sources: []string{"001"}, Expect: Refuted,
		Says: "The harm of the two-segment handshake is that the server's resources are wasted, and nothing worse.",
		Evidence: []Piece{
			{"", "old text is never delivered", theorem("two-segments-old-data", explore.Verified)},
			{"", "no client waits for a number that nobody will send again", theorem("two-segments-unconfirmed", explore.Verified)},
		},
		Right: "Worse than waste, old text that follows the old SYN is delivered to the user, and a lost reply leaves the client waiting for ever.",
	}, {
		ID: "three-way-prevents", Sources: []string{"001"}, Expect: Qualified,
		Says: "With three segments the delayed duplicate SYN opens nothing: the client does not confirm.",
		Evidence: []Piece{
			{"initial numbers are fresh", "nothing is opened and nothing old is taken", theorem("three-segments-idle", explore.Verified)},
			{"the server's number is used again while an old ACK of it lives", "no old text is taken", theorem("three-segments-reused-number", explore.Verified)},
			{"initial numbers are fresh, and the old SYN comes to a host that is opening itself", "no old text is taken", theorem("old-syn-at-opener", explore.Verified)},
		},
		Right: "It opens nothing at a listener whose initial number is fresh, and whose user does not CLOSE before the handshake is over: FIN-WAIT-1 takes data that nobody confirmed. " +
			"If the number is used again an old ACK can confirm in the client's place, and to a host that is opening itself an old SYN looks like one that crosses its own.",
		RightBy: []Piece{
			{"", "a CLOSE in SYN-RECEIVED lets old data in, though numbers are fresh", theorem("early-close-old-data", explore.Violated)},
		},
	}, {
		ID: "client-ignores", Sources: []string{"001"}, Expect: Refuted,
		Says:     "It is by not answering the server's unexpected reply that the client prevents the connection.",
		Evidence: []Piece{{"", "a client that wants nothing sends nothing when the SYN,ACK comes", never(deserted(model.ThreeSegments), question{name: "A answers the unexpected SYN,ACK", step: answersSynAck}, question{})}},
		Right:    "The client's host answers by a RST, which takes the server back to LISTEN; silence would prevent the connection as well, but leave the server in SYN-RECEIVED until it gives up.",
	}, {
		ID: "three-is-best", Sources: []string{"002"}, Expect: Qualified,
		Says: "Three is the optimum: two are too few, and more than three confirm nothing new.",
		Evidence: []Piece{
			{"segments of earlier connections may be under way", "two are too few", theorem("two-segments-ghost", explore.Violated)},
			{"segments of earlier connections may be under way", "three suffice", theorem("three-segments-opening", explore.Verified)},
			{"segments of earlier connections may be under way", "four suffice as well", theorem("four-segments", explore.Verified)},
			{"segments of earlier connections may be under way", "where three fail since the server's number is used again, four fail", theoremWith("three-segments-reused-number", explore.Violated, fourSegments)},
			{"segments of earlier connections may be under way", "where three fail since an old SYN comes to the client, four fail", theoremWith("old-syn-at-opener", explore.Violated, fourSegments)},
			{"nothing old is under way, and nothing is lost", "two are too few", theorem("two-segments-unconfirmed/nothing lost", explore.Violated)},
		},
		Right: "Three is the least for a server that keeps nothing of past connections and knows no bound on the life of a segment; more confirm nothing new, and four in which the SYN does not name what it answers are weaker.",
	}, {
		ID: "only-client-opens", Sources: []string{"001", "003"}, Expect: Refuted,
		Says: "A connection is opened by a client's SYN to a waiting server (that two SYNs may cross is not mentioned).",
		Evidence: []Piece{
			{"", "two users that both open, with nobody waiting, are never both ESTABLISHED", never(fixture.Crossing, states(model.Established, model.Established), states(model.SynSent, model.SynSent))},
		},
		Right: "Two SYNs that cross make one connection, without a client or a server (RFC 9293, Figure 7).",
	}}
}

const thirdSeq = `A: CLOSED iss=100
B: LISTEN iss=300

    (Open)
    SYN-SENT    --> <SEQ=100><CTL=SYN>               --> SYN-RECEIVED
    ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK>  <-- SYN-RECEIVED
    ESTABLISHED --> <SEQ=301><ACK=301><CTL=ACK>      --> ESTABLISHED
`

func fourSegments(sc *netfake.Scenario) {
	sc.Both(func(h *netfake.Host) { h.TCP.Handshake = model.FourAcked })
}

// goesOn: endpoint me leaves a state of the handshake towards a later one, by anything but an ACK of its initial number plus 1.
func goesOn(me int, from model.State) func(*netfake.Transition) bool {
	return func(st *netfake.Transition) bool {
		if !by(st, me) || st.Before.State != from || st.After.State <= from {
			return false
		}
		s := st.Event.Seg
		return st.Event.Kind != model.SegmentArrives || !s.Has(model.ACK) || s.Ack != st.Before.Iss+1
	}
}

// oddThird: A is opened by a SYN,ACK and answers by other numbers than the sentence says.
func oddThird(st *netfake.Transition) bool {
	s := st.Event.Seg
	if !arrived(st, a) || st.Before.State != model.SynSent || st.After.State != model.Established || !s.Has(model.SYN|model.ACK) {
		return false
	}
	return len(st.Sent) != 1 || st.Sent[0].Seg.Seq != s.Ack || st.Sent[0].Seg.Ack != s.Seq+1
}

// answersSynAck: A is CLOSED, a SYN,ACK comes, and A sends something.
func answersSynAck(st *netfake.Transition) bool {
	return arrived(st, a) && st.Before.State == model.Closed && st.Event.Seg.Has(model.SYN|model.ACK) && len(st.Sent) > 0
}

// serverFirst: the server is ESTABLISHED with a client that is in SYN-SENT.
var serverFirst = question{name: "B is ESTABLISHED while its client waits in SYN-SENT", state: func(w *netfake.World) bool {
	p, q := &w.Peer[a], &w.Peer[b]
	return q.State() == model.Established && q.RemoteInc == p.Inc && p.State() == model.SynSent
}}

// heard: does a server that listens hear of a client that has called?
var heard = properties.Live{
	From: question{name: "A has called, and B listens and has heard nothing", state: func(w *netfake.World) bool {
		return w.Peer[a].State() >= model.SynSent && w.Peer[b].State() == model.Listen && w.Peer[b].Inc == 0
	}}.condition(),
	To: question{name: "B has had a SYN, or A knows that there is no connection", state: func(w *netfake.World) bool {
		return w.Peer[b].Inc > 0 || w.Peer[a].State() == model.Closed
	}}.condition(),
}

// lossyCall is calling on a wire that may lose any number of segments, and delivers at last what is sent again and
// again. A client that goes on after its SYN has heard nothing of the server, and holds 0 for all of that; so the
// numbers of both lie close to 0, where the joint state can hold it.
func lossyCall(h model.Handshake) func() netfake.Scenario {
	return func() netfake.Scenario {
		sc := calling(h)()
		sc.Net = netfake.Network{Bag: true, Losses: netfake.Unlimited, NoPrematureRetransmission: true}
		sc.Peer[a].Base, sc.Peer[b].Base = 50, 30
		return sc
	}
}

// staleTwo is an old SYN to a server of the two-segment handshake, on a wire that loses so much and repeats nothing.
func staleTwo(losses int) func() netfake.Scenario {
	return func() netfake.Scenario {
		sc := deserted(model.TwoSegments)()
		sc.Net = netfake.Network{Bag: true, Losses: losses, NoPrematureRetransmission: true}
		return sc
	}
}

// outOfIt: does the server come out of a connection with nobody?
var outOfIt = properties.Live{
	From: question{name: "B is ESTABLISHED with an old SYN", state: func(w *netfake.World) bool {
		return w.Peer[b].State() == model.Established && w.Peer[b].RemoteInc == netfake.Before
	}}.condition(),
	To: question{name: "B is not ESTABLISHED", state: func(w *netfake.World) bool { return w.Peer[b].State() != model.Established }}.condition(),
}

// keepsMSS lets a listener take a SYN that announces an MSS.
func keepsMSS(c model.Config) (bool, string) {
	t := model.TCB{State: model.Listen, Marks: model.Passive}
	syn := model.Segment{Seq: netfake.BaseA, Flags: model.SYN, Wnd: 1234, MSS: 1000, Opts: model.OptMSS}
	after, out := model.Step(c, t, model.Event{Kind: model.SegmentArrives, Seg: syn, Iss: netfake.BaseB})
	said := uint16(0)
	for _, s := range out.Sent() {
		said = max(said, s.MSS)
	}
	return after.MSS == 1000 && said == c.MSS, fmt.Sprintf("MSS %d is kept as %d, and %d is announced in answer", syn.MSS, after.MSS, said)
}

func synOptions() (bool, string) {
	p, err := carried(model.Segment{Seq: 1, Flags: model.SYN, Wnd: 65535, MSS: 1460, Opts: model.OptMSS}, someFlow(5000))
	if err != nil {
		return false, err.Error()
	}
	return p.Seg.Wnd == 65535 && p.Seg.MSS == 1460 && p.Seg.Opts&model.OptMSS != 0, fmt.Sprintf("window %d, MSS %d come back", p.Seg.Wnd, p.Seg.MSS)
}
