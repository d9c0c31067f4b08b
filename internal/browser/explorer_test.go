package browser

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/tcpcheck/tcpcheck/internal/serve"
)

// explorer opens the explorer at a link, in a window of a width.
func explorer(t *testing.T, fragment string, width int64) (context.Context, *seen) {
	t.Helper()
	ctx, s := tab(t)
	server := httptest.NewServer(serve.New("of the test", serve.Limits{States: 500_000, Mem: 1 << 28, Timeout: time.Minute, AtOnce: 2}))
	t.Cleanup(server.Close)
	do(t, ctx, chromedp.EmulateViewport(width, 1000), chromedp.Navigate(server.URL+"/#"+fragment), shown("#picture svg"))
	return ctx, s
}

// quiet fails the test if the browser complained, or if something else was asked than the server.
func quiet(t *testing.T, s *seen) {
	t.Helper()
	s.Lock()
	defer s.Unlock()
	if len(s.problems) > 0 {
		t.Errorf("the page complains: %s", s.problems)
	}
	for _, r := range s.requests {
		if !strings.HasPrefix(r, "http://127.0.0.1:") && !strings.HasPrefix(r, "data:") {
			t.Errorf("the page asks for %s", r)
		}
	}
}

// becomes waits until a script yields what is wanted.
func becomes(t *testing.T, ctx context.Context, script, want string) {
	t.Helper()
	var got string
	for range 300 {
		if got = fmt.Sprint(ask[any](t, ctx, script)); strings.Contains(got, want) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s is %q, want %q", script, got, want)
}

const (
	atStep   = `document.querySelector("#at").textContent`
	verdict  = `document.querySelector("#verdict").textContent`
	oldSyn   = `#groups button[data-id="deliver.B.1"]`
	oldData  = `#groups button[data-id="deliver.B"]`
	openB    = `#groups button[data-id="passive-OPEN.B"]`
	violates = "VIOLATED after 3 steps: no-foreign-data"
)

func TestAViolationByClicksAlone(t *testing.T) {
	ctx, s := explorer(t, "theorem=two-segments-old-data", 1400)
	shot(t, ctx, "explorer-start")
	do(t, ctx, click(openB), shown(`#groups button[data-id="deliver.B.1"] small`))
	becomes(t, ctx, atStep, "1")
	becomes(t, ctx, `[...document.querySelectorAll("#groups button")].map(b => b.textContent).join("|")`, "deliver SYN seq=90 → BB becomes ESTABLISHED")
	do(t, ctx, click(oldSyn))
	becomes(t, ctx, atStep, "2")
	do(t, ctx, click(`#groups button[data-id^="deliver.B"]`))
	becomes(t, ctx, verdict, violates)
	shot(t, ctx, "explorer-violated")
	becomes(t, ctx, `document.querySelector("#invariants").textContent`, "⚑ no-foreign-data does not hold after step 3")
	becomes(t, ctx, `document.querySelector("#clauses").textContent`, "§3.10.7.4 seventh")
	becomes(t, ctx, `document.querySelector("#picture").textContent.replace(/\s+/g, " ")`, "RFC 9293 §3.10.7.4 seventh")

	ask[any](t, ctx, `document.querySelector("#map").open = true`)
	becomes(t, ctx, `document.querySelector("#figure").naturalWidth > 100`, "true")
	becomes(t, ctx, `document.querySelector("#figure").alt`, "A is in CLOSED, B is in ESTABLISHED")
	full(t, ctx, "explorer-figure5")

	link := get(t, ctx, chromedp.Location())
	do(t, ctx, click("#undo"))
	becomes(t, ctx, atStep, "2")
	do(t, ctx, click("#redo"))
	becomes(t, ctx, verdict, violates)
	do(t, ctx, click("#first"))
	becomes(t, ctx, verdict, "Nothing has happened yet")
	if again := get(t, ctx, chromedp.Location()); again == link {
		t.Error("the link is the same for two positions")
	}
	do(t, ctx, chromedp.Navigate("about:blank"), chromedp.Navigate(link), shown("#picture svg"))
	becomes(t, ctx, verdict, violates)
	quiet(t, s)
}

func TestAViolationByTheKeyboardAlone(t *testing.T) {
	ctx, s := explorer(t, "theorem=two-segments-old-data", 1400)
	press := func(keys ...string) {
		for _, k := range keys {
			do(t, ctx, chromedp.KeyEvent(k))
		}
	}
	focused := `document.activeElement.dataset.id`
	press("j")
	becomes(t, ctx, focused, "passive-OPEN.B")
	press(kb.Enter)
	becomes(t, ctx, atStep, "1")
	for range 5 { // the choices are in the order of the page
		if strings.Contains(ask[string](t, ctx, `document.activeElement.textContent`), "SYN seq=90") {
			break
		}
		press("j")
	}
	press(kb.Enter)
	becomes(t, ctx, atStep, "2")
	for range 5 {
		if strings.Contains(ask[string](t, ctx, `document.activeElement.textContent`), "data=1") {
			break
		}
		press("j")
	}
	press(kb.Enter)
	becomes(t, ctx, verdict, violates)
	press("u")
	becomes(t, ctx, atStep, "2")
	press(kb.ArrowLeft, kb.ArrowRight)
	becomes(t, ctx, atStep, "2")
	press("?")
	do(t, ctx, shown("#keys[open]"), chromedp.KeyEvent(kb.Escape))
	press("s") // a search finds the same from here
	becomes(t, ctx, verdict, violates)
	becomes(t, ctx, `document.querySelector("#progress").textContent`, "A shortest run from here to a violation of no-foreign-data has 1 step")
	quiet(t, s)
}

// Two presses at once are one step: the second one finds a page that waits for its answer.
func TestAHastyReader(t *testing.T) {
	ctx, s := explorer(t, "theorem=two-segments-old-data", 1400)
	ask[any](t, ctx, `(() => { const b = document.querySelector('`+openB+`'); b.click(); b.click(); b.click(); })()`)
	becomes(t, ctx, atStep, "1")
	becomes(t, ctx, verdict, "Step 1: t=0 B: passive OPEN")
	quiet(t, s)
}

func TestABrokenScenarioIsShownAtItsLine(t *testing.T) {
	ctx, s := explorer(t, "theorem=two-segments-old-data", 1400)
	do(t, ctx, click("#edit"), shown("#editor[open]"))
	becomes(t, ctx, `document.querySelector("#errors").textContent`, "The scenario can be used")
	ask[any](t, ctx, `(() => { const e = document.querySelector("#text"); e.value = "start = 'closed'\n[A.user]\nactive = 'many'\n"; e.dispatchEvent(new Event("input")); })()`)
	becomes(t, ctx, `document.querySelector("#errors").textContent`, "line 3")
	becomes(t, ctx, `document.querySelector("#use").disabled`, "true")
	shot(t, ctx, "explorer-editor")
	do(t, ctx, click("#errors button"))
	becomes(t, ctx, `(() => { const e = document.querySelector("#text"); return e.value.slice(e.selectionStart, e.selectionEnd); })()`, "active = 'many'")
	do(t, ctx, click("#example"))
	becomes(t, ctx, `document.querySelector("#use").disabled`, "false")
	do(t, ctx, click("#use"))
	becomes(t, ctx, `document.querySelector("#title").textContent`, "your scenario")
	s.Lock()
	defer s.Unlock()
	for _, p := range s.problems {
		if !strings.Contains(p, "422") {
			t.Errorf("the page complains: %s", p)
		}
	}
}

func TestAGalleryOpensItsRun(t *testing.T) {
	ctx, s := explorer(t, "theorem=two-segments-old-data", 1400)
	do(t, ctx, click("#choose"), shown("#chooser[open]"), chromedp.SendKeys(chromedp.CSS("#filter"), "assassination"), shown("#shelves button:not([hidden])"))
	for _, text := range ask[[]string](t, ctx, `[...document.querySelectorAll("#shelves button")].filter(b => b.checkVisibility()).map(b => b.textContent)`) {
		if !strings.Contains(strings.ToLower(text), "assassination") {
			t.Errorf("the filter leaves %.80s", text)
		}
	}
	shot(t, ctx, "explorer-gallery")
	name := ask[string](t, ctx, `[...document.querySelectorAll("#shelves button")].filter(b => b.checkVisibility())[0].dataset.name`)
	do(t, ctx, click(`#shelves button[data-name="`+name+`"]`))
	becomes(t, ctx, `document.querySelector("#title").textContent`, name)
	quiet(t, s)
}

// The pointer on an action shows what it would do, in grey; a search that takes long can be stopped.
func TestPreviewAndStop(t *testing.T) {
	ctx, s := explorer(t, "theorem=stream-both-ways", 1400)
	first := `#groups button`
	ask[any](t, ctx, `document.querySelector("`+first+`").focus({focusVisible: true})`)
	becomes(t, ctx, `document.querySelectorAll("#picture .preview").length > 0`, "true")
	becomes(t, ctx, atStep, "0")
	shot(t, ctx, "explorer-preview")
	ask[any](t, ctx, `document.activeElement.blur()`)
	becomes(t, ctx, `document.querySelectorAll("#picture .preview").length`, "0")
	do(t, ctx, click("#violation"), shown("#stop"))
	becomes(t, ctx, `document.querySelector("#progress").textContent`, "steps deep")
	do(t, ctx, click("#stop"))
	becomes(t, ctx, `document.querySelector("#progress").textContent`, "The search was stopped")
	becomes(t, ctx, `document.querySelector("#stop").hidden`, "true")
	becomes(t, ctx, atStep, "0")
	quiet(t, s)
}

// What a theorem asks of the whole future is shown as a run with a loop, and its link has the loop.
func TestALasso(t *testing.T) {
	ctx, s := explorer(t, "theorem=last-ack-meets-syn-sent", 1400)
	do(t, ctx, click("#violation"))
	becomes(t, ctx, `document.querySelector("#picture").textContent`, "from here again and again")
	shot(t, ctx, "explorer-lasso")
	do(t, ctx, chromedp.Reload(), shown("#picture svg"))
	becomes(t, ctx, `document.querySelector("#picture").textContent`, "from here again and again")
	quiet(t, s)
}

func TestACaptureIsJudged(t *testing.T) {
	ctx, s := explorer(t, "theorem=two-segments-old-data", 1400)
	do(t, ctx, click("#captures"), shown("#capture[open]"), chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{capturePath(t)}))
	becomes(t, ctx, `document.querySelector("#capture-says").textContent`, "1 connection")
	do(t, ctx, click("#flows td button"), shown("#flow svg"))
	becomes(t, ctx, `document.querySelector("#flow svg").textContent`, "TIME-WAIT")
	shot(t, ctx, "explorer-capture")
	do(t, ctx, click("#capture .close"), gone("#capture[open]"))

	data, err := os.ReadFile(capturePath(t))
	if err != nil {
		t.Fatal(err)
	}
	ask[any](t, ctx, `(() => {
		const files = new DataTransfer();
		files.items.add(new File([Uint8Array.from(atob("`+base64.StdEncoding.EncodeToString(data)+`"), c => c.charCodeAt(0))], "dropped.pcap"));
		document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
	})()`)
	becomes(t, ctx, `document.querySelector("#capture-says").textContent`, "dropped.pcap: 11 packets, 1 connection")
	quiet(t, s)
}

