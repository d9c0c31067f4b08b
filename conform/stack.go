package conform

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const moduleLine = "module github.com/tcpcheck/tcpcheck\n"

// stackNames are the stacks that the project tests itself. The model needs no checkout.
var stackNames = []string{"gvisor", "linux", "lneto", "lwip", "model", "smoltcp"}

// StacksDir returns the directory of the module conform/stacks in the checkout around the working directory.
func StacksDir() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if mod, err := os.ReadFile(filepath.Join(dir, "go.mod")); err == nil && strings.HasPrefix(string(mod), moduleLine) {
			return filepath.Join(dir, "conform", "stacks"), nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", fmt.Errorf("found no checkout of tcpcheck around the working directory, expected one: the stacks are a " +
				"separate module, so clone https://github.com/tcpcheck/tcpcheck, install Go (for smoltcp also Rust), and cd there; " +
				"--stack model needs nothing, and --exec starts any program")
		}
		dir = up
	}
}

// StackKnown says which stacks there are, if this is none of them.
func StackKnown(name string) error {
	if slices.Contains(stackNames, name) {
		return nil
	}
	return fmt.Errorf("found no stack with this name, expected one of %s; --exec starts any program", strings.Join(stackNames, ", "))
}

// StackProgram builds the program of the module conform/stacks, and returns it with its arguments for one of its
// stacks.
func StackProgram(name string) (argv []string, err error) {
	if err := StackKnown(name); err != nil {
		return nil, err
	}
	dir, err := StacksDir()
	if err != nil {
		return nil, err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	program := filepath.Join(cache, "tcpcheck", "stacks")
	if out, err := exec.Command("go", "build", "-C", dir, "-o", program, ".").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build in %s: %w\n%s", dir, err, out)
	}
	return []string{program, name}, nil
}

// Stack builds the program of the module conform/stacks, and starts it for one of its stacks. For patience see Exec.
func Stack(patience time.Duration, name string) (Peer, error) {
	argv, err := StackProgram(name)
	if err != nil {
		return nil, err
	}
	return Exec(patience, argv...)
}
