package cli_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/golden"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/internal/report/documents"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/properties"
)

// The reference pages of the manual are what the program says about itself.
func TestTheReference(t *testing.T) {
	for name, text := range map[string]string{
		"commands": commandsPage(t),
		"theorems": theoremsPage(t),
		"policies": policiesPage(),
		"scenario": scenarioPage(t),
		"json":     jsonPage(t),
	} {
		golden.Check(t, "../../docs/manual/reference/"+name+".md", text)
	}
}

func printed(t *testing.T, args ...string) string {
	t.Helper()
	status, out, errs := clitest.Run(t, args...)
	if status != 0 || out == "" {
		t.Fatalf("%v: status %d, %s", args, status, errs)
	}
	return out
}

const madeByProgram = "\n\nThe program made this page: `.ci/update internal/cli` writes it again.\n"

func commandsPage(t *testing.T) string {
	var b strings.Builder
	help := printed(t, "--help")
	b.WriteString("# Commands and their flags" + madeByProgram + "\n```text\n" + help + "```\n")
	names := regexp.MustCompile(`(?m)^  ([a-z]+) +[A-Z]`).FindAllStringSubmatch(help, -1)
	if len(names) < 20 {
		t.Fatalf("only %d commands in the help", len(names))
	}
	for _, m := range names {
		if m[1] != "help" && m[1] != "completion" {
			fmt.Fprintf(&b, "\n## tcpcheck %s\n\n```text\n%s```\n", m[1], printed(t, m[1], "--help"))
		}
	}
	return b.String()
}

func theoremsPage(t *testing.T) string {
	var list report.TheoremList
	if err := json.Unmarshal([]byte(printed(t, "verify", "--list", "--json")), &list); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("# Theorems" + madeByProgram + `
A theorem asks one question about one scenario. VERIFIED: every reachable state was searched, and
none violates an invariant. VIOLATED: a shortest run to a violation is drawn. *Variants* are the
same question after one change. The text after "provided that" names the premises that the answer
needs, and *Undecided premises* those for which this is not known; the names are explained in
[PREMISES.md](../../PREMISES.md). "Expected" is the answer that ` + "`tcpcheck verify`" + ` compares with.

    tcpcheck verify NAME              search one theorem, its witness and its variants
    tcpcheck explore --theorem NAME   search its scenario, and draw the run
`)
	for _, th := range list.Theorems {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n- **Expected:** %s\n", th.Name, th.Statement, th.Expected)
		bullet(&b, "Sources", strings.Join(th.Sources, "; "))
		bullet(&b, "Invariants", strings.Join(th.Always, ", "))
		bullet(&b, "Witness", th.Witness)
		var variants []string
		for _, v := range th.Variants {
			variants = append(variants, fmt.Sprintf("%s (%s)", v.Name, v.Expected))
		}
		bullet(&b, "Variants", strings.Join(variants, "; "))
		for i, p := range th.Premises {
			if i == 0 {
				b.WriteString("- **Scenario:**\n")
			}
			fmt.Fprintf(&b, "  - %s\n", plainText(p))
		}
	}
	b.WriteString("\n# Invariants\n\n| name | what a violation means |\n|---|---|\n")
	for _, inv := range properties.Invariants() {
		fmt.Fprintf(&b, "| %s | %s |\n", inv.Name, plainText(inv.Meaning))
	}
	return b.String()
}

func bullet(b *strings.Builder, what, text string) {
	if text != "" {
		fmt.Fprintf(b, "- **%s:** %s\n", what, plainText(text))
	}
}

// plainText keeps the signs of a segment from being read as markup.
func plainText(s string) string {
	return strings.NewReplacer("<", `\<`, "|", `\|`, "*", `\*`).Replace(s)
}

func policiesPage() string {
	var b strings.Builder
	b.WriteString("# Policies" + madeByProgram + `
A policy is one choice in the behaviour of a TCP endpoint. The first value is the default: RFC 9293,
read literally. In a scenario file, a policy is a key of ` + "`both.tcp`, `A.tcp` or `B.tcp`" + `; on the command
line of explore it is a flag (` + "`--handshake two`" + `). A1 to A12 are places where RFC 9293 contradicts
itself; they are listed in [REQUIREMENTS.md](../../REQUIREMENTS.md).

| policy | what it decides | values | source | reason for the default |
|---|---|---|---|---|
`)
	for _, p := range model.Policies {
		values := strings.Join(p.Values, ", ")
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", p.Name, plainText(p.Means), values, plainText(p.Source), plainText(p.Reason))
	}
	return b.String()
}

