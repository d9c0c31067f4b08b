package layout

// rounds is how often each layer of a graph of so many vertices is moved to where its neighbours are.
func rounds(vertices int) int { return max(32, min(400, 4_000_000/(vertices+1))) }

// spread gives each vertex its place from left to right: near its neighbours in other layers, with
// edges that pass many layers straight, and with gaps.
func (p *placing) spread() {
	for _, layer := range p.layers {
		x := 0.0
		for i, id := range layer {
			if i > 0 {
				x += p.gap(layer[i-1], id)
			}
			p.v[id].x = x
		}
	}
	rounds := rounds(len(p.v))
	for round := range rounds {
		for k := range p.layers {
			if round%2 == 1 {
				k = len(p.layers) - 1 - k
			}
			last := round >= rounds/2 // at first from one side, and then from both
			p.settle(p.layers[k], last || round%2 == 0, last || round%2 == 1)
		}
	}
}

// settle moves the vertices of a layer to where the sum of the squares of their distances to their
// neighbours is least, with the gaps kept: the order is that of the layer, so that this is an
// isotonic regression, by the pooling of those who are in each other's way.
func (p *placing) settle(layer []int, above, below bool) {
	type pool struct {
		sum, weight, at float64
		n               int
	}
	var pools []pool
	offset := make([]float64, len(layer))
	for i, id := range layer {
		if i > 0 {
			offset[i] = offset[i-1] + p.gap(layer[i-1], id)
		}
		now := pool{n: 1, sum: 1e-3 * (p.v[id].x - offset[i]), weight: 1e-3}
		for _, side := range []bool{true, false} {
			if side && !above || !side && !below {
				continue
			}
			for _, l := range p.links(id, side) {
				now.sum += l.weight * (p.v[l.to].x - offset[i])
				now.weight += l.weight
			}
		}
		now.at = now.sum / now.weight
		for len(pools) > 0 && pools[len(pools)-1].at > now.at {
			before := pools[len(pools)-1]
			pools = pools[:len(pools)-1]
			now = pool{sum: now.sum + before.sum, weight: now.weight + before.weight, n: now.n + before.n}
			now.at = now.sum / now.weight
		}
		pools = append(pools, now)
	}
	i := 0
	for _, q := range pools {
		for range q.n {
			p.v[layer[i]].x = q.at + offset[i]
			i++
		}
	}
}
