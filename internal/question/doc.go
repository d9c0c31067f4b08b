// Package question compiles questions about the states of a scenario that users write themselves.
//
// A question is a name, a colon and an expression:
//
//	no half-open: !(A.state == "ESTABLISHED" && B.state == "CLOSED")
//
// The syntax is that of github.com/expr-lang/expr, which parses it. This package checks the types and compiles the tree
// to functions, because a search asks a question of millions of states: expr's own machine allocates, and it would
// compare sequence numbers, which wrap, as if they were integers. Names lists what an expression can name.
package question

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Error is an error in a question.
type Error struct {
	Text            string // the expression
	Column          int    // the character of Text at which the error is, from 1
	Found, Expected string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s, character %d: found %s, expected %s", e.Text, e.Column, e.Found, e.Expected)
}

// Is reports whether text is a question, and not the name of an invariant.
func Is(text string) bool { return strings.Contains(text, ": ") }

// split returns the expression of a question, and at which character of text it begins, from 0.
func split(text string) (expression string, at int) {
	name, rest, _ := strings.Cut(text, ": ")
	expression = strings.TrimSpace(rest)
	return expression, utf8.RuneCountInString(name) + 2 + utf8.RuneCountInString(rest[:strings.Index(rest, expression)])
}
