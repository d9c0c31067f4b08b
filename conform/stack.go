package conform

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

const moduleLine = "module github.com/tcpcheck/tcpcheck\n"

// StacksDir finds the module of the stacks in the checkout around the working directory.
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
				"there), since the stacks are a module of their own; --exec starts any program")
		}
		dir = up
	}
}

// Stack starts one of the stacks of the module conform/stacks.
func Stack(name string) (Peer, error) {
	dir, err := StacksDir()
	if err != nil {
		return nil, err
	}
	return Exec("go", "run", "-C", dir, ".", name)
}
