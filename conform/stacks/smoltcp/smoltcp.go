// Package smoltcp puts smoltcp (crates.io), a TCP for bare metal in Rust, under test: src/main.rs is a program that holds it
// and speaks the line format of conform/PROTOCOL.md. It is built here, where cargo is installed.
package smoltcp

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/tcpcheck/tcpcheck/conform"
)

// source is the program, so that it can be built from wherever we run.
//
//go:embed Cargo.toml Cargo.lock build.rs src/main.rs
var source embed.FS

// ErrUnavailable is wrapped by an error of New where the program can not be built for want of cargo, or of the crates.
var ErrUnavailable = errors.New("smoltcp is not to be had")

// New starts the program, after building it the first time, in a directory of the user's cache.
func New() (conform.Peer, error) {
	program, err := build()
	if err != nil {
		return nil, err
	}
	return conform.Exec(conform.Patience, program)
}

func build() (program string, err error) {
	dir, err := unpack()
	if err != nil {
		return "", err
	}
	program = filepath.Join(dir, "target", "release", "smoltcp-under-test")
	if _, err := os.Stat(program); err == nil {
		return program, nil // cargo puts it there when it is whole
	}
	if _, err := exec.LookPath("cargo"); err != nil {
		return "", fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if err := cargo(dir, "fetch", "--locked"); err != nil {
		return "", fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return program, cargo(dir, "build", "--release", "--offline", "--locked")
}

// unpack writes the source to a directory whose name says what is in it.
func unpack() (dir string, err error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	files := map[string][]byte{}
	err = fs.WalkDir(source, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := source.ReadFile(path)
		fmt.Fprintf(sum, "%s %d\n%s", path, len(b), b)
		files[path] = b
		return err
	})
	if err != nil {
		return "", err
	}
	dir = filepath.Join(cache, "tcpcheck", fmt.Sprintf("smoltcp-%x", sum.Sum(nil)[:8]))
	for path, b := range files {
		to := filepath.Join(dir, path)
		if have, err := os.ReadFile(to); err == nil && bytes.Equal(have, b) {
			continue // cargo would build anew what has a new date
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(to, b, 0o644); err != nil {
			return "", err
		}
	}
	return dir, nil
}

func cargo(dir string, args ...string) error {
	cmd := exec.Command("cargo", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CARGO_TARGET_DIR="+filepath.Join(dir, "target"))
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("cargo %s: %w: %s", args[0], err, bytes.TrimSpace(said))
	}
	return nil
}
