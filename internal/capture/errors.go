package capture

import (
	"errors"
	"fmt"
)

// errFormat is wrapped by every error for an input that is no capture, errTruncated by that
// for a capture which ends in the middle of a packet, errNoTCP by that for one without TCP.
var (
	errFormat    = errors.New("not a capture")
	errTruncated = errors.New("truncated capture")
	errNoTCP     = errors.New("no TCP in the capture")
)

// inputError is an error with its place in the input.
type inputError struct {
	Name  string // of the input
	Place string // "line 3", "packet 7, record at octet 612"
	Want  string
	Got   string
	Kind  error // errFormat or errTruncated
}

func (e *inputError) Error() string {
	return fmt.Sprintf("%s: %s: expected %s, got %s", e.Name, e.Place, e.Want, e.Got)
}

// Unwrap lets errors.Is find the kind.
func (e *inputError) Unwrap() error { return e.Kind }
