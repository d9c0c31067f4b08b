package main

const world = "netfake/pack.go"

// forgotten is a row of packing: what is forgotten is a variable that the state must keep.
func forgotten(name, old, new, does string) Mutant {
	return Mutant{Name: "forgets-" + name, File: world, Old: old, New: new, Test: "TestAStateKeepsEveryVariable", Does: "the joint state forgets " + does}
}

// packing are mutants of how the joint state is stored.
var packing = []Mutant{
	forgotten("peer", "p.Inc<<4|p.RemoteInc", "p.Inc<<4", "whose SYN set IRS"),
	forgotten("incarnation", "p.Inc<<4|p.RemoteInc", "1<<4|p.RemoteInc", "the number of the incarnation"),
	forgotten("sent", "p.Sent<<4|p.Got", "p.Got", "how many octets the user sent"),
	forgotten("passive-opens", "p.Actives<<4|p.Passive", "p.Actives<<4", "how many passive OPENs are left"),
	forgotten("active-opens", "p.Actives<<4|p.Passive", "p.Passive", "how many active OPENs are left"),
	forgotten("accepts", "p.Actives<<4|p.Passive, p.Accepts, p", "p.Actives<<4|p.Passive, 0, p", "how many SYNs a listener may still answer"),
	forgotten("first-ack", "p.FinAckAge<<4|p.Crashes", "p.Crashes", "the ticks since the first ACK of a FIN"),
	forgotten("crashes", "p.FinAckAge<<4|p.Crashes", "p.FinAckAge<<4", "how many crashes are left"),
	forgotten("timer", "c.timer, c.ages = p.Timer,", "c.timer, c.ages = 0,", "the timer of TIME-WAIT"),
	forgotten("age", "p.Age<<4|p.FinAge", "p.FinAge", "the age of unacknowledged text"),
	forgotten("used", "c.used = num(me, p.ISNFloor)", "c.used = num(me, p.TCB.Snd.Nxt.Max(sys.sc.Peer[me].Base))", "which numbers were used"),
	forgotten("marks", "c.marks0, c.marks1 = uint8(marks), uint8(marks>>8)", "c.marks0, c.marks1 = uint8(marks), 0", "half of the marks of an endpoint"),
	forgotten("unsent", "c.unread, c.wanted = uint8(t.Unsent),", "c.unread, c.wanted = 0,", "the octets that wait to be sent"),
	forgotten("text-on-syn", "c.synText = t.SynText", "c.synText = 0", "the text on a SYN that is not yet delivered"),
	forgotten("iss", "c.iss, c.una, c.nxt = num(me, t.Iss),", "c.iss, c.una, c.nxt = num(me, t.Snd.Una),", "ISS"),
	forgotten("una", "num(me, t.Snd.Una), num(me, t.Snd.Nxt)\n", "num(me, t.Snd.Nxt), num(me, t.Snd.Nxt)\n", "SND.UNA"),
	forgotten("window", "c.wnd = uint8(t.Snd.Wnd)", "c.wnd = uint8(t.Rcv.Wnd)", "SND.WND"),
	forgotten("held-text", "if h != (model.Held{}) {", "if h.Flags != 0 {", "text that is held out of order"),
	forgotten("held-fin", "uint8(h.Flags), uint8(h.Ghost)", "0, uint8(h.Ghost)", "that a held piece ends with a FIN"),
	forgotten("losses", "losses: uint16(w.Losses)", "losses: 0", "how many losses are left"),
	{
		Name: "forgets-fin-age", File: world, Test: "TestAStateKeepsEveryVariable",
		Old: "p.Age<<4|p.FinAge", New: "p.Age<<4", Does: "the joint state forgets the age of the FIN",
	}, {
		Name: "forgets-answered", File: world, Test: "TestAStateKeepsEveryVariable",
		Old: "c.accepts |= answeredMark", New: "c.accepts |= 0", Does: "the joint state forgets that the peer has answered the last probe",
	}, {
		Name: "forgets-had", File: world, Test: "TestAStateKeepsEveryVariable",
		Old: "p.FinAckAge<<4|p.Crashes, p.Had", New: "p.FinAckAge<<4|p.Crashes, 0", Does: "the joint state forgets whose octets earlier incarnations have taken",
	}, {
		Name: "forgets-clean", File: world, Test: "TestAStateKeepsEveryVariable",
		Old: "c.accepts |= cleanMark", New: "c.accepts |= 0", Does: "the joint state forgets how the last incarnation ended",
	}, {
		Name: "forgets-taken", File: world, Test: "TestAStateKeepsEveryVariable",
		Old: "p.Sent<<4|p.Got, p.Taken", New: "p.Sent<<4|p.Got, 0", Does: "the joint state forgets how many octets the peer has taken",
	}, {
		Name: "forgets-got", File: world, Test: "TestAStateKeepsEveryVariable",
		Old: "p.Sent<<4|p.Got", New: "p.Sent<<4", Does: "the joint state forgets how many octets an endpoint has taken",
	}, {
		Name: "forgets-held-ghost", File: world, Test: "TestAStateKeepsEveryVariable",
		Old: "uint8(h.Flags), uint8(h.Ghost)", New: "uint8(h.Flags), 0", Does: "the joint state forgets whose the held text is",
	}, {
		Name: "forgets-unread", File: world, Test: "TestAStateKeepsEveryVariable",
		Old: "uint8(t.Unsent), uint8(t.Unread),", New: "uint8(t.Unsent), 0,", Does: "the joint state forgets the octets that are not yet read",
	}, {
		Name: "forgets-wanted", File: world, Test: "TestAStateKeepsEveryVariable",
		Old: "uint8(t.Wanted)\n", New: "0\n", Does: "the joint state forgets how many octets a RECEIVE waits for",
	}, {
		Name: "forgets-last-segments", File: world, Test: "TestAStateKeepsEveryVariable",
		Old: "c.wl1, c.wl2 = num(you, t.Snd.Wl1), num(me, t.Snd.Wl2)", New: "c.wl1, c.wl2 = num(you, t.Rcv.Nxt), num(me, t.Snd.Una)",
		Does: "the joint state forgets SND.WL1 and SND.WL2",
	}, {
		Name: "forgets-largest-window", File: world, Test: "TestAStateKeepsEveryVariable",
		Old: "c.maxWnd = uint8(t.Snd.MaxWnd)", New: "c.maxWnd = uint8(t.Snd.Wnd)", Does: "the joint state forgets the largest window",
	}, {
		Name: "forgets-ts-recent", File: world, Test: "TestAStateKeepsEveryVariable",
		Old: "c.tsRecent, c.lastAck = uint8(t.TS.Recent),", New: "c.tsRecent, c.lastAck = 0,", Does: "the joint state forgets TS.Recent",
	}, {
		Name: "forgets-last-ack-sent", File: world, Test: "TestAStateKeepsEveryVariable",
		Old: "num(you, t.TS.LastAckSent)\n", New: "num(you, t.Rcv.Nxt)\n", Does: "the joint state forgets Last.ACK.sent",
	}, {
		Name: "forgets-reopened", File: world, Test: "TestAStateKeepsEveryVariable",
		Old: "c.oldSnd, c.oldRcv, c.oldRecent = num(me, t.Old.SndNxt), num(you, t.Old.RcvNxt),", New: "c.oldSnd, c.oldRcv, c.oldRecent = num(me, t.Snd.Nxt), num(you, t.Rcv.Nxt),",
		Does: "the joint state forgets where a connection that reopened from TIME-WAIT was before",
	}, {
		Name: "unpacks-wrong-side", File: world, Test: "TestAStateKeepsEveryVariable",
		Old: "sys.number(you, c.irs)", New: "sys.number(me, c.irs)", Does: "IRS is unpacked around the base of the wrong side",
	}, {
		Name: "window-is-plain", File: system, Test: "TestWhereWindowsAreConstant",
		Old: "h.TCP.ManualReceive || h.TCP.NoWndFromSynAck", New: "h.TCP.NoWndFromSynAck",
		Does: "SND.WL1 is not kept where users read by hand, and windows vary",
	}, {
		Name: "window-of-old-segments-is-plain", File: system, Test: "TestWhereWindowsAreConstant",
		Old: "uint32(p.Seg.Wnd) != h.TCP.RcvBuf", New: "uint32(p.Seg.Wnd) > 15",
		Does: "SND.WL1 is not kept where an old segment announces another window",
	}, {
		Name: "window-of-one-segment-is-plain", File: system, Test: "TestWhereWindowsAreConstant",
		Old: "h.TCP.Handshake == model.OneSegment || ", New: "",
		Does: "SND.WL1 is not kept where one segment opens, and no window was heard",
	}, {
		Name: "wire-forgets-window", File: "netfake/pack_segment.go", Test: "TestTheWireKeepsASegment",
		Old: "code(s.Wnd)<<codeWnd", New: "4<<codeWnd", Does: "a segment on the wire forgets its window",
	}, {
		Name: "wire-forgets-sender", File: "netfake/pack_segment.go", Test: "TestTheWireKeepsASegment",
		Old: "code(p.Inc)<<codeInc", New: "1<<codeInc", Does: "a segment on the wire forgets which incarnation sent it",
	}, {
		Name: "wire-forgets-receiver", File: "netfake/pack_segment.go", Test: "TestTheWireKeepsASegment",
		Old: "\t\tcode(p.Inc)<<codeInc | code(p.To)\n", New: "\t\tcode(p.Inc)<<codeInc | 1\n",
		Does: "a segment on the wire forgets which incarnation it was meant for",
	}, {
		Name: "wire-forgets-psh", File: "netfake/pack_segment.go", Test: "TestTheWireKeepsASegment",
		Old: "code(s.Flags)<<codeFlags", New: "code(s.Flags&^model.PSH)<<codeFlags", Does: "a segment on the wire forgets PSH",
	}, {
		Name: "wire-forgets-stamp", File: "netfake/pack_segment.go", Test: "TestTheWireKeepsASegment",
		Old: "code(s.TSVal)<<codeTSVal", New: "0<<codeTSVal", Does: "a segment on the wire forgets its timestamp",
	}, {
		Name: "wire-reads-ack-of-syn", File: "netfake/pack_segment.go", Test: "TestTheWireKeepsASegment",
		Old: "s.Ack = sys.number(dst, uint8(c>>codeAck))", New: "s.Ack = sys.number(src, uint8(c>>codeAck))",
		Does: "an ACK is read around the base of the wrong side",
	},
}
