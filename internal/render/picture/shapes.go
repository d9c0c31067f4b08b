package picture

import (
	"cmp"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

func (d *drawing) node(i int) {
	l, n := &d.nodes[i], &d.layout.Nodes[i]
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
	d.canvas.SetLineStyle(d.stroke(l))
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
	l, e := &d.edges[i], &d.layout.Edges[i]
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
	style := d.stroke(l)
	d.canvas.SetLineStyle(style)
	d.canvas.Stroke(p)
	side := vg.Point{X: way.Y, Y: -way.X}.Scale(wide)
	d.canvas.FillPolygon(style.Color, []vg.Point{head, head.Sub(way.Scale(long)).Add(side), head.Sub(way.Scale(long)).Sub(side)})
}

func (d *drawing) edgeLabel(i int) {
	l, e := &d.edges[i], &d.layout.Edges[i]
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

var titleStyle = textStyle(14, color.Black)

// titleHeight is what the title takes at the top.
func (d *drawing) titleHeight() vg.Length {
	if d.Title == "" {
		return 0
	}
	return 28
}

// title writes it at a place.
func (d *drawing) title(at vg.Point) {
	style := titleStyle
	style.XAlign = draw.XLeft
	d.canvas.FillText(style, vg.Point{X: at.X, Y: at.Y - 10}, d.Title)
}
