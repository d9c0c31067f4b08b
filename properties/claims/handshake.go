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
		Right:    "This is true if one side opens and the other listens.",
	}, {
		ID: "handshake-states", Sources: []string{"001", "003", "004"}, Expect: Holds,
		Says: "The client goes through CLOSED, SYN-SENT, ESTABLISHED, the server through LISTEN, SYN-RECEIVED, ESTABLISHED.",
		Evidence: []Piece{
			{"", "a client that opens goes through no other states, whatever is lost or repeated", never(calling(model.ThreeSegments),
				leaves(a, arrow{model.Closed, model.SynSent}, arrow{model.SynSent, model.Established}, arrow{model.SynSent, model.Closed}), states(model.Established, model.Established))},
			{"", "a server that listens goes through no other states, except back to LISTEN", never(calling(model.ThreeSegments),
				leaves(b, arrow{model.Closed, model.Listen}, arrow{model.Listen, model.SynReceived}, arrow{model.SynReceived, model.Established},
					arrow{model.SynReceived, model.Listen}), states(model.Established, model.Established))},
		},
		Right: "This is true if one side opens and the other listens. If both open, a side goes from SYN-SENT through SYN-RECEIVED, or directly to ESTABLISHED if the other's SYN,ACK overtakes its SYN.",
		RightBy: []Piece{
			{"", "if both open, A goes from SYN-SENT to SYN-RECEIVED", reached(fixture.Crossing, goes(a, model.SynSent, model.SynReceived), question{})},
			{"", "and both can be in SYN-RECEIVED", reached(fixture.Crossing, states(model.SynReceived, model.SynReceived), question{})},
			{"", "or A goes from SYN-SENT directly to ESTABLISHED", reached(fixture.Crossing, goes(a, model.SynSent, model.Established), question{})},
			{"", "A goes through no other states", never(fixture.Crossing, leaves(a, arrow{model.Closed, model.SynSent}, arrow{model.SynSent, model.SynReceived}, arrow{model.SynSent, model.Established},
				arrow{model.SynReceived, model.Established}, arrow{model.SynSent, model.Closed}, arrow{model.SynReceived, model.Closed}), states(model.Established, model.Established))},
		},
	}, {
		ID: "client-checks", Sources: []string{"001", "003"}, Expect: Qualified,
		Says: "The client continues only if ACK is set and the ACK is J+1.",
		Evidence: []Piece{
			{"no SYN without ACK reaches it", "A leaves SYN-SENT on no other segment, with old ones in the network", never(haunted, question{name: "A goes on without the ACK of its SYN", step: goesOn(a, model.SynSent)}, states(model.Established, model.SynReceived))},
			{"the other side opens too", "A leaves SYN-SENT on no other segment", never(fixture.Crossing, question{name: "A goes on without the ACK of its SYN", step: goesOn(a, model.SynSent)}, question{})},
		},
		Right: "Only an acceptable ACK of its SYN makes the client ESTABLISHED (J+1, or more if the SYN carried data); a SYN without ACK makes it SYN-RECEIVED.",
	}, {
		ID: "server-checks", Sources: []string{"001", "003"}, Expect: Qualified,
		Says: "The server continues only if ACK is set and the ACK is K+1.",
		Evidence: []Piece{
			{"its user waits for ESTABLISHED", "nothing else moves B forward from SYN-RECEIVED, with old segments in the network", never(haunted, question{name: "B goes on without the ACK of its SYN", step: goesOn(b, model.SynReceived)}, states(model.Established, model.Established))},
			{"its user may CLOSE earlier", "nothing else moves B forward from SYN-RECEIVED", never(func() netfake.Scenario {
				sc := haunted()
				sc.Peer[b].User.CloseBeforeEstablished = true
				return sc
			}, question{name: "B goes on without the ACK of its SYN", step: goesOn(b, model.SynReceived)}, question{})},
		},
		Right: "Only an ACK of K+1 makes SYN-RECEIVED ESTABLISHED, but a CLOSE makes it FIN-WAIT-1, which accepts data (theorem early-close-old-data).",
	}, {
		ID: "third-seq", Sources: []string{"004"}, Expect: Refuted,
		Says:     "The third segment carries seq = K+1.",
		Evidence: []Piece{{"", "with J = 100 and K = 300 the third segment has seq = 301", claimed(thirdSeq)}},
		Right:    "The third segment carries seq = J+1 and ack = K+1: each side counts its own octets.",
	}, {
		ID: "third-from-second", Sources: []string{"002"}, Expect: Qualified,
		Says: "The third segment's seq is the second's ack, and its ack is the second's seq plus 1.",
		Evidence: []Piece{
			{"the second carries no data and no FIN", "A answers a SYN,ACK that opens with no other numbers", never(haunted, question{name: "a third segment with other numbers", step: oddThird}, states(model.Established, model.SynReceived))},
			{"the second carries data and a FIN", "its answer acknowledges no more than its SYN", counterScript("syn-ack-with-text-and-fin")},
		},
		Right: "The third segment's seq is the second's ack, and its ack is the number after everything in the second segment: its seq plus 1 if that is only the SYN.",
	}, {
		ID: "third-carries-data", Sources: []string{"000"}, Expect: Refuted,
		Says: "The third segment may already carry data, and the SYN may not.",
		Evidence: []Piece{
			{"", "data on the third segment", script("data-on-third-segment")},
			{"", "a script with data on the SYN does not play", counterScript("data-on-syn")},
		},
		Right: "The third segment may, and so may the SYN: data on a SYN is held, and not delivered until the connection is ESTABLISHED.",
	}, {
		ID: "allocates-on-syn", Sources: []string{"000"}, Expect: Holds,
		Says: "The server allocates the variables of the connection when the SYN arrives, before the client has proved anything.",
		Evidence: []Piece{{"", "B has a TCB for an old SYN, while A has never opened", reached(deserted(model.ThreeSegments), question{name: "a TCB for nobody", state: func(w *netfake.World) bool {
			q := &w.Peer[b]
			return q.State() == model.SynReceived && q.RemoteInc == netfake.Before && w.Peer[a].State() == model.Closed && w.Peer[a].Inc == 0
		}}, question{})}},
		Right: "A server that follows RFC 9293 does. A server can also put what it must remember into its own initial sequence number (SYN cookies), which this model does not have.",
	}, {
		ID: "exchange-window", Sources: []string{"001"}, Expect: Holds,
		Says: "The handshake also exchanges the windows and the MSS.",
		Evidence: []Piece{
			{"", "A sends according to the window of the SYN,ACK", script("syn-ack-sets-window")},
			{"", "the MSS of each SYN is stored", computed(keepsMSS)},
			{"", "a SYN carries both on the wire", computed(func(model.Config) (bool, string) { return synOptions() })},
		},
		Right: "This is true. The window of a SYN is never scaled, and the MSS is the largest segment that its sender is willing to receive.",
	}, {
		ID: "client-first", Sources: []string{"004"}, Expect: Holds,
		Says: "The client is ESTABLISHED before the server is, at a time when the server cannot know that its reply arrived.",
		Evidence: []Piece{
			{"", "the server is never ESTABLISHED with a client that still waits for its reply", never(calling(model.ThreeSegments), serverFirst, states(model.Established, model.Established))},
			{"", "the client is ESTABLISHED while the server is in SYN-RECEIVED", reached(calling(model.ThreeSegments), states(model.Established, model.SynReceived), question{})},
		},
		Right: "This is true if one side opens and the other listens.",
	}}
}

