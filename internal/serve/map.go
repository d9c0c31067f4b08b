package serve

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/render/dot"
	"github.com/tcpcheck/tcpcheck/internal/render/joint"
	"github.com/tcpcheck/tcpcheck/internal/render/picture"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// The map is the folded graph of a scenario: one box for each pair of states.
const (
	statesOfMap = 100_000
	mostBoxes   = 24 // drawn as a whole; of a larger map the part around the position is drawn
	mostMaps    = 4  // are kept, so that a step needs no search
)

type folded = explore.Graph[string, string]

// atlas keeps the last maps, by their scenarios.
type atlas struct {
	sync.Mutex
	maps []kept
}

type kept struct {
	scenario string
	graph    *folded
	says     string
}

// find returns the map of a scenario. It searches if it has none.
func (at *atlas) find(ctx context.Context, sys *netfake.System, scenario string, l Limits) (*folded, string) {
	at.Lock()
	for _, k := range at.maps {
		if k.scenario == scenario {
			at.Unlock()
			return k.graph, k.says
		}
	}
	at.Unlock()
	o := explore.Options[netfake.State, joint.Labelled]{Cut: netfake.CutOff, MaxStates: statesOfMap, MaxMem: l.Mem, Timeout: 20 * time.Second}
	if l.States > 0 {
		o.MaxStates = min(o.MaxStates, l.States)
	}
	r, g := joint.Search(ctx, joint.Labelling{System: sys, Fold: true}, o)
	f := joint.Folded(sys, g)
	says := fmt.Sprintf("%s in %s: everything that can be reached.", prose.Count(r.Distinct, "state"), prose.Count(f.Len(), "pair"))
	if r.Verdict == explore.Unknown || r.Verdict == explore.Bounded {
		says = fmt.Sprintf("The first %s, in %s. The map is incomplete: the search was cut off.", prose.Count(r.Distinct, "state"), prose.Count(f.Len(), "pair"))
	}
	if ctx.Err() == nil {
		at.Lock()
		at.maps = append(at.maps, kept{scenario, f, says})
		at.maps = at.maps[max(0, len(at.maps)-mostMaps):]
		at.Unlock()
	}
	return f, says
}

// mapAnswer is a map with the position in it.
type mapAnswer struct {
	Picture string   `json:"picture"`
	Here    string   `json:"here"`
	Says    string   `json:"says"`
	Legend  []string `json:"legend"`
}

// mapOf draws the map of a scenario, and marks where a run has been and is.
func (s *server) mapOf(w http.ResponseWriter, r *http.Request) {
	var p place
	if !read(w, r, &p) {
		return
	}
	a, run, err := p.replay()
	if err != nil {
		text, lines := problemOf(err)
		refuse(w, http.StatusUnprocessableEntity, text, lines...)
		return
	}
	if !s.begin(w) {
		return
	}
	defer s.end()
	g, says := s.atlas.find(r.Context(), a.sys, a.text(), s.limits)
	marks := map[string][]dot.Attr{}
	here := joint.Named(a.sys, a.sys.Init()[0])
	for _, t := range run {
		marks[here] = dot.Pairs("penwidth", "3")
		here = joint.Named(a.sys, t.State)
	}
	marks[here] = dot.Pairs("style", "filled", "fillcolor", "#ffe28a", "penwidth", "3")
	if g.Len() > mostBoxes {
		g = explore.Around(g, func(n explore.Node[string]) bool { return n.State == here }, 1)
		says += fmt.Sprintf(" That is too much to draw: these are the %s that lead here or can be next.", prose.Count(g.Len(), "pair"))
	}
	if g.Len() == 0 {
		says += " This position is beyond what was searched."
	}
	d := joint.DrawFolded(g, a.title, marks)
	v := mapAnswer{Here: here, Says: says}
	for _, row := range d.Legend {
		v.Legend = append(v.Legend, row.Text)
	}
	v.Legend = append(v.Legend, "filled: you are here; thick: the run was there")
	d.Legend, d.Title = nil, "" // the page has both; a small screen has no room for them in the picture
	var b bytes.Buffer
	if err := picture.Write(&b, d, "svg"); err != nil {
		panic("BUG: " + err.Error())
	}
	v.Picture = b.String()
	answer(w, http.StatusOK, v)
}
