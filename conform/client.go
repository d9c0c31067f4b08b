package conform

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// FormError says that an answer is not in the form of PROTOCOL.md: the fault of an adapter, and not of its stack.
type FormError struct{ text string }

func (e *FormError) Error() string { return e.text }

func formErrorf(format string, args ...any) error { return &FormError{fmt.Sprintf(format, args...)} }

// Dial returns a peer at the other end of a pipe that speaks the line format.
func Dial(r io.Reader, w io.Writer) (Peer, error) {
	c := &client{r: bufio.NewReader(r), w: w}
	if err := c.greet(); err != nil {
		return nil, err
	}
	return c, nil
}

type client struct {
	r     *bufio.Reader
	w     io.Writer
	hello Hello
	stop  func() error

	patience   time.Duration // 0: forever
	kill       func()
	says       stderr
	transcript io.Writer
}

// greet asks the program for its name and properties.
func (c *client) greet() error {
	lines, _, err := c.ask("hello", 0)
	if err != nil {
		return err
	}
	if len(lines) == 1 {
		f := strings.Split(lines[0], " ")
		backlog := len(f) == 6 && f[5] == "backlog"
		if (len(f) == 5 || backlog) && f[0] == "hello" {
			virtual, tells := f[3] == "virtual", f[4] == "tells"
			if (virtual || f[3] == "real") && (tells || f[4] == "silent") {
				c.hello = Hello{Name: f[1], Version: f[2], Virtual: virtual, Tells: tells, Backlog: backlog}
				return nil
			}
		}
	}
	for i := range lines {
		lines[i] = short(lines[i])
	}
	return formErrorf(`answer to "hello": expected one line "hello NAME VERSION virtual|real tells|silent [backlog]", got %q`, lines)
}

func (c *client) Hello() Hello { return c.hello }

func (c *client) Close() error {
	if c.stop == nil {
		return nil
	}
	return c.stop()
}

func (c *client) Reset(local, remote netip.AddrPort) error {
	r, err := c.react(fmt.Sprintf("reset %v %v", local, remote), 0)
	if err == nil && r.Error != "" {
		return Refusal(r.Error)
	}
	return err
}

func (c *client) Do(in Input) (Reaction, error) { return c.react(request(in), in.For) }

func request(in Input) string {
	switch in.Op {
	case Send, Receive:
		return fmt.Sprintf("%v %d", in.Op, in.N)
	case Listen:
		if in.N > 0 {
			return fmt.Sprintf("%v %d", in.Op, in.N)
		}
	case Packet:
		return fmt.Sprintf("%v %x", in.Op, in.Bytes)
	case Sleep:
		return fmt.Sprintf("%v %d", in.Op, in.For.Microseconds())
	}
	return in.Op.String()
}

// mostAnswer is how many octets an answer may have. A request makes a stack send a window of text at most.
const mostAnswer = 16 << 20

// ask sends a request and reads its answer up to the line "done". It returns the rest of that line. The answer to a
// sleep may take that much longer.
func (c *client) ask(req string, sleep time.Duration) (lines []string, done string, err error) {
	c.says.reset()
	c.note("> " + req)
	if c.patience > 0 {
		if c.hello.Virtual {
			sleep = 0
		}
		late := time.AfterFunc(c.patience+sleep, c.kill)
		defer func() {
			if !late.Stop() && err != nil {
				err = c.died(req, fmt.Sprintf("none within %v", c.patience+sleep), lines)
			}
		}()
	}
	if _, err := fmt.Fprintln(c.w, req); err != nil {
		return nil, "", c.died(req, c.end(err), nil)
	}
	for left := mostAnswer; ; {
		line, err := c.line(&left)
		if err != nil {
			if line != "" {
				lines = append(lines, line)
			}
			return lines, "", c.died(req, c.end(err), lines)
		}
		line = strings.TrimSuffix(line, "\n")
		c.note("< " + line)
		if rest, ok := strings.CutPrefix(line, "done"); ok {
			return lines, strings.TrimPrefix(rest, " "), nil
		}
		lines = append(lines, line)
	}
}

