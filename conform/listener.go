package conform

import (
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
)

// Backlogs: one for which every connection of a situation has room, and one that is soon full.
const (
	wideBacklog  = 4
	shortBacklog = 2 // with less, gVisor answers with cookies
)

// at is the segment of a class between other sockets.
func at(where socketPair, c Class) Step {
	c.at = where
	return arrives(c)
}

// besideInputs are segments between other sockets: each set of flags, with the numbers that are right for the first
// connection, and some with data or with an ACK that is wrong for it.
func besideInputs(where ...socketPair) (list []Step) {
	for _, w := range where {
		for _, flags := range flagSets {
			list = append(list, at(w, Class{flags: flags}))
		}
		list = append(list, at(w, Class{flags: model.SYN, text: textSome}), at(w, Class{flags: model.ACK, text: textSome}),
			at(w, Class{flags: model.ACK, ack: ackAbove}))
	}
	return list
}

// ordinaryInputs are the segments with which a connection is opened, used and ended.
func ordinaryInputs(where ...socketPair) (list []Step) {
	for _, w := range where {
		for _, c := range []Class{{flags: model.SYN}, {flags: model.ACK}, {flags: model.ACK, text: textSome}, {flags: model.ACK, ack: ackAbove}, {flags: model.RST}} {
			list = append(list, at(w, c))
		}
	}
	return list
}

// besideList are the situations in which segments between other sockets come: to a port on which nobody listens, from
// another socket without a listener, and to a listener that goes on, whose other connections nobody accepts.
func besideList() (list []history) {
	for _, h := range []struct {
		from string
		in   func(model.TCB) bool
		at   []socketPair
	}{ // while a listener waits, it is a choice whether a second SYN finds it
		{"LISTEN", in(model.Listen), []socketPair{atClosed}},
		{"SYN-SENT", in(model.SynSent), []socketPair{atClosed, atSecond, atAddress}},
		{"SYN-RECEIVED/passive", in(model.SynReceived, passive), []socketPair{atClosed}},
		{"ESTABLISHED/passive", in(model.Established, passive), []socketPair{atClosed, atSecond, atAddress}},
		{"ESTABLISHED/active", in(model.Established, active), []socketPair{atClosed, atSecond, atAddress}},
		{"CLOSE-WAIT", in(model.CloseWait), []socketPair{atClosed, atSecond, atAddress}},
		{"TIME-WAIT", in(model.TimeWait), []socketPair{atClosed, atSecond, atAddress}},
	} {
		list = append(list, history{name: h.from + "/beside", from: h.from, in: h.in, only: besideInputs(h.at...)})
	}
	var (
		syn, ack = Class{flags: model.SYN}, Class{flags: model.ACK}
		data     = Class{flags: model.ACK, text: textSome}
		rst      = Class{flags: model.RST}
		fin      = Class{flags: model.FIN | model.ACK}
		syn2     = at(atSecond, syn)
		ack2     = at(atSecond, ack)
		data2    = at(atSecond, data)
		half     = []Step{arrives(syn)}
		whole    = []Step{arrives(syn), arrives(ack)}
		open2    = []Step{ack2, syn2, ack2, data2} // opens the second one, half-open or not, and uses it
		ofFirst  = []Step{arrives(rst), arrives(ack), arrives(data), arrives(fin), {Op: Send, N: someText}, {Op: Abort}, {Op: Release}}
		more     = func(path []Step, steps ...Step) []Step { return slices.Concat(path, steps) }
		second   = more(ordinaryInputs(atSecond, atCrossed), at(atCrossed, fin), at(atSecond, Class{flags: model.RST, seq: seqInside}), at(atSecond, Class{flags: model.RST, seq: seqFarOld}),
			at(atSecond, Class{flags: model.ACK, ack: ackFarOld}), at(atSecond, Class{flags: model.SYN, seq: seqFarAhead}), at(atAddress, syn), at(atClosed, syn))
	)
	return append(list,
		history{name: "LISTEN/backlog", from: "LISTEN", backlog: wideBacklog, in: in(model.Listen),
			only: ordinaryInputs(atSecond, atAddress), then: more(open2, whole...)},
		history{name: "SYN-RECEIVED/backlog", from: "LISTEN", backlog: wideBacklog, more: half, in: in(model.SynReceived),
			only: more(ordinaryInputs(atSecond), arrives(rst), arrives(ack), at(atAddress, syn)), then: more(open2, arrives(ack))},
		history{name: "ESTABLISHED/backlog", from: "LISTEN", backlog: wideBacklog, more: whole, in: in(model.Established),
			only: more(more(ordinaryInputs(atSecond), ofFirst...), at(atAddress, syn), at(atAddress, ack)), then: open2},
		history{name: "SYN-RECEIVED/second-half-open", from: "LISTEN", backlog: wideBacklog, more: more(half, syn2), in: in(model.SynReceived),
			only: more(second, arrives(rst), arrives(ack)), then: more(open2, arrives(ack))},
		history{name: "ESTABLISHED/second-half-open", from: "LISTEN", backlog: wideBacklog, more: more(whole, syn2), in: in(model.Established),
			only: more(second, more(ofFirst, Step{Op: Sleep, For: sleepRetransmit})...), then: open2},
		history{name: "SYN-RECEIVED/second-open", from: "LISTEN", backlog: wideBacklog, more: more(half, syn2, ack2), in: in(model.SynReceived),
			only: more(second, arrives(rst), arrives(ack)), then: []Step{data2, arrives(ack)}},
		history{name: "ESTABLISHED/second-open", from: "LISTEN", backlog: wideBacklog, more: more(whole, syn2, ack2), in: in(model.Established),
			only: more(second, ofFirst...), then: []Step{data2, at(atThird, syn)}},
		history{name: "ESTABLISHED/backlog-full", from: "LISTEN", backlog: shortBacklog, more: more(whole, syn2, ack2, at(atThird, syn), at(atThird, ack)), in: in(model.Established),
			only: more(ofFirst, data2, at(atThird, data), at(atAddress, syn)), then: []Step{at(atAddress, syn), data2, at(atThird, data)}},
	)
}

// needsBacklog reports whether the listener must go on.
func (s *Situation) needsBacklog() bool {
	return slices.ContainsFunc(s.Path, func(x Step) bool { return x.Op == Listen && x.N > 0 })
}

// isBeside reports whether other sockets than those of the first connection matter. Walks keep to that one.
func (s *Situation) isBeside() bool {
	return slices.ContainsFunc(slices.Concat(s.Only, s.Then), func(x Step) bool { return x.Class.at != atOwn })
}
