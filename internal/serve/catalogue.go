package serve

import (
	"net/http"
	"sync"

	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/properties"
	"github.com/tcpcheck/tcpcheck/properties/claims"
	"github.com/tcpcheck/tcpcheck/properties/hazards"
)

// entry is one thing that can be looked at.
type entry struct {
	Subject subject `json:"subject"`
	Name    string  `json:"name"`
	Says    string  `json:"says"`
	Verdict string  `json:"verdict"` // the pinned answer
	Live    bool    `json:"live"`    // a question about what happens eventually
}

// shelf is a gallery.
type shelf struct {
	Title   string  `json:"title"`
	Entries []entry `json:"entries"`
}

type catalogue struct {
	Shelves []shelf  `json:"shelves"`
	Example string   `json:"example"` // a scenario file to start from
	States  []string `json:"states"`
}

// everything is what can be looked at; it does not change.
var everything = sync.OnceValue(func() catalogue {
	c := catalogue{Shelves: []shelf{{Title: "Theorems"}, {Title: "Variants of theorems"}, {Title: "Hazards"}, {Title: "Claims of textbooks"}}, Example: scenario.Example()}
	add := func(shelf int, e entry) { c.Shelves[shelf].Entries = append(c.Shelves[shelf].Entries, e) }
	for _, th := range properties.Theorems() {
		if th.Scenario == nil {
			continue
		}
		live := th.Live != nil
		add(0, entry{subject{Theorem: th.Name}, th.Name, th.Claim + ".", th.Expect.String(), live})
		for _, v := range th.Variants {
			add(1, entry{subject{Theorem: th.Name + "/" + v.Name}, th.Name + "/" + v.Name, "Changed: " + v.Name + ".", v.Expect.String(), live})
		}
	}
	for _, h := range hazards.Hazards() {
		if q, ok := h.Question(); ok {
			add(2, entry{subject{Hazard: h.Name}, h.Name, h.What, "VIOLATED", q.Live != nil})
		}
	}
	for _, cl := range claims.All() {
		if q, ok := cl.Question(); ok {
			add(3, entry{subject{Claim: cl.ID}, cl.ID, cl.Says, string(cl.Expect), q.Live != nil})
		}
	}
	for st := model.Closed; st < model.NumStates; st++ {
		c.States = append(c.States, st.String())
	}
	return c
})

func (s *server) catalogue(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, everything())
}
