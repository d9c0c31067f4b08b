package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Mutant is one change of the source, and the test that must notice it.
type Mutant struct {
	Name string
	File string // from the root of the repository
	Old  string // occurs exactly once in File
	New  string // what stands there instead
	Does string // in plain English
	Pkg  string // the package of the test; that of File if it is empty
	Test string // the name of the test, and of subtests: what go test -run takes between ^ and $
	Draw int    // how many examples a test of rapid draws; 0: it is no such test
	Ends End    // how the test ends
	Open string // why no test is known to notice it; empty: Test does
}

// End is how a test ends that notices a mutant.
type End uint8

// fails: by an assertion. panics: by a panic, such as an assertion of the program itself. hangs: never, which the timeout shows.
const (
	fails End = iota
	panics
	hangs
)

// String says it for the table.
func (e End) String() string { return [...]string{"fails", "panics", "hangs"}[e] }

// pkg is the directory of the test.
func (m *Mutant) pkg() string {
	if m.Pkg != "" {
		return m.Pkg
	}
	return filepath.Dir(m.File)
}

// killer names the test for the table.
func (m *Mutant) killer() string { return m.pkg() + "." + m.Test }

// Table is every mutant.
func Table() []Mutant {
	return slices.Concat(users, wire, observers, packing, premises, conditions, fairness, reductions, search, stores, liveness, runs, files, certificates, guarantees, outside)
}

// check reports what is wrong with a row, without running anything.
func (m *Mutant) check(root string) error {
	if m.Old == m.New || m.Name == "" || m.Does == "" {
		return fmt.Errorf("%s: expected a name, a sentence, and a change", m.Name)
	}
	text, err := os.ReadFile(filepath.Join(root, m.File))
	if err != nil {
		return err
	}
	if n := strings.Count(string(text), m.Old); n != 1 {
		return fmt.Errorf("%s: the old text occurs %d times in %s: expected once", m.Name, n, m.File)
	}
	return m.checkTest(root)
}

// checkTest reports whether the package has the test.
func (m *Mutant) checkTest(root string) error {
	name, _, _ := strings.Cut(m.Test, "/")
	has, err := testsOf(filepath.Join(root, m.pkg()))
	if err == nil && !has[name] {
		err = fmt.Errorf("%s: package %s has no test %s", m.Name, m.pkg(), name)
	}
	return err
}

// testsOf names the functions in the test files of a directory. It reads them once.
func testsOf(dir string) (map[string]bool, error) {
	if has := parsed[dir]; has != nil {
		return has, nil
	}
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		return nil, err
	}
	has := map[string]bool{}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil {
				has[fn.Name.Name] = true
			}
		}
	}
	parsed[dir] = has
	return has, nil
}

var parsed = map[string]map[string]bool{}

// changed is the file with the mutant in it.
func (m *Mutant) changed(root string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(root, m.File))
	return []byte(strings.Replace(string(text), m.Old, m.New, 1)), err
}
