package browser

import (
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/tcpcheck/tcpcheck/internal/serve"
)

// An export is opened as files. In every page no link is dead. The browser opens one page of each kind: it reports no
// error, every picture is there, and nothing is cut off.
func TestTheExportedPages(t *testing.T) {
	if shared == nil {
		tab(t)
	}
	dir := filepath.Join(t.TempDir(), "a folder")
	names := []string{"matrix", "bounds", "two-segments-old-data", "last-ack-meets-syn-sent"}
	limits := serve.Limits{States: 20_000, Mem: 1 << 28, Timeout: time.Minute}
	if err := serve.Export(t.Context(), dir, names, limits, func(string) {}); err != nil {
		t.Fatal(err)
	}
	links, ids := map[string][]string{}, map[string]bool{} // by page, and of all pages
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".html" {
			return err
		}
		html, err := os.ReadFile(name)
		for _, m := range regexp.MustCompile(` (id|href|src)="([^"]*)"`).FindAllSubmatch(html, -1) {
			if string(m[1]) == "id" {
				ids[name+"#"+string(m[2])] = true
			} else {
				links[name] = append(links[name], string(m[2]))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if runs, _ := filepath.Glob(filepath.Join(dir, "runs", "*.html")); len(links) < 60 || len(runs) < 40 {
		t.Errorf("%d pages, and %d of runs", len(links), len(runs))
	}
	for page, list := range links {
		for _, link := range list {
			u, err := url.Parse(link)
			if err != nil || u.Scheme == "https" || u.Scheme == "data" {
				continue
			}
			to := page
			if u.Path != "" {
				to = filepath.Join(filepath.Dir(page), u.Path)
			}
			info, err := os.Stat(to)
			if err != nil || info.IsDir() || u.Scheme != "" || !strings.HasPrefix(to, dir) {
				t.Errorf("%s links to %s, which is no file of the export", page, link)
			}
			if u.Fragment != "" && !ids[to+"#"+u.Fragment] {
				t.Errorf("%s: %s has no %s", page, to, u.Fragment)
			}
		}
	}
	for _, page := range []string{"index", "matrix", "bounds", "docs/manual/README", "docs/manual/teachers", "docs/STACKS", "stacks/gvisor", "runs/matrix-3-1", "runs/bound-quiet-time-own-text-1"} {
		for _, width := range []int64{400, 1400} {
			exported(t, dir, page, width)
		}
	}
}

// exported opens one page.
func exported(t *testing.T, dir, page string, width int64) {
	t.Helper()
	ctx, s := tab(t)
	u := url.URL{Scheme: "file", Path: filepath.Join(dir, page+".html")}
	do(t, ctx, chromedp.EmulateViewport(width, 1000), chromedp.Navigate(u.String()), shown("main h1"))
	ask[any](t, ctx, `for (const d of document.querySelectorAll("details")) d.open = true; for (const i of document.images) i.loading = "eager"`)
	becomes(t, ctx, `[...document.images].every(i => i.complete && i.naturalWidth > 50)`, "true")
	if got := ask[int64](t, ctx, `document.documentElement.scrollWidth`); got > width {
		t.Errorf("%s is %d pixels wide", page, got)
	}
	shot(t, ctx, fmt.Sprintf("export-%d-%s", width, strings.ReplaceAll(page, "/", "-")))
	s.Lock()
	defer s.Unlock()
	for _, r := range s.requests {
		if !strings.HasPrefix(r, "file://") && !strings.HasPrefix(r, "data:") {
			t.Errorf("%s asks for %s", page, r)
		}
	}
	if len(s.problems) > 0 {
		t.Errorf("%s: %q", page, s.problems)
	}
}
