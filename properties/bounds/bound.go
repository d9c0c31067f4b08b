package bounds

import (
	"context"
	"math/big"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Bound asks for the least value of one number with which a scenario is safe, at the points of a grid.
type Bound struct {
	Topic, Name  string
	Asks         string      // what must not happen, and under which premises
	Symbol, Unit string      // of the number whose smallest safe value is asked: T, ticks
	Axes         []Parameter // what the grid varies
	Small        [][]int
	Large        [][]int            // further points, which take longer
	Most         func(at []int) int // the largest value that is tried
	Scenario     func(at []int, value int) netfake.Scenario
	Faults       netfake.Fault // what counts
	Witness      properties.Condition
	Expect       []*Formula // the points have been found to lie on the least of these; nil: nothing is known
	Greatest     bool       // on the greatest of them
	Never        bool       // they have been found to have no safe value
	Sources      []string
	Needs        []string // the premises of the catalogue of package properties that the smallest safe value rests on, at Basis
}

// Sentence is Asks and all premises that the answer rests on.
func (b *Bound) Sentence() string {
	return strings.TrimSuffix(properties.Provided(b.Asks, b.Needs), ".")
}

// Basis is the point at which premises are relaxed.
func (b *Bound) Basis() []int {
	if len(b.Small) > 0 {
		return b.Small[0]
	}
	return b.Large[0]
}

// Question is what is asked at a point with one value.
func (b *Bound) Question(at []int, value int) properties.Question {
	sc := b.Scenario(at, value)
	sc.Watch = b.Faults
	return properties.Question{Scenario: sc, Always: properties.Never(b.Faults), Witness: b.Witness}
}

// Parameter is a parameter of the scenarios of a question.
type Parameter struct {
	Name  string // in formulas: MSL, R
	Flag  string // on the command line
	Means string
	Never bool // its 0 stands for without end, and is no number
}

// Attempt is one value, and what a search found.
type Attempt struct {
	Value   int
	Outcome properties.Outcome
}

// Point is the answer at one point of a grid.
type Point struct {
	At     []int
	Tried  []Attempt // from 0 upwards, without a gap
	Beyond []Attempt // larger than the smallest safe value, for those who do not believe that more is safer
	// Conclusion: it Holds if the last value tried is VERIFIED and every smaller one is VIOLATED, so that there is a smallest safe
	// value. It Fails if every value up to the largest is VIOLATED. It is Open if a search was cut off.
	Conclusion properties.Conclusion
}

// Least is the smallest safe value; it is meant where the point Holds.
func (p *Point) Least() int { return p.Tried[len(p.Tried)-1].Value }

// Below is the attempt with the largest value that is too small, or nil.
func (p *Point) Below() *Attempt {
	for i := len(p.Tried) - 1; i >= 0; i-- {
		if p.Tried[i].Outcome.Verdict == explore.Violated {
			return &p.Tried[i]
		}
	}
	return nil
}

// Last is the attempt with which the search for the point ended, or nil.
func (p *Point) Last() *Attempt {
	if len(p.Tried) == 0 {
		return nil
	}
	return &p.Tried[len(p.Tried)-1]
}

// At finds the smallest safe value at a point. It tries every value from 0 upwards and ends with the first that is not
// violated. That still larger ones are safe as well does not follow; so many of those are tried as beyond says.
func (b *Bound) At(ctx context.Context, at []int, beyond int, set properties.Settings) (Point, error) {
	p := Point{At: at}
	for v := 0; v <= b.Most(at); v++ {
		o, err := b.try(ctx, at, v, set)
		if err != nil {
			return p, err
		}
		p.Tried = append(p.Tried, Attempt{v, o})
		switch {
		case o.Verdict == explore.Violated:
			continue
		case o.Verdict == explore.Verified && o.Witnessed:
			p.Conclusion = properties.Holds
			p.Beyond, err = b.larger(ctx, at, v, beyond, set)
		}
		return p, err
	}
	p.Conclusion = properties.Fails
	return p, nil
}

// try searches the scenario with one value.
func (b *Bound) try(ctx context.Context, at []int, v int, set properties.Settings) (properties.Outcome, error) {
	return b.Question(at, v).Answer(ctx, set)
}

// larger tries the n values above v.
func (b *Bound) larger(ctx context.Context, at []int, v, n int, set properties.Settings) (list []Attempt, err error) {
	for i := v + 1; i <= v+n && ctx.Err() == nil; i++ {
		o, err := b.try(ctx, at, i, set)
		if err != nil {
			return list, err
		}
		list = append(list, Attempt{i, o})
	}
	return list, nil
}

// UnsafeAgain is a value above the smallest safe one that was found to be unsafe, or nil.
func (p *Point) UnsafeAgain() *Attempt {
	for i := range p.Beyond {
		if p.Beyond[i].Outcome.Verdict == explore.Violated {
			return &p.Beyond[i]
		}
	}
	return nil
}

// Why says of a point that is Open what ended it.
func (p *Point) Why() string {
	o := p.Last()
	switch {
	case o == nil:
		return "nothing was tried"
	case o.Outcome.Verdict == explore.Verified:
		return "vacuous: not reached is that " + o.Outcome.Witness
	}
	return o.Outcome.Reason
}

// Surprised reports whether a point is known, and other than it has been found to be. Where nothing was found
// before, nothing surprises.
func (b *Bound) Surprised(p *Point) bool {
	if p.Conclusion == properties.Open || b.Expect == nil && !b.Never {
		return false
	}
	want := b.expected(p.At)
	if p.UnsafeAgain() != nil || want == nil || p.Conclusion == properties.Fails {
		return p.Conclusion != properties.Fails || want != nil
	}
	return want.Cmp(big.NewRat(int64(p.Least()), 1)) != 0
}

// expected is the least of the formulas at a point, or the greatest; nil if there is none or all grow without end there.
func (b *Bound) expected(at []int) (found *big.Rat) {
	for _, f := range b.Expect {
		endless := false
		for i, x := range at {
			endless = endless || b.Axes[i].Never && x == 0 && f.Coef[i].Sign() != 0
		}
		if endless {
			continue
		}
		if v := f.Value(at); found == nil || v.Cmp(found) < 0 != b.Greatest {
			found = v
		}
	}
	return found
}

// Expected writes what the points have been found to be; it is empty if nothing is known.
func (b *Bound) Expected() string {
	var parts []string
	for _, f := range b.Expect {
		parts = append(parts, f.Text(b.Axes))
	}
	switch {
	case b.Never:
		return "no safe value"
	case len(parts) > 1 && b.Greatest:
		return b.Symbol + " = the greatest of " + strings.Join(parts, " and ")
	case len(parts) > 1:
		return b.Symbol + " = the least of " + strings.Join(parts, " and ")
	case len(parts) == 1:
		return b.Symbol + " = " + parts[0]
	}
	return ""
}

// Usual is the values of a parameter at the default points, or at the others if there are none.
func (b *Bound) Usual(axis int) (values []int) {
	points := b.Small
	if len(points) == 0 {
		points = b.Large
	}
	for _, at := range points {
		if !slices.Contains(values, at[axis]) {
			values = append(values, at[axis])
		}
	}
	return values
}

// Flags are the command line's names of the parameters.
func (b *Bound) Flags() (names []string) {
	for _, p := range b.Axes {
		names = append(names, "--"+p.Flag)
	}
	return names
}

// Parameters are all that the grids of the questions vary.
func Parameters() []Parameter { return []Parameter{byMSL, byR, byOctets, byGrain} }
