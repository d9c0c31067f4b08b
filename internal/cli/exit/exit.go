// Package exit has the exit statuses of every command, and errors that carry them.
package exit

import "fmt"

// Worse is the exit status of two parts: a wrong answer counts more than a missing one.
func Worse(x, y int) int {
	if x == Violated || y == Violated {
		return Violated
	}
	return max(x, y)
}

// The exit statuses of every command.
const (
	OK         = 0
	Violated   = 1 // a violation was found, or an answer was not the expected one
	Usage      = 2 // a flag, a file or a capture that cannot be used
	Incomplete = 3 // a search that was cut off or interrupted
)

// Error is an error that knows its exit status. An empty message prints nothing.
type Error struct {
	Code int
	Msg  string
}

func (e Error) Error() string { return e.Msg }

// With is an error that ends with the status, and says why.
func With(code int, msg string) error { return Error{code, msg} }

// Status is an error with a status and no message, because the report has said everything; nil for OK.
func Status(code int) error {
	if code == OK {
		return nil
	}
	return Error{Code: code}
}

// Usagef is an error in the user's input: exit status 2.
func Usagef(format string, args ...any) error {
	return Error{Usage, fmt.Sprintf(format, args...)}
}
