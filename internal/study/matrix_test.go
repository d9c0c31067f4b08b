package study

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// filled is a matrix of the rows and columns that are named.
func filled(t *testing.T, rows, columns string, o FillOptions) *Matrix {
	t.Helper()
	rs, err := ParseRows(rows)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Fill(t.Context(), rs, columnsNamed(t, columns), o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func columnsNamed(t *testing.T, columns string) (list []Column) {
	t.Helper()
	for name := range strings.FieldsSeq(columns) {
		c, err := ColumnByName(name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, c)
	}
	return list
}

// marks are the cells of a matrix, a line for each row.
func marks(m *Matrix) (lines []string) {
	for r := range m.Rows {
		var list []string
		for c := range m.Columns {
			list = append(list, m.Cells[r][c].Mark())
		}
		lines = append(lines, m.Rows[r].Name+": "+strings.Join(list, ", "))
	}
	return lines
}

func wantMarks(t *testing.T, m *Matrix, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, marks(m)); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
}

func TestWhichHandshakeKeepsWhat(t *testing.T) {
	m := filled(t, "handshake,isn=fresh+reused", "old-syn old-syn-opening syn-comes", FillOptions{})
	wantMarks(t, m,
		"handshake=three isn=fresh: yes, yes, yes",
		"handshake=three isn=reused: NO 3, NO 2, yes",
		"handshake=one isn=fresh: NO 2, NO 2, yes...",
		"handshake=one isn=reused: NO 2, NO 2, yes...",
		"handshake=two isn=fresh: NO 2, NO 2, NO 4",
		"handshake=two isn=reused: NO 2, NO 2, NO 4",
		"handshake=four isn=fresh: yes, NO 6, yes",
		"handshake=four isn=reused: NO 3, NO 2, yes",
		"handshake=four-acked isn=fresh: yes, yes, yes",
		"handshake=four-acked isn=reused: NO 3, NO 2, yes",
	)
}

func TestWhatIsLostByOneChange(t *testing.T) {
	m := filled(t, "isn=fresh,time-wait/rst-in-time-wait/attacks=rfc793/ack-range", "clean-last-ack whole-wait blind-rst blind-text", FillOptions{})
	wantMarks(t, m,
		"isn=fresh: yes, NO 7, yes, NO 1",
		"isn=fresh time-wait=msl: NO 10, NO 7, yes, NO 1",
		"isn=fresh time-wait=none: NO 7, NO 7, yes, NO 1",
		"isn=fresh rst-in-time-wait=ignore: yes, yes, yes, NO 1",
		"isn=fresh rst-in-time-wait=ignore-at-first: yes, NO 7, yes, NO 1",
		"isn=fresh attacks=rfc793: yes, NO 7, NO 1, NO 1",
		"isn=fresh ack-range=recent: yes, NO 7, yes, yes",
		"isn=fresh ack-range=sent: yes, NO 7, yes, yes",
	)
	for _, c := range []struct {
		row, column  int
		lost, gained bool
	}{{0, 0, false, false}, {1, 0, true, false}, {3, 1, false, true}, {5, 2, true, false}, {6, 3, false, true}, {6, 0, false, false}} {
		if lost, gained := m.Changed(c.row, c.column); lost != c.lost || gained != c.gained {
			t.Errorf("row %d, column %d: lost %v, gained %v", c.row, c.column, lost, gained)
		}
	}
}

// A bent machine is a row like any other, and its cells turn.
func TestABentMachineTurnsCells(t *testing.T) {
	m := filled(t, "mutant=none+syn-rcvd-any-ack+no-time-wait", "old-syn clean-last-ack", FillOptions{})
	wantMarks(t, m,
		"mutant=none: yes, yes",
		"mutant=syn-rcvd-any-ack: NO 3, yes",
		"mutant=no-time-wait: yes, NO 6",
	)
}

// A liveness question is refuted by a run and a loop; a guarantee whose subject never comes about holds vacuously.
func TestLoopsAndVacuousCells(t *testing.T) {
	m := filled(t, "handshake=three+two", "open-ends", FillOptions{})
	if got := m.Cells[1][0].Mark(); got != "NO 4+3" {
		t.Errorf("two segments: got %s", got)
	}
	file := []byte("always = [\"no-ghost-connection\"]\n")
	c, err := ColumnFromFile("nothing.toml", file)
	if err != nil {
		t.Fatal(err)
	}
	c.Witness = properties.OnState("a wonder", func(*netfake.System, netfake.State) bool { return false })
	rows, _ := ParseRows("handshake=three")
	v, err := Fill(t.Context(), rows, []Column{c}, FillOptions{})
	if err != nil || v.Cells[0][0].Mark() != "yes (v)" {
		t.Errorf("a cell without its witness: %q, %v", v.Cells[0][0].Mark(), err)
	}
}

// A cell is the theorem's own search where its row says what the theorem says.
func TestACellIsTheTheoremsSearch(t *testing.T) {
	m := filled(t, "handshake=three", "three-segments-opening", FillOptions{})
	th, _ := properties.ByName("three-segments-opening")
	o, err := th.Prove(t.Context(), properties.Settings{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	if c := m.Cells[0][0]; c.Distinct != o.Distinct || c.Generated != o.Generated || c.Verdict != o.Verdict {
		t.Errorf("cell %v, theorem %d, %d, %v", c.Answer, o.Distinct, o.Generated, o.Verdict)
	}
}

// Every axis can be applied to every guarantee: the scenario can be searched, or the cell says why not.
func TestEveryAxisMeetsEveryGuarantee(t *testing.T) {
	notAsked := 0
	for _, ax := range Axes() {
		for _, v := range ax.Values {
			r := Row{Set: []Choice{{ax.Name, v}}}
			for _, col := range DefaultColumns() {
				f := r.file(col)
				if err := f.Finish(nil); err != nil {
					notAsked++
					if ax.Name != "isn" || v != "clock" {
						t.Errorf("%s=%s, %s: %v", ax.Name, v, col.Name, err)
					}
				} else if _, err := netfake.New(f.Scenario); err != nil {
					t.Errorf("%s=%s, %s: %v", ax.Name, v, col.Name, err)
				}
			}
		}
	}
	if notAsked == 0 {
		t.Error("a clock of numbers was found in scenarios without a clock")
	}
}

// Every value of every axis changes some cell's question.
func TestEveryAxisChangesAQuestion(t *testing.T) {
	columns := DefaultColumns()
	for _, ax := range Axes() {
		for _, v := range ax.Values[1:] {
			changed := slices.ContainsFunc(columns, func(col Column) bool {
				return col.question(Row{}.file(col)) != col.question(Row{Set: []Choice{{ax.Name, v}}}.file(col))
			})
			if !changed {
				t.Errorf("%s=%s changes no scenario", ax.Name, v)
			}
		}
	}
}

// Where numbers are used again, the old segments bear them.
func TestOldSegmentsBearTheNumbersThatAreUsedAgain(t *testing.T) {
	col := columnsNamed(t, "old-syn")[0]
	f := Row{Set: []Choice{{"isn", "reused"}}}.file(col)
	lowest := func(sc netfake.Scenario, side int) model.Seq {
		low := sc.Peer[side].Base
		for _, p := range sc.Leftover {
			if p.Dst != side && !p.Seg.Has(model.RST|model.ACK) && p.Seg.Seq.Less(low) {
				low = p.Seg.Seq
			}
		}
		return low
	}
	if len(f.Scenario.Leftover) == 0 {
		t.Fatal("the column has no old segments")
	}
	for side, host := range f.Scenario.Peer {
		if low := lowest(f.Scenario, side); low != host.Base {
			t.Errorf("the old segments of %s begin at %d, want its base %d", netfake.PeerName(side), low, host.Base)
		}
		if lowest(col.Scenario, side) == host.Base {
			t.Error("the column's own old segments bear the same numbers: nothing is shown, or they were changed")
		}
	}
}

func TestRows(t *testing.T) {
	for _, c := range []struct {
		text  string
		rows  []string
		bases []int
	}{
		{"isn=fresh+reused", []string{"isn=fresh", "isn=reused"}, []int{-1, 0}},
		{"quiet/isn=reused", []string{"nothing changed", "quiet=none", "isn=reused"}, []int{-1, 0, 0}},
		{"isn=fresh+reused,quiet/attacks", []string{"isn=fresh", "isn=fresh quiet=none", "isn=fresh attacks=rfc793", "isn=fresh attacks=rst-rfc793", "isn=fresh attacks=syn-rfc793",
			"isn=reused", "isn=reused quiet=none", "isn=reused attacks=rfc793", "isn=reused attacks=rst-rfc793", "isn=reused attacks=syn-rfc793"}, []int{-1, 0, 0, 0, 0, -1, 5, 5, 5, 5}},
	} {
		rows, err := ParseRows(c.text)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		var bases []int
		for _, r := range rows {
			names, bases = append(names, r.Name), append(bases, r.Base)
		}
		if !slices.Equal(names, c.rows) || !slices.Equal(bases, c.bases) {
			t.Errorf("%s: got %q, %v", c.text, names, bases)
		}
	}
	for text, want := range map[string]string{
		"isnn":              `found "isnn", expected one of isn`,
		"isn=old":           `isn: found "old", expected some of fresh, reused`,
		"isn=fresh+fresh":   "isn: found fresh twice",
		"isn,handshake/isn": "found isn twice",
		"":                  `found "", expected one of`,
	} {
		if _, err := ParseRows(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
	a, _ := ParseRows("isn")
	if rows := JoinRows(a, a); rows[len(a)+1].Base != len(a) || rows[len(a)].Base != -1 {
		t.Errorf("joined blocks: %+v", rows)
	}
}

func plainJSON(t *testing.T, m *Matrix) string {
	t.Helper()
	var b bytes.Buffer
	doc, err := m.Report()
	if err == nil {
		err = report.Write(&b, "matrix", doc)
	}
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`(?m)^.*"(seconds|cached|program)":.*\n`).ReplaceAllString(b.String(), "")
}

func TestTheNumberOfWorkersChangesNothing(t *testing.T) {
	const rows, columns = "isn=fresh+reused,handshake=two", "old-syn abort-heard open-ends crash-old-text"
	if diff := cmp.Diff(plainJSON(t, filled(t, rows, columns, FillOptions{Workers: 1})), plainJSON(t, filled(t, rows, columns, FillOptions{Workers: 5}))); diff != "" {
		t.Error(diff)
	}
}

func TestALimitMakesUnknown(t *testing.T) {
	m := filled(t, "isn=fresh", "old-text", FillOptions{Limits: Limits{States: 50}})
	if c := m.Cells[0][0]; c.Mark() != "?" || c.Verdict != explore.Unknown || c.Reason == "" || c.Distinct == 0 {
		t.Errorf("got %+v", c.Answer)
	}
}

func TestAColumnFromAFile(t *testing.T) {
	data := []byte("always = [\"no-ghost-connection\"]\nstale = [\"A->B <SEQ=90><CTL=SYN>\"]\n[B.user]\npassive = 1\naccepts = 2\n")
	c, err := ColumnFromFile("mine.toml", data)
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := ParseRows("handshake=three+two")
	m, err := Fill(t.Context(), rows, []Column{c}, FillOptions{})
	if err != nil {
		t.Fatal(err)
	}
	wantMarks(t, m, "handshake=three: yes", "handshake=two: NO 2")
	for _, bad := range []string{"", "always = [\"no-such\"]\n", "nonsense"} {
		if _, err := ColumnFromFile("bad.toml", []byte(bad)); err == nil || !strings.Contains(err.Error(), "bad.toml") {
			t.Errorf("%q: got %v", bad, err)
		}
	}
}

// A column can be a question of the user's own: an invariant, or what must happen eventually, as an expression.
func TestAColumnFromAnExpression(t *testing.T) {
	const users = "[A]\nisn = { policy = \"fresh\" }\nuser = { active = 1, close = true }\n[B]\nisn = { policy = \"fresh\" }\nuser = { passive = 1, accepts = 1, close = true }\n"
	rows, _ := ParseRows("handshake=three+two")
	for text, want := range map[string][]string{
		`always = ["B is sure: !(A.state == 'SYN-SENT' && B.state == 'ESTABLISHED')"]` + "\n": {"handshake=three: yes", "handshake=two: NO 3"},
		`always = ["never: A.state != 'ESTABLISHED'"]` + "\n":                                 {"handshake=three: NO 4", "handshake=two: NO 4"},
		`leads-to = ["it ends: A.state == 'SYN-SENT' => A.state != 'SYN-SENT'"]` + "\n" +
			`reach = ["both: A.state == 'ESTABLISHED' && B.state == 'ESTABLISHED'"]` + "\n": {"handshake=three: yes", "handshake=two: yes"},
		`leads-to = ["at once: A.state == 'ESTABLISHED' => A.state == 'LISTEN'"]` + "\n": {"handshake=three: NO 6+4", "handshake=two: NO 6+4"},
	} {
		c, err := ColumnFromFile("mine.toml", []byte(text+users))
		if err != nil {
			t.Fatal(err)
		}
		m, err := Fill(t.Context(), rows, []Column{c}, FillOptions{})
		if err != nil {
			t.Fatal(err)
		}
		wantMarks(t, m, want...)
		again, err := ColumnFromFile("again.toml", scenario.Format(m.Cells[0][0].File))
		if err != nil || again.Says != c.Says {
			t.Errorf("the scenario of a cell asks %q, want %q: %v", again.Says, c.Says, err)
		}
	}
	for bad, want := range map[string]string{
		`always = ["x: A.nothing"]`:                                       "mine.toml:1",
		`always = ["x: true"]` + "\n" + `leads-to = ["y: true => false"]`: "expected invariants or one of leads-to",
		`reach = ["x: true"]`:                                             "expected invariants or one of leads-to",
	} {
		if _, err := ColumnFromFile("mine.toml", []byte(bad)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", bad, err, want)
		}
	}
}
