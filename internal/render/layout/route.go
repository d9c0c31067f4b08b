package layout

import (
	"cmp"
	"math"
	"slices"
)

// band is what a layer takes from top to bottom.
type band struct{ top, middle, bottom float64 }

// place sets the places of the graph by those of the vertices, and returns the size of it.
func (p *placing) place() (width, height float64) {
	left := math.Inf(1)
	for _, v := range p.v {
		left = min(left, v.x-v.w/2)
	}
	bands := make([]band, len(p.layers))
	for k, layer := range p.layers {
		high, slant := 0.0, 0.0
		for _, id := range layer {
			v := &p.v[id]
			v.x -= left
			width, high = max(width, v.x+v.w/2), max(high, v.h)
			for _, l := range v.up {
				slant = max(slant, math.Abs(v.x-p.v[l.to].x))
			}
		}
		if k > 0 {
			height += layerGap + min(slant/10, 2*layerGap)
		}
		bands[k] = band{height, height + high/2, height + high}
		height += high
	}
	for i := range p.Nodes {
		n := &p.Nodes[i]
		n.At = Point{p.v[i].x - (p.v[i].w-n.W)/2, bands[p.v[i].layer].middle}
	}
	ports := p.ports()
	for i := range p.Edges {
		if p.Edges[i].From != p.Edges[i].To {
			p.route(i, ports[i], bands)
		}
	}
	for i := range p.loops {
		p.routeLoops(i)
	}
	return width, height
}

// ports spreads the ends of the edges along the upper and the lower side of each node, in the order
// of where they lead: for each edge the place of the upper end and of the lower one.
func (p *placing) ports() [][2]float64 {
	ports := make([][2]float64, len(p.Edges))
	for i := range p.Nodes {
		n := &p.Nodes[i]
		for _, above := range []bool{true, false} {
			links := slices.Clone(p.links(i, above))
			slices.SortStableFunc(links, func(a, b link) int { return cmp.Compare(p.v[a.to].x, p.v[b.to].x) })
			gap := min(portGap, n.W/float64(len(links)+1))
			for k, l := range links {
				which := 0
				if top, _ := p.ends(l.edge); top != i {
					which = 1
				}
				ports[l.edge][which] = n.At.X + gap*(float64(k)-float64(len(links)-1)/2)
			}
		}
	}
	return ports
}

// route sets the path of an edge between two nodes. Between two of one layer it goes down to its
// label and up again.
func (p *placing) route(i int, ports [2]float64, bands []band) {
	e := &p.Edges[i]
	top, bottom := p.ends(i)
	a, b := &p.Nodes[top], &p.Nodes[bottom]
	start, end := Point{ports[0], a.At.Y + a.H/2}, Point{ports[1], b.At.Y - b.H/2}
	e.Path = []Point{start}
	for _, id := range p.chains[i] {
		v, y := &p.v[id], bands[p.v[id].layer]
		if v.h > 0 {
			e.At = Point{v.x, y.middle}
		}
		if p.ranks[top] == p.ranks[bottom] {
			end.Y = b.At.Y + b.H/2
			side := math.Copysign(v.w/4, start.X-end.X)
			e.Path = append(e.Path, Point{v.x + side, y.top}, Point{v.x + side, y.middle},
				Point{v.x - side, y.middle}, Point{v.x - side, y.top})
			break
		}
		e.Path = append(e.Path, Point{v.x, y.top}, Point{v.x, y.bottom})
	}
	if e.Path = append(e.Path, end); top != e.From {
		slices.Reverse(e.Path)
	}
}

// routeLoops puts the labels of a node's edges to itself to the right of it, one below the other.
func (p *placing) routeLoops(node int) {
	n := &p.Nodes[node]
	right := n.At.X + n.W/2
	_, high := p.loopSize(node)
	y := n.At.Y - high/2
	for _, i := range p.loops[node] {
		e := &p.Edges[i]
		e.At = Point{right + loopWide + e.W/2, y + e.H/2}
		e.Path = []Point{{right, n.At.Y - n.H/4}, {right + loopWide, n.At.Y}, {right, n.At.Y + n.H/4}}
		y += e.H
	}
}
