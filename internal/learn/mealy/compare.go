package mealy

import "slices"

// Comparison is how two machines differ on the inputs that both have.
type Comparison struct {
	Inputs       []string     `json:"inputs"`            // that both have, in the order of the first machine
	OnlyA, OnlyB []string     `json:"-"`                 // inputs that one of them lacks
	Pairs        int          `json:"pairs"`             // of states that a word leads to on which both agree
	First        *Difference  `json:"first,omitempty"`   // a shortest one; nil if the machines are equivalent
	Each         []Difference `json:"each,omitempty"`    // for each input that is ever answered differently, a shortest one
	Skipped      int          `json:"skipped,omitempty"` // inputs that one of a pair does not answer, so that nothing was compared
}

// Difference is a word to which two machines give other answers, the last of which is not the same.
type Difference struct {
	Word  []string `json:"word"`
	A     []string `json:"a"`
	B     []string `json:"b"`
	Pairs int      `json:"pairs"` // in how many pairs of states the last input is answered differently
}

// Compare asks both machines all words on which they agree, in breadth, until every pair of states is known. An
// input that one of a pair does not answer is skipped there.
func Compare(a, b *Machine) *Comparison {
	c := &Comparison{}
	for _, in := range a.Inputs {
		if slices.Contains(b.Inputs, in) {
			c.Inputs = append(c.Inputs, in)
		} else {
			c.OnlyA = append(c.OnlyA, in)
		}
	}
	for _, in := range b.Inputs {
		if !slices.Contains(a.Inputs, in) {
			c.OnlyB = append(c.OnlyB, in)
		}
	}
	p := &product{a: a.Restrict(c.Inputs), b: b.Restrict(c.Inputs)}
	p.explore(c)
	return c
}

// pair is a pair of states, and how it was first reached.
type pair struct{ a, b, parent, input int }

type product struct {
	a, b  *Machine
	pairs []pair
}

func (p *product) explore(c *Comparison) {
	type key struct{ a, b int }
	p.pairs = []pair{{p.a.Initial, p.b.Initial, nowhere, 0}}
	seen := map[key]bool{{p.a.Initial, p.b.Initial}: true}
	at := map[int]int{} // the place in c.Each of an input
	for i := 0; i < len(p.pairs); i++ {
		for k := range c.Inputs {
			x, y := p.a.Edges[p.pairs[i].a][k], p.b.Edges[p.pairs[i].b][k]
			switch {
			case x.To == nowhere || y.To == nowhere:
				if x.To != y.To {
					c.Skipped++
				}
			case x.Output != y.Output:
				if _, known := at[k]; !known {
					at[k] = len(c.Each)
					c.Each = append(c.Each, p.difference(i, k))
				}
				c.Each[at[k]].Pairs++
			case !seen[key{x.To, y.To}]:
				seen[key{x.To, y.To}] = true
				p.pairs = append(p.pairs, pair{x.To, y.To, i, k})
			}
		}
	}
	c.Pairs = len(p.pairs)
	if len(c.Each) > 0 {
		c.First = &c.Each[0]
	}
}

// difference is the word that leads to pair i, and then input k.
func (p *product) difference(i, k int) (d Difference) {
	word := []int{k}
	for ; p.pairs[i].parent != nowhere; i = p.pairs[i].parent {
		word = append(word, p.pairs[i].input)
	}
	slices.Reverse(word)
	for _, k := range word {
		d.Word = append(d.Word, p.a.Inputs[k])
	}
	d.A, d.B = p.a.Run(word), p.b.Run(word)
	return d
}
