package layout

import (
	"cmp"
	"math"
	"slices"
)

// sweeps is how often the order of all layers is looked at.
const sweeps = 24

// order begins with the order in which a walk from the top meets the vertices, so that what belongs
// together is together. Then it moves each to the mean place of its neighbours in the layer above,
// from top to bottom, and below, from bottom to top, and exchanges neighbours.
// Of all these orders it keeps one with the fewest crossings.
func (p *placing) order() {
	seen := make([]bool, len(p.v))
	layers := make([][]int, len(p.layers))
	var walk func(id int)
	walk = func(id int) {
		if seen[id] {
			return
		}
		seen[id] = true
		p.v[id].pos = len(layers[p.v[id].layer])
		layers[p.v[id].layer] = append(layers[p.v[id].layer], id)
		for _, l := range p.v[id].down {
			walk(l.to)
		}
	}
	for _, layer := range p.layers {
		for _, id := range layer {
			walk(id)
		}
	}
	p.layers = layers
	best, least := []vertex(nil), math.MaxInt
	for i := 0; i < sweeps && least > 0; i++ {
		for k := range layers {
			if i%2 == 0 {
				p.sort(layers[k], true)
			} else {
				p.sort(layers[len(layers)-1-k], false)
			}
		}
		for k := 0; k < sweeps && p.swap(); k++ {
		}
		if n := p.crossings(); n < least {
			best, least = slices.Clone(p.v), n
		}
	}
	p.v = best
	for _, layer := range layers {
		slices.SortFunc(layer, func(a, b int) int { return cmp.Compare(p.v[a].pos, p.v[b].pos) })
	}
}

// links are those to the layer above, or below.
func (p *placing) links(id int, above bool) []link {
	if above {
		return p.v[id].up
	}
	return p.v[id].down
}

// sort orders a layer by the mean place of the neighbours. What has none keeps its place.
func (p *placing) sort(layer []int, above bool) {
	mean := map[int]float64{}
	for _, id := range layer {
		mean[id] = float64(p.v[id].pos) / float64(len(layer))
		if links := p.links(id, above); len(links) > 0 {
			sum := 0.0
			for _, l := range links {
				sum += float64(p.v[l.to].pos) / float64(len(p.layers[p.v[l.to].layer]))
			}
			mean[id] = sum / float64(len(links))
		}
	}
	slices.SortStableFunc(layer, func(a, b int) int { return cmp.Compare(mean[a], mean[b]) })
	for i, id := range layer {
		p.v[id].pos = i
	}
}

// swap exchanges neighbours where that takes crossings away, and reports whether it did.
func (p *placing) swap() (better bool) {
	for _, layer := range p.layers {
		for i := 1; i < len(layer); i++ {
			a, b := layer[i-1], layer[i]
			if p.cross(a, b) > p.cross(b, a) {
				layer[i-1], layer[i] = b, a
				p.v[a].pos, p.v[b].pos = i, i-1
				better = true
			}
		}
	}
	return better
}

// cross counts the crossings between the links of two neighbours if a is left of b.
func (p *placing) cross(a, b int) (n int) {
	for _, above := range []bool{true, false} {
		for _, la := range p.links(a, above) {
			for _, lb := range p.links(b, above) {
				if p.v[la.to].pos > p.v[lb.to].pos {
					n++
				}
			}
		}
	}
	return n
}

// crossings counts the links between two layers that cross: those that begin farther to the left
// and end farther to the right.
func (p *placing) crossings() (n int) {
	for _, layer := range p.layers {
		var ends []int // sorted, of the links so far
		for _, id := range layer {
			for _, l := range p.v[id].down {
				i, _ := slices.BinarySearch(ends, p.v[l.to].pos+1)
				n += len(ends) - i
			}
			for _, l := range p.v[id].down {
				i, _ := slices.BinarySearch(ends, p.v[l.to].pos)
				ends = slices.Insert(ends, i, p.v[l.to].pos)
			}
		}
	}
	return n
}
