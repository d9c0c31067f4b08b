package conform

import (
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
)

// history is a situation that extends another one: its handshake has other options, or more steps follow. It has its own
// inputs, those for which the history matters.
type history struct {
	name string
	from string // the situation with whose path it begins
	syn  form   // of the SYN of the harness on that path
	more []Step
	in   func(model.TCB) bool
	only []Step
	then []Step

	backlog int // of the listener, if it goes on
}

var (
	agreedStamps = func(t model.TCB) bool { return t.Is(model.TSOK) }
	agreedScale  = func(t model.TCB) bool { return t.Is(model.WSOK) }
	withMSS      = func(mss uint16) func(model.TCB) bool { return func(t model.TCB) bool { return t.MSS == mss } }
	twoUnderWay  = func(t model.TCB) bool { return t.Snd.Nxt.From(t.Snd.Una) >= 2*smallMSS }
	cramped      = func(t model.TCB) bool { return t.Snd.Wnd == smallWindow }
)

// stampInputs are the inputs for which agreed timestamps matter.
func stampInputs() (list []Step) {
	for _, c := range otherForms() {
		switch c.form {
		case formStamp, formBare:
			list = append(list, arrives(c))
		case formUnknown:
			c.form = formPlain
			list = append(list, arrives(c))
		}
	}
	return append(list, Step{Op: Send, N: someText}, Step{Op: Close}, Step{Op: Abort}, Step{Op: Sleep, For: sleepRetransmit})
}

func historyList() (list []history) {
	for _, h := range []struct {
		from string
		in   func(model.TCB) bool
	}{
		{"SYN-RECEIVED/passive", in(model.SynReceived, passive, agreedStamps)},
		{"ESTABLISHED/passive", in(model.Established, passive, agreedStamps)},
		{"ESTABLISHED/active", in(model.Established, active, agreedStamps)},
		{"ESTABLISHED/under-way", in(model.Established, underWay, agreedStamps)},
		{"ESTABLISHED/out-of-order", in(model.Established, outOfOrder, agreedStamps)},
		{"FIN-WAIT-2", in(model.FinWait2, agreedStamps)},
		{"CLOSE-WAIT", in(model.CloseWait, agreedStamps)},
		{"LAST-ACK", in(model.LastAck, agreedStamps)},
		{"TIME-WAIT", in(model.TimeWait, agreedStamps)},
	} {
		list = append(list, history{name: h.from + "/stamped", from: h.from, syn: formStamp, in: h.in, only: stampInputs()})
	}
	ack := Class{flags: model.ACK}
	data := Class{flags: model.ACK, text: textSome}
	answer := Class{flags: model.ACK, ack: ackUna, window: windowShut} // the data of the probe is not accepted
	minute := Step{Op: Sleep, For: sleepMinute}
	retransmit := Step{Op: Sleep, For: sleepRetransmit}
	send := Step{Op: Send, N: someText}
	return append(list,
		history{name: "ESTABLISHED/small-mss", from: "ESTABLISHED/passive", syn: formSmallMSS,
			in: in(model.Established, withMSS(smallMSS)), only: []Step{send}},
		history{name: "ESTABLISHED/no-mss", from: "ESTABLISHED/passive", syn: formBare,
			in: in(model.Established, withMSS(0)), only: []Step{{Op: Send, N: 600}}},
		history{name: "ESTABLISHED/scaled", from: "ESTABLISHED/passive", syn: formScaled,
			in: in(model.Established, agreedScale), only: []Step{send, arrives(data), arrives(Class{flags: model.ACK, seq: seqLast, text: textSome}), {Op: Close}}},
		history{name: "ESTABLISHED/scaled-small-window", from: "ESTABLISHED/passive", syn: formScaled, more: []Step{arrives(Class{flags: model.ACK, window: windowSmall})},
			in: in(model.Established, agreedScale), only: []Step{send}},
		history{name: "ESTABLISHED/small-window", from: "ESTABLISHED/passive", more: []Step{arrives(Class{flags: model.ACK, window: windowSmall})},
			in: in(model.Established, cramped), only: []Step{send, {Op: Close}}},
		history{name: "ESTABLISHED/two-under-way", from: "ESTABLISHED/active", syn: formSmallMSS, more: []Step{{Op: Send, N: 2 * smallMSS}},
			in: in(model.Established, twoUnderWay), then: []Step{retransmit}, only: []Step{
				retransmit, minute, {Op: Close}, {Op: Abort}, arrives(ack), arrives(Class{flags: model.ACK, ack: ackBetween}),
				arrives(Class{flags: model.ACK, ack: ackUna, text: textSome}), arrives(Class{flags: model.FIN | model.ACK, ack: ackBetween}),
				arrives(Class{flags: model.RST}), arrives(Class{flags: model.SYN}), arrives(Class{flags: model.ACK, ack: ackBetween, window: windowShut}),
			}},
		history{name: "ESTABLISHED/syn-again", from: "SYN-SENT", more: []Step{retransmit, arrives(Class{flags: model.SYN | model.ACK}), send},
			in: in(model.Established, underWay), only: []Step{minute}},
		history{name: "ESTABLISHED/probed", from: "ESTABLISHED/blocked", more: []Step{minute, arrives(answer), minute, arrives(answer), minute, arrives(answer)},
			in: in(model.Established, blocked), only: []Step{retransmit, minute, arrives(ack), arrives(answer), {Op: Close}}},
	)
}

// histories are the situations that extend those of the list, for an endpoint with these policies.
func histories(c model.Config, list []Situation) (more []Situation) {
	c.Timestamps, c.WindowScale = true, true
	for _, h := range append(historyList(), besideList()...) {
		i := slices.IndexFunc(list, func(s Situation) bool { return s.Name == h.from })
		if i < 0 {
			continue
		}
		s := Situation{Name: h.name, In: h.in, Path: slices.Concat(list[i].Path, h.more), Only: h.only, Then: h.then}
		for k, step := range s.Path {
			if step.Op == Listen {
				s.Path[k].N = h.backlog
			}
			if step.Op == Packet && step.Class.flags&model.SYN != 0 && step.Class.at == atOwn {
				s.Path[k].Class.form = h.syn
			}
			s.TCB = inputs{c}.Step(s.TCB, s.Path[k])
		}
		more = append(more, s)
	}
	return more
}

// needsTime reports whether the history needs a virtual clock.
func (s *Situation) needsTime() bool {
	return slices.ContainsFunc(s.Path, func(x Step) bool { return x.Op == Sleep })
}

// starts are the situations in which walks begin. Walks do not use window scaling: a scaled window is announced only in
// multiples, so the exact end of the window is not known.
func (c *checker) starts() (list []Situation) {
	scaled := func(x Step) bool { return x.Op == Packet && x.Class.form == formScaled }
	for _, s := range c.situations {
		if !slices.ContainsFunc(s.Path, scaled) && !s.isBeside() && (c.report.Hello.Virtual || !s.needsTime()) {
			list = append(list, s)
		}
	}
	return list
}
