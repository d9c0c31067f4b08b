package main

const observe = "netfake/observe.go"

// observers are mutants of the ghosts, and of what is seen with their help.
var observers = []Mutant{{
	Name: "foreign-text-unseen", File: observe, Test: "TestForeignTextAndFin",
	Old: "f |= ForeignData\n", New: "f |= 0\n",
	Does: "foreign text is no fault",
}, {
	Name: "foreign-fin-unseen", File: observe, Test: "TestForeignTextAndFin",
	Old: "f |= ForeignFin\n", New: "f |= 0\n",
	Does: "a foreign FIN is no fault",
}, {
	Name: "foreign-by-sender-only", File: observe, Test: "TestTextThatWasSentToAnother",
	Old: "inc != v.peer || to != v.mine && to != NoOne", New: "inc != v.peer",
	Does: "text that was sent to an earlier incarnation of the receiver is not foreign",
}, {
	Name: "foreign-by-receiver-only", File: observe, Test: "TestFinOfAnEarlierPeer",
	Old: "inc != v.peer || to != v.mine && to != NoOne", New: "to != v.mine && to != NoOne",
	Does: "text of an earlier incarnation of the sender is not foreign",
}, {
	Name: "to-no-one-is-foreign", File: observe, Test: "TestTextOnASynIsNotForeign",
	Old: "to != v.mine && to != NoOne", New: "to != v.mine",
	Does: "text on a SYN is foreign, since its sender does not know the receiver",
}, {
	Name: "text-on-syn-twice", File: observe, Test: "TestDataOnASynIsTakenOnce",
	Old: "foreign || to == NoOne && v.had>>inc&1 != 0", New: "foreign",
	Does: "text on a SYN that an earlier incarnation has taken already is no fault",
}, {
	Name: "order-unseen", File: observe, Test: "TestWrongOctet",
	Old: "f |= WrongOctet\n", New: "f |= 0\n",
	Does: "an octet that is taken out of order is no fault",
}, {
	Name: "order-of-one", File: observe, Test: "TestHeldPiecesAreInOrder",
	Old: "next += uint8(h.Len)", New: "next += 0",
	Does: "the second of two pieces that are taken at once is expected where the first was",
}, {
	Name: "loss-at-fin-unseen", File: observe, Test: "TestLostOctet",
	Old: "v.got+v.octets() != o.sent", New: "v.got+v.octets() > o.sent",
	Does: "that a FIN is taken before all text is no fault",
}, {
	Name: "loss-at-fin-not-counted", File: observe, Test: "TestHeldPiecesAreInOrder",
	Old: "v.got+v.octets() != o.sent", New: "v.got != o.sent",
	Does: "text that is taken together with the FIN counts as lost",
}, {
	Name: "loss-at-close-unseen", File: observe, Test: "TestLostOctet",
	Old: "v.signals&model.CloseOK != 0 && !v.allTaken(o)", New: "false",
	Does: "that a close is told before all text was taken is no fault",
}, {
	Name: "all-taken-of-another", File: observe, Test: "TestLostOctetOfAnEarlierPeer",
	Old: "o.mineTaken >= v.sent || v.peer != o.inc", New: "o.mineTaken >= v.sent",
	Does: "a peer that has gone on to another incarnation counts as one that took nothing",
}, {
	Name: "reset-unseen", File: observe, Test: "TestForeignReset",
	Old: "\t\tif !v.toMe() {\n\t\t\tf |= ForeignReset\n\t\t}\n", New: "",
	Does: "a foreign RST that ends a connection is no fault",
}, {
	Name: "every-reset-is-foreign", File: observe, Test: "TestForeignReset",
	Old: "\t\tif !v.toMe() {\n\t\t\tf |= ForeignReset", New: "\t\tif true {\n\t\t\tf |= ForeignReset",
	Does: "a RST of the peer is foreign",
}, {
	Name: "reset-of-last-ack-unseen", File: observe, Test: "TestLastAckReset",
	Old: "f |= LastAckReset\n", New: "f |= 0\n",
	Does: "that a RST ends LAST-ACK is no fault",
}, {
	Name: "reset-of-time-wait-unseen", File: observe, Test: "TestTimeWaitReset",
	Old: "f |= TimeWaitReset\n", New: "f |= 0\n",
	Does: "that a RST ends TIME-WAIT is no fault",
}, {
	Name: "reset-by-syn-unseen", File: observe, Test: "TestForeignReset",
	Old: "v.was >= model.SynReceived && ended", New: "false && ended",
	Does: "that a foreign SYN ends a connection is no fault",
}, {
	Name: "foreign-ack-unseen", File: observe, Test: "TestForeignAck",
	Old: "return ForeignAck\n", New: "return 0\n",
	Does: "that a foreign ACK moves SND.UNA is no fault",
}, {
	Name: "last-ack-unseen", File: observe, Test: "TestForeignAckEndsLastAck",
	Old: "v.acked && (!v.toMe()", New: "v.acked && v.is != model.Closed && (!v.toMe()",
	Does: "that a foreign ACK ends LAST-ACK is no fault",
}, {
	Name: "ghost-unseen", File: observe, Test: "TestGhostConnection",
	Old: "return GhostConnection\n", New: "return 0\n",
	Does: "a connection that nobody asks for is no fault",
}, {
	Name: "ghost-although-asked", File: observe, Test: "TestGhostConnection",
	Old: "if confirmed || asking {", New: "if confirmed || asking && false {",
	Does: "a connection that the peer asks for and has not confirmed is a ghost",
}, {
	Name: "ghost-of-the-dead", File: observe, Test: "TestGhostConnection",
	Old: "v.peer == o.inc && o.state != model.Closed && o.state != model.Listen", New: "v.peer == o.inc",
	Does: "a peer that is CLOSED still asks for a connection",
}, {
	Name: "ghost-by-name", File: observe, Test: "TestForeignAck",
	Old: "confirmed := v.toMe() && v.from == v.peer", New: "confirmed := v.was != v.is",
	Does: "every ACK confirms a connection, whoever sent it",
}, {
	Name: "silence-unseen", File: observe, Test: "TestSilentEnd",
	Old: "return SilentEnd\n", New: "return 0\n",
	Does: "a connection that ends without a word is no fault",
}, {
	Name: "abort-is-silent", File: observe, Test: "TestForeignReset",
	Old: "v.was == model.TimeWait || v.event == model.Abort", New: "v.was == model.TimeWait",
	Does: "an ABORT by the user counts as an end without a word",
}, {
	Name: "everything-is-watched", File: step, Test: "TestOnlyWatchedFaultsAreRecorded",
	Old: "v.faults(&o) & sys.sc.Watch", New: "v.faults(&o)",
	Does: "faults are recorded that nobody watches for",
}, {
	Name: "peer-by-any-segment", File: step, Test: "TestTwin", Draw: 100,
	Old: "p.RemoteInc = pkt.Inc", New: "p.RemoteInc = w.Peer[1-me].Inc",
	Does: "the peer's incarnation is taken to be the present one, whoever sent the SYN",
}, {
	Name: "answers-count-as-active", File: step, Test: "TestTwin", Draw: 100,
	Old: "if accepted { // a new incarnation answers the SYN\n\t\tsys.newIncarnation(w, me)\n", New: "if accepted {\n",
	Does: "a listener that answers a SYN is no new incarnation",
}, {
	Name: "taken-by-anyone", File: "netfake/view.go", Test: "TestTakenCountsOwnOctets",
	Old: "if inc != q.Inc {", New: "if inc > 15 {",
	Does: "octets of another incarnation count as those of the present one",
}, {
	Name: "got-not-counted", File: "netfake/view.go", Test: "TestSetDuplicatesAndReorders",
	Old: "p.Got = min(p.Got+uint8(h.Len), MaxOctets)", New: "p.Got += 0",
	Does: "the octets that an endpoint takes are not counted",
}, {
	Name: "counts-outlive-incarnation", File: step, Test: "TestTakenCountsOwnOctets",
	Old: "p.Sent, p.Got, p.Taken, p.LastCloseNormal = 0, 0, 0, false", New: "p.Sent, p.Got, p.LastCloseNormal = 0, 0, false",
	Does: "a new incarnation begins with the octets of the last one counted as taken",
}, {
	Name: "reset-to-the-present", File: step, Test: "TestTwin", Draw: 100,
	Old: "\t\t\tpkt.To = cause.Inc\n", New: "\t\t\tpkt.To = p.RemoteInc\n",
	Does: "a RST that answers an old segment is meant for the present peer",
}}
