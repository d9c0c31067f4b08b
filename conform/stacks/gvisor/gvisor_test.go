package gvisor

import (
	"os"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/conform/stacks/rig"
)

// Scripts begin with how the connection is opened.
const (
	passive = `
		listen => LISTEN
		-> SYN 300 => SYN-RECEIVED; <- SYN,ACK 0 301
		-> ACK 301 1 => ESTABLISHED opened`
	active = `
		connect => SYN-SENT; <- SYN 0
		-> SYN,ACK 300 1 => ESTABLISHED opened; <- ACK 1 301`
)

var scripts = map[string]string{
	"a SYN,ACK is sent again, and then given up": `
		listen => LISTEN
		-> SYN 300 => SYN-RECEIVED; <- SYN,ACK 0 301
		sleep 3.5s => SYN-RECEIVED; <- 1s SYN,ACK 0 301; <- 3s SYN,ACK 0 301
		sleep 30s => SYN-RECEIVED; <- 3.5s SYN,ACK 0 301; <- 11.5s SYN,ACK 0 301; <- 27.5s SYN,ACK 0 301
		sleep 200s => LISTEN; <- 29.5s SYN,ACK 0 301`,
	"a SYN is sent again": `
		connect => SYN-SENT; <- SYN 0
		sleep 8s => SYN-SENT; <- 1s SYN 0; <- 3s SYN 0; <- 7s SYN 0
		sleep 200s => CLOSED timed-out; <- 7s SYN 0; <- 23s SYN 0; <- 55s SYN 0`,
	"a SYN is refused": `
		connect => SYN-SENT; <- SYN 0
		-> RST,ACK 0 1 => CLOSED refused`,
	"no socket refuses": `
		-> SYN 300 => CLOSED; <- RST,ACK 0 301
		-> ACK 300 7 => CLOSED; <- RST 7
		-> RST 300 => CLOSED`,
	"both open at once": `
		connect => SYN-SENT; <- SYN 0
		-> SYN 300 => SYN-RECEIVED; <- SYN,ACK 0 301
		-> ACK 301 1 => ESTABLISHED opened`,
	"text goes both ways": passive + `
		send 10 => ESTABLISHED; <- PSH,ACK 1 301 text 10
		-> ACK 301 11 => ESTABLISHED
		-> PSH,ACK 301 11 5 => ESTABLISHED; <- ACK 11 306
		-> PSH,ACK 311 11 5 => ESTABLISHED; <- ACK 11 306
		-> PSH,ACK 306 11 5 => ESTABLISHED; <- ACK 11 316
		receive 7 => ESTABLISHED takes 7
		receive 100 => ESTABLISHED takes 8
		receive 100 => ESTABLISHED`,
	"text is sent again": active + `
		send 10 => ESTABLISHED; <- PSH,ACK 1 301 text 10
		sleep 3.5s => ESTABLISHED; <- 1s PSH,ACK 1 301 text 10; <- 3s PSH,ACK 1 301 text 10`,
	"TIME-WAIT ends, and a FIN starts it anew": active + `
		close => FIN-WAIT-1; <- FIN,ACK 1 301
		-> ACK 301 2 => FIN-WAIT-2
		-> FIN,ACK 301 2 => TIME-WAIT end; <- ACK 2 302
		sleep 40s => TIME-WAIT
		-> FIN,ACK 301 2 => TIME-WAIT; <- ACK 2 302
		sleep 59s => TIME-WAIT
		sleep 1s => CLOSED
		-> FIN,ACK 301 2 => CLOSED; <- RST 2`,
	"the peer closes first": passive + `
		-> FIN,ACK 301 1 => CLOSE-WAIT end; <- ACK 1 302
		receive 1 => CLOSE-WAIT [EOF]
		close => LAST-ACK; <- FIN,ACK 1 302
		-> ACK 302 2 => CLOSED`,
	"both close at once": passive + `
		close => FIN-WAIT-1; <- FIN,ACK 1 301
		-> FIN,ACK 301 1 => CLOSING end; <- ACK 2 302
		-> ACK 302 2 => TIME-WAIT`,
	"abort": passive + `
		abort => CLOSED; <- RST,ACK 1 301
		send 1 => CLOSED [EBADF]`,
	"reset": passive + `
		-> RST 301 => CLOSED reset
		send 1 => CLOSED [EPIPE]`,
	"a released socket takes no text": passive + `
		release => FIN-WAIT-1; <- FIN,ACK 1 301
		-> PSH,ACK 301 2 5 => CLOSED; <- RST,ACK 2 301`,
	"a reset before the connection is open leaves the listener": `
		listen => LISTEN
		-> SYN 300 => SYN-RECEIVED; <- SYN,ACK 0 301
		-> RST 301 => LISTEN
		close => CLOSED
		listen => LISTEN`,
}

// A stack in virtual time does the same each time, to the nanosecond.
func TestScripts(t *testing.T) {
	p, err := New()
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	r := rig.Rig{Peer: p}
	for name, s := range scripts {
		t.Run(name, func(t *testing.T) { r.Play(t, s) })
	}
}

// The version that is told is the one that is built in.
func TestVersion(t *testing.T) {
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(mod), "gvisor.dev/gvisor "+version+"\n") {
		t.Errorf("expected %s in go.mod", version)
	}
}
