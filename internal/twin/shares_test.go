package twin_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// module is the path of the module, and root is where its files are.
const (
	module = "github.com/tcpcheck/tcpcheck/"
	root   = "../.."
)

// files are the files of a package that are no tests.
func files(t *testing.T, dir string) (list []*ast.File) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(root, dir))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, dir, e.Name()), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, f)
	}
	return list
}

// imports lists the packages of the module that a package imports, and those that these import.
func imports(t *testing.T, dir string, seen map[string]bool) {
	for _, f := range files(t, dir) {
		for _, i := range f.Imports {
			name, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if other, ours := strings.CutPrefix(name, module); ours && !seen[other] {
				seen[other] = true
				imports(t, other, seen)
			}
		}
	}
}

// The checker of certificates shares no code with the search, nor with the theorems.
func TestTheCheckerDoesNotSearch(t *testing.T) {
	for _, dir := range []string{"internal/twin", "internal/certify"} {
		seen := map[string]bool{}
		imports(t, dir, seen)
		for _, other := range []string{"explore", "properties", "internal/certify/collect"} {
			if seen[other] {
				t.Errorf("%s imports %s", dir, other)
			}
		}
		if !seen["model"] {
			t.Errorf("%s does not import model: the test reads nothing", dir)
		}
	}
}

// Of netfake the twin and the checker use what describes a scenario, and names: no System, no State of it, no step, and
// nothing that observes.
func TestTheTwinUsesDataOnly(t *testing.T) {
	data := map[string]bool{}
	for name := range strings.FieldsSeq(`A B Scenario Host Packet Before Attacker NoOne Unlimited StartEstablished PeerName
		Fresh Fixed Clock Arbitrary ActionKind Tick Deliver DeliverKeep Lose Inject OpenActive OpenPassive Send Receive Close Abort
		Crash Retransmit GiveUp EndTimeWait Fault ParseFault ForeignData ForeignFin ForeignAck ForeignReset GhostConnection WrongOctet
		LostOctet SilentEnd LastAckReset TimeWaitReset`) {
		data[name] = true
	}
	used := 0
	for _, dir := range []string{"internal/twin", "internal/certify"} {
		for _, f := range files(t, dir) {
			ast.Inspect(f, func(n ast.Node) bool {
				sel, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == "netfake" {
					used++
					if !data[sel.Sel.Name] {
						t.Errorf("%s uses netfake.%s", dir, sel.Sel.Name)
					}
				}
				return true
			})
		}
	}
	if used == 0 {
		t.Error("nothing of netfake is used: the test reads nothing")
	}
}
