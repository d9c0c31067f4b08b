package serve

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/internal/render/sequence"
	"github.com/tcpcheck/tcpcheck/properties"
)

// shown is an entry of an exported gallery.
type shown struct {
	entry
	Found   string // what the search of today found
	Picture string // the file with its run; empty if there is none
}

// Names lists what Export can write.
func Names() (names []string) {
	for _, s := range everything().Shelves {
		for _, e := range s.Entries {
			names = append(names, e.Name)
		}
	}
	return names
}

// Export writes the galleries as files that any web server can hold: a page, and a picture of each run that a search
// finds. If there are names, it writes only these entries. say is told of each.
func Export(ctx context.Context, dir string, names []string, l Limits, say func(string)) error {
	if err := os.MkdirAll(filepath.Join(dir, "runs"), 0o777); err != nil {
		return err
	}
	type section struct {
		Title   string
		Entries []shown
	}
	var sections []section
	for _, s := range everything().Shelves {
		sec := section{Title: s.Title}
		for _, e := range s.Entries {
			if len(names) > 0 && !slices.Contains(names, e.Name) {
				continue
			}
			one, err := exportRun(ctx, dir, e, l)
			if err != nil {
				return fmt.Errorf("%s: %w", e.Name, err)
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
			say(fmt.Sprintf("%s: %s", e.Name, one.Found))
			sec.Entries = append(sec.Entries, one)
		}
		if len(sec.Entries) > 0 {
			sections = append(sections, sec)
		}
	}
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, "export.html", sections); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "run.css"), []byte(sequence.Style()), 0o666); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "index.html"), b.Bytes(), 0o666)
}

// exportRun searches for the run of an entry, and writes its picture.
func exportRun(ctx context.Context, dir string, e entry, l Limits) (shown, error) {
	one := shown{entry: e}
	a, err := e.Subject.resolve()
	if err != nil {
		return one, err
	}
	one.Says = a.says // with all premises
	o, err := a.Answer(ctx, properties.Settings{MaxStates: l.States, MaxMem: l.Mem, Timeout: l.Timeout})
	if err != nil {
		one.Found = "UNKNOWN: " + err.Error()
		return one, nil
	}
	run := o.Actions()
	one.Found = fmt.Sprintf("%s; %s searched", o.Verdict, were(prose.Count(o.Distinct, "state")))
	if o.Verdict != explore.Violated {
		return one, nil
	}
	one.Found = fmt.Sprintf("VIOLATED after %s: %s", prose.Count(len(run.Actions), "step"), o.Violated)
	one.Picture = "runs/" + strings.Map(plain, a.title) + ".svg"
	f, err := os.Create(filepath.Join(dir, one.Picture))
	if err != nil {
		return one, err
	}
	options := sequence.Options{Title: a.title, Options: ladder.Options{Violated: o.Violated, Why: o.Why, Part: o.Part, Loop: run.Loop}}
	if o.Why == "" {
		options.Why = properties.Meaning(o.Violated)
	}
	err = sequence.Write(f, o.System, o.System.MustReplay(run), options, "svg")
	return one, errors.Join(err, f.Close())
}

// plain is a letter that every file system has.
func plain(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' {
		return r
	}
	return '-'
}
