package claims

import (
	"fmt"
	"net/netip"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/capture"
	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

func headerClaims() []Claim {
	return []Claim{{
		ID: "tuple", Sources: []string{"001", "003"}, Expect: Holds,
		Says: "A connection is identified by the pair of its two sockets (address and port at each end); a segment of any other pair never touches it.",
		Evidence: []Piece{
			{"", "a RST from another port leaves a connection open, and one of its own pair of sockets ends it", captured(handshake+strangeRst("192.0.2.1.5001", "192.0.2.2.80"), untouched)},
			{"", "so does one from another address", captured(handshake+strangeRst("192.0.2.3.5000", "192.0.2.2.80"), untouched)},
			{"", "so does one to another port", captured(handshake+strangeRst("192.0.2.1.5000", "192.0.2.2.81"), untouched)},
			{"", "so does one to another address", captured(handshake+strangeRst("192.0.2.1.5000", "192.0.2.3.80"), untouched)},
		},
		Right: "This is true of connections that exist at the same time. Only their sequence numbers, and the time between them, distinguish connections that follow each other on one pair of sockets.",
		RightBy: []Piece{
			{"", "old data is delivered to the next connection of the same pair, if its numbers are reused at once", theorem("abort-reopen-old-data", explore.Violated)},
		},
	}, {
		ID: "ports", Sources: []string{"001", "003"}, Expect: Refuted,
		Says: "A port has 16 bits, so that ports run up to 2^16 = 65535.",
		Evidence: []Piece{
			{"", "2^16 = 65535", computed(func(model.Config) (bool, string) {
				return 1<<16 == 65535, fmt.Sprintf("2^16 = %d", 1<<16)
			})},
			{"", "65535 is the largest port that a header carries", computed(func(model.Config) (bool, string) { return portSurvives(65535) })},
		},
		Right: "A port has 16 bits: 2^16 = 65536 values, 0 to 65535.",
	}, {
		ID: "seq-counts-bytes", Sources: []string{"000", "001", "003"}, Expect: Holds,
		Says:     "The sequence number counts the bytes of one direction: 1000 bytes sent at 1000 are followed by 2000.",
		Evidence: []Piece{{"", "two SENDs of 1000 octets, the first at 1000", claimed(thousands)}},
		Right:    "The sequence number counts the octets of one direction modulo 2^32, and the SYN and the FIN each take a number, too.",
	}, {
		ID: "first-is-zero", Sources: []string{"000"}, Expect: Qualified,
		Says: "Of a stream in segments of 1000 bytes the first has number 0, the second 1000, and the reply to the first acknowledges 1000.",
		Evidence: []Piece{
			{"the initial sequence number is 2^32-1", "the first octets have number 0", claimed(stream(1<<32-1, 0))},
			{"the initial sequence number is 100", "the first octets have number 0", claimed(stream(100, 0))},
		},
		Right: "The first octet has the initial sequence number plus 1, because the SYN takes the initial sequence number; 0 and 1000 are numbers relative to that.",
	}, {
		ID: "ack-is-next", Sources: []string{"000", "002"}, Expect: Holds,
		Says:     "The acknowledgment number is the number of the next byte that is expected.",
		Evidence: []Piece{{"", "every segment with ACK, sent in SYN-RECEIVED or later, carries the sender's RCV.NXT, from an opening to a close", never(life, question{name: "an ACK that is not RCV.NXT", step: wrongAck}, states(model.Closed, model.LastAck))}},
		Right:    "The acknowledgment number is the next expected sequence number, which may be that of a byte or of the FIN.",
	}, {
		ID: "ack-is-seq-plus-one", Sources: []string{"001", "003"}, Expect: Refuted,
		Says: "The acknowledgment number is the sequence number of the received segment plus 1.",
		Evidence: []Piece{
			{"", "1000 octets at 1000 are acknowledged by 1001", claimed(answered(1000, 1001))},
			{"", "two octets at 1000 are acknowledged by 1001", claimed(answered(2, 1001))},
			{"the segment takes one number (a SYN, a FIN, one octet)", "one octet at 1000 is acknowledged by 1001", claimed(answered(1, 1001))},
		},
		Right: "The acknowledgment number is the received sequence number plus the number of octets, where SYN and FIN count as one each, if nothing before is missing.",
	}, {
		ID: "isn-random", Sources: []string{"000", "002"}, Expect: Qualified,
		Says: "Each side draws its initial sequence number at random, independently of the other.",
		Evidence: []Piece{
			{"no draw is near numbers that were used before", "such numbers serve their purpose: no old data is delivered", theorem("arbitrary-numbers-old-data/no draw near the old numbers", explore.Verified)},
			{"any number may be drawn", "such numbers serve their purpose: no old data is delivered", theorem("arbitrary-numbers-old-data", explore.Verified)},
		},
		Right: "The initial sequence number is a clock plus a keyed hash of the two sockets (RFC 9293 §3.4.1), which nobody can know who does not see the segments. It is above those that the same pair of sockets used recently, " +
			"as long as no connection uses numbers faster than that clock.",
		RightBy: []Piece{
			{"", "a clock that moves by less than the connection uses lets old data in", theorem("slow-clock-old-data", explore.Violated)},
			{"", "one that moves as fast does not, if the next connection begins a tick later", theoremWith("slow-clock-old-data", explore.Verified, func(sc *netfake.Scenario) {
				sc.Peer[a].ReopenDelay, sc.Net.Ticks = 1, sc.Net.MSL
			})},
		},
	}, {
		ID: "six-flags", Sources: []string{"001"}, Expect: Holds,
		Says: "SYN synchronises, ACK makes the acknowledgment field valid, FIN ends a direction, RST refuses or aborts, PSH hands data up at once, URG marks urgent data.",
		Evidence: []Piece{
			{"", "each of the six has a bit of its own in octet 13 of the header", computed(func(model.Config) (bool, string) { return flagBits() })},
			{"", "SYN: both initial sequence numbers are known after the handshake", script("rfc9293-06-three-way")},
			{"", "ACK: data without it is not accepted, and data with it is", computed(ackNeeded)},
			{"", "FIN: the other direction continues", script("half-close")},
			{"", "RST: a SYN is refused", script("connection-refused")},
			{"", "RST: a connection is aborted", script("abort")},
			{"", "PSH: data with it is handed to the user at once (and so is data without it)", computed(pushed)},
			{"", "URG: the user is told of urgent data", script("urgent")},
		},
		Right: "This is true, but there are eight flags (ECE and CWR belong to congestion control), and data without PSH may be handed to the user at once as well.",
	}, {
		ID: "retransmission", Sources: []string{"002"}, Expect: Qualified,
		Says: "Acknowledgment and retransmission make delivery reliable: a lost segment is sent again until it is acknowledged.",
		Evidence: []Piece{
			{"a segment that is sent again and again eventually arrives, and nobody gives up", "every octet is eventually received", theorem("octets-arrive", explore.Verified)},
			{"the network may lose everything forever", "every octet is eventually received", theorem("octets-arrive/a network that loses for ever", explore.Verified)},
		},
		Right: "Everything that takes a sequence number is retransmitted until it is acknowledged or the user timeout fires. An ACK without data is never retransmitted, and delivery is certain only if the network eventually delivers.",
	}}
}

const thousands = `policy: mss=1000
A: ESTABLISHED snd=1000 rcv=300
B: ESTABLISHED snd=300 rcv=1000

    (Send 1000)
    ESTABLISHED --> <SEQ=1000><ACK=300><CTL=ACK><DATA=1000> --> ESTABLISHED
    ESTABLISHED <-- <SEQ=300><ACK=2000><CTL=ACK>     <-- ESTABLISHED
    (Send 1000)
    ESTABLISHED --> <SEQ=2000><ACK=300><CTL=ACK><DATA=1000> --> ESTABLISHED
    ESTABLISHED <-- <SEQ=300><ACK=3000><CTL=ACK>     <-- ESTABLISHED
`

// stream is a handshake with that initial number, and then two segments of 1000 octets, the first with number first.
func stream(iss, first uint32) string {
	return fmt.Sprintf(`policy: mss=1000
A: CLOSED iss=%[1]d
B: LISTEN iss=300

    (Open)
    SYN-SENT    --> <SEQ=%[1]d><CTL=SYN>             --> SYN-RECEIVED
    ESTABLISHED <-- <SEQ=300><ACK=%[2]d><CTL=SYN,ACK> <-- SYN-RECEIVED
    ESTABLISHED --> <SEQ=%[2]d><ACK=301><CTL=ACK>    --> ESTABLISHED
    (Send 1000)
    ESTABLISHED --> <SEQ=%[3]d><ACK=301><CTL=ACK><DATA=1000> --> ESTABLISHED
    ESTABLISHED <-- <SEQ=301><ACK=%[4]d><CTL=ACK>    <-- ESTABLISHED
    (Send 1000)
    ESTABLISHED --> <SEQ=%[4]d><ACK=301><CTL=ACK><DATA=1000> --> ESTABLISHED
    ESTABLISHED <-- <SEQ=301><ACK=%[5]d><CTL=ACK>    <-- ESTABLISHED
`, iss, iss+1, first, first+1000, first+2000)
}

// answered is so many octets at 1000, and the ACK that is claimed of them.
func answered(octets, ack uint32) string {
	return fmt.Sprintf(`policy: mss=1000
A: ESTABLISHED snd=1000 rcv=300
B: ESTABLISHED snd=300 rcv=1000

    (Send %d)
    ESTABLISHED --> <SEQ=1000><ACK=300><CTL=ACK><DATA=%[1]d> --> ESTABLISHED
    ESTABLISHED <-- <SEQ=300><ACK=%[2]d><CTL=ACK>    <-- ESTABLISHED
`, octets, ack)
}

// handshake opens a connection.
const handshake = `IP 192.0.2.1.5000 > 192.0.2.2.80: Flags [S], seq 100, win 1000, length 0
IP 192.0.2.2.80 > 192.0.2.1.5000: Flags [S.], seq 300, ack 101, win 1000, length 0
IP 192.0.2.1.5000 > 192.0.2.2.80: Flags [.], ack 301, win 1000, length 0
`

// strangeRst is a RST of that pair of sockets, with the number that the connection of handshake expects.
func strangeRst(from, to string) string {
	return fmt.Sprintf("IP %s > %s: Flags [R], seq 101, win 0, length 0\n", from, to)
}

// untouched: the connection is open after the RST of another pair, and not after one of its own.
func untouched(cs []*capture.Connection) (bool, string) {
	ended, err := judged(handshake + strangeRst("192.0.2.1.5000", "192.0.2.2.80"))
	if err != nil || len(cs) == 0 || len(ended) == 0 {
		return false, "no connection was judged"
	}
	return len(cs) == 2 && cs[0].Closed == capture.ClosedNever && ended[0].Closed == capture.ClosedReset,
		fmt.Sprintf("%d connections; the first is %s, and with a RST of its own pair %s", len(cs), cs[0].Closed, ended[0].Closed)
}

func someFlow(port uint16) wire.Flow {
	return wire.Flow{Src: netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, 1}), port),
		Dst: netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, 2}), 80)}
}

