package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
)

// source is what the generator needs of package model.
type source struct {
	methods []*method
	edits   []edit
}

// method is a method of machine.
type method struct {
	name   string
	text   string // from the name on
	body   *ast.BlockStmt
	base   token.Pos // the position of text[0]
	places []place
}

// edit is a row of a mutant: model.Edit with the constant of the mutant.
type edit struct{ mutant, method, old, new string }

// place is where an edit applies: text[from:to] of its method.
type place struct {
	edit
	from, to int
	stmt     bool // a statement, not a condition
}

// read takes the methods and the table from a file.
func (p *source) read(file string) error {
	text, err := os.ReadFile(file)
	if err != nil || strings.HasSuffix(file, "_test.go") {
		return err
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, text, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv != nil && oneLine(d.Recv.List[0].Type) == "*machine" {
				at := func(p token.Pos) int { return fset.Position(p).Offset }
				p.methods = append(p.methods, &method{name: d.Name.Name, body: d.Body, base: d.Name.Pos(),
					text: string(text[at(d.Name.Pos()):at(d.End())])})
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if v, ok := s.(*ast.ValueSpec); ok && v.Names[0].Name == "Mutants" {
					p.readTable(v.Values[0].(*ast.CompositeLit))
				}
			}
		}
	}
	return nil
}

// readTable takes the edits from the literal of model.Mutants.
func (p *source) readTable(table *ast.CompositeLit) {
	for _, row := range table.Elts {
		row := row.(*ast.KeyValueExpr)
		columns := row.Value.(*ast.CompositeLit).Elts
		list, ok := columns[len(columns)-1].(*ast.CompositeLit)
		if !ok {
			continue // nil: model.None
		}
		for _, e := range list.Elts {
			var s [3]string
			for i, field := range e.(*ast.CompositeLit).Elts {
				s[i], _ = strconv.Unquote(field.(*ast.BasicLit).Value) // the parser has checked it
			}
			p.edits = append(p.edits, edit{row.Key.(*ast.Ident).Name, s[0], s[1], s[2]})
		}
	}
}

// locate finds the place of each edit. An edit must have exactly one.
func (p *source) locate() error {
	if len(p.edits) == 0 {
		return fmt.Errorf("found no table Mutants")
	}
	for _, e := range p.edits {
		i := slices.IndexFunc(p.methods, func(m *method) bool { return m.name == e.method })
		if i < 0 {
			return fmt.Errorf("%s: machine has no method %s", e.mutant, e.method)
		}
		m := p.methods[i]
		found, err := m.find(e)
		if err != nil {
			return fmt.Errorf("%s: %w", e.mutant, err)
		}
		if len(found) != 1 {
			return fmt.Errorf("%s: found %q %d times in %s, expected once", e.mutant, e.old, len(found), e.method)
		}
		m.places = append(m.places, found...)
	}
	return nil
}

// find returns where the old text of an edit stands in the method, whatever its layout.
func (m *method) find(e edit) (found []place, err error) {
	add := func(n ast.Node, stmt bool) {
		found = append(found, place{e, int(n.Pos() - m.base), int(n.End() - m.base), stmt})
	}
	if e.old == "" {
		end := len(m.text) - len("}")
		return []place{{e, end, end, true}}, nil
	}
	condition, whole := strings.CutPrefix(e.old, "if ")
	whole = whole && !strings.HasSuffix(e.old, "}")
	want := condition
	if !whole {
		if want, err = normal(e.old); err != nil {
			return nil, err
		}
	}
	ast.Inspect(m.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt:
			if whole && oneLine(n.Cond) == want {
				add(n.Cond, false)
			}
			if !whole && oneLine(n) == want {
				add(n, true)
			}
		case ast.Stmt:
			if !whole && oneLine(n) == want {
				add(n, true)
				return false // its expression is the same text
			}
		case ast.Expr:
			if !whole && oneLine(n) == want {
				add(n, false)
			}
		}
		return true
	})
	return found, nil
}

// normal returns a statement or condition in gofmt's layout.
func normal(text string) (string, error) {
	f, err := parser.ParseFile(token.NewFileSet(), "", "package p; func f() { "+text+" }", 0)
	if err != nil {
		return "", fmt.Errorf("%q: %w", text, err)
	}
	list := f.Decls[0].(*ast.FuncDecl).Body.List
	if len(list) != 1 {
		return "", fmt.Errorf("%q: expected one statement or condition", text)
	}
	return oneLine(list[0]), nil
}

// oneLine prints a node on one line, with positions forgotten.
func oneLine(n ast.Node) string {
	var b bytes.Buffer
	if err := format.Node(&b, token.NewFileSet(), n); err != nil {
		panic("BUG: " + err.Error()) // what was parsed can be printed
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// copied names the methods that an edit changes, and those that call a copied one.
func (p *source) copied() map[string]bool {
	names := map[string]bool{}
	for _, m := range p.methods {
		if len(m.places) > 0 {
			names[m.name] = true
		}
	}
	for before := -1; before != len(names); {
		before = len(names)
		for _, m := range p.methods {
			ast.Inspect(m.body, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok && names[s.Sel.Name] && oneLine(s.X) == "m" {
					names[m.name] = true
				}
				return true
			})
		}
	}
	return names
}
