package packetdrill

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/internal/timed"
	"github.com/tcpcheck/tcpcheck/model"
)

const (
	server = `0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+0 < S 0:0(0) win 60000 <mss 1000>
`
	opened = server + `+0 > S. 0:0(0) ack 1 <mss 1460>
+.1 < . 1:1(0) ack 1 win 60000
+0 accept(3, ..., ...) = 4
` // eight lines, the last one empty
)

// moved is a server whose peer and whose own numbers begin elsewhere.
const moved = `0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+0 < S 1000:1000(0) win 60000 <mss 1000>
+0 > S. 500:500(0) ack 1001 <mss 1460>
`

var verdicts = []struct {
	text    string
	verdict Verdict
	line    int
	says    string // in the detail
}{
	{opened, Pass, 0, ""},
	{opened + "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1 <nop,nop,eol,nop>", Fail, 9, "(options)"},
	{server + "+0 > S. 1:1(0) ack 1 <mss 1460>", Pass, 0, ""}, // our initial number is what the script calls it

	// The fields of a packet.
	{server + "+0 > S 0:0(0) <mss 1460>", Fail, 5, "got       > S. 0:0(0) ack 1 win 65535 <mss 1460> at 0.000000 (flags)"},
	{opened + "+0 write(4, ..., 10) = 10\n+0 > . 1:11(10) ack 1", Fail, 9, "(flags)"},
	{opened + "+0 < . 1:1(0) ack 77 win 9\n+0 > . 1:1(0) ack 1", Pass, 0, ""},
	{server + "+0 > S. 0:0(0) ack 1 <...>\n+.1 < . 1:1(0) ack 77 win 9\n+0 > R. 77:77(0) ack 1", Fail, 7, "got       > R 77:77(0) at"},
	{server + "+0 > S. 0:0(0) ack 2 <mss 1460>", Fail, 5, "(acknowledgment)"},
	{server + "+0 > S. 0:0(0) ack 1 <mss 1460,sackOK,nop,nop>", Fail, 5, "(options)"},
	{server + "+0 > S. 0:0(0) ack 1", Fail, 5, "(options)"},
	{opened + "+0 write(4, ..., 10) = 10\n+0 > P. 2:12(10) ack 1", Fail, 9, "(sequence number)"},
	{opened + "+0 write(4, ..., 10) = 10\n+0 > P. 1:12(11) ack 1", Fail, 9, "(length)"},
	{opened + "+0 < PU. 1:11(10) ack 1 win 9 urg 5\n+0 > . 1:1(0) ack 11 urg 3", Fail, 9, "(urgent pointer)"},
	{opened + "+0 < . 9:9(0) ack 5 win 9\n+0 > . 1:1(0) ack 2", Fail, 9, "(acknowledgment)"},

	// Times: of packets, 4 ms more or less.
	{server + "+.1 > S. 0:0(0) ack 1 <mss 1460>", Fail, 5, "at 0.000000"},
	{server + "+0 > S. 0:0(0) ack 1 <mss 1460>\n+1.1 > S. 0:0(0) ack 1 <mss 1460>", Pass, 0, ""}, // an eighth of the time
	{"--tolerance_percent=0\n" + server + "+0 > S. 0:0(0) ack 1 <mss 1460>\n+1.1 > S. 0:0(0) ack 1 <mss 1460>", Fail, 7, "at 1.0"},
	{server + "+.004 > S. 0:0(0) ack 1 <mss 1460>", Pass, 0, ""},
	{server + "+0 > S. 0:0(0) ack 1 <mss 1460>\n+.8 > S. 0:0(0) ack 1 <mss 1460>", Fail, 6, "no packet by 0.900000"},
	{server + "+0 > S. 0:0(0) ack 1 <mss 1460>\n+.9~+1.1 > S. 0:0(0) ack 1 <mss 1460>\n+1.9~+2.1 > S. 0:0(0) ack 1 <...>", Pass,
		0, ""},
	{server + "+0 > S. 0:0(0) ack 1 <mss 1460>\n* > S. 0:0(0) ack 1 <mss 1460>\n+2 > S. 0:0(0) ack 1 <...>", Pass, 0, ""},
	{"--tolerance_usecs=200000\n" + server + "+.1 > S. 0:0(0) ack 1 <mss 1460>", Pass, 0, ""},
	{opened + "* > . 1:1(0) ack 1", Fail, 8, "no packet by"},

	// What was not expected is noticed at the next line that expects something.
	{opened + "+0 write(4, ..., 10) = 10\n+0 < P. 1:11(10) ack 11 win 9\n+0 > . 11:11(0) ack 11", Fail, 10,
		"> P. 1:11(10) ack 1 win 65535 at 0.1"},

	// The ACK of what arrived is sent at once, and alone.
	{opened + "+0 < P. 1:11(10) ack 1 win 9\n+.2 > . 1:1(0) ack 11", Fail, 9, "> . 1:1(0) ack 11 win 65525 at 0.1"},
	{opened + "+0 < P. 1:11(10) ack 1 win 9\n+0 < P. 11:21(10) ack 1 win 9\n+.04 > . 1:1(0) ack 21", Fail, 10, "ack 11 win 65525 at 0.1"},
	{opened + "+0 < P. 1:11(10) ack 1 win 9\n+.1 write(4, ..., 5) = 5\n+0 > P. 1:6(5) ack 11", Fail, 10, "> . 1:1(0) ack 11 win 65525 at 0.1"},

	// Numbers count from the SYNs, and SYNs have them as they stand.
	{moved + "+.1 < . 1:1(0) ack 1 win 99\n+0 accept(3, ..., ...) = 4\n+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1", Pass, 0, ""},
	{moved + "+.1 < . 1001:1001(0) ack 501 win 9\n+0 > R 501:501(0)", Pass, 0, ""},
	{moved + "+.1 < . 1:1(0) ack 9 win 9\n+0 > R 9:9(0)\n+0 < P 1:5(4) win 9\n+0 < R 1:1(0) win 9\n+0 < P 1:5(4) win 9", Pass, 0, ""},
	{"--define=N=\"x\"\n" + moved + "+1 > S. ...(0) ack 1001 <mss 1460>\n+0 < S 1000:1000(0) win 9\n+0 > . 1:1(0) ack 1", Pass, 0, ""},
	{moved + "+.1 < R 1:1(0) win 0\n+0 < . 1:1(0) ack 3 win 9\n+0 > R 3:3(0)", Pass, 0, ""},

	// Calls.
	{opened + "+0 read(4, ..., 10) = 0", Fail, 8, "the call has not returned"},
	{opened + "+0...0.2 read(4, ..., 10) = 0\n+1 close(3) = 0", Fail, 8, "the call has not returned at 0.325"},
	{opened + "+0...0.2 read(4, ..., 10) = 5\n+.2 < P. 1:6(5) ack 1 win 9", Pass, 0, ""},
	{opened + "+0...0.2 read(4, ..., 10) = 5\n+.1 < P. 1:6(5) ack 1 win 9", Fail, 8, "5 at 0.200000 already"},
	{opened + "+0...0.2 read(4, ..., 10) = 6\n+.2 < P. 1:6(5) ack 1 win 9", Fail, 8, "got       5"},
	{opened + "+0 close(5) = -1 EINVAL (x)", Fail, 8, "no open socket of the script has the descriptor 5"},
	{opened + "+0 getsockopt(4, SOL_SOCKET, SO_ERROR, [7], [4]) = 0", Fail, 8, "expected [7], got [0]"},
	{opened + "+0 poll([{fd=4, events=POLLOUT, revents=POLLIN}], 1, 0) = 1", Fail, 8, "expected revents=[POLLIN], got [POLLOUT]"},

	// Assertions.
	{opened + "+0 %{ assert tcpi_state == TCP_CLOSE_WAIT, tcpi_state }%", Fail, 8, "tcpi_state is ESTABLISHED"},
	{opened + "+0 %{\n# about\nassert tcpi_state != 8; print(1)\nassert (tcpi_state == 1)\n}%", Pass, 0, ""},
	{opened + "+0 `netstat -tn | grep ESTABLISHED`\n+0 `[ $(ss -tn state established | wc -l) -eq 2 ]`", Fail, 9,
		"1 sockets in ESTABLISHED"},
	{opened + "+0 `netstat -tn | grep LAST_ACK`", Fail, 8, "0 sockets in LAST-ACK"},

	{opened + "+0 getsockopt(3, SOL_TCP, TCP_INFO, {tcpi_state=TCP_LISTEN}, [9]) = 0\n" +
		"+0 getsockopt(4, SOL_TCP, TCP_INFO, {tcpi_state=1, tcpi_rto=...}, [9]) = 0\n+0 getsockopt(4, SOL_TCP, TCP_INFO, ..., ...) = 0",
		Pass, 0, ""},
	{opened + "+0 getsockopt(4, IPPROTO_TCP, TCP_INFO, {tcpi_state=TCPS_LAST_ACK}, [244]) = 0", Fail, 8,
		"expected tcpi_state LAST-ACK, got ESTABLISHED"},

	// Settings of which nothing depends here, and ports.
	{"--bind_port=99\n" + server + "+0 > S. 0:0(0) ack 1 <...>\n+0 < 5000 > 99 S 0:0(0) win 9\n+0 > 99 > 5000 S. 0:0(0) ack 1 <...>", Pass, 0, ""},
	{server + "+0 > S. 0:0(0) ack 1 <...>\n+0 < 5000 > 99 S 0:0(0) win 9\n+0 > 99 > 5000 S. 0:0(0) ack 1 <...>", Fail, 7, "> R. 0:0(0) ack 1 at"},
	{"0 `sysctl net.inet.tcp.hostcache.enable=0 net.inet.tcp.cc.cubic.x=1`\n" + server + "+0 > S. 0:0(0) ack 1 <...>", Pass, 0, ""},

	// What is not supported.
	{opened + "+0 epoll_create(1) = 5", Unsupported, 8, "the call epoll_create()"},
	{opened + "+0 send(4, ..., 10, MSG_OOB) = 10", Unsupported, 8, "the flag MSG_OOB"},
	{opened + "+0 setsockopt(4, IPPROTO_TCP, TCP_CORK, [1], 4) = 0", Unsupported, 8, "setsockopt TCP_CORK"},
	{opened + "+0 getsockopt(4, IPPROTO_TCP, TCP_INFO, {tcpi_state=TCP_ESTABLISHED, tcpi_rto=9}, [244]) = 0", Unsupported, 8,
		"TCP_INFO: tcpi_rto"},
	{opened + "+0 getsockopt(4, IPPROTO_TCP, TCP_INFO, {tcpi_state=TCP_BORED}, [244]) = 0", Unsupported, 8, "the state TCP_BORED"},
	{opened + "+0 < icmp unreachable frag_needed mtu 1200 [1:1(0)]", Unsupported, 8, "< icmp"},
	{opened + "+0 inject packets twice", Unsupported, 8, "inject packets"},
	{opened + "+0 sendmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 5}], msg_control=[{cmsg_level=1}], msg_flags=0}, 0) = 5",
		Unsupported, 8, "msg_control"},
	{opened + "+0 write(4, ..., -1) = -1 EINVAL (x)", Unsupported, 8, "a length below 0, or none"},
	{opened + "+0 `tc qdisc add dev lo`", Unsupported, 8, "the command tc"},
	{opened + "+0 `sysctl -q net.ipv4.tcp_fack=1`", Unsupported, 8, "sysctl net.ipv4.tcp_fack"},
	{opened + "+0 `sysctl -q net.ipv4.tcp_fin_timeout=5`", Unsupported, 8, "sysctl net.ipv4.tcp_fin_timeout"}, // RFC 9293 has none
	{opened + "+0 `! netstat -tn | grep ESTABLISHED`", Unsupported, 8, "one state must be named"},
	{opened + "+0 %{ assert tcpi_snd_cwnd == 10 }%", Unsupported, 8, "code: assert tcpi_snd_cwnd"},
	{opened + "+0 %{ import os }%", Unsupported, 8, "code: import os"},
	{opened + "+0 > [ect0] P. 1:11(10) ack 1", Unsupported, 8, "the IP header: ect0"},
	{opened + "+0 > E. 1:1(0) ack 1", Unsupported, 8, "ECN: the flags E"},
	{opened + "+0 > . 1:1(0) ack 1 <nop,nop,sack 3:4>", Fail, 8, "no packet by"},
	{opened + "+0 < . 1:1(0) ack 1 win 9 <FO 1234>", Unsupported, 8, "the option FO 1234"},
	{"--udp_encaps=sctp\n" + opened, Unsupported, 1, "--udp_encaps"},
	{"0 socket(..., SOCK_DGRAM, IPPROTO_UDP) = 3", Unsupported, 1, "a socket of kind SOCK_DGRAM"},
	{"+0 < S 0:0(0) win 9\n+0 > R. 0:0(0) ack 1\n+0 < F. 0:0(0) ack 9 win 9\n+0 > R 9:9(0)", Pass, 0, ""}, // to a port that nobody has
	{"+0 < S 0:0(0) win 9 <mss 3>/udp(1 > 2)", Unsupported, 1, "TCP over UDP"},

	// What the host may choose: the rest of the script is still looked at.
	{opened + "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1 win 77", Pass, 0, ""},
	{opened + "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1 win 77\n+0 < P. 1:8(7) ack 11 win 9\n+0 > . 11:11(0) ack 8 win 70",
		Pass, 0, ""},
	{opened + "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1 win 77\n+0 < P. 1:8(7) ack 11 win 9\n+0 > . 11:11(0) ack 8 win 77",
		Unsupported, 11, "the window: the host's choice"},
	{opened + "+0 < P. 1:8(7) ack 1 win 9\n+0 > . 1:1(0) ack 8 win 70\n+0 < P. 8:9(1) ack 1 win 9\n+0 > . 1:1(0) ack 9 win 70" +
		"\n+0 close(9) = 0", Fail, 12, "the descriptor 9"},
	{server + "+0 > S. 0:0(0) ack 1 <mss 1200>\n+1 > S. 0:0(0) ack 1 <mss 1300>", Fail, 5, "(the MSS)"},
	{"--mtu=1240\n" + server + "+0 > S. 0:0(0) ack 1 <mss 1200>", Pass, 0, ""},

	// What the machine leaves out is told apart from what it does wrong.
	{opened + "+0 write(4, ..., 20000) = 20000\n+0 > . 1:10001(10000) ack 1\n" +
		"+.1 < . 1:1(0) ack 5001 win 60000\n+0 > . 10001:20001(10000) ack 1",
		Unsupported, 11, congestion},
	{opened + "+0 write(4, ..., 20000) = 20000\n+0 > . 1:10001(10000) ack 1\n+.1 write(4, ..., 9) = 9\n+.1 > . 1:1001(1000) ack 1",
		Unsupported, 11, congestion},
	{opened + "+0 write(4, ..., 2000) = 2000\n+0 > P. 1:2001(2000) ack 1\n" +
		"+.1 < . 1:1(0) ack 1 win 60000 <sack 1001:2001,nop,nop>\n+0 > . 1:1001(1000) ack 1",
		Unsupported, 11, recovery},
	{opened + "+0 write(4, ..., 2000) = 2000\n+0 > P. 1:2001(2000) ack 1\n+.1 > . 1:1001(1000) ack 1", Fail, 10, "no packet by"},

	{opened + "+0 write(4, ..., 10) = ", Broken, 8, "expected  a value"},
}

