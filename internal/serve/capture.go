package serve

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/capture"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/render/sequence"
)

// captured is what a page shows of a capture.
type captured struct {
	Summary     string `json:"summary"`
	Connections []flow `json:"connections"`
	Left        int    `json:"left"` // connections that are not in the list
}

// flow is one connection.
type flow struct {
	A       string   `json:"a"`
	B       string   `json:"b"`
	Opened  string   `json:"opened"`
	Closed  string   `json:"closed"`
	Octets  uint64   `json:"octets"`
	Seconds float64  `json:"seconds"`
	Grade   string   `json:"grade"` // the worst of what was found: impossible, doubt, note or ""
	Found   []string `json:"found"` // the rules that it breaks, and what else there is to say
	Picture string   `json:"picture"`
	Ladder  string   `json:"ladder"`
}

// The most that an answer has, so that it stays small however large the capture is.
const (
	mostFlows   = 2000
	mostLadders = 100
)

// capture judges a capture, which is the body of the request.
func (s *server) capture(w http.ResponseWriter, r *http.Request) {
	if kind := r.Header.Get("Content-Type"); kind != "application/octet-stream" {
		refuse(w, http.StatusUnsupportedMediaType, fmt.Sprintf("content type %q: expected application/octet-stream", kind))
		return
	}
	if !s.begin(w) {
		return
	}
	defer s.end()
	body := http.MaxBytesReader(w, r.Body, mostCapture)
	src, err := capture.Open(body, "the capture")
	var v captured
	if err == nil {
		width, _ := strconv.Atoi(r.URL.Query().Get("width"))
		v, err = judge(src, width)
	}
	switch {
	case errors.As(err, new(*http.MaxBytesError)):
		refuse(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("expected a capture of at most %d MiB; tcpcheck capture reads larger ones", mostCapture>>20))
	case err != nil:
		refuse(w, http.StatusUnprocessableEntity, err.Error())
	default:
		answer(w, http.StatusOK, v)
	}
}

// judge reads the connections. Their pictures have a width in pixels; 0 is the usual one.
func judge(src capture.Source, width int) (captured, error) {
	v := captured{Connections: []flow{}}
	sum, err := capture.Judge(src, capture.Options{Ladders: mostLadders, Live: 10_000, Segments: 200}, func(c *capture.Connection) {
		if len(v.Connections) == mostFlows {
			v.Left++
			return
		}
		v.Connections = append(v.Connections, seeFlow(c, min(max(width, 0), 1200)))
	})
	v.Summary = fmt.Sprintf("%s, %s; %d impossible segments, %d doubtful ones", prose.Count(sum.Packets, "packet"), prose.Count(sum.Connections, "connection"), sum.Impossible, sum.Doubt)
	return v, err
}

func seeFlow(c *capture.Connection, width int) flow {
	f := flow{A: c.Sockets[capture.A].String(), B: c.Sockets[capture.B].String(), Opened: c.Opened, Closed: c.Ending(),
		Octets: c.Octets[capture.A] + c.Octets[capture.B], Seconds: c.Duration.Seconds(), Found: []string{}}
	for _, g := range []capture.Grade{capture.Impossible, capture.Doubt, capture.Note} {
		if c.Count(g) > 0 {
			f.Grade = string(g)
			break
		}
	}
	f.Found = append(f.Found, findings(c)...)
	var b strings.Builder
	if len(c.Segments) > 0 && c.WriteWidth(&b, 100) == nil {
		f.Ladder = b.String()
		b.Reset()
		if err := sequence.WriteConnection(&b, c, sequence.Options{Plain: true, Width: width}, "svg"); err != nil {
			panic("BUG: " + err.Error())
		}
		f.Picture = b.String()
	}
	return f
}

// mostPackets is how many packets a finding names.
const mostPackets = 5

// findings are sentences about the connection and its segments. What is said of several segments is one sentence.
func findings(c *capture.Connection) (list []string) {
	for _, r := range c.Remarks {
		list = append(list, fmt.Sprintf("%s: %s (%s)", r.Grade, r.Text, r.RFC))
	}
	var said []capture.Remark
	packets := map[capture.Remark][]string{}
	for i := range c.Segments {
		for _, r := range c.Segments[i].Remarks {
			if packets[r] == nil {
				said = append(said, r)
			}
			packets[r] = append(packets[r], fmt.Sprint(c.Segments[i].Number))
		}
	}
	for _, r := range said {
		where := "packet " + packets[r][0]
		if n := len(packets[r]); n > 1 {
			where = "packets " + strings.Join(packets[r][:min(n, mostPackets)], ", ")
			if n > mostPackets {
				where += fmt.Sprintf(" and %d more", n-mostPackets)
			}
		}
		list = append(list, fmt.Sprintf("%s, in %s: %s (%s)", r.Grade, where, r.Text, r.RFC))
	}
	for _, r := range c.Found { // of segments that were not kept
		known := func(k capture.Remark) bool { return k.Rule == r.Rule }
		if !slices.ContainsFunc(said, known) && !slices.ContainsFunc(c.Remarks, known) {
			list = append(list, fmt.Sprintf("%s: %s, %s", r.Grade, r.Rule, prose.Count(r.Count, "time")))
		}
	}
	return list
}
