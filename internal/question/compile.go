package question

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Question is a compiled question. Either World or State answers it.
type Question struct {
	Name   string
	Faults netfake.Fault             // that the scenario has to watch
	World  func(*netfake.World) bool // if it does not read the network
	State  func(*netfake.System, netfake.State) bool

	counts []string // names of the table counted that it reads
}

// Holds answers the question for a state of sys.
func (q Question) Holds(sys *netfake.System, s netfake.State) bool {
	if q.World != nil {
		w := sys.Unpack(s)
		return q.World(&w)
	}
	return q.State(sys, s)
}

// Parse compiles text, "name: expression". The question has the whole text as its name. Errors are *Error.
func Parse(text string) (Question, error) {
	expression, _ := split(text)
	if err := named(text); err != nil {
		return Question{}, err
	}
	return compile(text, expression)
}

// named returns an error if text is an expression with ?: and has no name. Otherwise what follows the colon would be asked alone.
func named(text string) error {
	if _, err := compile(text, text); err != nil {
		return nil
	}
	return &Error{text, 1, "an expression", "a name and a colon before it"}
}

// ParseLeadsTo compiles text, "name: expression => expression".
func ParseLeadsTo(text string) (from, to Question, err error) {
	expression, _ := split(text)
	first, second, ok := strings.Cut(expression, "=>")
	if !ok {
		return from, to, &Error{expression, 1, "no =>", "two expressions with => between them"}
	}
	if before, _, _ := strings.Cut(text, "=>"); named(before) != nil {
		return from, to, named(before)
	}
	if from, err = compile(strings.TrimSpace(first), strings.TrimSpace(first)); err != nil {
		return from, to, err
	}
	if to, err = compile(strings.TrimSpace(second), strings.TrimSpace(second)); err != nil {
		at := strings.Index(expression, "=>") + 2
		at += len(second) - len(strings.TrimLeft(second, " "))
		err.(*Error).Column += utf8.RuneCountInString(expression[:at])
		err.(*Error).Text = expression
	}
	return from, to, err
}

// compile makes a condition with the name of an expression.
func compile(name, expression string) (q Question, err error) {
	tree, err := parser.Parse(expression)
	if err != nil {
		e := &Error{Text: expression, Column: 1, Found: err.Error(), Expected: "an expression"}
		if at := (*file.Error)(nil); errors.As(err, &at) {
			e.Column, e.Found = at.Column+1, at.Message
		}
		return q, e
	}
	c := compiler{text: expression}
	defer func() {
		if e, ok := recover().(*Error); ok {
			err = e
		} else if e != nil {
			panic(e)
		}
	}()
	holds := c.want(tree.Node, truth)
	q.Name, q.Faults, q.counts = name, c.faults, c.counts
	if c.wire {
		q.State = func(sys *netfake.System, s netfake.State) bool {
			w := sys.Unpack(s)
			return ask(holds, &w, w.Wire(sys))
		}
		return q, nil
	}
	q.World = func(w *netfake.World) bool { return ask(holds, w, nil) }
	return q, nil
}

// envs are kept, since a search asks of millions of states.
var envs = sync.Pool{New: func() any { return new(env) }}

func ask(holds value, w *netfake.World, wire []netfake.Packet) bool {
	e := envs.Get().(*env)
	*e = env{w: w, wire: wire}
	answer := holds(e) != 0
	*e = env{}
	envs.Put(e)
	return answer
}

// compiler walks a tree. It panics with *Error.
type compiler struct {
	text    string
	faults  netfake.Fault
	counts  []string
	wire    bool // the expression reads the network
	segment bool // it stands within any, all, none or count
}

func (c *compiler) fail(n ast.Node, found, expected string) {
	panic(&Error{c.text, n.Location().From + 1, found, expected})
}

// want compiles n, which has to be of kind k. A number that stands in the text can be a sequence number.
func (c *compiler) want(n ast.Node, k kind) value {
	got, v := c.compile(n, k)
	if i, ok := n.(*ast.IntegerNode); ok && k == seq && 0 <= i.Value && i.Value <= math.MaxUint32 {
		return v
	}
	if got != k {
		c.fail(n, fmt.Sprintf("%s, which is %v", c.source(n), got), k.String())
	}
	return v
}

// source is what n was written as, or short of it.
func (c *compiler) source(n ast.Node) string {
	if s := n.String(); utf8.RuneCountInString(s) <= 40 {
		return s
	}
	return "this"
}

// compile compiles n. hint is the kind that is wanted: a string is a state or a side.
func (c *compiler) compile(n ast.Node, hint kind) (kind, value) {
	switch n := n.(type) {
	case *ast.BoolNode:
		b := bit(n.Value)
		return truth, func(*env) int64 { return b }
	case *ast.IntegerNode:
		i := int64(n.Value)
		return integer, func(*env) int64 { return i }
	case *ast.StringNode:
		return c.word(n, hint)
	case *ast.IdentifierNode:
		return c.identifier(n)
	case *ast.MemberNode:
		return c.member(n)
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.CallNode:
		return c.call(n)
	case *ast.BuiltinNode:
		return c.builtin(n)
	case *ast.ConditionalNode:
		cond := c.want(n.Cond, truth)
		k, yes := c.compile(n.Exp1, hint)
		no := c.want(n.Exp2, k)
		return k, func(e *env) int64 {
			if cond(e) != 0 {
				return yes(e)
			}
			return no(e)
		}
	}
	c.fail(n, c.source(n), "a name, a number, a state in quotes, or an operator")
	return 0, nil
}