// Each verdict names its line, and what was expected and what came, or what is not supported.
func TestVerdicts(t *testing.T) {
	for _, c := range verdicts {
		res, err := Run("t", []byte(c.text), Model(), Options{Profile: "rfc9293"})
		if err != nil {
			t.Fatal(err)
		}
		detail := strings.Join(res.Detail(), "\n")
		if res.Verdict != c.verdict || res.Line != c.line || !strings.Contains(detail, c.says) {
			t.Errorf("%s\ngot %s in line %d, want %s in line %d: %s\n%s", c.text, res.Verdict, res.Line, c.verdict, c.line, c.says,
				detail)
		}
	}
}

// What RFC 9293 leaves to a stack is granted where that is asked for, and listed.
func TestLeniencyIsListed(t *testing.T) {
	for _, c := range []struct {
		text    string
		verdict Verdict
		granted string
	}{
		{opened + "+0 < P. 1:11(10) ack 1 win 9\n+.2 > . 1:1(0) ack 11", Pass, "line 9: an ACK is delayed (RFC 9293 §3.8.6.3)"},
		{opened + "+0 < P. 1:11(10) ack 1 win 9\n+0 < P. 11:21(10) ack 1 win 9\n+.04 > . 1:1(0) ack 21", Pass,
			"line 10: an ACK is delayed (RFC 9293 §3.8.6.3); line 10: an ACK is left out for a later one (RFC 9293 §3.8.6.3)"},
		{opened + "+0 < P. 1:11(10) ack 1 win 9\n+.1 write(4, ..., 5) = 5\n+0 > P. 1:6(5) ack 11", Pass,
			"line 10: an ACK is left out for a later one (RFC 9293 §3.8.6.3)"},
		{opened + "+0 < P. 1:11(10) ack 1 win 9\n+.7 > . 1:1(0) ack 11", Fail, ""},
		{opened + "+0 < P. 1:11(10) ack 1 win 9\n+.6 < P. 11:21(10) ack 1 win 9\n+0 > . 1:1(0) ack 21", Fail,
			"line 10: an ACK is left out for a later one (RFC 9293 §3.8.6.3)"},
		{opened + "+0 < . 900000:900000(0) ack 1 win 9\n+.2 > . 1:1(0) ack 1", Fail, ""}, // this one is no such ACK
		{opened + "+0 write(4, ..., 10) = 10\n+0 > . 1:11(10) ack 1", Pass, "line 9: PSH on a segment that is not the last one"},
		{opened + "+.1 < . 1:1(0) ack 1 win 9 \n+0 close(4) = 0\n+0 > FP. 1:1(0) ack 1", Pass, "line 10: PSH on a segment that is not the last one"},
		{opened + "+.1 setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0\n+0 close(4) = 0\n+0 > R. 1:1(0) ack 1", Pass,
			"line 10: a RST with or without ACK"},
		{server + "+0 > S. 0:0(0) ack 1 <nop,nop,nop,nop,mss 1460>", Pass, "line 5: the order and the padding of options"},
	} {
		for _, lenient := range []bool{true, false} {
			res, err := Run("t", []byte(c.text), Model(), Options{Profile: "rfc9293", Lenient: lenient})
			if err != nil {
				t.Fatal(err)
			}
			verdict, granted := c.verdict, c.granted
			if !lenient {
				verdict, granted = Fail, ""
			}
			if res.Verdict != verdict || strings.Join(res.Granted, "; ") != granted {
				t.Errorf("lenient %v: %s\ngot %s %v", lenient, c.text, res.Verdict, res.Granted)
			}
		}
	}
}

