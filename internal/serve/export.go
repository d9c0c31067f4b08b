package serve

import (
	"bytes"
	"context"
	"errors"
	"fmt"
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
func Names() []string {
	names := []string{matrixPart, boundsPart}
	for _, s := range everything().Shelves {
		for _, e := range s.Entries {
			names = append(names, e.Name)
		}
	}
	return names
}

// Export writes pages as files that any web server or folder can hold: the galleries with a picture of each run that a
// search finds, the manual and the other documents, the matrix, and the smallest safe values. If there are names, it
// writes of the galleries, the matrix and the values only what they name. say is told of each.
func Export(ctx context.Context, dir string, names []string, l Limits, say func(string)) error {
	f, err := newFiles(dir, names, l, say)
	if err != nil {
		return err
	}
	if err := errors.Join(f.assets(), f.documents(), f.stacks()); err != nil {
		return err
	}
	wanted := func(name string) bool { return len(names) == 0 || slices.Contains(names, name) }
	if wanted(matrixPart) {
		if err := f.matrix(ctx); err != nil {
			return err
		}
	}
	if err := f.galleries(ctx, wanted); err != nil {
		return err
	}
	if wanted(boundsPart) {
		return f.bounds(ctx)
	}
	return nil
}

// galleries writes the entries that are wanted.
func (f *files) galleries(ctx context.Context, wanted func(string) bool) error {
	type section struct {
		Title   string
		Entries []shown
	}
	var sections []section
	for _, s := range everything().Shelves {
		sec := section{Title: s.Title}
		for _, e := range s.Entries {
			if !wanted(e.Name) {
				continue
			}
			one, err := f.entry(ctx, e)
			if err != nil {
				return fmt.Errorf("%s: %w", e.Name, err)
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
			f.say(fmt.Sprintf("%s: %s", e.Name, one.Found))
			sec.Entries = append(sec.Entries, one)
		}
		if len(sec.Entries) > 0 {
			sections = append(sections, sec)
		}
	}
	return f.page("index.html", "export.html", sections)
}

// entry searches for the run of an entry, and writes its picture.
func (f *files) entry(ctx context.Context, e entry) (shown, error) {
	one := shown{entry: e}
	a, err := e.Subject.resolve()
	if err != nil {
		return one, err
	}
	one.Says = a.says // with all premises
	o, err := a.Answer(ctx, properties.Settings{MaxStates: f.limits.States, MaxMem: f.limits.Mem, Timeout: f.limits.Timeout})
	if err != nil {
		one.Found = "UNKNOWN: " + err.Error()
		return one, nil
	}
	run := o.Actions()
	one.Found = fmt.Sprintf("%s; %s searched", o.Verdict, were(prose.Count(o.Distinct, "state")))
	switch {
	case o.Verdict == explore.Bounded, o.Verdict == explore.Unknown:
		one.Found += "; cut off: " + o.Reason
	case o.Verdict == explore.Verified && o.Witness != "" && !o.Witnessed:
		one.Found += "; this says nothing, since " + o.Witness + " was not reached"
	}
	if o.Verdict != explore.Violated {
		return one, nil
	}
	one.Found = fmt.Sprintf("VIOLATED after %s: %s", prose.Count(len(run.Actions), "step"), o.Violated)
	one.Picture = "runs/" + strings.Map(plain, a.title) + ".svg"
	options := sequence.Options{Title: a.title, Options: ladder.Options{Violated: o.Violated, Why: o.Why, Part: o.Part, Loop: run.Loop}}
	if o.Why == "" {
		options.Why = properties.Meaning(o.Violated)
	}
	var b bytes.Buffer
	if err := sequence.Write(&b, o.System, o.System.MustReplay(run), options, "svg"); err != nil {
		return one, err
	}
	return one, f.write(one.Picture, b.Bytes())
}

// plain is a letter that every file system has.
func plain(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' {
		return r
	}
	return '-'
}
