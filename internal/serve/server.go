package serve

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"path"
	"strings"
	"time"

	"github.com/tcpcheck/tcpcheck/internal/render/sequence"
	"github.com/tcpcheck/tcpcheck/internal/study"
)

//go:embed assets
var assets embed.FS

// templates are those of all pages. has reports whether a part is there: files have no server, and perhaps no matrix.
var templates = template.Must(template.New("").Funcs(template.FuncMap{"capital": capital, "anchor": anchor, "number": func(i int) int { return i + 1 }, "has": func(string) bool { return true }}).ParseFS(assets, "assets/*.html"))

// pages are those of a server.
var pages = template.Must(templates.Clone())

// Limits are those of the searches that a page may ask for.
type Limits struct {
	States  uint64
	Mem     uint64 // bytes
	Timeout time.Duration
	AtOnce  int // searches; more are refused
}

// The limits of a request.
const (
	mostBody    = 1 << 18 // bytes
	mostCapture = 64 << 20
	mostSteps   = 2000
)

type server struct {
	limits  Limits
	version string
	busy    chan struct{} // has a place for each search
	atlas   atlas
}

// New returns the pages and their data. It answers only requests that a page from this server can make.
func New(version string, l Limits) http.Handler {
	s := &server{limits: l, version: version, busy: make(chan struct{}, max(1, l.AtOnce))}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { s.html(w, "page.html", s.version) })
	mux.HandleFunc("GET /", s.missing)
	mux.HandleFunc("GET /docs/{name...}", s.docs)
	mux.HandleFunc("GET /matrix", s.matrixPage)
	mux.HandleFunc("GET /bounds", s.boundsPage)
	mux.HandleFunc("GET /stacks/{name}", s.stackPage)
	mux.HandleFunc("GET /assets/{name}", asset)
	mux.HandleFunc("GET /api/catalogue", s.catalogue)
	mux.HandleFunc("GET /api/figure5", s.figure)
	mux.HandleFunc("POST /api/position", s.position)
	mux.HandleFunc("POST /api/ask", s.ask)
	mux.HandleFunc("POST /api/map", s.mapOf)
	mux.HandleFunc("POST /api/capture", s.capture)
	mux.HandleFunc("POST /api/matrix", s.matrix)
	mux.HandleFunc("POST /api/bound", s.bound)
	return guard(mux)
}

// guard refuses what no page of this server asks for: another host's name, which a foreign page may have pointed here,
// and another origin.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		origin := r.Header.Get("Origin")
		switch site := r.Header.Get("Sec-Fetch-Site"); {
		case !loopback(r.Host):
			refuse(w, http.StatusForbidden, fmt.Sprintf("host %q: expected this computer, such as localhost", r.Host))
		case origin != "" && origin != "http://"+r.Host:
			refuse(w, http.StatusForbidden, fmt.Sprintf("origin %q: expected a page of this server", origin))
		case site == "cross-site" || site == "same-site":
			refuse(w, http.StatusForbidden, "expected a request of a page of this server")
		case r.URL.Path != path.Clean(r.URL.Path):
			refuse(w, http.StatusNotFound, "no such page")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// loopback reports whether a Host header names this computer.
func loopback(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.Trim(host, "[]")
	}
	if name == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.IsLoopback()
}

// html writes a page.
func (s *server) html(w http.ResponseWriter, name string, v any) {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, v); err != nil {
		panic("BUG: " + err.Error())
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write(b.Bytes()) //nolint:errcheck // the reader has gone
}

// missing answers a link to a page that there is not.
func (s *server) missing(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusNotFound)
	s.html(w, "missing.html", r.URL.Path)
}

// capital begins a sentence.
func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// types are those of the files that a page may load.
var types = map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}

// styles are those that other packages make.
var styles = map[string]func() string{"run.css": sequence.Style, "matrix.css": study.Style}

func asset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	kind := types[path.Ext(name)]
	data, err := fs.ReadFile(assets, path.Join("assets", path.Base(name)))
	if style := styles[name]; style != nil {
		data, err = []byte(style()), nil
	}
	if err != nil || kind == "" {
		refuse(w, http.StatusNotFound, "no such file")
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Write(data) //nolint:errcheck // the reader has gone
}

// problem is an answer that says what is wrong with a request.
type problem struct {
	Error string      `json:"error"`
	Lines []lineError `json:"lines,omitempty"` // of a scenario
}

type lineError struct {
	Line int    `json:"line"` // 0: not known
	Says string `json:"says"`
}

func refuse(w http.ResponseWriter, status int, text string, lines ...lineError) {
	answer(w, status, problem{text, lines})
}

func answer(w http.ResponseWriter, status int, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		panic("BUG: " + err.Error())
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(data) //nolint:errcheck // the reader has gone
}

// read reads a request into v, and answers it if it is unusable.
func read(w http.ResponseWriter, r *http.Request, v any) bool {
	if kind := r.Header.Get("Content-Type"); kind != "application/json" {
		refuse(w, http.StatusUnsupportedMediaType, fmt.Sprintf("content type %q: expected application/json", kind))
		return false
	}
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, mostBody))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	switch {
	case errors.As(err, new(*http.MaxBytesError)):
		refuse(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("expected a request of at most %d bytes", mostBody))
	case err != nil:
		refuse(w, http.StatusBadRequest, "unusable request: "+err.Error())
	}
	return err == nil
}

// within returns a context that ends with the time that one search may take.
func (l Limits) within(ctx context.Context) (context.Context, context.CancelFunc) {
	if l.Timeout > 0 {
		return context.WithTimeout(ctx, l.Timeout)
	}
	return context.WithCancel(ctx)
}

// begin takes a place for a search, and answers the request if there is none.
func (s *server) begin(w http.ResponseWriter) bool {
	select {
	case s.busy <- struct{}{}:
		return true
	default:
		refuse(w, http.StatusServiceUnavailable, fmt.Sprintf("%d searches are running already; stop one, or try again later", cap(s.busy)))
		return false
	}
}

func (s *server) end() { <-s.busy }