// A socket that was closed leaves FIN-WAIT-2 after tcp_fin_timeout: then its peer's FIN is answered by a RST.
func TestFinTimeout(t *testing.T) {
	for seconds, last := range map[int]string{5: "> R 2:2(0)", 7: "> . 2:2(0) ack 2"} {
		text := fmt.Sprintf("0 `sysctl -q net.ipv4.tcp_timestamps=0 net.ipv4.tcp_fin_timeout=%d`\n", seconds) + opened + `+0 close(4) = 0
+0 > F. 1:1(0) ack 1
+.1 < . 1:1(0) ack 2 win 9
+4 ` + "`ss -tan | grep FIN-WAIT-2`" + `
+2 < F. 1:1(0) ack 2 win 9
+0 ` + last
		res, err := Run("t", []byte(text), Model(), Options{Profile: "linux"})
		if err != nil || res.Verdict != Pass {
			t.Errorf("%d s: %s, %v, %s", seconds, res.Verdict, err, strings.Join(res.Detail(), "; "))
		}
	}
}

// The size of the window is taken from the script, with the scale that both ends have offered, and is that of the SYN as far as
// its field reaches.
func TestWindowsAreTakenFromTheScript(t *testing.T) {
	const text = `0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+0 < S 0:0(0) win 60000 <mss 1000,nop,wscale 2>
+0 > S. 0:0(0) ack 1 win 65535 <mss 1460,nop,wscale 6>
+0 < . 1:1(0) ack 1 win 60000
+0 accept(3, ..., ...) = 4
+0 write(4, ..., 5) = 5
+0 > P. 1:6(5) ack 1 win 1031
+0 < P. 1:65(64) ack 6 win 60000
+0 > . 6:6(0) ack 65 win 1030
+0 read(4, ..., 64) = 64
+0 < P. 65:129(64) ack 6 win 60000
+0 > . 6:6(0) ack 129 win 1030
`
	for text, want := range map[string]Verdict{
		text: Pass, strings.Replace(text, "129 win 1030", "129 win 1031", 1): Unsupported,
	} {
		res, err := Run("t", []byte(text), Model(), Options{})
		if err != nil || res.Verdict != want {
			t.Errorf("%+v, %v", res, err)
		}
	}
}

