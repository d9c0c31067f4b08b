package serve

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
)

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
		{"a question that the file does not have", "POST", "/api/ask", strings.NewReader(`{"subject":{"theorem":"two-segments-old-data"},"reach":1}`), []string{asJSON}, 422, "0 conditions of reach"},
		{"rows that there are not", "POST", "/api/matrix", strings.NewReader(`{"rows":"x","columns":["old-syn"]}`), []string{asJSON}, 422, "rows: found"},
		{"a column that there is not", "POST", "/api/matrix", strings.NewReader(`{"rows":"isn","columns":["x"]}`), []string{asJSON}, 422, "expected one of old-syn"},
		{"a wrong column of one's own", "POST", "/api/matrix", strings.NewReader(`{"rows":"isn","text":"always = 1"}`), []string{asJSON}, 422, "the scenario cannot be used"},
		{"too large a matrix", "POST", "/api/matrix", strings.NewReader(`{"rows":"mutant,isn,handshake","columns":["old-syn"]}`), []string{asJSON}, 422, "at most 400 cells"},
		{"a bound that there is not", "POST", "/api/bound", strings.NewReader(`{"topic":"","name":"own-text"}`), []string{asJSON}, 422, "no question"},
		{"a map of nothing", "POST", "/api/map", strings.NewReader(`{"subject":{"theorem":"x"}}`), []string{asJSON}, 422, "no theorem"},
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
	for _, page := range []string{"/", "/matrix", "/bounds", "/docs/manual/README.md"} {
		_, html := do(t, s, "GET", page, nil)
		if strings.Contains(html, "style=") || regexp.MustCompile(`<(script|style)[^>]*>[^<]`).MatchString(html) || regexp.MustCompile(`\son\w+=`).MatchString(html) {
			t.Errorf("%s has a script or a style in it, which its policy forbids", page)
		}
		for _, m := range regexp.MustCompile(`(?:src|href)="(/[^"#]+)"`).FindAllStringSubmatch(html, -1) {
			if status, _ := do(t, s, "GET", m[1], nil); status != 200 {
				t.Errorf("%s: %d", m[1], status)
			}
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
