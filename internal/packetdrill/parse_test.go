package packetdrill

import (
	"errors"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/tcpcheck/tcpcheck/model"
)

func parse(t *testing.T, text string) *Script {
	t.Helper()
	sc, err := Parse("t", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

func equal(t *testing.T, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.AddrPort{})); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Every way to say when.
func TestTimesAreRead(t *testing.T) {
	for text, want := range map[string]Time{
		"0.000":      {},
		"1":          {From: time.Second, To: time.Second},
		"+.1":        {Relative: true, From: 100 * ms, To: 100 * ms},
		"+0":         {Relative: true},
		"*":          {Relative: true, Any: true},
		"0.1~0.2":    {From: 100 * ms, To: 200 * ms},
		"+0~+.1":     {Relative: true, To: 100 * ms},
		"0.1...0.3":  {From: 100 * ms, To: 100 * ms, Blocks: true, End: 300 * ms},
		"+0...0.25":  {Relative: true, Blocks: true, End: 250 * ms},
		"0 ... 0.25": {Blocks: true, End: 250 * ms},
	} {
		sc := parse(t, text+" close(3) = 0")
		equal(t, want, sc.Steps[0].Time)
	}
}

func TestPacketsAreRead(t *testing.T) {
	num := func(n uint32) Number { return Number{Set: true, N: n} }
	for text, want := range map[string]Action{
		"< S 0:0(0) win 32792 <mss 1460,sackOK, TS val 7 ecr 0,nop,wscale 7>": &Packet{
			Inbound: true, Flags: model.SYN, Win: num(32792), Opts: []TCPOption{
				{Name: "mss", Raw: "mss 1460", Args: []Number{num(1460)}, Known: true}, {Name: "sackOK", Raw: "sackOK", Known: true},
				{Name: "TS", Raw: "TS val 7 ecr 0", Args: []Number{num(7), num(0)}, Known: true},
				{Name: "nop", Raw: "nop", Known: true, Padded: true}, {Name: "wscale", Raw: "wscale 7", Args: []Number{num(7)},
					Known: true},
			},
		},
		"> S. 0:0(0) ack 1 <...>": &Packet{Flags: model.SYN | model.ACK, Ack: num(1), AnyOpts: true},
		"> FP. 1:1461(1460)\n  ack 4294967295 urg 3": &Packet{
			Flags: model.FIN | model.PSH | model.ACK, Seq: 1, Len: 1460, Ack: num(4294967295), Urg: num(3)},
		"< [ect0, ttl 3] SEW 0:0(0) win 1": &Packet{Inbound: true, IP: "ect0, ttl 3", Flags: model.SYN, Other: "EW", Win: num(1)},
		"> . 1:1(0) ack 1 <nop,nop,sack 3:5 7:9>": &Packet{Flags: model.ACK, Seq: 1, Ack: num(1), Opts: []TCPOption{
			{Name: "nop", Raw: "nop", Known: true, Padded: true}, {Name: "nop", Raw: "nop", Known: true, Padded: true},
			{Name: "sack", Raw: "sack 3:5 7:9", Known: true, Args: []Number{num(3), num(5), num(7), num(9)}},
		}},
		"< 1000 > 80 R 5:5(0)": &Packet{Inbound: true, Flags: model.RST, Seq: 5, Flow: &Ports{
			netip.AddrPortFrom(netip.Addr{}, 1000), netip.AddrPortFrom(netip.Addr{}, 80)}},
		"> 192.0.2.1:80 > 192.0.2.2:1000: R 5:5(0)": &Packet{Flags: model.RST, Seq: 5, Flow: &Ports{
			netip.MustParseAddrPort("192.0.2.1:80"), netip.MustParseAddrPort("192.0.2.2:1000")}},
		"< - 4294967290:4(10) win 10": &Packet{Inbound: true, Seq: 4294967290, Len: 10, Win: num(10)},
		"> F. 2:2(0) ack 1 <FO 01ab>": &Packet{Flags: model.FIN | model.ACK, Seq: 2, Ack: num(1), Opts: []TCPOption{
			{Name: "FO", Raw: "FO 01ab"}}},
		"< icmp unreachable host_unreachable [0:0(0)]": &Unknown{"< icmp unreachable host_unreachable [0:0(0)]"},
		"> udp (1000)": &Unknown{"> udp (1000)"},
	} {
		sc := parse(t, "+0 "+text+"\n+0 close(3) = 0")
		equal(t, want, sc.Steps[0].Action)
		if len(sc.Steps) != 2 {
			t.Errorf("%q: found %d statements, expected 2", text, len(sc.Steps))
		}
	}
}

func TestCallsAreRead(t *testing.T) {
	num := func(n int64) Expr { return Expr{Kind: Int, N: n} }
	word := func(name string) Expr { return Expr{Kind: Word, Name: name} }
	field := func(name string, e Expr) Expr { return Expr{Kind: Field, Name: name, Sub: []Expr{e}} }
	open := Expr{Kind: Ellipsis}
	for text, want := range map[string]*Call{
		"socket(..., SOCK_STREAM, IPPROTO_TCP) = 3": {Name: "socket", Args: []Expr{open, word("SOCK_STREAM"), word("IPPROTO_TCP")},
			Result: num(3)},
		"connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)": {Name: "connect", Args: []Expr{num(3), open, open},
			Result: num(-1), Errno: "EINPROGRESS"},
		"fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0": {Name: "fcntl", Args: []Expr{num(3), word("F_SETFL"),
			{Kind: Or, Sub: []Expr{word("O_RDWR"), word("O_NONBLOCK")}}}, Result: num(0)},
		"fcntl(3, F_GETFL) = 0x2 (flags O_RDWR)": {Name: "fcntl", Args: []Expr{num(3), word("F_GETFL")}, Result: num(2)},
		"setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0": {Name: "setsockopt", Args: []Expr{num(4),
			word("SOL_SOCKET"),
			word("SO_LINGER"), {Kind: Struct, Sub: []Expr{field("onoff", num(1)), field("linger", num(0))}}, num(8)}, Result: num(0)},
		"getsockopt(4, SOL_SOCKET, SO_ERROR, [0], [4]) = ...": {Name: "getsockopt", Args: []Expr{num(4), word("SOL_SOCKET"),
			word("SO_ERROR"),
			{Kind: List, Sub: []Expr{num(0)}}, {Kind: List, Sub: []Expr{num(4)}}}, Result: open},
		`sendmsg(4, {msg_name(...)=..., msg_iov(1)=[{"ab" "c", N}], msg_flags=0}, 0) = 7`: {Name: "sendmsg", Args: []Expr{num(4),
			{Kind: Struct, Sub: []Expr{field("msg_name", open), field("msg_iov", Expr{Kind: List, Sub: []Expr{
				{Kind: Struct, Sub: []Expr{{Kind: Text, Name: "abc"}, num(7)}}}}), field("msg_flags", num(0))}}, num(0)}, Result: num(7)},
		"bind(3, {sa_family = AF_INET, sin_port = htons(80)}, ...) = 0": {Name: "bind", Args: []Expr{num(3), {Kind: Struct,
			Sub: []Expr{
				field("sa_family", word("AF_INET")), field("sin_port", Expr{Kind: Apply, Name: "htons", Sub: []Expr{num(80)}})}}, open},
			Result: num(0)},
	} {
		sc := parse(t, "--define N=7\n+0 "+text)
		equal(t, Action(want), sc.Steps[0].Action)
	}
}

func TestAWholeScriptIsRead(t *testing.T) {
	sc := parse(t,
		"// about\n--ip_version=ipv4\n--send_omit_free // all\n`./defaults.sh\n sleep 1`\n\n"+
			"/* two\nlines */ 0 close(3) = 0 # end\n%{ assert 1 }%\n")
	equal(t, &Script{Name: "t", Options: []Option{
		{Pos{2, 1}, "ip_version", "ipv4"}, {Pos: Pos{3, 1}, Name: "send_omit_free"},
	}, Steps: []Step{
		{Pos{4, 1}, Time{Relative: true}, &Command{"./defaults.sh\n sleep 1"}},
		{Pos{8, 10}, Time{}, &Call{Name: "close", Args: []Expr{{Kind: Int, N: 3}}, Result: Expr{Kind: Int}}},
		{Pos{9, 1}, Time{Relative: true}, &Code{"assert 1"}},
	}}, sc)
}

// Each error names its place, what was expected there and what was found.
func TestErrorsNameTheirPlace(t *testing.T) {
	for text, want := range map[string]string{
		"close(3) = 0":                   `t:1:1: expected a time in seconds: 0.1, +.1, *, 0.1~0.2 or 0.1...0.2, found "close(3) = 0"`,
		"+0 close(3) = 0\n+x":            `t:2:2: expected a time in seconds`,
		"+0 !":                           `t:1:4: expected a system call, a packet after < or >`,
		"+0 close(3)":                    `t:1:12: expected = and the result of the system call, found the end of the script`,
		"+0 close(3":                     `t:1:11: expected a comma or )`,
		"+0 close(3,":                    `t:1:12: expected ), for what begins in line 1, found the end of the script`,
		"+0 close(3) = what":             `t:1:15: expected a whole number as the result, or ...`,
		"+0 f(99999999999999999999) = 0": `t:1:6: expected a number, a whole number below 2^64`,
		`+0 f("a`:                        `expected a closing quotation mark, found the end`,
		"+0 < X 1:1(0)":                  `t:1:6: expected a flag: one of SFRPUEW, a point for ACK, or -, found "X 1:1(0)"`,
		"+0 < . 1:3(1)":                  `t:1:8: expected 2 as the length, which is the difference of the two numbers`,
		"+0 < . 1(0)":                    `t:1:9: expected : and the sequence number after the last`,
		"+0 < . 1:1(0) win 65536":        `t:1:19: expected a number after win, a whole number below 2^16`,
		"+0 < . 4294967296:1(0)":         `t:1:8: expected the first sequence number`,
		"+0 < S 0:0(0) <mss 1":           `expected > after the options, for what begins in line 1`,
		"+0 < S 0:0(0) <mss 1,,nop>":     `expected options between commas`,
		"0.2~0.1 > . 1:1(0)":             `t:1:1: expected a range of times, the earlier one first`,
		"0.2...0.1 f() = 0":              `t:1:1: expected the time when the call returns after`,
		"0...1 > . 1:1(0)":               `t:1:1: expected one time, or a range with ~`,
		"`what":                          `t:1:6: expected a closing back-quote, for what begins in line 1`,
		"%{ assert":                      `expected }%, for what begins in line 1`,
		"/* ":                            `expected */, for the comment that begins in line 1`,
		"--=1":                           `t:1:3: expected the name of an option`,
		"+0 f(" + strings.Repeat("[", 60) + ") = 0": `expected brackets at most 50 deep`,
	} {
		_, err := Parse("t", []byte(text))
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for i, path := range stored(f) {
		if text, err := os.ReadFile(path); err != nil {
			f.Fatal(err)
		} else if i%10 == 0 {
			f.Add(text)
		}
	}
	f.Add([]byte("+0 < [ect0] S 0:0(0) win 1 <mss 1,TS val 1 ecr 0>\n0...1 f(\"a\", {b=[c|1]}) = -1 E (x)\n" +
		"`ls`\n%{ x }%\n* > . 1:1(0) <...>"))
	f.Fuzz(func(t *testing.T, text []byte) {
		sc, err := Parse("f", text)
		var e *Error
		switch {
		case err == nil && sc == nil, err != nil && !errors.As(err, &e):
			t.Fatalf("got %v, %v", sc, err)
		case err != nil && (e.Pos.Line < 1 || e.Pos.Col < 1 || e.Expected == "" || e.Found == ""):
			t.Fatalf("no place: %v", err)
		}
	})
}
