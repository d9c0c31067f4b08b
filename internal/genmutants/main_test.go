package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheTwinIsCurrent: the generated file is what the methods and the table of today give.
func TestTheTwinIsCurrent(t *testing.T) {
	want, err := generate("../../model")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join("../../model", generated))
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("model/%s is not current: run go generate ./model", generated)
	}
}

// small is a package with one method that is edited, one that calls it, and one that does not.
const small = `package model

func (m *machine) step() {
	if m.a() || m.b { // both
		m.n++
	}
	m.other()
}

func (m *machine) a() bool {
	return m.b
}

func (m *machine) other() { m.n++ }

var Mutants = [4]struct{ Name, Section, Does string; Edits []Edit }{
	None: {"none", "", "", nil},
	X: {"x", "", "", []Edit{ROWS}},
}
`

func generateSmall(t *testing.T, rows string) (string, error) {
	dir := t.TempDir()
	err := os.WriteFile(filepath.Join(dir, "a.go"), []byte(strings.ReplaceAll(small, "ROWS", rows)), 0o666)
	if err != nil {
		t.Fatal(err)
	}
	text, err := generate(dir)
	return string(text), err
}

// TestEdits: what each kind of edit makes of a method.
func TestEdits(t *testing.T) {
	for rows, want := range map[string][]string{
		`{"step", "m.a()", "false"}`:                {"if (m.c.Mutant != X && (m.a())) || m.b {"},
		`{"step", "m.a()   ||m.b", "true"}`:         {"if m.c.Mutant == X || (m.a() || m.b) {"},
		`{"step", "if m.a() || m.b", "m.b"}`:        {"if m.c.Mutant == X && (m.b) || m.c.Mutant != X && (m.a() || m.b) {"},
		`{"step", "m.n++", ""}`:                     {"\t\tif m.c.Mutant != X {\n\t\t\tm.n++\n\t\t}\n"},
		`{"step", "m.n++", "m.n += 2; m.n--"}`:      {"\t\tif m.c.Mutant == X {\n\t\t\tm.n += 2\n\t\t\tm.n--\n\t\t} else {\n\t\t\tm.n++\n\t\t}\n"},
		`{"step", "", "m.n = 0"}`:                   {"\tm.other()\n\tif m.c.Mutant == X {\n\t\tm.n = 0\n\t}\n}\n"},
		`{"step", "if m.a() || m.b { m.n++ }", ""}`: {"\tif m.c.Mutant != X {\n\t\tif m.a() || m.b {\n"},
		`{"a", "m.b", "true"}`:                      {"func (m mutated) a() bool", "func (m mutated) step()"},
		`{"step", "m.a()", "false"}, {"step", "m.a() || m.b", "m.b"}`: {
			"if m.c.Mutant == X && (m.b) || m.c.Mutant != X && ((m.c.Mutant != X && (m.a())) || m.b) {"},
	} {
		text, err := generateSmall(t, rows)
		if err != nil {
			t.Errorf("%s: %v", rows, err)
		}
		for _, part := range want {
			if !strings.Contains(text, part) {
				t.Errorf("%s: found\n%s\nexpected\n%s", rows, text, part)
			}
		}
		if strings.Contains(text, ") other()") || strings.Contains(text, "both") {
			t.Errorf("%s: found a method that needs no copy, or a comment:\n%s", rows, text)
		}
	}
}

// TestBadEdits: an edit that fits no place, or more than one, is an error that names it.
func TestBadEdits(t *testing.T) {
	for rows, want := range map[string]string{
		``:                               "no table",
		`{"steps", "m.a()", "false"}`:    "X: machine has no method steps",
		`{"step", "m.z()", "false"}`:     `X: found "m.z()" 0 times in step`,
		`{"step", "m", "m"}`:             "times in step, expected once",
		`{"step", "m.n++; m.n++", ""}`:   "expected one statement or condition",
		`{"step", "if", "false"}`:        "X: ",
		`{"step", "m.a()", "m.a())"}`: "expected",
	} {
		if _, err := generateSmall(t, rows); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: found %v, expected %s", rows, err, want)
		}
	}
}
