package scenario

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// key is one setting of a file. Its value is an int64, a bool, a string or a []string.
type key struct {
	path     string
	kind     kind
	min, max int64
	names    []string // word, words: what may be said
	means    string   // what it is for, of a policy; the other keys have it in the table means
	get      func(*File) any
	set      func(*File, any)
}

type kind uint8

const (
	integer kind = iota
	budget       // an integer, or "unlimited"
	boolean
	word
	words
	numbers  // a list of integers
	segments // a list of segments
)

const unlimited = "unlimited"

// want says what values the key takes.
func (k *key) want() string {
	switch k.kind {
	case integer:
		return fmt.Sprintf("a whole number from %d to %d", k.min, k.max)
	case budget:
		return fmt.Sprintf("a whole number from %d to %d, or %q", k.min, k.max, unlimited)
	case boolean:
		return "true or false"
	case word:
		return oneOf(k.names)
	case words:
		if k.names == nil {
			return "a list of names"
		}
		return "a list of " + strings.Join(k.names, ", ")
	case numbers:
		return fmt.Sprintf("a list of whole numbers from %d to %d", k.min, k.max)
	case segments:
		return "a list of segments like " + segmentForm
	}
	panic("BUG: unhandled kind of key")
}

// take sets the key to a value as a file has it, or says what is wrong with that.
func (k *key) take(f *File, v any) *Error {
	wrong := func(found any) *Error {
		return &Error{Key: k.path, Found: show(found), Expected: k.want(), Text: textOf(found)}
	}
	switch k.kind {
	case integer, budget:
		if k.kind == budget && v == any(unlimited) {
			k.set(f, int64(-1))
			return nil
		}
		n, ok := v.(int64)
		if !ok || n < k.min || n > k.max {
			return wrong(v)
		}
		k.set(f, n)
	case boolean:
		b, ok := v.(bool)
		if !ok {
			return wrong(v)
		}
		k.set(f, b)
	case word:
		if b, ok := v.(bool); ok && slices.Equal(k.names, offOn) {
			v = offOn[0]
			if b {
				v = offOn[1]
			}
		}
		s, ok := v.(string)
		if !ok || !slices.Contains(k.names, s) {
			return wrong(v)
		}
		k.set(f, s)
	default:
		return k.takeList(f, v, wrong)
	}
	return nil
}

var offOn = []string{"off", "on"}

func (k *key) takeList(f *File, v any, wrong func(any) *Error) *Error {
	list, ok := v.([]any)
	if !ok {
		return wrong(v)
	}
	if k.kind == numbers {
		ns := []int64{}
		for _, x := range list {
			n, ok := x.(int64)
			if !ok || n < k.min || n > k.max {
				return wrong(x)
			}
			ns = append(ns, n)
		}
		k.set(f, ns)
		return nil
	}
	ss := []string{}
	for _, x := range list {
		s, ok := x.(string)
		if !ok || k.kind == words && k.names != nil && !slices.Contains(k.names, s) {
			return wrong(x)
		}
		if k.kind == segments {
			if _, why := parseSegment(s); why != "" {
				return &Error{Key: k.path, Found: s + ": " + why, Expected: segmentForm, Text: s}
			}
		}
		ss = append(ss, s)
	}
	k.set(f, ss)
	return nil
}

// show prints a value as the file has it.
func show(v any) string {
	switch v := v.(type) {
	case nil:
		return "nothing"
	case string:
		return fmt.Sprintf("%q", v)
	case map[string]any:
		return "a table"
	case []map[string]any:
		return "a list of tables"
	}
	if b, err := json.Marshal(v); err == nil {
		return string(b)
	}
	return fmt.Sprint(v)
}

func textOf(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return ""
}
