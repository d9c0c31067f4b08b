package packetdrill

import (
	"strings"
	"testing"
)

// The verdicts that packetdrill gives on Linux 6.18, seen there, but for what is not modelled, which is UNSUPPORTED.
func TestVerdictsOnLinux(t *testing.T) {
	const options = "<mss 1460,sackOK,TS val 50 ecr 7,nop,wscale 7>"
	const stamped = "--tcp_ts_tick_usecs=1000\n`sysctl -q net.ipv4.tcp_rmem=\"4096 131072 6291456\"`\n" + `0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+0 < S 0:0(0) win 60000 <mss 1000,sackOK,TS val 7 ecr 0,nop,wscale 7>
+0 > S. 0:0(0) ack 1 ` + options + `
+.1 < . 1:1(0) ack 1 win 600 <nop,nop,TS val 90 ecr 50>
+0 accept(3, ..., ...) = 4
`
	const answered = opened + "+0 < P. 1:4(3) ack 1 win 9\n+0 > . 1:1(0) ack 4\n+0 write(4, ..., 2) = 2\n+0 > P. 1:3(2) ack 4\n"
	for name, c := range map[string]struct {
		text    string
		verdict Verdict
		says    string
	}{
		"absolute numbers":          {moved + "+.1 < . 1001:1001(0) ack 501 win 9\n+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n+0 accept(3, ..., ...) = 4", Fail, "-1 EAGAIN"},
		"relative numbers":          {moved + "+.1 < . 1:1(0) ack 1 win 99\n+0 accept(3, ..., ...) = 4\n+.1 write(4, ..., 5) = 5\n+0 > P. 1:6(5) ack 1", Pass, ""},
		"a call of no length":       {"0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0...0 connect(3, ..., ...) = 0\n+0 > S 0:0(0) <...>\n+0 < S. 5:5(0) ack 1 win 9\n+0 > . 1:1(0) ack 1", Pass, ""},
		"it does not return":        {"0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0...0 connect(3, ..., ...) = 0\n+0 > S 0:0(0) <...>\n+.1 < S. 5:5(0) ack 1 win 9", Fail, "the call has not returned at 0.004"},
		"a port without a listener": {"0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 < S 0:0(0) win 9\n+0 > R. 0:0(0) ack 1", Fail, "no packet by"},
		"SO_SNDBUF":                 {"0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 setsockopt(3, SOL_SOCKET, SO_SNDBUF, [5000], 4) = 0\n+0 getsockopt(3, SOL_SOCKET, SO_SNDBUF, [10000], [4]) = 0", Pass, ""},
		"a NULL buffer":             {opened + "+0 write(4, NULL, 7) = -1 EFAULT (Bad address)\n+0 < P. 1:4(3) ack 1 win 9\n+0 > . 1:1(0) ack 4\n+0 read(4, NULL, 7) = -1 EFAULT (Bad address)", Pass, ""},
		"a full send buffer":        {opened + "+0 write(4, ..., 900000) = 87000", Unsupported, "the send buffer"},
		"the FIN's ACK is early":    {opened + "+0 < F. 1:1(0) ack 1 win 9\n+.3 > . 1:1(0) ack 2", Fail, "ack 2 win"},
		"the FIN's ACK is missing":  {opened + "+0 < F. 1:1(0) ack 1 win 9\n+.2 close(4) = 0\n+0 > F. 1:1(0) ack 2", Fail, "(flags)"},
		"a second ACK is delayed":   {answered + "+.01 < P. 4:7(3) ack 3 win 9\n+.04 > . 3:3(0) ack 7", Pass, ""},
		"so it is not sent at once": {answered + "+.01 < F. 4:4(0) ack 3 win 9\n+0 > . 3:3(0) ack 5", Fail, "no packet by"},
		"one answer in 500 ms":      {opened + "+0 < . 90000:90000(0) ack 1 win 9\n+0 > . 1:1(0) ack 1\n+.4 < . 90000:90000(0) ack 1 win 9\n+.1 < . 90000:90000(0) ack 1 win 9\n+0 > . 1:1(0) ack 1\n+.1 < . 90000:90000(0) ack 1 win 9\n+0 > . 1:1(0) ack 1", Fail, "no packet by"},
		"a bad ACK in SYN-SENT":     {"0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n+0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n+0 > S 0:0(0) <...>\n+.1 < . 5:5(0) ack 9 win 9\n+0 > R 9:9(0)\n+.01 > S 0:0(0) <...>\n+1 > S 0:0(0) <...>\n+1 > S 0:0(0) <...>", Pass, ""},
		"the stamp of a RST":        {stamped + "+0 setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0\n+0 close(4) = 0\n+0 > R. 1:1(0) ack 1 <nop,nop,TS val 150 ecr 90>", Pass, ""},
		"one older":                 {stamped + "+0 < P. 1:4(3) ack 1 win 600 <nop,nop,TS val 89 ecr 50>\n+0 > . 1:1(0) ack 4 <nop,nop,TS val 150 ecr 90>", Pass, ""},
		"two older":                 {stamped + "+0 < P. 1:4(3) ack 1 win 600 <nop,nop,TS val 88 ecr 50>\n+0 > . 1:1(0) ack 1 <nop,nop,TS val 150 ecr 90>", Pass, ""},
		"another value":             {stamped + "+0 < F. 1:1(0) ack 1 win 600 <nop,nop,TS val 91 ecr 50>\n+0 > . 1:1(0) ack 2 <nop,nop,TS val 9150 ecr 91>", Fail, "(timestamp)"},
		"an echo of nothing":        {strings.Replace(stamped, options, "<...>", 1), Fail, "TS val 50 that is echoed here"},
		"loss is repaired":          {stamped + "+0 write(4, ..., 3000) = 3000\n+0 > P. 1:3001(3000) ack 1 <...>\n+.01 < . 1:1(0) ack 989 win 600 <nop,nop,TS val 91 ecr 50,nop,nop,sack 1977:3001>\n+0 > . 989:1977(988) ack 1 <...>", Unsupported, recovery},
		"a tail loss probe":         {stamped + "+0 write(4, ..., 9) = 9\n+0 > P. 1:10(9) ack 1 <...>\n+0 close(4) = 0\n+0 > F. 10:10(0) ack 1 <...>\n+.03~+.09 > F. 10:10(0) ack 1 <...>", Unsupported, recovery},
	} {
		res, err := Run("t", []byte(c.text), Model(), Options{Profile: "linux"})
		if err != nil {
			t.Fatal(err)
		}
		if detail := strings.Join(res.Detail(), "\n"); res.Verdict != c.verdict || !strings.Contains(detail, c.says) {
			t.Errorf("%s: got %s in line %d, want %s %s\n%s\n%s", name, res.Verdict, res.Line, c.verdict, c.says, detail, c.text)
		}
	}
}
