package serve

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tcpcheck/tcpcheck/properties"
)

func start(t *testing.T) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(New("test", Limits{States: 300_000, Mem: 1 << 28, Timeout: time.Minute, AtOnce: 2}))
	t.Cleanup(s.Close)
	return s
}

// do sends a request with headers "name: value", and returns its status and its answer.
func do(t *testing.T, s *httptest.Server, method, path string, body io.Reader, headers ...string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			r.Host = value
		}
		r.Header.Set(name, value)
	}
	resp, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(data)
}

const asJSON = "Content-Type: application/json"

// at asks for a position.
func at(t *testing.T, s *httptest.Server, of subject, actions ...string) (v position) {
	t.Helper()
	body, _ := json.Marshal(place{Subject: of, Actions: actions, Width: 800})
	status, text := do(t, s, "POST", "/api/position", bytes.NewReader(body), asJSON)
	if status != http.StatusOK {
		t.Fatalf("%v %v: %d %s", of, actions, status, text)
	}
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTheRunToOldData(t *testing.T) {
	s := start(t)
	of := subject{Theorem: "two-segments-old-data"}
	v := at(t, s, of)
	if len(v.Steps) != 0 || v.Invariants[0].Broken != 0 || v.Peers[1].State != "CLOSED" || len(v.Wire) != 2 || !v.Wire[0].Old {
		t.Errorf("the start: %+v", v)
	}
	var run []string
	for _, want := range []string{"passive OPEN", "deliver SYN seq=90 → B", "deliver PSH,ACK seq=91 ack=291 data=1 → B"} {
		id := ""
		for _, g := range v.Groups {
			for _, a := range g.Actions {
				if a.Label == want {
					id = a.ID
				}
			}
		}
		if id == "" {
			t.Fatalf("%q is not among %+v", want, v.Groups)
		}
		run = append(run, id)
		v = at(t, s, of, run...)
	}
	inv := v.Invariants[0]
	if inv.Name != "no-foreign-data" || inv.Broken != 3 || inv.Start || len(v.Faults) != 1 || v.Faults[0] != "foreign-data" {
		t.Errorf("after %v: %+v, faults %v", run, inv, v.Faults)
	}
	if !strings.Contains(v.Picture, "no-foreign-data does not hold") || !strings.HasPrefix(v.Picture, "<svg ") || strings.Contains(v.Picture, "<style") {
		t.Errorf("the picture: %.300s", v.Picture)
	}
	changed := ""
	for _, f := range v.Peers[1].Fields {
		if f.Was != "" {
			changed += f.Name + " " + f.Was + "→" + f.Value + "; "
		}
	}
	if changed != "RCV.NXT 91→92; octets accepted –→1; " {
		t.Errorf("the last step changed %s", changed)
	}
	if before := at(t, s, of, run[:2]...); before.Invariants[0].Broken != 0 || before.Peers[1].Was != "LISTEN" {
		t.Errorf("one step before: %+v", before)
	}
}

// Every action that the page offers, on random walks through several scenarios, is accepted again under its name.
func TestEveryOfferCanBeTaken(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, name := range []string{"two-segments-old-data", "no-wait-old-fin", "three-segments-opening", "stream-both-ways"} {
		a, err := subject{Theorem: name}.resolve()
		if err != nil {
			t.Fatal(err)
		}
		state, ids := a.sys.Init()[0], []string{}
		for range 40 {
			want := a.sys.Actions(nil, state)
			offered := map[string]bool{}
			for _, g := range groups(a.sys, state) {
				for _, c := range g.Actions {
					if offered[c.ID] || c.Label == "" {
						t.Fatalf("%s after %v: %+v is offered twice or has no label", name, ids, c)
					}
					offered[c.ID] = true
				}
			}
			if len(offered) != len(want) {
				t.Fatalf("%s after %v: %d actions are possible, %d offered", name, ids, len(want), len(offered))
			}
			if len(want) == 0 {
				break
			}
			next := want[r.IntN(len(want))]
			if got, err := parseAction(actionID(next)); err != nil || got != next {
				t.Fatalf("%v is written %q and read %v, %v", next, actionID(next), got, err)
			}
			state, ids = a.sys.Step(state, next), append(ids, actionID(next))
		}
		p := place{Subject: subject{Theorem: name}, Actions: ids}
		if _, run, err := p.replay(); err != nil || len(run) > 0 && run[len(run)-1].State != state {
			t.Errorf("%s: %v leads elsewhere: %v", name, ids, err)
		}
	}
}

// Everything in the galleries can be opened, and its scenario can be edited and read again.
func TestEveryEntryOpens(t *testing.T) {
	seen := 0
	for _, shelf := range everything().Shelves {
		for _, e := range shelf.Entries {
			a, err := e.Subject.resolve()
			if err != nil {
				t.Errorf("%s: %v", e.Name, err)
				continue
			}
			if seen++; seen%5 == 0 {
				again, err := subject{Text: a.text()}.resolve()
				if err != nil || again.sys.Init()[0] != a.sys.Init()[0] {
					t.Errorf("%s: its text is read as another scenario: %v", e.Name, err)
				}
			}
		}
		if len(shelf.Entries) < 10 {
			t.Errorf("%s: only %d entries", shelf.Title, len(shelf.Entries))
		}
	}
}

func TestAsking(t *testing.T) {
	s := start(t)
	ask := func(q quest) (f found, events string) {
		body, _ := json.Marshal(q)
		status, text := do(t, s, "POST", "/api/ask", bytes.NewReader(body), asJSON)
		if status != http.StatusOK {
			t.Fatalf("%d %s", status, text)
		}
		i := strings.LastIndex(text, "event: done\ndata: ")
		if i < 0 || json.Unmarshal([]byte(text[i+len("event: done\ndata: "):]), &f) != nil {
			t.Fatalf("no answer in %s", text)
		}
		return f, text[:i]
	}
	old := subject{Theorem: "two-segments-old-data"}
	f, _ := ask(quest{place: place{Subject: old}})
	if f.Verdict != "FOUND" || len(f.Actions) != 3 || at(t, s, old, f.Actions...).Invariants[0].Broken != 3 {
		t.Errorf("from the start: %+v", f)
	}
	f, _ = ask(quest{place: place{Subject: old, Actions: f.Actions[:2]}})
	if f.Verdict != "FOUND" || len(f.Actions) != 3 || !strings.Contains(f.Says, "1 step.") {
		t.Errorf("from step 2: %+v", f)
	}
	f, _ = ask(quest{place: place{Subject: old}, Pair: [2]string{"", "ESTABLISHED"}})
	if f.Verdict != "FOUND" || at(t, s, old, f.Actions...).Peers[1].State != "ESTABLISHED" || len(f.Actions) != 2 {
		t.Errorf("to ESTABLISHED: %+v", f)
	}
	f, _ = ask(quest{place: place{Subject: old}, Pair: [2]string{"TIME-WAIT", ""}})
	if f.Verdict != "NONE" || !strings.Contains(f.Says, "Every one of") {
		t.Errorf("to what cannot be: %+v", f)
	}
	if f, _ = ask(quest{place: place{Subject: subject{Theorem: "three-segments-idle"}}}); f.Verdict != "NONE" {
		t.Errorf("a theorem that holds: %+v", f)
	}
	const never = "leads-to = [\"q: A.state == 'TIME-WAIT' => B.state == 'TIME-WAIT'\"]\n[A]\nuser = {active = 1}\n[B]\nbase = 300"
	if f, _ = ask(quest{place: place{Subject: subject{Text: never}}, LeadsTo: 1}); !strings.Contains(f.Says, "nothing had to happen") {
		t.Errorf("A opens only, and is never in TIME-WAIT: %+v", f)
	}
	if f, _ = ask(quest{place: place{Subject: subject{Theorem: "last-ack-meets-syn-sent"}}}); f.Verdict != "FOUND" || f.Loop == 0 {
		t.Errorf("what happens eventually: %+v", f)
	}
	body, _ := json.Marshal(place{Subject: subject{Theorem: "last-ack-meets-syn-sent"}, Actions: f.Actions, Loop: f.Loop})
	if status, text := do(t, s, "POST", "/api/position", bytes.NewReader(body), asJSON); status != 200 || !strings.Contains(text, "from here again and again") {
		t.Errorf("the picture of a lasso shows no loop: %d %.200s", status, text)
	}
	// The lengths are those of the theorems' own searches.
	for _, name := range []string{"no-wait-old-fin", "old-syn-at-opener"} {
		q, err := properties.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		o, err := q.Answer(t.Context(), properties.Settings{})
		if f, _ := ask(quest{place: place{Subject: subject{Theorem: name}}}); err != nil || len(f.Actions) != o.Run.Steps() {
			t.Errorf("%s: %d steps, the theorem has %d: %v", name, len(f.Actions), o.Run.Steps(), err)
		}
	}
	status, text := do(t, s, "POST", "/api/ask", strings.NewReader(`{"subject":{"theorem":"two-segments-old-data"},"pair":["OPEN",""]}`), asJSON)
	if status != http.StatusUnprocessableEntity || !strings.Contains(text, "expected one of RFC 9293's") {
		t.Errorf("a state that there is not: %d %s", status, text)
	}
}

// A search ends when its page goes, and its place is free again; more than two at once are refused.
func TestASearchEndsWithItsPage(t *testing.T) {
	handler := New("test", Limits{AtOnce: 1, Timeout: time.Hour})
	s := httptest.NewServer(handler)
	defer s.Close()
	body := `{"subject":{"theorem":"stream-both-ways"}}`
	ctx, stop := context.WithCancel(t.Context())
	r, _ := http.NewRequestWithContext(ctx, "POST", s.URL+"/api/ask", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	resp, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(resp.Body).ReadString('\n'); line != "event: progress\n" {
		t.Fatalf("the first event is %q, %v", line, err)
	}
	if status, text := do(t, s, "POST", "/api/ask", strings.NewReader(body), asJSON); status != http.StatusServiceUnavailable || !strings.Contains(text, "running already") {
		t.Fatalf("a second search: %d %s", status, text)
	}
	stop()
	resp.Body.Close()
	for range 100 {
		status, _ := do(t, s, "POST", "/api/ask", strings.NewReader(`{"subject":{"theorem":"two-segments-old-data"}}`), asJSON)
		if status == http.StatusOK {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Error("the search still has its place five seconds after its page went")
}

func TestLimitsOfASearch(t *testing.T) {
	s := httptest.NewServer(New("test", Limits{States: 1000, AtOnce: 1}))
	defer s.Close()
	_, text := do(t, s, "POST", "/api/ask", strings.NewReader(`{"subject":{"theorem":"stream-both-ways"}}`), asJSON)
	if !strings.Contains(text, `"verdict":"UNKNOWN"`) || !strings.Contains(text, "stopped early") {
		t.Errorf("a search that is cut off: %s", text)
	}
}

func TestACapture(t *testing.T) {
	s := start(t)
	status, text := do(t, s, "POST", "/api/capture", capture1(t), "Content-Type: application/octet-stream")
	var v captured
	if err := json.Unmarshal([]byte(text), &v); err != nil || status != 200 {
		t.Fatalf("%d %v %s", status, err, text)
	}
	if len(v.Connections) != 1 || v.Connections[0].Closed != "four segments, A first" || !strings.Contains(v.Connections[0].Ladder, "TIME-WAIT  A") {
		t.Errorf("%+v", v)
	}
}
