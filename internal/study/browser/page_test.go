// Package browser opens the page of the matrix in a real browser, as a person would. It is a module
// of its own, so that the driver of the browser is no dependency of tcpcheck.
package browser

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/tcpcheck/tcpcheck/internal/study"
)

// browsers are the names under which Chromium may be installed.
var browsers = []string{"chromium", "chromium-headless-shell", "chromium-browser", "google-chrome"}

// seen is what the browser says of a page beside showing it.
type seen struct {
	sync.Mutex
	requests []string
	problems []string
}

// shared is the browser that all tests use, each in a tab of its own; nil where there is none.
var shared context.Context

func TestMain(m *testing.M) {
	i := slices.IndexFunc(browsers, func(name string) bool { _, err := exec.LookPath(name); return err == nil })
	if i < 0 {
		os.Exit(m.Run())
	}
	path, _ := exec.LookPath(browsers[i])
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.WindowSize(1200, 900),
		chromedp.WSURLReadTimeout(2*time.Minute))
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox) // Chromium refuses to run as root otherwise
	}
	alloc, stopAll := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, stop := chromedp.NewContext(alloc)
	if err := chromedp.Do(ctx); err != nil {
		fmt.Fprintf(os.Stderr, "%s does not start: %v\n", path, err)
		os.Exit(1)
	}
	shared = ctx
	status := m.Run()
	stop()
	stopAll()
	os.Exit(status)
}

