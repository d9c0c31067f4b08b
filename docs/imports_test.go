package docs

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/golden"
)

const module = "github.com/tcpcheck/tcpcheck/"

// imports returns what the Go files in the folder import, tests excepted: packages of this repository
// by their folder, and others by their module. Files for other systems count, too.
func imports(t *testing.T, dir string, modules []string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	list := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range f.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			own, isOwn := strings.CutPrefix(name, module)
			other := slices.IndexFunc(modules, func(m string) bool { return name == m || strings.HasPrefix(name, m+"/") })
			switch {
			case isOwn:
				list[own] = true
			case other >= 0:
				list[modules[other]] = true
			case strings.Contains(strings.Split(name, "/")[0], "."):
				t.Errorf("%s imports %s, which no go.mod requires", file, name)
			}
		}
	}
	return list
}

var required = regexp.MustCompile(`(?m)^(?:require)?\s+(\S+\.\S+) v\d`)

// packages returns the folders of this repository that hold a package, and the modules that its
// go.mod files require, those with longer paths first.
func packages(t *testing.T) (dirs, modules []string) {
	t.Helper()
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != ".." && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".")) {
			return fs.SkipDir
		}
		if d.Name() == "go.mod" {
			data, err := os.ReadFile(name)
			for _, m := range required.FindAllStringSubmatch(string(data), -1) {
				modules = append(modules, m[1])
			}
			return err
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		dir, err := filepath.Rel("..", filepath.Dir(name))
		dirs = append(dirs, filepath.ToSlash(dir))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(modules, func(a, b string) int { return len(b) - len(a) })
	slices.Sort(dirs)
	return slices.Compact(dirs), modules
}

// cell writes imports as the table has them: this repository's packages first.
func cell(list map[string]bool) string {
	if len(list) == 0 {
		return "std"
	}
	names := slices.SortedFunc(maps.Keys(list), func(a, b string) int {
		dotA, dotB := strings.Contains(a, "."), strings.Contains(b, ".")
		if dotA != dotB {
			return map[bool]int{false: -1, true: 1}[dotA]
		}
		return strings.Compare(a, b)
	})
	return "`" + strings.Join(names, "`, `") + "`"
}

// rowOf returns the row that speaks of a package: its own, or that of a folder above it with "/...".
func rowOf(dir string, rows map[string]map[string]bool) string {
	if rows[dir] != nil {
		return dir
	}
	for above := dir; above != "."; above = path.Dir(above) {
		if rows[above+"/..."] != nil {
			return above + "/..."
		}
	}
	return ""
}

var tableRow = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (.*) \\| ([^|]*) \\|$")

// The table of packages in DESIGN.md says what each package imports, and has a row for each.
func TestImportsAreThoseOfTheTable(t *testing.T) {
	data, err := os.ReadFile("DESIGN.md")
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(data), "\n## Packages")
	table, after, ends := strings.Cut(rest, "\n## ")
	if !found || !ends {
		t.Fatal("DESIGN.md has no section \"Packages\" with a section behind it")
	}
	rows := map[string]map[string]bool{}
	for _, m := range tableRow.FindAllStringSubmatch(table, -1) {
		if rows[m[1]] != nil {
			t.Errorf("docs/DESIGN.md has two rows for %s", m[1])
		}
		rows[m[1]] = map[string]bool{}
	}
	dirs, modules := packages(t)
	filled := map[string]bool{}
	for _, dir := range dirs {
		row := rowOf(dir, rows)
		if row == "" {
			t.Errorf("package %s has no row in the table of docs/DESIGN.md", dir)
			continue
		}
		filled[row] = true
		for name := range imports(t, dir, modules) {
			if rowOf(name, rows) != row {
				rows[row][name] = true
			}
		}
	}
	written := tableRow.ReplaceAllStringFunc(table, func(line string) string {
		m := tableRow.FindStringSubmatch(line)
		if !filled[m[1]] {
			t.Errorf("docs/DESIGN.md has a row for %s, and there is no such package", m[1])
		}
		want := cell(rows[m[1]])
		if want != m[3] && !golden.Updating() {
			t.Errorf("docs/DESIGN.md: %s imports %s, and the table says %s (go test ./docs -update)", m[1], want, m[3])
		}
		return "| `" + m[1] + "` | " + m[2] + " | " + want + " |"
	})
	if golden.Updating() {
		text := before + "\n## Packages" + written + "\n## " + after
		golden.Write(t, "DESIGN.md", text)
	}
}
