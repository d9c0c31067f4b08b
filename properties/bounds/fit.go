package bounds

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/tcpcheck/tcpcheck/properties"
)

// Formula is a linear form over the axes of a question, in ticks: Coef[i] for the i-th axis, and the last for 1. A nil
// coefficient is one that the points leave open.
type Formula struct{ Coef []*big.Rat }

// Linear makes a formula of whole numbers: one for each axis, and the constant.
func Linear(coef ...int64) *Formula {
	f := &Formula{}
	for _, c := range coef {
		f.Coef = append(f.Coef, big.NewRat(c, 1))
	}
	return f
}

// Value is the formula at a point.
func (f *Formula) Value(at []int) *big.Rat {
	v := new(big.Rat).Set(f.Coef[len(at)])
	for i, x := range at {
		v.Add(v, new(big.Rat).Mul(f.Coef[i], big.NewRat(int64(x), 1)))
	}
	return v
}

// Text writes the formula with the names of its axes: 2*MSL + R - 1.
func (f *Formula) Text(axes []Parameter) string {
	var b strings.Builder
	for i, c := range f.Coef {
		name := ""
		if i < len(axes) {
			name = axes[i].Name
		}
		writeTerm(&b, c, name)
	}
	if b.Len() == 0 {
		return "0"
	}
	return b.String()
}

func writeTerm(b *strings.Builder, c *big.Rat, name string) {
	if c != nil && c.Sign() == 0 {
		return
	}
	sign, size := "+", "?"
	if c != nil {
		if c.Sign() < 0 {
			sign = "-"
		}
		size = new(big.Rat).Abs(c).RatString()
	}
	switch {
	case name == "":
	case size == "1":
		size = name
	default:
		size += "*" + name
	}
	switch {
	case b.Len() > 0:
		fmt.Fprintf(b, " %s %s", sign, size)
	case sign == "-":
		b.WriteString("-" + size)
	default:
		b.WriteString(size)
	}
}

// Fit is what a number of points say about a formula.
type Fit struct {
	Formula *Formula // nil if no linear formula goes through all points
	Points  int
	Rank    int    // how many of the points it takes to fix what is fixed; the others confirm it
	Where   string // if it is about a part of the points only
}

// Determined reports whether the points leave no coefficient open.
func (f *Fit) Determined() bool {
	for _, c := range f.Formula.Coef {
		if c == nil {
			return false
		}
	}
	return true
}

// fitPoints solves for the formula that goes through all points that were found; the others take no part. It is
// exact, in fractions: there is no nearest formula, only one that holds or none.
func fitPoints(axes []Parameter, points []Point) Fit {
	var rows [][]*big.Rat
	for i := range points {
		if points[i].Conclusion != properties.Holds || endless(axes, points[i].At) {
			continue
		}
		var row []*big.Rat
		for _, x := range points[i].At {
			row = append(row, big.NewRat(int64(x), 1))
		}
		rows = append(rows, append(row, big.NewRat(1, 1), big.NewRat(int64(points[i].Least()), 1)))
	}
	f := Fit{Points: len(rows)}
	n := len(axes)
	pivots, ok := eliminate(rows, n+1)
	f.Rank = len(pivots)
	if !ok || f.Points == 0 {
		return f
	}
	f.Formula = &Formula{Coef: make([]*big.Rat, n+1)}
	for r, col := range pivots {
		free := false
		for c := col + 1; c <= n; c++ {
			free = free || rows[r][c].Sign() != 0
		}
		if !free {
			f.Formula.Coef[col] = rows[r][n+1]
		}
	}
	return f
}

// endless reports whether a point stands for something without end, so that its place is no number.
func endless(axes []Parameter, at []int) bool {
	for i, p := range axes {
		if p.Never && at[i] == 0 {
			return true
		}
	}
	return false
}

// eliminate brings the rows, of n unknowns and a right side, into reduced echelon form. It returns the column of each
// row's pivot, and false if the rows contradict each other.
func eliminate(rows [][]*big.Rat, n int) (pivots []int, ok bool) {
	for col := 0; col < n && len(pivots) < len(rows); col++ {
		r := len(pivots)
		k := r
		for k < len(rows) && rows[k][col].Sign() == 0 {
			k++
		}
		if k == len(rows) {
			continue
		}
		rows[r], rows[k] = rows[k], rows[r]
		inv := new(big.Rat).Inv(rows[r][col])
		for c := range rows[r] {
			rows[r][c] = new(big.Rat).Mul(rows[r][c], inv)
		}
		for i := range rows {
			if i == r || rows[i][col].Sign() == 0 {
				continue
			}
			by := rows[i][col]
			for c := range rows[i] {
				rows[i][c] = new(big.Rat).Sub(rows[i][c], new(big.Rat).Mul(by, rows[r][c]))
			}
		}
		pivots = append(pivots, col)
	}
	for _, row := range rows[len(pivots):] {
		if row[n].Sign() != 0 {
			return pivots, false
		}
	}
	return pivots, true
}

// Fits fits all points; if that fails and there are two axes, those on each side of where the axes are equal: a
// bound that is a least or a greatest of two chains has its bend there.
func Fits(axes []Parameter, points []Point) []Fit {
	whole := fitPoints(axes, points)
	if whole.Formula != nil || whole.Points == 0 || len(axes) != 2 {
		return []Fit{whole}
	}
	var parts []Fit
	for _, side := range []struct {
		sign string
		in   func(x, y int) bool
	}{
		{"<=", func(x, y int) bool { return x <= y }},
		{">=", func(x, y int) bool { return x >= y }},
	} {
		var some []Point
		for _, p := range points {
			if side.in(p.At[1], p.At[0]) && !endless(axes, p.At) {
				some = append(some, p)
			}
		}
		f := fitPoints(axes, some)
		f.Where = fmt.Sprintf("%s %s %s", axes[1].Name, side.sign, axes[0].Name)
		parts = append(parts, f)
	}
	return append([]Fit{whole}, parts...)
}

// Continuous reads a formula of ticks in continuous time: as the tick becomes small against the axes, what does not
// grow with them is nothing. It says with how many whole intervals the constant agrees, if it does: of a chain of n
// intervals, each of whole ticks in which the last one counts no more, n-1 ticks are missing.
func (f *Formula) Continuous(axes []Parameter) string {
	limit := &Formula{Coef: append([]*big.Rat{}, f.Coef...)}
	limit.Coef[len(axes)] = new(big.Rat)
	chain := new(big.Rat)
	for _, c := range f.Coef[:len(axes)] {
		chain.Add(chain, c)
	}
	text := limit.Text(axes)
	if chain.Sign() == 0 {
		return text
	}
	if want := new(big.Rat).Sub(big.NewRat(1, 1), chain); want.Cmp(f.Coef[len(axes)]) == 0 && chain.IsInt() {
		s := "s"
		if chain.Num().Int64() == 1 {
			s = ""
		}
		return fmt.Sprintf("%s, a chain of %s interval%s", text, chain.RatString(), s)
	}
	return text
}
