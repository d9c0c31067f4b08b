package study

import (
	"fmt"
	"io"
	"strings"

	"github.com/tcpcheck/tcpcheck/properties"
)

// Answered is a question with its points.
type Answered struct {
	Bound  Bound
	Points []Point
	Fits   []Fit
}

// Place writes where a point lies: MSL 2, R 3.
func (q *Bound) Place(at []int) string {
	var parts []string
	for i, x := range at {
		parts = append(parts, fmt.Sprintf("%s %d", q.Axes[i].Name, x))
	}
	return strings.Join(parts, ", ")
}

// Said is a finding in a few characters: 3, "none to 9", "> 2, not exhausted".
func (p *Point) Said() string {
	switch p.Conclusion {
	case properties.Holds:
		return fmt.Sprint(p.Least())
	case properties.Fails:
		return fmt.Sprintf("none to %d", p.Least())
	case properties.Open:
	}
	if b := p.Below(); b != nil {
		return fmt.Sprintf("> %d, not exhausted", b.Value)
	}
	return "not exhausted"
}

// known is how far a bar reaches: to the least safe value, or as far as values are known to be too small.
func (p *Point) known() int {
	if b := p.Below(); p.Conclusion != properties.Holds && b != nil {
		return b.Value + 1
	}
	if p.Conclusion == properties.Holds {
		return p.Least()
	}
	return 0
}

// WriteBars draws the points as bars of text: # for each value that is too small, and what was found after them.
func (x *Answered) WriteBars(w io.Writer) error {
	wide := 0
	for _, p := range x.Points {
		wide = max(wide, len(x.Bound.Place(p.At)))
	}
	for i := range x.Points {
		p := &x.Points[i]
		end := "| " + p.Said()
		if p.Conclusion == properties.Open {
			end = "? " + p.Said()
		} else if p.Conclusion == properties.Fails {
			end = "> " + p.Said()
		}
		if _, err := fmt.Fprintf(w, "    %-*s  %s%s\n", wide, x.Bound.Place(p.At), strings.Repeat("#", p.known()), end); err != nil {
			return err
		}
	}
	return nil
}
