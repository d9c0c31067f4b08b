package wire

import (
	"errors"
	"fmt"
)

// Error says where in the octets something was wrong. Offset counts from the first octet
// that the failing function was given.
type Error struct {
	Place  string // "TCP header", "MSS option", ...
	Offset int
	Want   string
	Got    string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s at octet %d: expected %s, got %s", e.Place, e.Offset, e.Want, e.Got)
}

// ErrNotTCP is wrapped by the error for a whole and healthy packet of another protocol, and
// ErrFragment by that for an IP fragment, whose TCP header is elsewhere or not all there.
var (
	ErrNotTCP   = errors.New("not TCP")
	ErrFragment = errors.New("an IP fragment")
)

func octets(n int) string { return fmt.Sprintf("%d octets", n) }
