package conform

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Stack starts one of the stacks of the module conform/stacks, which must be at hand in a checkout around the working directory.
func Stack(name string) (Peer, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	for {
		stacks := filepath.Join(dir, "conform", "stacks")
		_, err := os.Stat(filepath.Join(stacks, "go.mod"))
		switch up := filepath.Dir(dir); {
		case err == nil:
			return Exec("go", "run", "-C", stacks, ".", name)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		case up == dir:
			return nil, fmt.Errorf("stack %s: expected to be in a checkout of tcpcheck, which has conform/stacks", name)
		default:
			dir = up
		}
	}
}
