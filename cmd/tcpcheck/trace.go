package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tcpcheck/tcpcheck/trace"
)

func newTraceCmd() *cobra.Command {
	var t tracer
	cmd := &cobra.Command{
		Use:   "trace FILE...",
		Short: "Hold a capture of real connections against RFC 9293",
		Long: `trace reads captures (pcap, pcapng, or the text that tcpdump prints; - is stdin) and infers for each
connection how it was opened and closed, which states its ends can have been in after every segment,
and which segments no endpoint that follows RFC 9293 can have sent.

Exit status: 0 if nothing impossible was seen, 1 if something was, 2 for an unusable capture, though
the others are judged all the same, or if no connection is that of --flow.`,
		Example: `  tcpcheck trace capture.pcap
  tcpdump -n -S -r capture.pcap tcp | tcpcheck trace -
  tcpcheck trace capture.pcap --flow 192.0.2.1:80 --json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("trace: found no file, expected a capture, or - for stdin")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return t.run(args, cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.BoolVar(&t.json, "json", false, "print one JSON object a line: the connections, then a summary of each file")
	f.StringVar(&t.flow, "flow", "", "only connections with this `socket`, or these: 192.0.2.1, 192.0.2.1:80, 192.0.2.1:80,198.51.100.7:4000")
	f.DurationVar(&t.twoMSL, "time-wait", 4*time.Minute, "how long TIME-WAIT lasts where the capture was made")
	f.BoolVar(&t.summary, "summary", false, "only the summary")
	return cmd
}

type tracer struct {
	json, summary bool
	flow          string
	twoMSL        time.Duration

	seen  []string // the connections that there are, as --flow takes them
	shown int
	width int // of the terminal, 0 if it is none
}

// run judges every capture; one that is unusable does not keep it from the next.
func (t *tracer) run(names []string, stdin io.Reader, out, stderr io.Writer) error {
	endOnInterrupt()
	wanted, err := parseFlow(t.flow)
	if err != nil {
		return err
	}
	if t.twoMSL <= 0 {
		return usagef("--time-wait %v: expected a duration above 0", t.twoMSL)
	}
	t.width = columns(out)
	impossible := 0
	var failed error
	for _, name := range names {
		n, err := t.file(name, wanted, stdin, out)
		if err != nil {
			if !errors.As(err, new(exitError)) {
				return err // nothing more can be written
			}
			if failed != nil {
				fmt.Fprintln(stderr, "tcpcheck:", failed)
			}
			failed = err
		}
		impossible += n
	}
	switch {
	case failed != nil:
		return failed
	case wanted != nil && t.shown == 0:
		return usagef("--flow %s: found no such connection, expected one of %s", t.flow, some(t.seen))
	case impossible > 0:
		return exitError{exitViolated, ""}
	}
	return nil
}

// file judges one capture, and returns how many impossible things it shows.
func (t *tracer) file(name string, wanted []socket, stdin io.Reader, out io.Writer) (impossible int, err error) {
	r := stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return 0, usagef("%v: expected a capture", err)
		}
		defer f.Close()
		r = f
	}
	src, err := trace.Open(r, name)
	if err != nil {
		return 0, usagef("%v", err)
	}
	shown := 0
	var failed error
	sum, err := trace.Judge(src, trace.Options{TwoMSL: t.twoMSL}, func(c *trace.Connection) {
		t.note(c)
		if !matches(c, wanted) || failed != nil {
			return
		}
		shown++
		impossible += c.Count(trace.Impossible)
		switch {
		case t.summary:
		case t.json:
			failed = encodeLine(out, c)
		default:
			if failed = c.WriteWidth(out, t.width); failed == nil {
				_, failed = fmt.Fprintln(out)
			}
		}
	})
	t.shown += shown
	if failed != nil {
		return 0, failed
	}
	if t.json {
		if failed := encodeLine(out, struct {
			File string `json:"file"`
			trace.Summary
		}{name, sum}); failed != nil {
			return 0, failed
		}
	} else {
		tellSummary(out, name, sum, shown)
	}
	if err != nil {
		return impossible, usagef("%s: %v", name, strings.TrimPrefix(err.Error(), name+": "))
	}
	return impossible, nil
}

// note remembers which connections there are, for who asks for another.
func (t *tracer) note(c *trace.Connection) {
	name := fmt.Sprintf("%v,%v", c.Sockets[trace.A], c.Sockets[trace.B])
	if t.flow != "" && !slices.Contains(t.seen, name) && len(t.seen) < 1000 {
		t.seen = append(t.seen, name)
	}
}

func tellSummary(w io.Writer, name string, s trace.Summary, shown int) {
	fmt.Fprintf(w, "%s: %s, %d packets, %d of TCP, %d connections (%d shown); %d impossible, %d doubtful\n",
		name, s.Format, s.Packets, s.Segments, s.Connections, shown, s.Impossible, s.Doubt)
	for _, l := range []struct {
		word   string
		counts map[string]int
	}{{"opened", s.Opened}, {"closed", s.Closed}, {"skipped", s.Skipped}} {
		for _, k := range slices.Sorted(maps.Keys(l.counts)) {
			fmt.Fprintf(w, "  %-8s %6d  %s\n", l.word, l.counts[k], k)
		}
	}
	if s.BadChecksums > 0 {
		fmt.Fprintf(w, "  %d segments with a wrong checksum, which is ordinary where a network card computes it\n", s.BadChecksums)
	}
}

// socket is an address, and a port unless that is 0.
type socket struct {
	addr netip.Addr
	port uint16
}

func parseFlow(text string) (list []socket, err error) {
	if text == "" {
		return nil, nil
	}
	for _, part := range strings.Split(text, ",") {
		if a, err := netip.ParseAddr(part); err == nil {
			list = append(list, socket{addr: a})
			continue
		}
		ap, err := netip.ParseAddrPort(part)
		if err != nil || len(list) == 2 {
			return nil, usagef("--flow %s: found %q, expected one or two of 192.0.2.1, 192.0.2.1:80 or [2001:db8::1]:80", text, part)
		}
		list = append(list, socket{ap.Addr(), ap.Port()})
	}
	return list, nil
}

// matches reports whether each wanted socket is one of the two ends, and not both the same.
func matches(c *trace.Connection, wanted []socket) bool {
	is := func(s socket, end int) bool {
		at := c.Sockets[end]
		return at.Addr().Unmap() == s.addr.Unmap() && (s.port == 0 || s.port == at.Port())
	}
	switch len(wanted) {
	case 0:
		return true
	case 1:
		return is(wanted[0], 0) || is(wanted[0], 1)
	}
	return is(wanted[0], 0) && is(wanted[1], 1) || is(wanted[0], 1) && is(wanted[1], 0)
}
