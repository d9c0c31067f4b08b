package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/minitcp"
)

// workshop is where tools are found, installed and built.
type workshop struct {
	sys      minitcp.System
	expected uint64 // distinct states, to size tables by
	dir      string // a folder of this run's own
	cargo    string // a folder that stays, for what Rust has compiled
	tlc      string // path of tla2tools.jar, or empty
	install  bool   // whether Debian packages may be installed
	optimize string // of the C compiler
	say      io.Writer

	updated bool // whether apt-get update was run
	built   map[string]build
}

type build struct {
	bin string
	err error
}

// absent is an error that says why a tool is missing on this machine.
type absent string

func (a absent) Error() string { return string(a) }

// run runs one command of a build in dir. What it prints is shown only if it fails, and then its last line.
func (w *workshop) run(ctx context.Context, dir string, argv ...string) error {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("%s: %v: %s", argv[0], err, lastLine(string(out)))
	}
	return err
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}

// need finds a program, or with --install installs the Debian package that has it.
func (w *workshop) need(ctx context.Context, program, pkg string) error {
	if _, err := exec.LookPath(program); err == nil {
		return nil
	}
	if pkg == "" {
		return absent("no " + program)
	}
	if !w.install {
		return absent("no " + program + " (Debian's package " + pkg + "; --install installs it)")
	}
	if _, err := exec.LookPath("apt-get"); err != nil || os.Geteuid() != 0 {
		return absent("no " + program + ", and --install needs apt-get and root")
	}
	fmt.Fprintf(w.say, "installing Debian's package %s\n", pkg)
	if !w.updated {
		w.updated = true
		if err := w.run(ctx, "", "apt-get", "update", "-qq"); err != nil {
			fmt.Fprintln(w.say, err) // the lists that are there may do
		}
	}
	if err := w.run(ctx, "", "apt-get", "install", "-y", "-qq", pkg); err != nil {
		return absent(fmt.Sprintf("no %s: %v", program, err))
	}
	if _, err := exec.LookPath(program); err != nil {
		return absent("no " + program + ", even with the package " + pkg)
	}
	return nil
}

// compile makes bin of a C file in dir. Libraries may be among the flags, since they follow the file.
func (w *workshop) compile(ctx context.Context, dir, file, bin string, flags ...string) error {
	if err := w.need(ctx, "cc", "gcc"); err != nil {
		return err
	}
	return w.run(ctx, dir, append([]string{"cc", w.optimize, "-march=native", "-w", "-o", bin, file}, flags...)...)
}

// once builds what several rows share.
func (w *workshop) once(name string, make func() (string, error)) (string, error) {
	b, ok := w.built[name]
	if !ok {
		b.bin, b.err = make()
		if w.built == nil {
			w.built = map[string]build{}
		}
		w.built[name] = b
	}
	return b.bin, b.err
}

// floor builds the command of that name. It must be run inside of the module.
func (w *workshop) floor(ctx context.Context) (string, error) {
	return w.once("floor", func() (string, error) {
		if err := w.need(ctx, "go", ""); err != nil {
			return "", err
		}
		bin := filepath.Join(w.dir, "floor")
		return bin, w.run(ctx, "", "go", "build", "-buildvcs=false", "-o", bin, "github.com/tcpcheck/tcpcheck/bench/floor")
	})
}

// stateright builds the Rust program. What Stateright itself compiles to is kept for the next time.
func (w *workshop) stateright(ctx context.Context) (string, error) {
	return w.once("stateright", func() (string, error) {
		if err := w.need(ctx, "cargo", ""); err != nil {
			return "", err
		}
		dir := filepath.Join(w.dir, "stateright")
		if err := os.MkdirAll(filepath.Join(dir, "src"), 0o755); err != nil {
			return "", err
		}
		for _, name := range []string{"Cargo.toml", "Cargo.lock", "src/main.rs"} {
			text, err := sources.ReadFile("stateright/" + name)
			if err != nil {
				return "", err
			}
			if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), text, 0o644); err != nil {
				return "", err
			}
		}
		fmt.Fprintln(w.say, "building Stateright's program")
		err := w.run(ctx, dir, "cargo", "build", "--quiet", "--release", "--locked", "--target-dir", w.cargo)
		return filepath.Join(w.cargo, "release", "minitcp-stateright"), err
	})
}
