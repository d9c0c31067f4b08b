package capture

import (
	"errors"
	"fmt"
)

// ErrFormat is wrapped by every error for an input that is no capture, ErrTruncated by that
// for a capture which ends in the middle of a packet, ErrNoTCP by that for one without TCP.
var (
	ErrFormat    = errors.New("not a capture")
	ErrTruncated = errors.New("truncated capture")
	ErrNoTCP     = errors.New("no TCP in the capture")
)

// InputError is an error with its place in the input.
type InputError struct {
	Name  string // of the input
	Place string // "line 3", "packet 7, record at octet 612"
	Want  string
	Got   string
	Kind  error // ErrFormat or ErrTruncated
}

func (e *InputError) Error() string {
	return fmt.Sprintf("%s: %s: expected %s, got %s", e.Name, e.Place, e.Want, e.Got)
}

// Unwrap lets errors.Is find the kind.
func (e *InputError) Unwrap() error { return e.Kind }
