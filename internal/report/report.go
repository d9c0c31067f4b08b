// Package report has what every --json prints. A document is one of the types with a Head; the names in it are the
// same for the same thing everywhere: name, statement, verdict, expected, steps (the length of a run), run, distinct.
package report

import (
	"encoding/json"
	"io"
	"reflect"
)

// Version is the version of the schema. It is raised when a name or a meaning changes, not when a name is added.
const Version = 2

// Head is what every document begins with. Of a stream of lines each line has it.
type Head struct {
	SchemaVersion int    `json:"schemaVersion"`
	Command       string `json:"command"`
}

func (h *Head) head() *Head { return h }

// Document is a pointer to one of the types that embed Head.
type Document interface{ head() *Head }

// Write writes what a command reports.
func Write(w io.Writer, command string, doc Document) error { return write(w, command, doc, "  ") }

// WriteLine writes a document as one line.
func WriteLine(w io.Writer, command string, doc Document) error { return write(w, command, doc, "") }

func write(w io.Writer, command string, doc Document, indent string) error {
	*doc.head() = Head{Version, command}
	fill(reflect.ValueOf(doc).Elem())
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	return enc.Encode(doc)
}

// fill makes what is nil an empty list or an empty object, so that none is written as null.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			fill(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i))
			}
		}
	case reflect.Slice:
		if v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		for i := range v.Len() {
			fill(v.Index(i))
		}
	case reflect.Map:
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
	}
}

// Error is what is written to stderr, as one line, if a command with --json ends with a message.
type Error struct {
	Head
	Error struct {
		Status  int    `json:"status"` // the exit status
		Message string `json:"message"`
	} `json:"error"`
}