// Little text goes out while more is under way: Nagle's algorithm would have waited.
func TestNagleIsToldApart(t *testing.T) {
	const text = opened + "%s+0 write(4, ..., 5) = 5\n+0 > P. 1:6(5) ack 1\n" +
		"+0 write(4, ..., 5) = 5\n+.1 < . 1:1(0) ack 6 win 9000\n+0 > P. 6:11(5) ack 1"
	for option, want := range map[string]Verdict{"": Unsupported, "+0 setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 4) = 0\n": Fail} {
		res, err := Run("t", fmt.Appendf(nil, text, option), Model(), Options{Profile: "rfc9293"})
		if err != nil || res.Verdict != want || want == Unsupported && res.What != nagle {
			t.Errorf("%+v, %v", res, err)
		}
	}
}

// The sysctls of a system make its profile, which a script may be given instead.
func TestTheProfileIsTold(t *testing.T) {
	for text, want := range map[string]string{
		opened: "linux", "`sysctl net.inet.tcp.msl=100`": "freebsd", "+0 %{ assert tcpi_state == TCPS_CLOSED }%": "freebsd",
	} {
		res, err := Run("t", []byte(text), Model(), Options{})
		if err != nil || res.Profile != want {
			t.Errorf("%q: got %s, %v, want %s", text, res.Profile, err, want)
		}
	}
}

