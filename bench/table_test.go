package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TABLE.md is a table that the program of today would write: its command, date and load are there, its rows and columns are the
// program's, and no tool disagrees.
func TestCommittedTableIsOfThisProgram(t *testing.T) {
	text, err := os.ReadFile("TABLE.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(text)
	for _, want := range []string{"^" + tableTitle + "\n\n`go run \\. .*--markdown.*` wrote this", `\d\d\d\d-\d\d-\d\d, median of \d+; linux/`,
		`load averages [0-9. ]+ before, [0-9. ]+ after`, `tcpcheck .* Times ` + "`" + baseline + "`"} {
		if !regexp.MustCompile(want).MatchString(doc) {
			t.Errorf("expected %q in it", want)
		}
	}
	_, table, found := strings.Cut(doc, tableHead+"\n")
	lines := strings.Split(strings.TrimSpace(table), "\n")
	if !found || len(lines) != len(rows) {
		t.Fatalf("%d rows, expected %d below the head of the program's table", len(lines), len(rows))
	}
	measured := 0
	for i, r := range rows {
		cells := strings.Split(strings.Trim(lines[i], "|"), "|")
		if len(cells) != 7 || strings.TrimSpace(cells[0]) != r.id || strings.TrimSpace(cells[1]) != r.mode || strings.TrimSpace(cells[2]) != r.keeps {
			t.Errorf("%s\nexpected the row %s, %s, %s", lines[i], r.id, r.mode, r.keeps)
			continue
		}
		if strings.TrimSpace(cells[3]) != "-" {
			measured++
		}
	}
	if !strings.HasSuffix(lines[0], "| 1.00 | 1.00 | 1.00 |  |") || strings.Contains(table, "DISAGREES") || measured < len(rows)/2 {
		t.Errorf("%d rows were measured, the first is %s", measured, lines[0])
	}
}
