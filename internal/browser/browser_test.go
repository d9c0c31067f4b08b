// Package browser opens the page of the matrix and the explorer in a real browser, as a person would. It is a module
// of its own, so that the driver of the browser is no dependency of tcpcheck.
package browser

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
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

// tab opens a tab, or skips the test where there is no browser.
func tab(t *testing.T) (context.Context, *seen) {
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
		case *log.EventEntryAdded:
			if ev.Entry.Level == "error" {
				s.problems = append(s.problems, ev.Entry.Text+" "+ev.Entry.URL)
			}
		case *runtime.EventConsoleAPICalled:
			s.problems = append(s.problems, string(ev.Type))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return ctx, s
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
