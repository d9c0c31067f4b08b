package docs_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/internal/golden"
)

// stacks.json has the tables of conform/stacks, which is another module, so that the pages of serve can show them.
func TestStacks(t *testing.T) {
	type entry struct {
		conform.Deviation
		Script []string `json:"script,omitempty"`
	}
	compact := func(v any) string {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	tables, err := filepath.Glob("../conform/stacks/*/deviations.toml")
	if err != nil || len(tables) < 5 {
		t.Fatalf("%d tables, %v", len(tables), err)
	}
	var all []string
	for _, file := range tables {
		var walks []string
		if more := filepath.Join(filepath.Dir(file), "walks.toml"); exists(more) {
			walks = append(walks, more)
		}
		table, err := conform.ReadTable(file, walks...)
		if err != nil {
			t.Fatal(err)
		}
		var entries []string // a line each, so that a change is a change of few lines
		for _, d := range table.Deviations {
			entries = append(entries, compact(entry{d, d.Script}))
		}
		all = append(all, fmt.Sprintf(`{"name":%s,"policies":%s,"entries":[
%s
]}`, compact(table.Stack), compact(table.Policies), strings.Join(entries, ",\n")))
	}
	golden.Check(t, "stacks.json", "["+strings.Join(all, ",\n")+"]\n")
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
