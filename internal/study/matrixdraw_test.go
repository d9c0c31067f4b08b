package study

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
)

// The page needs nothing from outside, every cell has its target, and every run is drawn.
func TestThePageIsSelfContained(t *testing.T) {
	m := filled(t, "handshake=three+two,isn=fresh+clock", "old-syn open-ends", FillOptions{})
	var b bytes.Buffer
	if err := m.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	html := b.String()
	for _, m := range regexp.MustCompile(`(?:src|href|url)\s*[=(]\s*["']?([^"')>\s]*)`).FindAllStringSubmatch(html, -1) {
		if !strings.HasPrefix(m[1], "#") && m[1] != "data:," {
			t.Errorf("the page refers to %q", m[1])
		}
	}
	targets := regexp.MustCompile(`<a class="cell[^>]* href="#(d\d+)"`).FindAllStringSubmatch(html, -1)
	if len(targets) != 8 {
		t.Errorf("%d cells, want 8", len(targets))
	}
	for _, target := range targets {
		if strings.Count(html, `<article id="`+target[1]+`"`) != 1 {
			t.Errorf("no article %s", target[1])
		}
	}
	if got, want := strings.Count(html, `class="ladder"`), m.Count().Fails; got != want {
		t.Errorf("%d ladders, want %d", got, want)
	}
	if !strings.Contains(html, "NOT ASKED") || m.Count().NotAsked == 0 {
		t.Error("a scenario that cannot be had is not shown as such")
	}
}

func TestTheHeatMapIsWellFormedAndWhole(t *testing.T) {
	m := filled(t, "isn=fresh,handshake=two/attacks=rfc793", "old-syn blind-rst open-ends", FillOptions{})
	var b bytes.Buffer
	if err := m.WriteSVG(&b); err != nil {
		t.Fatal(err)
	}
	rects, changed := 0, 0
	d := xml.NewDecoder(bytes.NewReader(b.Bytes()))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "rect" {
			rects++
			for _, a := range e.Attr {
				if strings.Contains(a.Value, "changed") {
					changed++
				}
			}
		}
	}
	if rects != 1+9 || changed != 3 {
		t.Errorf("%d rectangles, %d framed; want the paper and 9 cells, 3 framed\n%s", rects, changed, strings.Join(marks(m), "\n"))
	}
}
