package properties

import (
	"slices"
	"testing"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// endpoint is an endpoint in its incarnation inc with the peer's incarnation of, that has sent and received what the numbers say.
func endpoint(s model.State, inc, of uint8, iss, una, nxt, irs, rcv model.Seq) *netfake.Peer {
	p := &netfake.Peer{Inc: inc, RemoteInc: of}
	p.TCB.State, p.TCB.Iss, p.TCB.Irs = s, iss, irs
	p.TCB.Snd.Una, p.TCB.Snd.Nxt, p.TCB.Rcv.Nxt = una, nxt, rcv
	return p
}

// What each condition on two endpoints says, told by hand: it is asked of p against q.
func TestConditionsOnTwoEndpoints(t *testing.T) {
	const open, sent = model.Established, model.SynSent
	for _, c := range []struct {
		claim string
		holds func(p, q *netfake.Peer) bool
		p, q  *netfake.Peer
		want  bool
	}{
		{"both hold each other's numbers", agrees, endpoint(open, 1, 2, 100, 101, 101, 300, 301), endpoint(open, 2, 1, 300, 301, 301, 100, 101), true},
		{"IRS is not the peer's ISS", agrees, endpoint(open, 1, 2, 100, 101, 101, 290, 291), endpoint(open, 2, 1, 300, 301, 301, 100, 101), false},
		{"a peer in SYN-SENT lives", agrees, endpoint(open, 1, 2, 100, 101, 101, 290, 291), endpoint(sent, 2, 15, 300, 300, 301, 0, 0), false},
		{"a peer in LISTEN does not", agrees, endpoint(open, 1, 2, 100, 101, 101, 290, 291), endpoint(model.Listen, 2, 15, 0, 0, 0, 0, 0), true},
		{"the number of an earlier incarnation of the peer", agrees, endpoint(open, 1, 1, 100, 101, 101, 290, 291), endpoint(open, 2, 1, 300, 301, 301, 100, 101), true},
		{"who is in SYN-RECEIVED is not synchronized", agrees, endpoint(model.SynReceived, 1, 2, 100, 100, 101, 290, 291), endpoint(open, 2, 1, 300, 301, 301, 100, 101), true},

		{"all that was sent has arrived", numbersFit, endpoint(open, 1, 1, 100, 103, 103, 300, 302), endpoint(open, 1, 1, 300, 302, 302, 100, 103), true},
		{"more is expected than was sent", numbersFit, endpoint(open, 1, 1, 100, 103, 103, 300, 303), endpoint(open, 1, 1, 300, 302, 302, 100, 103), false},
		{"more is acknowledged than was received", numbersFit, endpoint(open, 1, 1, 100, 103, 103, 300, 302), endpoint(open, 1, 1, 300, 302, 302, 100, 102), false},
		{"more than was sent, by another incarnation", numbersFit, endpoint(open, 1, 1, 100, 103, 103, 300, 303), endpoint(open, 2, 1, 300, 302, 302, 100, 103), true},
		{"more than was sent, by one that knows another", numbersFit, endpoint(open, 1, 1, 100, 103, 103, 300, 303), endpoint(open, 1, 0, 300, 302, 302, 100, 103), true},

		{"ISS =< SND.UNA =< SND.NXT", inOrder, endpoint(open, 1, 1, 100, 100, 100, 0, 0), nil, true},
		{"SND.UNA before ISS", inOrder, endpoint(open, 1, 1, 100, 99, 101, 0, 0), nil, false},
		{"SND.UNA after SND.NXT", inOrder, endpoint(sent, 1, 1, 100, 102, 101, 0, 0), nil, false},
		{"a listener has no numbers", inOrder, endpoint(model.Listen, 1, 1, 100, 99, 101, 0, 0), nil, true},
	} {
		if got := c.holds(c.p, c.q); got != c.want {
			t.Errorf("%s: %v, want %v", c.claim, got, c.want)
		}
	}
}

// driven drives a scenario by hand: each step is the first enabled action of its kind at its peer, and of a delivery the first of a
// segment that is named.
type driven struct {
	testing.TB
	sys *netfake.System
	s   netfake.State
}

func drive(t *testing.T, sc netfake.Scenario) *driven {
	t.Helper()
	sys, err := netfake.New(sc)
	if err != nil {
		t.Fatal(err)
	}
	return &driven{t, sys, sys.Init()[0]}
}

func (d *driven) do(peer uint8, kind netfake.ActionKind, segment string) *driven {
	d.Helper()
	w := d.sys.Unpack(d.s)
	wire := w.Wire(d.sys)
	as := d.sys.Actions(nil, d.s)
	i := slices.IndexFunc(as, func(a netfake.Action) bool {
		return a.Kind == kind && a.Peer == peer && (segment == "" || wire[a.Index].Seg.String() == segment)
	})
	if i < 0 {
		d.Fatalf("%v %s at %d is not enabled; the wire is %v", kind, segment, peer, wire)
	}
	d.s = d.sys.Step(d.s, as[i])
	return d
}

func (d *driven) holds(claim string, want bool, cs ...Condition) {
	d.Helper()
	for _, c := range cs {
		if got := c.Holds(d.sys, d.s); got != want {
			d.Errorf("%s: %s is %v, want %v", claim, c.Name, got, want)
		}
	}
}

// Who waits in SYN-SENT for a peer that is open and has no SYN left to send waits for ever, unless the SYN is under way.
func TestRepairable(t *testing.T) {
	const synAck = "<SEQ=300><ACK=101><CTL=SYN,ACK>"
	d := drive(t, unconfirmed(model.TwoSegments))
	d.do(b, netfake.OpenPassive, "").do(a, netfake.OpenActive, "").do(b, netfake.Deliver, "<SEQ=100><CTL=SYN>")
	d.holds("two segments: B's SYN is under way", true, repairable)
	d.do(a, netfake.Lose, synAck)
	d.holds("it is lost, and B takes it for acknowledged", false, repairable)
	d = drive(t, unconfirmed(model.ThreeSegments))
	d.do(b, netfake.OpenPassive, "").do(a, netfake.OpenActive, "").do(b, netfake.Deliver, "<SEQ=100><CTL=SYN>").do(a, netfake.Lose, synAck)
	d.holds("three segments: B is not open yet, and sends its SYN again", true, repairable)
}

// A witness is found where its name says, and not before.
func TestWitnesses(t *testing.T) {
	d := drive(t, calling())
	d.do(b, netfake.OpenPassive, "").do(a, netfake.OpenActive, "").do(b, netfake.Deliver, "<SEQ=100><CTL=SYN>")
	d.do(a, netfake.Deliver, "<SEQ=300><ACK=101><CTL=SYN,ACK>")
	d.holds("only A is open", false, bothEstablished)
	d.do(b, netfake.Deliver, "<SEQ=101><ACK=301><CTL=ACK>")
	d.holds("both are open", true, bothEstablished)
	d.holds("in their first incarnation", false, reopened, oldMeetsNew)

	d = drive(t, opening(model.TwoSegments, 0))
	d.holds("an old segment is under way", false, oldMeetsNew)
	d.do(b, netfake.OpenPassive, "").do(b, netfake.Deliver, "<SEQ=90><CTL=SYN>")
	d.holds("and meets an open B", true, oldMeetsNew)

	d = drive(t, ending())
	d.do(a, netfake.Close, "").do(b, netfake.Deliver, "<SEQ=101><ACK=301><CTL=FIN,ACK>")
	d.holds("one side is not done", false, bothDone, lastAck, bothAsked)
	d.do(b, netfake.Close, "")
	d.holds("both users have called CLOSE", true, bothAsked)
	d.do(a, netfake.Deliver, "<SEQ=301><ACK=102><CTL=FIN,ACK>")
	d.holds("B waits for the last ACK", true, lastAck)
	d.holds("and is not done", false, bothDone, waitedOut)
	d.do(b, netfake.Deliver, "<SEQ=102><ACK=302><CTL=ACK>")
	d.holds("both are done", true, bothDone)
	d.holds("B is gone", false, lastAck)
}

// eachWay asks both ways: it is no if one of the two answers is.
func TestEachWayAsksBothWays(t *testing.T) {
	notClosing := eachWay("not closing", func(p, _ *netfake.Peer) bool { return p.State() != model.FinWait1 })
	for me := range uint8(2) {
		drive(t, ending()).do(me, netfake.Close, "").holds("one side does not hold", false, notClosing)
	}
	d := drive(t, ending())
	d.holds("both sides hold", true, eachWay("open", func(p, _ *netfake.Peer) bool { return p.State() == model.Established }))
}

// What is always possible, and what nobody must do: the fairness of a question takes away just what it says.
func TestFairnessOfQuestions(t *testing.T) {
	d := drive(t, ending())
	d.do(a, netfake.Close, "")
	for _, action := range d.sys.Actions(nil, d.s) {
		want := map[Fairness]bool{FairAll: false, FairTimers: false, FairArrivals: false, FairNone: false}
		switch action.Kind {
		case netfake.Deliver:
			want[FairAll], want[FairArrivals] = true, true
		case netfake.Tick, netfake.Retransmit:
			want[FairAll], want[FairTimers] = true, true
		}
		for f, owes := range want {
			class := f.promises(d.sys).Class
			if got := class != nil && class(d.s, action) != 0; got != owes {
				t.Errorf("fairness %d: %v owes something: %v, want %v", f, action, got, owes)
			}
		}
	}
}

// A theorem whose witness is not reachable says nothing, whatever the search finds.
func TestAVacuousTheoremIsNotAsExpected(t *testing.T) {
	nowhere := OnWorld("nowhere", func(*netfake.World) bool { return false })
	th := Theorem{Name: "vacuous", Scenario: netfake.TwoHosts, Always: []Invariant{ordered}, Expect: holds, Witness: nowhere}
	o, err := th.Prove(t.Context(), Settings{})
	if err != nil || o.Verdict != holds || o.AsExpected() {
		t.Errorf("%v, as expected: %v; %v", o.Verdict, o.AsExpected(), err)
	}
}

// A search uses only those reductions to which all that it asks is blind.
func TestASearchUsesNoReductionThatItsQuestionSees(t *testing.T) {
	o, err := search(t.Context(), unconfirmed(model.TwoSegments), []Invariant{ordered, repairable}, Condition{}, Settings{})
	if err != nil || o.Reduced != netfake.NoReductions {
		t.Errorf("repairable reads the wire, and is asked of a search that is reduced by %v; %v", o.Reduced, err)
	}
}
