// Package serve is the command that shows the explorer on a local web page.
package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/serve"
)

// New returns the command.
func New() *cobra.Command {
	o := options{limits: serve.Limits{AtOnce: 2}}
	cmd := &cobra.Command{
		Use:   "serve [--export DIR [NAME...]]",
		Short: "Make a run step by step on a page in your browser",
		Long: `serve shows the explorer on a web page of this computer. Choose a theorem, a hazard or a claim, or
edit a scenario. The page lists what can happen, and a click lets it happen. It draws the run, and
shows both endpoints, the network, the invariants and the paragraph of RFC 9293 of each step. From
each position it can search for a shortest run to a violation or to a pair of states. A capture can
be dropped on it. The page's link leads to the same position again.

--export writes pages as files that any web server or folder can hold: the galleries with a picture
of each run, the manual and the other documents, the stacks, the matrix and the smallest safe values
with their runs. With names it writes only these theorems, variants, hazards and claims, and of the
other pages the documents and the stacks; "matrix" and "bounds" are names, too.

Only this computer can open the page. The limits below are those of each search that it asks for.
Ctrl-C ends.`,
		Example: `  tcpcheck serve
  tcpcheck serve --port 8080 --timeout 5m
  tcpcheck serve --export lecture two-segments-old-data no-wait-old-fin matrix`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 && o.export == "" {
				return exit.Usagef("serve: found %q, expected no argument without --export", args[0])
			}
			for _, name := range args {
				if known := serve.Names(); !slices.Contains(known, name) {
					return flags.Unknown(fmt.Sprintf("name %q", name), name, known)
				}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.export != "" {
				return o.write(cmd.Context(), args, cmd.OutOrStdout())
			}
			return o.run(cmd.Context(), cmd.Root().Version, cmd.OutOrStdout())
		},
	}
	f := cmd.Flags()
	f.Uint16Var(&o.port, "port", 7293, "the `port` of the page (0: any that is free)")
	f.StringVar(&o.export, "export", "", "write the pages as files into `directory`, and serve nothing")
	f.Uint64Var(&o.limits.States, "max-states", 2_000_000, "stop a search after this `number` of distinct states")
	o.mem = 1 << 30
	f.Var(&o.mem, "mem", "stop a search when its tables need more memory (0: no limit)")
	flags.Timeout(f, &o.limits.Timeout, time.Minute)
	return cmd
}

type options struct {
	port   uint16
	export string
	mem    flags.Bytes
	limits serve.Limits
}

// write exports the galleries.
func (o *options) write(ctx context.Context, names []string, out io.Writer) error {
	o.limits.Mem = uint64(o.mem)
	err := serve.Export(ctx, o.export, names, o.limits, func(line string) { fmt.Fprintln(out, line) })
	switch {
	case ctx.Err() != nil:
		return exit.With(exit.Incomplete, "interrupted")
	case err != nil:
		return exit.Usagef("--export %s: %v", o.export, err)
	}
	_, err = fmt.Fprintf(out, "%s has the page\n", filepath.Join(o.export, "index.html"))
	return err
}

// run serves until the context ends.
func (o *options) run(ctx context.Context, version string, out io.Writer) error {
	o.limits.Mem = uint64(o.mem)
	at, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", o.port))
	if err != nil {
		return exit.Usagef("--port %d: %v; expected a port that is free", o.port, err)
	}
	server := &http.Server{Handler: serve.New(version, o.limits), ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 1 << 16,
		BaseContext: func(net.Listener) context.Context { return ctx }}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if _, err := fmt.Fprintf(out, "http://%s/\nOpen this page in a browser. Ctrl-C ends.\n", at.Addr()); err != nil {
		return err
	}
	if err := server.Serve(at); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
