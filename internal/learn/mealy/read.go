package mealy

import (
	"fmt"
	"html"
	"io"
	"regexp"
	"slices"
	"strings"
)

// start begins the name of the node that is no state, and whose edge shows the initial one.
const start = "__start"

// maxCells is how many pairs of a state and an input a file may have; a hostile one has many of both.
const maxCells = 1 << 24

// Read reads a machine. A state is a node; its transitions are edges with a label "input / output". The initial state is
// the one that an edge without label shows, from a node whose name begins with __start or which is drawn as no state;
// else the first node of the file. A state that answers an input in two ways is an error; one that does not answer it is
// not (Gap finds it).
func Read(r io.Reader, name string) (m *Machine, err error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *Error:
			m, err = nil, r
		default:
			panic(r)
		}
	}()
	f := &file{scanner: scanner{name: name, text: string(text), line: 1}, number: map[string]int{}, input: map[string]int{},
		edges: map[[2]int]lined{}, hidden: map[string]bool{}}
	f.graph()
	return f.machine(), nil
}

// file is what has been read of a file.
type file struct {
	scanner
	token  token // in hand
	states []string
	number map[string]int
	inputs []string
	input  map[string]int
	edges  map[[2]int]lined // by state and input
	marks  []marker
	hidden map[string]bool // nodes that are drawn as no state
}

type lined struct {
	Edge
	line int
}

// marker is an edge without a label.
type marker struct {
	from, to string
	line     int
}

func (f *file) advance() { f.token = f.next() }

// expected ends the reading because of an unexpected token.
func (f *file) expected(what string) { f.fail(what, f.token.String()) }

// graph reads [strict] digraph [name] { statements }.
func (f *file) graph() {
	f.skip(true)
	f.advance()
	if f.token.keyword() == "strict" {
		f.advance()
	}
	if f.token.keyword() != "digraph" {
		f.expected(`"digraph"`)
	}
	f.advance()
	if !f.token.mark && f.token != (token{}) {
		f.advance()
	}
	if !f.token.is("{") {
		f.expected(`"{" after digraph`)
	}
	f.advance()
	for depth := 1; depth > 0; {
		switch {
		case f.token.is("{"):
			depth++
		case f.token.is("}"):
			depth--
		case f.token.is(";"), f.token.is(","):
		case f.token == token{}:
			f.expected(`"}" at the end of the graph`)
		default:
			f.statement()
			continue
		}
		f.advance()
	}
	if f.token != (token{}) {
		f.expected("the end of the file after the graph")
	}
}

// statement reads a node, an edge, an attribute of the graph, or the head of a subgraph.
func (f *file) statement() {
	word, line := f.token, f.line
	if word.mark {
		f.expected("a state or an edge")
	}
	f.advance()
	switch word.keyword() {
	case "subgraph":
		if !f.token.mark {
			f.advance()
		}
		return
	case "graph", "node", "edge":
		f.attributes()
		return
	}
	if f.token.is("=") {
		f.value()
		f.advance()
		return
	}
	path := []string{word.text}
	for {
		for f.token.is(":") { // the place at which an edge meets a node
			f.advance()
			if f.token.mark {
				f.expected("a port after :")
			}
			f.advance()
		}
		if f.token.is("--") {
			f.expected(`"->": the edges of a machine have a direction`)
		}
		if !f.token.is("->") {
			break
		}
		f.advance()
		if f.token.mark || f.token == (token{}) {
			f.expected("a state after ->")
		}
		path = append(path, f.token.text)
		f.advance()
	}
	f.meant(path, f.attributes(), line)
}

// attributes reads any number of lists [name=value, ...].
func (f *file) attributes() map[string]token {
	attrs := map[string]token{}
	for ; f.token.is("["); f.advance() {
		f.advance()
		for ; !f.token.is("]"); f.advance() {
			if f.token.is(",") || f.token.is(";") {
				continue
			}
			name := f.token
			if name.mark || name == (token{}) {
				f.expected("the name of an attribute, or ]")
			}
			f.advance()
			if !f.token.is("=") {
				f.expected("= after the name of an attribute")
			}
			attrs[strings.ToLower(name.text)] = f.value()
		}
	}
	return attrs
}

