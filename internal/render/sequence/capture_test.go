package sequence

import (
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/capture"
	"github.com/tcpcheck/tcpcheck/internal/golden"
)

// judged are the connections of a capture.
func judged(t *testing.T, file string) (list []*capture.Connection) {
	t.Helper()
	data, err := os.ReadFile("../../capture/testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	src, err := capture.Open(bytes.NewReader(data), file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := capture.Judge(src, capture.Options{}, func(c *capture.Connection) { list = append(list, c) }); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAConnection(t *testing.T) {
	c := judged(t, "close.pcap")[0]
	var b bytes.Buffer
	if err := WriteConnection(&b, c, Options{}, "svg"); err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "testdata/close.svg", b.String())
	for _, format := range connectionFormats {
		b.Reset()
		if err := WriteConnection(&b, c, Options{Width: 400}, format); err != nil || b.Len() < 2000 {
			t.Errorf("%s: %d bytes, %v", format, b.Len(), err)
		}
	}
	if err := WriteConnection(io.Discard, c, Options{}, "mmd"); err == nil {
		t.Error("a format that there is not is refused")
	}
}

// Every segment of every capture has its arrow, every doubt a flag, and nothing is outside of the page.
func TestConnections(t *testing.T) {
	files, err := os.ReadDir("../../capture/testdata")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".pcap") && !strings.HasSuffix(f.Name(), ".txt") {
			continue
		}
		for _, c := range judged(t, f.Name()) {
			n++
			for _, width := range []int{380, 900} {
				var b bytes.Buffer
				if err := WriteConnection(&b, c, Options{Width: width}, "svg"); err != nil {
					t.Fatal(err)
				}
				labels := strings.Count(b.String(), `<text class="f-ink mono"`)
				if n := len(c.Segments); labels < n || labels > 2*n || width == 900 && labels != n { // a narrow one breaks labels in two
					t.Errorf("%s, %d wide: %d segments, %d lines of labels", f.Name(), width, n, labels)
				}
				for _, s := range c.Segments {
					for _, r := range s.Remarks {
						if r.Grade != capture.Note && !strings.Contains(b.String(), ">"+string(r.Grade)+":") {
							t.Errorf("%s: %v is not drawn", f.Name(), r)
						}
					}
				}
				for dec := xml.NewDecoder(&b); ; {
					if _, err := dec.Token(); err == io.EOF {
						break
					} else if err != nil {
						t.Fatalf("%s: the SVG is not XML: %v", f.Name(), err)
					}
				}
			}
		}
	}
	if n < 2 {
		t.Errorf("only %d connections", n)
	}
}
