package conform

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// Patience is the usual time limit for an answer.
const Patience = 10 * time.Second

// Program is a program that speaks the line format of PROTOCOL.md.
type Program struct {
	Argv       []string
	Patience   time.Duration // the time limit for an answer, in addition to the time that it is asked to sleep
	Transcript io.Writer     // each request and each line of an answer is written to it; nil: none
}

// Exec starts a program that speaks the line format of PROTOCOL.md. If a request is not answered within patience, plus
// the time that the program was asked to sleep, the program is killed and the request fails. What it writes to its
// standard error is part of the error if it dies.
func Exec(patience time.Duration, argv ...string) (Peer, error) {
	return Program{Argv: argv, Patience: patience}.Start()
}

// Start starts the program; see Exec.
func (p Program) Start() (Peer, error) {
	cmd := exec.Command(p.Argv[0], p.Argv[1:]...)
	c := &client{patience: p.Patience, transcript: p.Transcript}
	cmd.Stderr = &c.says
	cmd.WaitDelay = time.Second // a child of the program may keep its standard error open
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%w: expected a program that speaks the line format of conform/PROTOCOL.md", err)
	}
	c.r, c.w = bufio.NewReader(out), in
	c.kill = func() { cmd.Process.Kill(); in.Close(); out.Close() } // a child of the program may keep the pipes open
	wait := sync.OnceValue(cmd.Wait)
	c.stop = func() error {
		in.Close()
		defer time.AfterFunc(p.Patience, c.kill).Stop()
		return wait()
	}
	if err := c.greet(); err != nil {
		c.kill()
		wait()
		return nil, fmt.Errorf("%s: %w", p.Argv[0], err)
	}
	return c, nil
}

// Death says that a program ended, or did not answer, when it was asked something.
type Death struct {
	Request string
	How     string // "exit status 2", "signal: segmentation fault", "none within 10s"
	Came    string // what it had answered by then
	Said    string // on its standard error since the request
}

func (d *Death) Error() string {
	text := fmt.Sprintf(`answer to %q: expected a line that begins with "done", got %s`, d.Request, d.How)
	if d.Came != "" {
		text += fmt.Sprintf(", after %q", d.Came)
	}
	if d.Said != "" {
		text += "; its standard error:\n" + d.Said
	}
	return text
}

// stderr keeps the beginning and the end of what a program writes there.
type stderr struct {
	mu   sync.Mutex
	head []byte
	tail []byte
}

const mostStderr = 2000

func (s *stderr) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := min(len(b), mostStderr-len(s.head))
	s.head = append(s.head, b[:n]...)
	if s.tail = append(s.tail, b[n:]...); len(s.tail) > mostStderr {
		s.tail = bytes.Clone(s.tail[len(s.tail)-mostStderr:])
	}
	return len(b), nil
}

func (s *stderr) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.head, s.tail = s.head[:0], s.tail[:0]
}

// String has a few of the first and of the last lines.
func (s *stderr) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(string(s.head)+string(s.tail)), "\n")
	if n := len(lines); n > 8 {
		lines = append(append(lines[:3:3], "..."), lines[n-4:]...)
	}
	for i := range lines {
		lines[i] = "        " + strings.TrimSpace(lines[i])
	}
	return strings.TrimRight(strings.Join(lines, "\n"), " \n")
}
