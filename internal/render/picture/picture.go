// Package picture draws a graph as SVG, PNG or PDF, with nothing installed: the places are found by
// internal/render/layout, the drawing is gonum/plot's.
//
// Of the attributes of Graphviz it knows those that this program sets: label, shape (box, circle,
// point, none), style (rounded, filled, dashed, dotted), color, fillcolor, fontcolor, fontsize, penwidth.
package picture

import (
	"cmp"
	"fmt"
	"image/color"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	_ "gonum.org/v1/plot" // makes its fonts known
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
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
	width, height := d.layout.Place()
	legend := d.legendSize()
	if legend.Y > 0 {
		width = max(width, d.right(float64(legend.Y)+margin)+margin+float64(legend.X))
		height = max(height, float64(legend.Y))
	}
	size := vg.Point{X: vg.Length(width) + 2*margin, Y: vg.Length(height) + 2*margin}
	c, err := canvas(size, format)
	if err != nil {
		return err
	}
	d.canvas, d.top = draw.New(c), size.Y-margin
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
	d.legend(vg.Point{X: size.X - margin - legend.X, Y: size.Y - margin})
	_, err = c.WriteTo(w)
	return err
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
	return int(min(144, math.Sqrt(mostPixels/(size.X.Dots(1)*size.Y.Dots(1)))))
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
	layout layout.Graph
	canvas draw.Canvas
	top    vg.Length
}

// look is the text of a node or an edge and its attributes.
type look struct {
	own, all dot.Attrs
	lines    []string
	style    draw.TextStyle
}

func (l *look) get(key string) string {
	if slices.ContainsFunc(l.own, func(a dot.Attr) bool { return a.Key == key }) {
		return l.own.Get(key)
	}
	return l.all.Get(key)
}

func (l *look) number(key string, otherwise float64) float64 {
	if x, err := strconv.ParseFloat(l.get(key), 64); err == nil {
		return x
	}
	return otherwise
}

// newLook reads the attributes of a node or edge.
func newLook(own, all dot.Attrs, name string, size float64) look {
	l := look{own: own, all: all}
	label := l.get("label")
	if !slices.ContainsFunc(own, func(a dot.Attr) bool { return a.Key == "label" }) {
		label = name
	}
	if label != "" {
		l.lines = strings.Split(label, "\n")
	}
	l.style = textStyle(l.number("fontsize", size), rgb(l.get("fontcolor"), color.Black))
	return l
}

func textStyle(size float64, c color.Color) draw.TextStyle {
	return draw.TextStyle{Color: c, Font: font.From(font.Font{Typeface: "Liberation", Variant: "Sans"}, vg.Length(size)),
		XAlign: draw.XCenter, YAlign: draw.YCenter, Handler: text.Plain{Fonts: font.DefaultCache}}
}

// rgb reads #rrggbb.
func rgb(s string, otherwise color.Color) color.Color {
	c := color.RGBA{A: 255}
	if n, _ := fmt.Sscanf(s, "#%02x%02x%02x", &c.R, &c.G, &c.B); n != 3 {
		return otherwise
	}
	return c
}

// size is that of the text.
func (l *look) size() (w, h float64) {
	for _, line := range l.lines {
		w = max(w, float64(l.style.Width(line)))
	}
	return w, float64(len(l.lines)) * l.leading()
}

func (l *look) leading() float64 { return 1.25 * float64(l.style.Font.Size) }

// write writes the lines around a place.
func (l *look) write(c draw.Canvas, at vg.Point) {
	at.Y += vg.Length(l.leading()*float64(len(l.lines)-1)/2) + l.style.Font.Size/10 // letters have no descent, mostly
	for _, line := range l.lines {
		c.FillText(l.style, at, line)
		at.Y -= vg.Length(l.leading())
	}
}

func (d *drawing) nodeLook(i int) look {
	return newLook(d.Nodes[i].Attrs, d.AllNodes, d.Nodes[i].DOTID(), 12)
}

func (d *drawing) edgeLook(i int) look { return newLook(d.Edges[i].Attrs, d.AllEdges, "", 10) }

