package question

import (
	"context"
	"strings"
	"testing"

	"github.com/expr-lang/expr/parser"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// world is a state with a number for everything that an expression can name.
func world() *netfake.World {
	w := &netfake.World{Faults: netfake.ForeignData, Clock: 7, Losses: 2}
	w.Peer[netfake.A] = netfake.Peer{Inc: 1, Sent: 3, Taken: 2, TCB: model.TCB{
		State: model.FinWait1, Iss: 0xfffffff0, Snd: model.SendVars{Una: 0xfffffffe, Nxt: 2, Wnd: 9}, Marks: model.FinSent}}
	w.Peer[netfake.B].TCB = model.TCB{State: model.CloseWait, Marks: model.Passive}
	return w
}

func TestAnswers(t *testing.T) {
	wire := []netfake.Packet{
		{Dst: netfake.B, Inc: 1, Seg: model.Segment{Flags: model.SYN}},
		{Dst: netfake.A, Inc: netfake.Before, Seg: model.Segment{Flags: model.ACK, Ack: 2, Len: 4}, Age: 3},
	}
	for expression, want := range map[string]bool{
		`A.state == "FIN-WAIT-1"`:                                   true,
		`"FIN-WAIT-1" == A.state && B.state != "CLOSED"`:            true,
		`A.state in ["CLOSING", "FIN-WAIT-1"]`:                      true,
		`B.state in ["CLOSING", "FIN-WAIT-1"]`:                      false,
		`A.sent > A.delivered and not (A.sent < 3)`:                 true,
		`A.snd.nxt - A.snd.una == 4`:                                true, // across zero
		`A.snd.una - A.snd.nxt == -4`:                               true,
		`before(A.snd.una, A.snd.nxt)`:                              true,
		`before(A.snd.nxt, A.snd.una)`:                              false,
		`A.finSent && !B.finSent && B.passive && !A.passive`:        true,
		`fault("foreign-data") && !fault("foreign-fin")`:            true,
		`clock == 7 && losses + 1 == 3 && dups * 5 == 0`:            true,
		`any(wire, .syn && .to == "B")`:                             true,
		`any(wire, .syn && .to == "A")`:                             false,
		`all(wire, .len <= 4) && none(wire, .rst)`:                  true,
		`count(wire, .hasAck) == 1 && any(wire, .ack == A.snd.nxt)`: true,
		`any(wire, .old && .age == 3) && any(wire, !.old)`:          true,
		`A.incarnation == 1 ? A.snd.wnd == 9 : false`:               true,
		`true || A.state == B.state`:                                true,
		`A.snd.una + 4 == A.snd.nxt && A.snd.nxt - 4 == A.snd.una`:  true, // across zero
		`A.snd.una == 4294967294 && 2 == A.snd.nxt`:                 true,
		`A.snd.nxt in [1, 3]`:                                       false,
		`before(A.snd.una, 1) && any(wire, .ack == 2)`:              true,
		`A.iss + A.sent == A.snd.una`:                               false,
	} {
		if got := answer(t, expression, wire); got != want {
			t.Errorf("%s: got %v, want %v", expression, got, want)
		}
	}
}

// answer asks of world, with these segments in the network.
func answer(t *testing.T, expression string, wire []netfake.Packet) bool {
	t.Helper()
	tree, err := parser.Parse(expression)
	if err != nil {
		t.Fatal(err)
	}
	c := compiler{text: expression}
	return ask(c.want(tree.Node, truth), world(), wire)
}

func TestErrors(t *testing.T) {
	for expression, want := range map[string]string{
		`A.state == "ESTABLISHD"`:    `character 12: found "ESTABLISHD", expected a state`,
		`A.stat == 1`:                `found A.stat, expected A. and one of state, iss`,
		`A.snd.nxt < 3`:              `found A.snd.nxt, which is a sequence number and wraps, expected before`,
		`A.snd.nxt + 3 == A.sent`:    `found A.sent, which is an integer, expected a sequence number`,
		`A.snd.nxt + A.snd.una == 1`: `found A.snd.una, which is a sequence number, expected an integer`,
		`A.snd.nxt == 4294967296`:    `found 4294967296, which is an integer, expected a sequence number`,
		`A.sent`:                     `found A.sent, which is an integer, expected true or false`,
		`A.sent + `:                  `expected an expression`,
		`any(wire, .foo)`:            `found .foo, expected a property of a segment`,
		`any(A, .syn)`:               `expected any, all, none or count of wire`,
		`any(wire, any(wire, .syn))`: `expected any, all, none or count of wire`,
		`wire`:                       `found wire, expected A., B., clock`,
		`fault("no")`:                `found "no", expected a fault`,
		`fault(A.sent)`:              `expected the name of a fault in quotes`,
		`any(wire, .to == "C")`:      `found "C", expected "A" or "B"`,
		`A.state == A.sent`:          `found A.sent, which is an integer, expected a state`,
		`A.sent / 2 == 1`:            `found /, expected one of`,
		`A.state matches "x"`:        `found matches, expected one of`,
		`len(wire) > 2`:              `expected any, all, none or count of wire`,
		`let x = 1; x == 1`:          `expected a name, a number, a state in quotes, or an operator`,
		`A.state in "ESTABLISHED"`:   `expected a list`,
		`A == B`:                     `found A, expected A., B.`,
		``:                           `expected an expression`,
	} {
		_, err := Parse("q: " + expression)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", expression, err, want)
		}
	}
	if _, _, err := ParseLeadsTo(`q: A.sent == 1 => B.foo == 2`); err == nil || !strings.Contains(err.Error(), "character 18: found B.foo") {
		t.Errorf("the error is in the second expression, got %v", err)
	}
	if _, _, err := ParseLeadsTo("q: A.sent == 1"); err == nil {
		t.Error("there is no =>")
	}
	const noName = `A.sent == 1 ? A.delivered == 0 : true`
	_, err := Parse(noName)
	_, _, again := ParseLeadsTo(noName + " => A.sent == 2")
	for _, err := range []error{err, again} {
		if err == nil || !strings.Contains(err.Error(), "character 1: found an expression, expected a name and a colon") {
			t.Errorf("the : is that of ?:, got %v", err)
		}
	}
	if _, err := Parse("who waits?: " + noName); err != nil {
		t.Errorf("a name may have a ?, got %v", err)
	}
}

