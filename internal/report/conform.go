package report

// Situations is what --list tells.
type Situations struct {
	Situations []Situation `json:"situations"`
	Missing    []string    `json:"unreachable,omitempty"`
	Classes    []string    `json:"classes"`
	Pairs      int         `json:"pairs"`
}

type Situation struct {
	Name  string   `json:"name"`
	Path  []string `json:"path"`
	Pairs int      `json:"pairs"`
}
