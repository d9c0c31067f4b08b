package docs

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// stored reads the labels of RFC 9293 that stand in testdata, each with its section.
func stored(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile("testdata/rfc9293-labels.txt")
	if err != nil {
		t.Fatal(err)
	}
	labels := map[string]string{}
	for line := range strings.Lines(string(data)) {
		label, section, ok := strings.Cut(strings.TrimSpace(line), " ")
		if strings.HasPrefix(line, "#") {
			continue
		}
		if !ok || labels[label] != "" {
			t.Fatalf("%q: expected a new label and its section", line)
		}
		labels[label] = section
	}
	return labels
}

// requirement is a row of a table of REQUIREMENTS.md.
type requirement struct {
	ids     []string
	inScope bool // the table has a column of functions
	cells   []string
}

var labelRange = regexp.MustCompile(`^(MUST|SHLD|MAY|REC)-(\d+)(?: to (MUST|SHLD|MAY|REC)-(\d+))?$`)

// labelsIn lists the labels of RFC 9293 in the first column of a row: single ones, and ranges.
func labelsIn(cell string) (labels []string) {
	for _, id := range strings.Split(cell, ",") {
		m := labelRange.FindStringSubmatch(strings.TrimSpace(id))
		if m == nil {
			continue
		}
		first, _ := strconv.Atoi(m[2])
		last := first
		if m[3] != "" {
			last, _ = strconv.Atoi(m[4])
		}
		for n := first; n <= last; n++ {
			labels = append(labels, fmt.Sprintf("%s-%d", m[1], n))
		}
	}
	return labels
}

// rows reads the rows that name labels.
func rows() (list []requirement) {
	inScope := false
	for line := range strings.Lines(Requirements) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) < 5 {
			continue
		}
		cells = cells[1 : len(cells)-1]
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if cells[0] == "id" || cells[0] == "ids" {
			inScope = slices.Contains(cells, "function")
			continue
		}
		if ids := labelsIn(cells[0]); len(ids) > 0 {
			list = append(list, requirement{ids, inScope, cells})
		}
	}
	return list
}

// Every MUST-n, SHLD-n, MAY-n and REC-n of RFC 9293 has a row: in scope with a function and what shows it, or out of it with a reason;
// and not both. (That the functions and tests exist is tested in package figures.)
func TestEveryLabelHasARow(t *testing.T) {
	labels := stored(t)
	in, out := map[string]bool{}, map[string]bool{}
	for _, r := range rows() {
		for i, cell := range r.cells {
			if cell == "" {
				t.Errorf("%s: column %d is empty", r.cells[0], i+1)
			}
		}
		for _, id := range r.ids {
			if labels[id] == "" {
				t.Errorf("%s: RFC 9293 has no such label", id)
			}
			if r.inScope {
				in[id] = true
			} else {
				out[id] = true
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(labels)) {
		switch {
		case !in[id] && !out[id]:
			t.Errorf("%s (§%s) has no row in docs/REQUIREMENTS.md", id, labels[id])
		case in[id] && out[id]:
			t.Errorf("%s (§%s) stands both in scope and out of it", id, labels[id])
		}
	}
}

var (
	sectionHead = regexp.MustCompile(`^(?:(\d+(?:\.\d+)*)\.  \S|Appendix ([A-Z])\.|([A-Z](?:\.\d+)+)\.  \S)`)
	anyLabel    = regexp.MustCompile(`\b(MUST|SHLD|MAY|REC)-(?:(\d+)|$)`)
	leadingInt  = regexp.MustCompile(`^\s*(\d+)`)
)

// labelsOf finds the labels in the text of RFC 9293, each with the section in which it first stands; what stands only in the table of
// Appendix B has the section B. A label may be broken at the end of a line, behind its hyphen.
func labelsOf(text string) map[string]string {
	body, table := map[string]string{}, map[string]string{}
	section := ""
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if m := sectionHead.FindStringSubmatch(line); m != nil {
			section = m[1] + m[2] + m[3]
		}
		for _, m := range anyLabel.FindAllStringSubmatch(line, -1) {
			n := m[2]
			if n == "" && i+1 < len(lines) {
				if next := leadingInt.FindStringSubmatch(lines[i+1]); next != nil {
					n = next[1]
				}
			}
			into := body
			if section == "B" {
				into = table
			}
			if label := m[1] + "-" + n; n != "" && into[label] == "" {
				into[label] = section
			}
		}
	}
	for label := range table {
		if body[label] == "" {
			body[label] = "B"
		}
	}
	return body
}

// The labels in testdata are exactly those of the RFC's text. TCPCHECK_RFC9293 names a file with it, which is no part of this project.
func TestLabelsAreThoseOfTheText(t *testing.T) {
	path := os.Getenv("TCPCHECK_RFC9293")
	if path == "" {
		t.Skip("TCPCHECK_RFC9293 is not set: expected the path of the text of RFC 9293")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(labelsOf(string(text)), stored(t)); diff != "" {
		t.Errorf("(-text +testdata):\n%s", diff)
	}
}

// A label is found where it stands, also across the end of a line, and where it first stands.
func TestLabelsOf(t *testing.T) {
	text := "3.8.  Data\n\n   must (MUST-7) and (SHLD-\n   29), see MAY-1.\n3.9.  More\n   (MUST-7)\nAppendix B.  Table\n | MUST-7 | MUST-22 |\n"
	want := map[string]string{"MUST-7": "3.8", "SHLD-29": "3.8", "MAY-1": "3.8", "MUST-22": "B"}
	if diff := cmp.Diff(want, labelsOf(text)); diff != "" {
		t.Error(diff)
	}
}
