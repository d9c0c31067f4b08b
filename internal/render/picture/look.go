package picture

import (
	"fmt"
	"image/color"
	"strconv"
	"strings"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/tcpcheck/tcpcheck/internal/render/dot"
)

// look is the text of a node or an edge and its attributes.
type look struct {
	own, all dot.Attrs
	lines    []string
	style    draw.TextStyle
}

func (l *look) get(key string) string {
	value, ok := l.own.Get(key)
	if !ok {
		value, _ = l.all.Get(key)
	}
	return value
}

func (l *look) number(key string, otherwise float64) float64 {
	if x, err := strconv.ParseFloat(l.get(key), 64); err == nil {
		return x
	}
	return otherwise
}

// newLook reads the attributes of a node or an edge, whose label is its name unless it has one.
func newLook(own, all dot.Attrs, name string, size float64) look {
	l := look{own: own, all: all}
	label, ok := own.Get("label")
	if !ok {
		label = name
	}
	if label != "" {
		l.lines = strings.Split(label, "\n")
	}
	l.style = textStyle(l.number("fontsize", size), rgb(l.get("fontcolor"), color.Black))
	return l
}

func textStyle(size float64, c color.Color) draw.TextStyle {
	s := TextStyle(size, c, false, false)
	s.XAlign, s.YAlign = draw.XCenter, draw.YCenter
	return s
}

// TextStyle is that of a text of this size: monospaced or not, bold or not.
func TextStyle(size float64, c color.Color, mono, bold bool) draw.TextStyle {
	f := font.Font{Typeface: "Liberation", Variant: "Sans"}
	if mono {
		f.Variant = "Mono"
	}
	if bold {
		f.Weight = xfont.WeightBold
	}
	return draw.TextStyle{Color: c, Font: font.From(f, vg.Length(size)), Handler: text.Plain{Fonts: font.DefaultCache}}
}

// RGB reads #rrggbb; anything else is black.
func RGB(s string) color.Color { return rgb(s, color.Black) }

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
