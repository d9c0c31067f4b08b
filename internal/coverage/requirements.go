package coverage

import (
	"strings"

	"github.com/tcpcheck/tcpcheck/docs"
)

// requirements reads the rows of docs/REQUIREMENTS.md that name a function: the others are
// decided by the caller of the model, or out of scope.
func requirements() (rows []Row) {
	carried := false
	for line := range strings.SplitSeq(docs.Requirements, "\n") {
		cells := strings.Split(line, "|")
		if len(cells) < 4 {
			carried = false
			continue
		}
		id, text := strings.TrimSpace(cells[1]), strings.TrimSpace(cells[2])
		switch {
		case id == "id":
			carried = strings.Contains(line, "| function |")
		case carried && !strings.HasPrefix(id, "---"):
			rows = append(rows, Row{ID: strings.ReplaceAll(id, ", ", ","), Text: text})
		}
	}
	return rows
}