// countClaims are of how many segments it must be.
func countClaims() []Claim {
	return []Claim{{
		ID: "one-way-fails", Sources: []string{"003"}, Expect: Holds,
		Says: "With the first segment alone, a client that continues without an answer waits in vain or sends in vain.",
		Evidence: []Piece{
			{"", "with one segment, lost once, the listening server never learns of the client, which is ESTABLISHED", leads(lossyCall(model.OneSegment), heard, explore.Violated)},
			{"", "with three, the server eventually learns of the client, or the client is informed", leads(lossyCall(model.ThreeSegments), heard, explore.Verified)},
			{"", "an old SYN opens a connection without a peer", theorem("one-segment-ghost", explore.Violated)},
		},
		Right: "This is true, and the server is deceived as well: it accepts an old SYN, and old data after it.",
	}, {
		ID: "two-way-stale-syn", Sources: []string{"001"}, Expect: Qualified,
		Says: "With two segments, a delayed duplicate SYN of a finished connection makes the server open a connection that no client wants, and wait forever.",
		Evidence: []Piece{
			{"", "the old SYN opens a connection without a peer", theorem("two-segments-ghost", explore.Violated)},
			{"the server's reply, or the RST that answers it, is lost", "the server stays in this connection", leads(staleTwo(netfake.Unlimited), outOfIt, explore.Violated)},
			{"all that is sent arrives", "the server stays in this connection", leads(staleTwo(0), outOfIt, explore.Violated)},
		},
		Right: "The server opens such a connection. The client's host answers the server's reply with a RST, which ends it. The server waits forever only if that exchange is lost.",
	}, {
		ID: "two-way-server-unsure", Sources: []string{"004"}, Expect: Holds,
		Says: "With two segments the server cannot know whether its reply arrived.",
		Evidence: []Piece{
			{"", "the server is ESTABLISHED while its client still waits", reached(calling(model.TwoSegments), serverFirst, question{})},
			{"", "the server is ESTABLISHED, and so is its client", reached(calling(model.TwoSegments), states(model.Established, model.Established), question{})},
			{"", "if its reply is lost once, the server does not send it again", theorem("two-segments-unconfirmed", explore.Violated)},
		},
		Right: "This is true: the server is in the same state in both cases, and does not send its number again.",
	}, {
		ID: "two-way-only-wastes", Sources: []string{"001"}, Expect: Refuted,
		Says: "The harm of the two-segment handshake is that the server's resources are wasted, and nothing worse.",
		Evidence: []Piece{
			{"", "old data is never delivered", theorem("two-segments-old-data", explore.Verified)},
			{"", "no client waits for a number that nobody will send again", theorem("two-segments-unconfirmed", explore.Verified)},
		},
		Right: "It is worse than waste: old data that follows the old SYN is delivered to the user, and a lost reply leaves the client waiting forever.",
	}, {
		ID: "three-way-prevents", Sources: []string{"001"}, Expect: Qualified,
		Says: "With three segments the delayed duplicate SYN opens nothing: the client does not confirm.",
		Evidence: []Piece{
			{"initial sequence numbers are fresh", "nothing is opened, and nothing old is accepted", theorem("three-segments-idle", explore.Verified)},
			{"the server's number is reused while an old ACK of it is in the network", "no old data is accepted", theorem("three-segments-reused-number", explore.Verified)},
			{"initial sequence numbers are fresh, and the old SYN reaches a host that is opening a connection itself", "no old data is accepted", theorem("old-syn-at-opener", explore.Verified)},
		},
		Right: "It opens nothing at a listener with a fresh initial sequence number, if its user does not CLOSE before the handshake is finished: FIN-WAIT-1 accepts data of a connection that nobody confirmed. " +
			"If the number is reused, an old ACK can confirm it in place of the client. To a host that is opening a connection itself, an old SYN looks like one that crosses its own.",
		RightBy: []Piece{
			{"", "a CLOSE in SYN-RECEIVED lets old data in, although numbers are fresh", theorem("early-close-old-data", explore.Violated)},
		},
	}, {
		ID: "client-ignores", Sources: []string{"001"}, Expect: Refuted,
		Says:     "The client prevents the connection by not answering the server's unexpected reply.",
		Evidence: []Piece{{"", "a client that wants nothing sends nothing when the SYN,ACK arrives", never(deserted(model.ThreeSegments), question{name: "A answers the unexpected SYN,ACK", step: answersSynAck}, question{})}},
		Right:    "The client's host answers with a RST, which returns the server to LISTEN. Silence would prevent the connection as well, but would leave the server in SYN-RECEIVED until it gives up.",
	}, {
		ID: "three-is-best", Sources: []string{"002"}, Expect: Qualified,
		Says: "Three is the optimum: two are too few, and more than three confirm nothing new.",
		Evidence: []Piece{
			{"segments of earlier connections may be in the network", "two are too few", theorem("two-segments-ghost", explore.Violated)},
			{"segments of earlier connections may be in the network", "three suffice", theorem("three-segments-opening", explore.Verified)},
			{"segments of earlier connections may be in the network", "four suffice as well", theorem("four-segments", explore.Verified)},
			{"segments of earlier connections may be in the network", "if three fail because the server's number is reused, four fail, too", theoremWith("three-segments-reused-number", explore.Violated, fourSegments)},
			{"segments of earlier connections may be in the network", "if three fail because an old SYN reaches the client, four fail, too", theoremWith("old-syn-at-opener", explore.Violated, fourSegments)},
			{"nothing old is in the network, and nothing is lost", "two are too few", theorem("two-segments-unconfirmed/nothing lost", explore.Violated)},
		},
		Right: "Three is the minimum for a server that keeps nothing of past connections and knows no limit on the life of a segment. More segments confirm nothing new, and four in which the SYN does not say what it answers are weaker.",
	}, {
		ID: "only-client-opens", Sources: []string{"001", "003"}, Expect: Refuted,
		Says: "A connection is opened by a client's SYN to a waiting server (that two SYNs may cross is not mentioned).",
		Evidence: []Piece{
			{"", "two users that both open, without a listener, are never both ESTABLISHED", never(fixture.Crossing, states(model.Established, model.Established), states(model.SynSent, model.SynSent))},
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
