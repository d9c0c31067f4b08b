package question

import (
	"fmt"

	"github.com/expr-lang/expr/ast"

	"github.com/tcpcheck/tcpcheck/model"
)

func (c *compiler) unary(n *ast.UnaryNode) (kind, value) {
	switch n.Operator {
	case "!", "not":
		v := c.want(n.Node, truth)
		return truth, func(e *env) int64 { return 1 - v(e) }
	case "-":
		v := c.want(n.Node, integer)
		return integer, func(e *env) int64 { return -v(e) }
	}
	c.fail(n, n.Operator, "not, ! or -")
	return 0, nil
}

// arithmetic and order are the operators of integers.
var (
	arithmetic = map[string]func(x, y int64) int64{
		"+": func(x, y int64) int64 { return x + y },
		"-": func(x, y int64) int64 { return x - y },
		"*": func(x, y int64) int64 { return x * y },
	}
	order = map[string]func(x, y int64) bool{
		"<":  func(x, y int64) bool { return x < y },
		"<=": func(x, y int64) bool { return x <= y },
		">":  func(x, y int64) bool { return x > y },
		">=": func(x, y int64) bool { return x >= y },
	}
)

func (c *compiler) binary(n *ast.BinaryNode) (kind, value) {
	switch n.Operator {
	case "&&", "and":
		x, y := c.want(n.Left, truth), c.want(n.Right, truth)
		return truth, func(e *env) int64 { return bit(x(e) != 0 && y(e) != 0) }
	case "||", "or":
		x, y := c.want(n.Left, truth), c.want(n.Right, truth)
		return truth, func(e *env) int64 { return bit(x(e) != 0 || y(e) != 0) }
	case "==", "!=":
		x, y := c.alike(n.Left, n.Right)
		equal := n.Operator == "=="
		return truth, func(e *env) int64 { return bit((x(e) == y(e)) == equal) }
	case "in":
		return c.in(n)
	}
	if holds := order[n.Operator]; holds != nil {
		x, y := c.ordered(n.Left), c.ordered(n.Right)
		return truth, func(e *env) int64 { return bit(holds(x(e), y(e))) }
	}
	if f := arithmetic[n.Operator]; f != nil {
		k, x := c.compile(n.Left, integer)
		if k == seq && n.Operator != "*" {
			return c.offset(n, x)
		}
		if k != integer {
			c.fail(n.Left, fmt.Sprintf("%s, which is %v", c.source(n.Left), k), integer.String())
		}
		y := c.want(n.Right, integer)
		return integer, func(e *env) int64 { return f(x(e), y(e)) }
	}
	c.fail(n, n.Operator, "one of && || ! == != < <= > >= + - * in ?:")
	return 0, nil
}

// offset is a sequence number x plus or minus an integer, which is a sequence number, or less another one, which is an
// integer. Both wrap.
func (c *compiler) offset(n *ast.BinaryNode, x value) (kind, value) {
	k, y := c.compile(n.Right, integer)
	switch {
	case k == seq && n.Operator == "-":
		return integer, func(e *env) int64 { return int64(int32(model.Seq(x(e)) - model.Seq(y(e)))) }
	case k == integer && n.Operator == "-":
		return seq, func(e *env) int64 { return int64(model.Seq(x(e) - y(e))) }
	case k == integer:
		return seq, func(e *env) int64 { return int64(model.Seq(x(e) + y(e))) }
	}
	c.fail(n.Right, fmt.Sprintf("%s, which is %v", c.source(n.Right), k), integer.String())
	return 0, nil
}

// ordered is an integer. A sequence number has no order of its own, since numbers wrap.
func (c *compiler) ordered(n ast.Node) value {
	k, v := c.compile(n, integer)
	if k == seq {
		c.fail(n, c.source(n)+", which is a sequence number and wraps", "before(x, y), or a difference such as A.snd.nxt - A.snd.una")
	}
	if k != integer {
		c.fail(n, fmt.Sprintf("%s, which is %v", c.source(n), k), integer.String())
	}
	return v
}

// alike compiles two expressions of one kind. A string and a number take the kind of the other one.
func (c *compiler) alike(l, r ast.Node) (x, y value) {
	switch l.(type) {
	case *ast.StringNode, *ast.IntegerNode:
		k, y := c.compile(r, state)
		return c.want(l, k), y
	}
	k, x := c.compile(l, state)
	return x, c.want(r, k)
}

// in is whether the left is one of a list.
func (c *compiler) in(n *ast.BinaryNode) (kind, value) {
	list, ok := n.Right.(*ast.ArrayNode)
	if !ok {
		c.fail(n.Right, c.source(n.Right), "a list, such as [\"FIN-WAIT-1\", \"CLOSING\"]")
	}
	k, x := c.compile(n.Left, state)
	var values []value
	for _, e := range list.Nodes {
		values = append(values, c.want(e, k))
	}
	return truth, func(e *env) int64 {
		got := x(e)
		for _, v := range values {
			if v(e) == got {
				return 1
			}
		}
		return 0
	}
}