// note writes a line of the transcript.
func (c *client) note(line string) {
	if c.transcript != nil {
		fmt.Fprintln(c.transcript, line)
	}
}

// end says how the program ended, if it has ended.
func (c *client) end(err error) string {
	if c.stop == nil || errors.Is(err, errTooMuch) {
		return err.Error()
	}
	time.AfterFunc(time.Second, c.kill) // it may have closed its output and still run
	if ended := c.stop(); ended != nil {
		return ended.Error()
	}
	return "the end of the program (exit status 0)"
}

func (c *client) died(req, how string, lines []string) error {
	d := &Death{Request: short(req), How: how, Said: c.says.String()}
	if n := len(lines); n > 0 {
		d.Came = short(lines[n-1])
	}
	c.note("! " + how)
	if d.Said != "" {
		c.note(d.Said)
	}
	return d
}

// failureOf says how a stack failed, in words that are the same for equal failures.
func failureOf(err error) string {
	var d *Death
	if errors.As(err, &d) {
		return d.How
	}
	return short(err.Error())
}

var errTooMuch = fmt.Errorf("more than %d octets without it", mostAnswer)

// line reads one line, and subtracts its length from the octets that the answer may still have.
func (c *client) line(left *int) (string, error) {
	var line []byte
	for {
		piece, err := c.r.ReadSlice('\n')
		if line, *left = append(line, piece...), *left-len(piece); *left < 0 {
			if c.kill != nil {
				c.kill()
			}
			return "", errTooMuch
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return string(line), err
		}
	}
}

func (c *client) react(req string, sleep time.Duration) (Reaction, error) {
	lines, done, err := c.ask(req, sleep)
	if err != nil {
		return Reaction{}, err
	}
	var r Reaction
	for _, line := range lines {
		if err := r.read(line); err != nil {
			return r, formErrorf("answer to %q: %v", short(req), err)
		}
	}
	switch state, ok := model.ParseState(done); {
	case !c.hello.Tells && done == "":
	case !c.hello.Tells:
		return r, formErrorf(`answer to %q: expected "done", since no states are told, got "done %s"`, short(req), done)
	case done == "gone":
		r.Gone = true
	case ok:
		r.State = state
	default:
		return r, formErrorf(`answer to %q: expected "done" and a state of RFC 9293, or "done gone", got "done %s"`, short(req), done)
	}
	return r, nil
}

// read parses one line of an answer.
func (r *Reaction) read(line string) error {
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "packet":
		micros, digits, _ := strings.Cut(rest, " ")
		n, err := strconv.ParseUint(micros, 10, 50)
		b, err2 := hex.DecodeString(digits)
		if err != nil || err2 != nil || len(b) == 0 {
			return fmt.Errorf(`expected "packet MICROSECONDS HEX", got %q`, short(line))
		}
		r.Packets = append(r.Packets, Sent{After: time.Duration(n) * time.Microsecond, Bytes: b})
	case "text":
		b, err := hex.DecodeString(rest)
		if err != nil {
			return fmt.Errorf(`expected "text HEX", got %q`, short(line))
		}
		r.Text = append(r.Text, b...)
	case "signal":
		s := Signal(rest)
		switch {
		case !slices.Contains(signals, s):
			return fmt.Errorf("expected one of the signals %v, got %q", signals, short(line))
		case slices.Contains(r.Signals, s):
			return fmt.Errorf("expected each signal once, got %q a second time", short(line))
		}
		r.Signals = append(r.Signals, s)
	case "error":
		r.Error = rest
	default:
		return fmt.Errorf("expected packet, text, signal, error or done, got %q", short(line))
	}
	return nil
}

// short shortens a line for an error message.
func short(s string) string {
	if len(s) > 60 {
		return s[:57] + "..."
	}
	return s
}