// portSurvives: the port comes back from the wire, and the next higher number is another port there.
func portSurvives(port uint16) (bool, string) {
	p, err := carried(model.Segment{Seq: 1, Flags: model.SYN}, someFlow(port))
	if err != nil {
		return false, err.Error()
	}
	next := port + 1 // what 16 bits leave of it
	return p.Src.Port() == port && next < port, fmt.Sprintf("port %d comes back as %d, and in 16 bits the next is %d", port, p.Src.Port(), next)
}

// carried sends a segment over the wire.
func carried(seg model.Segment, flow wire.Flow) (wire.Packet, error) {
	octets, err := wire.Encode(seg, flow, nil)
	if err != nil {
		return wire.Packet{}, err
	}
	return wire.Decode(octets)
}

// flagBits encodes a header with each of the six flags, and looks at the octet in which they lie.
func flagBits() (bool, string) {
	text := "octet 13:"
	for i, f := range []model.Flags{model.FIN, model.SYN, model.RST, model.PSH, model.ACK, model.URG} {
		octets, err := wire.EncodeTCP(model.Segment{Flags: f}, someFlow(5000), nil)
		if err != nil {
			return false, err.Error()
		}
		if octets[13] != 1<<i {
			return false, fmt.Sprintf("%v is %#02x in octet 13", f, octets[13])
		}
		text += fmt.Sprintf(" %v %d", f, octets[13])
	}
	return true, text
}