func scenarioPage(t *testing.T) string {
	var list documents.Keys
	if err := json.Unmarshal([]byte(printed(t, "explore", "--keys", "--json")), &list); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("# Scenario files" + madeByProgram + `
A scenario file is TOML. It says how both endpoints behave, what their users may do, and what the
network does. ` + "`tcpcheck explore --example`" + ` prints this one, with comments:

` + "```toml\n" + printed(t, "explore", "--example") + "```\n\n## Keys\n" + `
` + "`both.KEY` sets `A.KEY` and `B.KEY`. `tcpcheck explore --keys`" + ` prints this list.

| key | meaning | value |
|---|---|---|
`)
	known := map[string]bool{}
	for _, k := range list.Keys {
		known[k.Path] = true
	}
	for _, k := range list.Keys {
		side, rest, _ := strings.Cut(k.Path, ".")
		switch {
		case k.Path == "both.tcp.mutant": // for the tests of tcpcheck
		case (side == "A" || side == "B") && known["both."+rest]:
		default:
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", k.Path, plainText(k.Means), plainText(k.Takes))
		}
	}
	b.WriteString(`
## What an expression can name

The lists ` + "`always`, `reach` and `leads-to` can have expressions, such as\n`\"no half-open: !(A.state == 'ESTABLISHED' && B.state == 'CLOSED')\"`" + `. The operators are
` + "`&& || ! == != < <= > >= + - * in ?:`. `B.` has the same names as `A.`.\n" + `
| name | type | meaning |
|---|---|---|
`)
	for _, n := range list.Names {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", n.Path, plainText(n.Takes), plainText(n.Means))
	}
	return b.String()
}

func jsonPage(t *testing.T) string {
	var schema struct {
		Defs map[string]def `json:"$defs"`
	}
	if err := json.Unmarshal([]byte(printed(t, "schema")), &schema); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("# What --json prints" + madeByProgram + `
Every document has the fields ` + "`schemaVersion` and `command`" + `. ` + "`tcpcheck schema`" + ` prints the same as a JSON
Schema (draft 2020-12), and ` + "`tcpcheck schema verify`" + ` only that of one command. A field with a question
mark is left out when it is empty.
`)
	for _, name := range slices.Sorted(maps.Keys(schema.Defs)) {
		d := schema.Defs[name]
		fmt.Fprintf(&b, "\n## %s\n\n", name)
		if len(d.Properties) == 0 {
			fmt.Fprintf(&b, "%s\n", d.form())
			continue
		}
		b.WriteString("| field | type |\n|---|---|\n")
		for _, field := range slices.Sorted(maps.Keys(d.Properties)) {
			mark := "?"
			if slices.Contains(d.Required, field) {
				mark = ""
			}
			fmt.Fprintf(&b, "| `%s`%s | %s |\n", field, mark, d.Properties[field].form())
		}
	}
	return b.String()
}

// def is a type of the schema.
type def struct {
	Type                 string
	Ref                  string `json:"$ref"`
	Const                any
	Enum                 []string
	Items                *def
	Properties           map[string]def
	Required             []string
	OneOf, AnyOf         []def
	AdditionalProperties *values
}

// values is the type of the values of an object with any names, or false.
type values struct{ Type string }

func (v *values) UnmarshalJSON(data []byte) error {
	if string(data) == "false" {
		return nil
	}
	var d def
	err := json.Unmarshal(data, &d)
	v.Type = d.form()
	return err
}

func (d def) form() string {
	either := append(d.OneOf, d.AnyOf...)
	switch {
	case d.Ref != "":
		name := strings.TrimPrefix(d.Ref, "#/$defs/")
		return fmt.Sprintf("[%s](#%s)", name, strings.ReplaceAll(strings.ToLower(name), ".", ""))
	case d.Const != nil:
		return fmt.Sprintf("%v", d.Const)
	case d.Items != nil:
		return "list of " + d.Items.form()
	case len(either) > 0:
		var forms []string
		for _, e := range either {
			forms = append(forms, e.form())
		}
		return strings.Join(forms, " or ")
	case d.Type == "":
		return "anything"
	case d.AdditionalProperties != nil && d.AdditionalProperties.Type != "":
		return "object with values of type " + d.AdditionalProperties.Type
	}
	return d.Type
}