func (c *compiler) word(n *ast.StringNode, hint kind) (kind, value) {
	i := int64(0)
	if hint == side {
		if i = int64(strings.Index("AB", n.Value)); len(n.Value) != 1 || i < 0 {
			c.fail(n, fmt.Sprintf("%q", n.Value), side.String())
		}
		return side, func(*env) int64 { return i }
	}
	st, ok := model.ParseState(n.Value)
	if !ok {
		c.fail(n, fmt.Sprintf("%q", n.Value), "a state, such as \"ESTABLISHED\"")
	}
	i = int64(st)
	return state, func(*env) int64 { return i }
}

func (c *compiler) identifier(n *ast.IdentifierNode) (kind, value) {
	for _, w := range worldNames {
		if w.Path == n.Value {
			get := w.get
			c.count(w.Path)
			return w.kind, func(e *env) int64 { return get(e.w) }
		}
	}
	c.fail(n, n.Value, "A., B., clock, losses, dups, fault(...), before(...), or any, all, none, count of wire")
	return 0, nil
}

// path writes a chain of members as one word; ok is false if it is none.
func path(n ast.Node) (root ast.Node, rest string) {
	m, ok := n.(*ast.MemberNode)
	if !ok {
		return n, ""
	}
	property, ok := m.Property.(*ast.StringNode)
	if !ok {
		return n, ""
	}
	root, before := path(m.Node)
	return root, strings.TrimPrefix(before+"."+property.Value, ".")
}

func (c *compiler) member(n *ast.MemberNode) (kind, value) {
	root, rest := path(n)
	switch root := root.(type) {
	case *ast.PointerNode:
		for _, s := range segmentNames {
			if s.Path == rest && c.segment {
				get := s.get
				c.count("." + s.Path)
				return s.kind, func(e *env) int64 { return get(e.seg) }
			}
		}
		c.fail(n, "."+rest, "a property of a segment: "+listed(segmentNames, func(s segmentName) string { return "." + s.Path }))
	case *ast.IdentifierNode:
		if root.Value == "A" || root.Value == "B" {
			who := strings.Index("AB", root.Value)
			for _, p := range peerNames {
				if p.Path == rest {
					get := p.get
					c.count(p.Path)
					return p.kind, func(e *env) int64 { return get(&e.w.Peer[who]) }
				}
			}
			c.fail(n, root.Value+"."+rest, root.Value+". and one of "+listed(peerNames, func(p peerName) string { return p.Path }))
		}
	}
	c.fail(n, c.source(n), "A., B., or in any, all, none and count a property of a segment")
	return 0, nil
}

func listed[T any](list []T, word func(T) string) string {
	var words []string
	for _, e := range list {
		words = append(words, word(e))
	}
	return strings.Join(words, ", ")
}

func (c *compiler) call(n *ast.CallNode) (kind, value) {
	callee, _ := n.Callee.(*ast.IdentifierNode)
	switch {
	case callee != nil && callee.Value == "fault" && len(n.Arguments) == 1:
		s, ok := n.Arguments[0].(*ast.StringNode)
		if !ok {
			c.fail(n.Arguments[0], c.source(n.Arguments[0]), "the name of a fault in quotes")
		}
		f, err := netfake.ParseFault(s.Value)
		if err != nil {
			c.fail(s, fmt.Sprintf("%q", s.Value), "a fault: one of "+strings.Join(netfake.FaultNames[:], ", "))
		}
		c.faults |= f
		return truth, func(e *env) int64 { return bit(e.w.Faults&f != 0) }
	case callee != nil && callee.Value == "before" && len(n.Arguments) == 2:
		x, y := c.want(n.Arguments[0], seq), c.want(n.Arguments[1], seq)
		return truth, func(e *env) int64 { return bit(model.Seq(x(e)).Less(model.Seq(y(e)))) }
	}
	c.fail(n, c.source(n), "fault(\"...\") or before(x, y)")
	return 0, nil
}

func (c *compiler) builtin(n *ast.BuiltinNode) (kind, value) {
	var source *ast.IdentifierNode
	var predicate *ast.PredicateNode
	if len(n.Arguments) == 2 {
		source, _ = n.Arguments[0].(*ast.IdentifierNode)
		predicate, _ = n.Arguments[1].(*ast.PredicateNode)
	}
	if source == nil || source.Value != "wire" || predicate == nil || c.segment {
		c.fail(n, c.source(n), "any, all, none or count of wire, such as any(wire, .syn)")
	}
	c.count("wire")
	c.wire, c.segment = true, true
	holds := c.want(predicate.Node, truth)
	c.segment = false
	count := func(e *env) (many int64) {
		for i := range e.wire {
			e.seg = &e.wire[i]
			many += holds(e)
		}
		return many
	}
	switch n.Name {
	case "any":
		return truth, func(e *env) int64 { return bit(count(e) > 0) }
	case "none":
		return truth, func(e *env) int64 { return bit(count(e) == 0) }
	case "all":
		return truth, func(e *env) int64 { return bit(count(e) == int64(len(e.wire))) }
	case "count":
		return integer, count
	}
	c.fail(n, n.Name, "any, all, none or count")
	return 0, nil
}
