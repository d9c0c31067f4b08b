package model_test

import (
	"fmt"

	"github.com/tcpcheck/tcpcheck/model"
)

// A listener answers a SYN: values in, values out.
func ExampleStep() {
	c := model.Default()
	listener, _ := model.Step(c, model.TCB{}, model.Event{Kind: model.OpenPassive})
	syn := model.Segment{Seq: 100, Flags: model.SYN, Wnd: 1000}
	t, out := model.Step(c, listener, model.Event{Kind: model.SegmentArrives, Seg: syn, Iss: 300})
	fmt.Println(t.State, out.Sent()[0])
	// Output: SYN-RECEIVED <SEQ=300><ACK=101><CTL=SYN,ACK>
}

// A policy is a field of Config: by RFC 793 a RST anywhere in the window ends the connection,
// by RFC 5961 it is challenged.
func ExampleConfig() {
	t := model.TCB{State: model.Established}
	t.Rcv.Nxt, t.Rcv.Wnd = 100, 10
	t.Snd.Una, t.Snd.Nxt = 300, 300
	rst := model.Event{Kind: model.SegmentArrives, Seg: model.Segment{Seq: 105, Flags: model.RST}}

	c := model.Default()
	after, out := model.Step(c, t, rst)
	fmt.Println(after.State, out.Sent())
	c.Attacks = model.RFC793
	after, out = model.Step(c, t, rst)
	fmt.Println(after.State, out.Signals)
	// Output:
	// ESTABLISHED [<SEQ=300><ACK=100><CTL=ACK>]
	// CLOSED connection reset
}
