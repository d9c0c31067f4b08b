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
)

// Serve is the other end of Exec: it reads requests, lets the peer carry them out, and writes the answers, until the
// requests end.
func Serve(p Peer, r io.Reader, w io.Writer) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	out := bufio.NewWriter(w)
	for n := 1; lines.Scan(); n++ {
		if err := answer(p, lines.Text(), out); err != nil {
			return fmt.Errorf("request %d, %q: %w", n, short(lines.Text()), err)
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
	return lines.Err()
}

func answer(p Peer, line string, w io.Writer) error {
	h := p.Hello()
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "hello":
		_, err := fmt.Fprintf(w, "hello %s %s %s %s%s\ndone\n", h.Name, h.Version,
			choose(h.Virtual, "virtual", "real"), choose(h.Tells, "tells", "silent"), choose(h.Backlog, " backlog", ""))
		return err
	case "reset":
		a, b, _ := strings.Cut(rest, " ")
		local, err := netip.ParseAddrPort(a)
		remote, err2 := netip.ParseAddrPort(b)
		if err != nil || err2 != nil {
			return fmt.Errorf("expected reset LOCAL REMOTE, each an address and a port")
		}
		var no Refusal
		if err := p.Reset(local, remote); err != nil && !errors.As(err, &no) {
			return err
		}
		return say(w, h, Reaction{Gone: true, Error: string(no)})
	}
	in, err := input(word, rest)
	if err != nil {
		return err
	}
	reaction, err := p.Do(in)
	if err != nil {
		return err
	}
	return say(w, h, reaction)
}

// input reads a request that is an Input.
func input(word, rest string) (Input, error) {
	op := slices.Index(opNames[:], word)
	if op < 0 {
		return Input{}, fmt.Errorf("expected hello, reset, or one of %v", opNames)
	}
	in := Input{Op: Op(op)}
	var err error
	switch {
	case in.Op == Send, in.Op == Receive:
		in.N, err = strconv.Atoi(rest)
		if in.N < 0 {
			err = strconv.ErrRange
		}
	case in.Op == Listen && rest != "":
		if in.N, err = strconv.Atoi(rest); err != nil || in.N <= 0 {
			err = fmt.Errorf("no argument is expected, but for a backlog")
		}
	case in.Op == Packet:
		in.Bytes, err = hex.DecodeString(rest)
	case in.Op == Sleep:
		var n uint64
		n, err = strconv.ParseUint(rest, 10, 50)
		in.For = time.Duration(n) * time.Microsecond
	default:
		if rest != "" {
			err = fmt.Errorf("no argument is expected")
		}
	}
	return in, err
}

func say(w io.Writer, h Hello, r Reaction) error {
	for _, p := range r.Packets {
		fmt.Fprintf(w, "packet %d %x\n", p.After.Microseconds(), p.Bytes)
	}
	for _, s := range r.Signals {
		fmt.Fprintf(w, "signal %s\n", s)
	}
	if len(r.Text) > 0 {
		fmt.Fprintf(w, "text %x\n", r.Text)
	}
	if r.Error != "" {
		fmt.Fprintf(w, "error %s\n", r.Error)
	}
	var err error
	switch {
	case !h.Tells:
		_, err = fmt.Fprintln(w, "done")
	case r.Gone:
		_, err = fmt.Fprintln(w, "done gone")
	default:
		_, err = fmt.Fprintln(w, "done", r.State)
	}
	return err
}

func choose(b bool, yes, no string) string {
	if b {
		return yes
	}
	return no
}