// newDrawing measures the graph.
func newDrawing(g *dot.Graph) *drawing {
	d := &drawing{Graph: g}
	for i := range g.Nodes {
		l := d.nodeLook(i)
		w, h := l.size()
		n := layout.Node{W: w + 1.3*l.leading(), H: h + 0.7*l.leading()}
		switch l.get("shape") {
		case "circle":
			n.W = math.Hypot(w, h) + 8
			n.H = n.W
		case "point":
			n = layout.Node{W: 6, H: 6}
		case "none":
			n = layout.Node{W: w, H: h}
		}
		d.layout.Nodes = append(d.layout.Nodes, n)
	}
	for i, e := range g.Edges {
		l := d.edgeLook(i)
		w, h := l.size()
		if h > 0 {
			w, h = w+6, h+4
		}
		d.layout.Edges = append(d.layout.Edges, layout.Edge{From: int(e.From.ID()), To: int(e.To.ID()), W: w, H: h})
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

func (d *drawing) node(i int) {
	l, n := d.nodeLook(i), d.layout.Nodes[i]
	at, w, h := d.at(n.At), vg.Length(n.W), vg.Length(n.H)
	var p vg.Path
	switch shape := l.get("shape"); {
	case shape == "none":
		l.write(d.canvas, at)
		return
	case shape == "point" || shape == "circle":
		p.Move(vg.Point{X: at.X + w/2, Y: at.Y})
		p.Arc(at, w/2, 0, 2*math.Pi)
	default:
		r := min(h/3, 8)
		if !strings.Contains(l.get("style"), "rounded") {
			r = 0
		}
		p = box(at, w, h, r)
	}
	p.Close()
	fill := color.Color(color.White)
	if strings.Contains(l.get("style"), "filled") {
		fill = rgb(l.get("fillcolor"), color.White)
	}
	if l.get("shape") == "point" {
		fill = color.Black
	}
	d.canvas.SetColor(fill)
	d.canvas.Fill(p)
	d.canvas.SetLineStyle(d.stroke(&l))
	d.canvas.Stroke(p)
	l.write(d.canvas, at)
}

// box is a rectangle with round corners.
func box(at vg.Point, w, h, r vg.Length) (p vg.Path) {
	p.Move(vg.Point{X: at.X + w/2, Y: at.Y - h/2 + r})
	for k, corner := range []vg.Point{{X: 1, Y: 1}, {X: -1, Y: 1}, {X: -1, Y: -1}, {X: 1, Y: -1}} {
		c := vg.Point{X: at.X + corner.X*(w/2-r), Y: at.Y + corner.Y*(h/2-r)}
		p.Arc(c, r, float64(k)*math.Pi/2, math.Pi/2)
	}
	return p
}

// edge draws the line of an edge and its head.
func (d *drawing) edge(i int) {
	l, e := d.edgeLook(i), &d.layout.Edges[i]
	path := make([]vg.Point, len(e.Path))
	for k, p := range e.Path {
		path[k] = d.at(p)
	}
	last := len(path) - 1
	head, way := path[last], vg.Point{Y: 1}
	if path[last-1].Y > head.Y {
		way.Y = -1
	}
	if e.From == e.To {
		way = vg.Point{X: -1}
	}
	const long, wide = 8, 3
	path[last] = head.Sub(way.Scale(long * 0.8))
	var p vg.Path
	p.Move(path[0])
	for k := range last {
		from, to := path[k], path[k+1]
		switch {
		case e.From == e.To && k == 0:
			p.CubeTo(vg.Point{X: to.X, Y: from.Y}, vg.Point{X: to.X, Y: path[2].Y}, path[2])
		case e.From == e.To:
		case k%2 == 1:
			p.Line(to)
		default:
			middle := (from.Y + to.Y) / 2
			p.CubeTo(vg.Point{X: from.X, Y: middle}, vg.Point{X: to.X, Y: middle}, to)
		}
	}
	style := d.stroke(&l)
	d.canvas.SetLineStyle(style)
	d.canvas.Stroke(p)
	side := vg.Point{X: way.Y, Y: -way.X}.Scale(wide)
	d.canvas.FillPolygon(style.Color, []vg.Point{head, head.Sub(way.Scale(long)).Add(side), head.Sub(way.Scale(long)).Sub(side)})
}

func (d *drawing) edgeLabel(i int) {
	l, e := d.edgeLook(i), &d.layout.Edges[i]
	if l.lines == nil {
		return
	}
	at := d.at(e.At)
	p := box(at, vg.Length(e.W), vg.Length(e.H), 0)
	p.Close()
	d.canvas.SetColor(color.White)
	d.canvas.Fill(p)
	l.write(d.canvas, at)
}

func (d *drawing) legendSize() (size vg.Point) {
	style := textStyle(11, color.Black)
	for _, r := range d.Legend {
		size.X = max(size.X, style.Width(r.Text)+12)
		size.Y += 16
	}
	if size.Y > 0 {
		size.Y += 8
	}
	return size
}

// legend writes it in a box whose right upper corner is at a place.
func (d *drawing) legend(at vg.Point) {
	size := d.legendSize()
	if size.Y == 0 {
		return
	}
	d.canvas.StrokeLines(draw.LineStyle{Color: color.Gray{150}, Width: 0.7}, []vg.Point{at, {X: at.X + size.X, Y: at.Y},
		{X: at.X + size.X, Y: at.Y - size.Y}, {X: at.X, Y: at.Y - size.Y}, at})
	for i, r := range d.Legend {
		style := textStyle(11, rgb(cmp.Or(r.Color, "#000000"), color.Black))
		style.XAlign = draw.XLeft
		d.canvas.FillText(style, vg.Point{X: at.X + 6, Y: at.Y - 12 - vg.Length(16*i)}, r.Text)
	}
}
