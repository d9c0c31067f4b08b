package capture

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/capture"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/model"
)

// condition is one word of --where: a connection matches if holds does.
type condition struct {
	holds func(*capture.Connection) bool
}

// whereKeys are the words that --where knows before "=".
const whereKeys = "opened, ended, state, rule, host, port"

// parseWhere reads words like ended=reset, all of which must hold.
func parseWhere(text string) (list []condition, err error) {
	for word := range strings.FieldsSeq(text) {
		key, value, ok := strings.Cut(word, "=")
		if !ok || value == "" {
			return nil, exit.Usagef("--where: found %q, expected KEY=VALUE with a key of %s", word, whereKeys)
		}
		c, err := conditionOf(key, value)
		if err != nil {
			return nil, err
		}
		list = append(list, condition{c})
	}
	return list, nil
}

// joined is text as one word of --where.
func joined(text string) string { return strings.ReplaceAll(text, " ", "-") }

// words lists what a key can be, as words of --where.
func words(list []string) string {
	var all []string
	for _, text := range list {
		all = append(all, joined(text))
	}
	return strings.Join(all, "; ")
}

func conditionOf(key, value string) (func(*capture.Connection) bool, error) {
	has := func(text string) bool { return strings.Contains(joined(text), value) }
	switch key {
	case "opened":
		if !slices.ContainsFunc(capture.OpenedWords, has) {
			return nil, exit.Usagef("--where: opened=%s: expected a part of one of: %s", value, words(capture.OpenedWords))
		}
		return func(c *capture.Connection) bool { return has(c.Opened) }, nil
	case "ended":
		who := slices.ContainsFunc([]string{", A first", ", B first", ", by A in", ", by B in"}, func(text string) bool {
			return has(text) || strings.Contains(value, joined(text)[2:])
		})
		if how, _, _ := strings.Cut(value, ",-"); !who && !slices.ContainsFunc(capture.ClosedWords, func(text string) bool { return strings.Contains(joined(text), how) }) {
			return nil, exit.Usagef("--where: ended=%s: expected a part of one of: %s", value, words(capture.ClosedWords))
		}
		return func(c *capture.Connection) bool { return has(c.Ending()) }, nil
	case "state":
		st, ok := model.ParseState(strings.ToUpper(value))
		if !ok {
			return nil, exit.Usagef("--where: state=%s: expected a state such as ESTABLISHED", value)
		}
		return func(c *capture.Connection) bool { return c.ResetIn.Has(st) }, nil
	case "rule":
		if !slices.ContainsFunc(capture.Rules, func(r capture.Rule) bool { return r.Name == value }) {
			return nil, exit.Usagef("--where: rule=%s: expected a rule such as retransmission or rst-number", value)
		}
		return func(c *capture.Connection) bool {
			return slices.ContainsFunc(c.Found, func(r capture.RuleCount) bool { return r.Rule == value })
		}, nil
	case "host":
		addr, err := netip.ParseAddr(value)
		if err != nil {
			return nil, exit.Usagef("--where: host=%s: expected an IP address", value)
		}
		return func(c *capture.Connection) bool { return c.Sockets[0].Addr() == addr || c.Sockets[1].Addr() == addr }, nil
	case "port":
		n, err := strconv.ParseUint(value, 10, 16)
		if err != nil {
			return nil, exit.Usagef("--where: port=%s: expected a whole number from 0 to 65535", value)
		}
		return func(c *capture.Connection) bool {
			return c.Sockets[0].Port() == uint16(n) || c.Sockets[1].Port() == uint16(n)
		}, nil
	}
	return nil, exit.Usagef("--where: found the key %q, expected one of %s", key, whereKeys)
}

func (t *options) matches(c *capture.Connection) bool {
	return !slices.ContainsFunc(t.conditions, func(x condition) bool { return !x.holds(c) })
}

// groupings are what --by knows: what a connection is counted under.
var groupings = map[string]func(*capture.Connection) []string{
	"host": func(c *capture.Connection) []string {
		return []string{c.Sockets[0].Addr().String(), c.Sockets[1].Addr().String()}
	},
	"port": func(c *capture.Connection) []string {
		return []string{fmt.Sprintf(":%d", min(c.Sockets[0].Port(), c.Sockets[1].Port()))}
	},
	"opened": func(c *capture.Connection) []string { return []string{c.Opened} },
	"ended":  func(c *capture.Connection) []string { return []string{c.Ending()} },
}

// groups counts connections by what --by names.
type groups map[string]*group

type group struct{ connections, refused, unanswered, reset, impossible, doubtful int }

// maxGroups bounds the memory: a scan has as many hosts as it likes.
const maxGroups = 100_000

func (g groups) add(key string, c *capture.Connection) {
	x := g[key]
	if x == nil {
		if len(g) >= maxGroups {
			key = "others"
		}
		if x = g[key]; x == nil {
			x = new(group)
			g[key] = x
		}
	}
	x.connections++
	count := func(n *int, is bool) {
		if is {
			*n++
		}
	}
	count(&x.refused, strings.HasSuffix(c.Opened, "refused"))
	count(&x.unanswered, strings.HasSuffix(c.Opened, "no answer"))
	count(&x.reset, strings.HasPrefix(c.Closed, "reset"))
	count(&x.impossible, c.Count(capture.Impossible) > 0)
	count(&x.doubtful, c.Count(capture.Doubt) > 0)
}

// write prints the groups, the largest first.
func (g groups) write(w io.Writer, by string) {
	rows := [][]string{{by, "connections", "refused", "no answer", "reset", "impossible", "doubtful"}}
	for _, key := range slices.SortedFunc(maps.Keys(g), func(a, b string) int {
		return cmp.Or(g[b].connections-g[a].connections, strings.Compare(a, b))
	}) {
		x := g[key]
		row := []string{key}
		for _, n := range []int{x.connections, x.refused, x.unanswered, x.reset, x.impossible, x.doubtful} {
			row = append(row, strconv.Itoa(n))
		}
		rows = append(rows, row)
	}
	prose.Table(w, "", "<>>>>>>", rows...)
	fmt.Fprintln(w)
}