// On a telephone and on a screen nothing is cut off, and every text can be read, in light and in dark.
func TestTheExplorerFits(t *testing.T) {
	for _, width := range []int64{400, 1400} {
		ctx, s := explorer(t, "theorem=old-syn-at-opener", width)
		do(t, ctx, click("#violation"))
		becomes(t, ctx, verdict, "VIOLATED")
		if wide := ask[int64](t, ctx, `document.documentElement.scrollWidth`); wide > width {
			t.Errorf("at %d pixels the page is %d wide", width, wide)
		}
		for _, scheme := range []string{"light", "dark"} {
			prefer(t, ctx, scheme)
			w := ask[struct {
				Ratio       float64
				What, Paper string
			}](t, ctx, weakest)
			if w.Ratio < 4.5 {
				t.Errorf("%d pixels, %s: the weakest contrast is %.2f, of %s; want 4.5 or more", width, scheme, w.Ratio, w.What)
			}
			full(t, ctx, fmt.Sprintf("explorer-%d-%s", width, scheme))
		}
		for _, unnamed := range []string{`button:not([aria-label])`, `input`, `select`, `textarea`} {
			script := `[...document.querySelectorAll("` + unnamed + `")].filter(e => !(e.textContent.trim() || e.ariaLabel || e.labels?.length)).map(e => e.id).join()`
			if got := ask[string](t, ctx, script); got != "" {
				t.Errorf("without a name for a screen reader: %s", got)
			}
		}
		quiet(t, s)
	}
}

// full is shot of the whole page.
func full(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	if dir := os.Getenv("TCPCHECK_SHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".png"), get(t, ctx, chromedp.FullScreenshot(100)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// capturePath is a capture of one connection.
func capturePath(t *testing.T) string {
	t.Helper()
	name, err := filepath.Abs("../capture/testdata/close.pcap")
	if err != nil {
		t.Fatal(err)
	}
	return name
}
