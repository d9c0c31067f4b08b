package conform

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/internal/report/documents"
)

// comparing reports whether two runs are compared with each other, and not one with a table.
func (x *options) comparing() bool { return x.baseline != "" || x.against != "" }

// earlier is the run with which the present one is compared: that of a file, or of another program.
func (x *options) earlier(cmd *cobra.Command) (*conform.Report, error) {
	if x.baseline != "" {
		return readBaseline(x.baseline)
	}
	argv := strings.Fields(x.against)
	if len(argv) == 0 {
		return nil, exit.Usagef("--against: found nothing, expected a program")
	}
	o, err := x.options()
	if err != nil {
		return nil, err
	}
	return x.check(cmd, conform.Program{Argv: argv, Patience: x.patience}.Start, o)
}

// readBaseline reads what conform --json printed. Of that, it needs the version and the differences.
func readBaseline(file string) (*conform.Report, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, exit.Usagef("--baseline: %v", err)
	}
	var r struct {
		Command       string
		SchemaVersion int
		Name, Version string
		Interrupted   bool
		Differences   map[string]string
	}
	if err := json.Unmarshal(text, &r); err != nil || r.Command != "conform" || r.Differences == nil {
		return nil, exit.Usagef("--baseline %s: expected what conform --json prints (%v)", file, err)
	}
	if r.SchemaVersion != report.Version {
		return nil, exit.Usagef("--baseline %s: found version %d of the format, expected %d", file, r.SchemaVersion, report.Version)
	}
	return &conform.Report{Hello: conform.Hello{Name: r.Name, Version: r.Version}, Interrupted: r.Interrupted, Differences: r.Differences}, nil
}

// changesOf groups the pairs whose answer is another one.
func changesOf(was, now *conform.Report, among func(pair string) bool) *documents.Changes {
	c := &documents.Changes{
		From: documents.StackVersion{Name: was.Name, Version: was.Version}, To: documents.StackVersion{Name: now.Name, Version: now.Version},
		Changes: []documents.Change{},
	}
	pairs := map[[2]string][]string{}
	for _, list := range []map[string]string{was.Differences, now.Differences} {
		for pair := range list {
			key := [2]string{was.Differences[pair], now.Differences[pair]}
			if key[0] != key[1] && among(pair) && !slices.Contains(pairs[key], pair) {
				pairs[key] = append(pairs[key], pair)
			}
		}
	}
	for key, list := range pairs {
		slices.Sort(list)
		c.Pairs += len(list)
		c.Changes = append(c.Changes, documents.Change{Was: key[0], Now: key[1], Pairs: list})
	}
	slices.SortFunc(c.Changes, func(a, b documents.Change) int {
		return cmp.Or(-cmp.Compare(len(a.Pairs), len(b.Pairs)), strings.Compare(a.Was+a.Now, b.Was+b.Now))
	})
	return c
}

// tellChanges prints what changed. The status is that of the changes.
func (x *options) tellChanges(cmd *cobra.Command, was, now *conform.Report, o conform.Options) error {
	c := changesOf(was, now, func(pair string) bool { return o.Pairs == nil || o.Pairs.MatchString(pair) })
	w := cmd.OutOrStdout()
	var err error
	if x.json {
		err = report.Write(w, "conform", c)
	} else {
		writeChanges(w, c)
	}
	switch {
	case err != nil:
		return err
	case was.Interrupted || now.Interrupted || now.Stopped != "":
		return exit.Status(exit.Incomplete)
	case c.Pairs > 0:
		return exit.Status(exit.Violated)
	}
	return nil
}

func writeChanges(w io.Writer, c *documents.Changes) {
	fmt.Fprintf(w, "%s %s, before it %s %s: %d pairs changed, in %d ways\n",
		c.To.Name, c.To.Version, c.From.Name, c.From.Version, c.Pairs, len(c.Changes))
	const same = "what the model does"
	for _, x := range c.Changes {
		fmt.Fprintf(w, "\n%d pairs: it was: %s\n    it is now: %s\n", len(x.Pairs), cmp.Or(x.Was, same), cmp.Or(x.Now, same))
		for _, p := range x.Pairs[:min(len(x.Pairs), 4)] {
			fmt.Fprintf(w, "    %s\n", p)
		}
		if n := len(x.Pairs) - 4; n > 0 {
			fmt.Fprintf(w, "    and %d more\n", n)
		}
	}
}
