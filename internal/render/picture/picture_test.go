package picture

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"

	"github.com/tcpcheck/tcpcheck/internal/render/dot"
)

func drawn(t *testing.T, g *dot.Graph, format string) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, g, format); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// pair is a graph with all that this program draws.
func pair() *dot.Graph {
	g := &dot.Graph{Legend: []dot.Row{{Color: "#123456", Text: "what it means"}}}
	g.AllNodes.Set(dot.Pairs("style", "rounded,filled", "fillcolor", "#abcdef")...)
	a, b := g.Add("first", dot.Pairs("label", "one\n<two>")...), g.Add("second", dot.Pairs("shape", "circle")...)
	start := g.Add("start", dot.Pairs("shape", "point", "label", "")...)
	for i, at := range [][2]*dot.Node{{start, a}, {a, b}, {b, a}, {b, b}} {
		e, _ := g.Connect(at[0], at[1], nil)
		e.AddLabel([]string{"", "there", "back", "again"}[i])
		e.Set(dot.Pairs("color", "#d00000", "style", "dashed", "penwidth", "3")...)
	}
	return g
}

func TestAPictureHasWhatTheGraphHas(t *testing.T) {
	svg := drawn(t, pair(), "svg")
	var text []string
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		tok, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("the SVG is no XML: %v", err)
		}
		if c, ok := tok.(xml.CharData); ok && strings.TrimSpace(string(c)) != "" {
			text = append(text, strings.TrimSpace(string(c)))
		}
	}
	const want = "@media(prefers-color-scheme:dark){svg>g{filter:invert(.92) hue-rotate(180deg)}} there back again one <two> second what it means"
	if got := strings.Join(text, " "); got != want {
		t.Errorf("the text is %q, want %q", got, want)
	}
	for what, mark := range map[string]string{"the colour of an edge": "#D00000", "dashes": "dasharray", "a filled node": "#ABCDEF", "the legend's colour": "#123456"} {
		if !strings.Contains(svg, mark) {
			t.Errorf("no %s, %s, in\n%s", what, mark, svg)
		}
	}
	if again := drawn(t, pair(), "svg"); again != svg {
		t.Error("the same graph is drawn in two ways")
	}
}

func TestFormats(t *testing.T) {
	for format, begin := range map[string]string{"svg": "<?xml", "png": "\x89PNG", "pdf": "%PDF"} {
		if got := drawn(t, pair(), format); !strings.HasPrefix(got, begin) {
			t.Errorf("%s begins with %.10q", format, got)
		}
	}
	if err := Write(io.Discard, pair(), "bmp"); err == nil {
		t.Error("a format that there is not is refused")
	}
	drawn(t, &dot.Graph{}, "svg")
}

// The legend is on the page, and on nothing else.
func TestTheLegendHasAPlaceOfItsOwn(t *testing.T) {
	g := pair()
	for range 40 {
		g.Legend = append(g.Legend, dot.Row{Text: "one more line"})
	}
	d := newDrawing(g)
	page, legend := d.place(), d.legendSize()
	if legend.Y < 41*16 || page.Y < legend.Y+2*margin {
		t.Errorf("a legend of %v on a page of %v", legend, page)
	}
	for i, n := range d.layout.Nodes {
		if right := margin + n.At.X + n.W/2; vg.Length(right) > page.X-margin-legend.X {
			t.Errorf("node %d reaches to %g, and the legend is from %g on", i, right, page.X-margin-legend.X)
		}
	}
}

// A large picture has fewer dots an inch, so that it needs no more memory than the machine has.
func TestALargePictureIsCoarser(t *testing.T) {
	for _, c := range []struct {
		inches vg.Length
		want   int
	}{{1, 144}, {50, 144}, {100, 80}, {1000, 8}} {
		if got := dots(vg.Point{X: c.inches * vg.Inch, Y: c.inches * vg.Inch}); got != c.want {
			t.Errorf("%g inches: %d dots an inch, want %d", float64(c.inches), got, c.want)
		}
	}
}
