package exploretest

import (
	"fmt"
	"strings"
	"testing"
)

// moody is a system with one fault at a time.
type moody struct {
	fault string
	calls *int
}

func (m moody) Init() []int {
	*m.calls++
	if m.fault == "init" {
		return []int{*m.calls}
	}
	return []int{0}
}

func (m moody) Actions(dst []string, _ int) []string {
	*m.calls++
	switch {
	case m.fault == "order" && *m.calls%2 == 0:
		return append(dst, "b", "a")
	case m.fault == "overwrite":
		dst = dst[:0]
	}
	return append(dst, "a", "b")
}

func (m moody) Step(s int, a string) int {
	*m.calls++
	if m.fault == "step" {
		return *m.calls
	}
	return s + len(a)
}

// recorder keeps the complaints of Contract.
type recorder struct{ said []string }

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, v ...any) {
	r.said = append(r.said, fmt.Sprintf(format, v...))
}

func TestContractFindsEachFault(t *testing.T) {
	for fault, complaint := range map[string]string{
		"":          "",
		"init":      "Init changed its mind",
		"order":     "the actions are",
		"step":      "leads to",
		"overwrite": "Actions gave",
	} {
		var calls int
		var r recorder
		Contract(&r, moody{fault, &calls}, []int{0, 1})
		got := strings.Join(r.said, "\n")
		if (got != "") != (complaint != "") || !strings.Contains(got, complaint) {
			t.Errorf("fault %q: the contract said %q, want %q", fault, got, complaint)
		}
	}
}
