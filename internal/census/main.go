// Command census counts a tree of this repository: lines of Go, folders, exported identifiers that no
// other package names, and the types that stand for a step, a verdict, a change or a report.
//
//	.ci/census [COMMIT]
//
// It reads the source without types, so that any commit can be counted: an exported identifier counts
// as used if another package, or a test of one, has its name in the form x.Name. Methods are left out.
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// kinds are the notions that should have one type each, by the ends of the types' names.
var kinds = []struct {
	what string
	name *regexp.Regexp
}{
	{"a step of a run", regexp.MustCompile(`^(Step|step|Transition|Happening|happening|Hop|moment|observation|savedStep)$`)},
	{"a verdict", regexp.MustCompile(`(?i)^(verdict|sight|grade|pointstate|state_of_point)$`)},
	{"a change", regexp.MustCompile(`(?i)^(change|changes|variant|choice|setting)$`)},
	{"a report", regexp.MustCompile(`(?i)report$|JSON$`)},
}

// counts is what is seen of a tree.
type counts struct {
	lines    map[string]int             // by folder
	exported map[string]map[string]bool // by package, its exported identifiers
	used     map[string]map[string]bool // by identifier, the folders that name it
	types    map[string][]string        // by kind
}

var generated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "census: expected the root of a tree (see .ci/census)")
		os.Exit(2)
	}
	c := &counts{map[string]int{}, map[string]map[string]bool{}, map[string]map[string]bool{}, map[string][]string{}}
	if err := filepath.WalkDir(os.Args[1], c.file); err != nil {
		fmt.Fprintln(os.Stderr, "census:", err)
		os.Exit(1)
	}
	c.print(os.Args[1])
}

// file counts one file of Go.
func (c *counts) file(name string, d fs.DirEntry, err error) error {
	switch {
	case err != nil:
		return err
	case d.IsDir() && d.Name() == "testdata":
		return fs.SkipDir
	case !strings.HasSuffix(name, ".go"):
		return nil
	}
	text, err := os.ReadFile(name)
	if err != nil || generated.Match(text) {
		return err
	}
	f, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	dir, err := filepath.Rel(os.Args[1], filepath.Dir(name))
	if err != nil {
		return err
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if c.used[s.Sel.Name] == nil {
				c.used[s.Sel.Name] = map[string]bool{}
			}
			c.used[s.Sel.Name][dir] = true
		}
		return true
	})
	if strings.HasSuffix(name, "_test.go") {
		return nil
	}
	c.lines[dir] += strings.Count(string(text), "\n")
	c.declared(dir, f)
	return nil
}

// declared notes the identifiers that a file declares.
func (c *counts) declared(dir string, f *ast.File) {
	if c.exported[dir] == nil {
		c.exported[dir] = map[string]bool{}
	}
	note := func(id *ast.Ident) {
		if id.IsExported() {
			c.exported[dir][id.Name] = true
		}
	}
	for _, decl := range f.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				note(d.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.ValueSpec:
					for _, id := range s.Names {
						note(id)
					}
				case *ast.TypeSpec:
					note(s.Name)
					for _, k := range kinds {
						if k.name.MatchString(s.Name.Name) {
							c.types[k.what] = append(c.types[k.what], dir+"."+s.Name.Name)
						}
					}
				}
			}
		}
	}
}

func (c *counts) print(root string) {
	all, folders := 0, map[string]int{}
	for dir, n := range c.lines {
		all += n
		parts := strings.Split(filepath.ToSlash(dir), "/")
		top := parts[0]
		if top == "internal" && len(parts) > 1 {
			top += "/" + parts[1]
		}
		folders[top] += n
	}
	fmt.Printf("%d lines of Go without tests\n", all)
	for _, top := range slices.SortedFunc(maps.Keys(folders), func(a, b string) int { return folders[b] - folders[a] }) {
		fmt.Printf("%8d  %s\n", folders[top], top)
	}
	entries, _ := os.ReadDir(root)
	var tops []string
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			tops = append(tops, e.Name())
		}
	}
	fmt.Printf("%d folders at the top: %s\n", len(tops), strings.Join(tops, " "))
	unused, exported, by := 0, 0, map[string][]string{}
	for dir, names := range c.exported {
		exported += len(names)
		for name := range names {
			if users := c.used[name]; len(users) == 0 || len(users) == 1 && users[dir] {
				unused++
				by[dir] = append(by[dir], name)
			}
		}
	}
	fmt.Printf("%d exported identifiers, %d that no other package names\n", exported, unused)
	for _, dir := range slices.Sorted(maps.Keys(by)) {
		slices.Sort(by[dir])
		fmt.Printf("%8d  %s: %s\n", len(by[dir]), dir, strings.Join(by[dir], " "))
	}
	for _, k := range kinds {
		slices.Sort(c.types[k.what])
		fmt.Printf("%d types of %s: %s\n", len(c.types[k.what]), k.what, strings.Join(c.types[k.what], " "))
	}
}
