// Package wire is the TCP header as octets: model.Segment to and from what RFC 9293 §3.1
// and §3.2 put on the wire, alone or inside an IPv4 or IPv6 packet.
//
// Goals: every Segment that a header can carry survives the journey unchanged; whatever
// else arrives (a cut header, an option with an illegal length, a wrong checksum) is told
// apart with an error that names the place, what was expected there and what was found.
// A packet that a capture cut short still decodes, as far as its headers are there.
//
// The octets are laid out, taken apart and summed by gopacket/layers; what is ours is the
// meaning: which header is refused, where, and why.
//
// Not goals: the model (it knows nothing of octets, and this package knows nothing of
// states), reassembly of IP fragments, the options of congestion control and SACK, the
// ECN bits. They are skipped, never refused.
package wire
