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
	sc, err := Parse("t", []byte(text), "linux")
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
		"+ 0.1":      {Relative: true, From: 100 * ms, To: 100 * ms},
		"+0":         {Relative: true},
		"*":          {Relative: true, Any: true},
		"0.1~0.2":    {Range: true, From: 100 * ms, To: 200 * ms},
		"+0 ~ + .1":  {Range: true, Relative: true, To: 100 * ms},
		"0.1...0.3":  {From: 100 * ms, To: 100 * ms, Blocks: true, End: 300 * ms},
		"+0...0.25":  {Relative: true, Blocks: true, End: 250 * ms},
		"0 ... 0.25": {Blocks: true, End: 250 * ms},
		"+0...0":     {Relative: true, Blocks: true},
	} {
		action := " close(3) = 0"
		if want.Any || want.Range {
			action = " > . 1:1(0)"
		}
		sc := parse(t, "0 close(3) = 0\n"+text+action)
		equal(t, want, sc.Steps[1].Time)
	}
}

func TestPacketsAreRead(t *testing.T) {
	num := func(n uint32) Number { return Number{Set: true, N: n} }
	for text, want := range map[string]Action{
		"< S 0:0(0) win 32792 <mss 1460,sackOK, TS val 7 ecr 0,nop,wscale 7>": &Packet{
			Inbound: true, Flags: model.SYN, Win: num(32792), Opts: []TCPOption{
				{Name: "mss", Raw: "mss 1460", Args: []Number{num(1460)}, Known: true}, {Name: "sackOK", Raw: "sackOK", Known: true},
				{Name: "TS", Raw: "TS val 7 ecr 0", Args: []Number{num(7), num(0)}, Known: true},
				{Name: "nop", Raw: "nop", Known: true}, {Name: "wscale", Raw: "wscale 7", Args: []Number{num(7)},
					Known: true},
			},
		},
		"> S. 0:0(0) ack 1 <...>": &Packet{Flags: model.SYN | model.ACK, Ack: num(1), AnyOpts: true},
		"> FP. 1:1461(1460)\n  ack 4294967295 urg 3": &Packet{
			Flags: model.FIN | model.PSH | model.ACK, Seq: 1, Len: 1460, Ack: num(4294967295), Urg: 3},
		"< [ect0, ttl 3] SEW 0:0(0) win 1": &Packet{Inbound: true, IP: "ect0, ttl 3", Flags: model.SYN, Other: "EW", Win: num(1)},
		"> . 1:1(0) ack 1 <nop,nop,sack 3:5 7:9>": &Packet{Flags: model.ACK, Seq: 1, Ack: num(1), Opts: []TCPOption{
			{Name: "nop", Raw: "nop", Known: true}, {Name: "nop", Raw: "nop", Known: true},
			{Name: "sack", Raw: "sack 3:5 7:9", Known: true, Args: []Number{num(3), num(5), num(7), num(9)}},
		}},
		"> S .  0:0(0) ack 1":        &Packet{Flags: model.SYN | model.ACK, Ack: num(1)},
		"< F . P 1:1(0) ack 1 win 9": &Packet{Inbound: true, Flags: model.FIN | model.ACK | model.PSH, Seq: 1, Ack: num(1), Win: num(9)},
		"> S. ...(3) ack 1 <mss 1,TS val ... ecr 5!,nop,nop>": &Packet{Flags: model.SYN | model.ACK, AnySeq: true, Len: 3, Ack: num(1), Opts: []TCPOption{
			{Name: "mss", Raw: "mss 1", Args: []Number{num(1)}, Known: true},
			{Name: "TS", Raw: "TS val ... ecr 5!", Args: []Number{{Set: true, Any: true}, {Set: true, Absolute: true, N: 5}}, Known: true},
			{Name: "nop", Raw: "nop", Known: true}, {Name: "nop", Raw: "nop", Known: true},
		}},
		"> R. 0:0(0)! ack 1": &Packet{Flags: model.RST | model.ACK, Absolute: true, Ack: num(1)},
		"< S 0:0(0) win 1 <mss 1000>/udp(1 > 9811)": &Packet{Inbound: true, Flags: model.SYN, Win: num(1), UDP: true, Opts: []TCPOption{
			{Name: "mss", Raw: "mss 1000", Args: []Number{num(1000)}, Known: true}}},
		"< 1000 > 80 R 5:5(0) win 0": &Packet{Inbound: true, Flags: model.RST, Seq: 5, Win: num(0), Flow: &Ports{
			netip.AddrPortFrom(netip.Addr{}, 1000), netip.AddrPortFrom(netip.Addr{}, 80)}},
		"> 192.0.2.1:80 > 192.0.2.2:1000: R 5:5(0)": &Packet{Flags: model.RST, Seq: 5, Flow: &Ports{
			netip.MustParseAddrPort("192.0.2.1:80"), netip.MustParseAddrPort("192.0.2.2:1000")}},
		"< - 5:15(10) win 10": &Packet{Inbound: true, Seq: 5, Len: 10, Win: num(10)},
		"> F. 2:2(0) ack 1 <FO 01ab>": &Packet{Flags: model.FIN | model.ACK, Seq: 2, Ack: num(1), Opts: []TCPOption{
			{Name: "FO", Raw: "FO 01ab"}}},
		"< icmp unreachable host_unreachable [5:6(1)]":     &ICMP{"unreachable", "host_unreachable", 5},
		"< icmp unreachable frag_needed mtu 1200 [0:0(0)]": &Unknown{"< icmp unreachable frag_needed mtu 1200 [0:0(0)]"},
		"> udp (1000)": &Unknown{"> udp (1000)"},
	} {
		sc := parse(t, "+0 "+text+"\n+0 close(3) = 0\n")
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
		"getsockopt(4, SOL_SOCKET, SO_ERROR, [0], [4]) = 0x0": {Name: "getsockopt", Args: []Expr{num(4), word("SOL_SOCKET"),
			word("SO_ERROR"),
			{Kind: List, Sub: []Expr{num(0)}}, {Kind: List, Sub: []Expr{num(4)}}}, Result: num(0)},
		`sendmsg(4, {msg_name(...)=..., msg_iov(1)=[{"ab" "c", 7}], msg_flags=0}, 0) = 7`: {Name: "sendmsg", Args: []Expr{num(4),
			{Kind: Struct, Sub: []Expr{field("msg_name", open), field("msg_iov", Expr{Kind: List, Sub: []Expr{
				{Kind: Struct, Sub: []Expr{{Kind: Text, Name: "abc"}, num(7)}}}}), field("msg_flags", num(0))}}, num(0)}, Result: num(7)},
		"bind(3, {sa_family = AF_INET, sin_port = htons(80)}, ...) = 0": {Name: "bind", Args: []Expr{num(3), {Kind: Struct,
			Sub: []Expr{
				field("sa_family", word("AF_INET")), field("sin_port", Expr{Kind: Apply, Name: "htons", Sub: []Expr{num(80)}})}}, open},
			Result: num(0)},
	} {
		sc := parse(t, "+0 "+text)
		equal(t, Action(want), sc.Steps[0].Action)
	}
}

