package flags

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
)

// writable refuses a file that cannot be written, before the search whose result goes there.
func writable(name, flag string) error {
	if name == "" || name == "-" {
		return nil
	}
	info, err := os.Stat(name)
	switch {
	case err != nil: // the file does not exist: try to create another one beside it
		var f *os.File
		if f, err = os.CreateTemp(filepath.Dir(name), ".tcpcheck-*"); err == nil {
			f.Close()
			err = os.Remove(f.Name())
		}
	case info.IsDir():
		return exit.Usagef("%s %s: found a directory, expected a file that can be written", flag, name)
	case info.Mode().IsRegular():
		var f *os.File
		if f, err = os.OpenFile(name, os.O_WRONLY, 0); err == nil {
			err = f.Close()
		}
	}
	if err != nil {
		return exit.Usagef("%s %s: %v, expected a file that can be written", flag, name, errors.Unwrap(err))
	}
	return nil
}

// File is a file that a flag names.
type File struct{ Flag, Name string }

// Outputs refuses files that cannot be written, and more than one output on stdout. also names flags
// whose output goes there too.
func Outputs(files []File, also ...string) error {
	for _, f := range files {
		if err := writable(f.Name, f.Flag); err != nil {
			return err
		}
		if f.Name == "-" {
			also = append(also, f.Flag+" -")
		}
	}
	if len(also) > 1 {
		return exit.Usagef("%s: found together, but each writes to stdout; expected one of them", strings.Join(also, ", "))
	}
	return nil
}

// WriteTo writes to a file, to stdout for "-", or not at all for "". It writes a new file beside an
// existing one, and replaces that when the new one is complete.
func WriteTo(name, flag string, stdout io.Writer, write func(io.Writer) error) error {
	switch name {
	case "":
		return nil
	case "-":
		return write(stdout)
	}
	if whole, err := filepath.EvalSymlinks(name); err == nil {
		name = whole
	}
	beside, mode := name, os.FileMode(0o666)
	switch info, err := os.Stat(name); {
	case err != nil:
		beside = fmt.Sprintf("%s.%d.tmp", name, os.Getpid())
	case info.Mode().IsRegular():
		beside, mode = fmt.Sprintf("%s.%d.tmp", name, os.Getpid()), info.Mode().Perm()
	}
	f, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return exit.Usagef("%s: %v", flag, err)
	}
	err = errors.Join(write(f), f.Close())
	if beside == name { // a device or a pipe
		return err
	}
	if err == nil {
		err = os.Rename(beside, name)
	}
	if err != nil {
		os.Remove(beside)
	}
	return err
}
