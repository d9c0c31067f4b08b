package serve

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/docs"
)

// answered asks for a search, and returns its last event.
func answered[T any](t *testing.T, s *httptest.Server, path string, quest any) (v T) {
	t.Helper()
	body, _ := json.Marshal(quest)
	status, text := do(t, s, "POST", path, bytes.NewReader(body), asJSON)
	_, data, _ := strings.Cut(text, "event: done\ndata: ")
	if status != http.StatusOK || json.Unmarshal([]byte(data), &v) != nil {
		t.Fatalf("%s %s: %d %.300s", path, body, status, text)
	}
	return v
}

// Every document is shown, and every link and picture in it leads to something that this server has.
func TestDocuments(t *testing.T) {
	s := start(t)
	ids := map[string][]string{}
	links := map[string][]string{}
	err := fs.WalkDir(docs.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".md" {
			return err
		}
		status, html := do(t, s, "GET", "/docs/"+name, nil)
		if status != http.StatusOK || !strings.Contains(html, "<h1 id=") || strings.Contains(html, "<!-- raw HTML omitted -->") {
			t.Errorf("%s: %d, or it has no heading, or HTML in it", name, status)
		}
		for _, m := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(html, -1) {
			ids["/docs/"+name] = append(ids["/docs/"+name], m[1])
		}
		for _, m := range regexp.MustCompile(`(?:href|src)="([^"]+)"`).FindAllStringSubmatch(html, -1) {
			links["/docs/"+name] = append(links["/docs/"+name], m[1])
		}
		return nil
	})
	if err != nil || len(links) < 15 {
		t.Fatalf("%d documents, %v", len(links), err)
	}
	known := map[string]bool{}
	for from, list := range links {
		for _, to := range list {
			file, part, _ := strings.Cut(to, "#")
			switch {
			case strings.HasPrefix(to, "data:"), strings.HasPrefix(to, "https://"), strings.HasPrefix(to, "/#"):
				continue
			case file == "":
				file = from
			}
			if part != "" && strings.HasPrefix(file, "/docs/") && !slices.Contains(ids[file], part) {
				t.Errorf("%s links to %s, which %s does not have", from, part, file)
			}
			if !known[file] {
				if status, _ := do(t, s, "GET", file, nil); status != http.StatusOK {
					t.Errorf("%s links to %s: %d", from, to, status)
				}
			}
			known[file] = true
		}
	}
	for _, name := range []string{"/docs/docs.go", "/docs/../go.mod", "/docs/manual", "/docs/", "/docs/%2e%2e/go.mod", "/docs/nothing.md"} {
		if status, text := do(t, s, "GET", name, nil); status != http.StatusNotFound {
			t.Errorf("%s: %d %.100s", name, status, text)
		}
	}
}

// A page of the manual has a link to each theorem that its commands search, and the reference one for each theorem.
func TestTheManualOpensTheExplorer(t *testing.T) {
	s := start(t)
	for page, want := range map[string]string{"teachers.md": "two-segments-old-data/three segments", "reference/theorems.md": "assassination"} {
		_, html := do(t, s, "GET", "/docs/manual/"+page, nil)
		if !strings.Contains(html, `<a href="/#`+url.Values{"theorem": {want}}.Encode()+`">`) {
			t.Errorf("%s has no link to %s", page, want)
		}
	}
	_, html := do(t, s, "GET", "/docs/manual/stack-authors.md", nil)
	if !strings.Contains(html, "PROTOCOL.md (conform/PROTOCOL.md in the repository)") {
		t.Error("what is only in the repository is not named")
	}
}

