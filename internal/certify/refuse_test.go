package certify

import "testing"

// Of several refusals a worker keeps the one about the least state, in whatever order it meets them.
func TestTheLeastRefusalIsKept(t *testing.T) {
	var w worker
	least := &Refusal{Missing: "of state 3"}
	w.refuse(5, &Refusal{Missing: "of state 5"})
	w.refuse(3, least)
	w.refuse(7, &Refusal{Missing: "of state 7"})
	if w.first.refused != least || w.first.state != 3 {
		t.Errorf("state %d, %v; want state 3", w.first.state, w.first.refused)
	}
}
