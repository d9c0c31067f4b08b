package lwip

import (
	"testing"

	"github.com/tcpcheck/tcpcheck/conform/stacks/rig"
)

const established = `
connect => SYN-SENT; <- SYN 0
-> SYN,ACK 300 1 0 => ESTABLISHED opened; <- ACK 1 301`

// What docs/FINDINGS.md says about lwIP, against lwIP alone.
func TestFindings(t *testing.T) {
	p := start(t)
	defer p.Close()
	r := &rig.Rig{Peer: p}
	for name, script := range map[string]string{
		"one segment from anywhere stops a sender": established + `
-> ACK 1000000301 2000000 0 0 => ESTABLISHED; <- ACK 1 301; <- ACK 1 301
send 100 => ESTABLISHED
-> ACK 301 1 0 => ESTABLISHED
sleep 2s => ESTABLISHED; <- 1.25s ACK 1 301 text 1
-> ACK 301 2 0 => ESTABLISHED
sleep 2s => ESTABLISHED
send 100 => ESTABLISHED
`,
		"six wrong ACKs end a connect": `
connect => SYN-SENT; <- SYN 0
-> ACK 5 77 0 => SYN-SENT; <- RST,ACK 77 5; <- SYN 0
-> ACK 5 77 0 => SYN-SENT; <- RST,ACK 77 5; <- SYN 0
-> ACK 5 77 0 => SYN-SENT; <- RST,ACK 77 5; <- SYN 0
-> ACK 5 77 0 => SYN-SENT; <- RST,ACK 77 5; <- SYN 0
-> ACK 5 77 0 => SYN-SENT; <- RST,ACK 77 5; <- SYN 0
-> ACK 5 77 0 => SYN-SENT; <- RST,ACK 77 5; <- SYN 0
sleep 500ms => CLOSED timed-out
`,
		"data without ACK": established + `
-> PSH 301 0 20 => ESTABLISHED
receive 100 => ESTABLISHED takes 20
`,
		"the window goes below 0": established + `
-> ACK 311 1 1200 => ESTABLISHED; <- ACK 1 301
-> ACK 301 1 10 => ESTABLISHED
-> ACK 1511 1 1400 => ESTABLISHED; <- ACK 1 2911
`,
		"idle time counts as a round trip": "sleep 1s => CLOSED" + established + `
sleep 10m => ESTABLISHED
-> ACK 301 1 10 => ESTABLISHED
send 100 => ESTABLISHED; <- PSH,ACK 1 311 text 100
sleep 11m => ESTABLISHED
sleep 1m => ESTABLISHED; <- 17.25s PSH,ACK 1 311 text 100
`,
		"a segment from anywhere opens": `
listen => LISTEN
-> SYN 300 0 0 => SYN-RECEIVED; <- SYN,ACK 0 301
-> ACK 1000000000 1 0 => ESTABLISHED opened; <- ACK 1 301
`,
		"no simultaneous open": `
connect => SYN-SENT; <- SYN 0
-> SYN 300 0 0 => SYN-SENT
`,
		"an ACK of the FIN from anywhere": `
listen => LISTEN
-> SYN 300 0 0 => SYN-RECEIVED; <- SYN,ACK 0 301
-> FIN,ACK 301 1 0 => CLOSE-WAIT opened end; <- ACK 1 302
close => LAST-ACK; <- FIN,ACK 1 302
-> ACK 1000000000 2 0 => CLOSED
`,
		"an ACK is answered at a full window": established + `
-> ACK 301 1 1200 => ESTABLISHED
-> ACK 1501 1 0 => ESTABLISHED; <- ACK 1 1501
-> ACK 1501 1 0 => ESTABLISHED; <- ACK 1 1501
`,
		"data in SYN-SENT": `
connect => SYN-SENT; <- SYN 0
send 100 => SYN-SENT
sleep 3s => SYN-SENT; <- 2.75s SYN 0; <- 2.75s PSH 1 text 100
`,
	} {
		t.Run(name, func(t *testing.T) { r.Play(t, script) })
	}
}