// A stack behind conform.Peer is driven by the same scripts, also through the line format; it has one connection at a time.
func TestAStackIsDriven(t *testing.T) {
	direct := conform.Machine(model.Default(), timed.RFC(), 1000)
	requests, ask := io.Pipe()
	answers, say := io.Pipe()
	go func() { say.CloseWithError(conform.Serve(direct, requests, say)) }()
	defer ask.Close()
	lines, err := conform.Dial(answers, ask)
	if err != nil {
		t.Fatal(err)
	}
	for name, peer := range map[string]conform.Peer{"direct": direct, "lines": lines} {
		sys, err := Stack(func() (conform.Peer, error) { return peer, nil })
		if err != nil {
			t.Fatal(err)
		}
		counts := map[Verdict]int{}
		for i, path := range stored(t) {
			if !strings.Contains(path, "/rfc9293/") || name == "lines" && i%8 > 0 && strings.Contains(path, "/states/") {
				continue
			}
			res := play(t, path, sys)
			counts[res.Verdict]++
			switch {
			case strings.HasSuffix(path, "two-connections.pkt"):
				equal(t, "a second connection: stack model has one at a time", res.What)
			case strings.HasSuffix(res.What, "has its own settings"):
			case res.Verdict != Pass:
				t.Errorf("%s: %s %s\n%s", name, res.Verdict, res.Place(), strings.Join(res.Detail(), "\n"))
			}
		}
		if counts[Pass] < 30 || counts[Unsupported] != 3 {
			t.Errorf("%s: %v", name, counts)
		}
	}
}