func TestAWholeScriptIsRead(t *testing.T) {
	sc := parse(t,
		"// about\n--ip_version=ipv4\n--send_omit_free // all\n--define=WHAT=`ls`\n--define=TEXT=\"a b\"\n--define=CALL=close\n"+
			"`./defaults.sh\n sleep 1`\n\n"+
			"/* two\n* lines **/ 0 CALL(3, TEXT) = 0\n+1 WHAT\n#ifdef Linux\n2\n#else\n3\n#endif\n%{ assert 1 }%\n#ifdef None\nx\n#endif\n`rm x`")
	equal(t, &Script{Name: "t", Options: []Option{
		{Pos{2, 1}, "ip_version", "ipv4"}, {Pos: Pos{3, 1}, Name: "send_omit_free"}, {Pos{4, 1}, "define", "`ls`"},
		{Pos{5, 1}, "define", `"a b"`}, {Pos{6, 1}, "define", "close"},
	}, Steps: []Step{
		{Pos{7, 1}, Time{Relative: true}, true, &Command{"./defaults.sh\n sleep 1"}},
		{Pos{11, 13}, Time{}, false, &Call{Name: "close", Args: []Expr{{Kind: Int, N: 3}, {Kind: Text, Name: "a b"}}, Result: Expr{Kind: Int}}},
		{Pos{12, 1}, Time{Relative: true, From: time.Second, To: time.Second}, false, &Command{"ls"}},
		{Pos{14, 1}, Time{From: 2 * time.Second, To: 2 * time.Second}, false, &Code{"assert 1"}},
		{Pos{22, 1}, Time{Relative: true}, true, &Command{"rm x"}},
	}}, sc)
}

