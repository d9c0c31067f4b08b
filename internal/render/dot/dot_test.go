package dot

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func text(t *testing.T, g *Graph) string {
	var b bytes.Buffer
	if err := g.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAGraphIsWrittenInTheOrderInWhichItIsBuilt(t *testing.T) {
	g := &Graph{Name: `a "name"`}
	g.All.Set(Pairs("rankdir", "LR")...)
	b, a := g.Add("b", Pairs("label", "<1>\n\\", "shape", "box")...), g.Add("TIME-WAIT")
	g.Rows = [][]*Node{{b, a}}
	g.Legend = []Row{{"red", "x < y"}}
	b.Set(Pairs("shape", "circle")...)
	a.Set(Pairs("label", "<b>x</b>")...)
	for i, key := range []string{"one", "two", "one"} {
		e, fresh := g.Connect(a, b, key)
		if fresh != (i < 2) {
			t.Errorf("edge %d, of key %s: new is %v", i, key, fresh)
		}
		e.AddLabel(key)
		e.AddLabel("again")
	}
	const want = `digraph "a \"name\"" {
	graph [
		rankdir="LR"
	];

	subgraph {
		graph [
			rank="same"
		];

		// Node definitions.
		b;
		"TIME-WAIT";
		legend;
	}
	// Node definitions.
	b [
		label="<1>\n\\"
		shape="circle"
	];
	"TIME-WAIT" [label="<b>x</b>"];
	legend [
		shape=plain
		style=""
		label=<<table border="1" cellborder="0" cellspacing="3" color="#999999"><tr><td align="left"><font color="red">x &lt; y</font></td></tr></table>>
	];

	// Edge definitions.
	"TIME-WAIT" -> b [label="one\nagain"];
	"TIME-WAIT" -> b [label="two\nagain"];
}
`
	if got := text(t, g); got != want {
		t.Errorf("got\n%s", got)
	}
}

// Graphviz reads every label as it was meant.
func TestGraphvizReadsEveryLabel(t *testing.T) {
	program, err := exec.LookPath("dot")
	if err != nil {
		t.Skip("no Graphviz here")
	}
	g := &Graph{}
	var want []string
	for _, label := range []string{"", "node", "<a>", `"`, `\`, `\n`, "1.5", "a\nb", "\t", "ä", "]", ";", "//"} {
		g.Add("n"+strings.Repeat("x", len(want)), Pairs("label", label)...)
		want = append(want, label)
	}
	cmd := exec.Command(program, "-Txdot")
	cmd.Stdin = strings.NewReader(text(t, g))
	if out, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(out), "arning") {
		t.Errorf("%d labels: %v %s", len(want), err, out)
	}
}

// Whatever a value holds, what is written of it is one quoted word.
func TestAnyTextIsQuoted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.String().Draw(t, "value")
		q := quote(value)
		back := strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\n`, "\n").Replace(q[1 : len(q)-1])
		if back != value {
			t.Fatalf("%q is written as %s", value, q)
		}
		g := &Graph{Name: value}
		g.Add("n", Pairs("label", value)...)
		var b bytes.Buffer
		if err := g.Write(&b); err != nil || !strings.Contains(b.String(), "n [label="+q+"];") {
			t.Fatalf("%v %s", err, b.String())
		}
	})
}
