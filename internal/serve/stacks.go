package serve

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/tcpcheck/tcpcheck/docs"
)

// stack is a TCP stack with its known differences from the model, as docs/stacks.json has them.
type stack struct {
	Name     string       `json:"name"`
	Policies []string     `json:"policies"` // that it follows throughout
	Entries  []difference `json:"entries"`
}

// difference is an entry of the table of a stack; conform.Deviation says what the fields mean.
type difference struct {
	Name     string   `json:"name"`
	What     string   `json:"what"`
	Clause   string   `json:"clause"`
	Kind     string   `json:"kind"`
	Seen     string   `json:"seen"`
	Gone     string   `json:"gone"`
	In       []string `json:"in"`
	On       []string `json:"on"`
	Differs  []string `json:"differs"`
	Want     []string `json:"want"`
	Got      []string `json:"got"`
	Wrong    []string `json:"wrong"`
	To       []string `json:"to"`
	Policies []string `json:"policies"`
	Script   []string `json:"script"`
}

var stacks = sync.OnceValue(func() (list []stack) {
	if err := json.Unmarshal(docs.Stacks, &list); err != nil {
		panic("BUG: docs/stacks.json: " + err.Error())
	}
	return list
})

// stackPage is what assets/stacks.html shows.
type stackPage struct {
	stack
	All []stack
}

func (s *server) stackPage(w http.ResponseWriter, r *http.Request) {
	all := stacks()
	i := slices.IndexFunc(all, func(x stack) bool { return x.Name == r.PathValue("name") })
	if i < 0 {
		refuse(w, http.StatusNotFound, "no such stack")
		return
	}
	s.html(w, "stacks.html", stackPage{all[i], all})
}

// exchange is what one endpoint does: a ladder between its peer and itself.
type exchange struct {
	Who   string
	Lines []exchangeLine
}

// exchangeLine is a line of it. Class: "to" or "from" the endpoint, "call" of its user, or "state".
type exchangeLine struct{ Class, Text string }

// Ladders are what the model and the stack do where the entry is about.
func (d difference) Ladders(stack string) []exchange {
	list := []exchange{{Who: "the model"}, {Who: stack}}
	for i := range list {
		x := &list[i]
		add := func(class, text string) { x.Lines = append(x.Lines, exchangeLine{class, text}) }
		if d.Script != nil {
			add("state", "in CLOSED")
			for _, step := range d.Script {
				add(direction(step), either([]string{step}))
			}
		} else {
			add("state", "in "+strings.Join(d.In, " or "))
			add(direction(d.On[0]), either(d.On))
		}
		answers := [][]string{d.Want, d.Got}[i]
		switch {
		case len(answers) > 0 && !slices.Equal(answers, []string{"nothing"}):
			add("from", either(answers))
		case len(answers) > 0:
			add("state", "sends nothing")
		case d.Wrong != nil && i == 1:
			add("from", "wrong: "+strings.Join(d.Wrong, ", "))
		case slices.Contains(d.Differs, "sends"):
			add("state", "sends something else than the "+map[int]string{0: "stack", 1: "model"}[i])
		default:
			add("state", "sends the same as the "+map[int]string{0: "stack", 1: "model"}[i])
		}
		if i == 1 && len(d.To) > 0 {
			add("state", "goes to "+strings.Join(d.To, " or "))
		}
	}
	return list
}

// either joins classes of segments. In each, a bar stands between values of which one is meant.
func either(classes []string) string {
	return strings.ReplaceAll(strings.Join(classes, " or "), "|", " / ")
}

// direction tells a segment, which begins with its flags, from a call or a wait.
func direction(input string) string {
	if c := input[0]; c >= 'A' && c <= 'Z' || strings.HasPrefix(input, "no-flag") {
		return "to"
	}
	return "call"
}

// Other is what differs beside the segments that are sent.
func (d difference) Other() string {
	words := map[string]string{"state": "the state", "signals": "what the user learns", "signals?": "perhaps what the user learns",
		"text": "the data that the user gets", "reply": "the answer to the call", "fails": "the stack fails"}
	var list []string
	for _, x := range d.Differs {
		if w := words[x]; w != "" {
			list = append(list, w)
		}
	}
	return strings.Join(list, ", ")
}

// Level is the kind of the entry in a sentence.
func (d difference) Level() string {
	switch d.Kind {
	case "choice":
		return "a choice that the clause, or another RFC, allows"
	case "undecided":
		return "undecided: the RFC does not say, or says both"
	case "adapter":
		return "of the adapter: the interface of the stack has no such call"
	}
	return "the stack departs from the clause"
}
