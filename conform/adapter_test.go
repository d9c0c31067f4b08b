package conform_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tcpcheck/tcpcheck/conform"
)

// edit changes the lines of one answer to a request.
type edit func(request string, answer []string) []string

// faulty is the model behind the line format, with a fault between the two.
func faulty(t *testing.T, change edit) func() (conform.Peer, error) {
	return func() (conform.Peer, error) {
		requests, ask := io.Pipe()
		answers, say := io.Pipe()
		go relay(requests, say, change)
		t.Cleanup(func() { ask.Close(); answers.Close() })
		return conform.Dial(answers, ask)
	}
}

// relay serves the model line by line, and changes each answer.
func relay(requests io.Reader, say *io.PipeWriter, change edit) {
	in, toModel := io.Pipe()
	fromModel, out := io.Pipe()
	go conform.Serve(machine(), in, out)
	lines := bufio.NewScanner(fromModel)
	lines.Buffer(nil, 1<<20)
	asked := bufio.NewScanner(requests)
	asked.Buffer(nil, 1<<20)
	for asked.Scan() {
		fmt.Fprintln(toModel, asked.Text())
		var answer []string
		for lines.Scan() {
			answer = append(answer, lines.Text())
			if strings.HasPrefix(lines.Text(), "done") {
				break
			}
		}
		for _, line := range change(asked.Text(), answer) {
			if line == "EOF" {
				say.Close()
				return
			}
			if _, err := fmt.Fprintln(say, line); err != nil {
				return
			}
		}
	}
	say.Close()
	toModel.Close()
}

// lines makes an edit of a change of every line.
func lines(change func(line string) string) edit {
	return func(_ string, answer []string) []string {
		for i := range answer {
			answer[i] = change(answer[i])
		}
		return answer
	}
}

func replace(old, new string) edit {
	return lines(func(line string) string { return strings.ReplaceAll(line, old, new) })
}

// packets changes the octets of every packet, as hexadecimal digits.
func packets(change func(micros, digits string) string) edit {
	return lines(func(line string) string {
		f := strings.Fields(line)
		if f[0] != "packet" {
			return line
		}
		return "packet " + change(f[1], f[2])
	})
}

// scaled changes the times of packets.
func scaled(by func(n int) int) edit {
	return packets(func(micros, digits string) string {
		n, _ := strconv.Atoi(micros)
		return strconv.Itoa(by(n)) + " " + digits
	})
}

// before adds lines to the answers to some requests.
func before(request string, more ...string) edit {
	return func(asked string, answer []string) []string {
		if strings.HasPrefix(asked, request) {
			return append(more[:len(more):len(more)], answer...)
		}
		return answer
	}
}

// ending changes the last line of the answers to some requests.
func ending(request, line string) edit {
	return func(asked string, answer []string) []string {
		if asked == request {
			answer[len(answer)-1] = line
		}
		return answer
	}
}

// late answers each request with the answer to the one before it.
func late() edit {
	last := []string{"done gone"}
	return func(request string, answer []string) []string {
		if request == "hello" {
			return answer
		}
		answer, last = last, answer
		return answer
	}
}

// twoSignals tells each signal in the next answer again.
func twoSignals() edit {
	var again []string
	return func(request string, answer []string) []string {
		if strings.HasPrefix(request, "reset") {
			again = nil
		}
		out := append(again[:len(again):len(again)], answer...)
		again = nil
		for _, line := range answer {
			if strings.HasPrefix(line, "signal") {
				again = append(again, line)
			}
		}
		return out
	}
}

