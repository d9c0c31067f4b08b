package browser

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestAccessibility asks axe-core, if TCPCHECK_AXE names its file: npm pack axe-core has it as package/axe.min.js.
func TestAccessibility(t *testing.T) {
	file := os.Getenv("TCPCHECK_AXE")
	if file == "" {
		t.Skip("TCPCHECK_AXE names no axe.min.js, as npm pack axe-core has it")
	}
	axe, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, width := range []int64{400, 1400} {
		ctx, _ := explorer(t, "theorem=old-syn-at-opener", width)
		ask[any](t, ctx, string(axe)+"; 0")
		check := func(where string) {
			t.Helper()
			for _, scheme := range []string{"light", "dark"} {
				prefer(t, ctx, scheme)
				for _, p := range violations(t, ctx) {
					t.Errorf("%d pixels, %s, %s: %s", width, scheme, where, p)
				}
			}
		}
		check("the start")
		ask[any](t, ctx, `document.querySelector("#folded").open = true`)
		becomes(t, ctx, `document.querySelector("#map-says").textContent`, "You are at")
		check("the map")
		do(t, ctx, click("#violation"))
		becomes(t, ctx, verdict, "VIOLATED")
		check("a violation")
		do(t, ctx, click("#choose"), shown("#chooser[open] #shelves button"))
		check("the galleries")
		do(t, ctx, click("#chooser .close"), gone("#chooser[open]"), click("#edit"), shown("#editor[open]"))
		check("the editor")
		do(t, ctx, click("#editor .close"), gone("#editor[open]"), click("#captures"), shown("#capture[open]"))
		do(t, ctx, chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{capturePath(t)}))
		do(t, ctx, click("#flows td button"), shown("#flow svg"))
		check("a capture")
		do(t, ctx, click("#capture .close"), gone("#capture[open]"), click("#help"), shown("#keys[open]"))
		check("the keys")
		for _, path := range []string{"/docs/manual/operators.md", "/docs/manual/reference/policies.md", "/docs/STACKS.md", "/stacks/gvisor", "/matrix", "/bounds"} {
			ctx, _ := pageAt(t, path, width)
			if path == "/matrix" {
				becomes(t, ctx, `document.querySelector("#progress").textContent`, "16 cells: ")
			}
			if path == "/bounds" {
				do(t, ctx, click(quietTime+" .search"))
				becomes(t, ctx, `document.querySelector('`+quietTime+` .found').textContent`, "Q = MSL fits")
			}
			ask[any](t, ctx, string(axe)+"; 0")
			for _, scheme := range []string{"light", "dark"} {
				prefer(t, ctx, scheme)
				for _, p := range violations(t, ctx) {
					t.Errorf("%d pixels, %s, %s: %s", width, scheme, path, p)
				}
			}
		}
	}
}

// prefer makes the page light or dark.
func prefer(t *testing.T, ctx context.Context, scheme string) {
	t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
		t.Fatal(err)
	}
}

// violations are what axe finds, each with the elements that it is about.
func violations(t *testing.T, ctx context.Context) []string {
	t.Helper()
	ask[any](t, ctx, `window.found = null; axe.run().then(r => { window.found = r.violations.map(v => v.impact + " " + v.id + ": " + v.help + " " + v.nodes.slice(0, 5).map(n => n.target).join(" | ")); }); 0`)
	becomes(t, ctx, `String(window.found !== null)`, "true")
	list := ask[[]string](t, ctx, `window.found`)
	var serious []string
	for _, v := range list {
		t.Log(v)
		if strings.HasPrefix(v, "serious") || strings.HasPrefix(v, "critical") {
			serious = append(serious, v)
		}
	}
	return serious
}
