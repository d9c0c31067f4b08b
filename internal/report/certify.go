package report

// Certified is what certify --json prints.
type Certified struct {
	File      string   `json:"file"`
	Name      string   `json:"name"`
	Program   string   `json:"program"`
	Certified bool     `json:"certified"`
	Always    []string `json:"always"`
	Witnesses []string `json:"witnesses"`
	Claimed   int      `json:"claimed"`
	States    int      `json:"states"`
	Steps     int      `json:"steps"`
	Seconds   float64  `json:"seconds"`
	Refused   string   `json:"refused,omitempty"` // why
	State     string   `json:"state,omitempty"`   // in which it fails
	Action    string   `json:"action,omitempty"`
}
