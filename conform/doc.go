// Package conform runs a TCP stack and the model of RFC 9293 side by side, and compares what they do.
//
// It is for authors of TCP stacks. Begin with these names:
//
//   - [Peer] is the stack under test: one socket that takes calls of a user, packets and the passing of
//     time, and reports what it sent and what its user was told. Implement it in Go, or write a program
//     in any language that speaks the line format of PROTOCOL.md ([Exec] starts it; [Serve] makes one).
//   - [Test] checks a stack in a Go test. [Check] does the same and returns a [Report].
//   - [Table] lists the known differences of a stack ([ReadTable]).
//
// The stacks that the project tests itself are in conform/stacks, a separate module, because of their
// dependencies. tcpcheck conform runs the same check from the command line.
//
// # The check
//
// First the adapter is checked: one connection each way is opened and used, and each answer must have the form
// of PROTOCOL.md, with times and checksums. What fails there is an error of Check ([AdapterError]), and so is an
// answer that is not in the form later ([FormError]). Neither is a difference of the stack.
//
// Check brings new connections to each [Situation], by the shortest path that package explore finds in
// the model. There it gives the stack one input (a segment of each [Class], a call, or time), and then
// probes the state of the connection. After that it takes random walks of the same inputs, and shortens
// a walk that shows a difference. The stack acts first; then the model must explain what was seen: the
// same segments in the same order (SEQ, ACK, the flags SYN, FIN, RST and ACK, the length of the data and
// its octets), the same state if the stack reports it, the same signals, and the same data to the user.
//
// What RFC 9293 leaves to a stack is learned from it, and is never a difference:
//
//   - its initial sequence numbers, and the window that it announces;
//   - how it cuts data into segments, and that data waits while other data is unacknowledged;
//   - an ACK of data that is up to 0.5 s late, and when it announces that a window has opened;
//   - when its timers fire, and how long TIME-WAIT is. But what a timer sends, that something is
//     retransmitted at all, and when TIME-WAIT restarts, is compared;
//   - which options it offers, and which calls a socket refuses before it is connected;
//   - that the user is told of the end only after it has read what came before.
//
// Of the bits, a segment must not have those that it has no reason to have: reserved bits, ECE and CWR, URG, and
// PSH without data. What is sent again may come at any time, but not more than eight times in a second, not in a backoff
// that starts over, and not forever at one short interval (RFC 6298 §5.5). A stack that gives up less than R2 after the
// last progress (100 s; three minutes for a SYN) differs. The window field is not compared.
//
// A class can have a form: no option at all, an unknown option, a wrong checksum, a small MSS, or a timestamp. If the
// handshake agrees on timestamps (situations "/stamped"), each segment but a RST must have one, it must echo the last one in
// order, and the clock must not go back; segments without one, or with an old one, are inputs. Other options are compared
// only in that none is agreed that was not offered, and that no segment is longer than the peer's MSS.
//
// Walks go on over the end of a connection and the next one's beginning, on the same sockets. Each step is the one of a few
// drawn that meets the most that is new: a clause of §3.10 in a state, at an input, and behind the clause before it.
// docs/BUGS.md lists planted bugs, and how each is found.
//
// A stack tells connections apart by their sockets, and by nothing else. In the situations "/beside" segments come to a port
// on which nobody listens, or from another port or address: the answer is that of CLOSED (§3.10.7.1), and the connection that
// there is must not notice it. If the program has listen with a backlog (Hello.Backlog), a listener goes on in further situations
// ("LISTEN/backlog", "ESTABLISHED/second-open"): the model has an endpoint for each remote socket, in LISTEN until a SYN comes.
// What is compared of the second connection is what it sends. Whether a SYN is taken for which the backlog has no room is the stack's
// choice. The initial numbers of two connections of one moment must differ, and those of three must not lie within 2^20
// (§3.4.1, SHLD-1). How an active OPEN without a port chooses one is not compared: RFC 9293 says nothing of it.
//
// # Findings
//
// Differences that have one cause are one [Finding]: the same differs, the same was wanted, and the same came
// instead. A finding has the clause of its script, a [Level] and a [Severity], and the worst is first. The level is
// that of the clause's numbered requirement (MUST-n, SHLD-n, MAY-n). A clause of §3.10 without a number counts as
// MUST if data, connection or state differ, as SHOULD if a segment does, and as MAY if only its form does. If one
// policy of the model explains every difference of a finding, the level is that of the policy.
//
// After a difference the comparison goes on if it can be found out where the stack is. Either another policy of the model
// explains all that was seen so far; or only what was sent differs, or the stack ignored the segment, and its state is
// known. Then one old segment makes the stack show SND.NXT and RCV.NXT. If several states fit, only what none of them explains is
// a difference. In doubt the connection ends. A finding that was only seen behind others names them ([Finding.Behind]).
// [Masks] says how many pairs were not reached after a difference, the last one before them, and how many it ended before
// all probes were made.
//
// # Known differences
//
// A [Table] lists how a stack is known to differ. It is checked in both directions: a difference that it
// does not cover fails, and so does an entry, or a policy, that no difference needs. In TOML:
//
//	stack = "my-stack"
//	newest = "v1.3.0"                   # the newest version that was tried
//	policies = ["attacks=rfc793"]       # policies of the model that the stack follows everywhere (model.Policies)
//
//	[[deviation]]
//	name = "bare-rst"
//	what = "a RST without ACK is ignored in SYN-RECEIVED"
//	clause = "RFC 9293 §3.10.7.4, second"
//	seen = "v1.2.3"
//	kind = "departs"                    # if the clause says otherwise; "choice": it is allowed; "undecided": the RFC does
//	                                    # not say, or says both; "adapter": the stack has no such call
//	gone = "v1.3.0"                     # optional: it does not happen in this version, nor in later ones;
//	                                    # or since: it does not happen in earlier ones
//	in = ["SYN-RECEIVED"]               # states of the model when the input comes
//	on = ["RST seq=exact text=none"]    # inputs: a call, "sleep 3s", or flags and places as Class prints them; RST|RST,ACK, *
//	differs = ["state"]                 # exactly these of sends, state, signals, text, reply, fails; "signals?": or not
//	want = ["nothing"]                  # optional: what the model sends, and what the stack sends: flags, and places of
//	got = ["RST,ACK SEQ=SND.NXT ACK=RCV.NXT LEN=0"] # the numbers
//	wrong = ["burst"]                   # optional: what is wrong in itself with what is sent
//	to = ["SYN-RECEIVED"]               # optional: the states that the stack reports
//	count = 12                          # optional: in how many pairs it happens in the version seen
//	then = "end"                        # or "go on", if the states agree; without it, as after any difference; or
//	policies = ["..."]                  # the policies with which the model does the same in this step
//	script = ["listen", "SYN seq=exact", "RST seq=exact"]
//
// Numbers in want and got are those of the model before the input (SND.NXT, SND.UNA, ISS, RCV.NXT), those of the
// input (SEG.SEQ, SEG.ACK, SEG.SEQ+SEG.LEN), 0, or MODEL: that of the model's segment. One of them can be followed
// by +N or -N, and | stands between places. A field that is not there may be anything. "..." at the end stands
// for more of the last segment. [Report.Pin] (conform --pin) writes want, got, wrong and count as they are.
//
// If no pair of a situation and an input shows a difference, but only random walks do, its entry has a
// script: inputs in the form of a report, the last of which shows the difference. Every check replays
// the script, and only that decides whether the difference still happens.
//
// A call that a stack refuses and the model accepts differs in "reply". If a release is refused, the
// model does not make it either: a stack that has no such call says so in one entry, with
// differs = ["reply"] and then = "go on".
//
// [Report.WriteDraft] writes an entry for each finding, for you to check and describe. With these entries the same
// check finds nothing unexplained.
//
// # Go
//
// A stack in Go needs no program: implement [Peer], and call [Test].
//
//	func TestConform(t *testing.T) {
//		table, err := conform.ReadTable("deviations.toml")
//		if err != nil {
//			t.Fatal(err)
//		}
//		conform.Test(t, Open, conform.Options{Table: table, Steps: 5000, Seed: 1})
//	}
//
// Open is called again when a stack has died (an error of Do, or a panic). For a stack with a real clock
// use Cover: CoverPlaces and Parallel; then each connection has its own peer and its own port.
package conform
