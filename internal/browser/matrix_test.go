package browser

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/tcpcheck/tcpcheck/internal/study"
)

// open shows the page of a small matrix in a tab.
func open(t *testing.T, fragment string) (context.Context, *seen) {
	t.Helper()
	ctx, s := tab(t)
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
	if !regexp.MustCompile(`\d+ distinct states`).MatchString(text) || !strings.Contains(text, "initial sequence numbers") || strings.Contains(text, "TCP Peer A") {
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