// talkingTo is an ESTABLISHED endpoint, and what it makes of an octet of text with these flags.
func talkingTo(c model.Config, flags model.Flags) model.Output {
	t := model.TCB{State: model.Established, Iss: netfake.BaseB, Irs: netfake.BaseA, MSS: 1000}
	t.Snd = model.SendVars{Una: netfake.BaseB + 1, Nxt: netfake.BaseB + 1, Wnd: 1000, MaxWnd: 1000, Wl1: netfake.BaseA + 1, Wl2: netfake.BaseB + 1}
	t.Rcv = model.RecvVars{Nxt: netfake.BaseA + 1, Up: netfake.BaseA + 1, Wnd: c.RcvBuf}
	_, out := model.Step(c, t, model.Event{Kind: model.SegmentArrives,
		Seg: model.Segment{Seq: netfake.BaseA + 1, Ack: netfake.BaseB + 1, Flags: flags, Len: 1, Wnd: 1000}})
	return out
}

func ackNeeded(c model.Config) (bool, string) {
	with, without := talkingTo(c, model.ACK).Delivered, talkingTo(c, 0).Delivered
	return with == 1 && without == 0, fmt.Sprintf("of one octet %d is delivered with ACK, and %d without", with, without)
}

func pushed(c model.Config) (bool, string) {
	with, without := talkingTo(c, model.ACK|model.PSH), talkingTo(c, model.ACK)
	said := func(o model.Output) string {
		if o.Signals&model.Pushed != 0 {
			return "and the user is told PUSH"
		}
		return "and the user is told nothing"
	}
	return with.Delivered == 1 && with.Signals&model.Pushed != 0 && without.Delivered == 1,
		fmt.Sprintf("with PSH %d octet is delivered, %s; without, %d, %s", with.Delivered, said(with), without.Delivered, said(without))
}

// wrongAck: of what an endpoint sends in SYN-RECEIVED or later, the last segment with ACK does not bear its RCV.NXT. A
// RST that answers acknowledges what it answers, whatever is expected.
func wrongAck(st *netfake.Transition) bool {
	if !st.Stepped || st.After.State < model.SynReceived {
		return false
	}
	var last *netfake.Packet
	for i := range st.Sent {
		if s := st.Sent[i].Seg; s.Has(model.ACK) && !s.Has(model.RST) {
			last = &st.Sent[i]
		}
	}
	return last != nil && last.Seg.Ack != st.After.Rcv.Nxt
}
