package explore

import "slices"

// Field is one part of a state as a number: two states have the same number only if this part is the same in both.
// Numbers below 256 are counted faster than others.
type Field[S any] struct {
	Name  string
	Value func(S) uint64
}

// FieldCount says how many values a field has in a graph.
type FieldCount struct {
	Name   string `json:"name"`
	Values int    `json:"values"` // different ones, in all
	// Late is the number of values that appear for the first time in the last levels (see [LastLevels]). If a search
	// does not end, the reason is in the fields with late values. A field without late values has settled.
	Late   int   `json:"late"`
	Levels []int `json:"perLevel"` // different ones, per level
	Fresh  []int `json:"newInIt"`  // per level, those that no earlier level has
}

// LastLevels returns how many of n levels count as the last ones: a quarter of them and at least two, but none of the
// first two.
func LastLevels(n int) int { return min(max(n/4, 2), max(n-2, 0)) }

// CountFields counts the values of each field over the nodes of g, level by level. The fields with the most late
// values come first, then those with the most values; otherwise the order is that of fields.
//
// If a search ended early, its last level is counted as far as it was searched.
func CountFields[S, A any](g *Graph[S, A], fields []Field[S]) []FieldCount {
	counts := make([]FieldCount, len(fields))
	last := make([]lastSeen, len(fields))
	for i, f := range fields {
		counts[i].Name = f.Name
		last[i].more = map[uint64]int{}
	}
	for n := range g.Nodes() {
		for i, f := range fields {
			c := &counts[i]
			for len(c.Levels) <= n.Depth {
				c.Levels, c.Fresh = append(c.Levels, 0), append(c.Fresh, 0)
			}
			switch before := last[i].swap(f.Value(n.State), n.Depth+1); before {
			case 0:
				c.Values++
				c.Fresh[n.Depth]++
				c.Levels[n.Depth]++
			case n.Depth + 1:
			default:
				c.Levels[n.Depth]++
			}
		}
	}
	for i := range counts {
		c := &counts[i]
		for _, n := range c.Fresh[len(c.Fresh)-LastLevels(len(c.Fresh)):] {
			c.Late += n
		}
	}
	slices.SortStableFunc(counts, func(a, b FieldCount) int {
		if a.Late != b.Late {
			return b.Late - a.Late
		}
		return b.Values - a.Values
	})
	return counts
}

// lastSeen is, for each value of a field, one more than the last level that has it; 0 if none has.
type lastSeen struct {
	few  [256]int
	more map[uint64]int
}

func (l *lastSeen) swap(value uint64, level int) (before int) {
	if value < uint64(len(l.few)) {
		before, l.few[value] = l.few[value], level
		return before
	}
	if before = l.more[value]; before != level {
		l.more[value] = level
	}
	return before
}
