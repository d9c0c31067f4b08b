// Package boundplot draws smallest safe values over their parameters.
package boundplot

import (
	"fmt"
	"image/color"
	"io"
	"strconv"

	"github.com/tcpcheck/tcpcheck/internal/render/picture"
	"github.com/tcpcheck/tcpcheck/properties"
	"github.com/tcpcheck/tcpcheck/properties/bounds"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	_ "gonum.org/v1/plot/vg/vgpdf"
	_ "gonum.org/v1/plot/vg/vgsvg"
)

// Formats are those that Write takes.
var Formats = []string{"svg", "png", "pdf"}

// The sizes of the drawing.
const (
	panelWidth  = 12 * vg.Centimeter
	panelHeight = 10 * vg.Centimeter
)

// Write draws each question as a panel: the first parameter to the right, the value upwards, and a series
// for each value of the second. The line of a series is the formula through all points; where there is none, the
// points are joined by dashes. A point that was not exhausted is an open circle, stands where the search had
// come to, and is on no line.
func Write(w io.Writer, format string, list []bounds.Answered) error {
	columns := min(3, max(1, len(list)))
	rows := max(1, (len(list)+columns-1)/columns)
	c, err := draw.NewFormattedCanvas(vg.Length(columns)*panelWidth, vg.Length(rows)*panelHeight, format)
	if err != nil {
		return err
	}
	tiles := draw.Tiles{Cols: columns, Rows: rows, PadX: 5 * vg.Millimeter, PadY: 5 * vg.Millimeter,
		PadTop: 3 * vg.Millimeter, PadBottom: 3 * vg.Millimeter, PadLeft: 3 * vg.Millimeter, PadRight: 5 * vg.Millimeter}
	area := draw.New(c)
	area.FillPolygon(color.White, []vg.Point{{}, {X: area.Max.X}, area.Max, {Y: area.Max.Y}})
	for i := range list {
		p, err := plotOf(&list[i])
		if err != nil {
			return err
		}
		p.Draw(tiles.At(area, i%columns, i/columns))
	}
	return picture.Save(w, c, format)
}

// hues are told apart by people who see no red or no green as well (Okabe and Ito), and each has a shape.
var hues = []color.Color{
	color.RGBA{0, 114, 178, 255}, color.RGBA{213, 94, 0, 255}, color.RGBA{0, 158, 115, 255},
	color.RGBA{204, 121, 167, 255}, color.RGBA{86, 180, 233, 255}, color.RGBA{230, 159, 0, 255},
}

var shapes = []draw.GlyphDrawer{draw.CircleGlyph{}, draw.BoxGlyph{}, draw.PyramidGlyph{}}

