// Package matrix is the command that makes a table of policies against guarantees.
package matrix

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/internal/study"
)

// New returns the command.
func New() *cobra.Command {
	x := options{mem: 1 << 30}
	cmd := &cobra.Command{
		Use:   "matrix",
		Short: "Table of policies against guarantees: which change loses which guarantee?",
		Long: `matrix searches one scenario for each pair of a row (a combination of policies) and a column (a
guarantee). A row names its changes; everything else is as in RFC 9293, with fresh initial
sequence numbers and the full TIME-WAIT. --rows takes factors separated by commas, and makes a row
of every combination. A factor is a policy with all its values, a policy with some of them
(isn=fresh+reused), or policies separated by slashes, of which one is changed at a time. Finished
cells are kept in a cache that belongs to this build of the program, so an interrupted matrix
continues where it stopped.

Exit status: 0 if every cell is VERIFIED or VIOLATED, 3 if one was cut off. No answer is expected,
so there is no status 1.`,
		Example: `  tcpcheck matrix --html matrix.html --svg matrix.svg
  tcpcheck matrix --rows handshake,isn --columns old-syn,old-syn-opening,early-close
  tcpcheck matrix --rows isn=reused,time-wait/rst-in-time-wait/mutant=no-time-wait --show 2.6
  tcpcheck matrix --list                          the policies for rows, and the guarantees`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := flags.Exclusive(cmd.Flags(), "cache", "no-cache"); err != nil {
				return err
			}
			if err := flags.Exclusive(cmd.Flags(), "json", "list", "show"); err != nil {
				return err
			}
			return x.run(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&x.rows, "rows", nil, "the `rows`, as a block of combinations (may be repeated); default: see --list")
	f.StringSliceVar(&x.columns, "columns", nil, "the `guarantees`: names from --list, theorems, or scenario files (.toml) with always or one leads-to, separated by commas")
	f.BoolVar(&x.list, "list", false, "list the policies for rows, and the guarantees; search nothing")
	f.BoolVar(&x.json, "json", false, "print all cells as JSON, with their runs")
	f.StringVar(&x.show, "show", "", "print one cell with its run instead of the table: `row.column`, such as 3.6")
	f.StringVar(&x.svg, "svg", "", "draw a heat map to `file` (-: stdout)")
	f.StringVar(&x.html, "html", "", "write a page to `file`, or to index.html in a directory (-: stdout); a click on a cell opens its run")
	f.StringVar(&x.cache, "cache", "", "keep answers in this `directory` (default: tcpcheck/matrix in the user's cache)")
	f.BoolVar(&x.noCache, "no-cache", false, "search every cell again, and keep nothing")
	flags.Workers(f, &x.workers)
	f.Uint64Var(&x.states, "max-states", matrixStates, "stop the search of a cell, as UNKNOWN, after this `number` of states (0: no limit)")
	f.Var(&x.mem, "mem", "stop the search of a cell, as UNKNOWN, when its tables need more memory: 512MiB, 2GB (0: no limit)")
	flags.Timeout(f, &x.timeout, 0)
	err := cmd.RegisterFlagCompletionFunc("columns", func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		names := prose.Each(study.DefaultColumns(), func(c study.Column) string { return c.Name })
		return flags.CompleteList(names, typed), cobra.ShellCompDirectiveNoFileComp
	})
	if err != nil {
		panic("BUG: " + err.Error())
	}
	return cmd
}

// matrixStates keeps the default matrix short. A limit of states stops a cell at the same place on every computer.
const matrixStates = 100_000

type options struct {
	rows, columns          []string
	list, json, noCache    bool
	show, svg, html, cache string
	workers                int
	states                 uint64
	mem                    flags.Bytes
	timeout                time.Duration
}

func (x *options) run(ctx context.Context, w, stderr io.Writer) error {
	if x.list {
		return listMatrix(w)
	}
	rows, err := x.chooseRows()
	if err != nil {
		return err
	}
	columns, err := x.chooseColumns()
	if err != nil {
		return err
	}
	row, column, err := x.chooseCell(len(rows), len(columns))
	if err != nil {
		return err
	}
	if err := x.check(); err != nil {
		return err
	}
	o := study.FillOptions{Workers: x.workers, Limits: study.Limits{States: x.states, Mem: uint64(x.mem), Timeout: x.timeout}}
	if o.Cache, err = x.openCache(); err != nil {
		return err
	}
	show, done := terminal.StatusLine(stderr)
	kept, again := " and keeps the finished cells", "; the same command continues from here"
	if o.Cache == nil {
		kept, again = "", ""
	}
	if show != nil {
		o.Progress = func(n, total int) {
			show(fmt.Sprintf("%d of %d searches; Ctrl-C ends%s", n, total, kept))
		}
	}
	m, failed := study.Fill(ctx, rows, columns, o)
	done()
	switch {
	case x.json:
		var doc *report.Matrix
		if doc, err = m.Report(); err == nil {
			err = report.Write(w, "matrix", doc)
		}
	case x.show != "":
		err = m.WriteCell(w, row, column)
	case x.svg != "-" && x.html != "-":
		err = m.WriteTable(w)
	}
	if err != nil {
		return err
	}
	if err := x.draw(m, w); err != nil {
		return err
	}
	switch t := m.Count(); {
	case failed != nil: // the other cells were searched nevertheless
		return exit.With(exit.Incomplete, failed.Error())
	case t.Unknown+t.Bounded > 0 && ctx.Err() != nil:
		return exit.With(exit.Incomplete, "interrupted"+again)
	case t.Unknown+t.Bounded > 0:
		return exit.Status(exit.Incomplete)
	}
	return nil
}

