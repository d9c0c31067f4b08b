package browser

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/tcpcheck/tcpcheck/internal/serve"
)

// pageAt opens a page of the server, in a window of a width.
func pageAt(t *testing.T, path string, width int64) (context.Context, *seen) {
	t.Helper()
	ctx, s := tab(t)
	server := httptest.NewServer(serve.New("of the test", serve.Limits{States: 500_000, Mem: 1 << 28, Timeout: time.Minute, AtOnce: 2}))
	t.Cleanup(server.Close)
	do(t, ctx, chromedp.EmulateViewport(width, 1000), chromedp.Navigate(server.URL+path), shown("main h1"))
	return ctx, s
}

const quietTime = `section[data-topic="quiet-time"][data-name="own-text"]`

func TestTheManualInTheBrowser(t *testing.T) {
	ctx, s := pageAt(t, "/docs/manual/README.md", 1400)
	do(t, ctx, click(`#manual nav a[href="/docs/manual/teachers.md"]`), shown("#one-lecture-why-three-segments-and-why-wait"))
	becomes(t, ctx, `[...document.images].every(i => i.complete && i.naturalWidth > 100)`, "true")
	shot(t, ctx, "manual-teachers")
	do(t, ctx, click(`a[href="/#theorem=two-segments-old-data"]`), shown("#picture svg"))
	becomes(t, ctx, `document.querySelector("#title").textContent`, "theorem two-segments-old-data")
	quiet(t, s)
}

func TestTheMatrixOpensItsRuns(t *testing.T) {
	ctx, s := pageAt(t, "/matrix", 1400)
	becomes(t, ctx, `document.querySelector("#progress").textContent`, "16 cells: ")
	ask[any](t, ctx, `document.querySelector("#rows").value = "handshake=three+two"`)
	do(t, ctx, click(`input[value="open-ends"]`), click(`#quest button[type=submit]`))
	becomes(t, ctx, `document.querySelector("#progress").textContent`, "10 cells: ")
	shot(t, ctx, "serve-matrix")
	do(t, ctx, click(`#matrix a[aria-label^="old-syn NO 2, handshake=two: VIOLATED"]`), shown("#picture svg"))
	becomes(t, ctx, verdict, "VIOLATED after 2 steps: no-ghost-connection")
	quiet(t, s)
}

func TestABoundOpensItsRun(t *testing.T) {
	ctx, s := pageAt(t, "/bounds", 1400)
	do(t, ctx, click(quietTime+" .search"))
	becomes(t, ctx, `document.querySelector('`+quietTime+` .found').textContent`, "Q = MSL fits all 3 points")
	becomes(t, ctx, `document.querySelector('`+quietTime+` img').naturalWidth > 100`, "true")
	ask[any](t, ctx, `document.querySelector('`+quietTime+`').scrollIntoView()`)
	shot(t, ctx, "serve-bound")
	do(t, ctx, click(quietTime+" td a"), shown("#picture svg"))
	becomes(t, ctx, verdict, "VIOLATED after 10 steps: no-foreign-data")
	quiet(t, s)
}

func TestTheMapFollows(t *testing.T) {
	ctx, s := explorer(t, "theorem=two-segments-old-data", 1400)
	ask[any](t, ctx, `document.querySelector("#folded").open = true`)
	becomes(t, ctx, `document.querySelector("#map-says").textContent`, "You are at A CLOSED / B CLOSED. 80 states in 3 pairs")
	do(t, ctx, click(openB))
	becomes(t, ctx, `document.querySelector("#map-says").textContent`, "You are at A CLOSED / B LISTEN.")
	becomes(t, ctx, `document.querySelector("#map-picture").naturalWidth > 100`, "true")
	quiet(t, s)
}

func TestOwnQuestionsInTheBrowser(t *testing.T) {
	ctx, s := explorer(t, "theorem=two-segments-old-data", 1400)
	do(t, ctx, click("#edit"), shown("#editor[open]"))
	ask[any](t, ctx, `{ const t = document.querySelector("#text"); t.value = "reach = [\"B waits: B.state == 'LISTEN'\"]\n" + t.value; t.dispatchEvent(new Event("input")); }`)
	becomes(t, ctx, `document.querySelector("#errors").textContent`, "can be used")
	do(t, ctx, click("#use"), shown("#own button"), click("#own button"))
	becomes(t, ctx, `document.querySelector("#progress").textContent`, "to B waits: B.state == 'LISTEN' has 1 step")
	becomes(t, ctx, atStep, "1")
	quiet(t, s)
}

// Nothing is cut off at either width, and everything can be read in light and dark.
func TestThePagesFit(t *testing.T) {
	for _, path := range []string{"/docs/manual/operators.md", "/docs/manual/reference/policies.md", "/docs/STACKS.md", "/stacks/gvisor", "/matrix", "/bounds"} {
		for _, width := range []int64{400, 1400} {
			ctx, s := pageAt(t, path, width)
			switch path {
			case "/matrix":
				becomes(t, ctx, `document.querySelector("#progress").textContent`, "16 cells: ")
			case "/bounds":
				do(t, ctx, click(quietTime+" .search"))
				becomes(t, ctx, `document.querySelector('`+quietTime+` .found').textContent`, "Q = MSL fits")
			}
			name := fmt.Sprintf("%d%s", width, strings.ReplaceAll(path, "/", "-"))
			if got := ask[int64](t, ctx, `document.documentElement.scrollWidth`); got > width {
				t.Errorf("%s is %d pixels wide", name, got)
			}
			shot(t, ctx, name)
			for _, scheme := range []string{"light", "dark"} {
				prefer(t, ctx, scheme)
				w := ask[struct {
					Ratio float64 `json:"ratio"`
					What  string  `json:"what"`
				}](t, ctx, weakest)
				if w.Ratio < 4.5 {
					t.Errorf("%s, %s: %s has a contrast of %.1f", name, scheme, w.What, w.Ratio)
				}
			}
			quiet(t, s)
		}
	}
}
