package mealy

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// Machine is a deterministic Mealy machine. It need not answer every input in every state.
type Machine struct {
	States  []string // their names, for people
	Inputs  []string
	Initial int
	Edges   [][]Edge // by state and input
}

// Edge is what a state answers to an input, and the state that follows.
type Edge struct {
	To     int // or -1: the state does not answer the input
	Output string
}

// nowhere is where an input leads that a state does not answer.
const nowhere = -1

// Build returns the machine that step spans from first: every input is tried in every state that is found, and states are
// numbered in the order in which they are found. More than most states are an error.
func Build[S comparable](first S, inputs []string, most int, name func(S) string,
	step func(S, int) (S, string)) (*Machine, error) {
	m := &Machine{Inputs: slices.Clone(inputs)}
	number := map[S]int{first: 0}
	states := []S{first}
	for i := 0; i < len(states); i++ {
		row := make([]Edge, len(inputs))
		for k := range inputs {
			next, output := step(states[i], k)
			to, known := number[next]
			if !known {
				to = len(states)
				number[next] = to
				states = append(states, next)
			}
			row[k] = Edge{to, output}
		}
		m.Edges = append(m.Edges, row)
		m.States = append(m.States, name(states[i]))
		if len(states) > most {
			return nil, fmt.Errorf("more than %d states were found: expected a finite machine", most)
		}
	}
	return m, nil
}

// Run answers a word, given as the numbers of its inputs. It ends before the first input that is not answered.
func (m *Machine) Run(word []int) (outputs []string) {
	at := m.Initial
	for _, k := range word {
		e := m.Edges[at][k]
		if e.To == nowhere {
			break
		}
		outputs = append(outputs, e.Output)
		at = e.To
	}
	return outputs
}

// Gap finds a reachable state and an input that it does not answer, if there are any.
func (m *Machine) Gap() (state, input string, found bool) {
	for _, s := range m.reachable() {
		for k, e := range m.Edges[s] {
			if e.To == nowhere {
				return m.States[s], m.Inputs[k], true
			}
		}
	}
	return "", "", false
}

// reachable lists the states that some word leads to, in the order of a search in breadth.
func (m *Machine) reachable() []int {
	seen := make([]bool, len(m.Edges))
	seen[m.Initial] = true
	list := []int{m.Initial}
	for i := 0; i < len(list); i++ {
		for _, e := range m.Edges[list[i]] {
			if e.To != nowhere && !seen[e.To] {
				seen[e.To] = true
				list = append(list, e.To)
			}
		}
	}
	return list
}

// Restrict is the machine with these inputs only, in this order. All of them must be inputs of m.
func (m *Machine) Restrict(inputs []string) *Machine {
	r := &Machine{States: m.States, Inputs: slices.Clone(inputs), Initial: m.Initial}
	for _, row := range m.Edges {
		var some []Edge
		for _, in := range inputs {
			some = append(some, row[slices.Index(m.Inputs, in)])
		}
		r.Edges = append(r.Edges, some)
	}
	return r
}

// Rename gives inputs and outputs other names. Two inputs must not become one.
func (m *Machine) Rename(names map[string]string) error {
	name := func(word string) string {
		if to, ok := names[word]; ok {
			return to
		}
		return word
	}
	return m.Respell(name, func(_, output string) string { return name(output) })
}

// Respell gives each input another name, and each output, which may depend on the new name of the input that it answers.
// Two inputs must not become one.
func (m *Machine) Respell(input func(string) string, output func(input, output string) string) error {
	from := map[string]string{}
	for k, in := range m.Inputs {
		to := input(in)
		if old, twice := from[to]; twice {
			return fmt.Errorf("input %q: found an input %q already (%q), expected a new name", in, to, old)
		}
		from[to], m.Inputs[k] = in, to
	}
	for _, row := range m.Edges {
		for k := range row {
			if row[k].To != nowhere {
				row[k].Output = output(m.Inputs[k], row[k].Output)
			}
		}
	}
	return nil
}

// Minimize is the machine with the fewest states that answers every word as m does: Moore's refinement of
// partitions. States that cannot be reached are dropped; a class has the name of the first of its states, and is
// numbered in breadth from the initial one, so that equivalent machines with the same inputs have equal edges.
func (m *Machine) Minimize() *Machine {
	states := m.reachable()
	outputs := m.outputs()
	class := make([]int, len(m.Edges))
	var key []byte
	for classes := 1; ; {
		number := map[string]int{}
		next := make([]int, len(m.Edges))
		for _, s := range states {
			// Two states stay together if they were, answer alike, and lead to states that are together.
			key = binary.AppendUvarint(key[:0], uint64(class[s]))
			for k, e := range m.Edges[s] {
				to := 0 // nowhere
				if e.To != nowhere {
					to = 1 + class[e.To]
				}
				key = binary.AppendUvarint(binary.AppendUvarint(key, uint64(to)), uint64(outputs[s][k]))
			}
			n, known := number[string(key)]
			if !known {
				n = len(number)
				number[string(key)] = n
			}
			next[s] = n
		}
		class = next
		if len(number) == classes {
			return m.quotient(states, class, classes)
		}
		classes = len(number)
	}
}

// outputs numbers the outputs of all edges.
func (m *Machine) outputs() [][]int {
	number := map[string]int{}
	all := make([][]int, len(m.Edges))
	for s, row := range m.Edges {
		for _, e := range row {
			n, known := number[e.Output]
			if !known {
				n = len(number)
				number[e.Output] = n
			}
			all[s] = append(all[s], n)
		}
	}
	return all
}

// quotient joins the states of each class. Classes are numbered by their first state in the order of states.
func (m *Machine) quotient(states, class []int, classes int) *Machine {
	q := &Machine{Inputs: slices.Clone(m.Inputs)}
	seen := make([]bool, classes)
	for _, s := range states {
		if seen[class[s]] {
			continue
		}
		seen[class[s]] = true
		row := slices.Clone(m.Edges[s])
		for k := range row {
			if row[k].To != nowhere {
				row[k].To = class[row[k].To]
			}
		}
		q.Edges = append(q.Edges, row)
		q.States = append(q.States, m.States[s])
	}
	return q
}
