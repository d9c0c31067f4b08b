package figures

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/model"
)

var quoted = regexp.MustCompile("`([^`]+)`")

// TestRequirements: the tables of docs/REQUIREMENTS.md name functions, tests and scripts that are there,
// every script is named in them, and no row is without any.
func TestRequirements(t *testing.T) {
	text, err := os.ReadFile("../../docs/REQUIREMENTS.md")
	if err != nil {
		t.Fatal(err)
	}
	functions := functionsIn(t, "../../model")
	scripts := map[string]bool{}
	for _, s := range All() {
		scripts[s.Name] = false
	}
	rows := 0
	for i, l := range strings.Split(string(text), "\n") {
		cells := strings.Split(l, " | ")
		if !strings.HasPrefix(l, "| ") || len(cells) != 4 || !strings.Contains(cells[2], "`") {
			continue
		}
		rows++
		for _, q := range quoted.FindAllStringSubmatch(cells[2], -1) {
			if name, ok := strings.CutPrefix(q[1], "model."); !ok || !functions[name] {
				t.Errorf("REQUIREMENTS.md:%d: no function %s", i+1, q[1])
			}
		}
		shown := quoted.FindAllStringSubmatch(cells[3], -1)
		if len(shown) == 0 {
			t.Errorf("REQUIREMENTS.md:%d: nothing shows this", i+1)
		}
		for _, q := range shown {
			if _, ok := scripts[q[1]]; ok {
				scripts[q[1]] = true
			} else if !functions[q[1]] {
				t.Errorf("REQUIREMENTS.md:%d: neither test nor script %s", i+1, q[1])
			}
		}
	}
	if rows < 100 {
		t.Errorf("only %d rows were read", rows)
	}
	for name, named := range scripts {
		if !named {
			t.Errorf("docs/REQUIREMENTS.md: no row names script %s", name)
		}
	}
	for _, p := range model.Policies {
		if !strings.Contains(string(text), "`"+p.Name+"`") {
			t.Errorf("docs/REQUIREMENTS.md: no row names policy %s", p.Name)
		}
	}
}

// functionsIn lists the functions and methods of a directory, tests included.
func functionsIn(t *testing.T, dir string) map[string]bool {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files in %s: %v", dir, err)
	}
	slices.Sort(paths)
	names := map[string]bool{}
	for _, p := range paths {
		f, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				names[fn.Name.Name] = true
			}
		}
	}
	return names
}
