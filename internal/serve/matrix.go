package serve

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/internal/study"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// The matrix that the page shows first, and the most that a request may ask for.
const (
	firstRows    = "handshake=three+two,isn=fresh+reused"
	mostCells    = 400
	statesOfCell = 100_000
)

var firstColumns = []string{"old-syn", "syn-comes", "early-close", "blind-rst"}

// matrixPage is what assets/matrix.html shows.
type matrixPage struct {
	Rows    string
	Axes    []study.Axis
	Columns []matrixChoice
	Found   *matrixAnswer // in files
}

type matrixChoice struct {
	study.Column
	Chosen bool
}

// matrixQuest is a request for a matrix.
type matrixQuest struct {
	Rows    string   `json:"rows"`    // blocks, a line each
	Columns []string `json:"columns"` // guarantees by name
	Text    string   `json:"text"`    // a scenario file that is a column, too; "": none
}

// matrixAnswer is a matrix.
type matrixAnswer struct {
	Columns []matrixColumn `json:"columns"`
	Rows    []matrixRow    `json:"rows"`
	Summary string         `json:"summary"`
}

type matrixColumn struct {
	Name string `json:"name"`
	Says string `json:"says"`
}

type matrixRow struct {
	Name  string       `json:"name"`
	Base  bool         `json:"base"` // the rows below are compared with it
	Cells []matrixCell `json:"cells"`
}

type matrixCell struct {
	Mark   string   `json:"mark"`
	Class  string   `json:"class"`
	Word   string   `json:"word"`
	Change string   `json:"change"` // how it differs from the row that it is compared with
	Text   string   `json:"text"`   // the scenario; "": not asked
	Run    []string `json:"run"`
	Loop   int      `json:"loop"`
	Link   string   `json:"-"` // in files: the page of its run
}

func (s *server) matrixPage(w http.ResponseWriter, _ *http.Request) {
	s.html(w, "matrix.html", firstMatrix())
}

func firstMatrix() matrixPage {
	p := matrixPage{Rows: firstRows, Axes: study.Axes()}
	for _, c := range study.DefaultColumns() {
		choice := matrixChoice{Column: c}
		for _, name := range firstColumns {
			choice.Chosen = choice.Chosen || c.Name == name
		}
		p.Columns = append(p.Columns, choice)
	}
	return p
}

// read finds what a quest asks for.
func (q *matrixQuest) read() (rows []study.Row, columns []study.Column, err error) {
	var blocks [][]study.Row
	for line := range strings.FieldsFuncSeq(q.Rows, func(r rune) bool { return r == '\n' || r == '\r' }) {
		block, err := study.ParseRows(strings.TrimSpace(line))
		if err != nil {
			return nil, nil, fmt.Errorf("rows: %w", err)
		}
		blocks = append(blocks, block)
	}
	rows = study.JoinRows(blocks...)
	for _, name := range q.Columns {
		c, err := study.ColumnByName(name)
		if err != nil {
			return nil, nil, err
		}
		columns = append(columns, c)
	}
	if q.Text != "" {
		c, err := study.ColumnFromFile("your question", []byte(q.Text))
		if err != nil {
			return nil, nil, err
		}
		columns = append(columns, c)
	}
	if n := len(rows) * len(columns); n == 0 || n > mostCells {
		err = fmt.Errorf("found %d rows and %d guarantees, expected some of each, and at most %d cells", len(rows), len(columns), mostCells)
	}
	return rows, columns, err
}

// matrix searches the cells, and sends progress and then the table.
func (s *server) matrix(w http.ResponseWriter, r *http.Request) {
	var q matrixQuest
	if !read(w, r, &q) {
		return
	}
	rows, columns, err := q.read()
	if err != nil {
		text, lines := problemOf(err)
		refuse(w, http.StatusUnprocessableEntity, text, lines...)
		return
	}
	if !s.begin(w) {
		return
	}
	defer s.end()
	ctx, stop := s.limits.within(r.Context())
	defer stop()
	send := stream(w)
	m, err := fillMatrix(ctx, rows, columns, s.limits, func(says string) { send("progress", map[string]any{"says": says}) })
	if err != nil {
		send("done", map[string]any{"error": err.Error()})
		return
	}
	send("done", m)
}

// fillMatrix searches the cells, and tells progress how far it is.
func fillMatrix(ctx context.Context, rows []study.Row, columns []study.Column, l Limits, progress func(string)) (matrixAnswer, error) {
	states := uint64(statesOfCell)
	if l.States > 0 {
		states = min(states, l.States)
	}
	m, err := study.Fill(ctx, rows, columns, study.FillOptions{Limits: study.Limits{States: states, Mem: l.Mem}, Progress: func(done, total int) {
		progress(fmt.Sprintf("%d of %d searches", done, total))
	}})
	if err != nil {
		return matrixAnswer{}, err
	}
	return seeMatrix(m), nil
}

func seeMatrix(m *study.Matrix) matrixAnswer {
	v := matrixAnswer{Summary: m.Summary() + ". Limits: " + m.Limits.String() + "."}
	for _, c := range m.Columns {
		v.Columns = append(v.Columns, matrixColumn{c.Name, c.Says})
	}
	for r := range m.Rows {
		row := matrixRow{Name: m.Rows[r].Name, Base: m.Rows[r].Base < 0}
		for c := range m.Columns {
			cell := &m.Cells[r][c]
			x := matrixCell{Mark: cell.Mark(), Class: cell.Class(), Word: cell.Word(), Change: m.Change(r, c), Run: []string{}}
			if cell.NotAsked == "" {
				x.Text = readable(cell.File)
			}
			if cell.Verdict == explore.Violated {
				x.Run, x.Loop = ids(cell.Run), cell.Loop
			}
			row.Cells = append(row.Cells, x)
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

// readable is a scenario as a file that can be read again, without invariants that only one theorem has.
func readable(f scenario.File) string {
	var always []string
	for _, name := range f.Always {
		if nameable(name) {
			always = append(always, name)
		}
	}
	f.Always = always
	return string(scenario.Format(f))
}

// ids are the actions of a run as links have them.
func ids(run netfake.Run) []string {
	list := []string{}
	for _, a := range run.Actions {
		list = append(list, actionID(a))
	}
	return list
}
