// Package capture compares captures of real connections with RFC 9293, connection by connection.
//
//	Open   reads pcap, pcapng (also compressed by gzip or zstd), or the text that tcpdump prints, as a stream of segments
//	Judge  follows every connection in the stream and says what became of it
//
// It says of each connection how it was opened and closed, in which states each endpoint can have been after every
// segment, and which segments cannot come from an endpoint that follows the RFC. With each verdict it gives the
// section of the RFC.
//
// A capture shows that segments pass. It does not show when they arrive, or which calls the users make. So the
// judge keeps, for each endpoint, the set of all states that are possible: every segment seen may have arrived by now
// or never, and in any order. The package does not implement the effect of a segment a second time: model.Step
// decides it. The next segment that an endpoint sends then excludes states.
//
// Six conventions keep the sets small. Connection marks what depends on them by "as far as the wire shows":
//
//   - A CLOSE is called when its FIN is sent. A CLOSE that waits behind data (§3.10.4) is not visible.
//   - Nobody gives up silently (user timeout, §3.10.8), and the end of TIME-WAIT is not visible.
//   - If the first segment of a connection is a SYN, the capture has seen it begin. If not, nothing from before the
//     capture arrives later. If a connection uses the sockets of an earlier one, no segment of the earlier one is
//     still in the network. (If one can be, "impossible" becomes a doubt.)
//   - The sets of states suppose that the capture is complete, unless it shows that it is not: an endpoint continues
//     from a number that is not in the capture, its peer acknowledged something that is not there, or nothing of it is
//     there. A segment that is missing without such a trace can leave the true state out of a set. It never makes an
//     endpoint guilty: what a missing segment would explain is a doubt. The doubt becomes "impossible" only if later
//     segments, or the identifications of IPv4 packets, show that no missing segment explains it.
//   - The states are those of the connection in hand. An endpoint that still has an earlier connection of the same sockets
//     counts as CLOSED or LISTEN, until a segment shows the earlier one.
//   - Each direction is captured in the order in which its segments passed one point. The sender is not blamed for
//     what the network lost, copied or reordered before that point. A segment whose ACK is older than an earlier one
//     says nothing about the present. A segment that a RST, or a copy of the SYN, may have met on the way is only a
//     doubt.
//
// Goals: never blame a correct endpoint (tested with random runs of package model, with loss, duplication and
// reordering); never exclude the true state from a set; memory bounded by the connections that are alive and by
// Options; no allocation for a segment of an open connection without a finding. Not goals: congestion control,
// timing, SACK, reassembly of data.
//
// What the reader cannot see makes nobody guilty. Of a TCP header the first 20 octets suffice, so options may be cut
// off or malformed. IP fragments are put together. A packet that segmentation offload left in one piece counts with
// its original length. The same IPv4 packet again is a copy, not a retransmission. A frame whose checksum is wrong,
// although others of its sender have right ones, was damaged and says nothing, unless the checksum is the sum of the pseudo-header:
// then the network card completes it (a host computes some itself, as that of a RST). An ACK of something that is not in the
// capture is a doubt. It becomes "impossible" only if the peer answers it from its old sequence number, or begins with
// another one.
package capture