// plotOf is one panel.
func plotOf(x *bounds.Answered) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text = x.Bound.Topic + ": " + x.Bound.Name
	for _, f := range x.Fits {
		if f.Formula != nil && f.Determined() {
			p.Title.Text += "\nleast = " + f.Formula.Text(x.Bound.Axes) + where(f)
		}
	}
	p.Title.Padding = 2 * vg.Millimeter
	p.X.Label.Text = x.Bound.Axes[0].Name + " (" + x.Bound.Axes[0].Means + ")"
	p.Y.Label.Text = "smallest safe " + x.Bound.Symbol + ", in " + x.Bound.Unit
	p.X.Tick.Marker, p.Y.Tick.Marker = wholeTicks, wholeTicks
	p.Legend.Top, p.Legend.Left = true, true
	p.Add(plotter.NewGrid())
	series := seriesOf(x)
	open, joined, most := false, false, 1
	for i, points := range series {
		var line plotter.XYs
		for _, pt := range points {
			at := plotter.XY{X: float64(pt.At[0]), Y: float64(pt.Known())}
			most = max(most, pt.Known())
			if pt.Conclusion == properties.Holds {
				line = append(line, at)
				continue
			}
			open = true
			mark, err := plotter.NewScatter(plotter.XYs{at})
			if err != nil {
				return nil, err
			}
			mark.GlyphStyle = draw.GlyphStyle{Color: hues[i%len(hues)], Radius: 4, Shape: draw.RingGlyph{}}
			p.Add(mark)
		}
		if line == nil {
			continue
		}
		dots, err := plotter.NewScatter(line)
		if err != nil {
			return nil, err
		}
		under := vg.Length(len(series) - 1 - i) // wider than the series that may cover it
		dots.GlyphStyle = draw.GlyphStyle{Color: hues[i%len(hues)], Radius: 3.5 + 1.5*under, Shape: shapes[i%len(shapes)]}
		if fitted := formula(x, points[0].At); fitted != nil {
			line = fitted
		} else {
			joined = true
		}
		l, err := plotter.NewLine(line)
		if err != nil {
			return nil, err
		}
		l.Color, l.Width = dots.Color, vg.Points(1.5)+2*under
		if joined {
			l.Dashes = []vg.Length{vg.Points(4), vg.Points(3)}
		}
		p.Add(l, dots)
		name := "searched"
		if len(x.Bound.Axes) > 1 {
			name = fmt.Sprintf("%s = %d", x.Bound.Axes[1].Name, points[0].At[1])
		}
		p.Legend.Add(name, l, dots)
	}
	if joined {
		p.Legend.Add("dashes: no formula goes through all points")
	}
	if open {
		p.Legend.Add("open circle: no value below is safe, the rest is open", ring{})
	}
	p.Y.Min, p.X.Min, p.X.Max = 0, p.X.Min-0.5, p.X.Max+0.5
	p.Y.Max = float64(most) + 1 + float64(most*len(series))/8 // room for the legend
	return p, nil
}

// formula is the line of the formula for a series, from the first point to the last; nil if no formula goes through all points.
func formula(x *bounds.Answered, at []int) (line plotter.XYs) {
	if len(x.Fits) != 1 || x.Fits[0].Formula == nil || !x.Fits[0].Determined() {
		return nil
	}
	for i, value := range at[1:] {
		if x.Bound.Axes[i+1].Never && value == 0 { // stands for "without end", and is no number
			return nil
		}
	}
	low, high := at[0], at[0]
	for _, p := range x.Points {
		low, high = min(low, p.At[0]), max(high, p.At[0])
	}
	for _, to := range []int{low, high} {
		place := append([]int{to}, at[1:]...)
		y, _ := x.Fits[0].Formula.Value(place).Float64()
		line = append(line, plotter.XY{X: float64(to), Y: y})
	}
	return line
}

func where(f bounds.Fit) string {
	if f.Where == "" {
		return ""
	}
	return " (" + f.Where + ")"
}

// ring is the open circle of the legend.
type ring struct{}

// Thumbnail implements plot.Thumbnailer.
func (ring) Thumbnail(c *draw.Canvas) {
	c.DrawGlyph(draw.GlyphStyle{Color: color.Black, Radius: 4, Shape: draw.RingGlyph{}}, c.Center())
}

// wholeTicks are whole numbers, at most ten of them.
var wholeTicks = plot.TickerFunc(func(low, high float64) (ticks []plot.Tick) {
	step := 1
	for _, s := range []int{1, 2, 5, 10, 20, 50, 100} {
		if step = s; (high-low)/float64(s) <= 10 {
			break
		}
	}
	for v := max(0, (int(low)+step-1)/step*step); float64(v) <= high; v += step {
		if float64(v) >= low {
			ticks = append(ticks, plot.Tick{Value: float64(v), Label: strconv.Itoa(v)})
		}
	}
	return ticks
})

// seriesOf are the points by the second parameter, each in order of the first.
func seriesOf(x *bounds.Answered) (list [][]*bounds.Point) {
	at := map[int]int{}
	for i := range x.Points {
		p, key := &x.Points[i], 0
		if len(p.At) > 1 {
			key = p.At[1]
		}
		k, ok := at[key]
		if !ok {
			k = len(list)
			at[key] = k
			list = append(list, nil)
		}
		list[k] = append(list[k], p)
	}
	return list
}
