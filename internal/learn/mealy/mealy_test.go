package mealy

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// door is a machine with four states of which two pairs are alike.
const door = `digraph g {
	s0 -> s1 [label="push / open"];
	s0 -> s0 [label="pull / shut"];
	s1 -> s2 [label="push / still"];
	s1 -> s3 [label="pull / shut"];
	s2 -> s1 [label="push / still"];
	s2 -> s0 [label="pull / shut"];
	s3 -> s2 [label="push / open"];
	s3 -> s3 [label="pull / shut"];
	__start0 -> s0;
}`

func read(t *testing.T, text string) *Machine {
	t.Helper()
	m, err := Read(strings.NewReader(text), "test.dot")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestHabitsOfLearnersAreRead(t *testing.T) {
	want := read(t, `digraph g { a -> b [label="x / 1"]; b -> a [label="x / 2"]; a -> a [label="y / 0"]; b -> b [label="y / 0"]; }`)
	for habit, text := range map[string]string{
		"start first": `digraph g {
			__start0 [label="" shape="none"];
			b [shape="circle" label="1"]; a [shape="circle" label="0"];
			a -> b [label="x / 1"]; a -> a [label="y / 0"]; b -> a [label="x / 2"]; b -> b [label="y / 0"];
			__start0 -> a; }`,
		"no blanks":       `digraph "g" { a -> b [label="x/1"]; a -> a [label="y/0"]; b -> a [label="x/2"]; b -> b [label="y/0"]; }`,
		"no quotes":       `digraph g { a->b [label=x/1] a->a [label=y / 0, color=red] b->a[label=x/2 color=red];b->b [label=y/0] }`,
		"comments":        "# made\n/* by\nhand */ strict digraph g { // here\na -> b [label=\"x / 1\"]\n# there\na -> a [label=\"y / 0\"] b -> a [label=\"x / 2\"] b -> b [label=\"y / 0\"] }\n",
		"defaults":        `digraph { rankdir=LR; node [shape=circle]; edge [fontsize=9]; graph [label="g"]; a; b; a -> b [label="x/1"]; a -> a [label="y/0"]; b -> a [label="x/2"]; b -> b [label="y/0"] }`,
		"a start of none": `digraph g { init [shape=point, style=invis]; b; a; init -> a; a -> b [label="x/1"]; a -> a [label="y/0"]; b -> a [label="x/2"]; b -> b [label="y/0"] }`,
		"tables":          `digraph g { a -> b [label=<<table border="0"><tr><td>x</td><td>/</td><td>1</td></tr></table>>]; a -> a [label=<y / 0>]; b -> a [label=<x / 2>]; b -> b [label=<y / 0>] }`,
		"joined edges":    `digraph g { a -> b [label="x / 1"]; a -> a [label="y / 0"]; b -> a [label="x / 2"]; b -> b [label="y / 0\ny / 0"] }`,
		"clusters":        `digraph g { subgraph cluster_0 { a -> b [label="x/1"]; a -> a [label="y/0"] } { b:n -> a:s:w [label="x/2"]; b -> b [label="y/0"] } }`,
		"CRLF and a BOM":  "\ufeffdigraph g {\r\na -> b [label=\"x/1\"]\r\na -> a [label=\"y/0\"]\r\nb -> a [label=\"x/2\"]\r\nb -> b [label=\"y/0\"]\r\n}\r\n",
	} {
		got, err := Read(strings.NewReader(text), habit)
		if err != nil {
			t.Error(err)
			continue
		}
		if c := Compare(want, got); c.First != nil || len(c.OnlyA)+len(c.OnlyB)+c.Skipped > 0 || c.Pairs != 2 {
			t.Errorf("%s: another machine was read: %+v, %+v", habit, got, c)
		}
	}
}

func TestLabelsOfManySorts(t *testing.T) {
	for text, want := range map[string][2]string{
		"SYN(V,V,0) / SYN+ACK(V,V,0)": {"SYN(V,V,0)", "SYN+ACK(V,V,0)"},
		"SYN(V,V,0)/TIMEOUT":          {"SYN(V,V,0)", "TIMEOUT"},
		"GET /index.html / 200":       {"GET /index.html", "200"},
		"reset/":                      {"reset", ""},
	} {
		if in, out, ok := splitLabel(text); !ok || in != want[0] || out != want[1] {
			t.Errorf("%q is read as %q and %q, %v", text, in, out, ok)
		}
	}
	for _, text := range []string{"a/b/c", "SYN", "/ x", " / x"} {
		if in, out, ok := splitLabel(text); ok {
			t.Errorf("%q is read as %q and %q", text, in, out)
		}
	}
	m := read(t, "digraph g { a -> a [label=SYN(V,V,0) / ACK(V,V,0), color=red, w = 1] }")
	if m.Inputs[0] != "SYN(V,V,0)" || m.Edges[0][0].Output != "ACK(V,V,0)" {
		t.Errorf("a label without quotes goes over commas in parentheses: got %+v", m)
	}
}

func TestUnusableFilesAreRefusedWithTheirLine(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   `f:1: found the end of the file, expected "digraph"`,
		"graph g {\na -- b }":                `f:1: found "graph", expected "digraph"`,
		"digraph g {\n\na -- b }":            `f:3: found "--", expected "->": the edges of a machine have a direction`,
		"digraph g {\n a -> b\n}":            `f:2: found an edge from "a" to "b" without one, expected a label "input / output"`,
		"digraph g {}":                       `f: found none, expected transitions`,
		"digraph g { a":                      `f:1: found the end of the file, expected "}"`,
		"digraph g { a -> ":                  `f:1: found the end of the file, expected a state after ->`,
		"digraph g { a [label=\"x":           `f:1: found the end of the file, expected a quotation mark`,
		"digraph g { a [label]}":             `f:1: found "]", expected = after the name`,
		"digraph g {\na -> b [label=\"x\"]}": `f:2: found "x", expected a label "input / output"`,
		"digraph g {\na -> b [label=\"x/1\"]\na -> a [label=\"x/1\"]}":       `f:3: found another: output "1", to state "a", expected one answer of state "a" to input "x", as in line 2`,
		"digraph g {\n__start0 -> a\n__start1 -> b\na -> b [label=\"x/1\"]}": `f:3: found another, "b", expected one initial state, as in line 2`,
		"digraph g { a -> b [label=\"x/1\"] } digraph h {}":                  `f:1: found "digraph", expected the end of the file`,
		"digraph g { /* a -> b":                  `f:1: found the end of the file, expected a comment that ends with "*/"`,
		"digraph g { a -> b [label=<x / <b>1] }": `f:1: found the end of the file, expected a > for every <`,
		"digraph g { a -> b [label=] }":          `f:1: found "]", expected the value of an attribute`,
	} {
		_, err := Read(strings.NewReader(text), "f")
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func TestMinimizeJoinsWhatIsAlike(t *testing.T) {
	m := read(t, door).Minimize()
	if len(m.States) != 2 || m.Initial != 0 {
		t.Errorf("the door is open or shut: got %+v", m)
	}
	if c := Compare(m, read(t, door)); c.First != nil || c.Pairs != 4 {
		t.Errorf("the minimal machine answers as the whole one: got %+v", c)
	}
}

// random is a machine of n states, complete unless holes says otherwise.
func random(r *rand.Rand, n int, holes bool) *Machine {
	m := &Machine{Inputs: []string{"a", "b", "c"}, Initial: r.IntN(n)}
	for s := range n {
		m.States = append(m.States, string(rune('p'+s)))
		var row []Edge
		for range m.Inputs {
			e := Edge{r.IntN(n), string(rune('0' + r.IntN(2)))}
			if holes && r.IntN(8) == 0 {
				e = Edge{To: nowhere}
			}
			row = append(row, e)
		}
		m.Edges = append(m.Edges, row)
	}
	return m
}

// answers tells machines apart by brute force: the outputs of all words of a length.
func answers(m *Machine, length int) map[string]string {
	all := map[string]string{}
	word := make([]int, length)
	for {
		var name []byte
		for _, k := range word {
			name = append(name, byte('a'+k))
		}
		all[string(name)] = strings.Join(m.Run(word), ",")
		i := 0
		for ; i < length && word[i] == 2; i++ {
			word[i] = 0
		}
		if i == length {
			return all
		}
		word[i]++
	}
}

func TestRandomMachines(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	alike, differing := 0, 0
	for i := range 400 {
		n := 1 + r.IntN(4)
		m := random(r, n, i%2 == 0)
		least := m.Minimize()
		if !cmp.Equal(answers(m, 5), answers(least, 5)) || len(least.States) > n {
			t.Fatalf("the minimal machine answers otherwise: %+v, %+v", m, least)
		}
		if again := least.Minimize(); !cmp.Equal(again, least) {
			t.Fatalf("a minimal machine is not changed: %s", cmp.Diff(least, again))
		}
		var b bytes.Buffer
		if err := least.Write(&b, "a comment\n\nof lines"); err != nil {
			t.Fatal(err)
		}
		if outputs := strings.Join(outputs(least), ""); outputs != "" {
			back, err := Read(&b, "written")
			if err != nil {
				t.Fatalf("what is written is read again: %v", err)
			}
			if c := Compare(least, back); c.First != nil || c.Skipped > 0 || len(c.OnlyB) > 0 {
				t.Fatalf("what is written is read again: %+v", c)
			}
		}
		if i%2 == 0 {
			continue
		}
		// Of complete machines with at most 4 states each, two that differ do so within 7 inputs; brute force sees it.
		other := random(r, 1+r.IntN(4), false)
		if r.IntN(3) == 0 {
			other = least
		}
		c := Compare(m, other)
		if same := cmp.Equal(answers(m, 7), answers(other, 7)); same != (c.First == nil) {
			t.Fatalf("all words of 7 inputs say %v, and Compare %+v", same, c.First)
		}
		if c.First == nil {
			alike++
			if len(least.Edges) != len(other.Minimize().Edges) || !cmp.Equal(least.Edges, other.Minimize().Edges) {
				t.Fatal("equivalent machines have one minimal machine")
			}
			continue
		}
		differing++
		short := len(c.First.Word) - 1
		if short > 0 && !cmp.Equal(answers(m, short), answers(other, short)) {
			t.Fatalf("a shorter word than %v tells them apart", c.First.Word)
		}
		if a := strings.Join(c.First.A, ","); a != answers(m, short+1)[strings.Join(c.First.Word, "")] {
			t.Fatalf("the answers shown are those of the machine: %s", a)
		}
	}
	if alike < 15 || differing < 60 {
		t.Errorf("both cases are tried: %d alike, %d differing", alike, differing)
	}
}

func TestPartialMachines(t *testing.T) {
	a := read(t, `digraph g { a -> b [label="x/1"]; b -> b [label="x/1"]; b -> a [label="y/2"] }`)
	if state, input, found := a.Gap(); !found || state != "a" || input != "y" {
		t.Errorf("a does not answer y: got %s %s %v", state, input, found)
	}
	b := read(t, `digraph g { a -> a [label="x/1"]; a -> a [label="z/1"] }`)
	c := Compare(a, b)
	want := &Comparison{Inputs: []string{"x"}, OnlyA: []string{"y"}, OnlyB: []string{"z"}, Pairs: 2}
	if d := cmp.Diff(want, c); d != "" {
		t.Errorf("only the common inputs are compared: %s", d)
	}
	b = read(t, `digraph g { a -> a [label="x/1"]; a -> a [label="y/1"] }`)
	if c := Compare(a, b); c.Skipped != 1 || c.First == nil || len(c.First.Word) != 2 {
		t.Errorf("what one does not answer is skipped, and the rest compared: got %+v", c)
	}
}

// Every difference is listed once, by its cause: two answers, or where the machines go different ways; and what lies behind a
// difference, in a state that nothing else leads to, is compared, too.
func TestEachDifference(t *testing.T) {
	a := read(t, `digraph g { s -> s [label="x/1"]; s -> t [label="y/1"]; s -> u [label="z/1"];
		t -> t [label="x/2"]; t -> t [label="y/2"]; t -> s [label="z/2"]; u -> u [label="x/3"]; u -> u [label="y/3"]; u -> s [label="z/3"] }`)
	b := read(t, `digraph g { s -> s [label="x/1"]; s -> t [label="y/1"]; s -> u [label="z/9"];
		t -> t [label="x/2"]; t -> s [label="y/2"]; t -> t [label="z/2"]; u -> u [label="x/3"]; u -> u [label="y/4"]; u -> s [label="z/3"] }`)
	got := Compare(a, b).Each
	want := []Difference{
		{Word: []string{"z"}, A: []string{"1"}, B: []string{"9"}, Inputs: []string{"z"}, States: []string{"s"}, Times: 1},
		{Word: []string{"y", "y", "x"}, A: []string{"1", "2", "2"}, B: []string{"1", "2", "1"}, Leaves: 2, Inputs: []string{"x", "y", "z"}, States: []string{"t"}, Times: 3},
		{Word: []string{"y", "z", "x"}, A: []string{"1", "2", "1"}, B: []string{"1", "2", "2"}, Leaves: 2, Inputs: []string{"x", "y", "z"}, States: []string{"s"}, Times: 3},
		{Word: []string{"z", "y"}, A: []string{"1", "3"}, B: []string{"9", "4"}, Behind: 1, Inputs: []string{"y"}, States: []string{"u"}, Times: 1},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(door)
	f.Add(`strict digraph "a" { subgraph x { a:b -> c [label=<<b>x</b> / y>, w=1]; } rankdir = LR; # }`)
	f.Add("digraph g {\n__start0 -> a; a -> a [label=x(1,2) / y z=1; k=\"\\\"\"]; /* */ }")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := Read(strings.NewReader(text), "fuzz")
		if err != nil {
			return
		}
		m.Gap()
		if c := Compare(m, m.Minimize()); c.First != nil {
			t.Fatalf("a machine and its minimal one: %+v", c.First)
		}
		for _, word := range append(m.Inputs, outputs(m)...) {
			if strings.Contains(word, " / ") || strings.ContainsAny(word, "\n") {
				return // which the dialect cannot say
			}
		}
		var b bytes.Buffer
		if err := m.Write(&b, ""); err != nil {
			t.Fatal(err)
		}
		back, err := Read(&b, "written")
		if err != nil {
			t.Fatalf("what is written is read again: %v", err)
		}
		if c := Compare(m, back); c.First != nil || c.Skipped > 0 {
			t.Fatalf("what is written is read again: %+v", c)
		}
	})
}

func outputs(m *Machine) (list []string) {
	for _, row := range m.Edges {
		for _, e := range row {
			list = append(list, e.Output)
		}
	}
	return list
}
