package serve

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"html/template"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/docs"
)

// The parts of the export that are no entries of a gallery.
const (
	matrixPart = "matrix"
	boundsPart = "bounds"
)

// files writes pages that need no server.
type files struct {
	dir    string
	limits Limits
	say    func(string)
	pages  *template.Template
	shown  map[string]bool // theorems that the galleries have
}

// newFiles writes into a directory. names are the entries that are wanted; none: all.
func newFiles(dir string, names []string, l Limits, say func(string)) (*files, error) {
	f := &files{dir: dir, limits: l, say: say, shown: map[string]bool{}}
	var err error
	if f.pages, err = templates.Clone(); err != nil {
		return nil, err
	}
	f.pages.Funcs(template.FuncMap{"has": func(part string) bool {
		return part != "server" && (len(names) == 0 || slices.Contains(names, part))
	}})
	for _, s := range everything().Shelves {
		for _, e := range s.Entries {
			if e.Subject.Theorem != "" && (len(names) == 0 || slices.Contains(names, e.Name)) {
				f.shown[e.Subject.Theorem] = true
			}
		}
	}
	return f, nil
}

// write writes a file of the export.
func (f *files) write(name string, data []byte) error {
	to := filepath.Join(f.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o666)
}

// page writes a page, whose links then lead to files.
func (f *files) page(name, template string, v any) error {
	var b bytes.Buffer
	if err := f.pages.ExecuteTemplate(&b, template, v); err != nil {
		panic("BUG: " + err.Error())
	}
	return f.write(name, f.relative(name, b.Bytes()))
}

var (
	opener     = regexp.MustCompile(`<p class="open"><a href="/#theorem=([^"]+)">.*</p>\n`)
	serverLink = regexp.MustCompile(`(href|src)="/([^"#]*)(#[^"]*)?"`)
)

// relative makes the links of a page to parts of the server links to files, relative to the page.
func (f *files) relative(name string, html []byte) []byte {
	html = opener.ReplaceAllFunc(html, func(link []byte) []byte {
		if theorem, err := url.QueryUnescape(string(opener.FindSubmatch(link)[1])); err != nil || !f.shown[theorem] {
			return nil
		}
		return link
	})
	up := strings.Repeat("../", strings.Count(name, "/"))
	return serverLink.ReplaceAllFunc(html, func(link []byte) []byte {
		m := serverLink.FindSubmatch(link)
		file, part := string(m[2]), string(m[3])
		if theorem, ok := strings.CutPrefix(part, "#theorem="); ok {
			theorem, _ = url.QueryUnescape(theorem)
			part = "#" + anchor(theorem)
		}
		switch {
		case file == "":
			file = "index.html"
		case path.Ext(file) == ".md":
			file = strings.TrimSuffix(file, ".md") + ".html"
		case path.Ext(file) == "":
			file += ".html"
		}
		return fmt.Appendf(nil, `%s="%s%s%s"`, m[1], up, file, part)
	})
}

// anchor is the place of a theorem in the galleries.
func anchor(theorem string) string { return "theorem-" + strings.Map(plain, theorem) }

// assets writes the styles.
func (f *files) assets() error {
	for name, style := range styles {
		if err := f.write("assets/"+name, []byte(style())); err != nil {
			return err
		}
	}
	data, err := fs.ReadFile(assets, "assets/page.css")
	if err != nil {
		panic("BUG: " + err.Error())
	}
	return f.write("assets/page.css", data)
}

// documents writes the manual and all other documents.
func (f *files) documents() error {
	return fs.WalkDir(docs.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(docs.Files, name)
		switch {
		case err != nil:
			return err
		case path.Ext(name) != ".md":
			return f.write("docs/"+name, data)
		}
		return f.page("docs/"+strings.TrimSuffix(name, ".md")+".html", "docs.html", documentOf(name, data, "%s in the gallery of runs"))
	})
}

// stacks writes a page for each stack.
func (f *files) stacks() error {
	for _, s := range stacks() {
		if err := f.page("stacks/"+s.Name+".html", "stacks.html", stackPage{s, stacks()}); err != nil {
			return err
		}
	}
	return nil
}

// matrix searches the first matrix, and writes it with its runs.
func (f *files) matrix(ctx context.Context) error {
	p := firstMatrix()
	rows, columns, err := (&matrixQuest{Rows: firstRows, Columns: firstColumns}).read()
	if err != nil {
		panic("BUG: " + err.Error())
	}
	ctx, stop := f.limits.within(ctx)
	defer stop()
	m, err := fillMatrix(ctx, rows, columns, f.limits, func(string) {})
	if err != nil {
		return err
	}
	for r := range m.Rows {
		for c := range m.Rows[r].Cells {
			x := &m.Rows[r].Cells[c]
			if len(x.Run) == 0 {
				continue
			}
			x.Link = fmt.Sprintf("runs/matrix-%d-%d.html", r+1, c+1)
			title := m.Columns[c].Name + ", " + m.Rows[r].Name
			if err := f.run(x.Link, title, "/matrix", x.Text, x.Run, x.Loop); err != nil {
				return err
			}
		}
	}
	p.Found = &m
	f.say("matrix: " + m.Summary)
	return f.page("matrix.html", "matrix.html", p)
}

// bounds searches every question, and writes the plots, the points and their runs.
func (f *files) bounds(ctx context.Context) error {
	topics := boundTopics()
	for t := range topics {
		for i := range topics[t].Bounds {
			x := &topics[t].Bounds[i]
			limited, stop := f.limits.within(ctx)
			found := searchBound(limited, &x.Bound, f.limits, func(string) {})
			stop()
			if ctx.Err() != nil {
				return ctx.Err()
			}
			name := "bound-" + topics[t].Name + "-" + x.Name
			if err := f.bound(name, topics[t].Name+" "+x.Name, &found); err != nil {
				return err
			}
			x.Found = &found
			f.say(fmt.Sprintf("%s %s: %s", topics[t].Name, x.Name, cmp.Or(found.Error, found.Formula, "no formula goes through all points")))
		}
	}
	return f.page("bounds.html", "bounds.html", topics)
}

// bound writes the plot and the runs of one question.
func (f *files) bound(name, title string, found *boundAnswer) error {
	if found.Error != "" {
		return nil
	}
	if err := f.write("runs/"+name+".svg", []byte(found.Picture)); err != nil {
		return err
	}
	found.Picture = "runs/" + name + ".svg"
	for k := range found.Points {
		p := &found.Points[k]
		if p.Text == "" {
			continue
		}
		p.Link = fmt.Sprintf("runs/%s-%d.html", name, k+1)
		if err := f.run(p.Link, title+" with "+p.At, "/bounds", p.Text, p.Run, 0); err != nil {
			return err
		}
	}
	return nil
}

// runPage is what assets/run.html shows.
type runPage struct {
	*position
	Title, Back   string
	Drawn, Narrow template.HTML // for wide and narrow screens
}

// run writes the page of one run.
func (f *files) run(name, title, back, text string, actions []string, loop int) error {
	p := place{Subject: subject{Text: text}, Actions: actions, Loop: loop, Width: 1000}
	a, steps, err := p.replay()
	if err != nil {
		return fmt.Errorf("%s: %w", title, err)
	}
	a.title = title
	v := see(a, steps, &p)
	p.Width = 380
	return f.page(name, "run.html", runPage{v, title, back, template.HTML(v.Picture), template.HTML(see(a, steps, &p).Picture)})
}