// open shows the page of a small matrix in a tab, or skips the test where there is no browser.
func open(t *testing.T, fragment string) (context.Context, *seen) {
	t.Helper()
	if shared == nil {
		t.Skipf("no browser: found none of %s; on Debian: apt-get install chromium", strings.Join(browsers, ", "))
	}
	ctx, cancel := chromedp.NewContext(shared)
	t.Cleanup(cancel)
	do(t, ctx) // opens the tab
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	s := &seen{}
	err := chromedp.Listen(ctx, func(ev any) {
		s.Lock()
		defer s.Unlock()
		switch ev := ev.(type) {
		case *network.EventRequestWillBeSent:
			s.requests = append(s.requests, ev.Request.URL)
		case *runtime.EventExceptionThrown:
			what := ev.ExceptionDetails.Text
			if e := ev.ExceptionDetails.Exception; e != nil {
				what += " " + e.Description
			}
			s.problems = append(s.problems, what)
		case *runtime.EventConsoleAPICalled:
			s.problems = append(s.problems, string(ev.Type))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	u := url.URL{Scheme: "file", Path: page(t), Fragment: fragment}
	do(t, ctx, chromedp.Navigate(u.String()), shown("table"))
	return ctx, s
}

// page writes the page of a matrix with a verified cell, a violated one and a lasso.
func page(t *testing.T) string {
	t.Helper()
	rows, err := study.ParseRows("handshake=three+two,isn=fresh+clock")
	if err != nil {
		t.Fatal(err)
	}
	var columns []study.Column
	for _, name := range []string{"old-syn", "open-ends", "clean-last-ack"} {
		c, err := study.ColumnByName(name)
		if err != nil {
			t.Fatal(err)
		}
		columns = append(columns, c)
	}
	m, err := study.Fill(t.Context(), rows, columns, study.FillOptions{Limits: study.Limits{States: 20_000}})
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "matrix.html")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.WriteHTML(f); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return name
}

func do(t *testing.T, ctx context.Context, steps ...step) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

type step = chromedp.Action[chromedp.Void]

func click(sel string) step { return chromedp.Click(chromedp.CSS(sel)) }
func shown(sel string) step { return chromedp.WaitVisible(chromedp.CSS(sel)) }
func gone(sel string) step  { return chromedp.WaitNotPresent(chromedp.CSS(sel)) }

func get[T any](t *testing.T, ctx context.Context, a chromedp.Action[T]) T {
	t.Helper()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// ask evaluates a script in the page.
func ask[T any](t *testing.T, ctx context.Context, script string) T {
	t.Helper()
	return get(t, ctx, chromedp.Evaluate[T](script))
}

// dialogText waits for the dialog, and for what must be in it, and returns what it says.
func dialogText(t *testing.T, ctx context.Context, with string) string {
	t.Helper()
	do(t, ctx, shown("dialog[open] "+with))
	return get(t, ctx, chromedp.Text(chromedp.CSS("dialog")))
}

// The cells of page(t), by their ids.
const (
	verified = "#r1c1" // three segments, fresh numbers, old-syn
	violated = "#r3c1" // two segments, fresh numbers, old-syn
	lasso    = "#r3c2" // two segments, fresh numbers, open-ends
	notAsked = "#r2c1" // numbers from a clock where there is no clock
)

func TestACellOpensItsLadder(t *testing.T) {
	ctx, s := open(t, "")
	do(t, ctx, click(violated))
	text := dialogText(t, ctx, "pre.ladder")
	for _, want := range []string{"old-syn", "handshake=two", "VIOLATED", "TCP Peer A", "TCP Peer B", "<CTL=SYN>", "*** ghost-connection"} {
		if !strings.Contains(text, want) {
			t.Errorf("the dialog lacks %q:\n%s", want, text)
		}
	}
	do(t, ctx, click("#close"), gone("dialog[open]"), click(verified))
	text = dialogText(t, ctx, "ul.premises")
	if !regexp.MustCompile(`\d+ states`).MatchString(text) || !strings.Contains(text, "initial sequence numbers") || strings.Contains(text, "TCP Peer A") {
		t.Errorf("a verified cell shows no space and premises:\n%s", text)
	}
	do(t, ctx, chromedp.KeyEvent(kb.Escape), gone("dialog[open]"), click(lasso))
	if text = dialogText(t, ctx, "pre.ladder"); !strings.Contains(text, "from here again and again") {
		t.Errorf("a lasso shows no loop:\n%s", text)
	}
	do(t, ctx, click("#close"), gone("dialog[open]"), click(notAsked))
	if text = dialogText(t, ctx, "article"); !strings.Contains(text, "NOT ASKED") || !strings.Contains(text, "there is no clock") {
		t.Errorf("a cell that cannot be asked does not say why:\n%s", text)
	}

	s.Lock()
	defer s.Unlock()
	if len(s.problems) > 0 {
		t.Errorf("the page complains: %s", s.problems)
	}
	for _, r := range s.requests {
		if !strings.HasPrefix(r, "file:") && !strings.HasPrefix(r, "data:") {
			t.Errorf("the page asks for %s", r)
		}
	}
	if len(s.requests) == 0 {
		t.Error("no request was seen, not even that for the page")
	}
}

func TestTheKeyboardIsEnough(t *testing.T) {
	ctx, _ := open(t, "")
	focused := func() string { return ask[string](t, ctx, "document.activeElement.id") }
	do(t, ctx, chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Tab)) // the matrix can be scrolled, then its first cell
	if focused() != "r1c1" {
		t.Errorf("Tab leads to %q, want the first cell", focused())
	}
	do(t, ctx, chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowDown))
	if focused() != "r3c1" {
		t.Errorf("the arrows lead to %q", focused())
	}
	do(t, ctx, chromedp.KeyEvent(kb.ArrowLeft))
	if focused() != "r3c1" {
		t.Errorf("an arrow at the edge leads to %q", focused())
	}
	do(t, ctx, chromedp.KeyEvent(kb.Enter), shown("dialog[open] pre.ladder"), chromedp.KeyEvent(kb.Escape), gone("dialog[open]"))
	if focused() != "r3c1" {
		t.Errorf("Escape leads to %q, want back to the cell", focused())
	}
}

func TestALinkLeadsToACell(t *testing.T) {
	ctx, _ := open(t, strings.TrimPrefix(violated, "#"))
	text := dialogText(t, ctx, "pre.ladder")
	if !strings.Contains(text, "handshake=two isn=fresh") {
		t.Errorf("another cell is open:\n%s", text)
	}
}

// Without scripts a cell is a link to the same run, further down.
func TestScriptsAreNotNeeded(t *testing.T) {
	ctx, _ := open(t, "")
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	do(t, ctx, chromedp.Reload(), shown("#details pre.ladder"), click(violated))
	at := get(t, ctx, chromedp.Location())
	if _, target, ok := strings.Cut(at, "#d"); !ok || target == "" {
		t.Errorf("the cell leads to %s", at)
	}
}

// weakest finds the element with text whose contrast against its ground is the least (WCAG 2, 1.4.3).
const weakest = `(() => {
  const rgb = c => c.match(/[\d.]+/g).map(Number);
  const lum = c => { const [r, g, b] = rgb(c).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor, p = rgb(c); if (p.length < 4 || p[3] === 1) return c; } return "rgb(255,255,255)"; };
  let worst = { ratio: 99, what: "" };
  for (const e of document.querySelectorAll("body *")) {
    const text = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!text || !e.checkVisibility()) continue;
    const [a, b] = [lum(getComputedStyle(e).color), lum(ground(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < worst.ratio) worst = { ratio, what: e.tagName + "." + e.className + " " + e.textContent.trim().slice(0, 30) };
  }
  return { ...worst, paper: getComputedStyle(document.body).backgroundColor };
})()`

func TestTheTextCanBeReadInLightAndDark(t *testing.T) {
	ctx, _ := open(t, "")
	do(t, ctx, click(violated), shown("dialog[open]"))
	papers := map[string]bool{}
	for _, scheme := range []string{"light", "dark"} {
		media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
		if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
			t.Fatal(err)
		}
		w := ask[struct {
			Ratio       float64
			What, Paper string
		}](t, ctx, weakest)
		if w.Ratio < 4.5 || w.Ratio > 21 {
			t.Errorf("%s: the weakest contrast is %.2f, of %s; want 4.5 or more", scheme, w.Ratio, w.What)
		}
		papers[w.Paper] = true
		shot(t, ctx, scheme)
	}
	if len(papers) != 2 {
		t.Errorf("light and dark have the same paper: %v", papers)
	}
}

// shot leaves a picture of the page in the directory that TCPCHECK_SHOTS names, for people.
func shot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	dir := os.Getenv("TCPCHECK_SHOTS")
	if dir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), get(t, ctx, chromedp.CaptureScreenshot()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Every cell tells a screen reader its verdict, its row and its column.
func TestEveryCellHasAName(t *testing.T) {
	ctx, _ := open(t, "")
	for _, id := range []string{verified, violated, lasso, notAsked} {
		name := ask[string](t, ctx, `document.querySelector("`+id+`").getAttribute("aria-label")`)
		mark := ask[string](t, ctx, `document.querySelector("`+id+`").textContent`)
		if !strings.HasPrefix(name, mark) || !strings.Contains(name, "handshake=") {
			t.Errorf("%s is marked %q and named %q", id, mark, name)
		}
	}
	if n := ask[int](t, ctx, `document.querySelectorAll("th:not([scope])").length`); n != 0 {
		t.Errorf("%d headings of the table belong to nothing", n)
	}
}
