// Package capture judges real captures, connection by connection, by RFC 9293.
//
//	Open   reads pcap, pcapng, or the text that tcpdump prints, as a stream of segments
//	Judge  follows every connection in the stream and says what became of it
//
// Of each connection it tells how it was opened and closed, which states each endpoint can
// have been in after every segment, and which segments no endpoint that follows the RFC can
// have sent there, each with the section on which the verdict rests.
//
// A capture sees segments pass; it does not see them arrive, nor what the users call. So the
// judge keeps, for each endpoint, the set of all states that fit: every segment seen may have
// arrived by now, or never, and in any order. What a segment brings about is not written
// here again: model.Step decides it. What an endpoint sends then rules states out.
//
// Five conventions keep the sets readable; Connection says "as far as the wire shows":
//   - a CLOSE is called when its FIN is sent; one that waits behind text (§3.10.4) is not seen;
//   - nobody gives up in silence (user timeout, §3.10.8), and TIME-WAIT is not seen to end;
//   - a capture that shows a SYN first has seen the connection begin; one that does not
//     has missed nothing that is still to arrive, and a connection that takes the sockets of
//     another has nothing of it left on the way (else "impossible" is a doubt only);
//   - the capture is complete, unless it shows that it is not: an end that goes on from a
//     number which is not to be seen, or whose peer acknowledged what is not, or of which
//     nothing is seen, excuses what rests on completeness. A segment that is missing without
//     such a trace can make its neighbours look impossible, and the verdict says so;
//   - each direction is captured in the order in which its segments passed one point. What the network
//     lost, copied and overtook before that point is not held against the sender: a segment whose ACK is
//     older than one before it says nothing of the present, and one that a RST, or a copy of the SYN,
//     could have met on the way is a doubt only.
//
// Goals: never accuse an honest endpoint (tested against random runs of package model, with
// loss, duplication and reordering), never leave the true state out of a set, memory bounded
// by the connections that are alive and those by Options, no allocation for a segment of an
// open connection that nothing is to be said of. Not goals: congestion control, timing, SACK, the
// reassembly of text, IP fragments.
package capture
