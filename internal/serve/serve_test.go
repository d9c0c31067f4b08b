package serve

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
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

func TestRefusals(t *testing.T) {
	s := start(t)
	position := func() io.Reader { return strings.NewReader(`{"subject":{"theorem":"two-segments-old-data"}}`) }
	host := strings.TrimPrefix(s.URL, "http://")
	for _, c := range []struct {
		claim, method, path string
		body                io.Reader
		headers             []string
		status              int
		says                string
	}{
		{"the page", "GET", "/", nil, nil, 200, "<title>tcpcheck"},
		{"its own origin", "POST", "/api/position", position(), []string{asJSON, "Origin: " + s.URL}, 200, "theorem two-segments-old-data"},
		{"localhost", "GET", "/", nil, []string{"Host: localhost:7293"}, 200, "<title>"},
		{"IPv6", "GET", "/", nil, []string{"Host: [::1]:7293"}, 200, "<title>"},
		{"a name that leads here", "GET", "/", nil, []string{"Host: evil.example"}, 403, "expected this computer"},
		{"a name that begins like ours", "GET", "/", nil, []string{"Host: localhost.evil.example:7293"}, 403, "expected this computer"},
		{"an address in a name", "GET", "/", nil, []string{"Host: 127.0.0.1.evil.example"}, 403, "expected this computer"},
		{"another address", "GET", "/", nil, []string{"Host: 192.0.2.1"}, 403, "expected this computer"},
		{"another origin", "POST", "/api/position", position(), []string{asJSON, "Origin: https://evil.example"}, 403, "expected a page of this server"},
		{"another port of this computer", "POST", "/api/position", position(), []string{asJSON, "Origin: http://127.0.0.1:1"}, 403, "expected a page of this server"},
		{"no origin", "POST", "/api/position", position(), []string{asJSON, "Origin: null"}, 403, "expected a page of this server"},
		{"our own by another name", "POST", "/api/position", position(), []string{asJSON, "Origin: http://localhost" + host[strings.Index(host, ":"):]}, 403, "expected a page of this server"},
		{"another site, as the browser says", "GET", "/assets/app.js", nil, []string{"Sec-Fetch-Site: cross-site"}, 403, "expected a request of a page"},
		{"a form", "POST", "/api/position", position(), []string{"Content-Type: text/plain"}, 415, "expected application/json"},
		{"a path upwards", "GET", "/assets/../server.go", nil, nil, 404, "no such page"},
		{"a path upwards, in code", "GET", "/assets/%2e%2e%2fserver.go", nil, nil, 404, "no such"},
		{"a path to the root", "GET", "//etc/passwd", nil, nil, 404, "no such page"},
		{"a file that no page needs", "GET", "/assets/page.html", nil, nil, 404, "no such file"},
		{"a folder", "GET", "/assets/", nil, nil, 404, ""},
		{"a file of the system", "GET", "/assets/%2fetc%2fpasswd", nil, nil, 404, "no such"},
		{"a method", "DELETE", "/api/position", nil, nil, 405, ""},
		{"a state that Figure 5 has not", "GET", "/api/figure5?a=OPEN&b=CLOSED", nil, nil, 422, "expected the states"},
		{"Figure 5", "GET", "/api/figure5?a=TIME-WAIT&b=CLOSED+again", nil, nil, 200, "<svg"},
		{"not JSON", "POST", "/api/position", strings.NewReader("{"), []string{asJSON}, 400, "unusable request"},
		{"a key that there is not", "POST", "/api/position", strings.NewReader(`{"file":"/etc/passwd"}`), []string{asJSON}, 400, "unknown field"},
		{"a huge scenario", "POST", "/api/position", io.MultiReader(strings.NewReader(`{"subject":{"text":"`), io.LimitReader(zeros{}, 1<<30)), []string{asJSON}, 413, "at most 262144 bytes"},
		{"a huge capture", "POST", "/api/capture", io.MultiReader(capture1(t), endless(t)), []string{"Content-Type: application/octet-stream"}, 413, "at most 64 MiB"},
		{"no capture", "POST", "/api/capture", strings.NewReader("hello"), []string{"Content-Type: application/octet-stream"}, 422, "expected a line of tcpdump"},
		{"an empty scenario", "POST", "/api/position", strings.NewReader(`{}`), []string{asJSON}, 422, "empty scenario"},
		{"a broken scenario", "POST", "/api/position", strings.NewReader(`{"subject":{"text":"[A.user]\nactive = 'many'\n"}}`), []string{asJSON}, 422, `"line":2`},
		{"no TOML", "POST", "/api/position", strings.NewReader(`{"subject":{"text":"start = \n"}}`), []string{asJSON}, 422, `"line":1`},
		{"a theorem that there is not", "POST", "/api/position", strings.NewReader(`{"subject":{"theorem":"x"}}`), []string{asJSON}, 422, "no theorem"},
		{"a hazard that there is not", "POST", "/api/position", strings.NewReader(`{"subject":{"hazard":"x"}}`), []string{asJSON}, 422, "no hazard"},
		{"a claim that there is not", "POST", "/api/position", strings.NewReader(`{"subject":{"claim":"x"}}`), []string{asJSON}, 422, "no claim"},
		{"an action that there is not", "POST", "/api/position", strings.NewReader(`{"subject":{"theorem":"two-segments-old-data"},"actions":["fly.A"]}`), []string{asJSON}, 422, "step 1: found"},
		{"an action that is not possible", "POST", "/api/position", strings.NewReader(`{"subject":{"theorem":"two-segments-old-data"},"actions":["deliver.B.200"]}`), []string{asJSON}, 422, "step 1: deliver #200 to B /0 is not possible"},
		{"too many steps", "POST", "/api/position", strings.NewReader(`{"subject":{"theorem":"two-segments-old-data"},"actions":["tick.A"` + strings.Repeat(`,"tick.A"`, 2000) + `]}`), []string{asJSON}, 422, "at most 2000"},
	} {
		status, text := do(t, s, c.method, c.path, c.body, c.headers...)
		if status != c.status || !strings.Contains(text, c.says) {
			t.Errorf("%s: %d %.200s, want %d and %q", c.claim, status, text, c.status, c.says)
		}
	}
}

