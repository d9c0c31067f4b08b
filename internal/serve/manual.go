package serve

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"github.com/tcpcheck/tcpcheck/docs"
	"github.com/tcpcheck/tcpcheck/properties"
)

// contents is the page that lists the others.
const contents = "manual/README.md"

// document is what assets/docs.html shows.
type document struct {
	Title          string
	Contents, Body template.HTML
}

// docs shows a page of the manual, another document, or a picture.
func (s *server) docs(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	data, err := fs.ReadFile(docs.Files, name)
	switch {
	case err != nil:
		s.missing(w, r)
	case path.Ext(name) == ".svg":
		svg(w, data)
	default:
		s.html(w, "docs.html", documentOf(name, data, "Open %s step by step"))
	}
}

// svg answers with a picture, which has its colours in it.
func svg(w http.ResponseWriter, data []byte) {
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Write(data) //nolint:errcheck // the reader has gone
}

// documentOf makes the page of a document. opens is what a link to a theorem says.
func documentOf(name string, source []byte, opens string) document {
	list, err := fs.ReadFile(docs.Files, contents)
	if err != nil {
		panic("BUG: " + err.Error())
	}
	title, body := markdown(name, source, opens)
	_, index := markdown(contents, list[bytes.IndexByte(list, '\n'):bytes.LastIndex(list, []byte("\n\n"))], opens)
	return document{title, index, body}
}

// markdown makes HTML of a document. Markup in it that is HTML is left out. title is its first heading.
func markdown(name string, source []byte, opens string) (title string, body template.HTML) {
	md := goldmark.New(
		goldmark.WithExtensions(extension.Table),
		goldmark.WithParserOptions(parser.WithAutoHeadingID(), parser.WithASTTransformers(util.Prioritized(links(name), 100))),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(runnable{html.NewRenderer(), opens}, 100))))
	var b bytes.Buffer
	if err := md.Convert(source, &b); err != nil {
		panic("BUG: " + err.Error())
	}
	tables := 0
	page := regexp.MustCompile(`<table>|</table>|<pre>`).ReplaceAllStringFunc(b.String(), func(tag string) string {
		switch tag {
		case "<table>": // wider than a small screen, so the keyboard must be able to scroll it
			tables++
			return fmt.Sprintf(`<div class="wide" tabindex="0" role="region" aria-label="Table %d"><table>`, tables)
		case "</table>":
			return "</table></div>"
		}
		return `<pre tabindex="0">`
	})
	first, _, _ := bytes.Cut(source, []byte("\n"))
	return strings.TrimPrefix(string(first), "# "), template.HTML(page)
}

// links makes the links of a document lead to pages of this server. What is only in the repository is named by its path.
type links string

// Transform implements parser.ASTTransformer.
func (l links) Transform(doc *ast.Document, reader text.Reader, _ parser.Context) {
	var outside []*ast.Link
	ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { //nolint:errcheck // it returns none
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Image:
			n.Destination = []byte(l.place(n.Destination))
		case *ast.Link:
			if place := l.place(n.Destination); place != "" {
				n.Destination = []byte(place)
			} else {
				outside = append(outside, n)
			}
		}
		return ast.WalkContinue, nil
	})
	for _, link := range outside {
		parent := link.Parent()
		for c := link.FirstChild(); c != nil; c = link.FirstChild() {
			parent.InsertBefore(parent, link, c)
		}
		file := strings.TrimLeft(path.Join("/", path.Dir("docs/"+string(l)), string(link.Destination)), "/")
		parent.ReplaceChild(parent, link, ast.NewString([]byte(" ("+file+" in the repository)")))
	}
}

// place is the address of a link on this server; "" if there is none.
func (l links) place(to []byte) string {
	file, part, _ := strings.Cut(string(to), "#")
	if file == "" || strings.Contains(file, "://") {
		return string(to)
	}
	file = path.Join(path.Dir(string(l)), file)
	if _, err := fs.Stat(docs.Files, file); err != nil {
		return ""
	}
	if part != "" {
		part = "#" + part
	}
	return "/docs/" + file + part
}

// runnable renders blocks of commands, and the headings of theorems, with links that open them in the explorer.
type runnable struct {
	renderer.NodeRenderer
	opens string // what a link says, with %s for the theorem
}

// RegisterFuncs implements renderer.NodeRenderer.
func (r runnable) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	known := taken{}
	r.NodeRenderer.RegisterFuncs(known)
	reg.Register(ast.KindFencedCodeBlock, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		status, err := known[ast.KindFencedCodeBlock](w, source, n, entering)
		if !entering {
			var commands []byte
			for i := range n.Lines().Len() {
				line := n.Lines().At(i)
				commands = append(commands, line.Value(source)...)
			}
			r.openers(w, theoremsAsked.FindAllSubmatch(commands, -1))
		}
		return status, err
	})
	reg.Register(ast.KindHeading, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		status, err := known[ast.KindHeading](w, source, n, entering)
		if name := string(n.Lines().Value(source)); !entering && n.(*ast.Heading).Level == 2 {
			if th, ok := properties.ByName(name); ok && th.Scenario != nil {
				r.openers(w, [][][]byte{{nil, []byte(name)}})
			}
		}
		return status, err
	})
}

// taken collects what another renderer registers.
type taken map[ast.NodeKind]renderer.NodeRendererFunc

// Register implements renderer.NodeRendererFuncRegisterer.
func (t taken) Register(kind ast.NodeKind, f renderer.NodeRendererFunc) { t[kind] = f }

// theoremsAsked finds the theorems that commands ask for.
var theoremsAsked = regexp.MustCompile(`explore --theorem (?:"([^"]+)"|([\w-]+))`)

func (r runnable) openers(w util.BufWriter, found [][][]byte) {
	seen := map[string]bool{}
	for _, m := range found {
		name := string(bytes.Join(m[1:], nil))
		if _, err := properties.Find(name); err != nil || seen[name] {
			continue
		}
		seen[name] = true
		fmt.Fprintf(w, "<p class=\"open\"><a href=\"/#%s\">%s</a></p>\n", url.Values{"theorem": {name}}.Encode(), template.HTMLEscapeString(fmt.Sprintf(r.opens, name)))
	}
}
