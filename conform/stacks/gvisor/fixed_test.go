package gvisor_test

// What the pinned version did, and the newest that we have tried does no more.

import (
	"fmt"
	"testing"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"

	"github.com/tcpcheck/tcpcheck/conform/stacks/built"
)

// fixedIn is the first version that we have tried in which these are fixed.
const fixedIn = "v0.0.0-20260905035102-160fafc42237"

// was says whether the netstack that is built in is an older one. Versions of gVisor have their date in front.
func was() bool { return built.Version(tcp.NewProtocol) < fixedIn }

// Close with SO_LINGER 0 in SYN-RECEIVED, after a simultaneous open, was a nil pointer: resetConnectionLocked used e.snd. A
// remote peer chooses when, since it sends the SYN. RFC 9293 §3.10.5, SYN-RECEIVED: send a RST.
func TestCloseAfterASimultaneousOpen(t *testing.T) {
	h := connecting()
	h.arrives(syn, 5000, 0, "")
	h.ep.SocketOptions().SetLinger(tcpip.LingerOption{Enabled: true})
	if got := panics(h.ep.Close); got != was() {
		t.Errorf("Close panics: %v, expected %v", got, was())
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

// Our own FIN, sent again, took CLOSING back to FIN-WAIT-1 (snd.go, maybeSendSegment), and the ACK of it then to FIN-WAIT-2 in
// place of TIME-WAIT: the peer's FIN had been taken, and the end was waited for in vain. RFC 9293 §3.10.8 changes no state.
func TestFinSentAgainInClosing(t *testing.T) {
	h := established()
	check(h.ep.Shutdown(tcpip.ShutdownWrite))
	h.arrives(fin|ack, 5001, h.iss+1, "")
	states := []any{tcp.EndpointState(h.ep.State())}
	h.clock.Advance(5 * time.Second)
	h.settle()
	states = append(states, tcp.EndpointState(h.ep.State()))
	h.arrives(ack, 5002, h.iss+2, "")
	states = append(states, tcp.EndpointState(h.ep.State()))
	want := "[CLOSING CLOSING TIME-WAIT]"
	if was() {
		want = "[CLOSING FIN-WAIT1 FIN-WAIT2]"
	}
	if got := fmt.Sprint(states); got != want {
		t.Errorf("%s, expected %s", got, want)
	}
}