// Names are all that a compiler knows: each can be compiled.
func TestNames(t *testing.T) {
	for _, n := range Names() {
		expression := n.Path
		switch {
		case strings.HasPrefix(n.Path, "."):
			expression = "any(wire, " + n.Path + " == " + n.Path + ")"
		case n.Path == "before(x, y)" || strings.HasPrefix(n.Path, "x "):
			expression = strings.NewReplacer("x", "A.iss", "y", "B.iss").Replace(n.Path) + " == " + strings.NewReplacer("x", "A.iss", "y", "B.iss").Replace(n.Path)
		default:
			expression += " == " + expression
		}
		if !answer(t, expression, nil) && !strings.HasPrefix(n.Path, ".") {
			t.Errorf("%s is itself", n.Path)
		}
	}
}

// An answer does not depend on the reductions that a question allows: the verdict with them is that without.
func TestReductions(t *testing.T) {
	sc := netfake.TwoHosts()
	sc.Peer[netfake.A].User = netfake.User{Active: 1, Octets: 1, Close: true}
	sc.Peer[netfake.B].User = netfake.User{Passive: 1}
	for _, text := range []string{
		`q: !(A.state == "ESTABLISHED" && B.state == "LISTEN")`,
		`q: A.snd.nxt - A.snd.una < 2`,
		`q: A.delivered <= A.sent && B.received < 2`,
		`q: !any(wire, .fin && .to == "B")`,
		`q: count(wire, .syn) < 3`,
		`q: A.state != "FIN-WAIT-2" || B.state != "CLOSE-WAIT"`,
	} {
		q, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		verdict := func(r netfake.Reductions) (explore.Verdict, int) {
			sys, err := netfake.New(sc)
			if err != nil {
				t.Fatal(err)
			}
			res := explore.Run(context.Background(), sys.Reduced(r), properties.Options{
				Always: []explore.Predicate[netfake.State]{{Name: q.Name, Holds: func(s netfake.State) bool { return q.Holds(sys, s) }}}, Cut: netfake.CutOff, Workers: 1})
			if len(res.Violations) > 0 {
				return res.Verdict, res.Violations[0].Path.Steps()
			}
			return res.Verdict, -1
		}
		plain, steps := verdict(0)
		blind := properties.OnWorld(q.Name, q.World).PreservedBy()
		if q.World == nil {
			blind = properties.OnState(q.Name, q.State).PreservedBy()
		}
		if reduced, again := verdict(blind); plain != reduced || steps != again {
			t.Errorf("%s: %v in %d steps without reductions, %v in %d with them", text, plain, steps, reduced, again)
		}
	}
}

// A search asks of millions of states: what does not read the network allocates nothing.
func TestNoAllocation(t *testing.T) {
	q, err := Parse(`q: A.state == "FIN-WAIT-1" && A.snd.nxt - A.snd.una < 9 || fault("foreign-data")`)
	if err != nil {
		t.Fatal(err)
	}
	w := world()
	if n := testing.AllocsPerRun(100, func() { q.World(w) }); n > 0 {
		t.Errorf("%v allocations in an answer", n)
	}
}
