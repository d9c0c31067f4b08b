package main

import (
	"context"
	"embed"
	"fmt"
	"math/bits"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/minitcp"
)

//go:embed models stateright/Cargo.toml stateright/Cargo.lock stateright/src
var sources embed.FS

// spin is a row of SPIN: pan compiled with the given flags.
func spin(id, mode, keeps string, lossy bool, flags ...string) row {
	breadth := strings.HasPrefix(strings.Join(flags, " "), "-DBFS")
	return row{
		id: id, mode: mode, keeps: keeps, lossy: lossy, count: countSpin,
		prepare: func(ctx context.Context, w *workshop) (command, error) {
			if err := w.need(ctx, "spin", "spin"); err != nil {
				return command{}, err
			}
			dir, err := w.folder(id, "models/minitcp.pml", nil)
			if err != nil {
				return command{}, err
			}
			generate := []string{"spin", "-a", "-DK=" + strconv.Itoa(w.sys.Wire), "-DOPENS=" + strconv.Itoa(w.sys.Opens), "-DNISS=" + strconv.Itoa(w.sys.Numbers)}
			if breadth {
				generate = append(generate, "-DNOHIDE") // SPIN allows no hidden variables there
			}
			if err := w.run(ctx, dir, append(generate, "minitcp.pml")...); err != nil {
				return command{}, err
			}
			// One process, and safety only: the reduction would cost and could reduce nothing.
			if err := w.compile(ctx, dir, "pan.c", "pan", append([]string{"-DSAFETY", "-DNOREDUCE"}, flags...)...); err != nil {
				return command{}, err
			}
			return command{argv: append([]string{filepath.Join(dir, "pan")}, panArgs(id, w.expected)...), dir: dir}, nil
		},
	}
}

// panArgs sizes pan's tables for so many states: 1.5 to 3 slots a state, or for bitstate 200 to 400 bits, since SPIN's
// report calls less than 100 too few. The depth is left at its default of 10,000 steps: a longer stack would only cost
// memory, and a search that needed it says so.
func panArgs(id string, expected uint64) []string {
	slots := func(n uint64) string { return "-w" + strconv.Itoa(max(16, bits.Len64(n))) }
	switch id {
	case "spin-bit":
		return []string{slots(200 * expected), "-k3"}
	case "spin-par":
		return []string{slots(3 * expected / 2), "-u2"}
	default:
		return []string{slots(3 * expected / 2)}
	}
}

// stateright is a row of the Rust program in stateright/.
func stateright(id, strategy string, threads int) row {
	mode := fmt.Sprintf("%s, %d thread%s", strings.ToUpper(strategy), threads, plural(threads))
	return row{
		id: id, mode: mode, keeps: hash64, count: countOurs,
		prepare: func(ctx context.Context, w *workshop) (command, error) {
			bin, err := w.stateright(ctx)
			n := strconv.Itoa
			return command{argv: []string{bin, strategy, n(w.sys.Wire), n(w.sys.Opens), n(w.sys.Numbers), n(threads)}}, err
		},
	}
}

// rumur is a row of the Murphi model.
func rumur(id string, threads int) row {
	mode := fmt.Sprintf("BFS, %d thread%s", threads, plural(threads))
	return row{
		id: id, mode: mode, keeps: states, count: countRumur,
		prepare: func(ctx context.Context, w *workshop) (command, error) {
			if err := w.need(ctx, "rumur", "rumur"); err != nil {
				return command{}, err
			}
			dir, err := w.folder(id, "models/minitcp.m", murphiConstants(w.sys))
			if err != nil {
				return command{}, err
			}
			err = w.run(ctx, dir, "rumur", "--deadlock-detection", "off", "--threads", strconv.Itoa(threads), "--output", "verifier.c", "minitcp.m")
			if err != nil {
				return command{}, err
			}
			var flags []string
			if runtime.GOARCH == "amd64" {
				flags = append(flags, "-mcx16") // its verifier swaps double words
			}
			if err := w.compile(ctx, dir, "verifier.c", "verifier", append(flags, "-lpthread")...); err != nil {
				return command{}, err
			}
			return command{argv: []string{filepath.Join(dir, "verifier")}, dir: dir}, nil
		},
	}
}

// tlc is a row of the TLA+ model.
func tlc(id string, workers int) row {
	mode := fmt.Sprintf("BFS, %d worker%s", workers, plural(workers))
	return row{
		id: id, mode: mode, keeps: hash64, count: countTLC,
		prepare: func(ctx context.Context, w *workshop) (command, error) {
			if w.tlc == "" {
				return command{}, absent("no TLC: --tlc names its tla2tools.jar")
			}
			jar, err := filepath.Abs(w.tlc)
			if err != nil {
				return command{}, err
			}
			if err := w.need(ctx, "java", ""); err != nil {
				return command{}, err
			}
			dir, err := w.folder(id, "models/minitcp.tla", nil)
			if err != nil {
				return command{}, err
			}
			if _, err := w.folder(id, "models/L.cfg", tlaConstants(w.sys)); err != nil {
				return command{}, err
			}
			return command{dir: dir, argv: []string{"java", "-XX:+UseParallelGC", "-cp", jar, "tlc2.TLC", "-workers", strconv.Itoa(workers),
				"-config", "L.cfg", "-metadir", "found", "minitcp.tla"}}, nil
		},
	}
}

// edit replaces what a pattern matches in a model: Murphi and TLA+ take no constants on the command line.
type edit struct{ pattern, with string }

func murphiConstants(sys minitcp.System) []edit {
	return []edit{
		{`(?m)^  K: \d+;`, fmt.Sprintf("  K: %d;", sys.Wire)},
		{`(?m)^  OPENS: \d+;`, fmt.Sprintf("  OPENS: %d;", sys.Opens)},
		{`(?m)^  NISS: \d+;`, fmt.Sprintf("  NISS: %d;", sys.Numbers)},
	}
}

func tlaConstants(sys minitcp.System) []edit {
	return []edit{
		{`(?m)^  K = .*`, fmt.Sprintf("  K = %d", sys.Wire)},
		{`(?m)^  OPENS = .*`, fmt.Sprintf("  OPENS = %d", sys.Opens)},
		{`(?m)^  ISS = .*`, "  ISS = {" + [...]string{"0", "0,3", "0,3,5"}[sys.Numbers-1] + "}"},
	}
}

// edited returns an embedded file after the edits, each of which must find exactly one place.
func edited(name string, edits []edit) ([]byte, error) {
	text, err := sources.ReadFile(name)
	if err != nil {
		return nil, err
	}
	for _, e := range edits {
		re := regexp.MustCompile(e.pattern)
		if n := len(re.FindAll(text, -1)); n != 1 {
			return nil, fmt.Errorf("%s: found %d lines like %s, expected one", name, n, e.pattern)
		}
		text = re.ReplaceAllLiteral(text, []byte(e.with))
	}
	return text, nil
}

// folder writes an embedded file into the folder of a row and returns the folder.
func (w *workshop) folder(id, name string, edits []edit) (string, error) {
	dir := filepath.Join(w.dir, id)
	text, err := edited(name, edits)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	return dir, os.WriteFile(filepath.Join(dir, filepath.Base(name)), text, 0o644)
}
