package explore

import "fmt"

// debts are the classes that are owed in a node although no edge of the node has them.
type debts struct {
	owes []uint8    // by node: an index of sets; nil if no class is owed in any node
	sets [][]uint32 // sets of classes, the empty one first
}

// owing lists the classes that are owed in v.
func (d *debts) owing(v uint32) []uint32 {
	if d.owes == nil {
		return nil
	}
	return d.sets[d.owes[v]]
}

// maxOwed is how many classes may be owed: a set of them is stored in a byte.
const maxOwed = 8

// layDebts finds out which classes are owed in which nodes. A class is not owed where none of its actions can be
// reached any more: otherwise no run from there would be fair, and every claim about fair runs would be true.
func (l *Live[S, A]) layDebts() error {
	if l.pledge.Owed == nil {
		return nil
	}
	bit := map[uint32]uint8{} // of each class that is owed
	var classes []uint32
	var owed []Class
	l.owes = make([]uint8, l.nodes())
	for n := range l.g.Nodes() {
		owed = l.pledge.Owed(owed[:0], n.State)
		for _, c := range owed {
			k := l.numberOf(c)
			if bit[k] == 0 {
				if len(classes) == maxOwed {
					return fmt.Errorf("liveness: more than %d classes are owed", maxOwed)
				}
				bit[k] = 1 << len(classes)
				classes = append(classes, k)
			}
			l.owes[n.ID] |= bit[k]
		}
	}
	for _, k := range classes {
		l.forgive(k, bit[k])
	}
	for set := range 1 << len(classes) {
		var members []uint32
		for i, k := range classes {
			if set>>i&1 == 1 {
				members = append(members, k)
			}
		}
		l.sets = append(l.sets, members)
	}
	return nil
}

// forgive removes a class from the debts of each node from which neither an edge of the class nor an open state can
// be reached.
func (l *Live[S, A]) forgive(class uint32, bit uint8) {
	can := make([]bool, l.nodes())
	for v := range can {
		can[v] = l.open[v]
		for e := l.first[v]; e < l.first[v+1]; e++ {
			can[v] = can[v] || l.class[e] == class
		}
	}
	l.reaching(can, make([]uint32, l.nodes()))
	for v := range can {
		if !can[v] {
			l.owes[v] &^= bit
		}
	}
}
