package linux

import (
	"errors"
	"testing"
	"time"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/conform/stacks/rig"
)

// start gives a test a kernel to itself, or skips it.
func start(t testing.TB) conform.Peer {
	p, err := New()
	if errors.Is(err, errRefused) {
		t.Skipf("skipped, it needs root and /dev/net/tun: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func BenchmarkReset(b *testing.B) {
	p := start(b)
	r := rig.Rig{Peer: p}
	for b.Loop() {
		r.Play(b, "listen => LISTEN\n")
	}
}

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
	"we close first": active + `
		close => FIN-WAIT-1; <- FIN,ACK 1 301
		-> ACK 301 2 => FIN-WAIT-2
		-> FIN,ACK 301 2 => TIME-WAIT end; <- ACK 2 302
		-> FIN,ACK 301 2 => TIME-WAIT; <- ACK 2 302`,
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
		-> PSH,ACK 301 2 5 => CLOSED; <- RST 2`,
	"a reset before the connection is open leaves the listener": `
		listen => LISTEN
		-> SYN 300 => SYN-RECEIVED; <- SYN,ACK 0 301
		-> RST 301 => LISTEN
		close => CLOSED
		listen => LISTEN`,
	"a SYN is sent again": `
		connect => SYN-SENT; <- SYN 0
		sleep 1.5s => SYN-SENT; <- 1s SYN 0`,
	"a SYN,ACK is sent again": `
		listen => LISTEN
		-> SYN 300 => SYN-RECEIVED; <- SYN,ACK 0 301
		sleep 1.5s => SYN-RECEIVED; <- 1s SYN,ACK 0 301`,
}

func TestScripts(t *testing.T) {
	for name, s := range scripts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := rig.Rig{Peer: start(t), Round: 500 * time.Millisecond}
			r.Play(t, s)
		})
	}
}
