package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/term"
)

// The exit statuses, as those of tcpcheck.
const (
	exitSurvivor   = 1
	exitUsage      = 2
	exitIncomplete = 3
)

func main() { os.Exit(mutate(os.Args[1:], os.Stdout, os.Stderr)) }

// mutate is the command.
func mutate(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("mutate", flag.ContinueOnError)
	flags.SetOutput(stderr)
	only := flags.String("only", "", "try only the mutants of these `names`, with commas between them")
	markdown := flags.Bool("markdown", false, "print the table as a part of docs/MUTANTS.md, and try nothing")
	check := flags.String("check", "", "compare the table with the one in this `file`")
	verbose := flags.Bool("v", false, "print what the tests print")
	sample := flags.Int("sample", 0, "try only so many `mutants` that are not open, drawn at random (0: all)")
	seed := flags.Uint64("seed", uint64(time.Now().UnixNano()), "the `seed` of the sample")
	workers := flags.Int("workers", 2, "how many mutants to try at a time")
	if flags.Parse(args) != nil {
		return exitUsage
	}
	fail := func(status int, err error) int {
		fmt.Fprintln(stderr, "mutate:", err)
		return status
	}
	chosen, err := choose(*only)
	if err == nil && (flags.NArg() > 0 || *workers < 1 || *sample < 0) {
		err = errors.New("expected no arguments, at least one worker, and no sample below 0")
	}
	if err != nil {
		return fail(exitUsage, err)
	}
	if *only != "" && (*check != "" || *markdown) {
		return fail(exitUsage, errors.New("--only: expected without --check and --markdown, which are of the whole table"))
	}
	if *markdown {
		fmt.Fprint(stdout, document(chosen))
		return 0
	}
	if *check != "" {
		if err := compare(*check, chosen); err != nil {
			return fail(exitSurvivor, err)
		}
	}
	if *sample > 0 && *sample < len(chosen) {
		chosen = slices.DeleteFunc(chosen, func(m Mutant) bool { return m.Open != "" })
		fmt.Fprintf(stdout, "%d of %d mutants, drawn by --seed %d\n", *sample, len(chosen), *seed)
		rng := rand.New(rand.NewPCG(*seed, 0))
		rng.Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
		chosen = chosen[:min(*sample, len(chosen))]
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	r := reporter{w: stdout, verbose: *verbose}
	err = tryAll(ctx, chosen, *workers, progress(stderr), r.add)
	switch {
	case ctx.Err() != nil:
		return fail(exitIncomplete, errors.New("interrupted"))
	case err != nil:
		return fail(exitUsage, err)
	case r.wrong > 0:
		return fail(exitUsage, fmt.Errorf("%d of %d rows are wrong", r.wrong, len(chosen)))
	case r.survive > 0:
		return fail(exitSurvivor, fmt.Errorf("%d of %d mutants survive", r.survive, len(chosen)))
	}
	fmt.Fprintf(stdout, "%d mutants, 0 survive, %d are open\n", len(chosen), r.open)
	return 0
}

// choose finds the mutants of a list of names, or all.
func choose(only string) (chosen []Mutant, err error) {
	all := Table()
	if only == "" {
		return all, nil
	}
	for name := range strings.SplitSeq(only, ",") {
		i := slices.IndexFunc(all, func(m Mutant) bool { return m.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("no mutant %q: the table is in internal/mutate/table_*.go", name)
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}

// progress says how far it is, on a terminal.
func progress(w io.Writer) func(done, all int, what string) {
	if f, ok := w.(*os.File); !ok || !term.IsTerminal(int(f.Fd())) {
		return func(int, int, string) {}
	}
	return func(done, all int, what string) {
		fmt.Fprintf(w, "\r\x1b[K%d of %d: %s", done, all, what)
		if done == all {
			fmt.Fprint(w, "\r\x1b[K")
		}
	}
}

// tryAll checks the table, runs each test without a mutant, and then tries the mutants. It tells how far it is, and yields what became
// of them, in the order of the table.
func tryAll(ctx context.Context, ms []Mutant, workers int, tell func(done, all int, what string), yield func(*Mutant, outcome)) error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	for i := range ms {
		err = errors.Join(err, ms[i].check(root))
	}
	if err != nil {
		return err
	}
	tmp, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	b := &bench{root, tmp}
	tested := map[string]bool{}
	for i := range ms {
		key := fmt.Sprint(ms[i].killer(), ms[i].Draw)
		if tested[key] {
			continue
		}
		tested[key] = true
		tell(i, len(ms)+1, ms[i].killer()+" without a mutant")
		if err := b.passes(ctx, &ms[i]); err != nil {
			return err
		}
	}
	b.all(ctx, ms, workers, tell, yield)
	return nil
}

// all tries the mutants, a few at a time.
func (b *bench) all(ctx context.Context, ms []Mutant, workers int, tell func(done, all int, what string), yield func(*Mutant, outcome)) {
	outcomes := make([]*outcome, len(ms))
	next := make(chan int)
	var mu sync.Mutex
	var group sync.WaitGroup
	done, told := 0, 0
	for range workers {
		group.Go(func() {
			for i := range next {
				o := b.try(ctx, &ms[i])
				mu.Lock()
				outcomes[i] = &o
				done++
				tell(done, len(ms), ms[i].Name)
				for ; told < len(ms) && outcomes[told] != nil; told++ {
					yield(&ms[told], *outcomes[told])
				}
				mu.Unlock()
			}
		})
	}
	for i := range ms {
		if ctx.Err() == nil {
			next <- i
		}
	}
	close(next)
	group.Wait()
}

func moduleRoot() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("expected to be in the module: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}
