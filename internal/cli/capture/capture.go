// Package capture is the command that compares captures of real connections with RFC 9293.
package capture

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tcpcheck/tcpcheck/internal/capture"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/runfiles"
	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/wire"
)

// New returns the command.
func New() *cobra.Command {
	var t options
	cmd := &cobra.Command{
		Use:   "capture FILE...",
		Short: "Compare a capture of real connections with RFC 9293",
		Long: `capture reads captures (pcap, pcapng, or the output of tcpdump; - is the standard input), also when
they are compressed by gzip or zstd. For each connection it works out how it was opened and closed,
in which states both ends can be after each segment, and which segments an endpoint that follows
RFC 9293 cannot have sent.

It draws a capture of a few connections segment by segment. If a capture has more than --ladders
connections, it prints one line for each connection with something doubtful or impossible, and
then totals; --flow and --where choose connections. The totals are those of the whole capture; the
exit status depends on the chosen connections. It needs memory for the connections that are open
at the same time.

Exit status: 0 if nothing impossible was found, 1 if something was, 2 if a capture is unusable or
cut (the others are read all the same) or if no connection matches --flow, 3 if interrupted.`,
		Example: `  tcpcheck capture capture.pcap
  tcpdump -n -S -r capture.pcap tcp | tcpcheck capture -
  tcpcheck capture capture.pcap --flow 192.0.2.1:4000-198.51.100.7:80
  tcpcheck capture capture.pcap --flow :80 --json
  tcpcheck capture capture.pcap --where 'ended=reset state=ESTABLISHED'
  tcpcheck capture capture.pcap --by host`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return exit.Usagef("capture: found no file, expected a capture, or - for stdin")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return t.run(cmd.Context(), args, cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.StringVar(&t.pictures.Picture, "picture", "", "draw each connection that is drawn as text to `file` as well: .svg, .png, .pdf, .tex; a second one goes to file-2, and so on")
	f.BoolVar(&t.json, "json", false, "print one JSON object a line: the connections, then a summary of each file")
	f.StringVar(&t.flow, "flow", "", "draw the connections of this `socket`, or between two sockets: "+
		"192.0.2.1, :80, 192.0.2.1:80, 192.0.2.1:80-198.51.100.7:4000")
	f.StringVar(&t.where, "where", "", "report only connections of which all these `words` hold, such as 'ended=reset state=ESTABLISHED'; keys: "+whereKeys+
		". Blanks in a value are written as -; state is one in which the end that sent the first RST can have been")
	f.StringVar(&t.by, "by", "", "print a table of counts: by `what`, one of host, port, opened, ended")
	f.DurationVar(&t.twoMSL, "time-wait", 4*time.Minute, "how long TIME-WAIT lasts on the hosts of the capture")
	f.BoolVar(&t.summary, "summary", false, "print only the totals")
	f.BoolVar(&t.lines, "lines", false, "print a line for each connection that is not drawn")
	f.IntVar(&t.ladders, "ladders", 20, "draw the connections if there are at most this many")
	return cmd
}

type options struct {
	json, summary, lines bool
	flow, where, by      string
	conditions           []condition
	pictures             runfiles.Pictures
	twoMSL               time.Duration
	ladders              int

	wanted []socket
	seen   []string // some connections of the capture, as values of --flow
	names  map[string]bool
	shown  int
	width  int // of a line
	out    io.Writer
	stderr io.Writer
}

// run reads every capture. It goes on to the next one after one that is unusable.
func (t *options) run(ctx context.Context, names []string, stdin io.Reader, out, stderr io.Writer) (err error) {
	if err := t.pictures.Check(t.json || t.summary || t.by != ""); err != nil {
		return err
	}
	if strings.HasSuffix(t.pictures.Picture, ".mmd") {
		return exit.Usagef("--picture %s: expected a name that ends in .svg, .png, .pdf or .tex", t.pictures.Picture)
	}
	if t.wanted, err = parseFlow(t.flow); err != nil {
		return err
	}
	if t.conditions, err = parseWhere(t.where); err != nil {
		return err
	}
	switch {
	case t.by != "" && groupings[t.by] == nil:
		return exit.Usagef("--by %s: expected one of host, port, opened, ended", t.by)
	case t.by != "" && t.json:
		return exit.Usagef("--by: found --json too, which has every connection")
	case t.twoMSL <= 0:
		return exit.Usagef("--time-wait %v: expected a duration above 0", t.twoMSL)
	case t.ladders < 0:
		return exit.Usagef("--ladders %d: expected a whole number from 0", t.ladders)
	}
	t.out, t.stderr, t.width, t.names = out, stderr, terminal.Columns(out), map[string]bool{}
	if t.width == 0 {
		t.width = capture.PageWidth
	}
	impossible := 0
	var failed error
	for _, name := range names {
		n, err := t.file(ctx, name, stdin)
		if err != nil {
			if !errors.As(err, new(exit.Error)) {
				return err // nothing more can be written
			}
			if failed != nil {
				fmt.Fprintln(stderr, "tcpcheck:", failed)
			}
			failed = err
		}
		impossible += n
		if ctx.Err() != nil {
			return failed
		}
	}
	switch {
	case failed != nil:
		return failed
	case t.wanted != nil && t.conditions == nil && t.shown == 0:
		return exit.Usagef("--flow %s: found no such connection, expected one of %s", t.flow, prose.Some(t.seen))
	case impossible > 0:
		return exit.Status(exit.Violated)
	}
	return nil
}

// file reads one capture, and returns how many impossible things it has.
func (t *options) file(ctx context.Context, name string, stdin io.Reader) (impossible int, err error) {
	r, size := stdin, int64(0)
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return 0, exit.Usagef("%v: expected a capture", err)
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			size = info.Size()
		}
		r = f
	}
	ahead := newReadAhead(ctx, r)
	defer ahead.stop()
	src, err := capture.Open(ahead, name)
	if err != nil {
		if ctx.Err() != nil {
			return 0, exit.With(exit.Incomplete, name+": interrupted before the first packet")
		}
		return 0, exit.Usagef("%v", err)
	}
	line, done := terminal.StatusLine(t.stderr)
	ahead.progress(line, size, src.Packets)
	report := t.report(name)
	o := capture.Options{TwoMSL: t.twoMSL, Ladders: report.ladders, Keep: report.keep}
	sum, err := capture.Judge(src, o, func(c *capture.Connection) {
		t.note(c)
		done()
		report.take(c)
	})
	done()
	said := ""
	if err != nil {
		said = strings.TrimPrefix(err.Error(), name+": ")
	}
	if ctx.Err() != nil {
		said = fmt.Sprintf("interrupted after %d packets", sum.Packets)
	}
	if err := report.finish(name, sum, said); err != nil {
		return 0, err
	}
	t.shown += report.shown
	switch {
	case ctx.Err() != nil:
		return report.impossible, exit.With(exit.Incomplete, name+": "+said)
	case err != nil:
		return report.impossible, exit.Usagef("%s: %s", name, said)
	}
	return report.impossible, nil
}

