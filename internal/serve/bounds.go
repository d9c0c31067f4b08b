package serve

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/render/boundplot"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/properties"
	"github.com/tcpcheck/tcpcheck/properties/bounds"
)

// boundTopic is a part of assets/bounds.html.
type boundTopic struct {
	Name, Symbol, Means string
	Bounds              []boundEntry
}

// boundEntry is a question, and in files what was found.
type boundEntry struct {
	bounds.Bound
	Premises []string
	Found    *boundAnswer
}

// boundQuest is a request for the smallest safe values of one question.
type boundQuest struct {
	Topic string `json:"topic"`
	Name  string `json:"name"`
}

// boundAnswer is what the search found.
type boundAnswer struct {
	Error   string       `json:"error,omitempty"`
	Picture string       `json:"picture"`
	Formula string       `json:"formula"`
	Points  []boundPoint `json:"points"`
}

// boundPoint is one point of the grid.
type boundPoint struct {
	At    string   `json:"at"`
	Least string   `json:"least"`
	Why   string   `json:"why,omitempty"`
	Text  string   `json:"text,omitempty"` // the scenario with the largest value that is too small,
	Below string   `json:"below,omitempty"`
	Run   []string `json:"run"` // and its run
	Link  string   `json:"-"`   // in files: its page
}

func (s *server) boundsPage(w http.ResponseWriter, _ *http.Request) {
	s.html(w, "bounds.html", boundTopics())
}

func boundTopics() (list []boundTopic) {
	for _, t := range bounds.Topics {
		topic := boundTopic{Name: t.Name, Symbol: t.Symbol, Means: t.Means}
		for _, b := range bounds.All(t.Name) {
			if len(b.Small) > 0 {
				topic.Bounds = append(topic.Bounds, boundEntry{Bound: b, Premises: properties.PremiseTexts(b.Needs)})
			}
		}
		list = append(list, topic)
	}
	return list
}

// bound searches one question, and sends progress and then the answer.
func (s *server) bound(w http.ResponseWriter, r *http.Request) {
	var q boundQuest
	if !read(w, r, &q) {
		return
	}
	var b *bounds.Bound
	for _, x := range bounds.All(q.Topic) {
		if q.Topic != "" && x.Name == q.Name && len(x.Small) > 0 {
			b = &x
		}
	}
	if b == nil {
		refuse(w, http.StatusUnprocessableEntity, fmt.Sprintf("no question %.40q about %.40q", q.Name, q.Topic))
		return
	}
	if !s.begin(w) {
		return
	}
	defer s.end()
	ctx, stop := s.limits.within(r.Context())
	defer stop()
	send := stream(w)
	send("done", searchBound(ctx, b, s.limits, func(says string) { send("progress", map[string]any{"says": says}) }))
}

// searchBound searches the points of one question, and tells progress how far it is.
func searchBound(ctx context.Context, b *bounds.Bound, l Limits, progress func(string)) boundAnswer {
	x := bounds.Answered{Bound: *b}
	for i, at := range b.Small {
		set := properties.Settings{MaxStates: l.States, MaxMem: l.Mem, Progress: func(p explore.Progress) {
			progress(fmt.Sprintf("%s, point %d of %d: %s", b.Place(at), i+1, len(b.Small), prose.Count(p.Distinct, "state")))
		}}
		p, err := b.At(ctx, at, 0, set)
		if err != nil {
			return boundAnswer{Error: err.Error()}
		}
		x.Points = append(x.Points, p)
	}
	x.Fits = bounds.Fits(b.Axes, x.Points)
	return seeBound(&x)
}

func seeBound(x *bounds.Answered) boundAnswer {
	v := boundAnswer{Points: []boundPoint{}}
	var b bytes.Buffer
	if err := boundplot.Write(&b, "svg", []bounds.Answered{*x}); err != nil {
		panic("BUG: " + err.Error())
	}
	v.Picture = b.String()
	var formulas []string
	for _, f := range x.Fits {
		if f.Formula != nil && f.Determined() {
			text := fmt.Sprintf("%s = %s", x.Bound.Symbol, f.Formula.Text(x.Bound.Axes))
			if f.Where != "" {
				text += " (" + f.Where + ")"
			}
			formulas = append(formulas, text+fmt.Sprintf(" fits all %s. The minimum for such a formula is %d.", prose.Count(f.Points, "point"), f.Rank))
		}
	}
	v.Formula = strings.Join(formulas, " ")
	for i := range x.Points {
		p := &x.Points[i]
		point := boundPoint{At: x.Bound.Place(p.At), Least: p.Said(), Run: []string{}}
		if p.Conclusion == properties.Open {
			point.Why = p.Why()
		}
		if below := p.Below(); below != nil {
			q := x.Bound.Question(p.At, below.Value)
			f := scenario.File{Scenario: q.Scenario}
			for _, inv := range q.Always {
				f.Always = append(f.Always, inv.Name)
			}
			point.Text, point.Run = readable(f), ids(below.Outcome.Actions())
			point.Below = fmt.Sprintf("%s = %d: %s after %s", x.Bound.Symbol, below.Value, below.Outcome.Violated, prose.Count(len(point.Run), "step"))
		}
		v.Points = append(v.Points, point)
	}
	return v
}
