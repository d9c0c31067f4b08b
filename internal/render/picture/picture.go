// Package picture draws a graph as SVG, PNG or PDF, with nothing installed: the places are found by
// internal/render/layout, the drawing is gonum/plot's.
//
// Of the attributes of Graphviz it knows those that this program sets: label, shape (box, circle,
// point, none), style (rounded, filled, dashed, dotted), color, fillcolor, fontcolor, fontsize, penwidth.
package picture

import (
	"image/color"
	"io"
	"math"
	"strings"

	_ "gonum.org/v1/plot" // makes its fonts known
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	_ "gonum.org/v1/plot/vg/vgpdf"
	_ "gonum.org/v1/plot/vg/vgsvg"

	"github.com/tcpcheck/tcpcheck/internal/render/dot"
	"github.com/tcpcheck/tcpcheck/internal/render/layout"
)

// Formats are those that Write takes.
var Formats = []string{"svg", "png", "pdf"}

// margin is around the drawing, and between it and its legend.
const margin = 16

// Write draws the graph.
func Write(w io.Writer, g *dot.Graph, format string) error {
	d := newDrawing(g)
	size := d.place()
	c, err := canvas(size, format)
	if err != nil {
		return err
	}
	d.canvas, d.top = draw.New(c), size.Y-margin-d.titleHeight()
	d.canvas.FillPolygon(color.White, []vg.Point{{}, {X: size.X}, size, {Y: size.Y}})
	for i := range g.Edges {
		d.edge(i)
	}
	for i := range g.Edges {
		d.edgeLabel(i)
	}
	for i := range g.Nodes {
		d.node(i)
	}
	d.legend(vg.Point{X: size.X - margin - d.legendSize().X, Y: d.top})
	d.title(vg.Point{X: margin, Y: size.Y - margin})
	return Save(w, c, format)
}

// place finds the places, and returns the size of the page. The legend is to the right of what is in
// the upper part.
func (d *drawing) place() vg.Point {
	width, height := d.layout.Place()
	if legend := d.legendSize(); legend.Y > 0 {
		width = max(width, d.right(float64(legend.Y)+margin)+margin+float64(legend.X))
		height = max(height, float64(legend.Y))
	}
	width = max(width, float64(titleStyle.Width(d.Title)))
	return vg.Point{X: vg.Length(width) + 2*margin, Y: vg.Length(height) + 2*margin + d.titleHeight()}
}

// Paint draws on a page of this size in points, whose origin is the left lower corner.
func Paint(w io.Writer, width, height float64, format string, paint func(draw.Canvas)) error {
	size := vg.Point{X: vg.Length(width), Y: vg.Length(height)}
	c, err := canvas(size, format)
	if err != nil {
		return err
	}
	page := draw.New(c)
	page.FillPolygon(color.White, []vg.Point{{}, {X: size.X}, size, {Y: size.Y}})
	paint(page)
	return Save(w, c, format)
}

// mostPixels is how large a PNG becomes: about 250 MB while it is drawn.
const mostPixels = 64e6

func canvas(size vg.Point, format string) (vg.CanvasWriterTo, error) {
	if format != "png" {
		return draw.NewFormattedCanvas(size.X, size.Y, format)
	}
	return vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(size.X, size.Y), vgimg.UseDPI(dots(size)))}, nil
}

// dots is how many pixels an inch has in a PNG.
func dots(size vg.Point) int {
	return int(max(1, min(144, math.Sqrt(mostPixels/(size.X.Dots(1)*size.Y.Dots(1))))))
}

// right is how far the drawing goes to the right in its upper part.
func (d *drawing) right(upper float64) (x float64) {
	take := func(at layout.Point, w, h float64) {
		if at.Y-h/2 < upper {
			x = max(x, at.X+w/2)
		}
	}
	for _, n := range d.layout.Nodes {
		take(n.At, n.W, n.H)
	}
	for _, e := range d.layout.Edges {
		take(e.At, e.W, e.H)
		for _, p := range e.Path {
			take(p, 0, 0)
		}
	}
	return x
}

// drawing is a graph with the sizes, and then the places, of its parts.
type drawing struct {
	*dot.Graph
	nodes, edges []look
	layout       layout.Graph
	canvas       draw.Canvas
	top          vg.Length
}

// newDrawing measures the graph.
func newDrawing(g *dot.Graph) *drawing {
	d := &drawing{Graph: g}
	for _, n := range g.Nodes {
		l := newLook(n.Attrs, g.AllNodes, n.DOTID(), 12)
		w, h := l.size()
		box := layout.Node{W: w + 1.3*l.leading(), H: h + 0.7*l.leading()}
		switch l.get("shape") {
		case "circle":
			box.W = math.Hypot(w, h) + 8
			box.H = box.W
		case "point":
			box = layout.Node{W: 6, H: 6}
		case "none":
			box = layout.Node{W: w, H: h}
		}
		d.layout.Nodes = append(d.layout.Nodes, box)
		d.nodes = append(d.nodes, l)
	}
	for _, e := range g.Edges {
		l := newLook(e.Attrs, g.AllEdges, "", 10)
		w, h := l.size()
		if h > 0 {
			w, h = w+6, h+4
		}
		d.layout.Edges = append(d.layout.Edges, layout.Edge{From: int(e.From.ID()), To: int(e.To.ID()), W: w, H: h})
		d.edges = append(d.edges, l)
	}
	for _, row := range g.Rows {
		var ids []int
		for _, n := range row {
			ids = append(ids, int(n.ID()))
		}
		d.layout.Ranks = append(d.layout.Ranks, ids)
	}
	return d
}

// at turns a place of the layout into one of the canvas, where Y grows upwards.
func (d *drawing) at(p layout.Point) vg.Point {
	return vg.Point{X: margin + vg.Length(p.X), Y: d.top - vg.Length(p.Y)}
}

func (d *drawing) stroke(l *look) draw.LineStyle {
	s := draw.LineStyle{Color: rgb(l.get("color"), color.Black), Width: vg.Length(l.number("penwidth", 1))}
	switch style := l.get("style"); {
	case strings.Contains(style, "dashed"):
		s.Dashes = []vg.Length{5, 3}
	case strings.Contains(style, "dotted"):
		s.Dashes = []vg.Length{1, 3}
	}
	return s
}
