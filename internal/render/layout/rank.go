package layout

import "slices"

// rank gives each node its layer among nodes: one more than the lowest that leads to it, once the
// edges that close a cycle are turned round. The nodes of a row of Ranks are taken for one.
func (p *placing) rank() {
	group, count := p.groups()
	next := make([][]int, count)
	for i := range max(len(p.Ranks)-1, 0) {
		next[i] = append(next[i], i+1)
	}
	for _, e := range p.Edges {
		if a, b := group[e.From], group[e.To]; a != b {
			next[a] = append(next[a], b)
		}
	}
	ranks := make([]int, count)
	for _, a := range acyclic(next) {
		for _, b := range next[a] {
			ranks[b] = max(ranks[b], ranks[a]+1)
		}
	}
	p.ranks = make([]int, len(p.Nodes))
	for i := range p.Nodes {
		p.ranks[i] = ranks[group[i]]
	}
}

// groups numbers the rows of Ranks, and then the nodes that are in none.
func (p *placing) groups() (group []int, count int) {
	group = make([]int, len(p.Nodes))
	for i, row := range p.Ranks {
		for _, n := range row {
			group[n] = i + 1
		}
	}
	count = len(p.Ranks)
	for n := range group {
		if group[n]--; group[n] < 0 {
			group[n] = count
			count++
		}
	}
	return group, count
}

// acyclic turns round each edge that leads back to where a walk through the graph came from, and
// returns an order in which no edge leads back.
func acyclic(next [][]int) (order []int) {
	turned := make([][]int, len(next))
	seen, open := make([]bool, len(next)), make([]bool, len(next))
	var walk func(a int)
	walk = func(a int) {
		seen[a], open[a] = true, true
		for _, b := range next[a] {
			if !seen[b] {
				walk(b)
			}
			if open[b] {
				turned[b] = append(turned[b], a)
			} else {
				turned[a] = append(turned[a], b)
			}
		}
		open[a] = false
		order = append(order, a)
	}
	for a := range next {
		if !seen[a] {
			walk(a)
		}
	}
	copy(next, turned)
	slices.Reverse(order)
	return order
}
