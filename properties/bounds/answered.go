package bounds

import (
	"fmt"
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

// Known is how far a bar reaches: to the smallest safe value, or as far as values are known to be too small.
func (p *Point) Known() int {
	if b := p.Below(); p.Conclusion != properties.Holds && b != nil {
		return b.Value + 1
	}
	if p.Conclusion == properties.Holds {
		return p.Least()
	}
	return 0
}