// The systems are those that #ifdef knows, by profile.
func TestTheBranchOfTheProfileIsRead(t *testing.T) {
	const text = "#ifdef STANDARD\n0 one() = 0\n#endif\n#ifdef FreeBSD\n0 two() = 0\n#endif\n#ifdef Linux\n0 three() = 0\n#endif\n"
	for profile, want := range map[string]string{"rfc9293": "one", "freebsd": "two", "linux": "three"} {
		sc, err := Parse("t", []byte(text), profile)
		if err != nil || len(sc.Steps) != 1 {
			t.Fatalf("%s: %v, %v", profile, sc, err)
		}
		equal(t, want, sc.Steps[0].Action.(*Call).Name)
	}
}

// Each error names its place, what was expected there and what was found.
func TestErrorsNameTheirPlace(t *testing.T) {
	const call = "0 close(3) = 0\n"
	for text, want := range map[string]string{
		"":                                          `t:1:1: expected a step: a call, a packet, a command or code, with its time, found the end of the script`,
		"--tolerance_usecs=5\n":                     `t:2:1: expected a step`,
		"# what":                                    `t:1:1: expected a statement; a comment begins with //`,
		call + "`ls`\n+0 close(4) = 0":              `t:2:1: expected a time; a command without one may only begin and end a script`,
		"%{ assert 1 }%":                            `t:1:1: expected a time in seconds`,
		"+.1 close(3) = 0":                          `t:1:1: expected 0 or +0, the time of the first step`,
		"0 close(3) = 0\n.2 a() = 0\n.1 b() = 0":    `t:3:1: expected a time that is not before that of the step before`,
		call + "--mtu=9":                            `t:2:1: expected a time in seconds`,
		"--define=N=7\n" + call:                     `t:1:12: expected a value: "text", ` + "`command` or a name, found \"7\"",
		"--define N=7\n" + call:                     `t:1:1: expected --define=NAME="text"`,
		"#ifdef X\n" + call:                         `expected #endif, for the #ifdef in line 1`,
		"#ifdef Linux\n" + call:                     `expected #endif, for the #ifdef in line 1`,
		"#endif\n" + call:                           `t:1:1: expected a statement`,
		"#ifdef\n0":                                 `t:2:2: expected`,
		"close(3) = 0":                              `t:1:1: expected a time in seconds: 0.1, +.1, *, 0.1~0.2 or 0.1...0.2, found "close(3) = 0"`,
		"+0 close(3) = 0\n+x":                       `t:2:2: expected a time in seconds`,
		"+0 !":                                      `t:1:4: expected a system call, a packet after < or >`,
		"+0 close(3)":                               `t:1:12: expected = and the result of the system call, found the end of the script`,
		"+0 close(3":                                `t:1:11: expected a comma or )`,
		"+0 close(3,":                               `t:1:12: expected ), for what begins in line 1, found the end of the script`,
		"+0 close(3) = what":                        `t:1:15: expected a whole number as the result`,
		"+0 close(3) = ...":                         `t:1:15: expected a whole number as the result`,
		"+0 close(3) = -1 EBADF":                    `t:1:23: expected ( and the text of the error`,
		"+0 fcntl(3) = 2 (flags A|B)":               `t:1:25: expected words and nothing else in these brackets`,
		"+0 f(99999999999999999999) = 0":            `t:1:6: expected a whole number, in decimal or after 0x`,
		`+0 f("a`:                                   `expected a closing quotation mark, found the end`,
		"+0 < X 1:1(0)":                             `t:1:6: expected a flag: one of SFRPUEW, a point for ACK, or -, found "X 1:1(0)"`,
		"+0 < . 1:3(1)":                             `t:1:8: expected 2 as the second number, which is the first one and the length`,
		"+0 < . 4294967290:4(10)":                   `t:1:8: expected 4294967300 as the second number`,
		"+0 < . 1(0)":                               `t:1:9: expected : and the sequence number after the last`,
		"+0 < . 1:1(0) win 65536":                   `t:1:19: expected a number after win, a whole number below 2^16`,
		"+0 < . 1:1(0) ack 5":                       `t:1:20: expected win and the window, which a packet that arrives must have`,
		"+0 < . 4294967296:1(0)":                    `t:1:8: expected the first sequence number`,
		"+0 < S 0:0(0) win 1 <mss 1":                `expected > after the options, for what begins in line 1`,
		"+0 > S 0:0(0) <mss 1,,nop>":                `expected options between commas`,
		"+0 > S 0:0(0) <mss 1,sackOK>":              `expected 2 octets of nop or eol more, since options take a multiple of 4 octets`,
		"+0 > S 0:0(0) <mss>":                       `expected options such as <mss 1460,`,
		"+0 > S 0:0(0) <mss 70000>":                 `expected options such as <mss 1460,`,
		"+0 > S 0:0(0) <magic 3>":                   `expected options such as <mss 1460,`,
		"+0 > . 0:0(0) <sack 1:2 3:4 5:6 7:8 9:10>": `expected options of at most 40 octets`,
		"+0 < S 0:0(0) win 1 <...>":                 `expected the options, since <...> is for packets that are sent`,
		"0.2~0.1 > . 1:1(0)":                        `t:1:1: expected a range of times, the earlier one first`,
		"+0~.1 > . 1:1(0)":                          `t:1:4: expected + and the later time, since the earlier one is relative as well`,
		"0.2...0.1 f() = 0":                         `t:1:1: expected the time when the call returns after`,
		"0...1 > . 1:1(0)":                          `t:1:1: expected one time, or a range with ~`,
		"* close(3) = 0":                            `t:1:1: expected one time, since * and ranges are for packets that are sent`,
		"0~1 < . 1:1(0) win 9":                      `t:1:1: expected one time, since * and ranges are for packets that are sent`,
		"`what":                                     `t:1:6: expected a closing back-quote, for what begins in line 1`,
		"0 %{ assert":                               `expected }%, for what begins in line 1`,
		"/* ":                                       `expected */, for the comment that begins in line 1`,
		"--=1":                                      `t:1:3: expected the name of an option`,
		"+0 < . 1:1(0) win 3/udp(1)":                `expected > and the other port of UDP`,
		"+0 f(" + strings.Repeat("[", 60) + ") = 0": `expected brackets at most 50 deep`,
	} {
		_, err := Parse("t", []byte(text), "linux")
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
		sc, err := Parse("f", text, Profiles[len(text)%len(Profiles)])
		var e *Error
		switch {
		case err == nil && sc == nil, err != nil && !errors.As(err, &e):
			t.Fatalf("got %v, %v", sc, err)
		case err != nil && (e.Pos.Line < 1 || e.Pos.Col < 1 || e.Expected == "" || e.Found == ""):
			t.Fatalf("no place: %v", err)
		}
	})
}
