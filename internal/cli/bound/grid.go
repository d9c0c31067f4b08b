package bound

import (
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/properties/bounds"
)

// setGrid sets Small to the points to search: those of the flags, the default ones, or all. A question
// that is named and has no small points is searched at its first large one.
func (m *options) setGrid(f *pflag.FlagSet, q *bounds.Bound, named bool) error {
	given := 0
	points := [][]int{nil}
	for i, p := range q.Axes {
		values := *m.grid[p.Flag]
		if len(values) > 0 {
			given++
		} else {
			values = q.Usual(i)
		}
		for _, v := range values {
			if v < 0 || v > 14 {
				return exit.Usagef("--%s: found %d, expected 0 to 14", p.Flag, v)
			}
		}
		var longer [][]int
		for _, at := range points {
			for _, v := range values {
				longer = append(longer, append(slices.Clone(at), v))
			}
		}
		points = longer
	}
	changed := 0
	for flag := range m.grid {
		if f.Changed(flag) {
			changed++
		}
	}
	switch {
	case changed > given: // the grid belongs to another question
		q.Small = nil
		if named {
			return exit.Usagef("bound %s %s: found another grid, expected values of %s only", q.Topic, q.Name, strings.Join(q.Flags(), ", "))
		}
	case given > 0:
		q.Small, q.Large = points, nil
	case m.all:
		q.Small, q.Large = append(slices.Clone(q.Small), q.Large...), nil
	case named && len(q.Small) == 0:
		q.Small = q.Large[:1]
	}
	for _, at := range q.Small {
		if at[0] < 1 && q.Axes[0].Flag != "octets" {
			return exit.Usagef("--%s: found %d, expected 1 or more", q.Axes[0].Flag, at[0])
		}
	}
	return nil
}
