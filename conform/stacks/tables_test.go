package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/conform"
)

// numberedRequirement is a number of Appendix B of RFC 9293.
var numberedRequirement = regexp.MustCompile(`\b(MUST|SHLD|MAY)-\d+\b`)

// Each entry of every table can be read, says what happens and where RFCs say otherwise, and names only requirements that
// docs/REQUIREMENTS.md has. No stack is started, so this holds for lwIP's table without lwIP, too.
func TestTablesAreWhole(t *testing.T) {
	text, err := os.ReadFile("../../docs/REQUIREMENTS.md")
	if err != nil {
		t.Fatal(err)
	}
	known := numberedRequirement.FindAllString(string(text), -1)
	files, err := filepath.Glob("*/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	tables, entries := 0, 0
	for _, file := range files {
		if base := filepath.Base(file); base != "deviations.toml" && base != "walks.toml" {
			continue
		}
		tables++
		table, err := conform.ReadTable(file)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, d := range table.Deviations {
			entries++
			if !strings.Contains(d.Clause, "RFC ") || d.What == "" || d.Seen == "" {
				t.Errorf("%s: %s: expected what, seen, and a clause of an RFC, got %q", file, d.Name, d.Clause)
			}
			if strings.HasSuffix(file, "walks.toml") && len(d.Script) == 0 && d.Count == 0 {
				t.Errorf("%s: %s: expected a script or a count", file, d.Name)
			}
			for _, id := range numberedRequirement.FindAllString(d.Clause, -1) {
				if !slices.Contains(known, id) {
					t.Errorf("%s: %s: found %s, expected a requirement of docs/REQUIREMENTS.md", file, d.Name, id)
				}
			}
		}
	}
	if tables < 7 || entries < 380 {
		t.Errorf("found %d tables with %d entries, expected at least 7 with 380", tables, entries)
	}
	t.Logf("%d entries of %d tables", entries, tables)
}