func TestMatrix(t *testing.T) {
	s := start(t)
	own := "always = [\"B is sure: !(A.state == 'SYN-SENT' && B.state == 'ESTABLISHED')\"]\n[A]\nisn = { policy = \"fresh\" }\nuser = { active = 1 }\n[B]\nisn = { policy = \"fresh\" }\nuser = { passive = 1, accepts = 1 }\n"
	m := answered[matrixAnswer](t, s, "/api/matrix", matrixQuest{Rows: "handshake=three+two", Columns: []string{"old-syn", "open-ends"}, Text: own})
	var marks [][]string
	for _, r := range m.Rows {
		var row []string
		for _, c := range r.Cells {
			row = append(row, c.Mark)
		}
		marks = append(marks, row)
	}
	if got, want := marks, [][]string{{"yes", "yes", "yes"}, {"NO 2", "NO 4+3", "NO 3"}}; !slices.EqualFunc(got, want, slices.Equal) {
		t.Fatalf("got %q, want %q", got, want)
	}
	if !m.Rows[0].Base || m.Rows[1].Base || m.Rows[1].Cells[0].Change != "lost by this change" || m.Rows[1].Cells[0].Class != "fails short" {
		t.Errorf("%+v", m.Rows)
	}
	// The link of a cell leads to the violation.
	for _, c := range []int{0, 2} {
		cell := m.Rows[1].Cells[c]
		v := at(t, s, subject{Text: cell.Text}, cell.Run...)
		if !slices.ContainsFunc(v.Invariants, func(i invariant) bool { return i.Broken == len(cell.Run) }) {
			t.Errorf("column %d: the run of the cell violates nothing: %+v", c+1, v.Invariants)
		}
	}
	loop := m.Rows[1].Cells[1]
	body, _ := json.Marshal(place{Subject: subject{Text: loop.Text}, Actions: loop.Run, Loop: loop.Loop})
	if status, text := do(t, s, "POST", "/api/position", bytes.NewReader(body), asJSON); status != 200 || !strings.Contains(text, "from here again and again") {
		t.Errorf("the lasso of a cell: %d %.200s", status, text)
	}
	if _, html := do(t, s, "GET", "/matrix", nil); !strings.Contains(html, `value="old-syn" checked`) {
		t.Error("the page has no columns to choose")
	}
}

func TestABound(t *testing.T) {
	s := start(t)
	b := answered[boundAnswer](t, s, "/api/bound", boundQuest{Topic: "quiet-time", Name: "own-text"})
	if !strings.HasPrefix(b.Formula, "Q = MSL fits all 3 points. The minimum for such a formula is 2.") || len(b.Points) != 3 || b.Points[1].At != "MSL 3" || b.Points[1].Least != "3" {
		t.Errorf("%+v", b)
	}
	if !strings.Contains(b.Picture, "smallest safe Q, in ticks") {
		t.Error("the plot has no axes")
	}
	p := b.Points[0]
	v := at(t, s, subject{Text: p.Text}, p.Run...)
	if !slices.ContainsFunc(v.Invariants, func(i invariant) bool { return i.Broken == len(p.Run) }) || p.Below != "Q = 1: no-foreign-data after 10 steps" {
		t.Errorf("%s: the run violates nothing: %+v", p.Below, v.Invariants)
	}
	if _, html := do(t, s, "GET", "/bounds", nil); !strings.Contains(html, `data-topic="quiet-time" data-name="own-text"`) {
		t.Error("the page does not offer the question")
	}
}

func TestTheMap(t *testing.T) {
	s := start(t)
	find := func(p place) (m mapAnswer) {
		t.Helper()
		body, _ := json.Marshal(p)
		status, text := do(t, s, "POST", "/api/map", bytes.NewReader(body), asJSON)
		if status != http.StatusOK || json.Unmarshal([]byte(text), &m) != nil {
			t.Fatalf("%d %.300s", status, text)
		}
		return m
	}
	p := place{Subject: subject{Theorem: "two-segments-old-data"}}
	for _, want := range []struct{ action, here string }{{"", "A CLOSED / B CLOSED"}, {"passive-OPEN.B", "A CLOSED / B LISTEN"}, {"deliver.B.1", "A CLOSED / B ESTABLISHED"}} {
		if want.action != "" {
			p.Actions = append(p.Actions, want.action)
		}
		m := find(p)
		if m.Here != want.here || m.Says != "80 states in 3 pairs: everything that can be reached." || strings.Count(m.Picture, "#FFE28A") != 1 {
			t.Errorf("%v: %s, %s, marked %d times", p.Actions, m.Here, m.Says, strings.Count(m.Picture, "#FFE28A"))
		}
	}
	m := find(place{Subject: subject{Theorem: "no-wait-old-fin"}})
	if !strings.Contains(m.Says, "incomplete: the search was cut off") || !strings.Contains(m.Says, "too much to draw") || !strings.Contains(strings.Join(m.Legend, "|"), "dashed: not everything") {
		t.Errorf("a large map: %s", m.Says)
	}
}

