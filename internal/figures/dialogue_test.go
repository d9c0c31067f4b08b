package figures

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// TestScripts: the machine follows every script.
func TestScripts(t *testing.T) {
	for _, s := range All() {
		t.Run(s.Name, func(t *testing.T) {
			if s.Title == "" || s.Claim == "" {
				t.Error("a script says what it is, and what it claims")
			}
			if err := s.Run(nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestFigures: there is a script for every figure of connection management.
func TestFigures(t *testing.T) {
	for _, f := range []string{
		"RFC 9293 Figure 6", "RFC 9293 Figure 7", "RFC 9293 Figure 8", "RFC 9293 Figure 9", "RFC 9293 Figure 10",
		"RFC 9293 Figure 11", "RFC 9293 Figure 12", "RFC 9293 Figure 13",
		"RFC 1337 Figure 1", "RFC 1337 Figure 2", "RFC 1337 Figure 3", "RFC 1337 Figure 4",
	} {
		if !slices.ContainsFunc(All(), func(s Script) bool {
			return s.Title == f || strings.HasPrefix(s.Title, f+",")
		}) {
			t.Errorf("no script for %s", f)
		}
	}
}

const top = "title: a test\nA: CLOSED iss=100\nB: LISTEN iss=300\n"

// TestMismatch: a line that the machine does not follow is named, with what came instead.
func TestMismatch(t *testing.T) {
	right := strings.Repeat(" ", middle)
	cases := []struct{ name, body, want string }{
		{"wrong number", "(Open)\nSYN-SENT --> <SEQ=101><CTL=SYN> ...",
			"t.txt:5: the segment that A sends: want <SEQ=101><CTL=SYN>, got <SEQ=100><CTL=SYN>"},
		{"wrong bits", "(Open)\nSYN-SENT --> <SEQ=100><ACK=3><CTL=SYN,ACK> ...",
			"t.txt:5: the segment that A sends: want <SEQ=100><ACK=3><CTL=SYN,ACK>, got <SEQ=100><CTL=SYN>"},
		{"wrong window", "(Open)\nSYN-SENT --> <SEQ=100><CTL=SYN><W=5> ...",
			"t.txt:5: the segment that A sends: want <SEQ=100><CTL=SYN><W=5>, got <SEQ=100><CTL=SYN><W=65535>"},
		{"nothing sent", "--> <SEQ=100><CTL=SYN> -->",
			"t.txt:4: the segment that A sends: want <SEQ=100><CTL=SYN>, got none"},
		{"wrong state", "(Open)\nESTABLISHED --> <SEQ=100><CTL=SYN> ...",
			"t.txt:5: the state of A: want ESTABLISHED, got SYN-SENT"},
		{"wrong state of B", "(Open)\nSYN-SENT --> <SEQ=100><CTL=SYN> --> LISTEN",
			"t.txt:5: the state of B: want LISTEN, got SYN-RECEIVED"},
		{"not shown", "(Open)\n(Close)", "t.txt:5: what A sent before this: want nothing more, got <SEQ=100><CTL=SYN>"},
		{"not shown at the end", "(Open)", "t.txt:4: what A sent before this: want nothing more, got <SEQ=100><CTL=SYN>"},
		{"never sent", "... <SEQ=100><CTL=SYN> --> LISTEN",
			"t.txt:4: a segment that waits in the network: want <SEQ=100><CTL=SYN>, got none"},
		{"never seen", "(again) ... <SEQ=100><CTL=SYN> --> LISTEN",
			"t.txt:4: a segment that was seen before: want <SEQ=100><CTL=SYN>, got none"},
		{"not heard", "(Status)\n\"ok\"",
			"t.txt:5: what the user of A hears: want ok, got error: connection does not exist."},
		{"heard", "(Status)\nno \"error: connection does not exist\"",
			"t.txt:5: what the user of A hears: want no error: connection does not exist, got error: connection does not exist."},
		{"variable", right + "(Status)\n" + right + "SND.UNA=7", "t.txt:5: SND.UNA of B: want 7, got 0"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, err := Parse("t", top+c.body)
			if err != nil {
				t.Fatal(err)
			}
			err = s.Run(nil)
			var m *Mismatch
			if !errors.As(err, &m) {
				t.Fatalf("no mismatch, but %v", err)
			}
			if first, _, _ := strings.Cut(err.Error(), "\n"); first != c.want {
				t.Errorf("got  %s\nwant %s", first, c.want)
			}
		})
	}
}

// TestSyntax: a line that cannot be read is named, with the reason.
func TestSyntax(t *testing.T) {
	cases := []struct{ name, body, want string }{
		{"no such state", "SYN-SEND --> <SEQ=1><CTL=SYN> ...", `t.txt:4: no state "SYN-SEND"`},
		{"no such event", "(Shut)", "t.txt:4: no event (shut)"},
		{"no number", "(Send many)", `t.txt:4: (send) wants a number, not "many"`},
		{"no such field", "--> <SEQ=1><CTL=SYN><TTL=3> ...", `t.txt:4: no field "TTL"`},
		{"no such bit", "--> <SEQ=1><CTL=SIN> ...", `t.txt:4: no control bit "SIN"`},
		{"no SEQ", "--> <CTL=SYN> ...", "t.txt:4: the segment has no SEQ"},
		{"twice", "--> <SEQ=1><SEQ=1><CTL=SYN> ...", "t.txt:4: SEQ is given twice"},
		{"bit without field", "--> <SEQ=1><CTL=ACK> ...", "t.txt:4: the field ACK and the control bit ACK go together"},
		{"too large", "--> <SEQ=4294967296><CTL=SYN> ...", `t.txt:4: SEQ wants a number, not "4294967296"`},
		{"arrows", "--> <SEQ=1><CTL=SYN> <--", "t.txt:4: a segment cannot go --> <--"},
		{"remark", "(forged) --> <SEQ=1><CTL=SYN> -->", "t.txt:4: (forged) is only for what arrives from the network"},
		{"other remark", "(slow) ... <SEQ=1><CTL=SYN> -->", "t.txt:4: no remark (slow) beside a segment"},
		{"item", "hello", `t.txt:4: neither an event, nor a state, nor what a user hears: "hello"`},
		{"tab", "\t(Open)", "t.txt:4: a tab: columns want blanks"},
		{"policy", "policy: colour=red", `t.txt:4: no policy "colour=red"`},
		{"value", "policy: reopen=red", `t.txt:4: policy reopen has no value "red"`},
		{"policy not seen", "pairs: reopen=red is not seen: why", `t.txt:4: policy reopen has no value "red"`},
		{"no reason", "words: reopen=any-syn is not seen", `t.txt:4: expected POLICY=VALUE is not seen: REASON`},
		{"beginning", "A: SYN-SENT", `t.txt:4: a script cannot begin in "SYN-SENT"`},
		{"setting", "A: CLOSED colour=3", `t.txt:4: no setting "colour"`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse("t", top+c.body)
			if err == nil {
				t.Fatal("it was read")
			}
			if first, _, _ := strings.Cut(err.Error(), "\n"); first != c.want {
				t.Errorf("got  %s\nwant %s", first, c.want)
			}
		})
	}
	if _, err := Parse("t", "title: nobody\n(Open)"); err == nil {
		t.Error("a script without A and B was read")
	}
}

// FuzzParse: no text makes the parser panic, and what it reads can be run.
func FuzzParse(f *testing.F) {
	for _, s := range All() {
		f.Add(s.Text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if s, err := Parse("fuzz", text); err == nil {
			_ = s.Run(nil)
		}
	})
}
