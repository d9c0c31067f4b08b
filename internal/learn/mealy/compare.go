package mealy

import "slices"

// Comparison is how two machines differ on the inputs that both have.
type Comparison struct {
	Inputs       []string     `json:"inputs"`            // that both have, in the order of the first machine
	OnlyA, OnlyB []string     `json:"-"`                 // inputs that one of them lacks
	Pairs        int          `json:"pairs"`             // of states that a word leads to on which both agree
	First        *Difference  `json:"first,omitempty"`   // a shortest one; nil if the machines are equivalent
	Each         []Difference `json:"each,omitempty"`    // for each cause, a shortest one
	Skipped      int          `json:"skipped,omitempty"` // inputs that one of a pair does not answer, so that nothing was compared
}

// Difference is a word to which two machines give other answers, the last of which is not the same.
//
// Differences with one cause are one: those with the same two answers; or, where the machines have gone different ways
// before, all that follow from this. They go different ways where a state of A has another partner than the one with which it was
// met first.
type Difference struct {
	Word   []string `json:"word"`
	A      []string `json:"a"`
	B      []string `json:"b"`
	Leaves int      `json:"leaves,omitempty"` // by which input of the word, counted from 1, they go different ways; 0: they do not
	Behind int      `json:"behind,omitempty"` // how many of the answers before the last differ, too
	Inputs []string `json:"inputs"`           // all that are answered differently
	States []string `json:"states"`           // in which, of the first machine
	Times  int      `json:"times"`            // how many inputs in pairs of a state of A and one of B
}

// Compare asks both machines all words on which they agree, in breadth, until every pair of states is known. Behind a
// difference it goes on only to states of the first machine that it has not met: once two machines have gone different ways,
// most of what differs is one difference. An input that one of a pair does not answer is skipped there.
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
	p := &product{a: a.Restrict(c.Inputs), b: b.Restrict(c.Inputs), seen: map[[2]int]bool{}, partner: map[int]int{}, at: map[cause]int{}}
	p.explore(c)
	return c
}

// pair is a pair of states, and how it was first reached.
type pair struct {
	a, b, parent, input int
	behind              int // differences on the way
	left                int // the pair that was the first on the way in which the two had gone different ways, or nowhere
}

// cause is what differences have in common: two answers, or the state of a and the input by which the machines went different
// ways.
type cause struct {
	left bool
	a, b string
}

type product struct {
	a, b    *Machine
	pairs   []pair
	seen    map[[2]int]bool
	partner map[int]int   // of states of a: with which of b each was met first
	at      map[cause]int // the place in Each
}

func (p *product) explore(c *Comparison) {
	later := []pair{{p.a.Initial, p.b.Initial, nowhere, 0, 0, nowhere}} // behind a difference more than what is explored now
	for i := 0; len(later) > 0; {
		for _, x := range later {
			p.add(x)
		}
		later = nil
		for ; i < len(p.pairs); i++ {
			later = append(later, p.ask(c, i)...)
		}
		if c.Pairs == 0 {
			c.Pairs = len(p.pairs)
		}
	}
	if len(c.Each) > 0 {
		c.First = &c.Each[0]
	}
}

func (p *product) add(x pair) {
	at := [2]int{x.a, x.b}
	partner, met := p.partner[x.a]
	if p.seen[at] || x.behind > 0 && met {
		return
	}
	p.seen[at] = true
	switch {
	case !met:
		p.partner[x.a] = x.b
	case partner != x.b && x.left == nowhere:
		x.left = len(p.pairs)
	}
	p.pairs = append(p.pairs, x)
}

// ask gives both states of a pair every input, and returns the pairs that lie behind a difference.
func (p *product) ask(c *Comparison, i int) (later []pair) {
	at := p.pairs[i]
	for k := range c.Inputs {
		x, y := p.a.Edges[at.a][k], p.b.Edges[at.b][k]
		switch {
		case x.To == nowhere || y.To == nowhere:
			if x.To != y.To {
				c.Skipped++
			}
		case x.Output != y.Output:
			p.note(c, i, k)
			later = append(later, pair{x.To, y.To, i, k, at.behind + 1, at.left})
		default:
			p.add(pair{x.To, y.To, i, k, at.behind, at.left})
		}
	}
	return later
}

// note counts a difference among those with the same cause.
func (p *product) note(c *Comparison, i, k int) {
	at := p.pairs[i]
	why := cause{a: p.a.Edges[at.a][k].Output, b: p.b.Edges[at.b][k].Output}
	if at.left != nowhere {
		left := p.pairs[at.left]
		why = cause{true, p.a.States[p.pairs[left.parent].a], c.Inputs[left.input]}
	}
	n, known := p.at[why]
	if !known {
		n = len(c.Each)
		p.at[why] = n
		c.Each = append(c.Each, p.difference(i, k))
	}
	d := &c.Each[n]
	d.Times++
	for _, x := range []struct {
		list *[]string
		word string
	}{{&d.Inputs, c.Inputs[k]}, {&d.States, p.a.States[at.a]}} {
		if !slices.Contains(*x.list, x.word) {
			*x.list = append(*x.list, x.word)
		}
	}
}

// difference is the word that leads to pair i, and then input k.
func (p *product) difference(i, k int) (d Difference) {
	left := p.pairs[i].left
	d.Behind = p.pairs[i].behind
	word := []int{k}
	after := 0 // inputs from the one that led to the pair left on
	for ; p.pairs[i].parent != nowhere; i = p.pairs[i].parent {
		word = append(word, p.pairs[i].input)
		if i == left {
			after = len(word)
		}
	}
	slices.Reverse(word)
	if left != nowhere {
		d.Leaves = len(word) - after + 1
	}
	for _, k := range word {
		d.Word = append(d.Word, p.a.Inputs[k])
	}
	d.A, d.B = p.a.Run(word), p.b.Run(word)
	return d
}
