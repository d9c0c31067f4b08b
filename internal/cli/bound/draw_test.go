package bound

import (
	"bytes"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/render/boundplot"
	"github.com/tcpcheck/tcpcheck/properties"
	"github.com/tcpcheck/tcpcheck/properties/bounds"
)

// answered is a question of time-wait with answers at some points.
func answered(t *testing.T, name string, limit uint64, points ...[]int) bounds.Answered {
	t.Helper()
	for _, q := range bounds.All("time-wait") {
		if q.Name != name {
			continue
		}
		x := bounds.Answered{Bound: q}
		for _, at := range points {
			p, err := q.At(t.Context(), at, 0, properties.Settings{MaxStates: limit})
			if err != nil {
				t.Fatal(err)
			}
			x.Points = append(x.Points, p)
		}
		return x
	}
	t.Fatal("no question " + name)
	return bounds.Answered{}
}

// What was not exhausted is drawn as open, in bars and in plots.
func TestAnOpenPointIsDrawnAsOpen(t *testing.T) {
	x := answered(t, "b-to-a-loss", 8000, []int{2, 2})
	below := x.Points[0].Below()
	if x.Points[0].Conclusion != properties.Open || below == nil {
		t.Fatalf("the point is %v, want one that was cut off above a value that is too small", x.Points[0].Conclusion)
	}
	var drawing bytes.Buffer
	if got := bar(&x.Points[0]); !strings.HasPrefix(got, strings.Repeat("#", below.Value+1)+"? > ") {
		t.Errorf("bar: %s", got)
	}
	if err := boundplot.Write(&drawing, "svg", []bounds.Answered{x}); err != nil || !strings.Contains(drawing.String(), "open circle") {
		t.Errorf("%v, drawing without an open circle:\n%s", err, &drawing)
	}
}

// The drawing says what it shows, in each format.
func TestPlot(t *testing.T) {
	x := answered(t, "last-ack", 0, []int{2, 2}, []int{2, 3}, []int{3, 2}, []int{2, 0})
	for format, begins := range map[string]string{"svg": "<?xml", "png": "\x89PNG", "pdf": "%PDF"} {
		var b bytes.Buffer
		if err := boundplot.Write(&b, format, []bounds.Answered{x}); err != nil || !strings.HasPrefix(b.String(), begins) {
			t.Errorf("%s: %v, begins with %.10q", format, err, &b)
		}
		for _, want := range []string{"time-wait: last-ack", "smallest safe ", "MSL (", "R = 2", "R = 3", "open circle"} {
			if format == "svg" && !strings.Contains(b.String(), ">"+want) {
				t.Errorf("the drawing lacks %q", want)
			}
		}
	}
}
