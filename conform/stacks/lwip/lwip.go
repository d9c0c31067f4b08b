// Package lwip puts lwIP, a TCP for small devices in C, under test: src/main.c is a program that holds it and speaks the line format of
// conform/PROTOCOL.md. It is built here, where there is a C compiler and the source of lwIP, whose directory the environment
// variable LWIP names:
//
//	apt-get source --download-only lwip && tar -xf lwip_*.orig.tar.xz && export LWIP=$PWD/lwip-2.1.3
//
// The table is of the raw API of 2.1.3, Debian's package, and of lwIP's own settings but for those that src/main.c names.
package lwip

import (
	"crypto/sha256"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/tcpcheck/tcpcheck/conform"
)

var (
	//go:embed src/main.c
	program string
	//go:embed src/lwipopts.h
	settings string
	//go:embed src/arch/cc.h
	compiler string
)

// ErrUnavailable is wrapped by an error of New where the program cannot be built for want of a compiler, or of the source.
var ErrUnavailable = errors.New("lwIP cannot be had")

// New starts the program, after building it the first time, in a directory of the user's cache.
func New() (conform.Peer, error) {
	file, err := build()
	if err != nil {
		return nil, err
	}
	return conform.Exec(conform.Patience, file)
}

func build() (file string, err error) {
	source := os.Getenv("LWIP")
	if _, err := os.Stat(filepath.Join(source, "src/core/tcp.c")); err != nil {
		return "", fmt.Errorf("%w: LWIP: found %q, expected the directory of its source (see the package's comment)", ErrUnavailable, source)
	}
	cc, err := exec.LookPath("cc")
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(program + settings + compiler + source))
	dir := filepath.Join(cache, "tcpcheck", fmt.Sprintf("lwip-%x", sum[:8]))
	file = filepath.Join(dir, "lwip-under-test")
	if _, err := os.Stat(file); err == nil {
		return file, nil // it is put there when it is whole
	}
	if err := os.MkdirAll(filepath.Join(dir, "arch"), 0o755); err != nil {
		return "", err
	}
	for name, text := range map[string]string{"main.c": program, "lwipopts.h": settings, "arch/cc.h": compiler} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return "", err
		}
	}
	args := []string{"-O1", "-I" + dir, "-I" + filepath.Join(source, "src/include"), "-o", file + ".new", filepath.Join(dir, "main.c")}
	for _, pattern := range []string{"src/core/*.c", "src/core/ipv4/*.c"} {
		files, err := filepath.Glob(filepath.Join(source, pattern))
		if err != nil {
			return "", err
		}
		args = append(args, files...)
	}
	if said, err := exec.Command(cc, args...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("cc: %w: %s", err, said)
	}
	return file, os.Rename(file+".new", file)
}
