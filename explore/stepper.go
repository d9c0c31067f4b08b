package explore

// stepper computes the steps of a system from one state, and counts them. All searches use it, wherever they keep
// their states.
type stepper[S comparable, A any] struct {
	sys  System[S, A]
	fast Expander[S, A] // the same system, if it is an Expander
	cut  func(S) string // as in Options; it may be nil
	ends func(S) string // likewise
}

func newStepper[S comparable, A any](sys System[S, A], o *Options[S, A]) stepper[S, A] {
	fast, _ := sys.(Expander[S, A])
	return stepper[S, A]{sys, fast, o.Cut, o.Ends}
}

// cutName returns the name of the bound that x has hit, or "".
func (p *stepper[S, A]) cutName(x S) string {
	if p.cut == nil {
		return ""
	}
	return p.cut(x)
}

// enabled counts x by its kind, and appends the actions by which it must be expanded to dst. There are none if x has
// hit a bound, if it has no action, or if it is a leaf, which is at the last depth.
func (p *stepper[S, A]) enabled(dst []A, c *counts[S], x *S, leaf bool) []A {
	if name := p.cutName(*x); name != "" {
		c.cuts = addCut(c.cuts, name, 1)
		return dst
	}
	n := len(dst)
	dst = p.sys.Actions(dst, *x)
	switch {
	case len(dst) == n:
		c.terminals++
		c.firstTerminals = appendFew(c.firstTerminals, x)
		if p.ends != nil {
			c.end(p.ends(*x), 1)
		}
	case leaf:
		c.cuts = addCut(c.cuts, CutMaxDepth, 1)
		return dst[:n]
	}
	c.generated += uint64(len(dst) - n)
	return dst
}

// step appends the successors of x by the actions to dst.
func (p *stepper[S, A]) step(dst []S, x *S, actions []A) []S {
	if p.fast != nil {
		return p.fast.Expand(dst, x, actions)
	}
	for _, a := range actions {
		dst = append(dst, p.sys.Step(*x, a))
	}
	return dst
}
