package conform

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const moduleLine = "module github.com/tcpcheck/tcpcheck\n"

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
			return "", errors.New("found no checkout of tcpcheck around the working directory, expected one (git clone it and cd " +
				"there), because the stacks are a separate module; --exec starts any program")
		}
		dir = up
	}
}

// Stack builds the program of the module conform/stacks, and starts it for one of its stacks. For patience see Exec.
func Stack(patience time.Duration, name string) (Peer, error) {
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
	return Exec(patience, program, name)
}