// The questions of a scenario file can be asked, too.
func TestOwnQuestions(t *testing.T) {
	s := start(t)
	text := "reach = [\"both: A.state == 'ESTABLISHED' && B.state == 'ESTABLISHED'\", \"never: A.state == 'LISTEN'\"]\n" +
		"leads-to = [\"it ends: A.state == 'SYN-SENT' => A.state != 'SYN-SENT'\", \"no: A.state == 'ESTABLISHED' => A.state == 'LISTEN'\"]\n" +
		"[A]\nisn = { policy = \"fresh\" }\nuser = { active = 1 }\n[B]\nisn = { policy = \"fresh\" }\nuser = { passive = 1, accepts = 1 }\n"
	of := subject{Text: text}
	v := at(t, s, of)
	if len(v.Reach) != 2 || len(v.LeadsTo) != 2 {
		t.Fatalf("%q %q", v.Reach, v.LeadsTo)
	}
	again := at(t, s, subject{Text: v.Text})
	if !slices.Equal(again.Reach, v.Reach) || !slices.Equal(again.LeadsTo, v.LeadsTo) {
		t.Errorf("the text of the scenario has lost questions: %s", v.Text)
	}
	for _, c := range []struct {
		quest
		verdict string
	}{
		{quest{Reach: 1}, "FOUND"}, {quest{Reach: 2}, "NONE"}, {quest{LeadsTo: 1}, "NONE"}, {quest{LeadsTo: 2}, "FOUND"},
	} {
		c.Subject = of
		f := answered[found](t, s, "/api/ask", c.quest)
		if f.Verdict != c.verdict || (f.Loop > 0) != (c.LeadsTo == 2) {
			t.Errorf("%d %d: %+v, want %s", c.Reach, c.LeadsTo, f, c.verdict)
		}
		if end := at(t, s, of, f.Actions...); c.Reach == 1 && (end.Peers[0].State != "ESTABLISHED" || end.Peers[1].State != "ESTABLISHED") {
			t.Errorf("the run ends in %s, %s", end.Peers[0].State, end.Peers[1].State)
		}
	}
}

// A page of a stack has a ladder of the model and one of the stack for each entry of its table.
func TestTheStacks(t *testing.T) {
	s := start(t)
	for _, x := range stacks() {
		status, html := do(t, s, "GET", "/stacks/"+x.Name, nil)
		if n := strings.Count(html, "<figure>"); status != http.StatusOK || n != 2*len(x.Entries) || n < 100 {
			t.Errorf("%s: %d, %d ladders of %d entries", x.Name, status, n, len(x.Entries))
		}
		if strings.Contains(html, `<p class="from"></p>`) || strings.Contains(html, "ZgotmplZ") {
			t.Errorf("%s: an answer is empty", x.Name)
		}
	}
	if status, _ := do(t, s, "GET", "/stacks/none", nil); status != http.StatusNotFound {
		t.Errorf("a stack that there is not: %d", status)
	}
	d := difference{In: []string{"ESTABLISHED"}, On: []string{"RST|RST,ACK seq=inside"}, Differs: []string{"sends", "state"}, Want: []string{"ACK"}, Got: []string{"nothing"}, To: []string{"CLOSED"}}
	want := []exchange{{"the model", []exchangeLine{{"state", "in ESTABLISHED"}, {"to", "RST / RST,ACK seq=inside"}, {"from", "ACK"}}},
		{"x", []exchangeLine{{"state", "in ESTABLISHED"}, {"to", "RST / RST,ACK seq=inside"}, {"state", "sends nothing"}, {"state", "goes to CLOSED"}}}}
	if got := d.Ladders("x"); !slices.EqualFunc(got, want, func(a, b exchange) bool { return a.Who == b.Who && slices.Equal(a.Lines, b.Lines) }) {
		t.Errorf("got %v", got)
	}
}
