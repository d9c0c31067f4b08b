package report

// Rests is one theorem as --json prints it.
type Rests struct {
	Name, Statement  string
	Premises         []Premise
	Unsaid, Unneeded []string `json:",omitempty"`
}

type Premise struct {
	Name, Text, Answer, Verdict string
	Steps, Loop                 int    `json:",omitempty"`
	Violated, Reason            string `json:",omitempty"`
	Distinct                    uint64
}