// note remembers the connections of the capture, for the message about a --flow that matches none.
func (t *options) note(c *capture.Connection) {
	if t.wanted == nil || len(t.seen) == 1000 {
		return
	}
	name := fmt.Sprintf("%v-%v", c.Sockets[capture.A], c.Sockets[capture.B])
	if !t.names[name] {
		t.names[name] = true
		t.seen = append(t.seen, name)
	}
}

// socket is an address, or any, and a port unless that is 0.
type socket struct {
	addr netip.Addr
	port uint16
}

func parseFlow(text string) (list []socket, err error) {
	if text == "" {
		return nil, nil
	}
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '-' }) {
		s, ok := parseSocket(part)
		if !ok || len(list) == 2 {
			return nil, exit.Usagef("--flow %s: found %q, expected one or two of 192.0.2.1, :80, 192.0.2.1:80 or [2001:db8::1]:80", text, part)
		}
		list = append(list, s)
	}
	return list, nil
}

func parseSocket(text string) (socket, bool) {
	if a, err := netip.ParseAddr(text); err == nil {
		return socket{addr: a.Unmap()}, true
	}
	if digits, ok := strings.CutPrefix(text, ":"); ok {
		port, err := strconv.ParseUint(digits, 10, 16)
		return socket{port: uint16(port)}, err == nil && port > 0
	}
	ap, err := netip.ParseAddrPort(text)
	return socket{ap.Addr().Unmap(), ap.Port()}, err == nil
}

// is reports whether at matches the socket.
func (s socket) is(at netip.AddrPort) bool {
	return (!s.addr.IsValid() || at.Addr().Unmap() == s.addr) && (s.port == 0 || s.port == at.Port())
}

// wants reports whether --flow matches: each of its sockets must be another end of f.
func (t *options) wants(f wire.Flow) bool {
	switch w := t.wanted; len(w) {
	case 0:
		return true
	case 1:
		return w[0].is(f.Src) || w[0].is(f.Dst)
	default:
		return w[0].is(f.Src) && w[1].is(f.Dst) || w[0].is(f.Dst) && w[1].is(f.Src)
	}
}
