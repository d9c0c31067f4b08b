package conform

import (
	"testing"

	"github.com/tcpcheck/tcpcheck/model"
)

// A difference is as grave as the worst thing in it, and the report has the gravest first, however rare it is.
func TestSeverity(t *testing.T) {
	rst, rstAck, ack := []model.Segment{{Flags: model.RST}}, []model.Segment{{Flags: model.RST | model.ACK}}, []model.Segment{{Flags: model.ACK}}
	line := func(want, got Seen, differs ...string) Line { return Line{Want: want, Got: got, Differs: differs} }
	r := &Report{}
	for _, c := range []struct {
		what string
		line Line
		want Severity
	}{
		{"a RST with an ACK", line(Seen{Sent: rst}, Seen{Sent: rstAck}, differsSends), OtherForm},
		{"an ACK for a RST", line(Seen{Sent: rst}, Seen{Sent: ack}, differsSends), WrongSegment},
		{"other numbers", line(Seen{Sent: ack}, Seen{Sent: ack}, differsSends), WrongSegment},
		{"no answer to a call", line(Seen{}, Seen{Error: "no"}, differsReply), WrongSegment},
		{"another state", line(Seen{State: model.FinWait1}, Seen{State: model.FinWait2}, differsState), WrongState},
		{"no connection", line(Seen{State: model.Established}, Seen{State: model.Closed}, differsSends, differsState), WrongConnection},
		{"a connection", line(Seen{State: model.SynReceived}, Seen{State: model.Established}, differsState), WrongConnection},
		{"the user hears of a reset", line(Seen{}, Seen{Signals: []Signal{Reset}}, differsSignals), WrongConnection},
		{"an octet too many", line(Seen{Text: 1}, Seen{Text: 2}, differsState, differsText), WrongData},
		{"other octets", line(Seen{}, Seen{Wrong: wrongText}, differsSends), WrongData},
	} {
		if got := c.line.severity(); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
		for range 1 + c.want.rank() { // the graver, the rarer
			r.add("somewhere", []Line{c.line}, false)
		}
	}
	r.finish(&Table{}, false, Options{First: true})
	for i := 1; i < len(r.Findings); i++ {
		if r.Findings[i].Severity.rank() < r.Findings[i-1].Severity.rank() {
			t.Errorf("finding %d is %q after %q", i, r.Findings[i].Severity, r.Findings[i-1].Severity)
		}
	}
	if len(r.Findings) < 8 {
		t.Errorf("%d findings, want one for each difference that is told apart", len(r.Findings))
	}
}
