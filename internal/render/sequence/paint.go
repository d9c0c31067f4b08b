package sequence

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/tcpcheck/tcpcheck/internal/render/picture"
)

// paint draws the marks on a canvas, where y grows upwards.
func (d *drawing) paint(c draw.Canvas, pdf bool) {
	at := func(p point) vg.Point { return vg.Point{X: vg.Length(p.x), Y: vg.Length(d.y - p.y)} }
	for i := range d.marks {
		m := &d.marks[i]
		colour := picture.RGB(looks[m.style].light)
		if m.text != "" {
			m.paint(c, at(m.at[0]), colour, pdf)
			continue
		}
		var list []vg.Point
		for _, p := range m.at {
			list = append(list, at(p))
		}
		if m.area {
			c.FillPolygon(colour, list)
			continue
		}
		style := draw.LineStyle{Color: colour, Width: vg.Length(m.wide)}
		for _, n := range m.dash {
			style.Dashes = append(style.Dashes, vg.Length(n))
		}
		c.StrokeLines(style, list)
	}
}

// paint writes a text. gonum's PDF knows no bold font and no UTF-8: there a bold text is written twice, and in Latin 1.
func (m *mark) paint(c draw.Canvas, p vg.Point, colour color.Color, pdf bool) {
	s := picture.TextStyle(m.size, colour, m.mono, m.bold && !pdf)
	s.XAlign, s.YAlign = draw.XAlignment(-float64(m.anchor)/2), draw.YBottom
	s.Rotation = -m.angle * math.Pi / 180
	// A text stands on its baseline, and a canvas counts from below its descent.
	below := s.FontExtents().Descent
	p.X -= below * vg.Length(math.Sin(m.angle*math.Pi/180))
	p.Y -= below * vg.Length(math.Cos(m.angle*math.Pi/180))
	text := m.text
	if pdf {
		var latin []byte
		for _, r := range text {
			latin = append(latin, byte(r))
		}
		text = string(latin)
	}
	c.FillText(s, p, text)
	if pdf && m.bold {
		c.FillText(s, vg.Point{X: p.X + 0.35, Y: p.Y}, text)
	}
}
