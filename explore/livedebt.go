package explore

import "fmt"

// debts are the classes that are owed in a node although no edge of it has them.
type debts struct {
	owes []uint8    // by node: an index of sets; nil where nothing is owed anywhere
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

// layDebts finds out what is owed where. A class from which no more action can be reached is owed nowhere: to demand it
// would leave no fair run, and then everything would be true.
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

// forgive drops a class from what is owed wherever none of its edges can be reached, nor an open state.
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