// meant interprets a statement: a state, a transition, or the mark of the initial state.
func (f *file) meant(path []string, attrs map[string]token, line int) {
	label, labelled := attrs["label"]
	if len(path) == 1 {
		if drawnAsNone(attrs) || strings.HasPrefix(path[0], start) {
			f.hidden[path[0]] = true
		} else {
			f.state(path[0])
		}
		return
	}
	for i, to := range path[1:] {
		from := path[i]
		if !labelled || strings.TrimSpace(label.text) == "" {
			f.marks = append(f.marks, marker{from, to, line})
			continue
		}
		for _, text := range labelLines(label) {
			input, output, ok := splitLabel(text)
			if !ok {
				panic(&Error{f.name, line, `a label "input / output"`, fmt.Sprintf("%q", text)})
			}
			f.transition(from, to, input, output, line)
		}
	}
}

func drawnAsNone(attrs map[string]token) bool {
	shape := attrs["shape"].text
	return shape == "none" || shape == "point" || shape == "plaintext" || strings.Contains(attrs["style"].text, "invis")
}

func (f *file) state(name string) int {
	n, known := f.number[name]
	if !known {
		n = len(f.states)
		f.number[name] = n
		f.states = append(f.states, name)
	}
	return n
}

func (f *file) transition(from, to, input, output string, line int) {
	s, t := f.state(from), f.state(to)
	k, known := f.input[input]
	if !known {
		k = len(f.inputs)
		f.input[input] = k
		f.inputs = append(f.inputs, input)
	}
	e := lined{Edge{t, output}, line}
	if old, twice := f.edges[[2]int{s, k}]; twice && old.Edge != e.Edge {
		panic(&Error{f.name, line, fmt.Sprintf("one answer of state %q to input %q, as in line %d", from, input, old.line),
			fmt.Sprintf("another: output %q, to state %q", output, to)})
	}
	f.edges[[2]int{s, k}] = e
}

// tag is a tag of HTML.
var tag = regexp.MustCompile(`<[^<>]*>`)

// labelLines is a label line by line: each may be a transition. A label in HTML is one.
func labelLines(label token) (lines []string) {
	text := label.text
	if label.html {
		text = strings.Join(strings.Fields(html.UnescapeString(tag.ReplaceAllString(text, " "))), " ")
	}
	for _, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// splitLabel finds the slash between input and output: the one with blanks around it, or else the only one.
func splitLabel(text string) (input, output string, ok bool) {
	input, output, ok = strings.Cut(text, " / ")
	if !ok && strings.Count(text, "/") == 1 {
		input, output, ok = strings.Cut(text, "/")
	}
	input, output = strings.TrimSpace(input), strings.TrimSpace(output)
	return input, output, ok && input != ""
}

// machine returns the machine that was read, and checks it.
func (f *file) machine() *Machine {
	for _, e := range f.marks {
		if strings.HasPrefix(e.from, start) || f.hidden[e.from] {
			f.hidden[e.from] = true
			f.state(e.to)
		}
	}
	initial, at := 0, 0
	for _, e := range f.marks {
		switch {
		case !f.hidden[e.from]:
			panic(&Error{f.name, e.line, `a label "input / output"`, fmt.Sprintf("an edge from %q to %q without one", e.from, e.to)})
		case at > 0 && f.number[e.to] != initial:
			panic(&Error{f.name, e.line, fmt.Sprintf("one initial state, as in line %d", at), fmt.Sprintf("another, %q", e.to)})
		}
		initial, at = f.number[e.to], e.line
	}
	if len(f.edges) == 0 {
		panic(&Error{f.name, 0, `transitions, as in s0 -> s1 [label="input / output"]`, "none"})
	}
	if n := len(f.states) * len(f.inputs); n > maxCells {
		panic(&Error{f.name, 0, fmt.Sprintf("at most %d pairs of a state and an input", maxCells), fmt.Sprint(n)})
	}
	m := &Machine{States: f.states, Inputs: f.inputs, Initial: initial}
	for range f.states {
		m.Edges = append(m.Edges, slices.Repeat([]Edge{{To: nowhere}}, len(f.inputs)))
	}
	for at, e := range f.edges {
		m.Edges[at[0]][at[1]] = e.Edge
	}
	return m
}
