package flags

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
)

// Writable refuses a file that cannot be written, before the work that is to be written there.
func Writable(name, flag string) error {
	if name == "" || name == "-" {
		return nil
	}
	info, err := os.Stat(name)
	switch {
	case err != nil: // it is to be made: another file can be, in its place
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

// WriteTo writes to a file, to stdout for "-", or not at all for "".
func WriteTo(name, flag string, stdout io.Writer, write func(io.Writer) error) error {
	switch name {
	case "":
		return nil
	case "-":
		return write(stdout)
	}
	f, err := os.Create(name)
	if err != nil {
		return exit.Usagef("%s: %v", flag, err)
	}
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