func (x *options) chooseRows() ([]study.Row, error) {
	if len(x.rows) == 0 {
		x.rows = study.DefaultRows
	}
	var blocks [][]study.Row
	for _, text := range x.rows {
		block, err := study.ParseRows(text)
		if err != nil {
			return nil, exit.Usagef("--rows: %v", err)
		}
		blocks = append(blocks, block)
	}
	return study.JoinRows(blocks...), nil
}

func (x *options) chooseColumns() (list []study.Column, err error) {
	if len(x.columns) == 0 {
		return study.DefaultColumns(), nil
	}
	for _, name := range x.columns {
		var c study.Column
		if strings.HasSuffix(name, ".toml") {
			data, err := os.ReadFile(name)
			if err != nil {
				return nil, exit.Usagef("--columns: %v: expected a scenario file, as printed by explore --example", err)
			}
			if c, err = study.ColumnFromFile(name, data); err != nil {
				return nil, exit.Usagef("--columns: %v", err)
			}
		} else if c, err = study.ColumnByName(name); err != nil {
			return nil, exit.Usagef("--columns: %v", err)
		}
		list = append(list, c)
	}
	return list, nil
}

// chooseCell reads --show.
func (x *options) chooseCell(rows, columns int) (row, column int, err error) {
	if x.show == "" {
		return 0, 0, nil
	}
	r, c, _ := strings.Cut(x.show, ".")
	row, err1 := strconv.Atoi(r)
	column, err2 := strconv.Atoi(c)
	if err1 != nil || err2 != nil || row < 1 || row > rows || column < 1 || column > columns {
		return 0, 0, exit.Usagef("--show: found %q, expected a row from 1 to %d, a point, and a column from 1 to %d", x.show, rows, columns)
	}
	return row - 1, column - 1, nil
}

// check refuses files that cannot be written, before the search.
func (x *options) check() error {
	if x.html != "" && x.html != "-" {
		if info, err := os.Stat(x.html); err == nil && info.IsDir() || strings.HasSuffix(x.html, string(filepath.Separator)) {
			if err := os.MkdirAll(x.html, 0o755); err != nil {
				return exit.Usagef("--html: %v", err)
			}
			x.html = filepath.Join(x.html, "index.html")
		}
	}
	files := []flags.File{{Flag: "--svg", Name: x.svg}, {Flag: "--html", Name: x.html}}
	var also []string
	if x.json {
		also = append(also, "--json")
	}
	if x.show != "" {
		also = append(also, "--show")
	}
	return flags.Outputs(files, also...)
}

func (x *options) openCache() (*study.Cache, error) {
	if x.noCache {
		return nil, nil
	}
	if x.cache == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			return nil, exit.Usagef("no cache directory (%v): expected --cache DIR or --no-cache", err)
		}
		x.cache = filepath.Join(dir, "tcpcheck", "matrix")
	}
	c, err := study.OpenCache(x.cache, flags.Program())
	if err != nil {
		return nil, exit.Usagef("--cache: %v: expected a directory that can be written to, or --no-cache", err)
	}
	return c, nil
}

// draw writes the pictures that the flags name.
func (x *options) draw(m *study.Matrix, w io.Writer) error {
	if err := flags.WriteTo(x.svg, "--svg", w, m.WriteSVG); err != nil {
		return err
	}
	return flags.WriteTo(x.html, "--html", w, m.WriteHTML)
}

func listMatrix(w io.Writer) error {
	fmt.Fprintf(w, "Policies for rows. A row that does not name a policy has its first value.\n\n")
	for _, ax := range study.Axes() {
		fmt.Fprintf(w, "  %s\n      %s\n      %s\n", ax.Name, prose.Wrap(strings.Join(ax.Values, ", "), 96, "      "), prose.Wrap(ax.Says, 96, "      "))
	}
	fmt.Fprintf(w, "\nRows if --rows is not given, a block a line:\n\n  %s\n", strings.Join(study.DefaultRows, "\n  "))
	fmt.Fprintf(w, "\nGuarantees. Any theorem with a scenario, and any scenario file, can be a column, too.\n\n")
	for _, c := range study.DefaultColumns() {
		fmt.Fprintf(w, "  %s (%s)\n      %s\n", c.Name, c.From, prose.Wrap(c.Says, 96, "      "))
	}
	return nil
}