// Faults of an adapter are reported as its own, with the place, before anything is compared.
func TestFaultsOfAnAdapterAreItsOwn(t *testing.T) {
	for name, x := range map[string]struct {
		fault edit
		want  string
	}{
		"hello malformed":             {replace("virtual tells", "fast"), `answer to "hello": expected one line "hello NAME VERSION`},
		"text before hello":           {before("hello", "my stack 1.0 starts"), `answer to "hello": expected one line`},
		"an echo":                     {func(request string, _ []string) []string { return []string{request, "EOF"} }, `answer to "hello": expected a line that begins with "done", got EOF, after "hello"`},
		"done without a state":        {replace("done SYN-SENT", "done"), `answer to "connect": expected "done" and a state of RFC 9293`},
		"a state misspelt":            {replace("SYN-RECEIVED", "SYN_RCVD"), `got "done SYN_RCVD"`},
		"a packet without a time":     {packets(func(_, digits string) string { return digits }), `expected "packet MICROSECONDS HEX"`},
		"an Ethernet header":          {packets(func(us, digits string) string { return us + " 0200000000010200000000020800" + digits }), "a packet that cannot be read: IP header at octet 0"},
		"a bad checksum":              {packets(func(us, digits string) string { return us + " " + digits[:72] + "abcd" + digits[76:] }), "a packet with a wrong checksum"},
		"half a packet":               {packets(func(us, digits string) string { return us + " " + digits[:len(digits)/4*2] }), "a packet that cannot be read"},
		"another address":             {packets(func(us, digits string) string { return us + " " + digits[:24] + "0a000001" + digits[32:] }), "a packet with other sockets: 10.0.0.1:80"},
		"milliseconds":                {scaled(func(n int) int { return n / 1000 }), "the unit is microseconds"},
		"nanoseconds":                 {scaled(func(n int) int { return n * 1000 }), "expected at most the 3000000 that were slept"},
		"the time since the start":    {scaled(func(n int) int { return n + 5e6 }), "a packet after 5000000 microseconds, expected at most the 0"},
		"a signal twice in an answer": {lines(func(l string) string { return strings.Replace(l, "signal opened", "signal opened\nsignal opened", 1) }), "expected each signal once"},
		"a signal in two answers":     {twoSignals(), "the signal opened a second time"},
		"no signals":                  {lines(func(l string) string { return strings.Replace(l, "signal opened", "text", 1) }), "no signal opened by now"},
		"a signal of its own":         {replace("signal opened", "signal connected"), "expected one of the signals"},
		"answers one request late":    {late(), `at "connect": found 0 packets, expected a SYN`},
		"data wrong by one":           {replace("text 000102", "text 010203"), "the text 010203, expected 000102"},
		"error OK":                    {before("connect", "error OK"), `at "connect": found the error "OK", expected none`},
		"gone after release":          {ending("release", "done gone"), "the state is that of the connection, not of the socket"},
		"a line of a log":             {before("listen", "[tcp] listening"), `expected packet, text, signal, error or done, got "[tcp] listening"`},
		"it ends":                     {before("listen", "EOF"), `answer to "listen": expected a line that begins with "done", got EOF`},
	} {
		_, err := conform.Check(context.Background(), faulty(t, x.fault), conform.Options{Pairs: regexp.MustCompile("^CLOSED")})
		if err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: got %v, want %s", name, err, x.want)
		}
	}
}

// An error of form in the middle of the run ends it, and is no difference.
func TestAnErrorOfFormLaterEndsTheRun(t *testing.T) {
	n := 0
	open := faulty(t, func(request string, answer []string) []string {
		if n++; n > 400 {
			return append([]string{"what"}, answer...)
		}
		return answer
	})
	_, err := conform.Check(context.Background(), open, conform.Options{})
	var form *conform.FormError
	if !errors.As(err, &form) {
		t.Errorf("got %v, want an error of form", err)
	}
}

// A program that dies is reported with its status and its last words, and the run stops after twenty times.
func TestAProgramThatDiesOften(t *testing.T) {
	start := time.Now()
	open := func() (conform.Peer, error) { return dies{machine()}, nil }
	r := check(t, open, conform.Options{})
	if r.OK() || !strings.Contains(text(t, r), "stopped: the stack died, or did not answer, 20 times") || r.Unexplained > 25 {
		t.Errorf("%v: %s", time.Since(start), text(t, r))
	}
	p, err := conform.Exec(time.Minute, "sh", "-c", "read x; echo hello me 1 virtual tells; echo done; read x; echo out of memory >&2; kill -SEGV $$")
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Do(conform.Input{Op: conform.Listen})
	p.Close()
	if err == nil || !strings.Contains(err.Error(), "signal: segmentation fault") || !strings.Contains(err.Error(), "out of memory") {
		t.Errorf("got %v", err)
	}
}
