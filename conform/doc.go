// Package conform drives a TCP stack and the machine of package model side by side, and compares what they do.
//
// A stack under test is a Peer: one socket that takes user calls, packets and the passing of time, and tells what it
// sent and what its user heard. It is reached in process, or as a program that speaks the line format of PROTOCOL.md (Exec,
// Serve), so that a stack in any language can be driven. The stacks that the project itself drives are in
// conform/stacks, a module of its own: what they depend on is not what the checker depends on.
//
// # The check
//
// Check leads new connections to each Situation, by the shortest path that package explore finds on the model, gives the stack
// one input there (a segment of each Class, a call, or time), and then probes what has become of the connection. After that
// rapid draws walks of the same inputs, and makes a walk that shows a difference short. The stack acts first; then the model
// must explain what was seen: the same segments in the same order (SEQ, ACK, the flags SYN, FIN, RST and ACK, the length of
// the text and its octets), the same state where it is told, the same signals, the same text to the user.
//
// What RFC 9293 leaves to a stack is learned from it, and never a difference: its initial numbers; its window, as it announces
// it; how it cuts text into segments, and that text waits while other text is under way; an ACK of text that is up to
// 0.5 s late, and when it announces a window that has opened; when its timers fire, and how long TIME-WAIT is (but what a timer
// sends, and that something is sent again at all, and when TIME-WAIT begins anew, is compared); which options it offers; calls
// that a socket refuses before it is connected; that the user hears of the end when it has read what came before. PSH, URG,
// the window field and options are not compared.
//
// # Deviations
//
// A Table lists how a stack is known to differ, checked both ways: what it does not cover fails, and so does an entry, or a
// policy, that no difference needs. In TOML:
//
//	stack = "my-stack"
//	policies = ["attacks=rfc793"]       # the machine's other ways that the stack follows throughout (model.Policies)
//
//	[[deviation]]
//	name = "bare-rst"
//	what = "a RST without ACK is ignored in SYN-RECEIVED"
//	clause = "RFC 9293 §3.10.7.4, second"
//	seen = "v1.2.3"
//	in = ["SYN-RECEIVED"]               # states of the model when the input comes
//	on = ["RST seq=exact text=none"]    # inputs: a call, "sleep 3s", or flags and places as Class prints them; RST|RST,ACK, *
//	differs = ["state"]                 # exactly these of sends, state, signals, text, reply, fails
//	to = ["SYN-RECEIVED"]               # optional: the states that the stack tells; want, got: flags of what is sent
//	then = "end"                        # or "go on", where the states agree; or
//	policies = ["..."]                  # with which, in this step, the machine does the same, and is followed
//	script = ["listen", "SYN seq=exact", "RST seq=exact"]
//
// Where no pair shows a deviation, only random walks, its entry has a script: inputs as a report prints them, the last of which
// shows it. It is replayed in every check, and whether the entry still happens is told by that alone.
//
// A call that a stack refuses and the machine takes differs in "reply". A release that is refused is not taken by the model
// either: a stack that has no such call says so in one entry, with differs = ["reply"] and then = "go on".
//
// Report.WriteDraft writes such entries for all that is unexplained, to be gone over by hand.
//
// # An adapter's test
//
//	func TestConform(t *testing.T) {
//		table, err := conform.ReadTable("deviations.toml")
//		if err != nil {
//			t.Fatal(err)
//		}
//		conform.Test(t, Open, conform.Options{Table: table, Steps: 5000, Seed: 1})
//	}
//
// Open is called again when a stack has died (an error of Do, or a panic). A stack with a clock that is real is asked with
// Cover: CoverPlaces and Parallel, each connection on a peer and a port of its own.
package conform
