// Package packetdrill reads scripts in packetdrill's language and runs them: user calls, packets that arrive, and packets that
// must be sent, each at its time. What is run is the machine of package model with as many connections as the script
// has, in virtual time, or one socket of a stack that is reached through conform.Peer.
//
// Goals: scripts run as their users write them; a script passes only if everything in it was carried out and everything
// that it expects came. What is not known here makes a script Unsupported, with its line, and never a pass; what cannot
// be read is an Error with its place. Not goals: congestion control and loss recovery, SACK blocks, ECN, Fast Open, ICMP,
// tunnels, other protocols than TCP.
//
// What is looser than in packetdrill: options are compared as a set, without their order and padding; PSH, and how text is
// cut into segments, are the sender's choice; a pure ACK may come up to half a second after what it acknowledges, since RFC 9293
// §3.8.6.3 lets it, and be left out if a later segment acknowledges the same. As in packetdrill a packet that no line expects is
// noticed at the next line that expects one; none is looked for after the last line. The MSS, the window scale and the size of
// the window, which a host chooses, are what the script shows first; later windows must follow from that.
package packetdrill
