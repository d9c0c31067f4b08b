package docs_test

import (
	"encoding/json"
	"os"
	"path/filepath"
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
	type stack struct {
		Name     string   `json:"name"`
		Policies []string `json:"policies"`
		Entries  []entry  `json:"entries"`
	}
	tables, err := filepath.Glob("../conform/stacks/*/deviations.toml")
	if err != nil || len(tables) < 5 {
		t.Fatalf("%d tables, %v", len(tables), err)
	}
	var all []stack
	for _, file := range tables {
		var walks []string
		if more := filepath.Join(filepath.Dir(file), "walks.toml"); exists(more) {
			walks = append(walks, more)
		}
		table, err := conform.ReadTable(file, walks...)
		if err != nil {
			t.Fatal(err)
		}
		s := stack{Name: table.Stack, Policies: table.Policies}
		for _, d := range table.Deviations {
			s.Entries = append(s.Entries, entry{d, d.Script})
		}
		all = append(all, s)
	}
	text, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "stacks.json", string(text)+"\n")
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
