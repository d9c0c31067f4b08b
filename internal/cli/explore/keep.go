package explore

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// keeper has the flags for the store of a search, and for resuming it.
type keeper struct {
	store  storeFlag
	dir    string
	resume string

	remote     Remote // nil: the program has directories only, and no engine
	engine     string
	partitions int

	without netfake.Reductions // those that are switched off, or were in the kept search
	asked   asking             // the liveness questions of the kept search
	asker   string             // the theorem of the kept search, which may have another one
}

func (k *keeper) flags(f *pflag.FlagSet) {
	flags.Group(f, flags.Search, func(f *pflag.FlagSet) {
		f.Var(&k.store, "store", "what to keep of each state: exact (all), compact (a fingerprint, in a tenth of the memory), or disk (the same fingerprints, in files)")
		f.StringVar(&k.dir, "dir", "", "keep the search in the new directory `dir`, so that it can be resumed after any interruption")
		f.StringVar(&k.resume, "resume", "", "continue the search that is kept in `dir`")
		if k.remote != nil {
			f.StringVar(&k.engine, "engine", "", "have the tasks of a search with --store disk carried out by the workers that are connected to this `engine`: temporal://HOST:PORT")
			f.IntVar(&k.partitions, "partitions", 0, "with --store disk: into how `many` parts to divide a new search, a power of two (0: 16); with --engine, twice the number of all workers or more")
		}
	})
}

func (k *keeper) check(args []string, theorem string) error {
	switch {
	case k.resume != "" && k.dir != "":
		return exit.Usagef("--dir %s: found --resume %s too, expected one of the two", k.dir, k.resume)
	case k.resume == "" && k.dir == "" && (explore.Store(k.store) == explore.Disk || k.engine != ""):
		return exit.Usagef("--store disk: expected --dir, a new directory for the files")
	case k.remote == nil && isURL(k.place()):
		return exit.Usagef("%s: expected a directory; the program in the folder cluster opens such a place", k.place())
	case k.resume != "" && (len(args) > 0 || theorem != ""):
		return exit.Usagef("--resume %s: found a scenario too, expected none, since the directory has its own", k.resume)
	}
	if k.engine != "" || isURL(k.place()) {
		k.store = storeFlag(explore.Disk)
	}
	return nil
}

// place is where the search is kept.
func (k *keeper) place() string { return cmp.Or(k.resume, k.dir) }

// Lines of the identity of a kept search. recall reads them.
const (
	lineScenario  = "scenario: "
	lineSometimes = "sometimes: "
	lineStore     = "store: "
	lineReduced   = "reduced by: "
	lineTheorem   = "asked by theorem: "
	linePossible  = "possible: "
	lineLeadsTo   = "leads to: "
	lineWithin    = "within: "
	lineFair      = "fair: "
)

// recall reads the scenario that is kept in a directory, and its questions.
func (k *keeper) recall(ctx context.Context) (file []byte, sometimes []string, err error) {
	files, err := k.storage(ctx)
	if err != nil {
		return nil, nil, err
	}
	lines, err := explore.Identity(ctx, files)
	if err != nil {
		return nil, nil, exit.Usagef("--resume: %v", err)
	}
	var b bytes.Buffer
	k.asked.fair = fairAll
	for _, line := range lines {
		what, text, _ := strings.Cut(line, ": ")
		switch what + ": " {
		case lineScenario:
			b.WriteString(text + "\n")
		case lineSometimes:
			sometimes = append(sometimes, text)
		case lineStore:
			err = k.store.Set(text)
		case lineReduced:
			k.without = netfake.AllReductions
			for i, name := range netfake.ReductionNames {
				if slices.Contains(strings.Split(text, ","), name) {
					k.without &^= 1 << i
				}
			}
		case lineTheorem:
			k.asker = text
		case linePossible:
			k.asked.possible = append(k.asked.possible, text)
		case lineLeadsTo:
			k.asked.leadsTo = append(k.asked.leadsTo, text)
		case lineWithin:
			k.asked.within, err = strconv.Atoi(text)
		case lineFair:
			k.asked.fair = text
		}
		if err != nil {
			return nil, nil, exit.Usagef("--resume %s: %s: %v", k.resume, what, err)
		}
	}
	return b.Bytes(), sometimes, nil
}

// keep sets the store and the identity in the options of a search.
func (k *keeper) keep(ctx context.Context, o *properties.Options, file scenario.File) (err error) {
	o.Store, o.Dir, o.Resume, o.Partitions = explore.Store(k.store), k.place(), k.resume != "", k.partitions
	if o.Dir == "" {
		return nil
	}
	if isURL(o.Dir) {
		if o.Storage, err = k.storage(ctx); err != nil {
			return err
		}
	}
	o.Identity = []string{"program: " + flags.Program()}
	for line := range strings.Lines(string(scenario.Format(file))) {
		o.Identity = append(o.Identity, lineScenario+strings.TrimRight(line, "\n"))
	}
	o.Identity = append(o.Identity, k.questionLines()...)
	return nil
}

// questionLines writes the liveness questions as lines of the identity.
func (k *keeper) questionLines() (lines []string) {
	if k.asker != "" {
		lines = append(lines, lineTheorem+k.asker)
	}
	for _, text := range k.asked.possible {
		lines = append(lines, linePossible+text)
	}
	for _, text := range k.asked.leadsTo {
		lines = append(lines, lineLeadsTo+text)
	}
	if len(k.asked.leadsTo) > 0 {
		lines = append(lines, lineWithin+strconv.Itoa(k.asked.within), lineFair+k.asked.fair)
	}
	return lines
}

// storeFlag is a flag that takes the name of a store.
type storeFlag explore.Store

// Set reads a name.
func (s *storeFlag) Set(text string) error {
	st, ok := explore.StoreByName(text)
	if !ok {
		return exit.Usagef("found %q, expected exact, compact or disk", text)
	}
	*s = storeFlag(st)
	return nil
}

// String returns the name.
func (s *storeFlag) String() string { return explore.Store(*s).String() }

// Type is the name of the value in the help.
func (s *storeFlag) Type() string { return "store" }