// mortal dies of the packet after so many.
type mortal struct {
	conform.Peer
	left int
}

func (m *mortal) Do(in conform.Input) (conform.Reaction, error) {
	if in.Op == conform.Packet {
		m.left--
	}
	if m.left < 0 {
		return conform.Reaction{}, errors.New("it died")
	}
	return m.Peer.Do(in)
}

// A stack that dies fails the script that it died of, and is started anew for the next.
func TestAStackThatDiesIsStartedAnew(t *testing.T) {
	starts := 0
	sys, err := Stack(func() (conform.Peer, error) {
		if starts++; starts == 3 {
			return nil, errors.New("enough")
		}
		return &mortal{conform.Machine(model.Default(), timed.RFC(), 1000), 1}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	res, err := Run("t", []byte(opened), sys, Options{Profile: "rfc9293"})
	if err != nil || res.Verdict != Fail || res.Line != 6 || res.Got != "stack model cannot be driven: it died" {
		t.Errorf("%+v, %v", res, err)
	}
	if res, err = Run("t", []byte(server), sys, Options{Profile: "rfc9293"}); err != nil || res.Verdict != Pass {
		t.Errorf("%+v, %v", res, err)
	}
	if _, err = Run("t", []byte(opened), sys, Options{Profile: "rfc9293"}); err == nil || err.Error() != "enough" {
		t.Errorf("%v", err)
	}
}

func TestReport(t *testing.T) {
	var r Report
	for name, text := range map[string]string{"a": opened, "b": opened + "+0 f() = 0", "c": opened + "+0 f() = 0", "d": "x",
		"e": opened + "+0 close(9) = 0"} {
		res, err := Run(name, []byte(text), Model(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		r = append(r, res)
	}
	equal(t, "5 scripts against model: 1 pass, 1 fail, 2 unsupported, 1 cannot be read", r.Summary("model"))
	equal(t, []Lack{{"the call f()", 2}}, r.Lacks())
	var b bytes.Buffer
	if err := r.WriteJUnit(&b, "model"); err != nil {
		t.Fatal(err)
	}
	var suite junitSuite
	if err := xml.Unmarshal(b.Bytes(), &suite); err != nil {
		t.Fatal(err)
	}
	equal(t, []int{5, 1, 1, 2, 5}, []int{suite.Tests, suite.Failures, suite.Errors, suite.Skipped, len(suite.Cases)})
	for _, c := range suite.Cases {
		switch {
		case c.Name == "e" && !strings.Contains(c.Failure.Text, "the descriptor 9"), c.Name == "d" && c.Error == nil,
			c.Name == "b" && c.Skipped == nil:
			t.Errorf("%s: %+v", c.Name, c)
		}
	}
}

// FuzzRun carries out whatever can be read: nothing in a script may end the program.
func FuzzRun(f *testing.F) {
	for i, path := range stored(f) {
		if text, err := os.ReadFile(path); err != nil {
			f.Fatal(err)
		} else if i%10 == 0 {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		res, err := Run("f", text, Model(), Options{})
		if err != nil || res.Verdict == "" || res.Verdict == Fail && (res.Line == 0 || res.Got == "") {
			t.Fatalf("got %+v, %v", res, err)
		}
	})
}