// zeros is as many of a letter as one reads.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	return len(b), nil
}

func capture1(t *testing.T) io.Reader {
	t.Helper()
	data, err := os.ReadFile("../capture/testdata/close.pcap")
	if err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(data)
}

// endless is the packets of the capture, more often than a request may have them.
func endless(t *testing.T) io.Reader {
	t.Helper()
	const header = 24 // of the file
	data, err := io.ReadAll(capture1(t))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(bytes.Repeat(data[header:], mostCapture/(len(data)-header)+1))
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

// Two hundred requests at once all get their answer.
func TestTwoHundredAtOnce(t *testing.T) {
	s := start(t)
	var wait sync.WaitGroup
	answers := make(chan string, 200)
	for i := range 200 {
		wait.Go(func() {
			body := fmt.Sprintf(`{"subject":{"theorem":"two-segments-old-data"},"actions":["passive-OPEN.B"],"width":%d}`, 400+i)
			resp, err := s.Client().Post(s.URL+"/api/position", "application/json", strings.NewReader(body))
			if err != nil {
				answers <- err.Error()
				return
			}
			defer resp.Body.Close()
			data, _ := io.ReadAll(resp.Body)
			if !regexp.MustCompile(fmt.Sprintf(`svg[^>]* width=\\"%d\\"`, 400+i)).Match(data) || !bytes.Contains(data, []byte(`"state":"LISTEN"`)) {
				answers <- fmt.Sprintf("%d %.200s", resp.StatusCode, data)
			}
		})
	}
	wait.Wait()
	close(answers)
	for a := range answers {
		t.Error(a)
	}
}

// A page may load what its policy allows, and nothing else: it has no script or style of its own.
func TestThePageKeepsItsPolicy(t *testing.T) {
	s := start(t)
	_, html := do(t, s, "GET", "/", nil)
	if strings.Contains(html, "style=") || regexp.MustCompile(`<(script|style)[^>]*>[^<]`).MatchString(html) || regexp.MustCompile(`\son\w+=`).MatchString(html) {
		t.Error("the page has a script or a style in it, which its policy forbids")
	}
	for _, m := range regexp.MustCompile(`(?:src|href)="(/[^"]+)"`).FindAllStringSubmatch(html, -1) {
		if status, _ := do(t, s, "GET", m[1], nil); status != 200 {
			t.Errorf("%s: %d", m[1], status)
		}
	}
	resp, err := s.Client().Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if p := resp.Header.Get("Content-Security-Policy"); !strings.Contains(p, "default-src 'none'") || strings.Contains(p, "unsafe") {
		t.Errorf("the policy is %q", p)
	}
}
