package report

// Mutant is what is known of one mutant.
type Mutant struct {
	Mutant, Section, Does string
	Dialogues, Theorems   []string
}
